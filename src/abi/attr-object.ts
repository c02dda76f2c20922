import { fixedBytes, fixedString, i32, struct, u32, u64 } from "../base/struct.ts";

// Arms of `union bpf_attr` and the info structs for objects that the kernel holds.
// Source: include/uapi/linux/bpf.h, v6.12.

/** Argument of BPF_*_GET_NEXT_ID (`id` is where to start after) and BPF_*_GET_FD_BY_ID. */
export const getIdAttr = struct("bpf_attr.get_id", 16, { id: u32, nextId: u32, openFlags: u32, tokenFd: i32 });

/** Argument of `bpf(BPF_OBJ_GET_INFO_BY_FD)`. */
export const objInfoAttr = struct("bpf_attr.info", 16, { bpfFd: u32, infoLen: u32, info: u64 });

/** Argument of BPF_OBJ_PIN and BPF_OBJ_GET. */
export const objPathAttr = struct("bpf_attr.obj", 20, {
  pathname: u64,
  bpfFd: u32,
  fileFlags: u32,
  pathFd: i32,
});

/** Argument of `bpf(BPF_TASK_FD_QUERY)`: what a perf event's fd traces. */
export const taskFdQueryAttr = struct("bpf_attr.task_fd_query", 48, {
  pid: u32,
  fd: u32,
  flags: u32,
  bufLen: u32,
  buf: u64, // address
  progId: u32,
  fdType: u32,
  probeOffset: u64,
  probeAddr: u64,
});

/** What the kernel tells of a program. Arrays are filled when an address and a count are given. */
export const progInfo = struct("bpf_prog_info", 232, {
  type: u32,
  id: u32,
  tag: fixedBytes(8),
  jitedProgLen: u32,
  xlatedProgLen: u32,
  jitedProgInsns: u64,
  xlatedProgInsns: u64,
  loadTime: u64, // ns since boot
  createdByUid: u32,
  nrMapIds: u32,
  mapIds: u64,
  name: fixedString(16),
  ifindex: u32,
  gplCompatible: u32, // bit 0
  netnsDev: u64,
  netnsIno: u64,
  nrJitedKsyms: u32,
  nrJitedFuncLens: u32,
  jitedKsyms: u64,
  jitedFuncLens: u64,
  btfId: u32,
  funcInfoRecSize: u32,
  funcInfo: u64,
  nrFuncInfo: u32,
  nrLineInfo: u32,
  lineInfo: u64,
  jitedLineInfo: u64,
  nrJitedLineInfo: u32,
  lineInfoRecSize: u32,
  jitedLineInfoRecSize: u32,
  nrProgTags: u32,
  progTags: u64,
  runTimeNs: u64,
  runCnt: u64,
  recursionMisses: u64,
  verifiedInsns: u32,
  attachBtfObjId: u32,
  attachBtfId: u32,
});

/** What the kernel tells of a map. */
export const mapInfo = struct("bpf_map_info", 104, {
  type: u32,
  id: u32,
  keySize: u32,
  valueSize: u32,
  maxEntries: u32,
  mapFlags: u32,
  name: fixedString(16),
  ifindex: u32,
  btfVmlinuxValueTypeId: u32,
  netnsDev: u64,
  netnsIno: u64,
  btfId: u32,
  btfKeyTypeId: u32,
  btfValueTypeId: u32,
  btfVmlinuxId: u32,
  mapExtra: u64,
});

/** What the kernel tells of a BTF blob. */
export const btfInfo = struct("bpf_btf_info", 32, {
  btf: u64, // address
  btfSize: u32,
  id: u32,
  name: u64, // address
  nameLen: u32,
  kernelBtf: u32,
});

/** What the kernel tells of a link; `rest` depends on `type`. */
export const linkInfo = struct("bpf_link_info", 64, {
  type: u32,
  id: u32,
  progId: u32,
  unused: u32, // `rest` holds u64s
  rest: fixedBytes(48),
});
