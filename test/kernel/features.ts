import { existsSync, readFileSync } from "node:fs";
import { parseBtf } from "../../src/btf/decode.ts";
import type { BtfType } from "../../src/btf/types.ts";
import { loadProgram } from "../../src/linux/bpf-prog.ts";
import { openKernel } from "../../src/linux/syscall.ts";

/** "refused": the kernel knows it, and forbids it to root. */
export type Presence = "yes" | "absent" | "refused";

export type Feature = Readonly<{
  /** The first Linux release that has it. */
  since: string;
  /** The build option without which a kernel of any age lacks it. */
  option?: string;
  /** Whether hardware may be the reason that it is missing. */
  hardware?: boolean;
  present: () => Presence;
}>;

/** Kernel features that tests may need. Each is looked at by other means than those that Skep itself uses. */
// biome-ignore format: one feature per line
export const FEATURES = {
  "btf":           { since: "5.4",  option: "CONFIG_DEBUG_INFO_BTF",   present: () => file("/sys/kernel/btf/vmlinux") },
  "ringbuf":       { since: "5.8",                                     present: () => symbol("ringbuf_map_alloc") },
  "cookie":        { since: "5.15",                                    present: () => symbol("bpf_perf_link_attach") },
  "bpf-loop":      { since: "5.17",                                    present: () => symbol("bpf_loop") },
  "task-storage":  { since: "5.11",                                    present: () => symbol("task_storage_map_alloc") },
  "tracefs":       { since: "4.1",  option: "CONFIG_FTRACE",           present: () => file("/sys/kernel/tracing") },
  "kprobe":        { since: "4.17", option: "CONFIG_KPROBE_EVENTS",    present: () => file("/sys/bus/event_source/devices/kprobe") },
  "kprobe-multi":  { since: "5.18", option: "CONFIG_FPROBE",           present: () => symbol("register_fprobe") },
  "kprobe-session": { since: "6.10", option: "CONFIG_FPROBE",          present: () => both(symbol("bpf_session_is_return"), symbol("register_fprobe")) },
  "uprobe":        { since: "4.17", option: "CONFIG_UPROBE_EVENTS",    present: () => file("/sys/bus/event_source/devices/uprobe") },
  "uprobe-multi":  { since: "6.6",  option: "CONFIG_UPROBES",          present: () => symbol("bpf_uprobe_multi_link_attach") },
  "uprobe-session": { since: "6.13", option: "CONFIG_UPROBES",         present: () => both(since(6, 13), symbol("uprobe_multi_link_handler")) },
  "breakpoint":    { since: "4.9",  hardware: true,                    present: () => symbol("register_user_hw_breakpoint") },
  "bloom-filter":  { since: "5.16",                                    present: () => symbol("bloom_map_alloc") },
  "user-ringbuf":  { since: "6.1",                                     present: () => symbol("bpf_user_ringbuf_drain") },
  "arena":         { since: "6.9",                                     present: () => symbol("arena_map_alloc") },
  "syscall-program": { since: "5.14",                                  present: () => symbol("bpf_prog_test_run_syscall") },
  "iter":          { since: "5.8",                                     present: () => symbol("bpf_iter_link_attach") },
  "iter-task":     { since: "6.1",                                     present: () => symbol("bpf_iter_attach_task") },
  "iter-cgroup":   { since: "6.1",                                     present: () => symbol("bpf_iter_attach_cgroup") },
  "struct-ops":    { since: "5.6",  option: "CONFIG_BPF_JIT",          present: () => symbol("bpf_struct_ops_map_alloc") },
  "raw-tp":        { since: "4.17", option: "CONFIG_BPF_EVENTS",       present: () => symbol("bpf_raw_tp_link_attach") },
  "tp-btf":        { since: "5.5",  option: "CONFIG_DEBUG_INFO_BTF",   present: () => tracing(TRACING, RAW_TP, "typedef", "btf_trace_sys_enter") },
  "fentry":        { since: "5.5",  option: "CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS", present: () => tracing(TRACING, FENTRY, "func", "vfs_read") },
  "fentry-cookie": { since: "6.0",  option: "CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS", present: () => tracing(TRACING, FENTRY, "func", "vfs_read") },
  "fentry-sleepable": { since: "6.3", option: "CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS", present: () => both(since(6, 3), tracing(TRACING, FENTRY, "func", "vfs_read")) },
  "lsm-cgroup":    { since: "6.0",  option: "CONFIG_BPF_LSM",          present: () => symbol("bpf_trampoline_link_cgroup_shim") },
  "lsm":           { since: "5.7",  option: "CONFIG_BPF_LSM",          present: () => tracing(LSM, LSM_MAC, "func", "bpf_lsm_file_open") },
  "tcx":           { since: "6.6",  option: "CONFIG_NET_XGRESS",       present: () => symbol("tcx_link_attach") },
  "xdp-link":      { since: "5.9",                                     present: () => symbol("bpf_xdp_link_attach") },
  "netns-link":    { since: "5.8",                                     present: () => symbol("netns_bpf_link_create") },
  "sk-lookup":     { since: "5.9",                                     present: () => symbol("sk_lookup_func_proto") },
  "netkit":        { since: "6.7",  option: "CONFIG_NETKIT",           present: () => symbol("netkit_link_attach") },
  "netfilter":     { since: "6.4",  option: "CONFIG_NETFILTER_BPF_LINK", present: () => symbol("bpf_nf_link_attach") },
  "sk-skb-verdict": { since: "5.13",                                   present: () => symbol("sk_psock_verdict_data_ready") },
  "lirc":          { since: "4.18", option: "CONFIG_BPF_LIRC_MODE2",   present: () => symbol("lirc_mode2_verifier_ops") },
  "cgroup2":       { since: "4.10", option: "CONFIG_CGROUP_BPF",       present: () => line("/proc/filesystems", "nodev\tcgroup2") },
  "hw-counters":   { since: "4.9",  hardware: true,                    present: () => file("/sys/bus/event_source/devices/cpu") },
} satisfies Readonly<Record<string, Feature>>;

export type FeatureName = keyof typeof FEATURES;

// enum bpf_prog_type and enum bpf_attach_type, include/uapi/linux/bpf.h, v6.12
const TRACING = 26;
const LSM = 29;
const RAW_TP = 23;
const FENTRY = 24;
const LSM_MAC = 27;

function both(one: Presence, other: Presence): Presence {
  return one === "yes" ? other : one;
}

/** For what leaves no other trace. */
function since(major: number, minor: number): Presence {
  const [have = 0, below = 0] = readFileSync("/proc/sys/kernel/osrelease", "utf8").split(".").map(Number);
  return have > major || (have === major && below >= minor) ? "yes" : "absent";
}

function file(path: string): Presence {
  return existsSync(path) ? "yes" : "absent";
}

function line(path: string, wanted: string): Presence {
  return readFileSync(path, "utf8").split("\n").includes(wanted) ? "yes" : "absent";
}

/** The kernel's own symbols, without those of modules: they take it long to write, and stay as they are. */
const SYMBOLS = new Set<string>();

function symbol(name: string): Presence {
  if (SYMBOLS.size === 0)
    for (const [, found = ""] of readFileSync("/proc/kallsyms", "latin1").matchAll(/ (\w+)\n/g))
      SYMBOLS.add(found);
  return SYMBOLS.has(name) ? "yes" : "absent";
}

/** Loads (and drops) the program "return 0" for a function or tracepoint of the kernel's own BTF. */
function tracing(type: number, expectedAttachType: number, kind: BtfType["kind"], name: string): Presence {
  if (file("/sys/kernel/btf/vmlinux") === "absent") return "absent";
  const [attachBtfId] = parseBtf(readFileSync("/sys/kernel/btf/vmlinux")).find(name, kind);
  if (attachBtfId === undefined) return "absent";
  const insns = Uint8Array.of(0xb7, 0, 0, 0, 0, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0); // r0 = 0; exit
  const load = { name: "probe", type, insns, license: "GPL", expectedAttachType, attachBtfId };
  const result = loadProgram(openKernel(), load);
  if (result.kind === "loaded") {
    result.fd.close();
    return "yes";
  }
  return result.errno === 1 ? "refused" : "absent";
}
