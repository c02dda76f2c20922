import type { ProgramType } from "../abi/attach-spec.ts";
import type { MapType } from "../abi/map-spec.ts";

// Both lists are in the kernel's order, from 1. Source: include/uapi/linux/bpf.h, v6.12.
// biome-ignore format: in tens
const MAP_TYPES: readonly MapType[] = [
  "hash", "array", "progArray", "perfEventArray", "percpuHash", "percpuArray", "stackTrace", "cgroupArray", "lruHash", "lruPercpuHash",
  "lpmTrie", "arrayOfMaps", "hashOfMaps", "devmap", "sockmap", "cpumap", "xskmap", "sockhash", "cgroupStorage", "reuseportSockarray",
  "percpuCgroupStorage", "queue", "stack", "skStorage", "devmapHash", "structOps", "ringbuf", "inodeStorage", "taskStorage", "bloomFilter",
  "userRingbuf", "cgrpStorage", "arena",
];

// biome-ignore format: in tens
const PROGRAM_TYPES: readonly ProgramType[] = [
  "socketFilter", "kprobe", "schedCls", "schedAct", "tracepoint", "xdp", "perfEvent", "cgroupSkb", "cgroupSock", "lwtIn",
  "lwtOut", "lwtXmit", "sockOps", "skSkb", "cgroupDevice", "skMsg", "rawTracepoint", "cgroupSockAddr", "lwtSeg6local", "lircMode2",
  "skReuseport", "flowDissector", "cgroupSysctl", "rawTracepointWritable", "cgroupSockopt", "tracing", "structOps", "ext", "lsm", "skLookup",
  "syscall", "netfilter",
];

export function mapTypeNumber(type: MapType): number {
  return MAP_TYPES.indexOf(type) + 1;
}

export function programTypeNumber(type: ProgramType): number {
  return PROGRAM_TYPES.indexOf(type) + 1;
}
