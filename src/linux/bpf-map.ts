import { mapBatchAttr, mapCreateAttr, mapElemAttr } from "../abi/attr-map.ts";
import { SkepError } from "../base/errors.ts";
import { bpf, bpfFd } from "./bpf.ts";
import { kernelName } from "./bpf-prog.ts";
import { ERRNO } from "./errno.ts";
import type { Fd } from "./fd.ts";
import { kernelVersion } from "./procfs.ts";
import type { Kernel } from "./syscall.ts";
import { SystemError } from "./system-error.ts";
import { tooOldForMap } from "./too-old.ts";

/** What BPF_MAP_CREATE takes; numbers are the kernel's. */
export type MapCreate = Readonly<{
  name: string;
  type: number;
  keySize: number;
  valueSize: number;
  maxEntries: number;
  flags?: number;
  innerMap?: Fd;
  btf?: Fd;
  btfKey?: number;
  btfValue?: number;
  mapExtra?: bigint;
  numaNode?: number;
  /** The network card that the map lives on. */
  ifindex?: number;
  /** struct_ops: the kernel's type of the value, and the BTF of the module that has it. */
  kernelValueType?: number;
  kernelValueBtf?: Fd;
}>;

/** Creates a map. Throws SystemError. */
export function createMap(kernel: Kernel, map: MapCreate): Fd {
  const attr = mapCreateAttr.encode({
    mapType: map.type,
    keySize: map.keySize,
    valueSize: map.valueSize,
    maxEntries: map.maxEntries,
    mapFlags: map.flags ?? 0,
    innerMapFd: map.innerMap?.number ?? 0,
    mapName: kernelName(map.name),
    btfFd: map.btf?.number ?? 0,
    btfKeyTypeId: map.btfKey ?? 0,
    btfValueTypeId: map.btfValue ?? 0,
    mapExtra: map.mapExtra ?? 0n,
    numaNode: map.numaNode ?? 0,
    mapIfindex: map.ifindex ?? 0,
    btfVmlinuxValueTypeId: map.kernelValueType ?? 0,
    ...(map.kernelValueBtf && { valueTypeBtfObjFd: map.kernelValueBtf.number }),
  });
  try {
    return bpfFd(kernel, "BPF_MAP_CREATE", attr, `create map ${map.name}`);
  } catch (error) {
    if (!(error instanceof SystemError) || error.errno !== "EINVAL") throw error;
    const old = tooOldForMap(kernelVersion(), map.type);
    throw new SystemError(`create map ${map.name}`, "BPF_MAP_CREATE", error.errnoNumber, old);
  }
}

const UPDATE_FLAGS = { any: 0n, noexist: 1n, exist: 2n } as const;
const LOCK = 4n;

/** When a write is refused: "noexist" if the key is there, "exist" if it is not. */
export type UpdateMode = keyof typeof UPDATE_FLAGS;

function flagOf(mode: UpdateMode): bigint {
  if (Object.hasOwn(UPDATE_FLAGS, mode)) return UPDATE_FLAGS[mode];
  throw new SkepError(`there is no mode \`${String(mode)}\` of writing a map entry`, {
    code: "linux/bad-mode",
    remedy: 'give "any", "noexist" or "exist"',
  });
}

/** Copies the value of `key` into `value`, which holds the values of all possible CPUs for per-CPU maps; whether it is there. */
export function lookupElem(kernel: Kernel, map: Fd, key: Uint8Array, value: Uint8Array, lock = false): boolean {
  const result = elem(kernel, "BPF_MAP_LOOKUP_ELEM", map, key, value, lock ? LOCK : 0n);
  if (result === -ERRNO.ENOENT) return false;
  if (result < 0) throw new SystemError("look up a key of a map", "BPF_MAP_LOOKUP_ELEM", result);
  return true;
}

export function updateElem(
  kernel: Kernel,
  map: Fd,
  key: Uint8Array,
  value: Uint8Array,
  mode: UpdateMode = "any",
  lock = false,
): void {
  const flags = flagOf(mode) | (lock ? LOCK : 0n);
  const result = elem(kernel, "BPF_MAP_UPDATE_ELEM", map, key, value, flags);
  if (result < 0) throw new SystemError("write a map entry", "BPF_MAP_UPDATE_ELEM", result);
}

/** Whether the key was there. Throws SystemError: EINVAL for arrays, whose entries cannot be deleted. */
export function deleteElem(kernel: Kernel, map: Fd, key: Uint8Array): boolean {
  const result = elem(kernel, "BPF_MAP_DELETE_ELEM", map, key, undefined, 0n);
  if (result === -ERRNO.ENOENT) return false;
  if (result < 0) throw new SystemError("delete a map entry", "BPF_MAP_DELETE_ELEM", result);
  return true;
}

/**
 * Takes an entry out of a map and copies its value: queues and stacks (4.20, with an empty key), hash tables (5.14).
 * Whether it was there. Throws SystemError.
 */
export function takeElem(kernel: Kernel, map: Fd, key: Uint8Array, value: Uint8Array): boolean {
  const result = elem(kernel, "BPF_MAP_LOOKUP_AND_DELETE_ELEM", map, key, value, 0n);
  if (result === -ERRNO.ENOENT) return false;
  if (result < 0) throw new SystemError("take a map entry", "BPF_MAP_LOOKUP_AND_DELETE_ELEM", result);
  return true;
}

/** Writes the key after `key` (undefined: the first) into `next`; false at the end. A key that is gone restarts at the first. */
export function nextKey(kernel: Kernel, map: Fd, key: Uint8Array | undefined, next: Uint8Array): boolean {
  const result = elem(kernel, "BPF_MAP_GET_NEXT_KEY", map, key, next, 0n);
  if (result === -ERRNO.ENOENT) return false;
  if (result < 0) throw new SystemError("walk a map", "BPF_MAP_GET_NEXT_KEY", result);
  return true;
}

/** No program of user space can write the map any more. */
export function freezeMap(kernel: Kernel, map: Fd): void {
  const result = bpf(kernel, "BPF_MAP_FREEZE", mapElemAttr.encode({ mapFd: map.number }));
  if (result < 0) throw new SystemError("freeze a map", "BPF_MAP_FREEZE", result);
}

type ElemCommand =
  `BPF_MAP_${"LOOKUP_ELEM" | "UPDATE_ELEM" | "DELETE_ELEM" | "GET_NEXT_KEY" | "LOOKUP_AND_DELETE_ELEM"}`;

function elem(
  kernel: Kernel,
  command: ElemCommand,
  map: Fd,
  key: Uint8Array | undefined,
  value: Uint8Array | undefined,
  flags: bigint,
): number {
  const attr = mapElemAttr.encode({
    mapFd: map.number,
    key: key?.length ? kernel.addressOf(key) : 0n, // queues and the like have no keys, and take none
    value: value ? kernel.addressOf(value) : 0n,
    flags,
  });
  return bpf(kernel, command, attr);
}

/** Room for one batch and where the walk stands. `position` is opaque; give back what the last call wrote. */
export type Batch = Readonly<{
  keys: Uint8Array;
  values: Uint8Array;
  capacity: number;
  position: Uint8Array; // at least as large as a key, and 4 bytes
}>;

export type BatchResult = Readonly<{ count: number; end: boolean; errno: number }>;

/**
 * Reads the next entries (5.6; per-CPU arrays 5.13), and takes them out with `take`. `errno` is positive, 0 for success;
 * ENOSPC: a bucket holds more than fits.
 */
export function lookupBatch(kernel: Kernel, map: Fd, batch: Batch, first: boolean, take = false): BatchResult {
  const position = kernel.addressOf(batch.position);
  const attr = mapBatchAttr.encode({
    inBatch: first ? 0n : position,
    outBatch: position,
    keys: kernel.addressOf(batch.keys),
    values: kernel.addressOf(batch.values),
    count: batch.capacity,
    mapFd: map.number,
  });
  const result = bpf(kernel, take ? "BPF_MAP_LOOKUP_AND_DELETE_BATCH" : "BPF_MAP_LOOKUP_BATCH", attr);
  const count = mapBatchAttr.decode(attr).count;
  if (result === -ERRNO.ENOENT) return { count, end: true, errno: 0 };
  if (result < 0) return { count: 0, end: false, errno: -result };
  return { count, end: false, errno: 0 };
}

/** Deletes the keys given (5.6); the number deleted before the first that was not there. */
export function deleteBatch(kernel: Kernel, map: Fd, keys: Uint8Array, count: number): BatchResult {
  const attr = mapBatchAttr.encode({ keys: kernel.addressOf(keys), count, mapFd: map.number });
  const result = bpf(kernel, "BPF_MAP_DELETE_BATCH", attr);
  const done = mapBatchAttr.decode(attr).count;
  return { count: done, end: result === 0, errno: result < 0 ? -result : 0 };
}

/** Writes `count` entries (5.6); the number written before the one that was refused. */
export function updateBatch(
  kernel: Kernel,
  map: Fd,
  entries: Readonly<{ keys: Uint8Array; values: Uint8Array; count: number; mode?: UpdateMode }>,
): BatchResult {
  const { keys, values, count, mode = "any" } = entries;
  const attr = mapBatchAttr.encode({
    keys: kernel.addressOf(keys),
    values: kernel.addressOf(values),
    count,
    mapFd: map.number,
    elemFlags: flagOf(mode),
  });
  const result = bpf(kernel, "BPF_MAP_UPDATE_BATCH", attr);
  const done = mapBatchAttr.decode(attr).count;
  return { count: done, end: result === 0, errno: result < 0 ? -result : 0 };
}
