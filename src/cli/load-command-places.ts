import type { AttachSpec, CgroupHook, NetfilterHook, ProgramType, RouteHook } from "../abi/attach-spec.ts";
import { HARDWARE_EVENTS, type HardwareEvent, PERF_TYPES, SOFTWARE_EVENTS } from "../abi/perf-event.ts";
import { parseSection, SECTION_RULES } from "../abi/section-names.ts";
import { SkepError } from "../base/errors.ts";
import { didYouMean } from "../base/suggest.ts";
import { openPacketSocket } from "../linux/packet-socket.ts";
import { openKernel } from "../linux/syscall.ts";
import type { ProgramSpec } from "../object/object.ts";
import { interfaceIndex } from "./interface-name.ts";
import { durationMs } from "./options.ts";

/** Reads what follows the word of a place; undefined when it is none for the program. */
type Reader = (rest: string, program: ProgramSpec) => AttachSpec | undefined;

/** The places of --attach that sections cannot name, by their first word. */
export const PLACES: Readonly<Record<string, Reader>> = {
  xdp(rest) {
    const [, name = rest, mode] = /^(.+):(generic|native|offload)$/.exec(rest) ?? [];
    const ifindex = interfaceIndex(name);
    return mode === "generic" || mode === "native" || mode === "offload"
      ? { kind: "xdp", ifindex, mode }
      : { kind: "xdp", ifindex };
  },
  tc(rest, { attachType }) {
    const [, name = rest, said] = /^(.+):(ingress|egress)$/.exec(rest) ?? [];
    const direction = said ?? (attachType === "tcxEgress" ? "egress" : "ingress");
    return {
      kind: "tc",
      ifindex: interfaceIndex(name),
      direction: direction === "egress" ? "egress" : "ingress",
    };
  },
  netkit: (rest, { attachType }) => ({
    kind: "netkit",
    ifindex: interfaceIndex(rest),
    peer: attachType === "netkitPeer",
  }),
  cgroup,
  netfilter(rest) {
    const [family, hook = "", priority = "0"] = rest.split(":");
    if ((family !== "ipv4" && family !== "ipv6") || !isHook(hook) || !/^-?\d+$/.test(priority))
      return undefined;
    return { kind: "netfilter", family, hook, priority: Number(priority) };
  },
  netns: (netns, { type }) =>
    type === "skLookup" || type === "flowDissector" ? { kind: type, netns } : undefined,
  sockmap,
  route(rest, { type }) {
    const [, name = "", destination = ""] = /^([^:]+):(.+)$/.exec(rest) ?? [];
    const hook = ROUTE_HOOKS[type];
    if (hook === undefined || destination === "") return undefined;
    return { kind: "route", hook, destination, ifindex: interfaceIndex(name) };
  },
  // The socket stays open until the command ends.
  socket(rest, { type }) {
    if (type !== "socketFilter") return undefined;
    return { kind: "socketFilter", socket: openPacketSocket(openKernel(), interfaceIndex(rest)).number };
  },
  iter(rest, program) {
    const target = program.attachTo ?? parseSection(program.section)?.target;
    if (program.attachType !== "traceIter" || target === undefined) return undefined;
    return target === "cgroup"
      ? { kind: "iter", target, cgroup: { path: rest } }
      : { kind: "iter", target, map: rest };
  },
  profile: (rest) => (/^\d+$/.test(rest) ? { kind: "profile", freqHz: Number(rest) } : undefined),
  interval: (rest) => ({ kind: "interval", periodNs: Math.round(durationMs(rest, "--attach") * 1e6) }),
  software(rest) {
    const [event = "", count = ""] = rest.split(":");
    if (!isSoftware(event)) throw noEvent("software", event, Object.keys(SOFTWARE_EVENTS));
    return /^[1-9]\d*$/.test(count) ? { kind: "software", event, period: Number(count) } : undefined;
  },
  hardware(rest) {
    const [said = "", count = ""] = rest.split(":");
    const event = HARDWARE_ALIASES[said] ?? said;
    if (!isHardware(event)) throw noEvent("hardware", said, HARDWARE_NAMES);
    if (!/^[1-9]\d*$/.test(count)) return undefined;
    const config = BigInt(HARDWARE_EVENTS[event]);
    return { kind: "perfEvent", type: PERF_TYPES.hardware, config, period: BigInt(count) };
  },
  freplace(rest) {
    const [, program = "", name = ""] = /^(.+):([^:]+)$/.exec(rest) ?? [];
    if (name === "") return undefined;
    const held = /^\d+$/.test(program) ? { id: Number(program) } : { pinned: program };
    return { kind: "freplace", program: held, function: name };
  },
  lirc: (device) => ({ kind: "lirc", device }),
};

/** "FOLDER", or "FOLDER:HOOK" where the section does not say the hook: ingress, egress, connect4, … */
function cgroup(rest: string, program: ProgramSpec): AttachSpec | undefined {
  const { type, attachTo } = program;
  if (type === "lsm" && attachTo !== undefined)
    return { kind: "lsmCgroup", hook: attachTo, cgroup: { path: rest } };
  const [, folder = rest, word = ""] = /^(.+):([a-z_]+\d?)$/.exec(rest) ?? [];
  const said = cgroupHooks(type).get(word);
  const own = program.attachType ?? parseSection(program.section)?.rule.attach;
  const hook = said ?? own;
  return isCgroupHook(hook)
    ? { kind: "cgroup", cgroup: { path: said === undefined ? rest : folder }, hook }
    : undefined;
}

/** Hooks of a type by what sections call them: "egress" of cgroup_skb/egress, "connect4" of cgroup/connect4. */
function cgroupHooks(type: ProgramType): ReadonlyMap<string, CgroupHook> {
  const hooks = new Map<string, CgroupHook>();
  for (const { name, program, attach } of SECTION_RULES)
    if (program === type && isCgroupHook(attach)) hooks.set(name.slice(name.indexOf("/") + 1), attach);
  return hooks;
}

function isCgroupHook(hook: string | undefined): hook is CgroupHook {
  return hook?.startsWith("cgroup") ?? false;
}

/** "MAP", or "MAP:parser" and "MAP:verdict" where the section does not say which: plain `sk_skb`. */
function sockmap(rest: string, { type, attachType }: ProgramSpec): AttachSpec | undefined {
  if (type === "skMsg") return { kind: "sockmap", map: rest, hook: "message" };
  if (type !== "skSkb") return undefined;
  const [, map = rest, word] = /^(.+):(parser|verdict)$/.exec(rest) ?? [];
  if (word === "parser" || (word === undefined && attachType === "skSkbStreamParser"))
    return { kind: "sockmap", map, hook: "streamParser" };
  if (attachType === "skSkbVerdict") return { kind: "sockmap", map, hook: "verdict" };
  if (word === "verdict" || attachType === "skSkbStreamVerdict")
    return { kind: "sockmap", map, hook: "streamVerdict" };
  return undefined;
}

const ROUTE_HOOKS: Readonly<Partial<Record<ProgramType, RouteHook>>> = {
  lwtIn: "in",
  lwtOut: "out",
  lwtXmit: "xmit",
  lwtSeg6local: "seg6local",
};

const HOOKS: readonly NetfilterHook[] = ["preRouting", "localIn", "forward", "localOut", "postRouting"];

function isHook(name: string): name is NetfilterHook {
  return (HOOKS as readonly string[]).includes(name);
}

function isSoftware(name: string): name is keyof typeof SOFTWARE_EVENTS {
  return Object.hasOwn(SOFTWARE_EVENTS, name);
}

function isHardware(name: string): name is HardwareEvent {
  return Object.hasOwn(HARDWARE_EVENTS, name);
}

/** What perf(1) calls them, too. */
const HARDWARE_ALIASES: Readonly<Record<string, HardwareEvent>> = {
  cycles: "cpu-cycles",
  "branch-instructions": "branches",
};

const HARDWARE_NAMES = [...Object.keys(HARDWARE_EVENTS), ...Object.keys(HARDWARE_ALIASES)];

function noEvent(kind: string, name: string, names: readonly string[]): SkepError {
  return new SkepError(`there is no ${kind} event \`${name}\``, {
    code: "load/bad-place",
    remedy: didYouMean(name, names) ?? `name one of: ${names.join(", ")}`,
  });
}

const CGROUP = "--attach NAME=cgroup:FOLDER, a folder below /sys/fs/cgroup";
const ROUTE = "--attach NAME=route:INTERFACE:DESTINATION, such as route:eth0:10.1.0.0/16";

/** What to say of a program's place, by its type; NAME stands for the program's name. */
// biome-ignore format: one type per line
const ADVICE: Readonly<Record<ProgramType, string>> = {
  socketFilter: "--attach NAME=socket:INTERFACE, which sees the packets of that interface",
  kprobe: "--attach NAME=kprobe/FUNCTION, uprobe/PATH:FUNCTION or usdt/PATH:PROVIDER:NAME",
  schedCls: "--attach NAME=tc:INTERFACE:ingress, tc:INTERFACE:egress or netkit:INTERFACE",
  schedAct: "a filter of tc runs it: pin it with skep prog load, then tc filter add … action bpf pinned FILE",
  tracepoint: "--attach NAME=tracepoint/CATEGORY/NAME",
  xdp: "--attach NAME=xdp:INTERFACE; programs for xdp/devmap and xdp/cpumap are run by a map's entries, and have no place",
  perfEvent: "--attach NAME=profile:HZ, interval:TIME, software:EVENT:COUNT or hardware:EVENT:COUNT",
  cgroupSkb: "--attach NAME=cgroup:FOLDER:ingress or cgroup:FOLDER:egress",
  cgroupSock: CGROUP,
  lwtIn: ROUTE,
  lwtOut: ROUTE,
  lwtXmit: ROUTE,
  sockOps: CGROUP,
  skSkb: "--attach NAME=sockmap:MAP:verdict or sockmap:MAP:parser, with a map of the object",
  cgroupDevice: CGROUP,
  skMsg: "--attach NAME=sockmap:MAP, with a map of the object",
  rawTracepoint: "--attach NAME=raw_tp/NAME",
  cgroupSockAddr: "--attach NAME=cgroup:FOLDER, or cgroup:FOLDER:HOOK, such as connect4",
  lwtSeg6local: ROUTE,
  lircMode2: "--attach NAME=lirc:/dev/lirc0",
  skReuseport: "the program that owns the sockets attaches it: c.programs.NAME.attach({ kind: \"skReuseport\", socket }) of the library",
  flowDissector: "--attach NAME=netns:/proc/self/ns/net",
  cgroupSysctl: CGROUP,
  rawTracepointWritable: "--attach NAME=raw_tp.w/NAME",
  cgroupSockopt: CGROUP,
  tracing: "--attach NAME=fentry/FUNCTION, tp_btf/NAME or iter/KIND, as its section begins; iterators over one map: iter:MAP",
  structOps: "name it in a variable of section .struct_ops",
  ext: "--attach NAME=freplace:PROG:FUNCTION, with the id or the pinned file of the program that has the function",
  lsm: "--attach NAME=lsm/HOOK; for lsm_cgroup: cgroup:FOLDER",
  skLookup: "--attach NAME=netns:/proc/self/ns/net",
  syscall: "it is run, not attached: skep prog run",
  netfilter: "--attach NAME=netfilter:ipv4:localIn:0",
};

/** What to write so that a program is attached. */
export function placeAdvice({ name, type }: ProgramSpec): string {
  return ADVICE[type].replaceAll("NAME=", `${name}=`).replaceAll("programs.NAME", `programs.${name}`);
}
