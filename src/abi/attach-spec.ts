/** Program types by the field's standard words; numbers are in program-types.ts. */
export type ProgramType =
  | "socketFilter"
  | "kprobe"
  | "schedCls"
  | "schedAct"
  | "tracepoint"
  | "xdp"
  | "perfEvent"
  | "cgroupSkb"
  | "cgroupSock"
  | "lwtIn"
  | "lwtOut"
  | "lwtXmit"
  | "sockOps"
  | "skSkb"
  | "cgroupDevice"
  | "skMsg"
  | "rawTracepoint"
  | "cgroupSockAddr"
  | "lwtSeg6local"
  | "lircMode2"
  | "skReuseport"
  | "flowDissector"
  | "cgroupSysctl"
  | "rawTracepointWritable"
  | "cgroupSockopt"
  | "tracing"
  | "structOps"
  | "ext"
  | "lsm"
  | "skLookup"
  | "syscall"
  | "netfilter";

/** Software events of perf_event_open(2). */
export type SoftwareEvent =
  | "cpu-clock"
  | "task-clock"
  | "page-faults"
  | "context-switches"
  | "cpu-migrations"
  | "minor-faults"
  | "major-faults"
  | "alignment-faults"
  | "emulation-faults"
  | "dummy"
  | "bpf-output"
  | "cgroup-switches";

/**
 * Where a program is attached. `path` is a file in this mount namespace, `offset` a file offset in bytes, `pid` limits
 * the probe to one process (0 or absent: every process).
 */
export type AttachSpec = Readonly<
  | { kind: "manual" } // run by the session itself: BEGIN, END
  | { kind: "tracepoint"; category: string; name: string; id?: number }
  | { kind: "rawTracepoint"; name: string }
  | { kind: "uprobe"; path: string; offset: number; return: boolean; pid?: number; semaphoreOffset?: number }
  | { kind: "software"; event: SoftwareEvent; period: number; pid?: number } // every `period` events, on each CPU
  | { kind: "profile"; freqHz: number; pid?: number } // samples per second on each CPU
  | { kind: "profile"; periodNs: number; pid?: number }
  | { kind: "interval"; periodNs: number } // on one CPU
>;
