import type { ProgramType } from "./attach-spec.ts";
import type { AttachType } from "./attach-types.ts";

/**
 * What the name of a program's section says, by the conventions of libbpf. `target` is what follows the slash.
 * Source: libbpf's documentation, "Program Types and ELF Sections", libbpf 1.5.
 */
export type SectionRule = Readonly<{
  /** Without ".s" and ".frags". */
  name: string;
  program: ProgramType;
  /** What the program is loaded for; absent: nothing is said at load. */
  attach?: AttachType;
  /** "none": nothing may follow; "free": something may, such as a function's name. */
  target: "none" | "free";
  /** `name.s` is the form that may sleep. */
  sleepable?: true;
  /** `name.frags` is the form that takes packets in several buffers. */
  frags?: true;
}>;

// biome-ignore format: one section per line
export const SECTION_RULES: readonly SectionRule[] = [
  { name: "socket",                  program: "socketFilter",   target: "none" },
  { name: "sk_reuseport/migrate",    program: "skReuseport",    target: "none", attach: "skReuseportSelectOrMigrate" },
  { name: "sk_reuseport",            program: "skReuseport",    target: "none", attach: "skReuseportSelect" },
  { name: "kprobe",                  program: "kprobe",         target: "free" },
  { name: "kretprobe",               program: "kprobe",         target: "free" },
  { name: "kprobe.multi",            program: "kprobe",         target: "free", attach: "traceKprobeMulti" },
  { name: "kretprobe.multi",         program: "kprobe",         target: "free", attach: "traceKprobeMulti" },
  { name: "kprobe.session",          program: "kprobe",         target: "free", attach: "traceKprobeSession" },
  { name: "ksyscall",                program: "kprobe",         target: "free" },
  { name: "kretsyscall",             program: "kprobe",         target: "free" },
  { name: "uprobe",                  program: "kprobe",         target: "free", sleepable: true },
  { name: "uretprobe",               program: "kprobe",         target: "free", sleepable: true },
  { name: "uprobe.multi",            program: "kprobe",         target: "free", sleepable: true, attach: "traceUprobeMulti" },
  { name: "uretprobe.multi",         program: "kprobe",         target: "free", sleepable: true, attach: "traceUprobeMulti" },
  { name: "uprobe.session",          program: "kprobe",         target: "free", sleepable: true, attach: "traceUprobeSession" },
  { name: "usdt",                    program: "kprobe",         target: "free", sleepable: true },
  { name: "tc/ingress",              program: "schedCls",       target: "none", attach: "tcxIngress" },
  { name: "tc/egress",               program: "schedCls",       target: "none", attach: "tcxEgress" },
  { name: "tcx/ingress",             program: "schedCls",       target: "none", attach: "tcxIngress" },
  { name: "tcx/egress",              program: "schedCls",       target: "none", attach: "tcxEgress" },
  { name: "tc",                      program: "schedCls",       target: "none" },
  { name: "classifier",              program: "schedCls",       target: "none" },
  { name: "action",                  program: "schedAct",       target: "none" },
  { name: "netkit/primary",          program: "schedCls",       target: "none", attach: "netkitPrimary" },
  { name: "netkit/peer",             program: "schedCls",       target: "none", attach: "netkitPeer" },
  { name: "tracepoint",              program: "tracepoint",     target: "free" },
  { name: "tp",                      program: "tracepoint",     target: "free" },
  { name: "raw_tracepoint",          program: "rawTracepoint",  target: "free" },
  { name: "raw_tp",                  program: "rawTracepoint",  target: "free" },
  { name: "raw_tracepoint.w",        program: "rawTracepointWritable", target: "free" },
  { name: "raw_tp.w",                program: "rawTracepointWritable", target: "free" },
  { name: "tp_btf",                  program: "tracing",        target: "free", attach: "traceRawTp" },
  { name: "fentry",                  program: "tracing",        target: "free", sleepable: true, attach: "traceFentry" },
  { name: "fexit",                   program: "tracing",        target: "free", sleepable: true, attach: "traceFexit" },
  { name: "fmod_ret",                program: "tracing",        target: "free", sleepable: true, attach: "modifyReturn" },
  { name: "iter",                    program: "tracing",        target: "free", sleepable: true, attach: "traceIter" },
  { name: "freplace",                program: "ext",            target: "free" },
  { name: "lsm",                     program: "lsm",            target: "free", sleepable: true, attach: "lsmMac" },
  { name: "lsm_cgroup",              program: "lsm",            target: "free", attach: "lsmCgroup" },
  { name: "syscall",                 program: "syscall",        target: "none" }, // always sleepable
  { name: "xdp/devmap",              program: "xdp",            target: "none", attach: "xdpDevmap", frags: true },
  { name: "xdp/cpumap",              program: "xdp",            target: "none", attach: "xdpCpumap", frags: true },
  { name: "xdp",                     program: "xdp",            target: "none", attach: "xdp", frags: true },
  { name: "perf_event",              program: "perfEvent",      target: "none" },
  { name: "lwt_in",                  program: "lwtIn",          target: "none" },
  { name: "lwt_out",                 program: "lwtOut",         target: "none" },
  { name: "lwt_xmit",                program: "lwtXmit",        target: "none" },
  { name: "lwt_seg6local",           program: "lwtSeg6local",   target: "none" },
  { name: "sockops",                 program: "sockOps",        target: "none", attach: "cgroupSockOps" },
  { name: "sk_skb/stream_parser",    program: "skSkb",          target: "none", attach: "skSkbStreamParser" },
  { name: "sk_skb/stream_verdict",   program: "skSkb",          target: "none", attach: "skSkbStreamVerdict" },
  { name: "sk_skb/verdict",          program: "skSkb",          target: "none", attach: "skSkbVerdict" },
  { name: "sk_skb",                  program: "skSkb",          target: "none" },
  { name: "sk_msg",                  program: "skMsg",          target: "none", attach: "skMsgVerdict" },
  { name: "lirc_mode2",              program: "lircMode2",      target: "none", attach: "lircMode2" },
  { name: "flow_dissector",          program: "flowDissector",  target: "none", attach: "flowDissector" },
  { name: "cgroup_skb/ingress",      program: "cgroupSkb",      target: "none", attach: "cgroupInetIngress" },
  { name: "cgroup_skb/egress",       program: "cgroupSkb",      target: "none", attach: "cgroupInetEgress" },
  { name: "cgroup/skb",              program: "cgroupSkb",      target: "none" },
  { name: "cgroup/sock_create",      program: "cgroupSock",     target: "none", attach: "cgroupInetSockCreate" },
  { name: "cgroup/sock_release",     program: "cgroupSock",     target: "none", attach: "cgroupInetSockRelease" },
  { name: "cgroup/sock",             program: "cgroupSock",     target: "none", attach: "cgroupInetSockCreate" },
  { name: "cgroup/post_bind4",       program: "cgroupSock",     target: "none", attach: "cgroupInet4PostBind" },
  { name: "cgroup/post_bind6",       program: "cgroupSock",     target: "none", attach: "cgroupInet6PostBind" },
  { name: "cgroup/bind4",            program: "cgroupSockAddr", target: "none", attach: "cgroupInet4Bind" },
  { name: "cgroup/bind6",            program: "cgroupSockAddr", target: "none", attach: "cgroupInet6Bind" },
  { name: "cgroup/connect4",         program: "cgroupSockAddr", target: "none", attach: "cgroupInet4Connect" },
  { name: "cgroup/connect6",         program: "cgroupSockAddr", target: "none", attach: "cgroupInet6Connect" },
  { name: "cgroup/connect_unix",     program: "cgroupSockAddr", target: "none", attach: "cgroupUnixConnect" },
  { name: "cgroup/sendmsg4",         program: "cgroupSockAddr", target: "none", attach: "cgroupUdp4Sendmsg" },
  { name: "cgroup/sendmsg6",         program: "cgroupSockAddr", target: "none", attach: "cgroupUdp6Sendmsg" },
  { name: "cgroup/sendmsg_unix",     program: "cgroupSockAddr", target: "none", attach: "cgroupUnixSendmsg" },
  { name: "cgroup/recvmsg4",         program: "cgroupSockAddr", target: "none", attach: "cgroupUdp4Recvmsg" },
  { name: "cgroup/recvmsg6",         program: "cgroupSockAddr", target: "none", attach: "cgroupUdp6Recvmsg" },
  { name: "cgroup/recvmsg_unix",     program: "cgroupSockAddr", target: "none", attach: "cgroupUnixRecvmsg" },
  { name: "cgroup/getpeername4",     program: "cgroupSockAddr", target: "none", attach: "cgroupInet4Getpeername" },
  { name: "cgroup/getpeername6",     program: "cgroupSockAddr", target: "none", attach: "cgroupInet6Getpeername" },
  { name: "cgroup/getpeername_unix", program: "cgroupSockAddr", target: "none", attach: "cgroupUnixGetpeername" },
  { name: "cgroup/getsockname4",     program: "cgroupSockAddr", target: "none", attach: "cgroupInet4Getsockname" },
  { name: "cgroup/getsockname6",     program: "cgroupSockAddr", target: "none", attach: "cgroupInet6Getsockname" },
  { name: "cgroup/getsockname_unix", program: "cgroupSockAddr", target: "none", attach: "cgroupUnixGetsockname" },
  { name: "cgroup/sysctl",           program: "cgroupSysctl",   target: "none", attach: "cgroupSysctl" },
  { name: "cgroup/getsockopt",       program: "cgroupSockopt",  target: "none", attach: "cgroupGetsockopt" },
  { name: "cgroup/setsockopt",       program: "cgroupSockopt",  target: "none", attach: "cgroupSetsockopt" },
  { name: "cgroup/dev",              program: "cgroupDevice",   target: "none", attach: "cgroupDevice" },
  { name: "struct_ops",              program: "structOps",      target: "free", sleepable: true, attach: "structOps" },
  { name: "sk_lookup",               program: "skLookup",       target: "none", attach: "skLookup" },
  { name: "netfilter",               program: "netfilter",      target: "none", attach: "netfilter" },
];

/** A section's name, taken apart. */
export type SectionName = Readonly<{
  rule: SectionRule;
  /** What follows the slash; undefined where nothing does. */
  target: string | undefined;
  sleepable: boolean;
  frags: boolean;
  /** False for `?name`: loaded only when asked for. */
  autoload: boolean;
}>;

const BY_NAME: ReadonlyMap<string, SectionRule> = new Map(SECTION_RULES.map((rule) => [rule.name, rule]));

/**
 * Takes a section's name apart; undefined when no rule knows it. Names that libbpf accepted before 1.0, where more
 * follows than the rule allows ("xdp_drop", "classifier/main", "socket1"), are read by their longest beginning;
 * iproute2's "2/0" are classifiers.
 */
export function parseSection(section: string): SectionName | undefined {
  const autoload = !section.startsWith("?");
  const text = autoload ? section : section.slice(1);
  const found = exactly(text) ?? withTarget(text) ?? tailCalled(text) ?? loosely(text);
  return found && { ...found, autoload };
}

type Found = Omit<SectionName, "autoload">;

function exactly(name: string): Found | undefined {
  const rule = BY_NAME.get(name);
  if (rule !== undefined) return { rule, target: undefined, sleepable: name === "syscall", frags: false };
  const plain = name.endsWith(".s") ? BY_NAME.get(name.slice(0, -2)) : undefined;
  if (plain?.sleepable) return { rule: plain, target: undefined, sleepable: true, frags: false };
  const whole = name.startsWith("xdp.frags") ? BY_NAME.get(`xdp${name.slice(9)}`) : undefined;
  if (whole?.frags) return { rule: whole, target: undefined, sleepable: false, frags: true };
  return undefined;
}

function withTarget(text: string): Found | undefined {
  const slash = text.indexOf("/");
  if (slash === -1) return undefined;
  const found = exactly(text.slice(0, slash));
  if (found?.rule.target !== "free") return undefined;
  return { ...found, target: text.slice(slash + 1) };
}

/** iproute2's name for programs that others call: `ID/INDEX`, the id of a program array and a place in it. */
export const TAIL_CALLED = /^(0x[0-9a-f]+|\d+)\/(0x[0-9a-f]+|\d+)$/i;

function tailCalled(text: string): Found | undefined {
  return TAIL_CALLED.test(text) ? exactly("classifier") : undefined;
}

function loosely(text: string): Found | undefined {
  let best: SectionRule | undefined;
  for (const rule of SECTION_RULES)
    if (rule.target === "none" && text.startsWith(rule.name) && rule.name.length > (best?.name.length ?? 0))
      best = rule;
  if (best === undefined) return undefined;
  return { rule: best, target: undefined, sleepable: false, frags: false };
}
