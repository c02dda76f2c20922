import { MAP_FLAGS } from "../../abi/map-flags.ts";
import type { MapSpec } from "../../abi/map-spec.ts";
import { MAP_TYPES } from "../../abi/map-types.ts";
import type { Environment } from "../environment.ts";
import { ERRNO } from "../errno.ts";
import type { AddressSpace } from "../memory.ts";
import { roundUp8 } from "./entry-table.ts";
import { checkFlags } from "./flags.ts";
import type { MapParts } from "./hash-map.ts";
import type { Status, VmMap } from "./vm-map.ts";

/** Arrays of values, one or one per CPU: every entry exists from the start. */
export class ArrayMap implements VmMap {
  readonly spec: MapSpec;
  readonly id: number;
  readonly missing = -ERRNO.ENOTSUPP;
  readonly userValueSize: number;
  /** Address of the first value. */
  readonly start: number;
  readonly isWritten: boolean;
  readonly #space: AddressSpace;
  readonly #env: Environment;
  readonly #isPerCpu: boolean;
  readonly #cell: number; // bytes from one CPU's value to the next one's
  readonly #stride: number; // bytes from one entry to the next

  constructor(spec: MapSpec, id: number, { space, env }: MapParts) {
    this.spec = spec;
    this.id = id;
    this.#space = space;
    this.#env = env;
    this.#isPerCpu = MAP_TYPES[spec.type].perCpu;
    this.#cell = roundUp8(spec.valueSize);
    this.#stride = this.#isPerCpu ? this.#cell * env.cpus : this.#cell;
    this.userValueSize = this.#isPerCpu ? this.#stride : spec.valueSize;
    const size = this.#stride * spec.maxEntries;
    this.start = space.allocate(size);
    const { start } = this;
    this.isWritten = !spec.readOnly && (spec.flags & MAP_FLAGS.readOnlyProg) === 0;
    const isExact = !this.#isPerCpu && spec.maxEntries === 1;
    space.add({
      name: `${spec.maxEntries === 1 ? "value" : "values"} of map ${spec.name}`,
      start,
      size: isExact ? spec.valueSize : size,
      writable: this.isWritten,
      isLasting: isExact,
      ...(!isExact && { window: (address: number) => this.#window(address) }),
    });
    if (spec.initial) this.#initialize(spec.initial);
  }

  lookup(key: Uint8Array): number {
    return this.lookupCpu(key, this.#isPerCpu ? this.#env.cpu() : 0);
  }

  lookupAt(key: number): number {
    const index = this.#space.view.getUint32(key, true);
    return index < this.spec.maxEntries ? this.#address(index, this.#isPerCpu ? this.#env.cpu() : 0) : 0;
  }

  updateAt(key: number, value: number, flags: number): Status {
    const index = this.#space.view.getUint32(key, true);
    const wrong = this.#checkUpdate(index, flags);
    if (wrong !== 0) return wrong;
    const at = this.#address(index, this.#isPerCpu ? this.#env.cpu() : 0);
    this.#space.u8.copyWithin(at, value, value + this.spec.valueSize);
    return 0;
  }

  lookupCpu(key: Uint8Array, cpu: number): number {
    const index = indexOf(key);
    if (index >= this.spec.maxEntries || (this.#isPerCpu && cpu >= this.#env.cpus)) return 0;
    return this.#address(index, cpu);
  }

  update(key: Uint8Array, value: Uint8Array, flags: number): Status {
    const index = indexOf(key);
    const wrong = this.#checkUpdate(index, flags);
    if (wrong === 0) this.#space.u8.set(value, this.#address(index, this.#isPerCpu ? this.#env.cpu() : 0));
    return wrong;
  }

  delete(): Status {
    return -ERRNO.EINVAL;
  }

  visitEntries(visit: (key: number, value: number) => number): number {
    const key = this.#space.allocate(4);
    const region = this.#space.add({ name: "key of a callback", start: key, size: 4, writable: false });
    let visited = 0;
    for (let index = 0; index < this.spec.maxEntries; index++) {
      this.#space.view.setUint32(key, index, true);
      visited++;
      if (visit(key, this.#address(index, this.#isPerCpu ? this.#env.cpu() : 0)) !== 0) break;
    }
    this.#space.remove(region);
    this.#space.release(key, 4);
    return visited;
  }

  entryAt(address: number): { key: Uint8Array; value: number } | undefined {
    const index = Math.floor((address - this.start) / this.#stride);
    if (index < 0 || index >= this.spec.maxEntries) return undefined;
    return { key: indexKey(index), value: this.#address(index, 0) };
  }

  userLookup(key: Uint8Array): Uint8Array | Status {
    const index = indexOf(key);
    if (index >= this.spec.maxEntries) return -ERRNO.ENOENT;
    const at = this.#address(index, 0);
    return this.#space.u8.slice(at, at + this.userValueSize);
  }

  userUpdate(key: Uint8Array, value: Uint8Array, flags: number): Status {
    const index = indexOf(key);
    const wrong = this.#checkUpdate(index, flags);
    if (wrong !== 0) return wrong;
    const cpus = this.#isPerCpu ? this.#env.cpus : 1;
    for (let cpu = 0; cpu < cpus; cpu++) {
      const from = cpu * this.#cell;
      this.#space.u8.set(value.subarray(from, from + this.spec.valueSize), this.#address(index, cpu));
    }
    return 0;
  }

  userDelete(): Status {
    return -ERRNO.EINVAL;
  }

  userNextKey(key: Uint8Array | undefined): Uint8Array | Status {
    const index = key === undefined ? 0xffffffff : indexOf(key);
    if (index === this.spec.maxEntries - 1) return -ERRNO.ENOENT;
    return indexKey(index >= this.spec.maxEntries ? 0 : index + 1);
  }

  #address(index: number, cpu: number): number {
    return this.start + index * this.#stride + cpu * this.#cell;
  }

  #checkUpdate(index: number, flags: number): Status {
    const wrong = checkFlags(this.spec, flags);
    if (wrong !== 0) return wrong;
    if (index >= this.spec.maxEntries) return -ERRNO.E2BIG;
    return (flags & 1) !== 0 ? -ERRNO.EEXIST : 0;
  }

  // Programs may walk from one value of an array to the next, so that all of it is one stretch, but for per-CPU
  // values and those whose size leaves gaps.
  #window(address: number): { start: number; size: number } {
    const { valueSize, maxEntries } = this.spec;
    if (!this.#isPerCpu && this.#cell === valueSize)
      return { start: this.start, size: this.#stride * maxEntries };
    return { start: address - ((address - this.start) % this.#cell), size: valueSize };
  }

  #initialize(bytes: Uint8Array): void {
    const cpus = this.#isPerCpu ? this.#env.cpus : 1;
    for (let cpu = 0; cpu < cpus; cpu++)
      this.#space.u8.set(bytes.subarray(0, this.spec.valueSize), this.#address(0, cpu));
  }
}

export function indexOf(key: Uint8Array): number {
  return new DataView(key.buffer, key.byteOffset, 4).getUint32(0, true);
}

export function indexKey(index: number): Uint8Array {
  const key = new Uint8Array(4);
  new DataView(key.buffer).setUint32(0, index, true);
  return key;
}
