import { openLinux } from "../linux/backend.ts";
import { EXIT } from "./exit-status.ts";
import { parseOptions } from "./options.ts";

/** `skep list [-v] [PATTERN]`. Gives the exit status. */
export function listCommand(argv: readonly string[]): number {
  const options = parseOptions(argv, [{ name: "verbose", short: "v", help: "" }], true);
  return listProbes(options.rest, options.switches.has("verbose"));
}

/** Prints the probes that match the patterns. Gives the exit status. */
export function listProbes(patterns: readonly string[], _verbose: boolean): number {
  using backend = openLinux();
  for (const pattern of patterns.length > 0 ? patterns : ["tracepoint:*:*"]) {
    const [, category = "*", name = "*"] = pattern.split(":");
    for (const t of backend.target.tracepoints(category, name))
      process.stdout.write(`tracepoint:${t.category}:${t.name}\n`);
  }
  return EXIT.ok;
}
