import { statSync } from "node:fs";
import type { SourceText } from "../base/span.ts";
import { machineChoice } from "./choose-machine.ts";
import { compileSource } from "./compile-source.ts";
import { formatScript, printStage, type Stage } from "./debug-stages.ts";
import { EXIT } from "./exit-status.ts";
import { printHelp } from "./help.ts";
import { listProbes, listScript } from "./list-command.ts";
import { shippedProgram } from "./open-shipped.ts";
import { type ParsedOptions, parseOptions, valueOf, withLaterOptions } from "./options.ts";
import { FdSink } from "./output-stream.ts";
import { UsageError } from "./report-error.ts";
import { BEHIND_SCRIPT, oneOf, pidOf, runOptions, SCRIPT_OPTIONS } from "./run-options.ts";
import { type RunOptions, runScript } from "./run-script.ts";
import { printScriptHelp } from "./script-help.ts";
import { checkAfterSim, programOf } from "./script-source.ts";
import { isTool, toolCommand } from "./tool-command.ts";
import { VERSION } from "./version.ts";

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
const WHOLE_LOG = 5; // BPF_LOG_LEVEL1 | BPF_LOG_STATS, include/linux/bpf_verifier.h, v6.12

/** `skep [options] -e PROGRAM [ARG…]` and `skep [options] SCRIPT [ARG…]`. Gives the exit status. */
export async function traceCommand(argv: readonly string[]): Promise<number> {
  const words = oldDebug(argv);
  const first = parseOptions(words, SCRIPT_OPTIONS);
  const isTools = valueOf(first, "expression") === undefined && isTool(first.rest[0] ?? "");
  if (!isTools) checkAfterSim(first);
  const options = isTools ? first : withLaterOptions(first, words, BEHIND_SCRIPT);
  if (options.switches.has("help")) return printHelp(options.rest[0]);
  if (options.switches.has("version")) {
    new FdSink(1).write(`skep ${VERSION}\n`);
    return EXIT.ok;
  }
  if (!globalThis.SKEP_CORE && options.switches.has("info"))
    return (await import("./info-command.ts")).infoCommand(machineChoice(options));
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
  const stage = options.values.get("debug")?.join(",");
  const isList = options.switches.has("list");
  if (bytes !== undefined && (stage !== undefined || isList))
    throw new UsageError(
      "a built script has no source to show",
      "run -d or -l on the source, or load its object",
    );
  if (isList) return listScript(source, run);
  if (stage !== undefined) return printStages(source, stage, run);
  return runScript(bytes === undefined ? compileSource(source, run) : shippedProgram(bytes, run), run);
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
    return runLogged(source, { ...run, verbose: true, dryRun: true, logLevel: WHOLE_LOG });
  return EXIT.ok;
}

function runLogged(source: SourceText, run: RunOptions): Promise<number> {
  return runScript(compileSource(source, run), run);
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

/** In many articles `-d` is followed by seconds. */
function debugHelp(stage: string): string {
  if (/^\d/.test(stage))
    return `-d prints a stage of the compilation; to end after ${stage} seconds write --duration ${stage}`;
  return "write -d ast, -d ir, -d asm, -d plan, -d verifier or -d all; several are written -d ast,ir";
}
