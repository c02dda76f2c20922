import type { MapSpec, MapType } from "../abi/map-spec.ts";
import { MAP_TYPES } from "../abi/map-types.ts";
import { SkepError } from "../base/errors.ts";
import type { MapHandle } from "../runtime/backend.ts";
import type { Batch } from "./bpf-map.ts";
import { deleteBatch, deleteElem, lookupBatch, lookupElem, nextKey, updateElem } from "./bpf-map.ts";
import { ERRNO } from "./errno.ts";
import type { Fd } from "./fd.ts";
import type { Kernel } from "./syscall.ts";
import { SystemError } from "./system-error.ts";

const ARRAYS: ReadonlySet<MapType> = new Set(["array", "percpuArray"]);
const BATCH_BYTES = 1 << 20;
const LEAST_BATCH = 64;
const MOST_BATCH = 1 << 20;

/** What registering a struct of programs takes. */
export type StructOpsMap = Readonly<{
  linked: boolean;
  value: (programFd: (name: string) => number) => Uint8Array;
}>;

/** A map in the kernel, and what is needed to know the size of its values. Owns the descriptor. */
export class LinuxMap implements MapHandle, Disposable {
  readonly spec: MapSpec;
  readonly fd: Fd;
  /** For maps of type structOps: how they are registered, and the value to write, given the programs' descriptors. */
  readonly structOps: StructOpsMap | undefined;
  readonly #kernel: Kernel;
  readonly #valueBytes: number;

  /** `cpus` counts the possible ones: the kernel gives a value for each. */
  constructor(kernel: Kernel, spec: MapSpec, fd: Fd, cpus: number, structOps?: StructOpsMap) {
    this.#kernel = kernel;
    this.structOps = structOps;
    this.spec = spec;
    this.fd = fd;
    this.#valueBytes = MAP_TYPES[spec.type].perCpu ? roundUp8(spec.valueSize) * cpus : valueSizeOf(spec);
  }

  lookup(key: Uint8Array): Uint8Array | undefined {
    const value = new Uint8Array(this.#valueBytes);
    return lookupElem(this.#kernel, this.fd, this.#checked("key", key, this.spec.keySize), value)
      ? value
      : undefined;
  }

  update(key: Uint8Array, value: Uint8Array, flags: "any" | "noexist" | "exist" = "any"): void {
    this.#checked("key", key, this.spec.keySize);
    updateElem(this.#kernel, this.fd, key, this.#checked("value", value, this.#valueBytes), flags);
  }

  delete(key: Uint8Array): boolean {
    return deleteElem(this.#kernel, this.fd, this.#checked("key", key, this.spec.keySize));
  }

  *entries(): Generator<readonly [key: Uint8Array, value: Uint8Array]> {
    for (const { keys, values, count } of this.#batches()) {
      const { keySize } = this.spec;
      const valueSize = this.#valueBytes;
      for (let i = 0; i < count; i++)
        yield [
          keys.subarray(i * keySize, (i + 1) * keySize),
          values.subarray(i * valueSize, (i + 1) * valueSize),
        ];
    }
  }

  clear(): void {
    if (ARRAYS.has(this.spec.type)) {
      const zero = new Uint8Array(this.#valueBytes);
      for (let i = 0; i < this.spec.maxEntries; i++) this.update(indexKey(i), zero);
      return;
    }
    // Keys are collected first: an entry that a program adds while we delete may or may not survive.
    for (const { keys, count } of [...this.#batches()]) this.#deleteAll(keys, count);
  }

  /** Replicates `value`, which is one CPU's, for per-CPU maps. */
  setFirst(value: Uint8Array): void {
    const whole = new Uint8Array(this.#valueBytes);
    const step = MAP_TYPES[this.spec.type].perCpu ? roundUp8(this.spec.valueSize) : this.#valueBytes;
    for (let at = 0; at < whole.length; at += step) whole.set(value.subarray(0, step), at);
    this.update(indexKey(0), whole);
  }

  [Symbol.dispose](): void {
    this.fd.close();
  }

  #checked(what: string, bytes: Uint8Array, expected: number): Uint8Array {
    if (bytes.length === expected) return bytes;
    throw new SkepError(`map ${this.spec.name}: its ${what}s have ${expected} bytes, not ${bytes.length}`, {
      code: "linux/map-size",
      remedy: `give ${expected} bytes`,
    });
  }

  // Walks bucket by bucket in the kernel, so that an entry that stays is met once whatever else changes.
  *#batches(): Generator<Chunk> {
    const { keySize } = this.spec;
    let capacity = Math.floor(BATCH_BYTES / (keySize + this.#valueBytes));
    capacity = Math.max(LEAST_BATCH, Math.min(capacity, this.spec.maxEntries));
    const position = new Uint8Array(Math.max(4, keySize));
    for (let first = true; ; ) {
      const batch: Batch = { ...this.#room(capacity), capacity, position };
      const kept = position.slice();
      const { count, end, errno } = lookupBatch(this.#kernel, this.fd, batch, first);
      if (errno === ERRNO.ENOSPC && capacity < MOST_BATCH) {
        capacity *= 2; // one bucket holds more than there was room for
        position.set(kept);
        continue;
      }
      if (errno !== 0 && first && isUnsupported(errno)) {
        yield* this.#oneByOne();
        return;
      }
      if (errno !== 0) throw new SystemError(`read map ${this.spec.name}`, "BPF_MAP_LOOKUP_BATCH", errno);
      if (count > 0) yield { keys: batch.keys, values: batch.values, count };
      if (end) return;
      first = false;
    }
  }

  // Without batches (before 5.6, and for some map types). The walk starts over when the key it stands on is deleted.
  *#oneByOne(): Generator<Chunk> {
    const { keySize, maxEntries } = this.spec;
    const seen = new Set<string>();
    const key = new Uint8Array(keySize);
    let previous: Uint8Array | undefined;
    // New entries can keep a walk that starts over from ending.
    for (let steps = 2 * maxEntries + LEAST_BATCH; steps > 0; steps--) {
      if (!nextKey(this.#kernel, this.fd, previous, key)) return;
      previous = key.slice();
      const name = previous.join();
      if (seen.has(name)) continue;
      const value = new Uint8Array(this.#valueBytes);
      if (!lookupElem(this.#kernel, this.fd, previous, value)) continue;
      seen.add(name);
      yield { keys: previous, values: value, count: 1 };
    }
  }

  #deleteAll(keys: Uint8Array, count: number): void {
    const { keySize } = this.spec;
    let at = 0;
    while (at < count) {
      const { count: done, errno } = deleteBatch(
        this.#kernel,
        this.fd,
        keys.subarray(at * keySize),
        count - at,
      );
      if (errno === 0) return;
      if (errno !== ERRNO.ENOENT) break; // no batches here
      at += done + 1; // the one after the deleted ones was gone already
    }
    for (; at < count; at++) deleteElem(this.#kernel, this.fd, keys.subarray(at * keySize, (at + 1) * keySize));
  }

  #room(entries: number): { keys: Uint8Array; values: Uint8Array } {
    return {
      keys: new Uint8Array(entries * this.spec.keySize),
      values: new Uint8Array(entries * this.#valueBytes),
    };
  }
}

type Chunk = Readonly<{ keys: Uint8Array; values: Uint8Array; count: number }>;

function isUnsupported(errno: number): boolean {
  return (
    errno === ERRNO.ENOTSUPP || errno === ERRNO.EOPNOTSUPP || errno === ERRNO.EINVAL || errno === ERRNO.EPERM
  );
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
