import { answering } from "./answer-json.ts";
import "./build-parts.ts";
import { printHelp, printShortHelp } from "./help.ts";
import { answeringInLines } from "./json-lines-error.ts";
import { listCommand } from "./list-command.ts";
import { isMoreName } from "./more-names.ts";
import { needsMore } from "./needs-more.ts";
import { printError } from "./report-error.ts";
import { isTool, toolCommand } from "./tool-command.ts";
import { traceCommand } from "./trace-command.ts";

/** `skep …`: finds the command, runs it and gives the exit status. */
async function run(argv: readonly string[]): Promise<number> {
  const [command, ...rest] = argv;
  if (command === undefined) return printShortHelp();
  if (command === "help") return printHelp(rest[0]);
  if (command === "list") return answering(rest, () => listCommand(rest));
  if (!globalThis.SKEP_CORE && isMoreName(command))
    return (await import("./more-commands.ts")).MORE_COMMANDS[command](rest);
  if (isTool(command)) return answering(rest, () => toolCommand(command, rest));
  return answeringInLines(argv, () => traceCommand(argv));
}

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
