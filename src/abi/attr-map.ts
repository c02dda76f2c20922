import { fixedString, i32, struct, u32, u64 } from "../base/struct.ts";

// Arms of `union bpf_attr` for maps. Source: include/uapi/linux/bpf.h, v6.12.

/** Argument of `bpf(BPF_MAP_CREATE)`. Fields left out of `encode` are zero, as the kernel requires. */
export const mapCreateAttr = struct("bpf_attr.map_create", 80, {
  mapType: u32,
  keySize: u32, // bytes
  valueSize: u32, // bytes, per CPU for per-CPU maps
  maxEntries: u32, // ring buffer: bytes, a power of two and a multiple of the page size
  mapFlags: u32,
  innerMapFd: u32,
  numaNode: u32,
  mapName: fixedString(16), // 15 characters and a NUL
  mapIfindex: u32,
  btfFd: u32,
  btfKeyTypeId: u32,
  btfValueTypeId: u32,
  btfVmlinuxValueTypeId: u32,
  mapExtra: u64,
  valueTypeBtfObjFd: i32,
  mapTokenFd: i32,
});

/** Argument of the commands on one map element, of BPF_MAP_GET_NEXT_KEY (`value` is the next key) and of BPF_MAP_FREEZE. */
export const mapElemAttr = struct("bpf_attr.map_elem", 32, {
  mapFd: u32,
  key: u64, // address
  value: u64, // address
  flags: u64,
});

/** Argument of BPF_MAP_LOOKUP_BATCH, …_LOOKUP_AND_DELETE_BATCH, …_UPDATE_BATCH and …_DELETE_BATCH. */
export const mapBatchAttr = struct("bpf_attr.batch", 56, {
  inBatch: u64, // address of the position to start from; 0: the start
  outBatch: u64, // address where the position for the next call is written
  keys: u64, // address
  values: u64, // address
  count: u32, // in: room; out: elements
  mapFd: u32,
  elemFlags: u64,
  flags: u64,
});
