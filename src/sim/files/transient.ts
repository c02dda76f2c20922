import type { Addressed } from "../hooks/word.ts";
import { addressOf } from "../memory/address.ts";
import type { KernelObject, Values } from "../memory/kernel-object.ts";
import type { StateKey } from "../world/state-key.ts";
import type { World } from "../world/world.ts";

const KEPT = 64; // as many calls can be under way at once, each with one such object
const TEXT_BYTES = 256;
const encoder = new TextEncoder();

/** What the kernel has on its stack for the length of a call: written into memory only when a program looks. */
export class TransientObjects {
  readonly #world: World;
  readonly #pools = new Map<string, { objects: KernelObject[]; next: number }>();

  readonly #texts: number[] = [];
  #nextText = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** An object that is there once its address is asked for; it is reused after some more were. */
  lazy(struct: string, values: () => Values): Addressed {
    return new LazyObject(this, struct, values);
  }

  /** Address of a NUL-terminated text of at most 255 bytes, reused as the objects are. */
  text(text: string): bigint {
    const { memory } = this.#world;
    const at = this.#nextText++ % KEPT;
    const offset = this.#texts[at] ?? memory.allocate(TEXT_BYTES);
    this.#texts[at] = offset;
    memory.u8.fill(0, offset, offset + TEXT_BYTES);
    memory.u8.set(encoder.encode(text).subarray(0, TEXT_BYTES - 1), offset);
    return addressOf(offset);
  }

  /** An object for now, zeroed. */
  take(struct: string): KernelObject {
    const pool = this.#pools.get(struct) ?? { objects: [], next: 0 };
    this.#pools.set(struct, pool);
    const at = pool.next++ % KEPT;
    const object = pool.objects[at] ?? this.#world.memory.make(struct);
    pool.objects[at] = object;
    this.#world.memory.u8.fill(0, object.offset, object.offset + object.bytes);
    return object;
  }
}

class LazyObject implements Addressed {
  readonly #pool: TransientObjects;
  readonly #struct: string;
  readonly #values: () => Values;
  #made: KernelObject | undefined;

  constructor(pool: TransientObjects, struct: string, values: () => Values) {
    this.#pool = pool;
    this.#struct = struct;
    this.#values = values;
  }

  get address(): bigint {
    this.#made ??= this.#pool.take(this.#struct).fill(this.#values());
    return this.#made.address;
  }
}

/** Objects on the kernel's stack. */
export const TRANSIENT: StateKey<World, TransientObjects> = {
  name: "files.transient",
  make: (world) => new TransientObjects(world),
};
