import { writeFileSync } from "node:fs";
import { basename } from "node:path";
import { SkepError } from "../base/errors.ts";
import { ObjectShape } from "../collection/object-shape.ts";
import { printTypes } from "../collection/print-types.ts";
import { fromElf } from "../object/from-elf.ts";
import { objectNameOf } from "../object/object-name.ts";
import { EXIT } from "./exit-status.ts";
import { helpTable, optionRows, wrapText } from "./help-layout.ts";
import { plainCall } from "./invocation.ts";
import { printJson } from "./object-command-select.ts";
import { type OptionSpec, parseOptions, valueOf } from "./options.ts";
import { FdSink } from "./output-stream.ts";
import { UsageError } from "./report-error.ts";
import { readInput } from "./run-command-files.ts";

// biome-ignore format: one option per line
const OPTIONS: readonly OptionSpec[] = [
  { name: "output", short: "o", value: "FILE", help: "write there, such as prog.d.ts, instead of to the standard output" },
  { name: "record", value: "MAP=STRUCT", many: true, help: "type of a buffer's records, where the object does not tell it" },
  { name: "json", short: "j", help: "one JSON document: the declarations, and the buffers whose records have no type" },
  { name: "help", short: "h", help: "print this help" },
];

const ANY_TYPE = "socketFilter"; // of programs whose section says none: their types here are the same

/** `skep types FILE.o`, also `skep gen types`. Gives the exit status. */
export function typesCommand(argv: readonly string[]): number {
  const options = parseOptions(argv, OPTIONS, true);
  if (options.switches.has("help")) {
    new FdSink(1).write(typesHelp(plainCall()));
    return EXIT.ok;
  }
  const [path, ...more] = options.rest;
  if (path === undefined || more.length > 0)
    throw new UsageError("skep types takes one object file", "write skep types FILE.o -o FILE.d.ts");
  const shape = new ObjectShape(
    fromElf(readInput(path), { name: objectNameOf(path), programType: () => ANY_TYPE }),
  );
  if (shape.btf === undefined)
    throw new SkepError(`${path} holds no types`, {
      code: "collection/no-type",
      remedy: "compile it with debug information: clang -target bpf -g -O2",
    });
  const records = recordsOf(options.values.get("record") ?? [], shape);
  const { text, untyped } = printTypes(shape, { file: basename(path), records });
  const output = valueOf(options, "output");
  if (options.switches.has("json")) {
    if (output !== undefined) write(output, text);
    printJson({ file: path, output, declarations: output === undefined ? text : undefined, untyped });
    return EXIT.ok;
  }
  write(output, text);
  for (const map of untyped)
    process.stderr.write(
      `note: the object does not tell the type of the records of ${map}; declare it in the map, __type(value, struct …), or name it with --record ${map}=STRUCT\n`,
    );
  return EXIT.ok;
}

function recordsOf(texts: readonly string[], shape: ObjectShape): ReadonlyMap<string, string> {
  const buffers = shape.object.maps.filter((map) => ObjectShape.isBuffer(map)).map((map) => map.name);
  return new Map(
    texts.map((text) => {
      const at = text.indexOf("=");
      const map = text.slice(0, at);
      if (at <= 0 || !buffers.includes(map))
        throw new UsageError(
          `--record ${text} names no buffer of the object`,
          buffers.length > 0 ? `write --record ${buffers[0]}=STRUCT` : "leave --record out",
        );
      return [map, text.slice(at + 1)] as const;
    }),
  );
}

function write(path: string | undefined, text: string): void {
  if (path === undefined) return new FdSink(1).write(text);
  try {
    writeFileSync(path, text);
  } catch (cause) {
    throw new SkepError(`cannot write ${path}`, {
      code: "cli/output",
      remedy: "choose a file in a folder that exists and that you may write to",
      cause,
    });
  }
}

/** What `skep types --help` prints; `call` is how skep was called. */
function typesHelp(call: string): string {
  return `Write the TypeScript types of what an object has: its maps, global variables, programs and events.

Usage: ${call} types FILE.o [-o FILE.d.ts] [options]

${helpTable(optionRows(OPTIONS))}
${wrapText("The library reads the object with them, and knows the types of every key, value, variable and event:")}

  import { Collection } from "skep";
  const c = Collection.read<typeof import("./prog.js")>("prog.o").load(); // types in prog.d.ts
`;
}
