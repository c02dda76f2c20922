import type { Fd } from "./fd.ts";
import type { Kernel } from "./syscall.ts";
import { SystemError } from "./system-error.ts";

const PROT_READ = 1;
const PROT_WRITE = 2;
const MAP_SHARED = 1;
const MAP_PRIVATE = 2;
const NOTHING = new ArrayBuffer(0);

/** Pages of a file shared with the kernel. After `close` the memory is gone: `buffer` is empty then. */
export class MappedMemory implements Disposable {
  readonly #kernel: Kernel;
  readonly #address: number;
  readonly length: number;
  #buffer: ArrayBuffer;

  private constructor(kernel: Kernel, address: number, length: number) {
    this.#kernel = kernel;
    this.#address = address;
    this.length = length;
    this.#buffer = kernel.memoryAt(address, length);
  }

  /**
   * Maps `length` bytes at `offset`, both multiples of the page size. "private": for reading, without being told of
   * changes. Throws SystemError.
   */
  static map(
    kernel: Kernel,
    fd: Fd | number,
    length: number,
    offset: number,
    access: "read" | "write" | "private",
  ): MappedMemory {
    const protection = access === "write" ? PROT_READ | PROT_WRITE : PROT_READ;
    const sharing = access === "private" ? MAP_PRIVATE : MAP_SHARED;
    const number = typeof fd === "number" ? fd : fd.number;
    const address = kernel.call("mmap", 0, length, protection, sharing, number, offset);
    if (address < 0) throw new SystemError("map kernel memory", "mmap", address);
    return new MappedMemory(kernel, address, length);
  }

  /** A write to pages mapped for reading crashes the process, and so does any use of a view that outlives `close`. */
  get buffer(): ArrayBuffer {
    return this.#buffer;
  }

  close(): void {
    if (this.#buffer === NOTHING) return;
    this.#buffer = NOTHING;
    this.#kernel.call("munmap", this.#address, this.length);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
