import type { Fd } from "./fd.ts";
import type { Kernel } from "./syscall.ts";
import { SystemError } from "./system-error.ts";

const PROT_READ = 1;
const PROT_WRITE = 2;
const MAP_SHARED = 1;
const MAP_PRIVATE = 2;
const NOTHING = new ArrayBuffer(0);

/** Pages that are mapped once, and how many use them. */
type Pages = { readonly address: number; readonly buffer: ArrayBuffer; users: number };

/** Pages of a file shared with the kernel. After `close` the memory is gone: `buffer` is empty then. */
export class MappedMemory implements Disposable {
  readonly #kernel: Kernel;
  readonly #pages: Pages;
  readonly length: number;
  #buffer: ArrayBuffer;

  private constructor(kernel: Kernel, pages: Pages, length: number) {
    this.#kernel = kernel;
    this.#pages = pages;
    this.length = length;
    this.#buffer = pages.buffer;
    pages.users++;
  }

  /**
   * Maps `length` bytes at `offset`, both multiples of the page size. "private": for reading, without being told of
   * changes. `wanted`: the address where the kernel is to map them; 0: anywhere. Throws SystemError.
   */
  static map(
    kernel: Kernel,
    fd: Fd | number,
    length: number,
    offset: number,
    access: "read" | "write" | "private",
    wanted = 0,
  ): MappedMemory {
    const protection = access === "write" ? PROT_READ | PROT_WRITE : PROT_READ;
    const sharing = access === "private" ? MAP_PRIVATE : MAP_SHARED;
    const number = typeof fd === "number" ? fd : fd.number;
    const address = kernel.call("mmap", wanted, length, protection, sharing, number, offset);
    if (address < 0) throw new SystemError("map kernel memory", "mmap", address);
    const pages = { address, buffer: kernel.memoryAt(address, length), users: 0 };
    return new MappedMemory(kernel, pages, length);
  }

  /** The same pages once more, which stay until all that use them are closed; undefined when they are gone. */
  again(): MappedMemory | undefined {
    return this.#pages.users > 0 ? new MappedMemory(this.#kernel, this.#pages, this.length) : undefined;
  }

  get address(): number {
    return this.#pages.address;
  }

  /** A write to pages mapped for reading crashes the process, and so does any use of a view that outlives `close`. */
  get buffer(): ArrayBuffer {
    return this.#buffer;
  }

  close(): void {
    if (this.#buffer === NOTHING) return;
    this.#buffer = NOTHING;
    if (--this.#pages.users === 0) this.#kernel.call("munmap", this.#pages.address, this.length);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
