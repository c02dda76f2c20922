import { unreachable } from "../base/errors.ts";
import type { BtfId } from "../btf/types.ts";
import { openKernelBtf } from "../linux/kernel-btf.ts";
import { type HeldEvent, heldEvents } from "../linux/perf-holders.ts";
import { openKernel } from "../linux/syscall.ts";
import { formatTable } from "../output/table.ts";
import { EXIT } from "./exit-status.ts";
import { attachTypeName } from "./feature-command-report.ts";
import { helpTable, optionRows, wrapText } from "./help-layout.ts";
import { plainCall } from "./invocation.ts";
import { jsonOf, printJson } from "./object-command-select.ts";
import { numberOf, type OptionSpec, parseOptions, valueOf } from "./options.ts";
import { FdSink } from "./output-stream.ts";
import { UsageError } from "./report-error.ts";

const OPTIONS: readonly OptionSpec[] = [
  { name: "pid", short: "p", value: "PID", help: "of this process alone" },
  { name: "json", short: "j", help: "JSON, as bpftool -j writes it" },
  { name: "help", short: "h", help: "print this help" },
];

/** `skep perf …`. Gives the exit status. */
export function perfCommand(argv: readonly string[]): number {
  const options = parseOptions(argv, OPTIONS, true);
  const [verb, ...more] = options.rest;
  if (options.switches.has("help") || verb === undefined) {
    new FdSink(1).write(perfHelp(plainCall()));
    return EXIT.ok;
  }
  if ((verb !== "list" && verb !== "show") || more.length > 0)
    throw new UsageError(`\`skep perf ${options.rest.join(" ")}\` is not known`, "write skep perf list");
  const kernel = openKernel();
  const pid = valueOf(options, "pid");
  const held = [...heldEvents(kernel, pid === undefined ? undefined : numberOf(pid, "--pid", 1))];
  const btf = held.some(({ what }) => what.kind === "tracing") ? openKernelBtf(kernel) : undefined;
  const rows = held.map((event) => eventRow(event, (id) => btf?.nameOf(id as BtfId) ?? String(id)));
  if (options.switches.has("json")) printJson(rows);
  else printTable(rows);
  return EXIT.ok;
}

type Row = Readonly<{ pid: number; fd: number; prog_id: number; fd_type: string; comm: string }> &
  Readonly<Record<string, unknown>>;

function printTable(rows: readonly Row[]): void {
  const columns = ["PID", "COMMAND", "FD", "PROGRAM", "EVENT", "WHERE"].map((name) => ({ name }));
  const cells = rows.map(({ pid, comm, fd, prog_id, fd_type, ...rest }) => {
    const where = Object.entries(rest)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name} ${typeof value === "string" ? value : jsonOf(value)}`);
    return [pid, comm, fd, prog_id, fd_type, where.join(", ")];
  });
  new FdSink(1).write(formatTable({ columns }, cells));
}

/** One event under bpftool's names. */
function eventRow({ pid, comm, fd, programId, what }: HeldEvent, typeName: (id: number) => string): Row {
  const head = (fd_type: string) => ({ pid, fd, prog_id: programId, fd_type, comm });
  switch (what.kind) {
    case "rawTracepoint":
      return { ...head("raw_tracepoint"), tracepoint: what.name };
    case "tracepoint":
      return { ...head("tracepoint"), tracepoint: what.name };
    case "kprobe":
    case "kretprobe":
      return what.name === ""
        ? { ...head(what.kind), addr: what.address, offset: what.offset }
        : { ...head(what.kind), func: what.name, offset: what.offset };
    case "uprobe":
    case "uretprobe":
      return { ...head(what.kind), filename: what.name, offset: what.offset };
    case "kprobeMulti":
      return { ...head("kprobe_multi"), retprobe: what.return, func_cnt: what.addresses.length };
    case "uprobeMulti":
      return {
        ...head("uprobe_multi"),
        retprobe: what.return,
        filename: what.path,
        offsets: what.offsets,
        target_pid: what.pid || undefined,
      };
    case "tracing": {
      const { attachType, targetBtfId } = what;
      const type = typeof attachType === "number" ? String(attachType) : attachTypeName(attachType);
      return { ...head(type), func: typeName(targetBtfId) };
    }
    case "perfEvent":
      return { ...head("perf_event"), ...eventDetails(what) };
    default:
      return unreachable(what);
  }
}

// Events that are sampled or counted; kernels before 6.6 say nothing of them.
function eventDetails(
  what: Extract<HeldEvent["what"], { kind: "perfEvent" }>,
): Readonly<Record<string, unknown>> {
  switch (what.event) {
    case "event":
      return { event_type: what.type, event_config: what.config };
    case "tracepoint":
      return { tracepoint: what.name };
    case "kprobe":
    case "kretprobe":
      return { func: what.function, offset: what.offset };
    case "uprobe":
    case "uretprobe":
      return { filename: what.path, offset: what.offset };
    case "unspecified":
      return {};
    default:
      return unreachable(what);
  }
}

/** What `skep perf --help` prints; `call` is how skep was called. */
function perfHelp(call: string): string {
  return `Tell which processes hold probes and events that run programs.

${helpTable([[`${call} perf list`, "tracepoints, kprobes, uprobes, sampled events, fentry and the like"]])}
${helpTable(optionRows(OPTIONS))}
${wrapText("With --json everything is written under the names of `bpftool -j perf`; links to many functions or places, to functions by BTF and to sampled events are told beside what bpftool tells, and so is the process's name. Links that are pinned are held by no process: skep link list.")}
`;
}
