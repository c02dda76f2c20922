import type { Batch, UpdateMode } from "./bpf-map.ts";
import {
  deleteBatch,
  deleteElem,
  lookupBatch,
  lookupElem,
  nextKey,
  takeElem,
  updateBatch,
  updateElem,
} from "./bpf-map.ts";
import { ERRNO } from "./errno.ts";
import type { Fd } from "./fd.ts";
import type { Kernel } from "./syscall.ts";
import { SystemError } from "./system-error.ts";

const BATCH_BYTES = 1 << 20;
const LEAST_BATCH = 64;
const MOST_BATCH = 1 << 20;

/** A map as a walk sees it. `valueBytes`: of all CPUs for per-CPU maps. */
export type MapShape = Readonly<{
  kernel: Kernel;
  fd: Fd;
  name: string;
  keySize: number;
  valueBytes: number;
  maxEntries: number;
}>;

/** Entries one after the other; only the first `count` are valid. */
export type Chunk = Readonly<{ keys: Uint8Array; values: Uint8Array; count: number }>;

/**
 * All entries, many at a time. Walks bucket by bucket in the kernel, so that an entry that stays is met once whatever
 * else changes. `take`: what is met is deleted. Throws SystemError.
 */
export function* walkMap(map: MapShape, take = false): Generator<Chunk> {
  const { kernel, keySize, valueBytes, maxEntries } = map;
  let capacity = Math.floor(BATCH_BYTES / (keySize + valueBytes));
  capacity = Math.max(LEAST_BATCH, Math.min(capacity, maxEntries));
  const position = new Uint8Array(Math.max(4, keySize));
  for (let first = true; ; ) {
    const batch: Batch = { ...roomFor(map, capacity), capacity, position };
    const kept = position.slice();
    const { count, end, errno } = lookupBatch(kernel, map.fd, batch, first, take);
    if (errno === ERRNO.ENOSPC && capacity < MOST_BATCH) {
      capacity *= 2; // one bucket holds more than there was room for
      position.set(kept);
      continue;
    }
    if (errno !== 0 && first && isUnsupported(errno)) {
      yield* walkOneByOne(map, take);
      return;
    }
    if (errno !== 0) throw new SystemError(`read map ${map.name}`, "BPF_MAP_LOOKUP_BATCH", errno);
    if (count > 0) yield { keys: batch.keys, values: batch.values, count };
    if (end) return;
    first = false;
  }
}

// Without batches (before 5.6, and for some map types). The walk starts over when the key it stands on is deleted.
function* walkOneByOne(map: MapShape, take: boolean): Generator<Chunk> {
  const { kernel, fd, keySize, valueBytes, maxEntries } = map;
  const seen = new Set<string>();
  const key = new Uint8Array(keySize);
  let previous: Uint8Array | undefined;
  // New entries can keep a walk that starts over from ending.
  for (let steps = 2 * maxEntries + LEAST_BATCH; steps > 0; steps--) {
    if (!nextKey(kernel, fd, previous, key)) return;
    previous = key.slice();
    const name = previous.join();
    if (seen.has(name)) continue;
    const value = new Uint8Array(valueBytes);
    if (!lookupElem(kernel, fd, previous, value)) continue;
    if (take) takeOne(map, previous, value);
    else seen.add(name);
    yield { keys: previous, values: value, count: 1 };
  }
}

// Older kernels take from queues only: the value may change between the two calls there.
function takeOne({ kernel, fd }: MapShape, key: Uint8Array, value: Uint8Array): void {
  try {
    takeElem(kernel, fd, key, value);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    deleteElem(kernel, fd, key);
  }
}

/** Deletes the first `count` of the keys, which lie one after the other. Keys that are not there do not matter. */
export function deleteKeys(map: MapShape, keys: Uint8Array, count: number): void {
  const { kernel, fd, keySize } = map;
  let at = 0;
  while (at < count) {
    const { count: done, errno } = deleteBatch(kernel, fd, keys.subarray(at * keySize), count - at);
    if (errno === 0) return;
    if (errno !== ERRNO.ENOENT) break; // no batches here
    at += done + 1; // the one after the deleted ones was gone already
  }
  for (; at < count; at++) deleteElem(kernel, fd, keys.subarray(at * keySize, (at + 1) * keySize));
}

/**
 * Writes many entries: by batches, else one by one. Throws SystemError at the first that is refused; those before it
 * are written.
 */
export function writeEntries(map: MapShape, entries: Chunk, mode: UpdateMode): void {
  const { kernel, fd, keySize, valueBytes, name } = map;
  const { keys, values, count } = entries;
  let at = 0;
  while (at < count) {
    const rest = {
      keys: keys.subarray(at * keySize),
      values: values.subarray(at * valueBytes),
      count: count - at,
      mode,
    };
    const { count: done, errno } = updateBatch(kernel, fd, rest);
    if (errno === 0) return;
    if (isUnsupported(errno)) {
      if (done < rest.count) at += done; // a kernel without batches leaves the number as it was
      break;
    }
    if (errno !== ERRNO.EINTR && errno !== ERRNO.EAGAIN)
      throw new SystemError(`write map ${name}`, "BPF_MAP_UPDATE_ELEM", errno);
    at += done;
  }
  for (; at < count; at++)
    updateElem(
      kernel,
      fd,
      keys.subarray(at * keySize, (at + 1) * keySize),
      values.subarray(at * valueBytes, (at + 1) * valueBytes),
      mode,
    );
}

function roomFor({ keySize, valueBytes }: MapShape, entries: number): { keys: Uint8Array; values: Uint8Array } {
  return { keys: new Uint8Array(entries * keySize), values: new Uint8Array(entries * valueBytes) };
}

function isUnsupported(errno: number): boolean {
  return (
    errno === ERRNO.ENOTSUPP || errno === ERRNO.EOPNOTSUPP || errno === ERRNO.EINVAL || errno === ERRNO.EPERM
  );
}
