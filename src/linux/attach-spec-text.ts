import type {
  AttachSpec,
  CgroupPlace,
  KernelObject,
  NetworkAttach,
  TracingAttach,
} from "../abi/attach-spec.ts";
import { HARDWARE_EVENTS, PERF_TYPES } from "../abi/perf-event.ts";
import { unreachable } from "../base/errors.ts";

type Kind = AttachSpec["kind"];
type Of<K extends Kind> = Extract<AttachSpec, { kind: K }>;

const TRACING: ReadonlySet<Kind> = new Set<TracingAttach["kind"]>([
  "tracepoint",
  "rawTracepoint",
  "kprobe",
  "kprobeMulti",
  "ksyscall",
  "fentry",
  "fexit",
  "fmodRet",
  "btfTracepoint",
  "uprobe",
  "uprobeMulti",
  "usdt",
  "software",
  "profile",
  "interval",
  "perfEvent",
  "breakpoint",
  "lsm",
  "lsmCgroup",
  "iter",
]);

/** How messages name a point, in the spelling of the tracing language where it has one. */
export function attachText(attach: AttachSpec): string {
  if (attach.kind === "manual") return "nothing (run by hand)";
  return isTracing(attach) ? tracingText(attach) : networkText(attach);
}

function eventText({ type, config }: Of<"perfEvent">): string {
  const hardware = Object.entries(HARDWARE_EVENTS).find(([, number]) => BigInt(number) === config);
  if (type === PERF_TYPES.hardware && hardware !== undefined) return `hardware:${hardware[0]}`;
  return `perf event ${type}:0x${config.toString(16)}`;
}

function isTracing(attach: TracingAttach | NetworkAttach): attach is TracingAttach {
  return TRACING.has(attach.kind);
}

function tracingText(attach: TracingAttach): string {
  switch (attach.kind) {
    case "tracepoint":
      return `tracepoint:${attach.category}:${attach.name}`;
    case "rawTracepoint":
      return `rawtracepoint:${attach.name}`;
    case "kprobe":
      return `${attach.return ? "kretprobe" : "kprobe"}:${functionText(attach.function, attach.module)}${plus(attach.offset)}`;
    case "kprobeMulti":
      return `${attach.return ? "kretprobe" : "kprobe"}:${many(attach.functions, "functions")}`;
    case "ksyscall":
      return `${attach.return ? "kretsyscall" : "ksyscall"}:${attach.name}`;
    case "fentry":
    case "fexit":
      return `${attach.kind}:${functionText(attach.function, attach.program === undefined ? attach.module : `bpf:${attach.program}`)}`;
    case "fmodRet":
      return `fmod_ret:${functionText(attach.function, attach.module)}`;
    case "btfTracepoint":
      return `tp_btf:${attach.name}`;
    case "uprobe":
    case "uprobeMulti":
      return uprobeText(attach);
    case "usdt":
      return `usdt:${attach.path}:${attach.provider}:${attach.name}${ofProcess(attach.pid)}`;
    case "software":
      return `software:${attach.event}:${attach.period}${ofProcess(attach.pid)}`;
    case "profile":
      return "freqHz" in attach ? `profile:hz:${attach.freqHz}` : `profile:us:${attach.periodNs / 1000}`;
    case "interval":
      return `interval:us:${attach.periodNs / 1000}`;
    case "perfEvent":
      return `${eventText(attach)}${ofProcess(attach.pid)}`;
    case "breakpoint":
      return breakpointText(attach);
    case "lsm":
      return `lsm:${attach.hook}`;
    case "lsmCgroup":
      return `lsm:${attach.hook} of ${cgroupText(attach.cgroup)}`;
    case "iter":
      return `iter:${attach.target}`;
    default:
      return unreachable(attach);
  }
}

function networkText(attach: NetworkAttach): string {
  switch (attach.kind) {
    case "xdp":
      return `xdp of interface ${attach.ifindex}`;
    case "tc":
      return `tc ${attach.direction} of interface ${attach.ifindex}`;
    case "netkit":
      return `netkit ${attach.peer ? "peer" : "primary"} of interface ${attach.ifindex}`;
    case "netfilter":
      return `netfilter ${attach.family} ${attach.hook} at priority ${attach.priority}`;
    case "cgroup":
      return `${attach.hook} of ${cgroupText(attach.cgroup)}`;
    case "sockmap":
      return `${attach.hook} of map ${attach.map}`;
    case "skLookup":
      return `socket lookup of ${attach.netns ?? "this network namespace"}`;
    case "flowDissector":
      return `flow dissector of ${attach.netns ?? "this network namespace"}`;
    case "socketFilter":
    case "skReuseport":
      return `socket ${attach.socket}`;
    case "route":
      return `${attach.hook} of route ${attach.destination}`;
    case "structOps":
      return `struct_ops of map ${attach.map}`;
    case "freplace":
      return `function ${attach.function} of ${objectText(attach.program)}`;
    case "lirc":
      return attach.device;
    default:
      return unreachable(attach);
  }
}

/** How messages name an object of the kernel. */
export function objectText(object: KernelObject): string {
  if ("id" in object) return `program ${object.id}`;
  return "pinned" in object ? object.pinned : `descriptor ${object.fd}`;
}

/** How messages name a cgroup. */
function cgroupText(cgroup: CgroupPlace): string {
  return "path" in cgroup ? `cgroup ${cgroup.path}` : `the cgroup of descriptor ${cgroup.fd}`;
}

function uprobeText(attach: Of<"uprobe" | "uprobeMulti">): string {
  const [first = 0, ...rest] = attach.kind === "uprobe" ? [attach.offset] : attach.offsets;
  const more = rest.length > 0 ? ` and ${rest.length} more` : "";
  const kind = attach.return ? "uretprobe" : "uprobe";
  return `${kind}:${attach.path}:0x${first.toString(16)}${more}${ofProcess(attach.pid)}`;
}

function breakpointText(attach: Of<"breakpoint">): string {
  const access = { read: "r", write: "w", readWrite: "rw", execute: "x" }[attach.access];
  return `watchpoint:0x${attach.address.toString(16)}:${attach.length}:${access}${ofProcess(attach.pid)}`;
}

function functionText(name: string, module: string | undefined): string {
  return module === undefined ? name : `${module}:${name}`;
}

function many(names: readonly string[], what: string): string {
  const [only = ""] = names;
  return names.length === 1 ? only : `${names.length} ${what}`;
}

function plus(offset: number | undefined): string {
  return offset ? `+${offset}` : "";
}

function ofProcess(pid: number | undefined): string {
  return pid ? ` of process ${pid}` : "";
}
