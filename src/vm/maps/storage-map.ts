import type { MapSpec } from "../../abi/map-spec.ts";
import { ERRNO } from "../errno.ts";
import { indexOf } from "./array-map.ts";
import { roundUp8 } from "./entry-table.ts";
import type { MapParts } from "./hash-map.ts";
import type { Status, VmMap } from "./vm-map.ts";

/** What a storage map asks about its owners and the machine. */
export type StorageParts = MapParts &
  Readonly<{
    /** The object that a file descriptor of user space means. */
    ownerOf(spec: MapSpec, fd: number): bigint | undefined;
    /** Counts the runs that nobody else began: memory that a run may still hold is used again in later ones. */
    runs(): number;
  }>;

const MOST_OWNERS = 1 << 20;

/** Memory that belongs to tasks, inodes, sockets or cgroups: one value per object, which a number names. */
export class StorageMap implements VmMap {
  readonly spec: MapSpec;
  readonly id: number;
  readonly missing = -ERRNO.ENOTSUPP;
  readonly userValueSize: number;
  readonly #parts: StorageParts;
  readonly #values = new Map<bigint, number>();
  readonly #gone: { start: number; run: number }[] = [];
  readonly #cpus: number;

  constructor(spec: MapSpec, id: number, parts: StorageParts) {
    this.spec = spec;
    this.id = id;
    this.#parts = parts;
    this.#cpus = spec.type === "percpuCgroupStorage" ? parts.env.cpus : 1;
    this.userValueSize = this.#cpus === 1 ? spec.valueSize : roundUp8(spec.valueSize) * this.#cpus;
  }

  /** Address of the owner's value, on the CPU that runs; made and filled from `initial` when `create` is set; else 0. */
  of(owner: bigint, create: boolean, initial?: Uint8Array): number {
    const start = this.#values.get(owner) ?? (create ? this.#make(owner, initial?.slice()) : 0);
    if (start === 0 || this.#cpus === 1) return start;
    return start + this.#parts.env.cpu() * roundUp8(this.spec.valueSize);
  }

  /** 0, or -ENOENT. The memory stays until the run ends: a program may still hold its address. */
  forget(owner: bigint): Status {
    const start = this.#values.get(owner);
    if (start === undefined) return -ERRNO.ENOENT;
    this.#values.delete(owner);
    this.#gone.push({ start, run: this.#parts.runs() });
    return 0;
  }

  userLookup(key: Uint8Array): Uint8Array | Status {
    const owner = this.#owner(key);
    if (owner === undefined) return -ERRNO.EBADF;
    const at = this.#values.get(owner);
    return at === undefined ? -ERRNO.ENOENT : this.#parts.space.u8.slice(at, at + this.userValueSize);
  }

  userUpdate(key: Uint8Array, value: Uint8Array, flags: number): Status {
    const owner = this.#owner(key);
    if (owner === undefined) return -ERRNO.EBADF;
    if (flags > 2) return -ERRNO.EINVAL;
    if (flags === 1 && this.#values.has(owner)) return -ERRNO.EEXIST;
    // Storage of cgroups by attachment is made when a program is attached, never by user space.
    const mustExist = flags === 2 || this.#isByAttachment;
    if (mustExist && !this.#values.has(owner)) return -ERRNO.ENOENT;
    const at = this.#values.get(owner) ?? this.#make(owner, undefined);
    if (at === 0) return -ERRNO.ENOMEM;
    this.#parts.space.u8.set(value, at);
    return 0;
  }

  userDelete(key: Uint8Array): Status {
    if (this.#isByAttachment) return -ERRNO.EINVAL;
    const owner = this.#owner(key);
    return owner === undefined ? -ERRNO.EBADF : this.forget(owner);
  }

  userNextKey(key: Uint8Array | undefined): Uint8Array | Status {
    if (!this.#isByAttachment) return -ERRNO.ENOTSUPP;
    const owners = [...this.#values.keys()];
    const at = key === undefined ? -1 : owners.indexOf(this.#owner(key) ?? 0n);
    const next = owners[at + 1];
    if (next === undefined) return -ERRNO.ENOENT;
    const found = new Uint8Array(this.spec.keySize);
    new DataView(found.buffer).setBigUint64(0, next, true);
    return found;
  }

  get #isByAttachment(): boolean {
    return this.spec.type === "cgroupStorage" || this.spec.type === "percpuCgroupStorage";
  }

  #owner(key: Uint8Array): bigint | undefined {
    if (!this.#isByAttachment) return this.#parts.ownerOf(this.spec, indexOf(key));
    return key.length < 8 ? undefined : new DataView(key.buffer, key.byteOffset).getBigUint64(0, true);
  }

  #make(owner: bigint, initial: Uint8Array | undefined): number {
    if (this.#values.size >= MOST_OWNERS) return 0;
    const { space } = this.#parts;
    const size = roundUp8(this.spec.valueSize) * this.#cpus;
    const start = this.#reuse() ?? this.#allocate(size);
    space.u8.fill(0, start, start + size);
    const step = roundUp8(this.spec.valueSize);
    if (initial) for (let cpu = 0; cpu < this.#cpus; cpu++) space.u8.set(initial, start + cpu * step);
    this.#values.set(owner, start);
    return start;
  }

  #reuse(): number | undefined {
    const oldest = this.#gone[0];
    if (oldest === undefined || oldest.run === this.#parts.runs()) return undefined;
    this.#gone.shift();
    return oldest.start;
  }

  #allocate(size: number): number {
    const { space } = this.#parts;
    const start = space.allocate(size);
    const { name, valueSize } = this.spec;
    const step = roundUp8(valueSize);
    space.add({
      name: `value of map ${name}`,
      start,
      size: this.#cpus === 1 ? valueSize : size,
      writable: true,
      ...(this.#cpus > 1 && {
        window: (address: number) => ({
          start: start + Math.floor((address - start) / step) * step,
          size: valueSize,
        }),
      }),
    });
    return start;
  }
}
