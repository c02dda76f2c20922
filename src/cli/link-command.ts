import { ATTACH_TYPES, type AttachType } from "../abi/attach-types.ts";
import { LINK_TYPES } from "../abi/link-types.ts";
import { programTypeOf } from "../abi/program-types.ts";
import { LinuxLink } from "../linux/link.ts";
import { describeLink, type LinkDescription, type LinkDetails } from "../linux/link-info.ts";
import { openObject, programInfo } from "../linux/objects.ts";
import { type Kernel, openKernel } from "../linux/syscall.ts";
import { formatTable } from "../output/table.ts";
import { EXIT } from "./exit-status.ts";
import { programTypeName } from "./object-command-facts.ts";
import { objectHelp } from "./object-command-help.ts";
import { jsonOf, openAll, openOne, openSelected, printJson, takeSelection } from "./object-command-select.ts";
import { parseOptions } from "./options.ts";
import { FdSink } from "./output-stream.ts";
import { UsageError } from "./report-error.ts";

const OPTIONS = [
  { name: "json", short: "j", help: "JSON, as bpftool -j writes it" },
  { name: "help", short: "h", help: "print this help" },
] as const;

/** `skep link …`. Gives the exit status. */
export function linkCommand(argv: readonly string[]): number {
  const options = parseOptions(argv, OPTIONS, true);
  const [verb, ...words] = options.rest;
  if (options.switches.has("help") || verb === undefined) {
    new FdSink(1).write(objectHelp("link"));
    return EXIT.ok;
  }
  const json = options.switches.has("json");
  const kernel = openKernel();
  if (verb === "list" || verb === "show") show(kernel, words, json);
  else if (verb === "detach") {
    using link = LinuxLink.opened(kernel, openOne(kernel, "link", takeSelection("link", words).selection));
    link.detach();
    if (json) printJson(null);
  } else throw new UsageError(`\`skep link ${verb}\` is not known`, "write one of: list, show, detach");
  return EXIT.ok;
}

function show(kernel: Kernel, words: readonly string[], json: boolean): void {
  const one = words.length > 0 ? takeSelection("link", words).selection : undefined;
  const links: LinkDescription[] = [];
  for (const fd of one ? openSelected(kernel, "link", one) : openAll(kernel, "link")) {
    using link = fd;
    links.push(describeLink(kernel, link));
  }
  const rows = links.map((link) => ({
    id: link.id,
    type:
      typeof link.type === "number"
        ? link.type
        : kernelWord(LINK_TYPES[link.type].kernelName, "BPF_LINK_TYPE_"),
    ...(link.details.kind === "structOps" ? {} : { prog_id: link.programId }),
    ...details(kernel, link),
  }));
  if (json) return printJson(one ? rows[0] : rows);
  const columns = ["ID", "TYPE", "PROGRAM", "WHERE"].map((name) => ({ name }));
  const cells = rows.map((row) => {
    const { id, type, prog_id, ...rest } = row as Readonly<Record<string, unknown>>;
    const where = Object.entries(rest)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name} ${typeof value === "string" ? value : jsonOf(value)}`);
    return [String(id), String(type), prog_id === undefined ? null : String(prog_id), where.join(", ")];
  });
  new FdSink(1).write(formatTable({ columns }, cells));
}

function kernelWord(name: string, prefix: string): string {
  return name.slice(prefix.length).toLowerCase();
}

function attachWord(type: AttachType | number): string | number {
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
