import { SkepError } from "../base/errors.ts";
import type { Koffi, NativeFunction, PollHandle } from "./native-library.ts";
import { keptInThread, loadKoffi } from "./native-library.ts";
import type { Arch, SyscallName } from "./syscall-numbers.ts";
import { SYSCALL_NUMBERS } from "./syscall-numbers.ts";

/** A byte array is passed by its address. */
export type SyscallArg = number | bigint | Uint8Array;

/** The way to the operating system's kernel: one real implementation, and fakes in tests. */
export interface Kernel {
  readonly arch: Arch;
  /** The call's result, or -errno. */
  call(name: SyscallName, ...args: readonly SyscallArg[]): number;
  /** Address of the bytes, for structs that point to them. Holds them in place until the next `call` has returned. */
  addressOf(bytes: Uint8Array): bigint;
  /** Memory mapped at `address`. Any use after munmap crashes the process, as does a write to read-only pages. */
  memoryAt(address: number, length: number): ArrayBuffer;
  /** Calls `onReadable` from the event loop whenever `fd` is readable, until closed. Keeps the process alive. */
  watch(fd: number, onReadable: () => void): Watch;
  /** Closes file descriptors, many at a time: some take the kernel several milliseconds each. Waits for all. */
  closeAll(fds: readonly number[]): void;
}

export type Watch = Readonly<{ close(): void }>;

/**
 * Opens the real kernel: one for all of a thread, since the way to it takes longer than loading a small program. Loads
 * native code: call it when it is needed, not at start. Throws SkepError.
 */
export function openKernel(): Kernel {
  const arch = process.arch;
  if (process.platform !== "linux" || (arch !== "x64" && arch !== "arm64"))
    throw new SkepError(`eBPF needs Linux on x86-64 or ARM64; this is ${process.platform} on ${arch}`, {
      code: "system/unsupported-platform",
      remedy: "run on Linux, or use the simulated kernel: `skep --sim`",
    });
  return keptInThread("kernel", () => new NativeKernel(arch, loadKoffi()));
}

/** What strerror(3) says of error numbers, in the language of the process's locale. Loads native code. */
export function openErrorTexts(): (errno: number) => string {
  const strerror = loadKoffi().load(null).func("strerror", "const char *", ["int"]);
  return (errno) => String(strerror(errno));
}

class NativeKernel implements Kernel {
  readonly arch: Arch;
  readonly #koffi: Koffi;
  readonly #syscall: NativeFunction;
  readonly #errno: Int32Array;
  #threads: ClosingThreads | undefined;
  readonly #held: Uint8Array[] = [];

  constructor(arch: Arch, koffi: Koffi) {
    this.arch = arch;
    this.#koffi = koffi;
    const libc = koffi.load(null);
    this.#syscall = libc.func("syscall", "long", ["long", ...Array<string>(6).fill("uintptr_t")]);
    // Each thread has its own errno; this object stays in the thread that made it.
    const where = libc.func("__errno_location", "uintptr_t", [])();
    this.#errno = new Int32Array(koffi.view(BigInt(where), 4));
  }

  // biome-ignore format: one line
  call(name: SyscallName, a: SyscallArg = 0, b: SyscallArg = 0, c: SyscallArg = 0, d: SyscallArg = 0, e: SyscallArg = 0, f: SyscallArg = 0): number {
    const number = SYSCALL_NUMBERS[name][this.arch];
    const result = Number(
      this.#syscall(number, this.#plain(a), this.#plain(b), this.#plain(c), this.#plain(d), this.#plain(e), this.#plain(f)),
    );
    const errno = this.#errno[0] ?? 0; // read before anything else can change it
    this.#held.length = 0;
    return result === -1 ? -errno : result;
  }

  #plain(arg: SyscallArg): number | bigint {
    return typeof arg === "object" ? this.addressOf(arg) : arg;
  }

  addressOf(bytes: Uint8Array): bigint {
    this.#held.push(bytes);
    return this.#koffi.address(bytes);
  }

  memoryAt(address: number, length: number): ArrayBuffer {
    return this.#koffi.view(BigInt(address), length);
  }

  watch(fd: number, onReadable: () => void): Watch {
    let handle: PollHandle | undefined = this.#koffi.node.poll(fd, { readable: true }, onReadable);
    // Polling stops silently when the handle is collected; a timer that never fires keeps it reachable.
    const anchor = setInterval(() => handle, FOREVER_MS);
    anchor.unref();
    return {
      close() {
        clearInterval(anchor);
        handle?.close();
        handle = undefined;
      },
    };
  }

  // Closing a probe waits for a grace period of the kernel, and threads that wait at the same time share it: 360 links
  // take 58 ms in threads and 13 s one after the other. libc's `close` itself is each thread's start routine.
  closeAll(fds: readonly number[]): void {
    if (fds.length < 2) {
      this.#closeInTurn(fds);
      return;
    }
    this.#threads ??= closingThreads(this.#koffi);
    const { create, join, closeFunction } = this.#threads;
    for (let first = 0; first < fds.length; first += MOST_THREADS) {
      const threads: bigint[] = [];
      for (const fd of fds.slice(first, first + MOST_THREADS)) {
        const thread = new BigUint64Array(1);
        const error = create(new Uint8Array(thread.buffer), 0, closeFunction, fd);
        if (error === 0) threads.push(thread[0] ?? 0n);
        else this.#closeInTurn([fd]);
      }
      for (const thread of threads) join(thread, 0);
    }
  }

  #closeInTurn(fds: readonly number[]): void {
    for (const fd of fds) this.call("close", fd);
  }
}

const MOST_THREADS = 512;
const FOREVER_MS = 0x7fff_ffff;

type ClosingThreads = Readonly<{ create: NativeFunction; join: NativeFunction; closeFunction: bigint }>;

function closingThreads(koffi: Koffi): ClosingThreads {
  const libc = koffi.load(null);
  return {
    create: libc.func("pthread_create", "int", ["uint8_t *", "uintptr_t", "uintptr_t", "uintptr_t"]),
    join: libc.func("pthread_join", "int", ["uintptr_t", "uintptr_t"]),
    closeFunction: libc.symbol("close"),
  };
}
