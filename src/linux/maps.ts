import { MAP_FLAGS } from "../abi/map-flags.ts";
import type { MapSpec, MapType } from "../abi/map-spec.ts";
import { MAP_TYPES } from "../abi/map-types.ts";
import { BYTES, checkInput, word } from "../base/check-input.ts";
import { SkepError } from "../base/errors.ts";
import { INSPECT, inspected } from "../base/inspected.ts";
import type { BtfBlob } from "../btf/decode.ts";
import { parseBtf } from "../btf/decode.ts";
import type { MapHandle } from "../runtime/backend.ts";
import type { UpdateMode } from "./bpf-map.ts";
import { deleteElem, freezeMap, lookupElem, nextKey, takeElem, updateElem } from "./bpf-map.ts";
import { ERRNO, errnoName } from "./errno.ts";
import type { Fd } from "./fd.ts";
import { type Chunk, deleteKeys, type MapShape, walkMap, writeEntries } from "./map-walk.ts";
import { MappedMemory } from "./memory.ts";
import { type MapInfo, mapInfoOf, openObject, readBtf } from "./objects.ts";
import { pinObject } from "./open-object.ts";
import { pageSize } from "./procfs.ts";
import type { Kernel } from "./syscall.ts";
import { SystemError } from "./system-error.ts";

const ARRAYS: ReadonlySet<MapType> = new Set(["array", "percpuArray"]);
const ACCESS = word("read", "write");
const NO_KEY = new Uint8Array(0);

/** What registering a struct of programs takes. */
export type StructOpsMap = Readonly<{
  linked: boolean;
  value: (programFd: (name: string) => number) => Uint8Array;
}>;

/** How to come by what a map without keys holds, where that is not pop(). */
const VALUES_OF: Readonly<Partial<Record<MapSpec["type"], string>>> = {
  ringbuf: "read its records with events()",
  userRingbuf: "programs read it; write to it with write()",
  bloomFilter: "ask it for single values with mayHold()",
};

/** A map in the kernel, and what is needed to know the size of its values. Owns the descriptor. */
export class LinuxMap implements MapHandle, Disposable {
  readonly spec: MapSpec;
  readonly fd: Fd;
  /** For maps of type structOps: how they are registered, and the value to write, given the programs' descriptors. */
  readonly structOps: StructOpsMap | undefined;
  readonly #kernel: Kernel;
  readonly #shape: MapShape;
  #arena: MappedMemory | undefined;

  /** `cpus` counts the possible ones: the kernel gives a value for each. */
  constructor(kernel: Kernel, spec: MapSpec, fd: Fd, cpus: number, structOps?: StructOpsMap) {
    this.#kernel = kernel;
    this.structOps = structOps;
    this.spec = spec;
    this.fd = fd;
    const { name, keySize, maxEntries } = spec;
    const valueBytes = MAP_TYPES[spec.type].perCpu ? roundUp8(spec.valueSize) * cpus : valueSizeOf(spec);
    this.#shape = { kernel, fd, name, keySize, valueBytes, maxEntries };
  }

  /** Bytes of one value as user space sees it: of all CPUs for per-CPU maps. */
  get valueBytes(): number {
    return this.#shape.valueBytes;
  }

  /** `lock`: under the value's spin lock, so that it is whole (5.1). */
  lookup(key: Uint8Array, options: { lock?: boolean } = {}): Uint8Array | undefined {
    const value = new Uint8Array(this.valueBytes);
    this.#checked("key", key, this.spec.keySize);
    return lookupElem(this.#kernel, this.fd, key, value, options.lock) ? value : undefined;
  }

  update(key: Uint8Array, value: Uint8Array, mode: UpdateMode = "any", options: { lock?: boolean } = {}): void {
    this.#checked("key", key, this.spec.keySize);
    this.#checked("value", value, this.valueBytes);
    updateElem(this.#kernel, this.fd, key, value, mode, options.lock);
  }

  /** Writes many entries, keys and values each one after the other (5.6, else one by one). Throws SkepError. */
  updateAll(keys: Uint8Array, values: Uint8Array, mode: UpdateMode = "any"): void {
    const { keySize } = this.spec;
    checkInput(`map ${this.spec.name}: the keys`, keys, BYTES);
    const count = Math.floor(keys.length / keySize);
    this.#checked("key", keys, count * keySize);
    this.#checked("value", values, count * this.valueBytes);
    writeEntries(this.#shape, { keys, values, count }, mode);
  }

  delete(key: Uint8Array): boolean {
    return deleteElem(this.#kernel, this.fd, this.#checked("key", key, this.spec.keySize));
  }

  /** Deletes many keys, which lie one after the other. Those that are not there do not matter. */
  deleteAll(keys: Uint8Array): void {
    const { keySize } = this.spec;
    checkInput(`map ${this.spec.name}: the keys`, keys, BYTES);
    const count = Math.floor(keys.length / keySize);
    deleteKeys(this.#shape, this.#checked("key", keys, count * keySize), count);
  }

  *entries(): Generator<readonly [key: Uint8Array, value: Uint8Array]> {
    yield* this.#walk(false);
  }

  /** All entries, each deleted as it is read: what programs add meanwhile stays (5.6, else nearly so). */
  *takeEntries(): Generator<readonly [key: Uint8Array, value: Uint8Array]> {
    yield* this.#walk(true);
  }

  /** The key behind `key`, or the first one; undefined at the end, and the first again for a key that is not there. */
  nextKey(key?: Uint8Array): Uint8Array | undefined {
    const next = new Uint8Array(this.spec.keySize);
    const from = key === undefined ? key : this.#checked("key", key, this.spec.keySize);
    return nextKey(this.#kernel, this.fd, from, next) ? next : undefined;
  }

  /** All entries as they come from the kernel: many at a time, keys and values one after the other. */
  *chunks(): Generator<Chunk> {
    yield* this.#chunks(false);
  }

  /** Deletes an entry and gives its value, in one step (queues 4.20, hash tables 5.14). Throws SkepError. */
  take(key: Uint8Array): Uint8Array | undefined {
    const value = new Uint8Array(this.valueBytes);
    this.#checked("key", key, this.spec.keySize);
    return takeElem(this.#kernel, this.fd, key, value) ? value : undefined;
  }

  /** Adds a value to a queue, a stack or a bloom filter. Throws SkepError, when it is full too. */
  push(value: Uint8Array): void {
    this.update(this.#keyless("push"), value);
  }

  /** Takes the next value out of a queue or stack; undefined when it is empty. */
  pop(): Uint8Array | undefined {
    return this.take(this.#keyless("pop"));
  }

  /** The next value of a queue or stack, which stays there; undefined when it is empty. */
  peek(): Uint8Array | undefined {
    return this.lookup(this.#keyless("peek"));
  }

  /** Whether a bloom filter may hold the value: false is certain, true is not. */
  mayHold(value: Uint8Array): boolean {
    const key = this.#keyless("mayHold");
    return lookupElem(this.#kernel, this.fd, key, this.#checked("value", value, this.valueBytes).slice());
  }

  clear(): void {
    if (ARRAYS.has(this.spec.type)) {
      const zero = new Uint8Array(this.valueBytes);
      for (let i = 0; i < this.spec.maxEntries; i++) this.update(indexKey(i), zero);
      return;
    }
    if (MAP_TYPES[this.spec.type].keys === "none") {
      while (this.pop() !== undefined);
      return;
    }
    // Keys are collected first: an entry that a program adds while we delete may or may not survive.
    for (const { keys, count } of [...walkMap(this.#shape)]) deleteKeys(this.#shape, keys, count);
  }

  /** Replicates `value`, which is one CPU's, for per-CPU maps. */
  setFirst(value: Uint8Array): void {
    checkInput(`map ${this.spec.name}: its value`, value, BYTES);
    if (this.spec.type === "arena") {
      using memory = this.mmap();
      new Uint8Array(memory.buffer).set(value);
      return;
    }
    const whole = new Uint8Array(this.valueBytes);
    const step = MAP_TYPES[this.spec.type].perCpu ? roundUp8(this.spec.valueSize) : this.valueBytes;
    for (let at = 0; at < whole.length; at += step) whole.set(value.subarray(0, step), at);
    this.update(indexKey(0), whole);
  }

  /** User space cannot write the map any more; programs can unless its flags forbid it. */
  freeze(): void {
    freezeMap(this.#kernel, this.fd);
  }

  /** Keeps the map when this process ends, under a file of a bpf file system. Throws SystemError. */
  pin(path: string): void {
    pinObject(this.#kernel, this.fd, path);
  }

  /**
   * The values of an array, as programs see them at this moment: value `i` begins at `i` times its size rounded up to
   * 8. The map needs the flag mmapable (5.5); arenas have it. The caller closes it. Throws SkepError.
   */
  mmap(access: "read" | "write" = "write"): MappedMemory {
    checkInput("mmap: the access", access, ACCESS);
    const { type, flags, maxEntries, valueSize, name } = this.spec;
    const page = pageSize();
    if (type !== "arena" && (flags & MAP_FLAGS.mmapable) === 0)
      throw new SkepError(`map ${name} cannot be mapped into memory`, {
        code: "linux/not-mmapable",
        remedy: "declare it with the flag BPF_F_MMAPABLE, which only arrays take",
      });
    if (type === "arena") return this.#mapArena(maxEntries * page);
    const bytes = roundUp8(valueSize) * maxEntries;
    return MappedMemory.map(this.#kernel, this.fd, Math.ceil(bytes / page) * page, 0, access);
  }

  // An arena is at one address of the process: the declared one, else that of the first time.
  // Source: kernel/bpf/arena.c, `arena_map_mmap`, v6.12.
  #mapArena(bytes: number): MappedMemory {
    const wanted = this.#arena?.address ?? Number(this.spec.mapExtra ?? 0n);
    this.#arena = this.#arena?.again() ?? MappedMemory.map(this.#kernel, this.fd, bytes, 0, "write", wanted);
    return this.#arena;
  }

  /** What the kernel tells of the map. Throws SystemError. */
  info(): MapInfo {
    return mapInfoOf(this.#kernel, this.fd);
  }

  get id(): number {
    return this.info().id;
  }

  /** The types of the map's keys and values, as it was created with; undefined without. Ids are in `info()`. */
  btf(): BtfBlob | undefined {
    const bytes = this.btfBytes();
    return bytes && parseBtf(bytes);
  }

  /** The same as a blob. */
  btfBytes(): Uint8Array | undefined {
    const { btfId } = this.info();
    if (btfId === 0) return undefined;
    using fd = openObject(this.#kernel, "btf", btfId);
    return fd && readBtf(this.#kernel, fd);
  }

  [Symbol.dispose](): void {
    this.fd.close();
  }

  toString(): string {
    const { name, type, keySize, valueSize, maxEntries } = this.spec;
    const fd = this.fd.isClosed ? { closed: "" } : { fd: this.fd.number };
    return inspected("LinuxMap", name, {
      type,
      key: `${keySize} bytes`,
      value: `${valueSize} bytes`,
      max: maxEntries,
      ...fd,
    });
  }

  [INSPECT](): string {
    return this.toString();
  }

  *#walk(take: boolean): Generator<readonly [key: Uint8Array, value: Uint8Array]> {
    const { keySize } = this.spec;
    const { valueBytes } = this;
    for (const { keys, values, count } of this.#chunks(take))
      for (let i = 0; i < count; i++)
        yield [
          keys.subarray(i * keySize, (i + 1) * keySize),
          values.subarray(i * valueBytes, (i + 1) * valueBytes),
        ];
  }

  *#chunks(take: boolean): Generator<Chunk> {
    if (this.spec.keySize === 0)
      throw this.#noKeys("has no keys to walk", VALUES_OF[this.spec.type] ?? "take its values with pop()");
    try {
      yield* walkMap(this.#shape, take);
    } catch (error) {
      const refused = error instanceof SystemError && error.errno === errnoName(ERRNO.ENOTSUPP);
      throw refused ? this.#noKeys("cannot be walked", "look up the keys that are known") : error;
    }
  }

  #keyless(what: string): Uint8Array {
    if (this.spec.keySize === 0) return NO_KEY;
    throw new SkepError(
      `map ${this.spec.name} of type ${this.spec.type} has keys: ${what}() is for those without`,
      {
        code: "linux/map-has-keys",
        remedy: "use lookup, update and take with a key",
      },
    );
  }

  #noKeys(why: string, remedy: string): SkepError {
    const { name, type } = this.spec;
    return new SkepError(`map ${name} of type ${type} ${why}`, { code: "linux/map-not-walkable", remedy });
  }

  #checked(what: string, bytes: Uint8Array, expected: number): Uint8Array {
    if (bytes instanceof Uint8Array && bytes.length === expected) return bytes;
    checkInput(`map ${this.spec.name}: its ${what}s`, bytes, BYTES);
    throw new SkepError(`map ${this.spec.name}: its ${what}s have ${expected} bytes, not ${bytes.length}`, {
      code: "linux/map-size",
      remedy: `give ${expected} bytes`,
    });
  }
}

function valueSizeOf(spec: MapSpec): number {
  // User space reads the id of an inner map where programs see a pointer.
  return spec.type === "arrayOfMaps" || spec.type === "hashOfMaps" ? 4 : spec.valueSize;
}

function roundUp8(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}

function indexKey(index: number): Uint8Array {
  const key = new Uint8Array(4);
  new DataView(key.buffer).setUint32(0, index, true);
  return key;
}
