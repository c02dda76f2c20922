import { fstatSync, readFileSync } from "node:fs";
import { SkepError } from "../base/errors.ts";
import type { SourceText } from "../base/span.ts";
import { isShipped } from "../shipped.ts";
import { machineChoice } from "./choose-machine.ts";
import { formatScript, printStage } from "./debug-stages.ts";
import { EXIT } from "./exit-status.ts";
import { printHelp } from "./help.ts";
import { listProbes } from "./list-command.ts";
import { durationMs, numberOf, type ParsedOptions, parseOptions, valueOf } from "./options.ts";
import { FdSink } from "./output-stream.ts";
import { UsageError } from "./report-error.ts";
import { type RunOptions, runScript } from "./run-script.ts";
import { nearTools } from "./tool-command.ts";
import { TRACE_OPTIONS } from "./trace-options.ts";
import { VERSION } from "./version.ts";

const FORMATS = ["text", "json"] as const;
const BUFFERS = ["line", "full", "none"] as const;
const STAGES = ["ast", "ir", "asm", "plan"] as const;

/** `skep [options] -e PROGRAM [ARG…]` and `skep [options] SCRIPT [ARG…]`. Gives the exit status. */
export async function traceCommand(argv: readonly string[]): Promise<number> {
  const options = parseOptions(argv, TRACE_OPTIONS);
  if (options.switches.has("help")) return printHelp(options.rest[0]);
  if (options.switches.has("version")) {
    new FdSink(1).write(`skep ${VERSION}\n`);
    return EXIT.ok;
  }
  if (options.switches.has("list"))
    return listProbes(options.rest, {
      verbose: options.switches.has("verbose"),
      machine: machineChoice(options),
      ...pidOf(options),
    });
  const { source, args, bytes } = programOf(options);
  if (options.switches.has("fmt") && bytes === undefined) return formatScript(source);
  const run = { ...runOptions(options, args), ...(bytes && { shipped: bytes }) };
  const stage = valueOf(options, "debug");
  if (stage !== undefined && bytes !== undefined)
    throw new UsageError("a built script has no source to show", "run -d on the source, or load its object");
  if (stage !== undefined)
    return printStage(source, oneOf(stage, STAGES, "-d", debugHelp(stage)), run.compile, run.machine);
  return runScript(source, run);
}

/** The program that is named or given, and what stands behind it. Throws UsageError, SkepError. */
export function programOf(options: ParsedOptions): {
  source: SourceText;
  args: readonly string[];
  bytes?: Uint8Array;
} {
  const text = valueOf(options, "expression");
  if (text !== undefined) return { source: { name: "-e", text }, args: options.rest };
  const [path, ...args] = options.rest;
  if (path === undefined)
    throw new UsageError(
      "there is no program to run",
      "give a file, or a program with -e 'PROGRAM'; `skep --help` shows examples",
    );
  const name = path === "-" ? "stdin" : path;
  const bytes = readScript(path);
  if (isShipped(bytes)) return { source: { name, text: "" }, args, bytes };
  return { source: { name, text: bytes.toString("utf8") }, args };
}

function readScript(path: string): Buffer {
  try {
    return readFileSync(path === "-" ? 0 : path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new SkepError(code === "ENOENT" ? `there is no file or tool \`${path}\`` : `cannot read ${path}`, {
      code: "cli/no-script",
      remedy:
        code === "ENOENT"
          ? (nearTools(path) ??
            "give the path of a script, a tool's name (`skep --help` lists them), or a program with -e")
          : "check that it is a file that you may read",
      cause,
    });
  }
}

function runOptions(options: ParsedOptions, args: readonly string[]): RunOptions {
  const value = (name: string) => valueOf(options, name);
  const pid = value("pid");
  const duration = value("duration");
  const command = value("command");
  const output = value("output");
  if (pid !== undefined && command !== undefined)
    throw new UsageError(
      "-p and -c cannot stand together",
      "trace a running process with -p, or start one with -c",
    );
  const positional = args.filter((arg) => !arg.startsWith("--"));
  return {
    format: oneOf(value("format") ?? "text", FORMATS, "-f"),
    buffer: oneOf(value("buffer") ?? (isDevice(1) ? "line" : "full"), BUFFERS, "-B"),
    quiet: options.switches.has("quiet"),
    verbose: options.switches.has("verbose"),
    unsafe: options.switches.has("unsafe"),
    dryRun: options.switches.has("dry-run"),
    ...(command !== undefined && { command }),
    ...pidOf(options),
    machine: machineChoice(options),
    ...(duration !== undefined && { durationMs: durationMs(duration, "--duration") }),
    ...(output !== undefined && { output }),
    own: ownOf(options),
    ...limitsOf(options),
    noWarnings: options.switches.has("no-warnings"),
    compile: {
      own: ownOf(options),
      thinnable: value("max-overhead") !== undefined,
      args: positional,
      named: namedOptions(args),
      includes: options.values.get("include") ?? [],
      includeDirs: options.values.get("include-dir") ?? [],
    },
  };
}

function limitsOf(options: ParsedOptions): { maxOverhead?: number; maxEvents?: number } {
  const overhead = valueOf(options, "max-overhead");
  const events = valueOf(options, "max-events");
  const percent = Number(overhead?.replace(/ ?%$/, ""));
  if (overhead !== undefined && !(percent > 0 && percent <= 100))
    throw new UsageError(`--max-overhead takes percents, not \`${overhead}\``, "write --max-overhead 1%");
  return {
    ...(overhead !== undefined && { maxOverhead: percent / 100 }),
    ...(events !== undefined && { maxEvents: numberOf(events, "--max-events", 1) }),
  };
}

function ownOf(options: ParsedOptions): "none" | "test" | "bench" {
  const { switches } = options;
  if (switches.has("test") && switches.has("bench"))
    throw new UsageError("--test and --bench cannot stand together", "run one, then the other");
  return switches.has("test") ? "test" : switches.has("bench") ? "bench" : "none";
}

function pidOf(options: ParsedOptions): { pid?: number } {
  const pid = valueOf(options, "pid");
  return pid === undefined ? {} : { pid: numberOf(pid, "-p", 1) };
}

/** `--name=value` behind the script's name: what getopt() reads. */
export function namedOptions(args: readonly string[]): ReadonlyMap<string, string> {
  const named = new Map<string, string>();
  for (const arg of args) {
    const match = /^--([A-Za-z][\w-]*)(?:=(.*))?$/s.exec(arg);
    if (match?.[1]) named.set(match[1], match[2] ?? "true");
  }
  return named;
}

function oneOf<T extends string>(value: string, allowed: readonly T[], option: string, help?: string): T {
  const found = allowed.find((a) => a === value);
  if (found) return found;
  throw new UsageError(
    `${option} takes ${allowed.join(", ")}, not \`${value}\``,
    help ?? `write ${option} ${allowed[0]}`,
  );
}

/** In many articles `-d` is followed by seconds. */
function debugHelp(stage: string): string {
  if (/^\d/.test(stage))
    return `-d prints a stage of the compilation; to end after ${stage} seconds write --duration ${stage}`;
  return "write -d ast, -d ir, -d asm or -d plan";
}

/** Whether a descriptor is a terminal or another device; asking process.stdout would cost its whole stream, 4 ms. */
function isDevice(fd: number): boolean {
  try {
    return fstatSync(fd).isCharacterDevice();
  } catch {
    return false;
  }
}
