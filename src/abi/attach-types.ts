/**
 * Where a program is meant to be attached, as `bpf(2)` numbers it: `expected_attach_type` of a load command,
 * `attach_type` of attach and link commands. Source: include/uapi/linux/bpf.h, `enum bpf_attach_type`, v6.18.
 */
// biome-ignore format: one type per line
export const ATTACH_TYPES = {
  cgroupInetIngress:            { number: 0,  kernelName: "BPF_CGROUP_INET_INGRESS",            since: "4.10" },
  cgroupInetEgress:             { number: 1,  kernelName: "BPF_CGROUP_INET_EGRESS",             since: "4.10" },
  cgroupInetSockCreate:         { number: 2,  kernelName: "BPF_CGROUP_INET_SOCK_CREATE",        since: "4.10" },
  cgroupSockOps:                { number: 3,  kernelName: "BPF_CGROUP_SOCK_OPS",                since: "4.13" },
  skSkbStreamParser:            { number: 4,  kernelName: "BPF_SK_SKB_STREAM_PARSER",           since: "4.14" },
  skSkbStreamVerdict:           { number: 5,  kernelName: "BPF_SK_SKB_STREAM_VERDICT",          since: "4.14" },
  cgroupDevice:                 { number: 6,  kernelName: "BPF_CGROUP_DEVICE",                  since: "4.15" },
  skMsgVerdict:                 { number: 7,  kernelName: "BPF_SK_MSG_VERDICT",                 since: "4.17" },
  cgroupInet4Bind:              { number: 8,  kernelName: "BPF_CGROUP_INET4_BIND",              since: "4.17" },
  cgroupInet6Bind:              { number: 9,  kernelName: "BPF_CGROUP_INET6_BIND",              since: "4.17" },
  cgroupInet4Connect:           { number: 10, kernelName: "BPF_CGROUP_INET4_CONNECT",           since: "4.17" },
  cgroupInet6Connect:           { number: 11, kernelName: "BPF_CGROUP_INET6_CONNECT",           since: "4.17" },
  cgroupInet4PostBind:          { number: 12, kernelName: "BPF_CGROUP_INET4_POST_BIND",         since: "4.17" },
  cgroupInet6PostBind:          { number: 13, kernelName: "BPF_CGROUP_INET6_POST_BIND",         since: "4.17" },
  cgroupUdp4Sendmsg:            { number: 14, kernelName: "BPF_CGROUP_UDP4_SENDMSG",            since: "4.18" },
  cgroupUdp6Sendmsg:            { number: 15, kernelName: "BPF_CGROUP_UDP6_SENDMSG",            since: "4.18" },
  lircMode2:                    { number: 16, kernelName: "BPF_LIRC_MODE2",                     since: "4.18" },
  flowDissector:                { number: 17, kernelName: "BPF_FLOW_DISSECTOR",                 since: "4.20" },
  cgroupSysctl:                 { number: 18, kernelName: "BPF_CGROUP_SYSCTL",                  since: "5.2"  },
  cgroupUdp4Recvmsg:            { number: 19, kernelName: "BPF_CGROUP_UDP4_RECVMSG",            since: "5.2"  },
  cgroupUdp6Recvmsg:            { number: 20, kernelName: "BPF_CGROUP_UDP6_RECVMSG",            since: "5.2"  },
  cgroupGetsockopt:             { number: 21, kernelName: "BPF_CGROUP_GETSOCKOPT",              since: "5.3"  },
  cgroupSetsockopt:             { number: 22, kernelName: "BPF_CGROUP_SETSOCKOPT",              since: "5.3"  },
  traceRawTp:                   { number: 23, kernelName: "BPF_TRACE_RAW_TP",                   since: "5.5"  },
  traceFentry:                  { number: 24, kernelName: "BPF_TRACE_FENTRY",                   since: "5.5"  },
  traceFexit:                   { number: 25, kernelName: "BPF_TRACE_FEXIT",                    since: "5.5"  },
  modifyReturn:                 { number: 26, kernelName: "BPF_MODIFY_RETURN",                  since: "5.7"  },
  lsmMac:                       { number: 27, kernelName: "BPF_LSM_MAC",                        since: "5.7"  },
  traceIter:                    { number: 28, kernelName: "BPF_TRACE_ITER",                     since: "5.8"  },
  cgroupInet4Getpeername:       { number: 29, kernelName: "BPF_CGROUP_INET4_GETPEERNAME",       since: "5.8"  },
  cgroupInet6Getpeername:       { number: 30, kernelName: "BPF_CGROUP_INET6_GETPEERNAME",       since: "5.8"  },
  cgroupInet4Getsockname:       { number: 31, kernelName: "BPF_CGROUP_INET4_GETSOCKNAME",       since: "5.8"  },
  cgroupInet6Getsockname:       { number: 32, kernelName: "BPF_CGROUP_INET6_GETSOCKNAME",       since: "5.8"  },
  xdpDevmap:                    { number: 33, kernelName: "BPF_XDP_DEVMAP",                     since: "5.8"  },
  cgroupInetSockRelease:        { number: 34, kernelName: "BPF_CGROUP_INET_SOCK_RELEASE",       since: "5.9"  },
  xdpCpumap:                    { number: 35, kernelName: "BPF_XDP_CPUMAP",                     since: "5.9"  },
  skLookup:                     { number: 36, kernelName: "BPF_SK_LOOKUP",                      since: "5.9"  },
  xdp:                          { number: 37, kernelName: "BPF_XDP",                            since: "5.9"  },
  skSkbVerdict:                 { number: 38, kernelName: "BPF_SK_SKB_VERDICT",                 since: "5.13" },
  skReuseportSelect:            { number: 39, kernelName: "BPF_SK_REUSEPORT_SELECT",            since: "5.14" },
  skReuseportSelectOrMigrate:   { number: 40, kernelName: "BPF_SK_REUSEPORT_SELECT_OR_MIGRATE", since: "5.14" },
  perfEvent:                    { number: 41, kernelName: "BPF_PERF_EVENT",                     since: "5.15" },
  traceKprobeMulti:             { number: 42, kernelName: "BPF_TRACE_KPROBE_MULTI",             since: "5.18" },
  lsmCgroup:                    { number: 43, kernelName: "BPF_LSM_CGROUP",                     since: "6.0"  },
  structOps:                    { number: 44, kernelName: "BPF_STRUCT_OPS",                     since: "6.4"  },
  netfilter:                    { number: 45, kernelName: "BPF_NETFILTER",                      since: "6.4"  },
  tcxIngress:                   { number: 46, kernelName: "BPF_TCX_INGRESS",                    since: "6.6"  },
  tcxEgress:                    { number: 47, kernelName: "BPF_TCX_EGRESS",                     since: "6.6"  },
  traceUprobeMulti:             { number: 48, kernelName: "BPF_TRACE_UPROBE_MULTI",             since: "6.6"  },
  cgroupUnixConnect:            { number: 49, kernelName: "BPF_CGROUP_UNIX_CONNECT",            since: "6.7"  },
  cgroupUnixSendmsg:            { number: 50, kernelName: "BPF_CGROUP_UNIX_SENDMSG",            since: "6.7"  },
  cgroupUnixRecvmsg:            { number: 51, kernelName: "BPF_CGROUP_UNIX_RECVMSG",            since: "6.7"  },
  cgroupUnixGetpeername:        { number: 52, kernelName: "BPF_CGROUP_UNIX_GETPEERNAME",        since: "6.7"  },
  cgroupUnixGetsockname:        { number: 53, kernelName: "BPF_CGROUP_UNIX_GETSOCKNAME",        since: "6.7"  },
  netkitPrimary:                { number: 54, kernelName: "BPF_NETKIT_PRIMARY",                 since: "6.7"  },
  netkitPeer:                   { number: 55, kernelName: "BPF_NETKIT_PEER",                    since: "6.7"  },
  traceKprobeSession:           { number: 56, kernelName: "BPF_TRACE_KPROBE_SESSION",           since: "6.10" },
  traceUprobeSession:           { number: 57, kernelName: "BPF_TRACE_UPROBE_SESSION",           since: "6.13" },
} as const satisfies Readonly<Record<string, AttachTypeInfo>>;

/** `since` is the first Linux release that has it. */
export type AttachTypeInfo = Readonly<{ number: number; kernelName: string; since: string }>;

export type AttachType = keyof typeof ATTACH_TYPES;

const BY_NUMBER: ReadonlyMap<number, AttachType> = new Map(
  (Object.keys(ATTACH_TYPES) as AttachType[]).map((type) => [ATTACH_TYPES[type].number, type]),
);

/** The attach type that the kernel knows by `number`, or undefined for one that is newer than this table. */
export function attachTypeOf(number: number): AttachType | undefined {
  return BY_NUMBER.get(number);
}
