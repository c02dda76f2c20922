import type { KernelObject } from "../abi/attach-spec.ts";
import { KERNEL_OBJECT } from "../abi/attach-spec-fields.ts";
import type { MapSpec } from "../abi/map-spec.ts";
import { MAP_TYPES } from "../abi/map-types.ts";
import {
  checkInput,
  checkOptional,
  checkOptions,
  FLAG,
  type InputRule,
  madeBy,
  NAME,
  type OptionRules,
  U32,
} from "../base/check-input.ts";
import { SkepError } from "../base/errors.ts";
import { INSPECT, inspected } from "../base/inspected.ts";
import type { UpdateMode } from "../linux/bpf-map.ts";
import { Fd } from "../linux/fd.ts";
import type { LinuxMap } from "../linux/maps.ts";
import type { MapInfo } from "../linux/objects.ts";
import { innerMap, openProgram, putObject } from "../linux/open.ts";
import { openOwner, type StorageOwner } from "../linux/open-owner.ts";
import { removePin } from "../linux/remove-pin.ts";
import type { Kernel } from "../linux/syscall.ts";
import type { StringCache } from "../runtime/string-cache.ts";
import { Codec } from "./codec.ts";
import { layoutText } from "./layout-text.ts";
import { Link } from "./link-handle.ts";
import { MapCodec } from "./map-codec.ts";
import type { UpdateOptions } from "./map-types.ts";
import { MappedValues } from "./mapped-array.ts";
import { isPerCpu, type MapShape } from "./object-shape.ts";

/** What the types of `skep types` call the maps. */
// biome-ignore format: one group per line
const KIND_OF: Readonly<Partial<Record<MapSpec["type"], string>>> = {
  hash: "HashMap", lruHash: "HashMap", lpmTrie: "LpmTrie", array: "ArrayMap",
  percpuHash: "PerCpuMap", lruPercpuHash: "PerCpuMap", percpuArray: "PerCpuMap",
  queue: "QueueMap", stack: "QueueMap", bloomFilter: "BloomFilter", progArray: "ProgramArray",
  arrayOfMaps: "MapOfMaps", hashOfMaps: "MapOfMaps", structOps: "StructMap",
  ringbuf: "EventBuffer", perfEventArray: "EventBuffer", userRingbuf: "UserRingMap",
  taskStorage: "StorageMap", inodeStorage: "StorageMap", skStorage: "StorageMap", cgrpStorage: "StorageMap",
  sockmap: "SocketMap", sockhash: "SocketMap", reuseportSockarray: "SocketMap",
};
const NO_OPTIONS = Object.freeze({});
const LOOKUP: OptionRules = { lock: FLAG };
const MODE: InputRule = { expected: "a mode", accepts: () => true }; // the call itself knows them
const UPDATE: OptionRules = { mode: MODE, lock: FLAG };
const UPDATE_MANY: OptionRules = { mode: MODE };
const PUSH: OptionRules = { replace: FLAG };
const CREATE: OptionRules = { maxEntries: U32 };
const LINK = madeBy(Link, "what register() or attach() gave");
const PROGRAM: InputRule = {
  expected: "a program of a collection, { id }, { pinned: path } or { fd }",
  accepts: KERNEL_OBJECT.accepts,
};
const ITERABLE: InputRule = {
  expected: "an array, or anything that can be iterated",
  accepts: (value) => isRecord(value) && Symbol.iterator in value,
};
const ENTRY: InputRule = {
  expected: "pairs of a key and a value",
  accepts: (value) => Array.isArray(value) && value.length === 2,
};

/** What maps need beside the map itself. */
export type MapHost = Readonly<{
  kernel: Kernel;
  cpus: () => number;
  strings: StringCache;
  /** Creates a map that belongs to the caller. */
  create: (spec: MapSpec) => LinuxMap;
  /** Opens a user ring buffer for writing; it is closed with the collection. */
  userRing: (map: LinuxMap) => { write(record: Uint8Array): boolean };
  /** Registers a struct of programs, of the same object; `instead`: in the place of what this link registers. */
  register?: (map: LinuxMap, instead?: Link) => Link;
}>;

/**
 * A map with values of its own types. One class serves all types of maps: their interfaces in map-types.ts say which
 * methods make sense, and the others throw what the kernel says. Nothing of it may be used after its owner is closed.
 */
export class TypedMap implements Disposable {
  readonly #map: LinuxMap;
  readonly #shape: MapShape;
  readonly #host: MapHost;
  readonly #codec: MapCodec;
  readonly #record: Codec | undefined;
  readonly #pins: string[] = [];

  /** `record`: the type of what a user ring buffer takes. */
  constructor(map: LinuxMap, shape: MapShape, host: MapHost, record?: Codec) {
    this.#map = map;
    this.#shape = shape;
    this.#host = host;
    this.#record = record;
    this.#codec = new MapCodec(map, shape, host.cpus, host.strings);
  }

  get name(): string {
    return this.#map.spec.name;
  }

  get type(): MapSpec["type"] {
    return this.#map.spec.type;
  }

  get spec(): MapSpec {
    return this.#map.spec;
  }

  get id(): number {
    return this.#map.id;
  }

  get fd(): Fd {
    return this.#map.fd;
  }

  get length(): number {
    return this.#map.spec.maxEntries;
  }

  info(): MapInfo {
    return this.#map.info();
  }

  freeze(): void {
    this.#map.freeze();
  }

  pin(path: string): void {
    this.#map.pin(checkInput(`map ${this.name}: pin: the path`, path, NAME));
    this.#pins.push(path);
  }

  unpin(): void {
    for (const path of this.#pins.splice(0)) removePin(path);
  }

  lookup(key: unknown, options: { lock?: boolean } = NO_OPTIONS): unknown {
    this.#check("lookup", options, LOOKUP);
    return this.#withKey(key, (bytes) => {
      if (this.#shape.inner !== undefined) return this.#inner(bytes);
      const found = this.#map.lookup(bytes, options);
      return found && this.#codec.decodeValue(found);
    });
  }

  has(key: unknown): boolean {
    return this.#map.lookup(this.#codec.key(key)) !== undefined;
  }

  update(key: unknown, value: unknown, options: UpdateOptions = NO_OPTIONS): void {
    this.#check("update", options, UPDATE);
    const { mode = "any", ...rest } = options;
    this.#withKey(key, (bytes) => {
      if (isHandle(value)) putObject(this.#map, bytes, value.fd);
      else if (this.type === "progArray") this.#putProgram(bytes, value as KernelObject);
      else this.#map.update(bytes, this.#codec.value(value), mode, rest);
    });
  }

  fill(key: unknown, value: unknown, options: UpdateOptions = NO_OPTIONS): void {
    this.#check("fill", options, UPDATE);
    const { mode = "any", ...rest } = options;
    this.#map.update(this.#codec.key(key), this.#codec.everyCpu(value), mode, rest);
  }

  delete(key: unknown): boolean {
    return this.#withKey(key, (bytes) => this.#map.delete(bytes));
  }

  take(key: unknown): unknown {
    const found = this.#map.take(this.#codec.key(key));
    return found && this.#codec.decodeValue(found);
  }

  *entries(): Generator<[unknown, unknown], void> {
    for (const [key, value] of this.#map.entries())
      yield [this.#codec.decodeKey(key), this.#codec.decodeValue(value)];
  }

  *takeEntries(): Generator<[unknown, unknown], void> {
    for (const [key, value] of this.#map.takeEntries())
      yield [this.#codec.decodeKey(key), this.#codec.decodeValue(value)];
  }

  *keys(): Generator<unknown, void> {
    for (const [key] of this.#map.entries()) yield this.#codec.decodeKey(key);
  }

  *values(): Generator<unknown, void> {
    for (const [, value] of this.#map.entries()) yield this.#codec.decodeValue(value);
  }

  [Symbol.iterator](): Generator<[unknown, unknown], void> {
    return this.entries();
  }

  count(): number {
    let count = 0;
    for (const _ of this.#map.entries()) count++;
    return count;
  }

  updateMany(entries: Iterable<readonly [unknown, unknown]>, options: { mode?: UpdateMode } = {}): void {
    this.#check("updateMany", options, UPDATE_MANY);
    const what = `map ${this.name}: updateMany: the entries`;
    const all = [...checkInput(what, entries, ITERABLE)].map((entry) => checkInput(what, entry, ENTRY));
    const keys = joined(all.map(([key]) => this.#codec.key(key)));
    this.#map.updateAll(keys, joined(all.map(([, value]) => this.#codec.value(value))), options.mode);
  }

  deleteMany(keys: Iterable<unknown>): void {
    checkInput(`map ${this.name}: deleteMany: the keys`, keys, ITERABLE);
    this.#map.deleteAll(joined(Array.from(keys, (key) => this.#codec.key(key))));
  }

  clear(): void {
    this.#map.clear();
  }

  push(value: unknown, options: { replace?: boolean } = NO_OPTIONS): void {
    this.#check("push", options, PUSH);
    const bytes = this.#codec.value(value);
    if (options.replace) this.#map.update(new Uint8Array(0), bytes, "exist");
    else this.#map.push(bytes);
  }

  pop(): unknown {
    const found = this.#map.pop();
    return found && this.#codec.decodeValue(found);
  }

  peek(): unknown {
    const found = this.#map.peek();
    return found && this.#codec.decodeValue(found);
  }

  add(value: unknown): void {
    this.#map.push(this.#codec.value(value));
  }

  mayHold(value: unknown): boolean {
    return this.#map.mayHold(this.#codec.value(value));
  }

  write(value: unknown): boolean {
    const record = this.#record?.encode(value, this.name) ?? value;
    if (!(record instanceof Uint8Array))
      throw new SkepError(`the object does not tell the type of the records of ${this.name}`, {
        code: "collection/no-type",
        remedy: `write a Uint8Array, or name the struct before loading: records({ ${this.name}: "…" })`,
      });
    return this.#host.userRing(this.#map).write(record);
  }

  /** Registers a struct of programs with the kernel; `instead`: in the place of what this link registers. */
  register(instead?: Link): Link {
    checkOptional(`map ${this.name}: register: the link`, instead, LINK);
    if (this.#map.structOps !== undefined && this.#host.register)
      return this.#host.register(this.#map, instead);
    throw new SkepError(`map ${this.name} of type ${this.type} is no struct of programs of this object`, {
      code: "linux/unknown-name",
      remedy: "name a variable of section .struct_ops or .struct_ops.link",
    });
  }

  /** A map for an entry of this one. */
  create(options: { maxEntries?: number } = {}): TypedMap {
    this.#check("create", options, CREATE);
    const { inner } = this.#map.spec;
    if (inner === undefined || this.#shape.inner === undefined)
      throw new SkepError(`map ${this.name} of type ${this.type} holds no maps that the object describes`, {
        code: "collection/no-inner-map",
        remedy: "declare it with __array(values, struct …)",
      });
    const { maxEntries = inner.maxEntries } = options;
    const made = this.#host.create({ ...inner, maxEntries });
    return new TypedMap(made, this.#shape.inner, this.#host);
  }

  mmap(): MappedValues {
    const { valueSize, maxEntries } = this.spec;
    return new MappedValues({
      name: this.name,
      codec: new Codec(this.#shape.value, this.#host.strings),
      stride: Math.ceil(valueSize / 8) * 8,
      length: maxEntries,
      memory: this.#map.mmap(),
    });
  }

  /** Its types and sizes; no entries. */
  toJSON(): Readonly<Record<string, string | number>> {
    const { name, type, maxEntries } = this.spec;
    const { key, value } = this.#shape;
    return { name, type, key: layoutText(key), value: layoutText(value), maxEntries };
  }

  toString(): string {
    const { name, type, keySize, maxEntries } = this.spec;
    const { key, value } = this.#shape;
    const isBuffer = this.spec.valueSize === 0 && this.#shape.inner === undefined;
    const kind = KIND_OF[type] ?? "Map";
    const holder = this.#map.fd.isClosed ? { closed: "" } : { fd: this.#map.fd.number };
    return inspected(kind, name, {
      ...(kind.toLowerCase().startsWith(type.toLowerCase()) ? {} : { type }),
      ...(keySize > 0 && !isBuffer && { "key:": layoutText(key) }),
      ...(!isBuffer && { "value:": layoutText(value) + (isPerCpu(this.spec) ? " per CPU" : "") }),
      ...(isBuffer ? { bytes: maxEntries } : { max: maxEntries }),
      ...holder,
    });
  }

  [INSPECT](): string {
    return this.toString();
  }

  /** For maps that belong to their holder; those of a collection are closed with it. */
  [Symbol.dispose](): void {
    this.#map[Symbol.dispose]();
  }

  // What is looked at for each entry must cost nothing where nothing is given.
  #check(call: string, options: object, rules: OptionRules): void {
    if (options !== NO_OPTIONS) checkOptions(`map ${this.name}: ${call}`, options, rules);
  }

  // Owners of storage are opened for the time of the call.
  #withKey<R>(key: unknown, work: (bytes: Uint8Array) => R): R {
    if (MAP_TYPES[this.type].keys !== "fd" || !isOwner(key)) return work(this.#codec.key(key));
    using owner = openOwner(this.#host.kernel, key);
    return work(this.#codec.key(owner.number));
  }

  #inner(key: Uint8Array): TypedMap | undefined {
    const { inner } = this.#shape;
    const found = innerMap(this.#host.kernel, this.#map, key);
    return inner && found && new TypedMap(found, inner, this.#host);
  }

  #putProgram(key: Uint8Array, program: KernelObject): void {
    checkInput(`${this.name}: the program`, program, PROGRAM);
    using opened = openProgram(this.#host.kernel, program);
    putObject(this.#map, key, opened.fd);
  }
}

function isRecord(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function isHandle(value: unknown): value is Readonly<{ fd: Fd }> {
  return isRecord(value) && "fd" in value && value.fd instanceof Fd;
}

function isOwner(key: unknown): key is StorageOwner {
  return typeof key === "object" && key !== null && ("pid" in key || "path" in key);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const size = parts[0]?.length ?? 0;
  const out = new Uint8Array(size * parts.length);
  for (const [i, part] of parts.entries()) out.set(part, i * size);
  return out;
}
