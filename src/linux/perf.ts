import type { BreakpointAccess, SoftwareEvent } from "../abi/attach-spec.ts";
import { linkPerfEvent } from "../abi/attr-link.ts";
import { PERF_EVENT_FLAGS, perfEventAttr } from "../abi/attr-perf.ts";
import type { Fd } from "./fd.ts";
import { createLink } from "./link-create.ts";
import type { Kernel } from "./syscall.ts";

// Source of all numbers: include/uapi/linux/perf_event.h, v6.12.
const TYPE_SOFTWARE = 1;
const TYPE_TRACEPOINT = 2;
const TYPE_BREAKPOINT = 5;
const FLAG_FD_CLOEXEC = 8;
const IOC_ENABLE = 0x2400;
const IOC_SET_BPF = 0x40042408;
const SAMPLE_TIME = 1n << 2n;
const SAMPLE_RAW = 1n << 10n;
const COUNT_SW_BPF_OUTPUT = 10n;

// biome-ignore format: one event per line
const SOFTWARE_EVENTS: Readonly<Record<SoftwareEvent, bigint>> = {
  "cpu-clock": 0n,
  "task-clock": 1n,
  "page-faults": 2n,
  "context-switches": 3n,
  "cpu-migrations": 4n,
  "minor-faults": 5n,
  "major-faults": 6n,
  "alignment-faults": 7n,
  "emulation-faults": 8n,
  "dummy": 9n,
  "bpf-output": COUNT_SW_BPF_OUTPUT,
  "cgroup-switches": 11n,
};

const BREAKPOINT_ACCESS: Readonly<Record<BreakpointAccess, number>> = {
  read: 1,
  write: 2,
  readWrite: 3,
  execute: 4,
};

/** Whom an event counts: one task (with `cpu` -1: wherever it runs) or one CPU (with `pid` -1: every task). */
export type PerfScope = Readonly<{ pid: number; cpu: number }>;

type Inherit = "threads" | "all";
type Rate = Readonly<{ period: bigint } | { hz: bigint }>;

/** An event to open; see perf_event_open(2). */
export type PerfEvent = Readonly<
  | { kind: "tracepoint"; id: number }
  | { kind: "software"; event: SoftwareEvent; period: bigint; inherit?: Inherit }
  | { kind: "frequency"; event: SoftwareEvent; hz: bigint; inherit?: Inherit }
  | { kind: "uprobe"; pmuType: number; config: bigint; path: string; offset: bigint }
  /** By name and offset, or, with an empty name, at the address `offset`. */
  | { kind: "kprobe"; pmuType: number; config: bigint; name: string; offset: bigint }
  | ({
      kind: "any";
      type: number;
      config: bigint;
      config1?: bigint;
      config2?: bigint;
      inherit?: Inherit;
    } & Rate)
  | { kind: "breakpoint"; address: bigint; length: number; access: BreakpointAccess; inherit?: Inherit }
  /** Where bpf_perf_event_output writes. */
  | { kind: "output"; wakeupEvents: number }
>;

/** Opens an event; the file descriptor, or -errno. Tracepoints and uprobes are counted by nobody: they only carry programs. */
export function openPerfEvent(kernel: Kernel, event: PerfEvent, scope: PerfScope): number {
  const attr = perfEventAttr.encode({ size: perfEventAttr.bytes, ...fieldsOf(kernel, event) });
  return kernel.call("perf_event_open", attr, scope.pid, scope.cpu, -1, FLAG_FD_CLOEXEC);
}

function fieldsOf(kernel: Kernel, event: PerfEvent) {
  const inherited = (inherit: Inherit | undefined) =>
    (inherit ? PERF_EVENT_FLAGS.inherit : 0n) | (inherit === "threads" ? PERF_EVENT_FLAGS.inheritThread : 0n);
  switch (event.kind) {
    case "tracepoint":
      // A program runs when the tracepoint is hit whether or not the event counts; an idle event costs nothing.
      return {
        type: TYPE_TRACEPOINT,
        config: BigInt(event.id),
        samplePeriod: 1n,
        flags: PERF_EVENT_FLAGS.disabled,
      };
    case "software":
      return {
        type: TYPE_SOFTWARE,
        config: SOFTWARE_EVENTS[event.event],
        samplePeriod: event.period,
        flags: inherited(event.inherit) | PERF_EVENT_FLAGS.disabled,
      };
    case "frequency":
      return {
        type: TYPE_SOFTWARE,
        config: SOFTWARE_EVENTS[event.event],
        samplePeriod: event.hz,
        flags: inherited(event.inherit) | PERF_EVENT_FLAGS.freq | PERF_EVENT_FLAGS.disabled,
      };
    case "uprobe":
      return {
        type: event.pmuType,
        config: event.config,
        config1: kernel.addressOf(new TextEncoder().encode(`${event.path}\0`)),
        config2: event.offset,
        samplePeriod: 1n,
        flags: PERF_EVENT_FLAGS.disabled,
      };
    case "kprobe":
      return {
        type: event.pmuType,
        config: event.config,
        config1: event.name === "" ? 0n : kernel.addressOf(new TextEncoder().encode(`${event.name}\0`)),
        config2: event.offset,
        samplePeriod: 1n,
        flags: PERF_EVENT_FLAGS.disabled,
      };
    case "any":
      return {
        type: event.type,
        config: event.config,
        config1: event.config1 ?? 0n,
        config2: event.config2 ?? 0n,
        samplePeriod: "hz" in event ? event.hz : event.period,
        flags:
          inherited(event.inherit) | ("hz" in event ? PERF_EVENT_FLAGS.freq : 0n) | PERF_EVENT_FLAGS.disabled,
      };
    case "breakpoint":
      return {
        type: TYPE_BREAKPOINT,
        bpType: BREAKPOINT_ACCESS[event.access],
        config1: event.address,
        config2: BigInt(event.length),
        samplePeriod: 1n,
        flags: inherited(event.inherit) | PERF_EVENT_FLAGS.disabled,
      };
    case "output":
      return {
        type: TYPE_SOFTWARE,
        config: COUNT_SW_BPF_OUTPUT,
        sampleType: SAMPLE_TIME | SAMPLE_RAW,
        samplePeriod: 1n,
        wakeupEvents: event.wakeupEvents,
      };
  }
}

/** Starts a sampling event; 0 or -errno. */
export function enablePerfEvent(kernel: Kernel, event: number): number {
  return kernel.call("ioctl", event, IOC_ENABLE, 0);
}

/** Makes `program` run on an event, by a link, with a cookie for the program to read (5.15). The link's descriptor, or -errno. */
export function linkPerfProgram(kernel: Kernel, event: number, program: Fd, cookie: bigint): number {
  const rest = linkPerfEvent.encode({ bpfCookie: cookie });
  return createLink(kernel, { program, target: event, attachType: "perfEvent", rest });
}

/** As above before 5.15: without a cookie; the program leaves with the event. 0 or -errno. */
export function setPerfProgram(kernel: Kernel, event: number, program: Fd): number {
  return kernel.call("ioctl", event, IOC_SET_BPF, program.number);
}
