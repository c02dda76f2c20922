import { fstatSync, statSync } from "node:fs";
import type { SourceText } from "../base/span.ts";
import type { Feature } from "../plan/target.ts";
import { machineChoice } from "./choose-machine.ts";
import { formatScript, printStage, type Stage } from "./debug-stages.ts";
import { EXIT } from "./exit-status.ts";
import { printHelp } from "./help.ts";
import { listProbes, listScript } from "./list-command.ts";
import {
  durationMs,
  numberOf,
  type OptionSpec,
  type ParsedOptions,
  parseOptions,
  valueOf,
  withLaterOptions,
} from "./options.ts";
import { FdSink } from "./output-stream.ts";
import { UsageError } from "./report-error.ts";
import { type RunOptions, runScript } from "./run-script.ts";
import { printScriptHelp } from "./script-help.ts";
import { namedOptions, programOf } from "./script-source.ts";
import { isTool, toolCommand } from "./tool-command.ts";
import { TRACE_OPTIONS } from "./trace-options.ts";
import { VERSION } from "./version.ts";

const FORMATS = ["text", "json"] as const;
const BUFFERS = ["line", "full", "none"] as const;
const STAGES: readonly Stage[] = ["ast", "ir", "asm", "plan"];
/** What bpftrace calls them. */
const OLD_STAGES: Readonly<Record<string, Stage>> = {
  codegen: "ir",
  "codegen-opt": "ir",
  dis: "asm",
  d: "ir", // -dd
};
/** Stages of bpftrace that are the kernel's: they run the script and show what the kernel says. */
const KERNEL_STAGES: readonly string[] = ["libbpf", "verifier"];
/** Said by scripts of the time when types were not taken from the kernel unless they were asked for. */
const OLD_BTF: OptionSpec = { name: "btf", help: "" };
/** What counts also behind a script's name. Its own --help is what getopt() reads. */
const BEHIND_SCRIPT = [...TRACE_OPTIONS, OLD_BTF].filter(
  ({ name }) => !/^(expression|help|version)$/.test(name),
);
const WHOLE_LOG = 5; // BPF_LOG_LEVEL1 | BPF_LOG_STATS, include/linux/bpf_verifier.h, v6.12

/** `skep [options] -e PROGRAM [ARG…]` and `skep [options] SCRIPT [ARG…]`. Gives the exit status. */
export async function traceCommand(argv: readonly string[]): Promise<number> {
  const words = oldDebug(argv);
  const first = parseOptions(words, [...TRACE_OPTIONS, OLD_BTF]);
  const isTools = valueOf(first, "expression") === undefined && isTool(first.rest[0] ?? "");
  const options = isTools ? first : withLaterOptions(first, words, BEHIND_SCRIPT);
  if (options.switches.has("help")) return printHelp(options.rest[0]);
  if (options.switches.has("version")) {
    new FdSink(1).write(`skep ${VERSION}\n`);
    return EXIT.ok;
  }
  if (!globalThis.SKEP_CORE && options.switches.has("info"))
    return (await import("./feature-command.ts")).featureCommand([]);
  const elf = valueOf(options, "emit-elf");
  if (!globalThis.SKEP_CORE && elf !== undefined)
    return (await import("./build-command.ts")).buildCommand(buildWords(options, elf));
  if (options.switches.has("list") && !namesProgram(options))
    return listProbes(options.rest, {
      verbose: options.switches.has("verbose"),
      machine: machineChoice(options),
      ...pidOf(options),
    });
  const [name = "", ...more] = options.rest;
  if (isTools) return toolCommand(name, [...argv.slice(0, argv.length - options.rest.length), ...more]);
  const { source, args, bytes } = programOf(options);
  if (options.switches.has("fmt") && bytes === undefined) return formatScript(source);
  if (args.includes("--help") && bytes === undefined) return printScriptHelp(source);
  const run = { ...runOptions(options, args), ...(bytes && { shipped: bytes }) };
  if (options.switches.has("list")) return listScript(source, run);
  const stage = valueOf(options, "debug");
  if (stage !== undefined && bytes !== undefined)
    throw new UsageError("a built script has no source to show", "run -d on the source, or load its object");
  if (stage !== undefined) return printStages(source, stage, run);
  return runScript(source, run);
}

/** Old scripts write `-d` without a stage. */
function oldDebug(argv: readonly string[]): readonly string[] {
  const at = argv.indexOf("-d");
  const first = argv.findIndex((word) => word === "-e" || word === "--" || !word.startsWith("-"));
  if (at === -1 || (first !== -1 && first < at) || !/^-./.test(argv[at + 1] ?? "")) return argv;
  return [...argv.slice(0, at + 1), "ir", ...argv.slice(at + 1)];
}

async function printStages(source: SourceText, text: string, run: RunOptions): Promise<number> {
  const words = text.split(",");
  const stages = words.flatMap((word): readonly Stage[] => {
    if (KERNEL_STAGES.includes(word)) return [];
    if (word === "all") return STAGES;
    const plain = Object.hasOwn(OLD_STAGES, word) ? (OLD_STAGES[word] ?? word) : word;
    return [oneOf(plain, STAGES, "-d", debugHelp(text))];
  });
  for (const stage of new Set(stages)) {
    const status = await printStage(source, stage, run.compile, run.machine);
    if (status !== EXIT.ok) return status;
  }
  if (words.some((word) => KERNEL_STAGES.includes(word)))
    return runScript(source, { ...run, verbose: true, dryRun: true, logLevel: WHOLE_LOG });
  return EXIT.ok;
}

/** Whether `-l` stands with a program, whose probes are meant, and not with a pattern. */
function namesProgram(options: ParsedOptions): boolean {
  if (valueOf(options, "expression") !== undefined) return true;
  const [path = ""] = options.rest;
  return path !== "-" && /[./]/.test(path) && (statSync(path, { throwIfNoEntry: false })?.isFile() ?? false);
}

/** The same for `skep build`. */
function buildWords(options: ParsedOptions, elf: string): readonly string[] {
  const text = valueOf(options, "expression");
  const folders = (options.values.get("include-dir") ?? []).flatMap((folder) => ["-I", folder]);
  return ["--emit-elf", elf, ...folders, ...(text === undefined ? [] : ["-e", text]), ...options.rest];
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
    machine: { ...machineChoice(options), ...withoutOf(options) },
    ...(duration !== undefined && { durationMs: durationMs(duration, "--duration") }),
    ...(output !== undefined && { output }),
    own: ownOf(options),
    ...limitsOf(options),
    noWarnings: options.switches.has("no-warnings"),
    compile: {
      own: ownOf(options),
      includes: options.values.get("include") ?? [],
      thinnable: value("max-overhead") !== undefined,
      tellFailures: options.switches.has("tell-failures"),
      args: positional,
      named: namedOptions(args),
      includeDirs: [...(options.values.get("include-dir") ?? []), ...headerFolders()],
    },
  };
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

function pidOf(options: ParsedOptions): { pid?: number } {
  const pid = valueOf(options, "pid");
  return pid === undefined ? {} : { pid: numberOf(pid, "-p", 1) };
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
