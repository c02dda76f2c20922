import type { AttachType } from "../../abi/attach-types.ts";
import type { LinkType } from "../../abi/link-types.ts";
import { PERF_TYPES } from "../../abi/perf-event.ts";
import { Fd } from "../fd.ts";
import { findBinary } from "../find-binary.ts";
import { linkPerfProgram, openPerfEvent, type PerfEvent, setPerfProgram } from "../perf.ts";
import { tryLink } from "../probe-links.ts";
import { readProbePmu } from "../probe-pmu.ts";
import { readOptional } from "../procfs.ts";
import type { TrialLoader } from "../trial-load.ts";
import { type Check, limited, missing, refusedCall, type Scene, type Verdict, works } from "./finding.ts";

/** What programs can watch. Events are opened for this process alone, and stay off. */
// biome-ignore format: one check per line
export const TRACING_CHECKS: readonly Check[] = [
  { name: "tracepoints", group: "tracing", needs: ["CAP_BPF", "CAP_PERFMON"], essential: true, run: tracepoints },
  { name: "raw tracepoints", group: "tracing", needs: ["CAP_BPF", "CAP_PERFMON"], run: rawTracepoints },
  { name: "typed tracepoints", group: "tracing", needs: ["CAP_BPF", "CAP_PERFMON"], run: typedTracepoints },
  { name: "kprobes", group: "tracing", needs: ["CAP_BPF", "CAP_PERFMON"], run: kprobes },
  { name: "many kprobes at once", group: "tracing", needs: ["CAP_BPF", "CAP_PERFMON"], run: manyKprobes },
  { name: "fentry, fexit", group: "tracing", needs: ["CAP_BPF", "CAP_PERFMON"], run: fentry },
  { name: "fmod_ret", group: "tracing", needs: ["CAP_BPF", "CAP_PERFMON"], run: fmodRet },
  { name: "uprobes", group: "tracing", needs: ["CAP_BPF", "CAP_PERFMON"], run: uprobes },
  { name: "many uprobes at once", group: "tracing", needs: ["CAP_BPF", "CAP_PERFMON"], run: manyUprobes },
  { name: "USDT", group: "tracing", needs: ["CAP_BPF", "CAP_PERFMON"], run: usdt },
  { name: "perf: software events", group: "tracing", needs: ["CAP_BPF", "CAP_PERFMON"], run: softwareEvents },
  { name: "perf: hardware counters", group: "tracing", needs: ["CAP_PERFMON"], run: hardwareCounters },
  { name: "perf events of users", group: "tracing", needs: [], run: paranoid },
  { name: "iterators", group: "tracing", needs: ["CAP_BPF", "CAP_PERFMON"], run: iterators },
  { name: "override of results", group: "tracing", needs: ["CAP_BPF", "CAP_PERFMON"], run: overrideReturn },
];

const BINDING = "BPF_LINK_CREATE";

/** Opens an event for this process, disabled, and binds a program to it; both are closed. */
function bindEvent(
  { loader }: Scene,
  event: PerfEvent,
  type: "tracepoint" | "kprobe" | "perfEvent",
): Verdict | undefined {
  const { kernel } = loader;
  const number = openPerfEvent(kernel, event, { pid: 0, cpu: -1 });
  if (number < 0) return refusedCall("refused", "perf_event_open", number);
  using opened = new Fd(kernel, number);
  const loaded = loader.load(type);
  if (loaded.fd === undefined) return refusedCall("programs are refused", "BPF_PROG_LOAD", loaded.errno);
  using program = loaded.fd;
  const link = linkPerfProgram(kernel, opened.number, program, 0n);
  if (link >= 0) {
    kernel.call("close", link);
    return undefined;
  }
  const set = setPerfProgram(kernel, opened.number, program); // before 5.15
  return set < 0 ? refusedCall("cannot be attached", BINDING, link) : undefined;
}

function tracepoints(scene: Scene): Verdict {
  const id =
    scene.target.tracefs().id("sched", "sched_process_exit") ??
    scene.target.tracefs().id("sched", "sched_switch");
  if (id === undefined)
    return missing(
      "tracefs lists none",
      "this kernel was built without CONFIG_TRACEPOINTS",
      "use another kernel",
    );
  const failure = bindEvent(scene, { kind: "tracepoint", id }, "tracepoint");
  return failure ?? works(`${scene.target.tracepoints("*", "*").length} of them: skep list 'tracepoint:*'`);
}

function rawTracepoints(scene: Scene): Verdict {
  return linkVerdict(scene, "rawTracepoint", "attach", "they need Linux 4.17 and CONFIG_BPF_EVENTS");
}

function typedTracepoints({ loader }: Scene): Verdict {
  return loadVerdict(loader, "traceRawTp", "tp_btf programs load", "they need Linux 5.5 and BTF");
}

const PROBED = "bpf_prog_free"; // every kernel with eBPF has it, and it is called seldom

function kprobes(scene: Scene): Verdict {
  const { type, returnBit } = readProbePmu("kprobe"); // throws where there are none
  const probe = { kind: "kprobe", pmuType: type, name: PROBED, offset: 0n } as const;
  const entry = bindEvent(scene, { ...probe, config: 0n }, "kprobe");
  if (entry !== undefined) return entry;
  const onReturn = bindEvent(scene, { ...probe, config: returnBit }, "kprobe");
  return onReturn ?? works("functions of the kernel can be probed, on entry and return");
}

function manyKprobes(scene: Scene): Verdict {
  return manyAtOnce(scene, "kprobeMulti", "links for many functions need Linux 5.18 and CONFIG_FPROBE");
}

/** Where one link cannot serve many points, they are attached in turn. */
function manyAtOnce({ loader }: Scene, type: "kprobeMulti" | "uprobeMulti", tooOld: string): Verdict {
  const { works: here, call, errno } = tryLink(loader, type);
  if (here) return works("one link serves thousands of points");
  const verdict = refusedCall("skep attaches them one by one", call, errno);
  const remedy = "nothing to do, but patterns of many functions attach slowly";
  return verdict.denied ? { ...verdict, status: "limited" } : limited(verdict.says, tooOld, remedy);
}

function fentry({ loader }: Scene): Verdict {
  const { works: here, call, errno } = tryLink(loader, "tracing");
  if (here) return works("functions can be traced by BTF");
  const verdict = refusedCall("refused; skep uses kprobes and tracepoints instead", call, errno, {
    ENOENT: "use a kernel with BTF",
    ENOTSUPP: "use a kernel with CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS (x86-64: 5.5, ARM64: 6.0)",
    EINVAL: "use Linux 5.5 or later with BTF",
  });
  return { ...verdict, status: "limited" };
}

function fmodRet({ loader }: Scene): Verdict {
  return loadVerdict(
    loader,
    "modifyReturn",
    "results of functions that allow it can be replaced",
    "it needs Linux 5.7, BTF and CONFIG_FUNCTION_ERROR_INJECTION or CONFIG_BPF_LSM",
  );
}

/** A program that this process has not mapped: its probe patches no memory. */
const NOT_OURS = ["sh", "true", "env"] as const;

function uprobe(scene: Scene): Verdict | undefined {
  const { type } = readProbePmu("uprobe");
  const path = NOT_OURS.map((name) => findBinary(name, { path: "/bin:/usr/bin" })).find(
    (found) => found !== undefined,
  );
  if (path === undefined)
    return missing("not tried", "there is no /bin/sh to try it on", "attach to a program of your own");
  return bindEvent(scene, { kind: "uprobe", pmuType: type, config: 0n, path, offset: 0n }, "kprobe");
}

function uprobes(scene: Scene): Verdict {
  return uprobe(scene) ?? works("functions of programs and libraries can be probed");
}

function manyUprobes(scene: Scene): Verdict {
  return manyAtOnce(scene, "uprobeMulti", "links for many places need Linux 6.6");
}

function usdt(scene: Scene): Verdict {
  const failure = uprobe(scene);
  if (failure !== undefined) return failure;
  if (readProbePmu("uprobe").refCounterShift !== undefined) return works("with semaphores");
  return limited(
    "without semaphores",
    "the kernel counts them since Linux 4.20",
    "use a newer kernel for probes that have semaphores",
  );
}

function softwareEvents(scene: Scene): Verdict {
  const event: PerfEvent = { kind: "software", event: "cpu-clock", period: 1_000_000n };
  return bindEvent(scene, event, "perfEvent") ?? works("profiles, intervals, page faults, context switches");
}

function hardwareCounters({ loader }: Scene): Verdict {
  const cycles: PerfEvent = { kind: "any", type: PERF_TYPES.hardware, config: 0n, period: 1_000_000n };
  const event = openPerfEvent(loader.kernel, cycles, { pid: 0, cpu: -1 });
  if (event >= 0) {
    loader.kernel.call("close", event);
    return works("cycles, instructions, cache misses");
  }
  return refusedCall("none; profiles use the clock", "perf_event_open", event, {
    ENOENT:
      "this (virtual) machine has no counters: let the hypervisor pass them through (QEMU: -cpu host,pmu=on), or run on the metal",
    EOPNOTSUPP:
      "this (virtual) machine has no counters: let the hypervisor pass them through (QEMU: -cpu host,pmu=on), or run on the metal",
  });
}

function paranoid(): Verdict {
  const level = readOptional("/proc/sys/kernel/perf_event_paranoid")?.trim();
  if (level === undefined)
    return missing("none", "this kernel was built without CONFIG_PERF_EVENTS", "use another kernel");
  return works(`kernel.perf_event_paranoid = ${level}; it does not bind processes with CAP_PERFMON`);
}

function iterators(scene: Scene): Verdict {
  return linkVerdict(scene, "iter", "the kernel's tables can be walked", "they need Linux 5.8 and BTF");
}

function overrideReturn({ loader }: Scene): Verdict {
  const OVERRIDE = 58; // bpf_override_return
  const insns = [{ kind: "call", target: { kind: "helper", id: OVERRIDE } }, { kind: "exit" }] as const;
  const { fd, log, errno } = loader.loadInsns("kprobe", insns);
  fd?.close();
  if (fd === undefined && log === "") return refusedCall("programs are refused", "BPF_PROG_LOAD", errno);
  if (fd !== undefined || !/unknown func|cannot use helper|invalid func/.test(log))
    return works("errors can be injected into functions that allow it");
  return missing(
    "not built in",
    "this kernel was built without CONFIG_BPF_KPROBE_OVERRIDE",
    "use fmod_ret on functions that allow it, or a kernel with CONFIG_FUNCTION_ERROR_INJECTION and CONFIG_BPF_KPROBE_OVERRIDE",
  );
}

/** Whether links of that type can be made. */
export function linkVerdict({ loader }: Scene, type: LinkType, says: string, tooOld: string): Verdict {
  const { works: here, call, errno } = tryLink(loader, type);
  return here ? works(says) : refusedCall("refused", call, errno, { EINVAL: tooOld, ENOENT: tooOld });
}

/** Whether programs for that attach type are accepted. */
export function loadVerdict(loader: TrialLoader, attach: AttachType, says: string, tooOld: string): Verdict {
  const type = attach.startsWith("lsm") ? "lsm" : "tracing";
  const { fd, errno } = loader.load(type, { attach });
  fd?.close();
  if (fd !== undefined) return works(says);
  return refusedCall("programs are refused", "BPF_PROG_LOAD", errno, { EINVAL: tooOld, ENOENT: tooOld });
}
