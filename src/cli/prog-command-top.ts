import { programTypeOf } from "../abi/program-types.ts";
import { enableRunTimeStats } from "../linux/bpf.ts";
import { programInfo } from "../linux/objects.ts";
import { LinuxResolver } from "../linux/resolver.ts";
import type { Kernel } from "../linux/syscall.ts";
import { attachedTo } from "./link-where.ts";
import type { ObjectCall } from "./object-command.ts";
import { holderText, holdings } from "./object-command-context.ts";
import { programTypeName } from "./object-command-facts.ts";
import { openAll, openSelected, type Selection, takeNothing, takeSelection } from "./object-command-select.ts";
import { durationMs, numberOf, type OptionSpec, valueOf } from "./options.ts";
import { programName } from "./prog-command-show.ts";
import { untilStopped } from "./stop.ts";

// biome-ignore format: one option per line
export const TOP_OPTIONS: readonly OptionSpec[] = [
  { name: "interval", short: "i", value: "TIME", help: "top: time between two looks (default 1s)" },
  { name: "count", short: "n", value: "N", help: "top: end after so many looks" },
  { name: "duration", value: "TIME", help: "top: end after this time" },
  { name: "all", short: "a", help: "top: programs that did not run, too" },
];

/** What a program has cost so far. */
type Sample = Readonly<{ id: number; type: string; name: string; runs: bigint; ns: bigint; missed: bigint }>;

/** One line of the answer: the cost between two looks. */
export type TopRow = Readonly<{
  id: number;
  type: string;
  name: string;
  runs: bigint;
  runs_per_s: number;
  /** Absent when it did not run. */
  ns_per_run: number | undefined;
  cpu_percent: number;
  missed: bigint;
}>;

const CLEAR = "\x1b[H\x1b[2J"; // to the first line, and away with the rest

/** `prog top [PROG]`: what the programs cost, again and again. The kernel counts only while this runs. */
export async function topPrograms(call: ObjectCall): Promise<void> {
  const { kernel, words, options, out } = call;
  const { selection, rest } = words.length > 0 ? takeSelection("prog", words) : { rest: [] };
  takeNothing(rest);
  const duration = valueOf(options, "duration");
  const wholeMs = duration === undefined ? Number.POSITIVE_INFINITY : durationMs(duration, "--duration");
  const stepMs = Math.min(wholeMs, durationMs(valueOf(options, "interval") ?? "1", "--interval"));
  const count = valueOf(options, "count");
  const looks = Math.min(
    count === undefined ? Number.POSITIVE_INFINITY : numberOf(count, "-n", 1),
    Math.max(1, Math.round(wholeMs / stepMs)),
  );
  using _counting = enableRunTimeStats(kernel);
  const resolver = new LinuxResolver(() => kernel);
  const stop = untilStopped();
  let before = new Map(takeSamples(kernel, selection).map((sample) => [sample.id, sample]));
  let since = resolver.now("monotonic");
  try {
    for (let look = 0; look < looks && !stop.isFinished(); look++) {
      await Promise.race([new Promise((resolve) => setTimeout(resolve, stepMs)), stop.promise]);
      const samples = takeSamples(kernel, selection);
      const now = resolver.now("monotonic");
      const rows = rowsOf(before, samples, now - since).filter(
        (row) => options.switches.has("all") || selection || row.runs > 0n,
      );
      print(call, resolver, rows, Number(now - since) / 1e9);
      before = new Map(samples.map((sample) => [sample.id, sample]));
      since = now;
    }
  } finally {
    stop.close();
  }
  if (!out.json && stop.isFinished()) out.text("\n");
}

function takeSamples(kernel: Kernel, selection: Selection | undefined): Sample[] {
  const samples: Sample[] = [];
  for (const fd of selection ? openSelected(kernel, "prog", selection) : openAll(kernel, "prog")) {
    using program = fd;
    const info = programInfo(kernel, program);
    const type = programTypeOf(info.type);
    samples.push({
      id: info.id,
      type: type === undefined ? String(info.type) : programTypeName(type),
      name: programName(kernel, program, info),
      runs: info.runCnt,
      ns: info.runTimeNs,
      missed: info.recursionMisses,
    });
  }
  return samples;
}

/** The cost between two looks, the dearest program first. One that was loaded meanwhile counts from nothing. */
export function rowsOf(
  before: ReadonlyMap<number, Sample>,
  now: readonly Sample[],
  elapsedNs: bigint,
): TopRow[] {
  const elapsed = Math.max(1, Number(elapsedNs));
  return now
    .map((sample) => {
      const old = before.get(sample.id);
      const runs = sample.runs - (old?.runs ?? 0n);
      const ns = Number(sample.ns - (old?.ns ?? 0n));
      return {
        id: sample.id,
        type: sample.type,
        name: sample.name,
        runs,
        runs_per_s: rounded((Number(runs) * 1e9) / elapsed, 1),
        ns_per_run: runs === 0n ? undefined : Math.round(ns / Number(runs)),
        cpu_percent: rounded((ns * 100) / elapsed, 4),
        missed: sample.missed - (old?.missed ?? 0n),
      };
    })
    .sort((a, b) => b.cpu_percent - a.cpu_percent || Number(b.runs - a.runs) || a.id - b.id);
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

function print(call: ObjectCall, resolver: LinuxResolver, rows: readonly TopRow[], seconds: number): void {
  const { kernel, out } = call;
  if (out.json) {
    out.value({ seconds: rounded(seconds, 3), programs: rows });
    return;
  }
  const attached = attachedTo(kernel, resolver);
  const holding = holdings(call, "prog");
  if (process.stdout.isTTY) out.text(CLEAR);
  const total = rows.reduce((sum, row) => sum + row.cpu_percent, 0);
  out.text(`${rows.length} programs ran in ${seconds.toFixed(1)} s and took ${total.toFixed(2)} % of a CPU\n`);
  out.table(
    ["ID", "TYPE", "NAME", "RUNS/S", "NS/RUN", "CPU%", "MISSED", "ATTACHED TO", "HELD BY"],
    rows.map((row) => [
      row.id,
      row.type,
      row.name,
      row.runs_per_s,
      row.ns_per_run,
      row.cpu_percent,
      row.missed === 0n ? undefined : row.missed,
      attached.get(row.id)?.join("; "),
      holderText(holding(row.id)),
    ]),
  );
}
