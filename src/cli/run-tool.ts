import type { Losses, OutputRecord } from "../base/output-record.ts";
import type { Value } from "../base/shown-value.ts";
import { lossSentences } from "../output/losses-text.ts";
import { type Compiled, compile, load } from "../pipeline.ts";
import { createRowOutput, type RowFormat, type RowOutput } from "../row-output.ts";
import {
  type RowMaker,
  shownColumns,
  type Tool,
  type ToolRow,
  type ToolSettings,
  toolSource,
} from "../tools/define-tool.ts";
import { openMachine } from "./choose-machine.ts";
import { EXIT } from "./exit-status.ts";
import { noBtf } from "./no-btf.ts";
import { FdSink, OutputClosed } from "./output-stream.ts";
import { printDiagnostics, printError } from "./report-error.ts";
import { RowCounts } from "./row-counts.ts";
import { sayReady } from "./run-script.ts";
import { untilStopped } from "./stop.ts";
import type { MachineChoice, WatchedCommand, WatchedMachine } from "./watched-machine.ts";

const MOST_TASKS = 16_384; // threads of one family, or in a call at the same time

export type ToolRun = Readonly<{
  settings: ToolSettings;
  format: RowFormat;
  summary: boolean;
  verbose: boolean;
  durationMs?: number;
  command?: string;
  maxEvents?: number;
  machine: MachineChoice;
}>;

/** Runs a tool until it is stopped, its time is over, or what it traces has ended. Gives the exit status. */
export async function runTool(tool: Tool, run: ToolRun): Promise<number> {
  using machine = await openMachine(run.machine);
  const { backend } = machine;
  const pid = run.settings.get("pid");
  if (pid !== undefined) machine.checkProcess(Number(pid));
  const command = run.command === undefined ? undefined : await machine.startCommand(run.command);
  try {
    if (backend.target.kernelBtf() === undefined) throw noBtf(tool.name);
    const settings: ToolSettings = command
      ? new Map([...run.settings, ["family", String(command.pid)]])
      : run.settings;
    const source = { name: tool.name, text: toolSource(tool, settings, backend.target.arch) };
    const { compiled, report } = compile(source, backend.target, {
      name: tool.name,
      named: settings,
      maxStringBytes: tool.maxStringBytes,
      maxMapEntries: MOST_TASKS,
    });
    printDiagnostics(report.diagnostics, source);
    if (!compiled) return EXIT.machine; // the program is tested: it is this kernel that lacks something
    return await watch(tool, { ...run, settings }, { compiled, machine, command });
  } finally {
    command?.kill();
  }
}

type Started = Readonly<{ compiled: Compiled; machine: WatchedMachine; command: WatchedCommand | undefined }>;

async function watch(tool: Tool, run: ToolRun, { compiled, machine, command }: Started): Promise<number> {
  const pid = run.settings.get("pid");
  const stop = untilStopped();
  const watched = new Watched(tool, run, stop.finish);
  using session = load(compiled, machine.backend, {
    resolver: machine.resolver,
    host: machine.host,
    escapeData: false,
    printMapsAtEnd: false,
    onRecord: (record) => watched.record(record),
    onIdle: () => watched.output.flush(),
    onReady: () => {
      if (process.stdout.isTTY) watched.output.flush(); // the table's head shows that tracing has begun
      sayReady({ flush: () => {} });
    },
    onError: (error) => {
      if (!(error instanceof OutputClosed)) watched.status = printError(error);
      stop.finish();
    },
  });
  try {
    session.start();
    command?.release();
    await machine.watch(stop, {
      ...(run.durationMs !== undefined && { durationMs: run.durationMs }),
      ...(pid !== undefined && { pid: Number(pid) }),
      ...(command !== undefined && { command }),
    });
    session.stop();
    watched.end(session.losses);
  } catch (error) {
    if (!(error instanceof OutputClosed)) throw error;
  } finally {
    stop.close();
  }
  return watched.status;
}

/** What a run has shown so far. */
class Watched {
  status: number = EXIT.ok;
  readonly output: RowOutput;
  readonly #tool: Tool;
  readonly #run: ToolRun;
  readonly #rows: RowMaker;
  readonly #counts = new RowCounts();
  readonly #finish: () => void;
  #shown = 0;

  constructor(tool: Tool, run: ToolRun, finish: () => void) {
    this.#tool = tool;
    this.#run = run;
    this.#finish = finish;
    this.#rows = tool.rows?.(run.settings) ?? ((fields) => fields as ToolRow);
    this.output = createRowOutput(new FdSink(1), shownColumns(tool, run.settings), {
      format: run.format,
      ...(process.stdout.isTTY && { terminalWidth: () => process.stdout.columns }),
    });
  }

  record(record: OutputRecord): void {
    if (record.kind === "failure") process.stderr.write(`warning: ${record.text}\n`);
    if (record.kind !== "value" || record.type.kind !== "tuple") return;
    if (this.#run.maxEvents !== undefined && this.#shown >= this.#run.maxEvents) return;
    const row = this.#rows(record.value as Readonly<Record<string, Value>>);
    if (row === undefined) return;
    this.#shown++;
    this.output.row(row);
    if (this.#run.summary && this.#tool.counts) this.#counts.add(String(row[this.#tool.counts.key] ?? ""));
    if (this.#shown === this.#run.maxEvents) this.#finish();
  }

  end(losses: Losses): void {
    this.output.flush();
    if (this.#run.summary && this.#tool.counts) this.#showCounts(this.#tool.counts);
    const lost = losses.events + losses.unread + losses.mapFull;
    for (const sentence of lossSentences(losses)) process.stderr.write(`warning: ${sentence}\n`);
    if (lost > 0n || this.#run.verbose || process.stderr.isTTY)
      process.stderr.write(`shown ${this.#shown}, lost ${lost}\n`);
  }

  #showCounts(counts: NonNullable<Tool["counts"]>): void {
    const { isTTY, columns } = process.stdout;
    const text = this.#counts.text(counts, isTTY ? columns : 80);
    new FdSink(this.#run.format === "table" ? 1 : 2).write(text);
  }
}
