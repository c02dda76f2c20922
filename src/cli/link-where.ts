import type { BtfBlob } from "../btf/decode.ts";
import type { BtfId } from "../btf/types.ts";
import { openKernelBtf } from "../linux/kernel-btf.ts";
import { describeLink, type LinkDescription, type LinkDetails, type PerfDetails } from "../linux/link-info.ts";
import { listInterfaces } from "../linux/net-xdp.ts";
import { mapInfoOf, openObject } from "../linux/objects.ts";
import type { LinuxResolver } from "../linux/resolver.ts";
import type { Kernel } from "../linux/syscall.ts";
import { attachWord } from "./link-command-json.ts";
import { openAll } from "./object-command-select.ts";

const MOST_FUNCTIONS = 3; // of many, how many are named
const NETFILTER_HOOKS = ["prerouting", "input", "forward", "output", "postrouting"];

/** Says where links attach, for people: "tp_btf sched_switch", "xdp eth0". Names are looked up once. */
export function linkWhere(kernel: Kernel, resolver: LinuxResolver): (link: LinkDescription) => string {
  const names = new Names(kernel, resolver);
  return ({ details }) => whereText(details, names);
}

/** What programs are attached to by links, by the programs' ids. */
export function attachedTo(kernel: Kernel, resolver: LinuxResolver): ReadonlyMap<number, readonly string[]> {
  const where = linkWhere(kernel, resolver);
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

/** Names of what links only number. */
class Names {
  readonly resolver: LinuxResolver;
  readonly #kernel: Kernel;
  #types: BtfBlob | undefined;
  #devices: ReadonlyMap<number, string> | undefined;

  constructor(kernel: Kernel, resolver: LinuxResolver) {
    this.#kernel = kernel;
    this.resolver = resolver;
  }

  /** An interface by its number, in this network namespace. */
  device(ifindex: number): string {
    this.#devices ??= new Map(listInterfaces(this.#kernel).map((one) => [one.ifindex, one.name]));
    return this.#devices.get(ifindex) ?? `interface ${ifindex}`;
  }

  map(id: number): string {
    using fd = openObject(this.#kernel, "map", id);
    const name = fd && mapInfoOf(this.#kernel, fd).name;
    return name ? `${name} (map ${id})` : `map ${id}`;
  }

  /** A function of the kernel itself; those of programs and modules keep their numbers. */
  function(object: number, id: number): string {
    if (object !== 1 || id === 0) return object === 0 ? "" : `function ${id} of object ${object}`;
    this.#types ??= openKernelBtf(this.#kernel);
    const name = this.#types !== undefined && id < this.#types.count ? this.#types.nameOf(id as BtfId) : "";
    return name === "" ? `function ${id}` : name.replace(/^btf_trace_/, "");
  }
}

function whereText(d: LinkDetails, names: Names): string {
  switch (d.kind) {
    case "rawTracepoint":
      return `raw tracepoint ${d.name}`;
    case "tracing":
      return `${attachWord(d.attachType)} ${names.function(d.targetObjectId, d.targetBtfId)}`.trim();
    case "cgroup":
      return `cgroup ${cgroup(names, d.cgroupId)} ${attachWord(d.attachType)}`;
    case "iter":
      return iteratorText(d, names);
    case "netns":
      return `network namespace ${d.netnsInode} ${attachWord(d.attachType)}`;
    case "xdp":
      return d.ifindex === 0 ? "xdp, detached" : `xdp ${names.device(d.ifindex)}`;
    case "structOps":
      return names.map(d.mapId);
    case "netfilter":
      return `netfilter ${d.family === 10 ? "ipv6" : "ipv4"} ${NETFILTER_HOOKS[d.hook] ?? d.hook}, priority ${d.priority}`;
    case "tcx":
    case "netkit":
      return `${attachWord(d.attachType)} ${names.device(d.ifindex)}`;
    case "sockmap":
      return `${names.map(d.mapId)} ${attachWord(d.attachType)}`;
    case "kprobeMulti":
      return `${d.return ? "return of " : ""}${listed(d.addresses, (a) => symbol(names, a))}`;
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

function perfText(d: PerfDetails, names: Names): string {
  switch (d.event) {
    case "uprobe":
    case "uretprobe":
      return `${d.event} ${d.path}+0x${d.offset.toString(16)}`;
    case "kprobe":
    case "kretprobe": {
      const name = d.function === "" ? symbol(names, d.address) : d.function;
      return `${d.event} ${name}${d.offset === 0 ? "" : `+0x${d.offset.toString(16)}`}`;
    }
    case "tracepoint":
      return `tracepoint ${d.name}`;
    case "event":
      return `perf event ${d.type}:${d.config}`;
    case "unspecified":
      return "perf event";
    default:
      return d satisfies never;
  }
}

function iteratorText(d: Extract<LinkDetails, { kind: "iter" }>, names: Names): string {
  if (d.mapId) return `iterator ${d.target} of ${names.map(d.mapId)}`;
  if (d.cgroupId) return `iterator ${d.target} of ${cgroup(names, d.cgroupId)}`;
  const of = d.tid ? ` of thread ${d.tid}` : d.pid ? ` of process ${d.pid}` : "";
  return `iterator ${d.target}${of}`;
}

function cgroup(names: Names, id: bigint): string {
  return names.resolver.cgroupPath(id, "*")?.replace(/^unified:/, "") ?? `${id}`;
}

function symbol(names: Names, address: bigint): string {
  return names.resolver.kernelSymbol(address)?.name ?? `0x${address.toString(16)}`;
}

function listed<T>(items: readonly T[], show: (item: T) => string): string {
  const more = items.length - MOST_FUNCTIONS;
  const shown = items.slice(0, MOST_FUNCTIONS).map(show).join(", ");
  return more > 0 ? `${shown} and ${more} more` : shown;
}
