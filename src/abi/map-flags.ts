// Flags of bpf(2) and of helpers, as numbers that can be added up. Source: include/uapi/linux/bpf.h, v6.18.

/** `map_flags` of BPF_MAP_CREATE. */
export const MAP_FLAGS = {
  noPrealloc: 1 << 0, // BPF_F_NO_PREALLOC: hash tables take memory as they grow
  noCommonLru: 1 << 1, // BPF_F_NO_COMMON_LRU: each CPU drops entries on its own
  numaNode: 1 << 2,
  readOnly: 1 << 3, // BPF_F_RDONLY: for user space
  writeOnly: 1 << 4, // BPF_F_WRONLY: for user space
  stackBuildId: 1 << 5,
  zeroSeed: 1 << 6, // BPF_F_ZERO_SEED: for tests
  readOnlyProg: 1 << 7, // BPF_F_RDONLY_PROG: for programs
  writeOnlyProg: 1 << 8,
  clone: 1 << 9, // BPF_F_CLONE: socket storage is copied to accepted sockets
  mmapable: 1 << 10,
  preserveElems: 1 << 11, // BPF_F_PRESERVE_ELEMS: perf events stay when the map's creator is gone
  innerMap: 1 << 12, // BPF_F_INNER_MAP: inner arrays may differ in length
  link: 1 << 13, // BPF_F_LINK: struct_ops registered by a link
  pathFd: 1 << 14,
  vtypeBtfObjFd: 1 << 15,
  tokenFd: 1 << 16,
  segvOnFault: 1 << 17, // BPF_F_SEGV_ON_FAULT: arenas
  noUserConv: 1 << 18, // BPF_F_NO_USER_CONV: arenas
} as const;

/** `flags` of updates and lookups, of user space and of helpers. */
export const ELEM_FLAGS = { any: 0, noExist: 1, exist: 2, lock: 4 } as const;

/** `prog_flags` of BPF_PROG_LOAD. */
export const PROGRAM_FLAGS = {
  strictAlignment: 1 << 0,
  anyAlignment: 1 << 1,
  testRndHi32: 1 << 2,
  testStateFreq: 1 << 3,
  sleepable: 1 << 4,
  xdpHasFrags: 1 << 5,
  xdpDevBoundOnly: 1 << 6,
  testRegInvariants: 1 << 7,
} as const;

/** Flags of the ring buffer helpers. */
export const RINGBUF_FLAGS = { noWakeup: 1, forceWakeup: 2 } as const;

/** What bpf_ringbuf_query asks for. */
export const RINGBUF_QUERIES = { available: 0, size: 1, consumerPosition: 2, producerPosition: 3 } as const;

/** `flags` of bpf_get_stackid, bpf_get_stack and bpf_get_task_stack; the low 8 bits say how many frames to skip. */
export const STACK_FLAGS = {
  skipFrames: 0xff, // BPF_F_SKIP_FIELD_MASK
  user: 1 << 8, // BPF_F_USER_STACK
  fastCompare: 1 << 9, // BPF_F_FAST_STACK_CMP: by hash only; bpf_get_stackid
  reuseId: 1 << 10, // BPF_F_REUSE_STACKID: bpf_get_stackid
  userBuildId: 1 << 11, // BPF_F_USER_BUILD_ID: bpf_get_stack
} as const;

/** `flags` of bpf_perf_event_output and bpf_perf_event_read: the index, here that of the CPU that runs the program. */
export const CURRENT_CPU = 0xffffffffn;

/** `flags` of the storage helpers: make the value when it is missing. */
export const STORAGE_CREATE = 1;

/** `flags` of bpf_timer_start. */
export const TIMER_FLAGS = { absolute: 1, pinCpu: 2 } as const;

/** `flags` of BPF_PROG_TEST_RUN. */
export const TEST_RUN_FLAGS = { onCpu: 1 << 0, xdpLiveFrames: 1 << 1, skbChecksumComplete: 1 << 2 } as const;
