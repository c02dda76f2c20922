import { fixedBytes, struct, u32, u64 } from "../base/struct.ts";

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

/** Rest of BPF_LINK_CREATE for iterators. */
export const linkIter = struct("bpf_attr.link_create.iter", 16, { iterInfo: u64, iterInfoLen: u32 });

/** Rest of BPF_LINK_CREATE for tcx and netkit (6.6). */
export const linkTcx = struct("bpf_attr.link_create.tcx", 16, { relativeFd: u32, expectedRevision: u64 });

/** Argument of `bpf(BPF_LINK_UPDATE)`. */
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
