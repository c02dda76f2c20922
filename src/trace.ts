import {
  checkInput,
  checkOptions,
  either,
  FLAG,
  FUNCTION,
  integer,
  listOf,
  NAME,
  OBJECT,
  type OptionRules,
  SIGNAL,
  TEXT,
  word,
} from "./base/check-input.ts";
import type { Diagnostic } from "./base/diagnostic.ts";
import { renderDiagnostic } from "./base/diagnostic.ts";
import { SkepError } from "./base/errors.ts";
import type { Losses, MapSnapshot, OutputRecord } from "./base/output-record.ts";
import { type LinuxBackend, openLinux } from "./linux/backend.ts";
import { openHost } from "./linux/host.ts";
import { isRunning } from "./linux/procfs.ts";
import { LinuxResolver } from "./linux/resolver.ts";
import { type HeldCommand, startHeld } from "./linux/spawn.ts";
import { linkLibraries, readLibrary } from "./object/library.ts";
import { type CompileOptions, compile, load } from "./pipeline.ts";
import type { ScriptSession } from "./runtime/script-session.ts";
import { TraceError } from "./trace-error.ts";

export type TraceOptions = Readonly<{
  /** What the script reads as $1, $2 … */
  args?: readonly (string | number)[];
  /** What `getopt("name", default)` gives. */
  named?: Readonly<Record<string, string | number | boolean>>;
  /** Traces this process only, and ends with it. */
  pid?: number;
  /** Starts a command, traces it from its first instruction, and ends with it. A text is split as a shell does. */
  command?: string | readonly string[];
  /**
   * Whose events count where there is a command: its own and those of everything that it starts (default), its own
   * process's, or those of all processes, as `skep -c` has it.
   */
  follow?: "family" | "process" | "all";
  /** What the command's standard input, output and error are: this process's own, or nothing (default). */
  stdio?: "inherit" | "ignore";
  /** Ends tracing when it is aborted; the final records still come. */
  signal?: AbortSignal;
  /** Lets the script change the system: system(), signal(). */
  unsafe?: boolean;
  /**
   * Share of the machine's processor time (0.01 is 1 % of all CPUs) that its programs may take: what takes more is
   * thinned out or detached, and a record of kind "message" says so.
   */
  maxOverhead?: number;
  /** Ends tracing when the script has printed so many times. */
  maxEvents?: number;
  /** The text of a file that the script includes, or undefined when there is none. */
  readInclude?: (path: string) => string | undefined;
  /** The object file that the script imports (`import "x.bpf.o"`), or undefined when there is none. */
  readLibrary?: (path: string) => Uint8Array | undefined;
  /** Folders to look for programs that uprobes name, as in $PATH. */
  searchPath?: string;
  /** What errors call the script (default "script"). */
  name?: string;
}>;

/** A record of a running script. */
export type TraceRecord = Exclude<OutputRecord, Readonly<{ kind: "attached" | "end" }>>;

/** The maps of a running or ended script, read from the kernel when they are asked for. */
export interface TraceMaps {
  /** With the "@". */
  readonly names: readonly string[];
  /** What the map holds now; its name with or without "@". Undefined when the script has no such map. */
  get(name: string): MapSnapshot | undefined;
}

/**
 * A running script. Iterating it gives what it prints, until tracing ends: by exit(), by `stop`, the signal, or with the
 * process or command that is traced. It can be iterated once; leaving the loop early ends nothing but the loop.
 * Disposing of it gives everything back to the kernel at once. A trace that has ended does not keep the process running.
 */
export interface Trace extends AsyncIterable<TraceRecord>, Disposable {
  readonly maps: TraceMaps;
  /** Everything lost so far: shown + lost = generated. */
  readonly lost: Losses;
  /** What the script gave to exit(), once it called it. */
  readonly exitCode: number | undefined;
  /** What the compiler warned about. */
  readonly warnings: readonly Diagnostic[];
  /** The process of the command, or the one that was named. */
  readonly pid: number | undefined;
  /** Ends tracing: END runs, and the iteration ends with what is left. Safe to call twice. */
  stop(): void;
}

/**
 * Compiles a script of the tracing language and attaches it; all its probes are in place when the promise resolves.
 * Throws TraceError when the script is wrong, SkepError when the machine refuses.
 *
 *     using trace = await trace('tracepoint:syscalls:sys_enter_openat { print(str(args.filename)); }', { pid });
 *     for await (const record of trace) console.log(record);
 */
export async function trace(script: string, options: TraceOptions = {}): Promise<Trace> {
  checkInput("trace: the script", script, TEXT);
  checkOptions("trace", options, OPTIONS);
  options.signal?.throwIfAborted();
  if (options.pid !== undefined && !isRunning(options.pid))
    throw new SkepError(`there is no process ${options.pid}`, {
      code: "trace/no-process",
      remedy: "give the id of a running process",
    });
  const command = options.command === undefined ? undefined : await startCommand(options.command, options);
  const backend = openLinux(options.searchPath === undefined ? {} : { searchPath: options.searchPath });
  try {
    return new RunningTrace(backend, command, script, options);
  } catch (error) {
    command?.kill("SIGKILL");
    backend[Symbol.dispose]();
    throw error;
  }
}

function startCommand(command: string | readonly string[], options: TraceOptions): Promise<HeldCommand> {
  const { stdio = "ignore", searchPath } = options;
  return startHeld(command, { stdio, ...(searchPath !== undefined && { path: searchPath }) });
}

const NUMBER = { expected: "a number", accepts: (value: unknown) => typeof value === "number" };
const OPTIONS: OptionRules = {
  args: listOf(either(TEXT, NUMBER), "texts and numbers"),
  named: OBJECT,
  pid: integer(1, 0x7fff_ffff),
  command: either(TEXT, listOf(TEXT, "texts")),
  stdio: word("inherit", "ignore"),
  signal: SIGNAL,
  unsafe: FLAG,
  maxOverhead: {
    expected: "a share of the machine above 0, such as 0.01",
    accepts: (value) => typeof value === "number" && value > 0,
  },
  maxEvents: integer(1, Number.MAX_SAFE_INTEGER),
  readInclude: FUNCTION,
  readLibrary: FUNCTION,
  follow: word("family", "process", "all"),
  searchPath: TEXT,
  name: NAME,
};

const CHECK_MS = 100; // whether the process still runs, and what programs cost
const FOREVER_MS = 2 ** 30;

class RunningTrace implements Trace {
  readonly maps: TraceMaps;
  readonly warnings: readonly Diagnostic[];
  readonly pid: number | undefined;
  readonly #backend: LinuxBackend;
  readonly #command: HeldCommand | undefined;
  readonly #session: ScriptSession;
  readonly #records: AsyncIterableIterator<TraceRecord, undefined>;
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort = (): void => this.stop();
  // Also keeps the process running while the kernel has nothing to say.
  readonly #watch: ReturnType<typeof setInterval>;
  readonly #counting: Disposable | undefined;

  constructor(backend: LinuxBackend, command: HeldCommand | undefined, script: string, options: TraceOptions) {
    this.#backend = backend;
    this.#command = command;
    this.pid = command?.pid ?? options.pid;
    const traced = { pid: this.pid, program: command?.program };
    const { session, warnings } = openSession(backend, script, traced, options, () => this.stop());
    this.#session = session;
    this.#counting = options.maxOverhead === undefined ? undefined : backend.countRunTime();
    this.warnings = warnings;
    this.maps = mapsOf(session);
    this.#records = wanted(session.records());
    const { pid } = options;
    this.#watch = setInterval(
      () => {
        if (pid !== undefined && !isRunning(pid)) this.stop();
        session.lookAtCost();
      },
      pid === undefined && options.maxOverhead === undefined ? FOREVER_MS : CHECK_MS,
    );
    try {
      session.start();
    } catch (error) {
      clearInterval(this.#watch);
      throw error;
    }
    this.#signal = options.signal;
    this.#signal?.addEventListener("abort", this.#onAbort);
    command?.release();
    void command?.exited.then(this.#onAbort);
  }

  get lost(): Losses {
    return this.#session.losses;
  }

  get exitCode(): number | undefined {
    return this.#session.exitCode;
  }

  stop(): void {
    this.#release();
    this.#session.stop();
  }

  [Symbol.asyncIterator](): AsyncIterator<TraceRecord, undefined> {
    return this.#records;
  }

  [Symbol.dispose](): void {
    this.#release();
    this.#command?.kill();
    this.#session.close();
    this.#backend[Symbol.dispose]();
  }

  #release(): void {
    clearInterval(this.#watch);
    this.#counting?.[Symbol.dispose]();
    this.#signal?.removeEventListener("abort", this.#onAbort);
  }
}

function openSession(
  backend: LinuxBackend,
  script: string,
  { pid, program }: Readonly<{ pid: number | undefined; program: string | undefined }>,
  options: TraceOptions,
  onExit: () => void,
): { session: ScriptSession; warnings: readonly Diagnostic[] } {
  const source = { name: options.name ?? "script", text: script };
  const named = Object.entries(options.named ?? {}).map(([name, value]) => [name, String(value)] as const);
  const { compiled, report } = compile(source, backend.target, {
    name: source.name,
    args: (options.args ?? []).map(String),
    named: new Map(named),
    thinnable: options.maxOverhead !== undefined,
    ...(pid !== undefined && { pid }),
    ...(program !== undefined && { program, follow: options.follow ?? "family" }),
    ...(options.readInclude && { readInclude: options.readInclude }),
    ...(options.readLibrary && librariesBy(options.readLibrary)),
  });
  const { diagnostics } = report;
  if (!compiled)
    throw new TraceError(diagnostics.map((d) => renderDiagnostic(d, source)).join("\n"), diagnostics);
  const [unsafe] = compiled.plan.unsafe;
  if (unsafe !== undefined && !options.unsafe)
    throw new SkepError(`${unsafe}() changes the system, and the script was not allowed to`, {
      code: "trace/unsafe",
      remedy: "pass `unsafe: true` to trace() if you trust the script",
    });
  const { maxOverhead } = options;
  const resolver = new LinuxResolver(() => backend.kernel);
  const session = load(compiled, backend, {
    resolver,
    host: openHost(resolver),
    escapeData: false,
    ...(maxOverhead !== undefined && { costLimit: { share: maxOverhead, cpus: backend.target.cpus } }),
    ...(options.maxEvents !== undefined && { maxEvents: options.maxEvents }),
    ...(program !== undefined ? { traced: { program } } : pid !== undefined && { traced: { pid } }),
    onExit,
  });
  return { session, warnings: diagnostics };
}

/** What compiling a script that imports objects needs beside the rest. */
function librariesBy(
  read: (path: string) => Uint8Array | undefined,
): Pick<CompileOptions, "readLibrary" | "linkLibraries"> {
  return {
    linkLibraries,
    readLibrary(path) {
      const bytes = read(path);
      if (bytes === undefined) return undefined;
      try {
        return { path, bytes, ...readLibrary(bytes) };
      } catch (error) {
        if (!(error instanceof SkepError)) throw error;
        return { message: `\`${path}\` cannot be imported: ${error.message}`, help: error.remedy };
      }
    },
  };
}

function mapsOf(session: ScriptSession): TraceMaps {
  return {
    names: session.mapNames,
    get(name) {
      const full = name.startsWith("@") ? name : `@${name}`;
      return session.mapNames.includes(full) ? session.readMap(full) : undefined;
    },
  };
}

/** What a program that reads records has a use for. */
async function* wanted(
  records: AsyncIterable<OutputRecord>,
): AsyncGenerator<TraceRecord, undefined, undefined> {
  for await (const record of records) if (record.kind !== "attached" && record.kind !== "end") yield record;
  return undefined;
}
