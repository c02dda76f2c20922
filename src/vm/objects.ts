import { MachineError } from "./machine-error.ts";
import type { AddressSpace } from "./memory.ts";

const CHUNK_OBJECTS = 64;
const CHUNK_BYTES = 1 << 16;
const MAX_HANDLES = 1 << 16;

type Slot = { size: number; values: number; references: number };

/**
 * Objects that programs make: memory with a size and a count of references. Objects of one size lie side by side; the
 * memory of one that is gone is nobody's until it is used again.
 */
export class ObjectPool {
  readonly #space: AddressSpace;
  readonly #live = new Map<number, Slot>();
  readonly #free = new Map<number, number[]>(); // by rounded size

  constructor(space: AddressSpace) {
    this.#space = space;
  }

  /** Address of `size` zeroed bytes, or of `values` times as many, 8-aligned; 0 when memory is used up. */
  make(size: number, values = 1): number {
    const stride = strideOf(size);
    const total = stride * values;
    try {
      const free = this.#free.get(total) ?? this.#addChunk(total, stride);
      const address = free.pop() ?? this.#addChunk(total, stride).pop();
      if (address === undefined) throw new Error("bug: a chunk without objects");
      this.#space.u8.fill(0, address, address + total);
      this.#live.set(address, { size, values, references: 1 });
      return address;
    } catch (error) {
      if (error instanceof MachineError && error.code === "vm/no-memory") return 0;
      throw error;
    }
  }

  /** Whether an object that is alive begins there. */
  has(address: number): boolean {
    return this.#live.has(address);
  }

  /** Address of one of an object's values; undefined when no object begins there. */
  valueOf(address: number, index: number): number | undefined {
    const slot = this.#live.get(address);
    if (slot === undefined) return undefined;
    return index < slot.values ? address + index * strideOf(slot.size) : 0;
  }

  /** One reference more; false when no object begins there. */
  acquire(address: number): boolean {
    const slot = this.#live.get(address);
    if (slot === undefined) return false;
    slot.references++;
    return true;
  }

  /** One reference less; false when no object begins there. */
  release(address: number): boolean {
    const slot = this.#live.get(address);
    if (slot === undefined) return false;
    if (--slot.references > 0) return true;
    this.#live.delete(address);
    this.#free.get(strideOf(slot.size) * slot.values)?.push(address);
    this.#space.invalidate();
    return true;
  }

  #addChunk(total: number, stride: number): number[] {
    const count = Math.max(1, Math.min(CHUNK_OBJECTS, Math.floor(CHUNK_BYTES / total)));
    const start = this.#space.allocate(total * count);
    this.#space.add({
      name: "objects of the program",
      start,
      size: total * count,
      writable: true,
      window: (address) => {
        const object = start + Math.floor((address - start) / total) * total;
        const slot = this.#live.get(object);
        if (slot === undefined) return undefined;
        return { start: object + Math.floor((address - object) / stride) * stride, size: slot.size };
      },
    });
    const free = this.#free.get(total) ?? [];
    for (let i = count - 1; i >= 0; i--) free.push(start + i * total);
    this.#free.set(total, free);
    return free;
  }
}

function strideOf(size: number): number {
  return Math.max(8, Math.ceil(size / 8) * 8);
}

/** What lives on this side of a helper call, such as the rest of a walk: programs hold a number for it. */
export class Handles<T> {
  readonly #values = new Map<number, T>();
  #last = 0;

  /** A number that is not 0; undefined when too many are held. */
  add(value: T): number | undefined {
    if (this.#values.size >= MAX_HANDLES) return undefined;
    do this.#last = (this.#last % 0x7fff_ffff) + 1;
    while (this.#values.has(this.#last));
    this.#values.set(this.#last, value);
    return this.#last;
  }

  get(handle: number): T | undefined {
    return this.#values.get(handle);
  }

  remove(handle: number): void {
    this.#values.delete(handle);
  }

  clear(): void {
    this.#values.clear();
  }
}
