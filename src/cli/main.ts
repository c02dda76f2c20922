import { printHelp, printShortHelp } from "./help.ts";
import { listCommand } from "./list-command.ts";
import { printError } from "./report-error.ts";
import { runCommand } from "./run-command.ts";
import { isTool, toolCommand } from "./tool-command.ts";
import { traceCommand } from "./trace-command.ts";

/** `skep …`: finds the command, runs it and gives the exit status. */
async function run(argv: readonly string[]): Promise<number> {
  const [command, ...rest] = argv;
  if (command === undefined) return printShortHelp();
  if (command === "help") return printHelp(rest[0]);
  if (command === "list") return listCommand(rest);
  if (command === "run") return runCommand(rest);
  if (command === "sim") return (await import("./sim-command.ts")).simCommand(rest);
  if (isTool(command)) return toolCommand(command, rest);
  return traceCommand(argv);
}

run(process.argv.slice(2))
  .catch(printError)
  .then((status) => process.exit(status));
