import type { MapSpec } from "../../abi/map-spec.ts";
import { ERRNO } from "../errno.ts";
import type { AddressSpace } from "../memory.ts";
import { indexKey, indexOf } from "./array-map.ts";
import { hashOf } from "./entry-table.ts";
import type { MapParts } from "./hash-map.ts";
import type { Status, VmMap } from "./vm-map.ts";

export type PerfRecord = Readonly<{ cpu: number; data: Uint8Array }>;

/** Perf buffers, one per CPU, all open. Keeps records until they are taken, at most `limit` bytes of them. */
export class PerfEventArray implements VmMap {
  readonly spec: MapSpec;
  readonly id: number;
  readonly missing = -ERRNO.ENOTSUPP;
  readonly userValueSize = 4;
  /** Records that found no room. */
  lost = 0;
  #records: PerfRecord[] = [];
  #bytes = 0;
  readonly #limit = 1 << 24;

  constructor(spec: MapSpec, id: number) {
    this.spec = spec;
    this.id = id;
  }

  /** 0 or -errno; `data` is copied. */
  output(cpu: number, data: Uint8Array): Status {
    if (cpu >= this.spec.maxEntries) return -ERRNO.E2BIG;
    if (this.#bytes + data.length > this.#limit) {
      this.lost++;
      return -ERRNO.ENOSPC;
    }
    this.#bytes += data.length;
    this.#records.push({ cpu, data: data.slice() });
    return 0;
  }

  take(): readonly PerfRecord[] {
    const records = this.#records;
    this.#records = [];
    this.#bytes = 0;
    return records;
  }

  userLookup(): Status {
    return -ERRNO.ENOTSUPP;
  }

  userUpdate(key: Uint8Array, _value: Uint8Array, flags: number): Status {
    if (flags !== 0) return -ERRNO.EINVAL;
    return indexOf(key) >= this.spec.maxEntries ? -ERRNO.E2BIG : 0;
  }

  userDelete(key: Uint8Array): Status {
    return indexOf(key) >= this.spec.maxEntries ? -ERRNO.E2BIG : 0;
  }

  userNextKey(key: Uint8Array | undefined): Uint8Array | Status {
    const index = key === undefined ? -1 : indexOf(key);
    if (index === this.spec.maxEntries - 1) return -ERRNO.ENOENT;
    return indexKey(index >= this.spec.maxEntries ? 0 : index + 1);
  }
}

/** What user space sends to programs. */
export class UserRingBuffer implements VmMap {
  readonly spec: MapSpec;
  readonly id: number;
  readonly missing = -ERRNO.ENOTSUPP;
  readonly userValueSize = 0;
  readonly #space: AddressSpace;
  readonly #area: number;
  #samples: Uint8Array[] = [];
  #bytes = 0;

  constructor(spec: MapSpec, id: number, { space }: MapParts) {
    this.spec = spec;
    this.id = id;
    this.#space = space;
    this.#area = space.allocate(spec.maxEntries);
    const name = `sample of map ${spec.name}`;
    space.add({ name, start: this.#area, size: spec.maxEntries, writable: false });
  }

  /** Puts a sample in line for the next drain: 0, or -ENOSPC. */
  send(sample: Uint8Array): Status {
    const length = Math.ceil((sample.length + 8) / 8) * 8;
    if (this.#bytes + length > this.spec.maxEntries) return -ERRNO.ENOSPC;
    this.#bytes += length;
    this.#samples.push(sample.slice());
    return 0;
  }

  /** Hands samples to `visit` as address and size until it gives something else than 0; how many. */
  drain(visit: (address: number, size: number) => number): number {
    let count = 0;
    for (let sample = this.#samples.shift(); sample; sample = this.#samples.shift()) {
      this.#bytes -= Math.ceil((sample.length + 8) / 8) * 8;
      this.#space.u8.set(sample, this.#area);
      count++;
      if (visit(this.#area, sample.length) !== 0) break;
    }
    return count;
  }

  userLookup(): Status {
    return -ERRNO.ENOTSUPP;
  }

  userUpdate(): Status {
    return -ERRNO.ENOTSUPP;
  }

  userDelete(): Status {
    return -ERRNO.ENOTSUPP;
  }

  userNextKey(): Status {
    return -ERRNO.ENOTSUPP;
  }
}

/** Stacks by their hash. */
export class StackTraceMap implements VmMap {
  readonly spec: MapSpec;
  readonly id: number;
  readonly missing = -ERRNO.ENOTSUPP;
  readonly userValueSize: number;
  readonly #stacks = new Map<number, Uint8Array>();
  readonly #mask: number;

  constructor(spec: MapSpec, id: number) {
    this.spec = spec;
    this.id = id;
    this.userValueSize = spec.valueSize;
    let buckets = 1;
    while (buckets < spec.maxEntries) buckets *= 2;
    this.#mask = buckets - 1;
  }

  get maxFrames(): number {
    return this.spec.valueSize / 8;
  }

  /** Id of a stack, or -errno; `flags` are STACK_FLAGS. */
  put(frames: readonly bigint[], flags: number): Status {
    if (frames.length === 0) return -ERRNO.EFAULT;
    const bytes = new Uint8Array(this.spec.valueSize);
    const view = new DataView(bytes.buffer);
    for (const [i, frame] of frames.slice(0, this.maxFrames).entries()) view.setBigUint64(i * 8, frame, true);
    const id = hashOf(bytes) & this.#mask;
    const old = this.#stacks.get(id);
    if (old !== undefined) {
      if (old.every((byte, i) => byte === bytes[i])) return id;
      if ((flags & (1 << 10)) === 0) return -ERRNO.EEXIST; // BPF_F_REUSE_STACKID
    }
    this.#stacks.set(id, bytes);
    return id;
  }

  userLookup(key: Uint8Array): Uint8Array | Status {
    return this.#stacks.get(indexOf(key))?.slice() ?? -ERRNO.ENOENT;
  }

  userUpdate(): Status {
    return -ERRNO.EINVAL;
  }

  userDelete(key: Uint8Array): Status {
    const index = indexOf(key);
    if (index > this.#mask) return -ERRNO.E2BIG;
    return this.#stacks.delete(index) ? 0 : -ERRNO.ENOENT;
  }

  userNextKey(key: Uint8Array | undefined): Uint8Array | Status {
    const index = key === undefined ? -1 : indexOf(key);
    const from = index > this.#mask || !this.#stacks.has(index) ? -1 : index;
    const next = [...this.#stacks.keys()].filter((id) => id > from).sort((a, b) => a - b)[0];
    return next === undefined ? -ERRNO.ENOENT : indexKey(next);
  }
}
