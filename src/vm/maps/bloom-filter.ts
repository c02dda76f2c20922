import type { MapSpec } from "../../abi/map-spec.ts";
import { ERRNO } from "../errno.ts";
import { hashOf } from "./entry-table.ts";
import type { Status, VmMap } from "./vm-map.ts";

const DEFAULT_HASHES = 5; // kernel/bpf/bloom_filter.c, v6.18

/** A set that says "perhaps" or "no". Which values it takes for members by mistake differs from the kernel's. */
export class BloomFilter implements VmMap {
  readonly spec: MapSpec;
  readonly id: number;
  readonly missing = -ERRNO.EOPNOTSUPP;
  readonly userValueSize: number;
  readonly #bits: Uint8Array;
  readonly #hashes: number;

  constructor(spec: MapSpec, id: number) {
    this.spec = spec;
    this.id = id;
    this.userValueSize = spec.valueSize;
    this.#hashes = Number((spec.mapExtra ?? 0n) & 0xfn) || DEFAULT_HASHES;
    // Entries × hash functions × 7/5, up to the next power of two, as in the kernel; at least one word.
    const wanted = Math.ceil((spec.maxEntries * this.#hashes * 7) / 5);
    let bits = 64;
    while (bits < wanted && bits < 0x8000_0000) bits *= 2;
    this.#bits = new Uint8Array(bits / 8);
  }

  push(value: Uint8Array, flags: number): Status {
    if (flags !== 0) return -ERRNO.EINVAL;
    for (const bit of this.#places(value))
      this.#bits[bit >>> 3] = (this.#bits[bit >>> 3] as number) | (1 << (bit & 7));
    return 0;
  }

  /** `value` is what is asked for, and stays as it is. */
  peek(value: Uint8Array): Status {
    for (const bit of this.#places(value))
      if (((this.#bits[bit >>> 3] as number) & (1 << (bit & 7))) === 0) return -ERRNO.ENOENT;
    return 0;
  }

  userLookup(): Status {
    return -ERRNO.EINVAL;
  }

  /** Whether the value may be a member: 0, or -ENOENT. */
  userPeek(value: Uint8Array): Status {
    return this.peek(value);
  }

  userUpdate(_key: Uint8Array, value: Uint8Array, flags: number): Status {
    return this.push(value, flags);
  }

  userDelete(): Status {
    return -ERRNO.EOPNOTSUPP;
  }

  userNextKey(): Status {
    return -ERRNO.EOPNOTSUPP;
  }

  #places(value: Uint8Array): number[] {
    const mask = this.#bits.length * 8 - 1;
    return Array.from({ length: this.#hashes }, (_, i) => hashOf(value, 0x811c9dc5 + i * 0x9e3779b9) & mask);
  }
}
