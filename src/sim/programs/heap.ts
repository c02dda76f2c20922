import type { Process } from "../process/process.ts";
import type { StateKey } from "../world/state-key.ts";

const HEADER = 16;
const SMALLEST = 32;
const PAGE = 4096;

/** Requests of at least this many bytes get pages of their own: M_MMAP_THRESHOLD of glibc. */
export const MMAP_THRESHOLD = 131_072;

/** How much the heap grows at once: M_TOP_PAD and a little. */
export const GROWTH = 135_168;

type Chunk = Readonly<{ bytes: number; mapped: boolean }>;

/**
 * The heap of a process as glibc keeps it: chunks with a header of 16 bytes, freed ones by size for the next request of
 * that size, and the unused rest at the top. It knows addresses; asking the kernel for memory is malloc's.
 */
export class Heap {
  /** The unused rest. */
  top = 0;
  end = 0;
  /** Bytes that were asked for and not freed. */
  used = 0;
  #touched = 0;
  readonly #chunks = new Map<number, Chunk>();
  readonly #free = new Map<number, number[]>();

  /** Bytes that a chunk takes for a request of `bytes`. */
  static chunkBytes(bytes: number): number {
    return Math.max(SMALLEST, (bytes + 8 + 15) & ~15);
  }

  /** Address of a freed chunk of that size, or from the top; undefined when the heap must grow. */
  take(bytes: number): number | undefined {
    const size = Heap.chunkBytes(bytes);
    const freed = this.#free.get(size)?.pop();
    if (freed !== undefined) return this.#give(freed, { bytes, mapped: false });
    if (this.top + size > this.end) return undefined;
    const address = this.top + HEADER;
    this.top += size;
    return this.#give(address, { bytes, mapped: false });
  }

  /** How many bytes below the top were never used before: chunks are written to as soon as they are given. */
  takeUntouched(): number {
    const fresh = this.top - this.#touched;
    if (fresh <= 0) return 0;
    this.#touched = Math.ceil(this.top / PAGE) * PAGE;
    return fresh;
  }

  /** The kernel gave memory up to `end`; the first time from `start`. */
  grow(start: number, end: number): void {
    if (this.end !== start) {
      this.top = start;
      this.#touched = start;
    }
    this.end = end;
  }

  /** A request that has pages of its own, at `start`. */
  takeMapped(start: number, bytes: number): number {
    return this.#give(start + HEADER, { bytes, mapped: true });
  }

  /** How many bytes were asked for at an address; undefined when there is no such chunk. */
  sizeOf(address: number): number | undefined {
    return this.#chunks.get(address)?.bytes;
  }

  /** Takes a chunk back; the start and size of its pages when they go back to the kernel. */
  release(address: number): Readonly<{ start: number; bytes: number }> | undefined {
    const chunk = this.#chunks.get(address);
    if (chunk === undefined) return undefined;
    this.#chunks.delete(address);
    this.used -= chunk.bytes;
    if (chunk.mapped) return { start: address - HEADER, bytes: chunk.bytes + HEADER };
    const size = Heap.chunkBytes(chunk.bytes);
    const list = this.#free.get(size);
    if (list === undefined) this.#free.set(size, [address]);
    else list.push(address);
    return undefined;
  }

  /** For a forked process. */
  copy(): Heap {
    const copy = new Heap();
    copy.top = this.top;
    copy.end = this.end;
    copy.used = this.used;
    copy.#touched = this.#touched;
    for (const [address, chunk] of this.#chunks) copy.#chunks.set(address, chunk);
    for (const [size, list] of this.#free) copy.#free.set(size, [...list]);
    return copy;
  }

  /** Another program runs now, in memory of its own. */
  clear(): void {
    this.top = 0;
    this.end = 0;
    this.used = 0;
    this.#touched = 0;
    this.#chunks.clear();
    this.#free.clear();
  }

  #give(address: number, chunk: Chunk): number {
    this.#chunks.set(address, chunk);
    this.used += chunk.bytes;
    return address;
  }
}

export const HEAP: StateKey<Process, Heap> = {
  name: "programs.heap",
  make: () => new Heap(),
  fork: (parent) => parent.copy(),
};
