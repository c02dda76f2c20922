import { fstatSync } from "node:fs";
import type { Feature } from "../plan/target.ts";
import { machineChoice } from "./choose-machine.ts";
import { durationMs, numberOf, type OptionSpec, type ParsedOptions, valueOf } from "./options.ts";
import { UsageError } from "./report-error.ts";
import type { RunOptions } from "./run-script.ts";
import { namedOptions } from "./script-source.ts";
import { TRACE_OPTIONS } from "./trace-options.ts";

/** Said by scripts of the time when types were not taken from the kernel unless they were asked for. */
const OLD_BTF: OptionSpec = { name: "btf", short: "b", help: "" };
/** Other names that bpftrace's command line has for the same, and what it has and skep has not. */
// biome-ignore format: one option per line
const BPFTRACE_OPTIONS: readonly OptionSpec[] = [
  { name: "cmd", as: "command", value: "COMMAND", help: "" },
  { name: "out", as: "output", value: "FILE", help: "" },
  { name: "warnings", as: "tell-failures", help: "" },
  { name: "emit-llvm", value: "FILE", help: "", instead: "skep compiles without LLVM: -d ir prints its own intermediate form, --emit-elf FILE writes the object" },
  { name: "verify-llvm-ir", help: "", instead: "skep compiles without LLVM: leave it away" },
  { name: "aot", value: "FILE", help: "", instead: "write `skep build SCRIPT -o FILE`; `skep FILE` runs it then, on other kernels, too" },
];
/** What may stand in front of a script's name. */
export const SCRIPT_OPTIONS: readonly OptionSpec[] = [...TRACE_OPTIONS, OLD_BTF, ...BPFTRACE_OPTIONS];
/** What counts also behind a script's name. Its own --help is what getopt() reads. */
export const BEHIND_SCRIPT: readonly OptionSpec[] = [
  ...SCRIPT_OPTIONS.filter(({ name }) => !/^(expression|help|version)$/.test(name)),
  {
    name: "-e",
    short: "e",
    value: "PROGRAM",
    help: "",
    instead:
      "run the script or a program with -e, not both; what the script itself is to read stands behind `--`",
  },
];

const FORMATS = ["text", "json"] as const;
const BUFFERS = ["line", "full", "none"] as const;

/** What the options of a trace say. Throws UsageError. */
export function runOptions(options: ParsedOptions, args: readonly string[]): RunOptions {
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
    machine: { ...machineChoice(options), ...withoutOf(options) },
    ...(duration !== undefined && { durationMs: durationMs(duration, "--duration") }),
    ...(output !== undefined && { output }),
    own: ownOf(options),
    ...limitsOf(options),
    noWarnings: options.switches.has("no-warnings"),
    compile: {
      own: ownOf(options),
      follow: followOf(options, command),
      includes: options.values.get("include") ?? [],
      thinnable: value("max-overhead") !== undefined,
      tellFailures: options.switches.has("tell-failures"),
      args: positional,
      named: namedOptions(args),
      ...keptOf(options),
      namedForScript: true,
      includeDirs: [...(options.values.get("include-dir") ?? []), ...headerFolders()],
    },
  };
}

/** As bpftrace's manual page has it: `-p` is a filter, `-c` is none. */
function followOf({ switches }: ParsedOptions, command: string | undefined): "process" | "family" | "all" {
  const family = switches.has("family");
  if (family && command === undefined)
    throw new UsageError(
      "--family goes with -c",
      "start a command with -c COMMAND; a running process is traced with -p PID",
    );
  return command === undefined ? "process" : family ? "family" : "all";
}

/** Where compilers look for headers. */
function headerFolders(): readonly string[] {
  const paths = [process.env["CPATH"], process.env["C_INCLUDE_PATH"]];
  return paths.flatMap((path) => path?.split(":") ?? []).filter((folder) => folder !== "");
}

/** Features by the names that --no-feature takes. */
const FEATURES: Readonly<Record<string, readonly Feature[]>> = {
  kprobe_multi: ["kprobeMulti"],
  uprobe_multi: ["uprobeMulti"],
  kprobe_session: [], // scripts do not use it
};

/** `--probe-filter`. Throws UsageError. */
function keptOf(options: ParsedOptions): { keptProbes?: RegExp } {
  const text = valueOf(options, "probe-filter");
  if (text === undefined) return {};
  try {
    return { keptProbes: new RegExp(text) };
  } catch {
    throw new UsageError(
      `--probe-filter takes a regular expression, not \`${text}\``,
      "write for example --probe-filter '^(k|u)probe:' or --probe-filter 'sys_enter_(open|close)'",
    );
  }
}

function withoutOf(options: ParsedOptions): { without?: readonly Feature[] } {
  const names = valueOf(options, "no-feature")?.split(",");
  if (names === undefined) return {};
  return {
    without: names.flatMap((name) => FEATURES[oneOf(name, Object.keys(FEATURES), "--no-feature")] ?? []),
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

/** `-p`. Throws UsageError. */
export function pidOf(options: ParsedOptions): { pid?: number } {
  const pid = valueOf(options, "pid");
  return pid === undefined ? {} : { pid: numberOf(pid, "-p", 1) };
}

/** The one of several words that was given to an option. Throws UsageError. */
export function oneOf<T extends string>(
  value: string,
  allowed: readonly T[],
  option: string,
  help?: string,
): T {
  const found = allowed.find((a) => a === value);
  if (found) return found;
  throw new UsageError(
    `${option} takes ${allowed.join(", ")}, not \`${value}\``,
    help ?? `write ${option} ${allowed[0]}`,
  );
}

/** Whether a descriptor is a terminal or another device; asking process.stdout would cost its whole stream, 4 ms. */
function isDevice(fd: number): boolean {
  try {
    return fstatSync(fd).isCharacterDevice();
  } catch {
    return false;
  }
}
