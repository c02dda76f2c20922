import type { MapSpec } from "../../abi/map-spec.ts";
import { ERRNO } from "../errno.ts";
import type { AddressSpace } from "../memory.ts";
import { EntryTable } from "./entry-table.ts";
import { checkFlags } from "./flags.ts";
import type { MapParts } from "./hash-map.ts";
import type { Status, VmMap } from "./vm-map.ts";

/**
 * Longest prefix match. A key is the length of its prefix in bits, 32 bits wide, and then the bits. Looks for the
 * prefixes of each length that occurs, longest first; the order of a walk differs from the kernel's.
 */
export class LpmTrie implements VmMap {
  readonly spec: MapSpec;
  readonly id: number;
  readonly missing = -ERRNO.ENOTSUPP;
  readonly userValueSize: number;
  readonly #space: AddressSpace;
  readonly #table: EntryTable; // by key with the bits behind the prefix cleared
  readonly #keys = new Map<number, Uint8Array>(); // keys as they were given, by entry
  readonly #lengths: Int32Array; // how many entries have a prefix of that length

  constructor(spec: MapSpec, id: number, { space }: MapParts) {
    this.spec = spec;
    this.id = id;
    this.userValueSize = spec.valueSize;
    this.#space = space;
    this.#lengths = new Int32Array(this.#maxBits + 1);
    this.#table = new EntryTable(space, {
      name: spec.name,
      keySize: spec.keySize,
      valueSize: spec.valueSize,
      values: 1,
      maxEntries: spec.maxEntries,
      writable: true,
    });
  }

  lookup(key: Uint8Array): number {
    const bits = prefixLength(key);
    if (bits > this.#maxBits) return 0;
    for (let length = bits; length >= 0; length--) {
      if (this.#lengths[length] === 0) continue;
      const entry = this.#table.find(cut(key, length));
      if (entry !== -1) return this.#table.valueAddress(entry);
    }
    return 0;
  }

  update(key: Uint8Array, value: Uint8Array, flags: number): Status {
    const wrong = (flags & 4) !== 0 ? -ERRNO.EINVAL : checkFlags(this.spec, flags);
    if (wrong !== 0) return wrong;
    const bits = prefixLength(key);
    if (bits > this.#maxBits) return -ERRNO.EINVAL;
    const given = key.slice();
    const kept = value.slice(); // making an entry may detach views
    let entry = this.#table.find(cut(given, bits));
    if (entry !== -1 && (flags & 1) !== 0) return -ERRNO.EEXIST;
    if (entry === -1) {
      if ((flags & 2) !== 0) return -ERRNO.ENOENT;
      if (this.#table.isFull) return -ERRNO.ENOSPC;
      entry = this.#table.insert(cut(given, bits));
      this.#lengths[bits] = (this.#lengths[bits] as number) + 1;
    }
    this.#keys.set(entry, given);
    this.#space.u8.set(kept, this.#table.valueAddress(entry));
    return 0;
  }

  delete(key: Uint8Array): Status {
    const bits = prefixLength(key);
    if (bits > this.#maxBits) return -ERRNO.EINVAL;
    const entry = this.#table.find(cut(key, bits));
    if (entry === -1) return -ERRNO.ENOENT;
    this.#table.remove(entry);
    this.#keys.delete(entry);
    this.#lengths[bits] = (this.#lengths[bits] as number) - 1;
    return 0;
  }

  userLookup(key: Uint8Array): Uint8Array | Status {
    const at = this.lookup(key);
    return at === 0 ? -ERRNO.ENOENT : this.#space.u8.slice(at, at + this.spec.valueSize);
  }

  userUpdate(key: Uint8Array, value: Uint8Array, flags: number): Status {
    return this.update(key, value, flags);
  }

  userDelete(key: Uint8Array): Status {
    return this.delete(key);
  }

  userNextKey(key: Uint8Array | undefined): Uint8Array | Status {
    const bits = key === undefined ? 0 : prefixLength(key);
    const from = key === undefined || bits > this.#maxBits ? -1 : this.#table.find(cut(key, bits));
    const next = this.#table.after(from);
    return this.#keys.get(next)?.slice() ?? -ERRNO.ENOENT;
  }

  get #maxBits(): number {
    return (this.spec.keySize - 4) * 8;
  }
}

function prefixLength(key: Uint8Array): number {
  return new DataView(key.buffer, key.byteOffset, 4).getUint32(0, true);
}

/** The key with a prefix of `bits`, and zeros behind it. */
function cut(key: Uint8Array, bits: number): Uint8Array {
  const result = new Uint8Array(key.length);
  new DataView(result.buffer).setUint32(0, bits, true);
  const whole = bits >>> 3;
  result.set(key.subarray(4, 4 + whole), 4);
  if ((bits & 7) !== 0) result[4 + whole] = (key[4 + whole] as number) & (0xff00 >> (bits & 7));
  return result;
}
