import type { ProgramType } from "./attach-spec.ts";
import type { MapType } from "./map-spec.ts";

// Sets of program and map types that the helper tables share. Measured: a call of each helper was offered to the
// verifier in a program of each type, on Linux 6.18 and, for what that machine's policy refused, on 6.12.

export const TC: readonly ProgramType[] = ["schedCls", "schedAct"];
export const LWT: readonly ProgramType[] = ["lwtIn", "lwtOut", "lwtXmit", "lwtSeg6local"];

/** Programs that watch the kernel. */
export const PROBES: readonly ProgramType[] = [
  "kprobe",
  "tracepoint",
  "perfEvent",
  "rawTracepoint",
  "rawTracepointWritable",
  "tracing",
  "lsm",
];

/** Programs of cgroups that act on system calls, not on packets. */
export const CGROUP_CALLS: readonly ProgramType[] = [
  "cgroupSock",
  "cgroupDevice",
  "cgroupSockAddr",
  "cgroupSysctl",
  "cgroupSockopt",
];

/** Programs of the network that share the kernel's `bpf_sk_base_func_proto`. */
export const SOCKET_AWARE: readonly ProgramType[] = [
  "socketFilter",
  ...TC,
  "xdp",
  "cgroupSkb",
  ...LWT,
  "sockOps",
  "skSkb",
  "skMsg",
  "cgroupSockAddr",
  "flowDissector",
  "skLookup",
];

/** Every type but `ext`, whose rights are those of the program that it replaces, and `lircMode2`, which has few. */
export const EVERY: readonly ProgramType[] = [
  "socketFilter",
  ...PROBES,
  ...TC,
  "xdp",
  "cgroupSkb",
  ...CGROUP_CALLS,
  ...LWT,
  "sockOps",
  "skSkb",
  "skMsg",
  "skReuseport",
  "flowDissector",
  "structOps",
  "skLookup",
  "syscall",
  "netfilter",
];

export const EVERY_AND_LIRC: readonly ProgramType[] = [...EVERY, "lircMode2"];

/** Maps with keys and values of the program's own. */
export const PLAIN_MAPS: readonly MapType[] = [
  "hash",
  "array",
  "percpuHash",
  "percpuArray",
  "lruHash",
  "lruPercpuHash",
  "lpmTrie",
];

export const LOOKUP_MAPS: readonly MapType[] = [
  ...PLAIN_MAPS,
  "arrayOfMaps",
  "hashOfMaps",
  "devmap",
  "devmapHash",
  "xskmap",
  "sockmap",
  "sockhash",
];
