import type { MapSpec } from "../../abi/map-spec.ts";
import { ERRNO } from "../errno.ts";
import { indexKey, indexOf } from "./array-map.ts";
import type { MapParts } from "./hash-map.ts";
import type { Status, VmMap } from "./vm-map.ts";

/** What a reference map asks about the numbers that user space puts into it. */
export type Referents = Readonly<{
  /** Whether this number may be put into the map. */
  accepts(spec: MapSpec, id: number): boolean;
}>;

/**
 * Maps whose entries refer to something by a number, which user space writes and reads: programs, maps, network
 * devices, CPUs, sockets, cgroups. Indexed, or keyed by bytes.
 */
export class ReferenceMap implements VmMap {
  readonly spec: MapSpec;
  readonly id: number;
  readonly missing = -ERRNO.ENOTSUPP;
  readonly userValueSize: number;
  readonly #entries = new Map<string, { key: Uint8Array; value: Uint8Array }>();
  readonly #isIndexed: boolean;
  readonly #referents: Referents;

  constructor(spec: MapSpec, id: number, referents: Referents) {
    this.spec = spec;
    this.id = id;
    this.userValueSize = spec.valueSize;
    this.#isIndexed = !HASHED.has(spec.type);
    this.#referents = referents;
  }

  referred(index: number): number | undefined {
    return this.referredByKey(indexKey(index));
  }

  /** What the entry refers to, or undefined. */
  referredByKey(key: Uint8Array): number | undefined {
    const found = this.#entries.get(nameOf(key));
    return found && indexOf(found.value);
  }

  update(key: Uint8Array, value: Uint8Array, flags: number): Status {
    return this.userUpdate(key, value, flags);
  }

  delete(key: Uint8Array): Status {
    return this.userDelete(key);
  }

  userLookup(key: Uint8Array): Uint8Array | Status {
    return this.#entries.get(nameOf(key))?.value.slice() ?? -ERRNO.ENOENT;
  }

  userUpdate(key: Uint8Array, value: Uint8Array, flags: number): Status {
    const exists = this.#entries.has(nameOf(key));
    if (this.#isFdArray && flags !== 0) return -ERRNO.EINVAL;
    if (flags > 2) return -ERRNO.EINVAL;
    if (this.#isIndexed && indexOf(key) >= this.spec.maxEntries) return -ERRNO.E2BIG;
    if ((flags & 1) !== 0 && (exists || (this.#isIndexed && !SOCKETS.has(this.spec.type))))
      return -ERRNO.EEXIST;
    if ((flags & 2) !== 0 && !exists) return -ERRNO.ENOENT;
    if (!this.#referents.accepts(this.spec, indexOf(value)))
      return this.#isFdArray ? -ERRNO.EBADF : -ERRNO.EINVAL;
    if (!exists && this.#entries.size >= this.spec.maxEntries) return -ERRNO.E2BIG;
    this.#entries.set(nameOf(key), { key: key.slice(), value: value.slice() });
    return 0;
  }

  userDelete(key: Uint8Array): Status {
    if (this.#isIndexed && indexOf(key) >= this.spec.maxEntries)
      return this.#isFdArray ? -ERRNO.E2BIG : -ERRNO.EINVAL;
    const found = this.#entries.delete(nameOf(key));
    if (found || DEVICES.has(this.spec.type)) return 0;
    return SOCKETS.has(this.spec.type) && this.#isIndexed ? -ERRNO.EINVAL : -ERRNO.ENOENT;
  }

  userNextKey(key: Uint8Array | undefined): Uint8Array | Status {
    if (this.#isIndexed) {
      const index = key === undefined ? -1 : indexOf(key);
      if (index === this.spec.maxEntries - 1) return -ERRNO.ENOENT;
      return indexKey(index >= this.spec.maxEntries ? 0 : index + 1);
    }
    const names = [...this.#entries.keys()];
    const at = key === undefined ? -1 : names.indexOf(nameOf(key));
    return this.#entries.get(names[at + 1] ?? "")?.key.slice() ?? -ERRNO.ENOENT;
  }

  get #isFdArray(): boolean {
    return FD_ARRAYS.has(this.spec.type);
  }
}

const HASHED: ReadonlySet<string> = new Set(["hashOfMaps", "devmapHash", "sockhash"]);
const FD_ARRAYS: ReadonlySet<string> = new Set(["progArray", "cgroupArray", "arrayOfMaps"]);
const SOCKETS: ReadonlySet<string> = new Set(["sockmap", "sockhash", "reuseportSockarray"]);
const DEVICES: ReadonlySet<string> = new Set(["devmap", "cpumap", "xskmap"]);

function nameOf(key: Uint8Array): string {
  return key.join();
}

/** Memory that belongs to tasks, inodes, sockets or cgroups: one value per object, which its address names. */
export class StorageMap implements VmMap {
  readonly spec: MapSpec;
  readonly id: number;
  readonly missing = -ERRNO.ENOTSUPP;
  readonly userValueSize: number;
  readonly #parts: MapParts;
  readonly #values = new Map<bigint, number>();

  constructor(spec: MapSpec, id: number, parts: MapParts) {
    this.spec = spec;
    this.id = id;
    this.userValueSize = spec.valueSize;
    this.#parts = parts;
  }

  /** Address of the owner's value, made and filled from `initial` when `create` is set; else 0. */
  of(owner: bigint, create: boolean, initial?: Uint8Array): number {
    const found = this.#values.get(owner);
    if (found !== undefined || !create) return found ?? 0;
    const bytes = initial?.slice();
    const { space } = this.#parts;
    const size = this.spec.valueSize;
    const start = space.allocate(size);
    if (bytes) space.u8.set(bytes, start);
    space.add({ name: `value of map ${this.spec.name}`, start, size, writable: true });
    this.#values.set(owner, start);
    return start;
  }

  /** 0, or -ENOENT. The memory stays: a program may still hold its address. */
  forget(owner: bigint): Status {
    return this.#values.delete(owner) ? 0 : -ERRNO.ENOENT;
  }

  // User space names owners by file descriptors; here the number is taken as the owner's address.

  userLookup(key: Uint8Array): Uint8Array | Status {
    const at = this.#values.get(BigInt(indexOf(key)));
    return at === undefined ? -ERRNO.ENOENT : this.#parts.space.u8.slice(at, at + this.spec.valueSize);
  }

  userUpdate(key: Uint8Array, value: Uint8Array, flags: number): Status {
    const owner = BigInt(indexOf(key));
    if (flags > 2) return -ERRNO.EINVAL;
    if (flags === 1 && this.#values.has(owner)) return -ERRNO.EEXIST;
    if (flags === 2 && !this.#values.has(owner)) return -ERRNO.ENOENT;
    const at = this.of(owner, true);
    this.#parts.space.u8.set(value, at);
    return 0;
  }

  userDelete(key: Uint8Array): Status {
    return this.forget(BigInt(indexOf(key)));
  }

  userNextKey(): Status {
    return -ERRNO.ENOTSUPP;
  }
}
