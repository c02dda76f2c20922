import { readFileSync, statSync } from "node:fs";
import "./build-parts.ts";
import { printHelp, printShortHelp } from "./help.ts";
import { mayImport } from "./imports.ts";
import { listCommand } from "./list-command.ts";
import { isMoreName } from "./more-names.ts";
import { printError } from "./report-error.ts";
import { refusedPrivileges } from "./this-machine.ts";
import { isTool, toolCommand } from "./tool-command.ts";
import { traceCommand } from "./trace-command.ts";

/** `skep …`: finds the command, runs it and gives the exit status. */
async function run(argv: readonly string[]): Promise<number> {
  const [command, ...rest] = argv;
  if (command === undefined) return printShortHelp();
  if (command === "help") return printHelp(rest[0]);
  if (command === "list") return listCommand(rest);
  if (!globalThis.SKEP_CORE && isMoreName(command))
    return (await import("./more-commands.ts")).MORE_COMMANDS[command](rest);
  if (isTool(command)) return toolCommand(command, rest);
  return traceCommand(argv);
}

/** Whether a command line may need more than the small bundle has: see build-parts.ts. */
function needsMore([command = "", ...rest]: readonly string[]): boolean {
  const words = [command, ...rest];
  if (words.some((word) => MORE_OPTIONS.has(word) || word.startsWith("--emit-elf"))) return true;
  if (words.some((word) => mayImport(word))) return true;
  if (words.some((word) => (word === command || word.endsWith(".bt")) && mayImport(scriptText(word))))
    return true;
  if (isMoreName(command) || words.some((word) => word.startsWith("--sim"))) return true;
  return process.platform !== "linux" || refusedPrivileges() !== undefined; // then a simulated machine is shown
}

/** A script's text, if the word names one. */
function scriptText(word: string): string {
  try {
    return statSync(word).isFile() ? readFileSync(word, "latin1") : "";
  } catch {
    return "";
  }
}

/** Options of the main job that are for more than tracing. */
const MORE_OPTIONS: ReadonlySet<string> = new Set(["--test", "--bench", "--info"]);

/** `help prog` is `prog --help`: only the command itself knows. */
function helpOf(argv: readonly string[]): readonly string[] {
  const [command, topic = ""] = argv;
  return command === "help" && isMoreName(topic) ? [topic, "--help"] : argv;
}

const argv = helpOf(process.argv.slice(2));

/** The bundle that the launcher is to start instead of this one; undefined: this one runs. */
export const next = globalThis.SKEP_CORE && needsMore(argv) ? "skep-full" : undefined;

if (next === undefined)
  run(argv)
    .catch(printError)
    .then((status) => process.exit(status));
