import { writeFileSync } from "node:fs";
import { SkepError } from "../base/errors.ts";
import { linkFiles } from "../object/link.ts";
import { EXIT } from "./exit-status.ts";
import { plainCall } from "./invocation.ts";
import { parseOptions } from "./options.ts";
import { FdSink } from "./output-stream.ts";
import { UsageError } from "./report-error.ts";
import { readInput } from "./run-command-files.ts";
import { typesCommand } from "./types-command.ts";

const OPTIONS = [{ name: "help", short: "h", help: "print this help" }] as const;

/** `skep gen object OUT.o IN.o…`. Gives the exit status. */
export function genCommand(argv: readonly string[]): number {
  if (argv[0] === "types") return typesCommand(argv.slice(1));
  const options = parseOptions(argv, OPTIONS, true);
  const [verb, out, ...inputs] = options.rest;
  if (options.switches.has("help") || verb === undefined) {
    new FdSink(1).write(genHelp(plainCall()));
    return EXIT.ok;
  }
  if (verb !== "object")
    throw new UsageError(
      `\`skep gen ${verb}\` is not known`,
      "write skep gen object OUT.o IN.o…, or skep gen types FILE.o",
    );
  if (out === undefined || inputs.length === 0)
    throw new UsageError("which files?", "write skep gen object OUT.o IN.o…: the new file first");
  write(out, linkFiles(inputs.map((path) => ({ name: path, bytes: readInput(path) }))));
  return EXIT.ok;
}

function write(path: string, bytes: Uint8Array): void {
  try {
    writeFileSync(path, bytes);
  } catch (cause) {
    throw new SkepError(`cannot write ${path}`, {
      code: "cli/output",
      remedy: "choose a file in a folder that exists and that you may write to",
      cause,
    });
  }
}

/** What `skep gen --help` prints; `call` is how skep was called. */
function genHelp(call: string): string {
  return `Put object files together into one, as \`bpftool gen object\` does: programs of one may call functions of
another, and use its maps and variables.

Usage: ${call} gen object OUT.o IN.o…
       ${call} gen types FILE.o        (the same as ${call} types)
`;
}
