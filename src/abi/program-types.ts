import type { ProgramType } from "./attach-spec.ts";
import type { AttachType } from "./attach-types.ts";

export type ProgramTypeInfo = Readonly<{
  number: number;
  kernelName: string;
  /** First Linux release that has it. */
  since: string;
  /** Where the context's C type is declared under a name: "struct __sk_buff"; else what the context is, in words. */
  context: string;
  /** Attach types that a load command may expect; none: the field is not looked at. The first is the usual one. */
  attach: readonly AttachType[];
}>;

const SOCK_ADDR: readonly AttachType[] = [
  "cgroupInet4Connect",
  "cgroupInet6Connect",
  "cgroupInet4Bind",
  "cgroupInet6Bind",
  "cgroupUdp4Sendmsg",
  "cgroupUdp6Sendmsg",
  "cgroupUdp4Recvmsg",
  "cgroupUdp6Recvmsg",
  "cgroupInet4Getpeername",
  "cgroupInet6Getpeername",
  "cgroupInet4Getsockname",
  "cgroupInet6Getsockname",
  "cgroupUnixConnect",
  "cgroupUnixSendmsg",
  "cgroupUnixRecvmsg",
  "cgroupUnixGetpeername",
  "cgroupUnixGetsockname",
];
const KPROBE: readonly AttachType[] = [
  "perfEvent",
  "traceKprobeMulti",
  "traceUprobeMulti",
  "traceKprobeSession",
  "traceUprobeSession",
];
const TRACING: readonly AttachType[] = ["traceRawTp", "traceFentry", "traceFexit", "modifyReturn", "traceIter"];
const SOCK: readonly AttachType[] = [
  "cgroupInetSockCreate",
  "cgroupInetSockRelease",
  "cgroupInet4PostBind",
  "cgroupInet6PostBind",
];
const REUSEPORT: readonly AttachType[] = ["skReuseportSelect", "skReuseportSelectOrMigrate"];
const SK_SKB: readonly AttachType[] = ["skSkbStreamParser", "skSkbStreamVerdict", "skSkbVerdict"];
const TC: readonly AttachType[] = ["tcxIngress", "tcxEgress", "netkitPrimary", "netkitPeer"];

/**
 * Program types. `context` is what r1 points to at the start.
 * Source: include/uapi/linux/bpf.h, `enum bpf_prog_type`, and include/linux/bpf_types.h, v6.18.
 */
// biome-ignore format: one type per line
export const PROGRAM_TYPES: Readonly<Record<ProgramType, ProgramTypeInfo>> = {
  socketFilter:          { number: 1,  kernelName: "BPF_PROG_TYPE_SOCKET_FILTER",           since: "3.19", context: "struct __sk_buff",               attach: [] },
  kprobe:                { number: 2,  kernelName: "BPF_PROG_TYPE_KPROBE",                  since: "4.1",  context: "struct pt_regs",                 attach: KPROBE },
  schedCls:              { number: 3,  kernelName: "BPF_PROG_TYPE_SCHED_CLS",               since: "4.1",  context: "struct __sk_buff",               attach: TC },
  schedAct:              { number: 4,  kernelName: "BPF_PROG_TYPE_SCHED_ACT",               since: "4.1",  context: "struct __sk_buff",               attach: [] },
  tracepoint:            { number: 5,  kernelName: "BPF_PROG_TYPE_TRACEPOINT",              since: "4.7",  context: "the tracepoint's record",        attach: ["perfEvent"] },
  xdp:                   { number: 6,  kernelName: "BPF_PROG_TYPE_XDP",                     since: "4.8",  context: "struct xdp_md",                  attach: ["xdp", "xdpDevmap", "xdpCpumap"] },
  perfEvent:             { number: 7,  kernelName: "BPF_PROG_TYPE_PERF_EVENT",              since: "4.9",  context: "struct bpf_perf_event_data",     attach: ["perfEvent"] },
  cgroupSkb:             { number: 8,  kernelName: "BPF_PROG_TYPE_CGROUP_SKB",              since: "4.10", context: "struct __sk_buff",               attach: ["cgroupInetIngress", "cgroupInetEgress"] },
  cgroupSock:            { number: 9,  kernelName: "BPF_PROG_TYPE_CGROUP_SOCK",             since: "4.10", context: "struct bpf_sock",                attach: SOCK },
  lwtIn:                 { number: 10, kernelName: "BPF_PROG_TYPE_LWT_IN",                  since: "4.10", context: "struct __sk_buff",               attach: [] },
  lwtOut:                { number: 11, kernelName: "BPF_PROG_TYPE_LWT_OUT",                 since: "4.10", context: "struct __sk_buff",               attach: [] },
  lwtXmit:               { number: 12, kernelName: "BPF_PROG_TYPE_LWT_XMIT",                since: "4.10", context: "struct __sk_buff",               attach: [] },
  sockOps:               { number: 13, kernelName: "BPF_PROG_TYPE_SOCK_OPS",                since: "4.13", context: "struct bpf_sock_ops",            attach: ["cgroupSockOps"] },
  skSkb:                 { number: 14, kernelName: "BPF_PROG_TYPE_SK_SKB",                  since: "4.14", context: "struct __sk_buff",               attach: SK_SKB },
  cgroupDevice:          { number: 15, kernelName: "BPF_PROG_TYPE_CGROUP_DEVICE",           since: "4.15", context: "struct bpf_cgroup_dev_ctx",      attach: ["cgroupDevice"] },
  skMsg:                 { number: 16, kernelName: "BPF_PROG_TYPE_SK_MSG",                  since: "4.17", context: "struct sk_msg_md",               attach: ["skMsgVerdict"] },
  rawTracepoint:         { number: 17, kernelName: "BPF_PROG_TYPE_RAW_TRACEPOINT",          since: "4.17", context: "struct bpf_raw_tracepoint_args", attach: [] },
  cgroupSockAddr:        { number: 18, kernelName: "BPF_PROG_TYPE_CGROUP_SOCK_ADDR",        since: "4.17", context: "struct bpf_sock_addr",           attach: SOCK_ADDR },
  lwtSeg6local:          { number: 19, kernelName: "BPF_PROG_TYPE_LWT_SEG6LOCAL",           since: "4.18", context: "struct __sk_buff",               attach: [] },
  lircMode2:             { number: 20, kernelName: "BPF_PROG_TYPE_LIRC_MODE2",              since: "4.18", context: "the sample, 32 bits",            attach: ["lircMode2"] },
  skReuseport:           { number: 21, kernelName: "BPF_PROG_TYPE_SK_REUSEPORT",            since: "4.19", context: "struct sk_reuseport_md",         attach: REUSEPORT },
  flowDissector:         { number: 22, kernelName: "BPF_PROG_TYPE_FLOW_DISSECTOR",          since: "4.20", context: "struct __sk_buff",               attach: ["flowDissector"] },
  cgroupSysctl:          { number: 23, kernelName: "BPF_PROG_TYPE_CGROUP_SYSCTL",           since: "5.2",  context: "struct bpf_sysctl",              attach: ["cgroupSysctl"] },
  rawTracepointWritable: { number: 24, kernelName: "BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE", since: "5.2",  context: "struct bpf_raw_tracepoint_args", attach: [] },
  cgroupSockopt:         { number: 25, kernelName: "BPF_PROG_TYPE_CGROUP_SOCKOPT",          since: "5.3",  context: "struct bpf_sockopt",             attach: ["cgroupGetsockopt", "cgroupSetsockopt"] },
  tracing:               { number: 26, kernelName: "BPF_PROG_TYPE_TRACING",                 since: "5.5",  context: "the arguments, 64 bits each",    attach: TRACING },
  structOps:             { number: 27, kernelName: "BPF_PROG_TYPE_STRUCT_OPS",              since: "5.6",  context: "the arguments, 64 bits each",    attach: ["structOps"] },
  ext:                   { number: 28, kernelName: "BPF_PROG_TYPE_EXT",                     since: "5.6",  context: "the replaced program's",         attach: [] },
  lsm:                   { number: 29, kernelName: "BPF_PROG_TYPE_LSM",                     since: "5.7",  context: "the arguments, 64 bits each",    attach: ["lsmMac", "lsmCgroup"] },
  skLookup:              { number: 30, kernelName: "BPF_PROG_TYPE_SK_LOOKUP",               since: "5.9",  context: "struct bpf_sk_lookup",           attach: ["skLookup"] },
  syscall:               { number: 31, kernelName: "BPF_PROG_TYPE_SYSCALL",                 since: "5.14", context: "memory given with the call",     attach: [] },
  netfilter:             { number: 32, kernelName: "BPF_PROG_TYPE_NETFILTER",               since: "6.4",  context: "struct bpf_nf_ctx",              attach: ["netfilter"] },
};

const BY_NUMBER: ReadonlyMap<number, ProgramType> = new Map(
  (Object.keys(PROGRAM_TYPES) as ProgramType[]).map((type) => [PROGRAM_TYPES[type].number, type]),
);

/** The program type that the kernel knows by `number`, or undefined for one that is newer than this table. */
export function programTypeOf(number: number): ProgramType | undefined {
  return BY_NUMBER.get(number);
}
