import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SkepError } from "../base/errors.ts";
import type { SourceText } from "../base/span.ts";
import { openLinux } from "../linux/backend.ts";
import { missingCapabilities, readPermissions } from "../linux/caps.ts";
import { openHost } from "../linux/host.ts";
import { isRunning } from "../linux/procfs.ts";
import { LinuxResolver } from "../linux/resolver.ts";
import { type HeldCommand, startHeld } from "../linux/spawn.ts";
import { createJsonWriter } from "../output/json.ts";
import { lossSentences } from "../output/losses-text.ts";
import type { RecordWriter } from "../output/sink.ts";
import { createTextWriter } from "../output/text.ts";
import { type Compiled, type CompileOptions, compile, load } from "../pipeline.ts";
import type { ScriptSession, SessionOptions } from "../runtime/script-session.ts";
import { EXIT } from "./exit-status.ts";
import { FdSink, OutputClosed, openOutput } from "./output-stream.ts";
import { printDiagnostics, printError } from "./report-error.ts";
import { untilDone } from "./until-done.ts";

/** How a script is run; CompileOptions' `pid` comes from `pid` or the command. */
export type RunOptions = Readonly<{
  format: "text" | "json";
  buffer: "line" | "full" | "none";
  quiet: boolean;
  verbose: boolean;
  unsafe: boolean;
  dryRun: boolean;
  command?: string;
  pid?: number;
  durationMs?: number;
  output?: string;
  compile: Omit<CompileOptions, "pid"> & { includeDirs: readonly string[] };
}>;

/** Compiles a script and runs it until it ends, is stopped, or what it traces has ended. Gives the exit status. */
export async function runScript(source: SourceText, options: RunOptions): Promise<number> {
  checkPrivileges();
  if (options.pid !== undefined) checkProcess(options.pid);
  const command =
    options.command === undefined
      ? undefined
      : await startHeld(options.command, { path: process.env["PATH"] ?? "" });
  try {
    return await runHeld(source, options, command);
  } finally {
    command?.kill();
  }
}

async function runHeld(
  source: SourceText,
  options: RunOptions,
  command: HeldCommand | undefined,
): Promise<number> {
  using backend = openLinux({ searchPath: process.env["PATH"] ?? "" });
  const pid = command?.pid ?? options.pid;
  const { compiled, report } = compile(source, backend.target, {
    ...options.compile,
    name: source.name,
    ...(pid !== undefined && { pid }),
    readInclude: (path) => readInclude(path, options.compile.includeDirs),
  });
  printDiagnostics(
    options.quiet ? report.diagnostics.filter((d) => d.severity === "error") : report.diagnostics,
    source,
  );
  if (!compiled) return EXIT.program;
  checkUnsafe(compiled, options.unsafe);
  using output = options.output === undefined ? new FdSink(1) : openOutput(options.output);
  const writer = options.format === "json" ? createJsonWriter(output) : createTextWriter(output, new FdSink(2));
  return await runSession({ compiled, backend, writer, command, options });
}

type Run = Readonly<{
  compiled: Compiled;
  backend: ReturnType<typeof openLinux>;
  writer: RecordWriter;
  command: HeldCommand | undefined;
  options: RunOptions;
}>;

async function runSession({ compiled, backend, writer, command, options }: Run): Promise<number> {
  let status: number = EXIT.ok;
  const done = untilDone({
    ...(options.durationMs !== undefined && { durationMs: options.durationMs }),
    ...(command === undefined && options.pid !== undefined && { pid: options.pid }),
  });
  const eager = options.buffer !== "full";
  const sessionOptions: SessionOptions = {
    resolver: new LinuxResolver(() => backend.kernel),
    host: openHost(),
    escapeData: options.format !== "json",
    onRecord(record) {
      if (options.quiet && record.kind === "attached") return;
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
      done.finish();
    },
    onError: (error) => {
      if (!(error instanceof OutputClosed)) status = printError(error);
      done.finish();
    },
  };
  using session = load(compiled, backend, {
    ...sessionOptions,
    ...(options.verbose && {
      onVerifierLog: (program, log) => process.stderr.write(`${program}: ${log}\n`),
      logLevel: 4,
    }),
  });
  try {
    session.start();
    if (options.dryRun) return finish(session, writer, status, false);
    command?.release();
    void command?.exited.then(() => done.finishSoon());
    await done.promise;
    return finish(session, writer, status, true);
  } finally {
    done.close();
  }
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

function tellLosses(losses: Parameters<typeof lossSentences>[0]): void {
  for (const sentence of lossSentences(losses)) process.stderr.write(`warning: ${sentence}\n`);
}

/** For scripts and tests that must know when tracing has begun: SKEP_READY=LINE prints LINE alone on stdout. */
export function sayReady(writer: { flush(): void }): void {
  const line = process.env["SKEP_READY"];
  if (!line) return;
  writer.flush();
  new FdSink(1).write(`${line}\n`);
}

export function checkPrivileges(): void {
  const permissions = readPermissions();
  const missing = missingCapabilities(permissions, ["CAP_BPF", "CAP_PERFMON"]);
  if (missing.length === 0) return;
  throw new SkepError(`tracing needs ${missing.join(" and ")}, which this process does not have`, {
    code: "system/privileges",
    remedy:
      permissions.uid === 0
        ? "start it outside of the container or user namespace, or give the container these capabilities"
        : "run it as root: sudo npx skep …",
  });
}

export function checkProcess(pid: number): void {
  if (isRunning(pid)) return;
  throw new SkepError(`there is no process ${pid}`, {
    code: "system/no-process",
    remedy: "give the id of a running process: `pgrep NAME` finds it",
  });
}

function checkUnsafe({ plan }: Compiled, allowed: boolean): void {
  const [first] = plan.unsafe;
  if (first === undefined || allowed) return;
  throw new SkepError(`${first}() changes the system, and the script was not allowed to`, {
    code: "cli/unsafe",
    remedy: "add --unsafe if you trust the script",
  });
}

function readInclude(path: string, folders: readonly string[]): string | undefined {
  for (const folder of ["", ...folders]) {
    try {
      return readFileSync(folder === "" ? path : join(folder, path), "utf8");
    } catch {
      // the next folder may have it
    }
  }
  return undefined;
}
