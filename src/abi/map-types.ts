import type { MapType } from "./map-spec.ts";

/**
 * What a map is keyed by. "index": 32 bits below `maxEntries`; "none": the map has no keys; "fd": 32 bits of a file
 * descriptor of an object that owns the value.
 */
export type MapKeying = "bytes" | "index" | "prefix" | "fd" | "none";

export type MapTypeInfo = Readonly<{
  number: number;
  kernelName: string;
  /** First Linux release that has it. */
  since: string;
  keys: MapKeying;
  /** Every CPU has a value of its own for each key. */
  perCpu: boolean;
  doc: string;
}>;

/** Source: include/uapi/linux/bpf.h, `enum bpf_map_type`, v6.18. */
// biome-ignore format: one type per line
export const MAP_TYPES: Readonly<Record<MapType, MapTypeInfo>> = {
  hash:                { number: 1,  kernelName: "BPF_MAP_TYPE_HASH",                  since: "3.19", keys: "bytes",  perCpu: false, doc: "Hash table" },
  array:               { number: 2,  kernelName: "BPF_MAP_TYPE_ARRAY",                 since: "3.19", keys: "index",  perCpu: false, doc: "Array; every entry exists from the start, all zero" },
  progArray:           { number: 3,  kernelName: "BPF_MAP_TYPE_PROG_ARRAY",            since: "4.2",  keys: "index",  perCpu: false, doc: "Programs to tail-call" },
  perfEventArray:      { number: 4,  kernelName: "BPF_MAP_TYPE_PERF_EVENT_ARRAY",      since: "4.3",  keys: "index",  perCpu: false, doc: "Perf events: counters to read, or per-CPU buffers to user space" },
  percpuHash:          { number: 5,  kernelName: "BPF_MAP_TYPE_PERCPU_HASH",           since: "4.6",  keys: "bytes",  perCpu: true,  doc: "Hash table with a value per CPU" },
  percpuArray:         { number: 6,  kernelName: "BPF_MAP_TYPE_PERCPU_ARRAY",          since: "4.6",  keys: "index",  perCpu: true,  doc: "Array with a value per CPU" },
  stackTrace:          { number: 7,  kernelName: "BPF_MAP_TYPE_STACK_TRACE",           since: "4.6",  keys: "index",  perCpu: false, doc: "Stack traces by their hash" },
  cgroupArray:         { number: 8,  kernelName: "BPF_MAP_TYPE_CGROUP_ARRAY",          since: "4.8",  keys: "index",  perCpu: false, doc: "Cgroups to compare with" },
  lruHash:             { number: 9,  kernelName: "BPF_MAP_TYPE_LRU_HASH",              since: "4.10", keys: "bytes",  perCpu: false, doc: "Hash table that drops what was not used for longest when full" },
  lruPercpuHash:       { number: 10, kernelName: "BPF_MAP_TYPE_LRU_PERCPU_HASH",       since: "4.10", keys: "bytes",  perCpu: true,  doc: "The same with a value per CPU" },
  lpmTrie:             { number: 11, kernelName: "BPF_MAP_TYPE_LPM_TRIE",              since: "4.11", keys: "prefix", perCpu: false, doc: "Finds the longest prefix, such as a route" },
  arrayOfMaps:         { number: 12, kernelName: "BPF_MAP_TYPE_ARRAY_OF_MAPS",         since: "4.12", keys: "index",  perCpu: false, doc: "Array whose values are maps" },
  hashOfMaps:          { number: 13, kernelName: "BPF_MAP_TYPE_HASH_OF_MAPS",          since: "4.12", keys: "bytes",  perCpu: false, doc: "Hash table whose values are maps" },
  devmap:              { number: 14, kernelName: "BPF_MAP_TYPE_DEVMAP",                since: "4.14", keys: "index",  perCpu: false, doc: "Network devices to redirect to" },
  sockmap:             { number: 15, kernelName: "BPF_MAP_TYPE_SOCKMAP",               since: "4.14", keys: "index",  perCpu: false, doc: "Sockets to redirect to" },
  cpumap:              { number: 16, kernelName: "BPF_MAP_TYPE_CPUMAP",                since: "4.15", keys: "index",  perCpu: false, doc: "CPUs to redirect to" },
  xskmap:              { number: 17, kernelName: "BPF_MAP_TYPE_XSKMAP",                since: "4.18", keys: "index",  perCpu: false, doc: "AF_XDP sockets to redirect to" },
  sockhash:            { number: 18, kernelName: "BPF_MAP_TYPE_SOCKHASH",              since: "4.18", keys: "bytes",  perCpu: false, doc: "Sockets to redirect to, by key" },
  cgroupStorage:       { number: 19, kernelName: "BPF_MAP_TYPE_CGROUP_STORAGE",        since: "4.19", keys: "bytes",  perCpu: false, doc: "Memory per cgroup and attachment; superseded by cgrpStorage" },
  reuseportSockarray:  { number: 20, kernelName: "BPF_MAP_TYPE_REUSEPORT_SOCKARRAY",   since: "4.19", keys: "index",  perCpu: false, doc: "Sockets of a reuseport group" },
  percpuCgroupStorage: { number: 21, kernelName: "BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE", since: "4.20", keys: "bytes",  perCpu: true,  doc: "Memory per cgroup, attachment and CPU" },
  queue:               { number: 22, kernelName: "BPF_MAP_TYPE_QUEUE",                 since: "4.20", keys: "none",   perCpu: false, doc: "First in, first out" },
  stack:               { number: 23, kernelName: "BPF_MAP_TYPE_STACK",                 since: "4.20", keys: "none",   perCpu: false, doc: "Last in, first out" },
  skStorage:           { number: 24, kernelName: "BPF_MAP_TYPE_SK_STORAGE",            since: "5.2",  keys: "fd",     perCpu: false, doc: "Memory per socket" },
  devmapHash:          { number: 25, kernelName: "BPF_MAP_TYPE_DEVMAP_HASH",           since: "5.4",  keys: "bytes",  perCpu: false, doc: "Network devices to redirect to, by key of 32 bits" },
  structOps:           { number: 26, kernelName: "BPF_MAP_TYPE_STRUCT_OPS",            since: "5.6",  keys: "index",  perCpu: false, doc: "A kernel interface made of programs" },
  ringbuf:             { number: 27, kernelName: "BPF_MAP_TYPE_RINGBUF",               since: "5.8",  keys: "none",   perCpu: false, doc: "Ring buffer to user space" },
  inodeStorage:        { number: 28, kernelName: "BPF_MAP_TYPE_INODE_STORAGE",         since: "5.10", keys: "fd",     perCpu: false, doc: "Memory per inode" },
  taskStorage:         { number: 29, kernelName: "BPF_MAP_TYPE_TASK_STORAGE",          since: "5.11", keys: "fd",     perCpu: false, doc: "Memory per task" },
  bloomFilter:         { number: 30, kernelName: "BPF_MAP_TYPE_BLOOM_FILTER",          since: "5.16", keys: "none",   perCpu: false, doc: "Set that answers \"perhaps\" or \"no\"" },
  userRingbuf:         { number: 31, kernelName: "BPF_MAP_TYPE_USER_RINGBUF",          since: "6.1",  keys: "none",   perCpu: false, doc: "Ring buffer from user space" },
  cgrpStorage:         { number: 32, kernelName: "BPF_MAP_TYPE_CGRP_STORAGE",          since: "6.2",  keys: "fd",     perCpu: false, doc: "Memory per cgroup" },
  arena:               { number: 33, kernelName: "BPF_MAP_TYPE_ARENA",                 since: "6.9",  keys: "none",   perCpu: false, doc: "Memory that programs and user space share, with pointers" },
};

const BY_NUMBER: ReadonlyMap<number, MapType> = new Map(
  (Object.keys(MAP_TYPES) as MapType[]).map((type) => [MAP_TYPES[type].number, type]),
);

/** The map type that the kernel knows by `number`, or undefined for one that is newer than this table. */
export function mapTypeOf(number: number): MapType | undefined {
  return BY_NUMBER.get(number);
}
