import { describeLink, type LinkDescription, type LinkDetails, type PerfDetails } from "../linux/link-info.ts";
import type { LinuxResolver } from "../linux/resolver.ts";
import type { Kernel } from "../linux/syscall.ts";
import { attachWord } from "./link-command-json.ts";
import { LinkNames, perfConfigName, perfTypeName } from "./link-names.ts";
import { openAll } from "./object-command-select.ts";

const MOST_FUNCTIONS = 3; // of many, how many are named
const NETFILTER_HOOKS = ["prerouting", "input", "forward", "output", "postrouting"];

/** Says where links attach, for people: "tp_btf sched_switch", "xdp eth0". */
export function linkWhere(names: LinkNames): (link: LinkDescription) => string {
  return ({ details }) => whereText(details, names);
}

/** What programs are attached to by links, by the programs' ids. */
export function attachedTo(kernel: Kernel, resolver: LinuxResolver): ReadonlyMap<number, readonly string[]> {
  const where = linkWhere(new LinkNames(kernel, resolver));
  const found = new Map<number, string[]>();
  for (const fd of openAll(kernel, "link")) {
    using link = fd;
    const said = describeLink(kernel, link);
    const text = where(said);
    if (said.programId === 0 || text === "") continue;
    found.set(said.programId, [...(found.get(said.programId) ?? []), text]);
  }
  return found;
}

function whereText(d: LinkDetails, names: LinkNames): string {
  switch (d.kind) {
    case "rawTracepoint":
      return `raw tracepoint ${d.name}`;
    case "tracing":
      return `${attachWord(d.attachType)} ${names.function(d.targetObjectId, d.targetBtfId)}`.trim();
    case "cgroup":
      return `cgroup ${names.cgroup(d.cgroupId)} ${attachWord(d.attachType)}`;
    case "iter":
      return iteratorText(d, names);
    case "netns":
      return `network namespace ${d.netnsInode} ${attachWord(d.attachType)}`;
    case "xdp":
      return d.ifindex === 0 ? "xdp, detached" : `xdp ${device(names, d.ifindex)}`;
    case "structOps":
      return names.map(d.mapId);
    case "netfilter":
      return `netfilter ${d.family === 10 ? "ipv6" : "ipv4"} ${NETFILTER_HOOKS[d.hook] ?? d.hook}, priority ${d.priority}`;
    case "tcx":
    case "netkit":
      return `${attachWord(d.attachType)} ${device(names, d.ifindex)}`;
    case "sockmap":
      return `${names.map(d.mapId)} ${attachWord(d.attachType)}`;
    case "kprobeMulti":
      return `${d.return ? "return of " : ""}${listed(d.addresses, (a) => names.symbol(a))}`;
    case "uprobeMulti":
      return `${d.return ? "return of " : ""}${d.path}:${listed(d.offsets, (o) => `0x${o.toString(16)}`)}`;
    case "perfEvent":
      return perfText(d, names);
    case "unknown":
      return "";
    default:
      return d satisfies never;
  }
}

function perfText(d: PerfDetails, names: LinkNames): string {
  switch (d.event) {
    case "uprobe":
    case "uretprobe":
      return `${d.event} ${d.path}+0x${d.offset.toString(16)}`;
    case "kprobe":
    case "kretprobe": {
      const name = d.function === "" ? names.symbol(d.address) : d.function;
      return `${d.event} ${name}${d.offset === 0 ? "" : `+0x${d.offset.toString(16)}`}`;
    }
    case "tracepoint":
      return `tracepoint ${d.name}`;
    case "event":
      return `perf event ${perfTypeName(d.type)}:${perfConfigName(d.type, d.config)}`;
    case "unspecified":
      return "perf event";
    default:
      return d satisfies never;
  }
}

function iteratorText(d: Extract<LinkDetails, { kind: "iter" }>, names: LinkNames): string {
  if (d.mapId) return `iterator ${d.target} of ${names.map(d.mapId)}`;
  if (d.cgroupId) return `iterator ${d.target} of ${names.cgroup(d.cgroupId)}`;
  const of = d.tid ? ` of thread ${d.tid}` : d.pid ? ` of process ${d.pid}` : "";
  return `iterator ${d.target}${of}`;
}

function device(names: LinkNames, ifindex: number): string {
  return names.device(ifindex) ?? (ifindex === 0 ? "nowhere, detached" : `interface ${ifindex}`);
}

function listed<T>(items: readonly T[], show: (item: T) => string): string {
  const more = items.length - MOST_FUNCTIONS;
  const shown = items.slice(0, MOST_FUNCTIONS).map(show).join(", ");
  return more > 0 ? `${shown} and ${more} more` : shown;
}
