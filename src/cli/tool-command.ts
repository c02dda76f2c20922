import { didYouMean } from "../base/suggest.ts";
import type { Tool } from "../tools/define-tool.ts";
import { findTool, TOOLS } from "../tools/table.ts";
import { machineChoice } from "./choose-machine.ts";
import { printToolHelp } from "./help.ts";
import { durationMs, numberOf, type ParsedOptions, parseOptions, valueOf } from "./options.ts";
import { UsageError } from "./report-error.ts";
import { runTool } from "./run-tool.ts";
import { toolOptionSpecs, toolSettings } from "./tool-options.ts";

/** Whether `skep NAME` is a tool. */
export function isTool(name: string): boolean {
  return findTool(name) !== undefined;
}

/** A question after the tool that was probably meant: "did you mean `opensnoop`?". */
export function nearTools(name: string): string | undefined {
  return didYouMean(
    name,
    TOOLS.map((tool) => tool.name),
  );
}

/** `skep TOOL [options]`. Gives the exit status. */
export async function toolCommand(name: string, argv: readonly string[]): Promise<number> {
  const tool = findTool(name);
  if (tool === undefined) throw new Error(`bug: ${name} is none of ${TOOLS.map((t) => t.name).join(", ")}`);
  const options = parseOptions(argv.map(withDashes), toolOptionSpecs(tool), true);
  if (options.switches.has("help")) return printToolHelp(tool);
  checkRest(tool, options.rest, valueOf(options, "sim") === "");
  const settings = toolSettings(tool, options);
  const value = (option: string) => valueOf(options, option);
  const duration = value("duration");
  const command = value("command");
  const most = value("max-events");
  if (command !== undefined && settings.has("pid"))
    throw new UsageError(
      "-p and -c cannot stand together",
      "trace a running process with -p, or start one with -c",
    );
  return runTool(tool, {
    settings,
    format: formatOf(options),
    summary: options.switches.has("summary"),
    verbose: options.switches.has("verbose"),
    machine: machineChoice(options),
    ...(duration !== undefined && { durationMs: durationMs(duration, "--duration") }),
    ...(command !== undefined && { command }),
    ...(most !== undefined && { maxEvents: numberOf(most, "--max-events", 1) }),
  });
}

/** Some of BCC's options are spelled with underlines: `--extended_fields`. */
function withDashes(word: string): string {
  return word.startsWith("--") ? word.replace(/^[^=]+/, (name) => name.replaceAll("_", "-")) : word;
}

function formatOf({ switches }: ParsedOptions): "table" | "json" | "csv" {
  if (switches.has("json") && switches.has("csv"))
    throw new UsageError("--json and --csv cannot stand together", "choose one of them");
  return switches.has("json") ? "json" : switches.has("csv") ? "csv" : "table";
}

/** `afterSim`: a bare --sim is there, which takes a name only behind a "=". */
function checkRest(tool: Tool, [first]: readonly string[], afterSim: boolean): void {
  if (first === undefined) return;
  const help = /^\d+$/.test(first)
    ? `to trace the process ${first} write ${tool.name} -p ${first}`
    : `${afterSim ? `if it names a simulated machine, write --sim=${first}; ` : ""}to start a command and trace it write ${tool.name} -c '${first}'; \`skep ${tool.name} --help\` lists the options`;
  throw new UsageError(`${tool.name} takes options only, not \`${first}\``, help);
}
