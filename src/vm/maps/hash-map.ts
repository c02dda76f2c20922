import { ELEM_FLAGS, MAP_FLAGS } from "../../abi/map-flags.ts";
import type { MapSpec } from "../../abi/map-spec.ts";
import { MAP_TYPES } from "../../abi/map-types.ts";
import type { Environment } from "../environment.ts";
import { ERRNO } from "../errno.ts";
import type { AddressSpace } from "../memory.ts";
import { copyBytes } from "./copy-bytes.ts";
import { EntryTable, roundUp8 } from "./entry-table.ts";
import { checkFlags } from "./flags.ts";
import { LruList } from "./lru-list.ts";
import type { Status, VmMap } from "./vm-map.ts";

export type MapParts = Readonly<{
  space: AddressSpace;
  env: Environment;
  /** Called for the bytes of a value that is no more. */
  onRelease?: (start: number, size: number) => void;
}>;

/** Hash tables: with one value or one per CPU, and those that drop what was used least recently. */
export class HashMap implements VmMap {
  readonly spec: MapSpec;
  readonly id: number;
  readonly missing = -ERRNO.ENOTSUPP;
  readonly userValueSize: number;
  readonly isWritten: boolean;
  readonly #space: AddressSpace;
  readonly #env: Environment;
  readonly #table: EntryTable;
  readonly #cpus: number;
  readonly #lru: LruList | undefined;

  readonly #onRelease: MapParts["onRelease"];

  constructor(spec: MapSpec, id: number, { space, env, onRelease }: MapParts) {
    this.spec = spec;
    this.id = id;
    this.#onRelease = onRelease;
    this.#space = space;
    this.#env = env;
    this.#cpus = MAP_TYPES[spec.type].perCpu ? env.cpus : 1;
    this.userValueSize =
      this.#cpus === 1 && !MAP_TYPES[spec.type].perCpu ? spec.valueSize : roundUp8(spec.valueSize) * env.cpus;
    this.isWritten = (spec.flags & MAP_FLAGS.readOnlyProg) === 0;
    this.#lru = isLru(spec) ? this.#makeLru(spec) : undefined;
    this.#table = new EntryTable(space, {
      name: spec.name,
      keySize: spec.keySize,
      valueSize: spec.valueSize,
      values: this.#cpus,
      maxEntries: spec.maxEntries,
      writable: this.isWritten,
    });
  }

  lookup(key: Uint8Array): number {
    return this.lookupCpu(key, this.#cpus === 1 ? 0 : this.#env.cpu());
  }

  lookupAt(key: number): number {
    const entry = this.#table.findAt(key);
    if (entry === -1) return 0;
    this.#lru?.refer(entry);
    return this.#table.valueAddress(entry, this.#cpus === 1 ? 0 : this.#env.cpu());
  }

  updateAt(key: number, value: number, flags: number): Status {
    const entry = this.#enter(key, flags);
    if (entry < 0) return entry;
    copyBytes(
      this.#space,
      value,
      this.#table.valueAddress(entry, this.#cpus === 1 ? 0 : this.#env.cpu()),
      this.spec.valueSize,
    );
    return 0;
  }

  deleteAt(key: number): Status {
    const entry = this.#table.findAt(key);
    if (entry === -1) return -ERRNO.ENOENT;
    this.#remove(entry);
    return 0;
  }

  lookupCpu(key: Uint8Array, cpu: number): number {
    const entry = this.#table.find(key);
    if (entry === -1 || cpu >= this.#cpus) return 0;
    this.#lru?.refer(entry);
    return this.#table.valueAddress(entry, cpu);
  }

  update(key: Uint8Array, value: Uint8Array, flags: number): Status {
    const kept = value.slice(); // making an entry may detach views
    const entry = this.#enter(key, flags);
    if (entry < 0) return entry;
    this.#space.u8.set(kept, this.#table.valueAddress(entry, this.#cpus === 1 ? 0 : this.#env.cpu()));
    return 0;
  }

  delete(key: Uint8Array): Status {
    const entry = this.#table.find(key);
    if (entry === -1) return -ERRNO.ENOENT;
    this.#remove(entry);
    return 0;
  }

  visitEntries(visit: (key: number, value: number) => number): number {
    let visited = 0;
    const cpu = this.#cpus === 1 ? 0 : this.#env.cpu();
    for (let entry = this.#table.after(-1); entry !== -1; entry = this.#table.after(entry)) {
      visited++;
      if (visit(this.#table.keyAddress(entry), this.#table.valueAddress(entry, cpu)) !== 0) break;
    }
    return visited;
  }

  entryAt(address: number): { key: Uint8Array; value: number } | undefined {
    const entry = this.#table.entryAt(address);
    return entry === -1 ? undefined : { key: this.#table.key(entry), value: this.#table.valueAddress(entry) };
  }

  userLookup(key: Uint8Array): Uint8Array | Status {
    const entry = this.#table.find(key);
    return entry === -1 ? -ERRNO.ENOENT : this.#value(entry);
  }

  userUpdate(key: Uint8Array, value: Uint8Array, flags: number): Status {
    const entry = this.#enter(key, flags);
    if (entry < 0) return entry;
    const step = roundUp8(this.spec.valueSize);
    for (let cpu = 0; cpu < this.#cpus; cpu++)
      this.#space.u8.set(
        value.subarray(cpu * step, cpu * step + this.spec.valueSize),
        this.#table.valueAddress(entry, cpu),
      );
    return 0;
  }

  userDelete(key: Uint8Array): Status {
    return this.delete(key);
  }

  userNextKey(key: Uint8Array | undefined): Uint8Array | Status {
    const next = this.#table.after(key === undefined ? -1 : this.#table.find(key));
    return next === -1 ? -ERRNO.ENOENT : this.#table.key(next);
  }

  userLookupAndDelete(key: Uint8Array): Uint8Array | Status {
    const entry = this.#table.find(key);
    if (entry === -1) return -ERRNO.ENOENT;
    const value = this.#value(entry);
    this.#remove(entry);
    return value;
  }

  /** Number of the entry with that key (or with the key at that address), made if it has to be, or -errno. */
  #enter(key: Uint8Array | number, flags: number): number {
    const wrong = checkFlags(this.spec, flags);
    if (wrong !== 0) return wrong;
    if (this.#lru) return this.#enterLru(this.#lru, key, flags);
    const entry = this.#find(key);
    if (entry !== -1) return (flags & ELEM_FLAGS.noExist) !== 0 ? -ERRNO.EEXIST : entry;
    if ((flags & ELEM_FLAGS.exist) !== 0) return -ERRNO.ENOENT;
    if (this.#table.isFull) return -ERRNO.E2BIG;
    return typeof key === "number" ? this.#table.insertFrom(key) : this.#table.insert(key);
  }

  /**
   * The kernel takes a node before it looks whether the key is there, which may cost another entry; values per CPU are
   * written where they are, others into the new node.
   */
  #enterLru(lru: LruList, key: Uint8Array | number, flags: number): number {
    const bytes = this.#bytes(key).slice();
    const isPerCpu = this.spec.type === "lruPercpuHash";
    const node = isPerCpu && flags === ELEM_FLAGS.exist ? -1 : lru.take(this.#env.cpu());
    if (node === -1 && flags !== ELEM_FLAGS.exist) return -ERRNO.ENOMEM;
    const old = this.#table.find(bytes);
    const wrong =
      old !== -1 && (flags & ELEM_FLAGS.noExist) !== 0
        ? -ERRNO.EEXIST
        : old === -1 && (flags & ELEM_FLAGS.exist) !== 0
          ? -ERRNO.ENOENT
          : 0;
    if (wrong !== 0 || (old !== -1 && isPerCpu)) {
      if (node !== -1) lru.release(node);
      if (wrong === 0) lru.refer(old);
      return wrong === 0 ? old : wrong;
    }
    if (old !== -1) {
      lru.refer(node);
      this.#forget(old);
      lru.release(old);
    }
    return this.#table.insertAt(node, bytes);
  }

  #makeLru({ maxEntries, flags }: MapSpec): LruList {
    const { cpus } = this.#env;
    const isOwn = (flags & MAP_FLAGS.noCommonLru) !== 0;
    const nodes = isOwn ? Math.ceil(maxEntries / cpus) * cpus : maxEntries;
    return new LruList(nodes, cpus, isOwn, (node) => this.#forget(node));
  }

  #find(key: Uint8Array | number): number {
    return typeof key === "number" ? this.#table.findAt(key) : this.#table.find(key);
  }

  #bytes(key: Uint8Array | number): Uint8Array {
    return typeof key === "number" ? this.#space.u8.subarray(key, key + this.spec.keySize) : key;
  }

  #remove(entry: number): void {
    if (this.#lru === undefined) this.#table.remove(entry);
    this.#onRelease?.(this.#table.valueAddress(entry), this.#valuesBytes);
    if (this.#lru === undefined) return;
    this.#table.removeAt(entry);
    this.#lru.release(entry);
  }

  /** An entry of a map with an LRU is no more; its node is dealt with elsewhere. */
  #forget(entry: number): void {
    this.#onRelease?.(this.#table.valueAddress(entry), this.#valuesBytes);
    this.#table.removeAt(entry);
  }

  get #valuesBytes(): number {
    return roundUp8(this.spec.valueSize) * this.#cpus;
  }

  #value(entry: number): Uint8Array {
    const result = new Uint8Array(this.userValueSize);
    const step = roundUp8(this.spec.valueSize);
    for (let cpu = 0; cpu < this.#cpus; cpu++) {
      const at = this.#table.valueAddress(entry, cpu);
      result.set(this.#space.u8.subarray(at, at + this.spec.valueSize), cpu * step);
    }
    return result;
  }
}

function isLru({ type }: MapSpec): boolean {
  return type === "lruHash" || type === "lruPercpuHash";
}
