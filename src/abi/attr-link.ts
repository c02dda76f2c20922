import { fixedBytes, i32, struct, u32, u64 } from "../base/struct.ts";

// Arms of `union bpf_attr` for links and attachment. Source: include/uapi/linux/bpf.h, v6.12.

/** Argument of `bpf(BPF_LINK_CREATE)` up to the part that depends on the attach type. */
export const linkCreateAttr = struct("bpf_attr.link_create", 64, {
  progFd: u32,
  targetFd: u32, // or target_ifindex
  attachType: u32,
  flags: u32,
  rest: fixedBytes(48), // one of the arms below
});

/** Rest of BPF_LINK_CREATE for perf events. */
export const linkPerfEvent = struct("bpf_attr.link_create.perf_event", 8, { bpfCookie: u64 });

/** Rest of BPF_LINK_CREATE for fentry and the like; `cookie` lies behind 4 bytes of padding. */
export const linkTracing = struct("bpf_attr.link_create.tracing", 16, { targetBtfId: u32, cookie: u64 });

/** Rest of BPF_LINK_CREATE for many kernel functions at once (5.18). */
export const linkKprobeMulti = struct("bpf_attr.link_create.kprobe_multi", 32, {
  flags: u32,
  cnt: u32,
  syms: u64, // address of an array of addresses of strings
  addrs: u64, // address of an array of u64
  cookies: u64, // address of an array of u64
});

/** Rest of BPF_LINK_CREATE for many places of one binary at once (6.6). */
export const linkUprobeMulti = struct("bpf_attr.link_create.uprobe_multi", 48, {
  path: u64, // address of a NUL-terminated string
  offsets: u64, // address of an array of u64
  refCtrOffsets: u64, // address of an array of u64
  cookies: u64, // address of an array of u64
  cnt: u32,
  flags: u32, // 1: return probes
  pid: u32,
});

/** Rest of BPF_LINK_CREATE for iterators; `iterInfo` is the address of one of the three structs below. */
export const linkIter = struct("bpf_attr.link_create.iter", 16, { iterInfo: u64, iterInfoLen: u32 });
export const iterMapInfo = struct("bpf_iter_link_info.map", 16, { mapFd: u32 });
/** `order` is of ITER_CGROUP_ORDERS. */
export const iterCgroupInfo = struct("bpf_iter_link_info.cgroup", 16, {
  order: u32,
  cgroupFd: u32,
  cgroupId: u64,
});
export const iterTaskInfo = struct("bpf_iter_link_info.task", 16, { tid: u32, pid: u32, pidFd: u32 });

/** Rest of BPF_LINK_CREATE for netfilter (6.4). */
export const linkNetfilter = struct("bpf_attr.link_create.netfilter", 16, {
  pf: u32,
  hooknum: u32,
  priority: i32,
  flags: u32, // 1: whole datagrams only
});

/** Rest of BPF_LINK_CREATE for tcx and netkit (6.6), and for cgroups (6.17). `relativeFd` may be an id; see PROGRAM_ORDER_FLAGS. */
export const linkTcx = struct("bpf_attr.link_create.tcx", 16, { relativeFd: u32, expectedRevision: u64 });

/** Argument of `bpf(BPF_LINK_UPDATE)`. `flags` 4: only if the program is still `oldProgFd`. Maps for struct_ops. */
export const linkUpdateAttr = struct("bpf_attr.link_update", 16, {
  linkFd: u32,
  newProgFd: u32,
  flags: u32,
  oldProgFd: u32,
});

/** Argument of `bpf(BPF_LINK_DETACH)`. */
export const linkDetachAttr = struct("bpf_attr.link_detach", 4, { linkFd: u32 });

/** Argument of `bpf(BPF_RAW_TRACEPOINT_OPEN)`. `name` is 0 for programs that name their target by BTF. */
export const rawTracepointAttr = struct("bpf_attr.raw_tracepoint", 24, {
  name: u64, // address of a NUL-terminated string
  progFd: u32,
  cookie: u64, // since 6.10
});

/** Argument of BPF_PROG_ATTACH and BPF_PROG_DETACH. */
export const progAttachAttr = struct("bpf_attr.prog_attach", 32, {
  targetFd: u32,
  attachBpfFd: u32,
  attachType: u32,
  attachFlags: u32,
  replaceBpfFd: u32,
  relativeFd: u32,
  expectedRevision: u64,
});

/** Argument of `bpf(BPF_ITER_CREATE)`. */
export const iterCreateAttr = struct("bpf_attr.iter_create", 8, { linkFd: u32, flags: u32 });

/** Argument of `bpf(BPF_PROG_QUERY)`: the programs of a hook. */
export const progQueryAttr = struct("bpf_attr.query", 64, {
  targetFd: u32, // or an interface's index
  attachType: u32,
  queryFlags: u32, // 1: those that count here, inherited ones too
  attachFlags: u32, // out
  progIds: u64, // address of an array of u32
  progCnt: u32, // in: room; out: programs
  unused: u32, // padding
  progAttachFlags: u64, // address of an array of u32
  linkIds: u64, // address of an array of u32
  linkAttachFlags: u64, // address of an array of u32
  revision: u64, // out
});

/** `attach_flags` of BPF_PROG_ATTACH for cgroups. Source: include/uapi/linux/bpf.h, v6.18. */
export const ATTACH_FLAGS = { allowOverride: 1, allowMulti: 2, replace: 4 } as const;

/** `flags` that order programs of tcx, netkit and cgroups. Source: include/uapi/linux/bpf.h, v6.18. */
export const PROGRAM_ORDER_FLAGS = {
  replace: 1 << 2,
  before: 1 << 3,
  after: 1 << 4,
  id: 1 << 5,
  link: 1 << 13,
} as const;

/** Source: include/uapi/linux/bpf.h, `enum bpf_cgroup_iter_order`, v6.18. */
export const ITER_CGROUP_ORDERS = { self: 1, descendantsPre: 2, descendantsPost: 3, ancestors: 4 } as const;

/** `flags` of kprobe_multi and uprobe_multi links: probes at the return. */
export const MULTI_RETURN = 1;
