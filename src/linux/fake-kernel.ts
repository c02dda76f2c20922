import type { Kernel, SyscallArg, Watch } from "./syscall.ts";
import type { SyscallName } from "./syscall-numbers.ts";

/** Answers one system call: its result, or -errno. */
export type Answer = (name: SyscallName, args: readonly SyscallArg[], kernel: FakeKernel) => number;

/** A kernel for tests: a function answers the calls, and memory is found by the addresses that it gave out. */
export class FakeKernel implements Kernel {
  readonly arch = "x64";
  /** Names of the calls made; for bpf(2) with the command's number: "bpf 5". */
  readonly calls: string[] = [];
  readonly closed: number[] = [];
  readonly watches: (() => void)[] = [];
  readonly #answer: Answer;
  readonly #memory: (Uint8Array | ArrayBuffer)[] = [];

  constructor(answer: Answer) {
    this.#answer = answer;
  }

  call(name: SyscallName, ...args: readonly SyscallArg[]): number {
    if (name === "close") {
      this.closed.push(Number(args[0]));
      return 0;
    }
    this.calls.push(name === "bpf" ? `bpf ${args[0]}` : name);
    return this.#answer(name, args, this);
  }

  addressOf(bytes: Uint8Array): bigint {
    return BigInt(this.place(bytes));
  }

  /** The bytes whose address this is. */
  bytesAt(address: bigint | number): Uint8Array {
    const found = this.#memory[Number(address) / 0x1000 - 1];
    if (!(found instanceof Uint8Array)) throw new Error(`nothing is at ${address}`);
    return found;
  }

  /** Gives memory an address; what a fake mmap returns. */
  place(memory: Uint8Array | ArrayBuffer): number {
    this.#memory.push(memory);
    return this.#memory.length * 0x1000;
  }

  memoryAt(address: number): ArrayBuffer {
    const found = this.#memory[address / 0x1000 - 1];
    if (!(found instanceof ArrayBuffer)) throw new Error(`nothing is mapped at ${address}`);
    return found;
  }

  watch(_fd: number, onReadable: () => void): Watch {
    this.watches.push(onReadable);
    return { close: () => this.watches.splice(this.watches.indexOf(onReadable), 1) };
  }

  closeAll(fds: readonly number[]): void {
    this.closed.push(...fds);
  }
}
