import type { MapSpec } from "../../abi/map-spec.ts";
import { ARENA_PAGE, type Arena } from "../arena.ts";
import { ERRNO } from "../errno.ts";
import type { AddressSpace } from "../memory.ts";
import type { MapParts } from "./hash-map.ts";
import type { Status, VmMap } from "./vm-map.ts";

const DEFAULT_USER_START = 0x1000_0000_0000n;

/**
 * Memory that programs and user space share, in pages of 4096 bytes that programs take and give back. Pointers into it
 * that lie in it are those of user space.
 */
export class ArenaMap implements VmMap {
  readonly spec: MapSpec;
  readonly id: number;
  readonly missing = -ERRNO.EOPNOTSUPP;
  readonly userValueSize = 0;
  readonly place: Arena;
  readonly #space: AddressSpace;
  readonly #taken: Uint8Array; // per page: 1 in use, 2 kept free

  constructor(spec: MapSpec, id: number, { space }: MapParts) {
    this.spec = spec;
    this.id = id;
    this.#space = space;
    const size = spec.maxEntries * ARENA_PAGE;
    const start = Math.ceil(space.allocate(size + ARENA_PAGE) / ARENA_PAGE) * ARENA_PAGE;
    this.place = { start, size, user: spec.mapExtra || DEFAULT_USER_START };
    this.#taken = new Uint8Array(spec.maxEntries);
    space.add({
      name: `pages of map ${spec.name}`,
      start,
      size,
      writable: true,
      window: (address) => this.#window(address),
    });
    if (spec.initial) {
      this.#taken.fill(1, 0, Math.ceil(spec.initial.length / ARENA_PAGE));
      space.u8.set(spec.initial.subarray(0, size), start);
    }
  }

  /** Takes zeroed pages, at a page of the arena or, for undefined, where there is room; user address, or 0. */
  take(count: number, at?: number): bigint {
    const first = at ?? this.#room(count);
    if (count === 0 || first === -1 || !this.#areFree(first, count, 0)) return 0n;
    this.#taken.fill(1, first, first + count);
    const { start, user } = this.place;
    this.#space.u8.fill(0, start + first * ARENA_PAGE, start + (first + count) * ARENA_PAGE);
    return user + BigInt(first * ARENA_PAGE);
  }

  /** Gives pages back that were taken. */
  give(first: number, count: number): void {
    for (let page = first; page < Math.min(first + count, this.#taken.length); page++)
      if (this.#taken[page] === 1) this.#taken[page] = 0;
    this.#space.invalidate();
  }

  /** Keeps free pages from being taken: 0, or -errno. */
  reserve(first: number, count: number): Status {
    if (count === 0) return 0;
    if (!this.#areFree(first, count, 0)) return -ERRNO.EBUSY;
    this.#taken.fill(2, first, first + count);
    return 0;
  }

  /** The page that a user address begins; undefined when it begins none of the arena's. */
  pageAt(address: bigint): number | undefined {
    const offset = address - this.place.user;
    if (offset < 0n || offset >= BigInt(this.place.size) || offset % BigInt(ARENA_PAGE) !== 0n)
      return undefined;
    return Number(offset) / ARENA_PAGE;
  }

  /** All of the arena's memory, as user space maps it: void when the machine's memory grows. */
  bytes(): Uint8Array<ArrayBuffer> {
    return this.#space.u8.subarray(this.place.start, this.place.start + this.place.size);
  }

  userLookup(): Status {
    return -ERRNO.EINVAL;
  }

  userUpdate(): Status {
    return -ERRNO.EOPNOTSUPP;
  }

  userDelete(): Status {
    return -ERRNO.EOPNOTSUPP;
  }

  userNextKey(): Status {
    return -ERRNO.EOPNOTSUPP;
  }

  #room(count: number): number {
    let free = 0;
    for (let page = 0; page < this.#taken.length; page++) {
      free = this.#taken[page] === 0 ? free + 1 : 0;
      if (free === count) return page - count + 1;
    }
    return -1;
  }

  #areFree(first: number, count: number, state: number): boolean {
    if (first < 0 || first + count > this.#taken.length) return false;
    for (let page = first; page < first + count; page++) if (this.#taken[page] !== state) return false;
    return true;
  }

  /** The pages around an address that are in use. */
  #window(address: number): { start: number; size: number } | undefined {
    const { start } = this.place;
    let first = Math.floor((address - start) / ARENA_PAGE);
    if (this.#taken[first] !== 1) return undefined;
    let end = first + 1;
    while (this.#taken[first - 1] === 1) first--;
    while (this.#taken[end] === 1) end++;
    return { start: start + first * ARENA_PAGE, size: (end - first) * ARENA_PAGE };
  }
}
