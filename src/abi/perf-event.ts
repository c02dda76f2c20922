import type { SoftwareEvent } from "./attach-spec.ts";

// Numbers of perf_event_open(2) and of the records in its ring. The fixed part of the argument is `perfEventAttr`
// (attr-perf.ts). Source: include/uapi/linux/perf_event.h, v6.18.

/** `type` of an event. Dynamic ones (kprobe, uprobe) have theirs in /sys/bus/event_source/devices. */
export const PERF_TYPES = {
  hardware: 0,
  software: 1,
  tracepoint: 2,
  hwCache: 3,
  raw: 4,
  breakpoint: 5,
} as const;

/** `config` of software events. */
export const SOFTWARE_EVENTS: Readonly<Record<SoftwareEvent, number>> = {
  "cpu-clock": 0,
  "task-clock": 1,
  "page-faults": 2,
  "context-switches": 3,
  "cpu-migrations": 4,
  "minor-faults": 5,
  "major-faults": 6,
  "alignment-faults": 7,
  "emulation-faults": 8,
  dummy: 9,
  "bpf-output": 10,
  "cgroup-switches": 11,
};

/** `config` of hardware events, by the names that perf(1) uses. */
export const HARDWARE_EVENTS = {
  "cpu-cycles": 0,
  instructions: 1,
  "cache-references": 2,
  "cache-misses": 3,
  branches: 4,
  "branch-misses": 5,
  "bus-cycles": 6,
  "stalled-cycles-frontend": 7,
  "stalled-cycles-backend": 8,
  "ref-cycles": 9,
} as const;
export type HardwareEvent = keyof typeof HARDWARE_EVENTS;

export const CACHES = { l1d: 0, l1i: 1, ll: 2, dtlb: 3, itlb: 4, bpu: 5, node: 6 } as const;
export const CACHE_OPS = { read: 0, write: 1, prefetch: 2 } as const;
export const CACHE_RESULTS = { access: 0, miss: 1 } as const;

/** `config` of a cache event. */
export function cacheEvent(
  cache: keyof typeof CACHES,
  op: keyof typeof CACHE_OPS,
  result: keyof typeof CACHE_RESULTS,
): number {
  return CACHES[cache] | (CACHE_OPS[op] << 8) | (CACHE_RESULTS[result] << 16);
}

/** `sample_type`: what each sample holds, in the order in which the parts follow each other. */
export const SAMPLE = {
  identifier: 1 << 16,
  ip: 1 << 0,
  tid: 1 << 1,
  time: 1 << 2,
  addr: 1 << 3,
  id: 1 << 6,
  streamId: 1 << 9,
  cpu: 1 << 7,
  period: 1 << 8,
  read: 1 << 4,
  callchain: 1 << 5,
  raw: 1 << 10,
  branchStack: 1 << 11,
  regsUser: 1 << 12,
  stackUser: 1 << 13,
  weight: 1 << 14,
  dataSrc: 1 << 15,
  transaction: 1 << 17,
  regsIntr: 1 << 18,
  physAddr: 1 << 19,
  cgroup: 1 << 21,
  dataPageSize: 1 << 22,
  codePageSize: 1 << 23,
  aux: 1 << 20,
  weightStruct: 1 << 24,
} as const;

/** `read_format`: what reading the descriptor gives beside the count. */
export const READ_FORMAT = { timeEnabled: 1, timeRunning: 2, id: 4, group: 8, lost: 16 } as const;

/** `branch_sample_type`. */
export const BRANCH_SAMPLE = {
  user: 1 << 0,
  kernel: 1 << 1,
  hypervisor: 1 << 2,
  any: 1 << 3,
  anyCall: 1 << 4,
  anyReturn: 1 << 5,
  indirectCall: 1 << 6,
  abortTx: 1 << 7,
  inTx: 1 << 8,
  noTx: 1 << 9,
  conditional: 1 << 10,
  callStack: 1 << 11,
  indirectJump: 1 << 12,
  call: 1 << 13,
  noFlags: 1 << 14,
  noCycles: 1 << 15,
  typeSave: 1 << 16,
  hwIndex: 1 << 17,
  privSave: 1 << 18,
  counters: 1 << 19,
} as const;

/** Type of a record in the ring. */
export const PERF_RECORDS = {
  mmap: 1,
  lost: 2,
  comm: 3,
  exit: 4,
  throttle: 5,
  unthrottle: 6,
  fork: 7,
  read: 8,
  sample: 9,
  mmap2: 10,
  aux: 11,
  itraceStart: 12,
  lostSamples: 13,
  switch: 14,
  switchCpuWide: 15,
  namespaces: 16,
  ksymbol: 17,
  bpfEvent: 18,
  cgroup: 19,
  textPoke: 20,
  auxOutputHwId: 21,
} as const;

/** Marks in a call chain: the addresses that follow belong to this part. Unsigned form of small negative numbers. */
export const CALLCHAIN_CONTEXT = {
  hypervisor: 0xffffffffffffffe0n,
  kernel: 0xffffffffffffff80n,
  user: 0xfffffffffffffe00n,
  guest: 0xfffffffffffff800n,
  guestKernel: 0xfffffffffffff780n,
  guestUser: 0xfffffffffffff600n,
} as const;

/** Position of each flag in the 64-bit word of `perf_event_attr` (`flags` of perfEventAttr). */
export const PERF_FLAG_BITS = {
  disabled: 0,
  inherit: 1,
  pinned: 2,
  exclusive: 3,
  excludeUser: 4,
  excludeKernel: 5,
  excludeHv: 6,
  excludeIdle: 7,
  mmap: 8,
  comm: 9,
  freq: 10,
  inheritStat: 11,
  enableOnExec: 12,
  task: 13,
  watermark: 14,
  preciseIp: 15, // 2 bits
  mmapData: 17,
  sampleIdAll: 18,
  excludeHost: 19,
  excludeGuest: 20,
  excludeCallchainKernel: 21,
  excludeCallchainUser: 22,
  mmap2: 23,
  commExec: 24,
  useClockid: 25,
  contextSwitch: 26,
  writeBackward: 27,
  namespaces: 28,
  ksymbol: 29,
  bpfEvent: 30,
  auxOutput: 31,
  cgroup: 32,
  textPoke: 33,
  buildId: 34,
  inheritThread: 35,
  removeOnExec: 36,
  sigtrap: 37,
} as const;

/** Flags of the system call itself. */
export const PERF_OPEN_FLAGS = { noGroup: 1, output: 2, pidCgroup: 4, cloexec: 8 } as const;

/** Requests of ioctl(2) on an event, the same on x86-64 and ARM64. */
export const PERF_IOCTLS = {
  enable: 0x2400,
  disable: 0x2401,
  refresh: 0x2402,
  reset: 0x2403,
  period: 0x40082404,
  setOutput: 0x2405,
  setFilter: 0x40082406,
  id: 0x80082407,
  setBpf: 0x40042408,
  pauseOutput: 0x40042409,
  queryBpf: 0xc008240a,
  modifyAttributes: 0x4008240b,
} as const;
