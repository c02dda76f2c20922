import { setFlagsFromString } from "node:v8";
import { printCBytes } from "../btf/print-c.ts";
import { printRaw } from "../btf/print-raw.ts";
import { printTs } from "../btf/print-ts.ts";
import type { BtfId } from "../btf/types.ts";
import { TextBuffer } from "../output/sink.ts";
import { listBtf } from "./btf-command-list.ts";
import { openTypes, type Types } from "./btf-command-source.ts";
import { type ObjectCall, type ObjectVerb, objectCommand } from "./object-command.ts";
import { type OptionSpec, valueOf } from "./options.ts";
import { UsageError } from "./report-error.ts";

const FORMATS = ["raw", "c", "ts", "json"] as const;
type Format = (typeof FORMATS)[number];

// biome-ignore format: one option per line
const OPTIONS: readonly OptionSpec[] = [
  { name: "format", value: "FORMAT", help: "raw (default: a line per type), c (a header that compiles, as vmlinux.h), ts (TypeScript), json" },
  { name: "base", short: "B", value: "FILE", help: "types that those of FILE refer to; for a module of this kernel it is found" },
  { name: "base-btf", value: "FILE", help: "the same" },
];

/** `skep btf …`. Gives the exit status. */
export function btfCommand(argv: readonly string[]): Promise<number> {
  return objectCommand("btf", argv, VERBS, OPTIONS);
}

const VERBS: Readonly<Record<string, ObjectVerb>> = { list: listBtf, show: listBtf, dump };

function dump({ kernel, words, options, out }: ObjectCall): void {
  const at = words.indexOf("format"); // as bpftool has it
  if (at !== -1 && at + 2 < words.length)
    throw new UsageError(
      `\`${words.slice(at + 2).join(" ")}\` is too much`,
      "leave it out: the format comes last",
    );
  const said = valueOf(options, "format") ?? (at === -1 ? undefined : (words[at + 1] ?? ""));
  const format = formatOf(said ?? "raw");
  const base = valueOf(options, "base") ?? valueOf(options, "base-btf");
  const types = openTypes(() => kernel, at === -1 ? words : words.slice(0, at), base);
  // It takes a fraction of a second: V8 would spend more on inlining and on large functions than these then save.
  setFlagsFromString("--max-inlined-bytecode-size-cumulative=200");
  setFlagsFromString("--max-optimized-bytecode-size=400");
  setFlagsFromString("--interrupt-budget=180000");
  // With --json bpftool writes raw types as JSON; C and TypeScript have no other form.
  if (format === "c") out.sink.writeBytes(printCBytes(types.btf, types.roots && { roots: types.roots }));
  else if (format === "ts") printTypeScript(types, out);
  else {
    const json = out.pretty ? "pretty" : "json";
    const style = format === "json" || out.json ? json : "text";
    printRaw(types.btf, shownIds(types), style, (bytes) => out.sink.writeBytes(bytes));
  }
}

function formatOf(text: string): Format {
  const found = FORMATS.find((format) => format === text);
  if (found !== undefined) return found;
  throw new UsageError(`there is no format ${text}`, `write --format ${FORMATS.join(", --format ")}`);
}

/** The ids to show: those that were asked for, or all that are not the base's. */
function* shownIds({ btf, first, roots }: Types): Generator<BtfId> {
  if (roots !== undefined) yield* roots;
  else for (let id = first; id < btf.count; id++) yield id as BtfId;
}

function printTypeScript({ btf, roots }: Types, { sink }: ObjectCall["out"]): void {
  const text = new TextBuffer(sink);
  for (const piece of printTs(btf, roots)) text.add(piece);
  text.flush();
}
