import { SkepError } from "../base/errors.ts";
import type { ProgramSpec } from "../object/object.ts";
import { jsonString } from "../output/json-value.ts";
import { TextBuffer } from "../output/sink.ts";
import { formatTable } from "../output/table.ts";
import type { Machine } from "../vm/machine.ts";
import { MachineError } from "../vm/machine-error.ts";
import { parsedFor, tellAsJson } from "./answer-json.ts";
import { EXIT } from "./exit-status.ts";
import { plainCall } from "./invocation.ts";
import { FdSink, OutputClosed } from "./output-stream.ts";
import { printError, UsageError } from "./report-error.ts";
import { type RunData, readData } from "./run-command-data.ts";
import { execute, type Outcome } from "./run-command-execute.ts";
import { failurePlace, failureRemedy, placeJson, registersAt } from "./run-command-failure.ts";
import { runHelp } from "./run-command-help.ts";
import { openMachine } from "./run-command-machine.ts";
import { mapJson, mapText, readMaps } from "./run-command-maps.ts";
import { type RunSettings, runSettings } from "./run-command-options.ts";
import { type Chosen, readProgram } from "./run-command-program.ts";
import { meanTime, type Report, reportJson, reportText, resultText } from "./run-command-report.ts";
import { jsonTrace, type Sources, type TraceWriter, textTrace, traceRun } from "./run-command-trace.ts";
import { verdictName } from "./run-command-verdict.ts";
import { DetailedError, WrongSource } from "./wrong-source.ts";

/** Lines of bpf_trace_printk that are kept, of one run and of many. */
const MOST_PRINTED = { once: 1000, often: 10 };

/** `skep run PROG [options]`: runs a program without a kernel. Gives the exit status. */
export function runCommand(argv: readonly string[]): number {
  const settings = parsedFor(argv, () => runSettings(argv));
  const out = new TextBuffer(new FdSink(1));
  try {
    if (settings === undefined) out.add(runHelp(plainCall()));
    else new ProgramRun(settings, readProgram(settings), out).perform();
    out.flush();
    return EXIT.ok;
  } catch (error) {
    if (!isWritten(out)) return EXIT.ok;
    tellAsJson(argv, error);
    return failed(error);
  }
}

/** Of all that can be wrong, these are not the program's fault. */
const MACHINE_CODES: ReadonlySet<string> = new Set([
  "cli/output",
  "run/unreadable",
  "vm/no-helper",
  "vm/no-memory",
  "vm/unsupported",
]);

function failed(error: unknown): number {
  if (error instanceof OutputClosed) return EXIT.ok;
  if (error instanceof WrongSource) {
    process.stderr.write(`${error.message}\n`);
    return EXIT.program;
  }
  const status = printError(error);
  return error instanceof SkepError && !MACHINE_CODES.has(error.code) ? EXIT.program : status;
}

/** Writes what there is; whether somebody reads it. */
function isWritten(out: TextBuffer): boolean {
  try {
    out.flush();
    return true;
  } catch (error) {
    if (error instanceof OutputClosed) return false;
    throw error;
  }
}

class ProgramRun {
  readonly #settings: RunSettings;
  readonly #chosen: Chosen;
  readonly #out: TextBuffer;
  readonly #data: RunData;
  readonly #sources: Sources;
  #printed: string[] = [];
  #unprinted = 0;
  #callCost: number | undefined;
  /** While a trace is written, what the program prints stands between its instructions. */
  #writer: TraceWriter | undefined;

  constructor(settings: RunSettings, chosen: Chosen, out: TextBuffer) {
    this.#settings = settings;
    this.#chosen = chosen;
    this.#out = out;
    this.#data = readData(chosen.program.type, settings);
    this.#sources = new Map(chosen.object.programs.map((program) => [program.name, program]));
  }

  perform(): void {
    const { notes, packets } = this.#data;
    for (const note of notes) tell(note);
    const machine = this.#open(true);
    if (packets.length === 1) this.#one(machine, packets[0]);
    else this.#many(machine, packets as readonly Uint8Array[]);
  }

  get #program(): ProgramSpec {
    return this.#chosen.program;
  }

  #open(isFirst: boolean): Machine {
    const { engine, maxSteps } = this.#settings;
    try {
      return openMachine(this.#chosen.object, this.#program, {
        engine,
        maxSteps,
        needsAllMaps: this.#chosen.format !== "object",
        onPrint: (line) => isFirst && this.#print(line),
        onNote: (note) => isFirst && tell(note),
      });
    } catch (error) {
      throw error instanceof MachineError ? this.#failure(error, false) : error;
    }
  }

  #print(line: string): void {
    if (this.#writer) this.#writer.print(line);
    else if (this.#printed.length < MOST_PRINTED[this.#settings.repeat === 1 ? "once" : "often"])
      this.#printed.push(line);
    else this.#unprinted++;
  }

  #one(machine: Machine, packet: Uint8Array | undefined): void {
    const { json, trace } = this.#settings;
    const outcome = trace ? this.#trace(machine, packet) : this.#execute(machine, packet);
    const report = this.#report(packet, outcome);
    if (json) this.#out.add(`{${[...reportJson(report), ...this.#jsonRest(machine)].join(", ")}}\n`);
    else {
      this.#writePrinted();
      this.#out.add(reportText(report));
      this.#writeMaps(machine);
    }
  }

  /** Every packet of a capture is a run; a table says what became of each. */
  #many(machine: Machine, packets: readonly Uint8Array[]): void {
    const { json, trace, repeat, engine } = this.#settings;
    if (trace)
      throw new UsageError(
        `the capture holds ${packets.length} packets`,
        "trace one packet: give its bytes as hex with --packet",
      );
    const rows: (readonly (string | number | bigint)[])[] = [];
    const verdicts = new Map<string, number>();
    let ns = 0;
    for (const [index, packet] of packets.entries()) {
      const outcome = this.#execute(machine, packet, `packet ${index + 1}: `);
      const verdict = verdictName(this.#program.type, outcome.r0) ?? "";
      verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
      ns += outcome.time?.mean ?? 0;
      if (json)
        this.#out.add(`{"number": ${index + 1}, ${reportJson(this.#report(packet, outcome)).join(", ")}}\n`);
      else
        rows.push([
          index + 1,
          packet.length,
          outcome.packet?.length ?? 0,
          resultText(outcome.r0),
          verdict,
          outcome.steps,
        ]);
    }
    if (json) {
      const rest = this.#jsonRest(machine);
      if (rest.length > 0) this.#out.add(`{${rest.join(", ")}}\n`);
      return;
    }
    this.#writePrinted();
    this.#out.add(formatTable({ columns: PACKET_COLUMNS }, rows));
    if (repeat > 1)
      this.#out.add(`${meanTime(ns / packets.length)} (each packet ${repeat} times, ${engine})\n`);
    for (const [verdict, count] of verdicts) if (verdict !== "") this.#out.add(`${verdict}: ${count}\n`);
    this.#writeMaps(machine);
  }

  #report(packet: Uint8Array | undefined, outcome: Outcome): Report {
    const { name, type } = this.#program;
    return { name, type, settings: this.#settings, data: this.#data, packet, outcome };
  }

  #execute(machine: Machine, packet: Uint8Array | undefined, prefix = ""): Outcome {
    const { name, type } = this.#program;
    const { ctx } = this.#data;
    try {
      const { repeat } = this.#settings;
      const outcome = execute(machine, { name, type, ctx, repeat, callCost: this.#callCost }, packet);
      this.#callCost = outcome.callCost;
      return outcome;
    } catch (error) {
      throw this.#explained(error, packet, prefix);
    }
  }

  #trace(machine: Machine, packet: Uint8Array | undefined): Outcome {
    const { json } = this.#settings;
    const writer = json ? jsonTrace(this.#out) : textTrace(this.#out, this.#chosen.format === "object");
    const { ctx } = this.#data;
    const run = machine.debug(this.#program.name, { ctx, ...(packet && { packet }) });
    const start = run.registers[1] ?? 0n;
    this.#writer = writer;
    try {
      const steps = traceRun(run, this.#sources, writer);
      const { packet: left, redirectedTo } = run;
      return {
        r0: run.registers[0] ?? 0n,
        steps,
        ctx: run.read(start, ctx.length) ?? ctx,
        ...(left && { packet: left }),
        ...(redirectedTo !== undefined && { redirectedTo }),
      };
    } catch (error) {
      throw this.#explained(error, packet, "");
    } finally {
      this.#writer = undefined;
    }
  }

  /** The error with what is known about a program's mistake: where it is, what the registers held, what helps. */
  #explained(error: unknown, packet: Uint8Array | undefined, prefix: string): unknown {
    if (!(error instanceof MachineError)) return error;
    const { ctx, ctxGiven } = this.#data;
    const input = { ctx, ...(packet && { packet }) };
    const registers = registersAt(error, () => this.#open(false).debug(this.#program.name, input));
    if (!this.#settings.json) this.#writePrinted();
    return this.#failure(error, !ctxGiven && packet === undefined, prefix, registers);
  }

  #failure(error: MachineError, withoutInput: boolean, prefix = "", registers = ""): SkepError {
    const place = failurePlace(error, this.#sources).trimEnd();
    const text = [`${prefix}${error.message}`, place, registers.trimEnd()]
      .filter((part) => part !== "")
      .join("\n");
    const details = { error: `${prefix}${error.message}`, ...placeJson(error, this.#sources) };
    return new DetailedError(text, {
      code: error.code,
      remedy: failureRemedy(error, withoutInput),
      details,
    });
  }

  #writePrinted(): void {
    for (const line of this.#printed) this.#out.add(`printk   ${line}\n`);
    if (this.#unprinted > 0) this.#out.add(`printk   … and ${this.#unprinted} lines more\n`);
    this.#printed = [];
  }

  #writeMaps(machine: Machine): void {
    if (!this.#settings.showMaps) return;
    for (const map of readMaps(machine, this.#chosen.object)) this.#out.add(mapText(map));
  }

  #jsonRest(machine: Machine): string[] {
    const { showMaps } = this.#settings;
    const maps = showMaps ? readMaps(machine, this.#chosen.object).map(mapJson) : [];
    return [
      ...(this.#printed.length > 0 ? [`"printed": [${this.#printed.map(jsonString).join(", ")}]`] : []),
      ...(this.#unprinted > 0 ? [`"lines_not_kept": ${this.#unprinted}`] : []),
      ...(showMaps ? [`"maps": [${maps.join(", ")}]`] : []),
    ];
  }
}

// biome-ignore format: one column per line
const PACKET_COLUMNS = [
  { name: "PACKET", align: "right" },
  { name: "BYTES",  align: "right" },
  { name: "AFTER",  align: "right" },
  { name: "R0",     align: "right" },
  { name: "VERDICT" },
  { name: "STEPS",  align: "right" },
] as const;

function tell(note: string): void {
  process.stderr.write(`note: ${note}\n`);
}
