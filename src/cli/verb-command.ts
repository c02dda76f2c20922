import { type Kernel, openKernel } from "../linux/syscall.ts";
import { parsedFor } from "./answer-json.ts";
import { chooseVerb } from "./choose-verb.ts";
import { EXIT } from "./exit-status.ts";
import { plainCall } from "./invocation.ts";
import { jsonError } from "./json-error.ts";
import { enterNamedNetns } from "./network-place.ts";
import { printJson } from "./object-command-select.ts";
import { type OptionSpec, type ParsedOptions, parseOptions } from "./options.ts";
import { FdSink } from "./output-stream.ts";

/** Runs a verb, to its end, in the network namespace that was asked for. */
export type Verb = (kernel: Kernel, words: readonly string[], options: ParsedOptions) => void;

/** A command of verbs that work on what is attached. `help`: what --help prints; `call` is how skep was called. */
export type VerbCommand = Readonly<{
  name: string;
  options: readonly OptionSpec[];
  verbs: Readonly<Record<string, Verb>>;
  help: (call: string) => string;
}>;

/** Finds the verb and runs it. Gives the exit status. Throws UsageError. */
export function runVerb({ name, options: specs, verbs, help }: VerbCommand, argv: readonly string[]): number {
  const options = parsedFor(argv, () => parseOptions(argv, specs, true));
  const lists = options.switches.has("json") && verbs["list"] && name !== "cgroup"; // which takes a folder
  const [word = lists ? "list" : undefined, ...words] = options.rest; // as bpftool does
  if (options.switches.has("help") || word === undefined || word === "help") {
    new FdSink(1).write(help(plainCall()));
    return EXIT.ok;
  }
  try {
    const verb = verbs[chooseVerb(name, word, Object.keys(verbs))];
    const kernel = openKernel();
    enterNamedNetns(kernel, options);
    verb?.(kernel, words, options);
  } catch (error) {
    const said = options.switches.has("json") ? jsonError(error) : undefined;
    if (said !== undefined) printJson(said);
    throw error;
  }
  return EXIT.ok;
}
