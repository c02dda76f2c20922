import type { OutputRecord } from "../base/output-record.ts";
import type { RecordWriter, Sink } from "../output/sink.ts";
import { recordText } from "../output/text.ts";
import { type Compiled, load } from "../pipeline.ts";
import type { ProgramPlan } from "../plan/plan.ts";
import type { ScriptSession } from "../runtime/script-session.ts";
import { EXIT } from "./exit-status.ts";
import type { WatchedMachine } from "./watched-machine.ts";

/** Runs a script's own tests (what failed ones print is shown) or benchmarks. Gives the exit status. */
export function runOwn(
  compiled: Compiled,
  machine: WatchedMachine,
  writer: RecordWriter,
  out: Sink,
  own: "test" | "bench",
): number {
  const held: OutputRecord[] = [];
  const { resolver, host } = machine;
  using session = load(compiled, machine.backend, {
    resolver,
    host,
    printMapsAtEnd: false,
    onRecord: (record) => void held.push(record),
  });
  session.start();
  const status =
    own === "test" ? runTests(session, held, writer, out) : runBenches(session, machine, held, out);
  session.stop();
  writer.flush();
  return status;
}

function runTests(session: ScriptSession, held: OutputRecord[], writer: RecordWriter, out: Sink): number {
  const tests = session.own("test");
  let failed = 0;
  for (const test of tests) {
    held.length = 0;
    const why = verdict(session, test, held);
    if (why !== undefined) failed++;
    out.write(`${why === undefined ? "PASS" : "FAIL"} ${test.name}${why === undefined ? "" : `: ${why}`}\n`);
    if (why === undefined) continue;
    for (const record of held) writer.write(record);
    writer.flush();
  }
  out.write(`${tests.length - failed} of ${tests.length} tests passed\n`);
  return failed === 0 ? EXIT.ok : EXIT.program;
}

/** Why a test failed, or undefined when it passed. */
function verdict(session: ScriptSession, test: ProgramPlan, held: readonly OutputRecord[]): string | undefined {
  const { returned, exitCode = 0 } = session.runTest(test);
  if (returned !== 0n) return `it returned ${BigInt.asIntN(64, returned)}`;
  if (exitCode !== 0) return `it called exit(${exitCode})`;
  const errors = held.filter(({ kind }) => kind === "failure").length;
  const said = held.filter((record) => record.kind === "message" && record.level === "error").length;
  if (errors + said > 0) return `${errors + said} errors`;
  return undefined;
}

const WARM_ROUNDS = 200;
const BATCH = 500;
const MOST_BATCHES = 40;
const ENOUGH_NS = 5_000_000n; // spent in the program: its average does not change any more

function runBenches(session: ScriptSession, machine: WatchedMachine, held: OutputRecord[], out: Sink): number {
  using _counting = machine.backend.countRunTime();
  const rows: (readonly [string, string])[] = [];
  const benches = session.own("bench");
  for (const record of held) if (record.kind === "attached") out.write(recordText(record));
  for (const bench of benches) {
    held.length = 0; // what a benchmark says is not shown
    session.runBench(bench, WARM_ROUNDS);
    const before = counted(session, bench);
    let after = before;
    for (let batch = 0; batch < MOST_BATCHES && after.ns - before.ns < ENOUGH_NS; batch++) {
      session.runBench(bench, BATCH);
      after = counted(session, bench);
    }
    const runs = after.runs - before.runs;
    rows.push([bench.name ?? "", runs > 0n ? String((after.ns - before.ns) / runs) : "?"]);
  }
  out.write(`\n\n${table(rows.toSorted(([a], [b]) => (a < b ? -1 : 1)))}`);
  return EXIT.ok;
}

function counted(session: ScriptSession, { program }: ProgramPlan): { runs: bigint; ns: bigint } {
  return session.stats().find((row) => row.program === program) ?? { runs: 0n, ns: 0n };
}

function table(rows: readonly (readonly [string, string])[]): string {
  const all = [["BENCHMARK", "NANOSECONDS"] as const, ...rows];
  const [left, right] = [0, 1].map((column) => Math.max(...all.map((row) => (row[column] ?? "").length)));
  const rule = `+${"-".repeat((left ?? 0) + 2)}+${"-".repeat((right ?? 0) + 2)}+\n`;
  const line = ([name, ns]: readonly [string, string]) =>
    `| ${name.padEnd(left ?? 0)} | ${ns.padEnd(right ?? 0)} |\n`;
  return `${rule}${line(["BENCHMARK", "NANOSECONDS"])}${rule}${rows.map(line).join("")}${rule}`;
}
