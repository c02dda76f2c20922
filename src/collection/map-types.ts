import type { KernelObject } from "../abi/attach-spec.ts";
import type { MapSpec } from "../abi/map-spec.ts";
import type { UpdateMode } from "../linux/bpf-map.ts";
import type { Fd } from "../linux/fd.ts";
import type { MapInfo } from "../linux/objects.ts";
import type { StorageOwner } from "../linux/open-owner.ts";
import type { Link } from "./link-handle.ts";

declare const choice: unique symbol;

/** Members of a C union, which share their bytes: all are read, one is enough to write. */
export type OneOf<T> = T & { readonly [choice]?: T };

/**
 * What may be written where `T` is read: numbers for bigint, lists of numbers for bytes, numbers for enumerators, one
 * member of a union.
 */
export type Input<T> = T extends bigint
  ? bigint | number
  : T extends Uint8Array
    ? Uint8Array | readonly number[]
    : T extends string | number | boolean
      ? T
      : T extends readonly (infer Item)[]
        ? readonly Input<Item>[] | ArrayLike<number | bigint>
        : T extends { readonly [choice]?: infer Members }
          ? { readonly [K in Exclude<keyof T, keyof NonNullable<Members> | typeof choice>]: Input<T[K]> } & {
              readonly [K in keyof NonNullable<Members>]?: Input<NonNullable<Members>[K]>;
            }
          : T extends object
            ? { readonly [K in keyof T]: Input<T[K]> }
            : unknown;

/** An enumerator: its name, or its number where no member has it. Either may be written. */
export type Enum<Names extends string, N extends number | bigint = number> = Names | N;

/** What every map offers. */
export interface AnyMap extends Disposable {
  readonly name: string;
  readonly type: MapSpec["type"];
  readonly spec: MapSpec;
  readonly id: number;
  readonly fd: Fd;
  info(): MapInfo;
  /** User space cannot write the map any more (5.2). */
  freeze(): void;
  /** Keeps the map when this process ends, under a new file of a bpf file system. */
  pin(path: string): void;
  /** Removes the files of `pin`; the map stays as long as something uses it. */
  unpin(): void;
}

/** `mode`: "noexist" fails when the key is there, "exist" when it is not. `lock`: under the value's spin lock (5.1). */
export type UpdateOptions = Readonly<{ mode?: UpdateMode; lock?: boolean }>;

/** Maps with entries that user space can list. Iterating the map gives its entries. */
export interface KeyedMap<K, V> extends AnyMap, Iterable<[key: K, value: V]> {
  lookup(key: Input<K>, options?: { lock?: boolean }): V | undefined;
  has(key: Input<K>): boolean;
  update(key: Input<K>, value: Input<V>, options?: UpdateOptions): void;
  /** Whether the key was there. */
  delete(key: Input<K>): boolean;
  /** Each entry that stays is met once, whatever programs change meanwhile. By batches where the kernel has them. */
  entries(): Generator<[key: K, value: V], void>;
  keys(): Generator<K, void>;
  values(): Generator<V, void>;
  /** Entries that there are now, counted by walking the map. */
  count(): number;
  /** Writes many entries with few calls (5.6, else one by one). Stops at the first that is refused. */
  updateMany(entries: Iterable<readonly [Input<K>, Input<V>]>, options?: { mode?: UpdateMode }): void;
  /** Keys that are not there do not matter. */
  deleteMany(keys: Iterable<Input<K>>): void;
  /** Deletes all entries; of arrays, sets them to zero. */
  clear(): void;
}

/** Hash tables, with and without eviction; LPM tries, whose keys may be written as "10.0.0.0/8". */
export interface HashMap<K, V> extends KeyedMap<K, V> {
  /** Deletes an entry and gives its value in one step (5.14). */
  take(key: Input<K>): V | undefined;
  /** All entries, each deleted as it is read. */
  takeEntries(): Generator<[key: K, value: V], void>;
}

export interface LpmTrie<K, V> extends Omit<HashMap<K, V>, "lookup" | "has" | "update" | "delete" | "take"> {
  /** The value of the longest prefix that holds the key. */
  lookup(key: Input<K> | string): V | undefined;
  has(key: Input<K> | string): boolean;
  update(key: Input<K> | string, value: Input<V>, options?: UpdateOptions): void;
  delete(key: Input<K> | string): boolean;
}

export interface ArrayMap<V> extends KeyedMap<number, V> {
  readonly length: number;
  /** The values in memory shared with the kernel, without system calls; the map needs BPF_F_MMAPABLE (5.5). */
  mmap(): MappedArray<V>;
}

/** Maps with a value per possible CPU: values are arrays, one item a CPU. */
export interface PerCpuMap<K, V> extends KeyedMap<K, V[]> {
  /** Gives every CPU the same value. */
  fill(key: Input<K>, value: Input<V>, options?: UpdateOptions): void;
}

export interface QueueMap<V> extends AnyMap {
  /** Throws SkepError when it is full; `replace` drops the oldest instead. */
  push(value: Input<V>, options?: { replace?: boolean }): void;
  /** Undefined when it is empty. */
  pop(): V | undefined;
  peek(): V | undefined;
  clear(): void;
}

export interface BloomFilter<V> extends AnyMap {
  add(value: Input<V>): void;
  /** False is certain, true is not. */
  mayHold(value: Input<V>): boolean;
}

/**
 * Memory per socket, inode, task or cgroup. The owner is a process, the path of a file or cgroup, or a descriptor (of a
 * socket, or a pidfd); there is no list of them.
 */
export interface StorageMap<V> extends AnyMap {
  lookup(owner: StorageOwner | number, options?: { lock?: boolean }): V | undefined;
  update(owner: StorageOwner | number, value: Input<V>, options?: UpdateOptions): void;
  delete(owner: StorageOwner | number): boolean;
}

/** Programs to tail-call: by their handles, or as the kernel knows them. */
export interface ProgramArray extends AnyMap {
  readonly length: number;
  update(index: number, program: Readonly<{ fd: Fd }> | KernelObject): void;
  /** The id of the program there. */
  lookup(index: number): number | undefined;
  delete(index: number): boolean;
}

/** Maps in maps. What `lookup` and `create` give is the caller's to dispose of; the map there stays. */
export interface MapOfMaps<K, M extends AnyMap> extends AnyMap {
  lookup(key: Input<K>): M | undefined;
  update(key: Input<K>, map: AnyMap): void;
  delete(key: Input<K>): boolean;
  keys(): Generator<K, void>;
  /** A new map of the inner kind. */
  create(options?: { maxEntries?: number }): M;
}

/** Sockets to redirect to: values are descriptors to write and, in maps of 8-byte values, cookies to read. */
export interface SocketMap<K> extends AnyMap {
  lookup(key: Input<K>): bigint | undefined;
  update(key: Input<K>, socket: number, options?: UpdateOptions): void;
  delete(key: Input<K>): boolean;
}

declare const members: unique symbol;

/**
 * A variable of section .struct_ops: functions of a kernel interface, such as a TCP congestion control. `Members` may be
 * set before it is made: `collection.maps({ NAME: { members: { … } } })`.
 */
export interface StructMap<Members = Readonly<Record<string, unknown>>> extends AnyMap {
  readonly [members]?: Members;
  /**
   * Registers it; `collection.attach()` does so unless its section is optional. `instead`: in the place of another of
   * the same name that this link registers, without a moment in which there is none (6.4); gives that link.
   */
  register(instead?: Link): Link;
}

/** What may be set of a map's members, where it is a struct of programs. */
export type MembersOf<M> = M extends { readonly [members]?: infer S; register: unknown }
  ? unknown extends S
    ? Readonly<Record<string, unknown>>
    : { readonly [K in keyof S]?: Input<S[K]> }
  : unknown extends M
    ? Readonly<Record<string, unknown>>
    : never;

declare const record: unique symbol;

/** A ring or perf buffer: read it with `collection.events(name)`. */
export interface EventBuffer<E> extends AnyMap {
  readonly [record]?: E;
}

/** A ring buffer that user space writes and a program drains (6.1). */
export interface UserRingMap<E> extends AnyMap {
  /** False while it is too full. The program reads the record when it runs next. */
  write(value: Input<E>): boolean;
}

/** Values of an array in shared memory. Nothing of it may be used after it is disposed of. */
export interface MappedArray<V> extends Disposable {
  readonly length: number;
  get(index: number): V;
  set(index: number, value: Input<V>): void;
}
