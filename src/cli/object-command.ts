import { type Kernel, openKernel } from "../linux/syscall.ts";
import { parsedFor } from "./answer-json.ts";
import { chooseVerb } from "./choose-verb.ts";
import { EXIT } from "./exit-status.ts";
import { type ObjectTopic, objectHelp } from "./object-command-help.ts";
import { ObjectOutput } from "./object-command-output.ts";
import { type OptionSpec, type ParsedOptions, parseOptions } from "./options.ts";
import { FdSink } from "./output-stream.ts";
import { VERSION } from "./version.ts";

/** Options that all commands on the kernel's objects take, as bpftool does. */
// biome-ignore format: one option per line
const OBJECT_OPTIONS: readonly OptionSpec[] = [
  { name: "json", short: "j", help: "JSON, as bpftool -j writes it" },
  { name: "pretty", short: "p", help: "JSON on many lines" },
  { name: "bpffs", short: "f", help: "show the files that objects are pinned to" },
  { name: "debug", short: "d", help: "show the verifier's log of what is loaded" },
  { name: "mapcompat", short: "m", help: "taken for bpftool's sake: maps in old style are always read" },
  { name: "nomount", short: "n", help: "taken for bpftool's sake: nothing is ever mounted" },
  { name: "legacy", short: "l", help: "taken for bpftool's sake: section names of all ages are read" },
  { name: "version", short: "V", help: "print the version" },
  { name: "help", short: "h", help: "print this help" },
];

/** One call of a verb: the words behind it, what was asked for by options, and where the answer goes. */
export type ObjectCall = Readonly<{
  kernel: Kernel;
  words: readonly string[];
  options: ParsedOptions;
  out: ObjectOutput;
}>;

/** Runs a verb, to its end. */
export type ObjectVerb = (call: ObjectCall) => void | Promise<void>;

/** `skep prog …`, `skep map …` and their like: finds the verb and runs it. Gives the exit status. Throws UsageError. */
export async function objectCommand(
  topic: ObjectTopic,
  argv: readonly string[],
  verbs: Readonly<Record<string, ObjectVerb>>,
  more: readonly OptionSpec[] = [],
): Promise<number> {
  const options = parsedFor(argv, () => parseOptions(argv, [...more, ...OBJECT_OPTIONS], true));
  const asksJson = options.switches.has("json") || options.switches.has("pretty");
  const [verb = asksJson && verbs["list"] ? "list" : undefined, ...words] = options.rest; // as bpftool does
  if (options.switches.has("version")) new FdSink(1).write(`skep ${VERSION}\n`);
  else if (options.switches.has("help") || verb === undefined || verb === "help")
    new FdSink(1).write(objectHelp(topic, [...more, ...OBJECT_OPTIONS]));
  else {
    const pretty = options.switches.has("pretty");
    const out = new ObjectOutput(new FdSink(1), { json: asksJson, pretty });
    try {
      const run = verbs[chooseVerb(topic, verb, Object.keys(verbs))];
      await run?.({ kernel: openKernel(), words, options, out });
    } catch (error) {
      out.failed(error);
      throw error;
    }
  }
  return EXIT.ok;
}
