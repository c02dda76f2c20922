import { SkepError } from "../base/errors.ts";
import { createJsonWriter } from "../output/json.ts";
import { lossAdvice } from "../output/losses-text.ts";
import type { RecordWriter } from "../output/sink.ts";
import { createTextWriter } from "../output/text.ts";
import { type Compiled, type CompileOptions, load } from "../pipeline.ts";
import type { ScriptSession, SessionOptions } from "../runtime/script-session.ts";
import { openMachine } from "./choose-machine.ts";
import { EXIT } from "./exit-status.ts";
import { tellErrorLine } from "./json-lines-error.ts";
import { FdSink, OutputClosed, openOutput } from "./output-stream.ts";
import { printError } from "./report-error.ts";
import { untilStopped } from "./stop.ts";
import type { MachineChoice, WatchedCommand, WatchedMachine } from "./watched-machine.ts";

/** How a script is run; CompileOptions' `pid` comes from `pid` or the command. */
export type RunOptions = Readonly<{
  format: "text" | "json";
  buffer: "line" | "full" | "none";
  quiet: boolean;
  /** Warnings about the script are not told. */
  noWarnings: boolean;
  verbose: boolean;
  unsafe: boolean;
  dryRun: boolean;
  /** Runs the script's own tests or benchmarks instead of waiting for events. */
  own: "none" | "test" | "bench";
  command?: string;
  pid?: number;
  durationMs?: number;
  /** Share of the machine's processor time that programs may take. */
  maxOverhead?: number;
  maxEvents?: number;
  output?: string;
  machine: MachineChoice;
  /** How much the kernel's verifier is to say, with `verbose`. */
  logLevel?: number;
  /** A script that was built already, in place of the source. */
  shipped?: Uint8Array;
  compile: Omit<CompileOptions, "pid"> & { includeDirs: readonly string[] };
}>;

/**
 * What is to run, once the machine, the traced process and its program are known; undefined where it is wrong, which has
 * been said then.
 */
export type ScriptProgram = (
  backend: WatchedMachine["backend"],
  pid: number | undefined,
  program: string | undefined,
) => Compiled | undefined | Promise<Compiled | undefined>;

/** Runs a script until it ends, is stopped, or what it traces has ended. Gives the exit status. */
export async function runScript(script: ScriptProgram, options: RunOptions): Promise<number> {
  using machine = await openMachine(options.machine);
  if (options.pid !== undefined) machine.checkProcess(options.pid);
  const command = options.command === undefined ? undefined : await machine.startCommand(options.command);
  try {
    return await runHeld(script, options, machine, command);
  } finally {
    command?.kill();
  }
}

async function runHeld(
  script: ScriptProgram,
  options: RunOptions,
  machine: WatchedMachine,
  command: WatchedCommand | undefined,
): Promise<number> {
  const pid = command?.pid ?? options.pid;
  const compiled = await script(machine.backend, pid, command?.program);
  if (!compiled) return EXIT.program;
  checkUnsafe(compiled, options.unsafe);
  using output = options.output === undefined ? new FdSink(1) : openOutput(options.output);
  const { ownTexts } = compiled.plan.settings ?? {};
  const writer =
    options.format === "json" ? createJsonWriter(output) : createTextWriter(output, new FdSink(2), ownTexts);
  if (!globalThis.SKEP_CORE && options.own !== "none")
    return (await import("./run-own.ts")).runOwn(compiled, machine, writer, output, options.own);
  return await runSession({ compiled, machine, writer, command, options });
}

const COST_CHECK_MS = 200;

type Run = Readonly<{
  compiled: Compiled;
  machine: WatchedMachine;
  writer: RecordWriter;
  command: WatchedCommand | undefined;
  options: RunOptions;
}>;

async function runSession({ compiled, machine, writer, command, options }: Run): Promise<number> {
  let status: number = EXIT.ok;
  const stop = untilStopped();
  const eager = options.buffer !== "full";
  const sessionOptions: SessionOptions = {
    resolver: machine.resolver,
    host: machine.host,
    escapeData: options.format !== "json",
    dryRun: options.dryRun,
    onRecord(record) {
      if (options.quiet && record.kind === "attached") return;
      if (options.noWarnings && record.kind === "message" && record.level === "warn") return;
      if (record.kind === "lost") return tellLosses(record.losses);
      writer.write(record);
      if (options.buffer === "none") writer.flush();
    },
    onIdle: () => writer.flush(),
    onReady: () => {
      if (eager || options.dryRun) writer.flush();
      sayReady(writer);
    },
    onExit: (code) => {
      status = code;
      stop.finish();
    },
    onError: (error) => {
      if (!(error instanceof OutputClosed)) status = failed(error, writer, options);
      stop.finish();
    },
  };
  const pid = command?.pid ?? options.pid;
  const { maxOverhead: share, maxEvents } = options;
  using _counting = share === undefined ? undefined : machine.backend.countRunTime();
  using session = load(compiled, machine.backend, {
    ...sessionOptions,
    ...(share !== undefined && { costLimit: { share, cpus: machine.backend.target.cpus } }),
    ...(maxEvents !== undefined && { maxEvents }),
    ...(pid !== undefined && { traced: tracedBy(pid, command) }),
    ...(options.shipped && pid !== undefined && { pid, everybody: command !== undefined }),
    ...(options.verbose && {
      onVerifierLog: (program, log) => process.stderr.write(`${program}: ${log}\n`),
      onNote: (note) => process.stderr.write(`note: ${note}\n`),
      logLevel: options.logLevel ?? 4,
    }),
  });
  using _signals = listen(session); // before anybody can know that tracing has begun
  try {
    session.start();
    if (options.dryRun) return finish(session, writer, status, false);
    if (!options.unsafe && command === undefined) dropCapabilities(machine, options.verbose);
    using _costs = share === undefined ? undefined : machine.every(COST_CHECK_MS, () => session.lookAtCost());
    command?.release();
    await machine.watch(stop, {
      ...(options.durationMs !== undefined && { durationMs: options.durationMs }),
      ...(options.pid !== undefined && { pid: options.pid }),
      ...(command !== undefined && { command }),
    });
    return finish(session, writer, status, true);
  } finally {
    stop.close();
  }
}

/** Tells of an error while tracing. */
function failed(error: unknown, writer: RecordWriter, { format, output }: RunOptions): number {
  if (format === "json") {
    writer.flush();
    tellErrorLine(error, output);
  }
  return printError(error);
}

/** A command that waits is another program still. */
function tracedBy(pid: number, command: WatchedCommand | undefined): SessionOptions["traced"] & object {
  return command?.program === undefined ? { pid } : { program: command.program };
}

/** Commands that scripts run and those that are traced may need what a trace does not. */
function dropCapabilities(machine: WatchedMachine, verbose: boolean): void {
  const dropped = machine.dropCapabilities();
  if (verbose && dropped.length > 0) process.stderr.write(`note: dropped ${dropped.join(", ")}\n`);
}

/** Lets the process's signals run the script's `self:signal` probes. */
function listen(session: ScriptSession): Disposable {
  const listeners = session.signals.map(
    (name) => [name as NodeJS.Signals, () => session.signal(name)] as const,
  );
  for (const [name, listener] of listeners) process.on(name, listener);
  return {
    [Symbol.dispose]() {
      for (const [name, listener] of listeners) process.off(name, listener);
    },
  };
}

/** Ends tracing and shows what is left; a reader that has gone is no error. */
function finish(session: ScriptSession, writer: RecordWriter, status: number, stop: boolean): number {
  try {
    if (stop) session.stop();
    writer.flush();
  } catch (error) {
    if (!(error instanceof OutputClosed)) throw error;
  }
  return status;
}

function tellLosses(losses: Parameters<typeof lossAdvice>[0]): void {
  for (const { sentence, help } of lossAdvice(losses))
    process.stderr.write(`warning: ${sentence}\nhelp: ${help}\n`);
}

/** For scripts and tests that must know when tracing has begun: SKEP_READY=LINE prints LINE alone on stdout. */
export function sayReady(writer: { flush(): void }): void {
  const line = process.env["SKEP_READY"];
  if (!line) return;
  writer.flush();
  new FdSink(1).write(`${line}\n`);
}

function checkUnsafe({ plan }: Compiled, allowed: boolean): void {
  const [first] = plan.unsafe;
  if (first === undefined || allowed) return;
  throw new SkepError(`${first}() changes the system, and the script was not allowed to`, {
    code: "cli/unsafe",
    remedy: "add --unsafe if you trust the script",
  });
}
