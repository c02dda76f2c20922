import { ATTACH_TYPES, type AttachType } from "../abi/attach-types.ts";
import { LINK_TYPES } from "../abi/link-types.ts";
import { programTypeOf } from "../abi/program-types.ts";
import type { LinkDescription, LinkDetails } from "../linux/link-info.ts";
import { openObject, programInfo } from "../linux/objects.ts";
import type { Kernel } from "../linux/syscall.ts";
import { type LinkNames, perfConfigName, perfTypeName } from "./link-names.ts";
import { programTypeName } from "./object-command-facts.ts";

/** A link as bpftool shows it. */
export type LinkRow = Readonly<{ id: number; type: string | number; prog_id?: number }> &
  Readonly<Record<string, unknown>>;

/** A link as `bpftool -j link show` writes it. */
export function linkRow(names: LinkNames, link: LinkDescription): LinkRow {
  return {
    id: link.id,
    type: linkTypeName(link.type),
    ...(link.details.kind === "structOps" ? {} : { prog_id: link.programId }),
    ...details(names, link),
  };
}

/** "raw_tracepoint"; a number for a type that is newer than this table. */
export function linkTypeName(type: LinkDescription["type"]): string | number {
  return typeof type === "number" ? type : kernelWord(LINK_TYPES[type].kernelName, "BPF_LINK_TYPE_");
}

/** "xdp" of "BPF_XDP". */
export function kernelWord(name: string, prefix: string): string {
  return name.slice(prefix.length).toLowerCase();
}

/** "cgroup_inet_ingress"; a number for a type that is newer than this table. */
export function attachWord(type: AttachType | number): string | number {
  return typeof type === "number" ? type : kernelWord(ATTACH_TYPES[type].kernelName, "BPF_");
}

/** What bpftool calls what a link says. */
function details(
  names: LinkNames,
  { details: d, programId }: LinkDescription,
): Readonly<Record<string, unknown>> {
  switch (d.kind) {
    case "rawTracepoint":
      return { tp_name: d.name, ...cookies(d.cookie) };
    case "tracing":
      return {
        prog_type: programTypeOfId(names.kernel, programId),
        attach_type: attachWord(d.attachType),
        target_obj_id: d.targetObjectId || undefined,
        target_btf_id: d.targetBtfId || undefined,
        ...cookies(d.cookie),
      };
    case "cgroup":
      return { cgroup_id: d.cgroupId, attach_type: attachWord(d.attachType) };
    case "iter":
      return {
        target_name: d.target,
        map_id: d.mapId,
        cgroup_id: d.cgroupId || undefined,
        order: d.cgroupId ? CGROUP_ORDERS[d.order ?? 0] : undefined,
        tid: d.tid || undefined,
        pid: d.pid || undefined,
      };
    case "netns":
      return { netns_ino: d.netnsInode, attach_type: attachWord(d.attachType) };
    case "xdp":
      return interfaceOf(names, d.ifindex);
    case "structOps":
      return { map_id: d.mapId };
    case "netfilter":
      return { pf: d.family, hook: d.hook, prio: d.priority, flags: d.flags };
    case "tcx":
    case "netkit":
      return { ...interfaceOf(names, d.ifindex), attach_type: attachWord(d.attachType) };
    case "sockmap":
      return { map_id: d.mapId, attach_type: attachWord(d.attachType) };
    case "kprobeMulti":
      return {
        retprobe: d.return,
        func_cnt: d.addresses.length,
        missed: d.missed,
        funcs: functionsOf(names, d),
      };
    case "uprobeMulti":
      return {
        retprobe: d.return,
        path: d.path,
        func_cnt: d.offsets.length,
        pid: d.pid,
        funcs: d.offsets.map((offset, i) => ({
          offset,
          ref_ctr_offset: d.semaphoreOffsets[i] ?? 0n,
          cookie: d.cookies[i] ?? 0n,
        })),
      };
    case "perfEvent":
      return perfDetails(d);
    default:
      return {};
  }
}

/** The cookie under its name of today, and under that of older bpftools, which leave out 0. */
function cookies(cookie: bigint): Readonly<Record<string, unknown>> {
  return { cookie, bpf_cookie: cookie === 0n ? undefined : cookie };
}

const CGROUP_ORDERS = ["order_unspec", "self_only", "descendants_pre", "descendants_post", "ancestors_up"];

function interfaceOf(names: LinkNames, ifindex: number): Readonly<Record<string, unknown>> {
  return { devname: ifindex === 0 ? "(detached)" : (names.device(ifindex) ?? "(unknown)"), ifindex };
}

/** In the order of their addresses. */
function functionsOf(names: LinkNames, d: Extract<LinkDetails, { kind: "kprobeMulti" }>) {
  return d.addresses
    .map((addr, i) => ({ addr, cookie: d.cookies[i] ?? 0n }))
    .sort((a, b) => (a.addr < b.addr ? -1 : a.addr > b.addr ? 1 : 0))
    .map(({ addr, cookie }) => {
      const symbol = names.resolver.kernelSymbol(addr);
      return { addr, func: symbol?.name, module: symbol?.module ?? null, cookie };
    });
}

function perfDetails(d: Extract<LinkDetails, { kind: "perfEvent" }>): Readonly<Record<string, unknown>> {
  switch (d.event) {
    case "uprobe":
    case "uretprobe":
      return {
        retprobe: d.event === "uretprobe",
        file: d.path,
        offset: d.offset,
        ...cookies(d.cookie),
      };
    case "kprobe":
    case "kretprobe":
      return {
        retprobe: d.event === "kretprobe",
        addr: d.address,
        func: d.function,
        offset: d.offset,
        missed: d.missed,
        ...cookies(d.cookie),
      };
    case "tracepoint":
      return { tracepoint: d.name, ...cookies(d.cookie) };
    case "event":
      return {
        event_type: perfTypeName(d.type),
        event_config: perfConfigName(d.type, d.config),
        ...cookies(d.cookie),
      };
    default:
      return {};
  }
}

function programTypeOfId(kernel: Kernel, id: number): string | undefined {
  using program = openObject(kernel, "prog", id);
  const type = program && programTypeOf(programInfo(kernel, program).type);
  return type && programTypeName(type);
}
