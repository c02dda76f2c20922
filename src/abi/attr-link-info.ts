import { i32, struct, u32, u64 } from "../base/struct.ts";

// What is behind the first 16 bytes of `linkInfo` (attr-object.ts), by the type of the link. Names are addresses of
// buffers that the kernel fills, lists addresses of arrays. Source: include/uapi/linux/bpf.h, `struct bpf_link_info`, v6.18.

export const linkInfoRawTracepoint = struct("bpf_link_info.raw_tracepoint", 24, {
  name: u64,
  nameLen: u32,
  cookie: u64, // 6.18
});

export const linkInfoTracing = struct("bpf_link_info.tracing", 24, {
  attachType: u32,
  targetObjId: u32, // of a program, or of the BTF
  targetBtfId: u32,
  cookie: u64, // 6.18
});

export const linkInfoCgroup = struct("bpf_link_info.cgroup", 16, { cgroupId: u64, attachType: u32 });

export const linkInfoIter = struct("bpf_link_info.iter", 32, {
  targetName: u64,
  targetNameLen: u32,
  mapId: u32, // iterators of maps
  cgroupId: u64, // of cgroups; `tid` and `pid` of tasks
  order: u32,
});

export const linkInfoNetns = struct("bpf_link_info.netns", 8, { netnsIno: u32, attachType: u32 });

export const linkInfoXdp = struct("bpf_link_info.xdp", 4, { ifindex: u32 });

export const linkInfoStructOps = struct("bpf_link_info.struct_ops", 4, { mapId: u32 });

export const linkInfoNetfilter = struct("bpf_link_info.netfilter", 16, {
  pf: u32,
  hooknum: u32,
  priority: i32,
  flags: u32,
});

export const linkInfoKprobeMulti = struct("bpf_link_info.kprobe_multi", 32, {
  addrs: u64,
  count: u32,
  flags: u32,
  missed: u64, // out
  cookies: u64,
});

export const linkInfoUprobeMulti = struct("bpf_link_info.uprobe_multi", 48, {
  path: u64,
  offsets: u64,
  refCtrOffsets: u64,
  cookies: u64,
  pathSize: u32,
  count: u32,
  flags: u32,
  pid: u32,
});

/** `type` is of PERF_LINK_TYPES, and says which of the four below follows at 8. */
export const linkInfoPerfEvent = struct("bpf_link_info.perf_event", 4, { type: u32 });

export const linkInfoPerfUprobe = struct("bpf_link_info.perf_event.uprobe", 32, {
  fileName: u64,
  nameLen: u32,
  offset: u32,
  cookie: u64,
  refCtrOffset: u64,
});

export const linkInfoPerfKprobe = struct("bpf_link_info.perf_event.kprobe", 40, {
  funcName: u64,
  nameLen: u32,
  offset: u32,
  addr: u64,
  missed: u64,
  cookie: u64,
});

export const linkInfoPerfTracepoint = struct("bpf_link_info.perf_event.tracepoint", 24, {
  tpName: u64,
  nameLen: u32,
  cookie: u64,
});

export const linkInfoPerfConfig = struct("bpf_link_info.perf_event.event", 24, {
  config: u64,
  type: u32,
  cookie: u64,
});

/** tcx and netkit. */
export const linkInfoTcx = struct("bpf_link_info.tcx", 8, { ifindex: u32, attachType: u32 });

export const linkInfoSockmap = struct("bpf_link_info.sockmap", 8, { mapId: u32, attachType: u32 });

/** Source: include/uapi/linux/bpf.h, `enum bpf_perf_event_type`, v6.18. */
export const PERF_LINK_TYPES = {
  unspec: 0,
  uprobe: 1,
  uretprobe: 2,
  kprobe: 3,
  kretprobe: 4,
  tracepoint: 5,
  event: 6,
} as const;
