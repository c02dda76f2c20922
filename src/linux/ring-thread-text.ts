import { RingThread, type RingThreadData, type ThreadCalls } from "./ring-thread.ts";

// What a thread runs must reach it from our bundles, from the sources, and from whatever bundle a user makes of them. So
// it is text, made of the classes and functions themselves: each refers to nothing outside itself.

/** The program of a ring's thread, for `new Worker(…, { eval: true })`; its data is a RingThreadData. */
export function ringThreadText(): string {
  // Bundlers that keep names call __name, which is theirs.
  return `"use strict";const __name=(f)=>f;(${begin})(require,${RingThread},${LibraryCalls});`;
}

type Func = (...args: readonly (number | bigint | Uint8Array)[]) => number | bigint;

type Native = Readonly<{
  load(path: null): { func(name: string, result: string, args: readonly string[]): Func };
  view(address: bigint, length: number): ArrayBuffer;
}>;

/** Runs until it is told to stop, and says at the end that it has ended. An error goes to the thread's owner. */
function begin(load: NodeJS.Require, Thread: typeof RingThread, Calls: typeof LibraryCalls): void {
  const data = load("node:worker_threads").workerData as RingThreadData;
  const { words, WORD, LIFE } = data;
  if (Atomics.compareExchange(words, WORD.life, LIFE.starting, LIFE.running) !== LIFE.starting) return;
  const native = (): Native => {
    for (const path of data.nativePaths) {
      const module = { exports: {} };
      try {
        process.dlopen(module, path);
        return module.exports as Native;
      } catch {
        // it is for the other libc
      }
    }
    return load("node:module").createRequire(data.nativeFrom)("koffi") as Native;
  };
  let calls: LibraryCalls | undefined;
  try {
    calls = new Calls(native());
    const thread = new Thread(data, calls);
    calls.comeFirst();
    try {
      thread.run();
    } finally {
      thread.close();
    }
  } finally {
    calls?.unmapAll();
    Atomics.store(words, WORD.life, LIFE.ended);
    Atomics.notify(words, WORD.life);
  }
}

/** The C library's calls: a thread of its own needs neither their numbers nor errno. */
class LibraryCalls implements ThreadCalls {
  readonly #native: Native;
  readonly #mmap: Func;
  readonly #munmap: Func;
  readonly #ppoll: Func;
  readonly #write: Func;
  readonly #read: Func;
  readonly #mapped: (readonly [address: number | bigint, length: number])[] = [];
  readonly #one = new Uint8Array(8).fill(1, 0, 1);
  readonly #trash = new Uint8Array(8);
  readonly #polled = new DataView(new ArrayBuffer(16)); // two of struct pollfd
  readonly #polledBytes = new Uint8Array(this.#polled.buffer);
  readonly #time = new DataView(new ArrayBuffer(16)); // struct timespec
  readonly #timeBytes = new Uint8Array(this.#time.buffer);

  constructor(native: Native) {
    const libc = native.load(null);
    this.#native = native;
    this.#mmap = libc.func("mmap", "intptr_t", ["uintptr_t", "size_t", "int", "int", "int", "intptr_t"]);
    this.#munmap = libc.func("munmap", "int", ["uintptr_t", "size_t"]);
    this.#ppoll = libc.func("ppoll", "int", ["uint8_t *", "ulong", "uint8_t *", "uintptr_t"]);
    this.#write = libc.func("write", "intptr_t", ["int", "uint8_t *", "size_t"]);
    this.#read = libc.func("read", "intptr_t", ["int", "uint8_t *", "size_t"]);
  }

  map(fd: number, length: number, offset: number, isWritten: boolean): ArrayBuffer {
    const protection = isWritten ? 3 : 1; // PROT_READ, PROT_WRITE
    const shared = 1; // MAP_SHARED
    const address = this.#mmap(0, length, protection, shared, fd, offset);
    if (Number(address) === -1) throw new Error("the ring buffer cannot be mapped");
    this.#mapped.push([address, length]);
    return this.#native.view(BigInt(address), length);
  }

  unmapAll(): void {
    for (const [address, length] of this.#mapped.splice(0)) this.#munmap(address, length);
  }

  wait(fds: readonly number[], timeoutUs: number): void {
    const readable = 1; // POLLIN
    for (let i = 0; i < fds.length; i++) {
      this.#polled.setInt32(8 * i, fds[i] as number, true);
      this.#polled.setInt32(8 * i + 4, readable, true);
    }
    this.#time.setInt32(8, timeoutUs * 1000, true);
    this.#ppoll(this.#polledBytes, fds.length, this.#timeBytes, 0);
  }

  // Where the process has real-time priority, its threads that collect garbage would keep this one from its processor.
  comeFirst(): void {
    const libc = this.#native.load(null);
    const policy = libc.func("sched_getscheduler", "int", ["int"])(0);
    const priority = new Int32Array(1); // struct sched_param
    const bytes = new Uint8Array(priority.buffer);
    const isRealTime = policy === 1 || policy === 2; // SCHED_FIFO, SCHED_RR
    if (!isRealTime || libc.func("sched_getparam", "int", ["int", "uint8_t *"])(0, bytes) !== 0) return;
    priority[0] = (priority[0] as number) + 1;
    libc.func("sched_setparam", "int", ["int", "uint8_t *"])(0, bytes);
  }

  signal(fd: number): void {
    this.#write(fd, this.#one, 8);
  }

  clear(fd: number): void {
    this.#read(fd, this.#trash, 8);
  }
}
