import { ATTACH_TYPES, type AttachType } from "../abi/attach-types.ts";
import { LINK_TYPES } from "../abi/link-types.ts";
import { programTypeOf } from "../abi/program-types.ts";
import type { LinkDescription, LinkDetails } from "../linux/link-info.ts";
import { openObject, programInfo } from "../linux/objects.ts";
import type { Kernel } from "../linux/syscall.ts";
import { programTypeName } from "./object-command-facts.ts";

/** A link as bpftool shows it. */
export type LinkRow = Readonly<{ id: number; type: string | number; prog_id?: number }> &
  Readonly<Record<string, unknown>>;

/** A link as `bpftool -j link show` writes it. */
export function linkRow(kernel: Kernel, link: LinkDescription): LinkRow {
  return {
    id: link.id,
    type: linkTypeName(link.type),
    ...(link.details.kind === "structOps" ? {} : { prog_id: link.programId }),
    ...details(kernel, link),
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

/** What bpftool calls what a link says; cookies that are 0 are left out. */
function details(
  kernel: Kernel,
  { details: d, programId }: LinkDescription,
): Readonly<Record<string, unknown>> {
  const cookie = (value: bigint) => (value === 0n ? undefined : value);
  switch (d.kind) {
    case "rawTracepoint":
      return { tp_name: d.name, bpf_cookie: cookie(d.cookie) };
    case "tracing":
      return {
        prog_type: programTypeOfId(kernel, programId),
        attach_type: attachWord(d.attachType),
        target_obj_id: d.targetObjectId || undefined,
        target_btf_id: d.targetBtfId || undefined,
        bpf_cookie: cookie(d.cookie),
      };
    case "cgroup":
      return { cgroup_id: d.cgroupId, attach_type: attachWord(d.attachType) };
    case "iter":
      return {
        target_name: d.target,
        map_id: d.mapId,
        cgroup_id: d.cgroupId || undefined,
        tid: d.tid || undefined,
        pid: d.pid || undefined,
      };
    case "netns":
      return { netns_ino: d.netnsInode, attach_type: attachWord(d.attachType) };
    case "xdp":
      return { ifindex: d.ifindex };
    case "structOps":
      return { map_id: d.mapId };
    case "netfilter":
      return { pf: d.family, hook: d.hook, prio: d.priority, flags: d.flags };
    case "tcx":
    case "netkit":
      return { ifindex: d.ifindex, attach_type: attachWord(d.attachType) };
    case "sockmap":
      return { map_id: d.mapId, attach_type: attachWord(d.attachType) };
    case "kprobeMulti":
      return {
        retprobe: d.return,
        func_cnt: d.addresses.length,
        missed: d.missed || undefined,
        funcs: d.addresses.map((addr) => ({ addr })),
      };
    case "uprobeMulti":
      return {
        retprobe: d.return,
        path: d.path,
        func_cnt: d.offsets.length,
        pid: d.pid || undefined,
        funcs: d.offsets.map((offset) => ({ offset })),
      };
    case "perfEvent":
      return perfDetails(d);
    default:
      return {};
  }
}

function perfDetails(d: Extract<LinkDetails, { kind: "perfEvent" }>): Readonly<Record<string, unknown>> {
  switch (d.event) {
    case "uprobe":
    case "uretprobe":
      return {
        retprobe: d.event === "uretprobe",
        file: d.path,
        offset: d.offset,
        bpf_cookie: d.cookie || undefined,
      };
    case "kprobe":
    case "kretprobe":
      return {
        retprobe: d.event === "kretprobe",
        addr: d.address,
        func: d.function,
        offset: d.offset,
        missed: d.missed,
        bpf_cookie: d.cookie || undefined,
      };
    case "tracepoint":
      return { tracepoint: d.name, bpf_cookie: d.cookie || undefined };
    case "event":
      return { event_type: d.type, event_config: d.config, bpf_cookie: d.cookie || undefined };
    default:
      return {};
  }
}

function programTypeOfId(kernel: Kernel, id: number): string | undefined {
  using program = openObject(kernel, "prog", id);
  const type = program && programTypeOf(programInfo(kernel, program).type);
  return type && programTypeName(type);
}
