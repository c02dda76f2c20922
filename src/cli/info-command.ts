import { existsSync, readdirSync } from "node:fs";
import { arch, release, version } from "node:os";
import type { ProgramType } from "../abi/attach-spec.ts";
import { findStruct } from "../btf/lookup.ts";
import { readKernelConfig } from "../linux/kernel-config.ts";
import { kernelOptions } from "../linux/kernel-options.ts";
import {
  hasMapType,
  hasMisc,
  hasProgramType,
  helpersOf,
  type MAP_TYPE_NAMES,
} from "../linux/probe-features.ts";
import { openKernel } from "../linux/syscall.ts";
import { TrialLoader } from "../linux/trial-load.ts";
import type { Target } from "../plan/target.ts";
import { openMachine } from "./choose-machine.ts";
import { EXIT } from "./exit-status.ts";
import { checkPrivileges } from "./feature-command.ts";
import { FdSink } from "./output-stream.ts";
import { VERSION } from "./version.ts";
import type { MachineChoice } from "./watched-machine.ts";

type Row = readonly [name: string, value: string | boolean];
type Section = readonly [title: string, rows: readonly Row[]];

/**
 * `skep --info`: what the machine offers to scripts, under the headings and names that `bpftrace --info` has. Gives the
 * exit status. Throws SkepError without privileges.
 */
export async function infoCommand(choice: MachineChoice): Promise<number> {
  checkPrivileges();
  using machine = await openMachine(choice, "look");
  const { target } = machine.backend;
  const loader = new TrialLoader(openKernel(), target.kernelVersion, target.kernelBtf());
  new FdSink(1).write(`${infoText(sectionsOf(target, loader))}\n${MORE}`);
  return EXIT.ok;
}

const MORE =
  "`skep doctor` says of what is missing why, and how to mend it; `skep feature` lists all that the kernel has.\n";

/** Sections as text: `  name: yes`. */
export function infoText(sections: readonly Section[]): string {
  const shown = (value: string | boolean) => (typeof value === "string" ? value : value ? "yes" : "no");
  const lines = sections.map(([title, rows]) =>
    [title, ...rows.map(([name, value]) => `  ${name}: ${shown(value)}`), ""].join("\n"),
  );
  return lines.join("\n");
}

// biome-ignore format: one helper per line
const HELPERS: readonly (readonly [name: string, helper: string])[] = [
  ["probe_read",              "bpf_probe_read"],
  ["probe_read_str",          "bpf_probe_read_str"],
  ["probe_read_user",         "bpf_probe_read_user"],
  ["probe_read_user_str",     "bpf_probe_read_user_str"],
  ["probe_read_kernel",       "bpf_probe_read_kernel"],
  ["probe_read_kernel_str",   "bpf_probe_read_kernel_str"],
  ["get_current_cgroup_id",   "bpf_get_current_cgroup_id"],
  ["send_signal",             "bpf_send_signal"],
  ["override_return",         "bpf_override_return"],
  ["get_boot_ns",             "bpf_ktime_get_boot_ns"],
  ["get_tai_ns",              "bpf_ktime_get_tai_ns"],
  ["get_func_ip",             "bpf_get_func_ip"],
  ["jiffies64",               "bpf_jiffies64"],
  ["for_each_map_elem",       "bpf_for_each_map_elem"],
  ["get_ns_current_pid_tgid", "bpf_get_ns_current_pid_tgid"],
  ["map_lookup_percpu_elem",  "bpf_map_lookup_percpu_elem"],
  ["loop",                    "bpf_loop"],
  ["dpath",                   "bpf_d_path"],
  ["skboutput",               "bpf_skb_output"],
];

// biome-ignore format: one map per line
const MAPS: readonly (readonly [name: string, type: (typeof MAP_TYPE_NAMES)[number]])[] = [
  ["hash",             "hash"],
  ["percpu hash",      "percpuHash"],
  ["lru hash",         "lruHash"],
  ["percpu lru hash",  "lruPercpuHash"],
  ["array",            "array"],
  ["percpu array",     "percpuArray"],
  ["stack_trace",      "stackTrace"],
  ["perf_event_array", "perfEventArray"],
  ["ringbuf",          "ringbuf"],
];

function sectionsOf(target: Target, loader: TrialLoader): readonly Section[] {
  const helpers = new Set(
    (["kprobe", "tracing"] as const).flatMap((type) => helpersOf(loader, type, { full: false }) ?? []),
  );
  const btf = target.kernelBtf();
  return [
    [
      "System",
      [
        ["OS", `Linux ${release()} ${version()}`],
        ["Arch", arch() === "x64" ? "x86_64" : arch() === "arm64" ? "aarch64" : arch()],
        ["CPUs", String(target.cpus)],
      ],
    ],
    [
      "Build",
      [
        ["version", `skep ${VERSION}`],
        ["LLVM", "not needed"],
        ["Node.js", process.version],
      ],
    ],
    ["Kernel helpers", HELPERS.map(([name, helper]) => [name, helpers.has(helper)])],
    [
      "Kernel features",
      [
        ["Instruction limit", hasMisc(loader, "largeInsnLimit") ? "1000000" : "4096"],
        ["Loop support", hasMisc(loader, "boundedLoops")],
        ["btf", btf !== undefined],
        ["module btf", btf !== undefined && hasModuleBtf()],
        ["map batch", target.kernelVersion >= ((5 << 16) | (6 << 8))],
        ["uprobe refcount", existsSync(`${UPROBES}/format/ref_ctr_offset`)],
      ],
    ],
    ["Map types", MAPS.map(([name, type]) => [name, hasMapType(loader, type)])],
    ["Probe types", probeRows(target, loader)],
  ];
}

const UPROBES = "/sys/bus/event_source/devices/uprobe";

/** Whether modules bring types of their own: by the kernel's build options, or as a loaded one shows. */
function hasModuleBtf(): boolean {
  const config = readKernelConfig();
  if (config !== undefined) return kernelOptions(config).get("CONFIG_DEBUG_INFO_BTF_MODULES") === "y";
  return readdirSync("/sys/kernel/btf").some((name) => name !== "vmlinux");
}

function probeRows(target: Target, loader: TrialLoader): readonly Row[] {
  const loads = (type: ProgramType) => hasProgramType(loader, type);
  const btf = target.kernelBtf();
  const iterates = (kind: string): Row => [
    `iter:${kind}`,
    btf !== undefined &&
      findStruct(btf, `bpf_iter__${kind}`) !== undefined &&
      loader.loads("tracing", { attach: "traceIter", target: kind }),
  ];
  return [
    ["kprobe", target.has("kprobe")],
    ["kprobe_multi", target.has("kprobeMulti")],
    ["fentry", target.has("fentry")],
    ["tracepoint", target.tracepoints("*", "*").length > 0],
    ["rawtracepoint", loads("rawTracepoint") && target.rawTracepoints("*").length > 0],
    ["perf_event", loads("perfEvent")],
    ["hardware", target.has("hardwareCounters")],
    ["uprobe", existsSync(`${UPROBES}/type`)],
    ["uprobe_multi", target.has("uprobeMulti")],
    iterates("task"),
    iterates("task_file"),
    iterates("task_vma"),
  ];
}
