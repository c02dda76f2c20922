import { writeFileSync } from "node:fs";
import { SkepError } from "../base/errors.ts";
import { openKernel } from "../linux/syscall.ts";
import { fromElf } from "../object/from-elf.ts";
import { linkFiles } from "../object/link.ts";
import { minimalBtf } from "../object/minimal-btf.ts";
import { objectNameOf } from "../object/object-name.ts";
import { openTypes } from "./btf-command-source.ts";
import { EXIT } from "./exit-status.ts";
import { helpTable, optionRows, wrapText } from "./help-layout.ts";
import { plainCall } from "./invocation.ts";
import { jsonOf } from "./object-command-select.ts";
import { type OptionSpec, parseOptions } from "./options.ts";
import { FdSink } from "./output-stream.ts";
import { UsageError } from "./report-error.ts";
import { readInput } from "./run-command-files.ts";
import { typesCommand } from "./types-command.ts";

// biome-ignore format: one option per line
const OPTIONS: readonly OptionSpec[] = [
  { name: "json", short: "j", help: "say what was done as JSON, as bpftool -j does" },
  { name: "pretty", short: "p", help: "the same" },
  { name: "debug", short: "d", help: "taken for bpftool's sake" },
  { name: "use-loader", short: "L", help: "taken for bpftool's sake" },
  { name: "help", short: "h", help: "print this help" },
];

const VERBS: Readonly<Record<string, (words: readonly string[]) => void>> = {
  object([out, ...inputs]) {
    if (out === undefined || inputs.length === 0)
      throw new UsageError("which files?", "write skep gen object OUT.o IN.o…: the new file first");
    write(out, linkFiles(inputs.map((path) => ({ name: path, bytes: readInput(path) }))));
  },
  min_core_btf([types, out, ...objects]) {
    if (types === undefined || out === undefined || objects.length === 0)
      throw new UsageError("which files?", "write skep gen min_core_btf TYPES OUT.btf PROG.o…");
    const { btf } = openTypes(openKernel, ["file", types], undefined);
    const specs = objects.map((path) => fromElf(readInput(path), { name: objectNameOf(path) }));
    write(out, minimalBtf(btf, specs));
  },
  skeleton: () => pointElsewhere("skeleton"),
  subskeleton: () => pointElsewhere("subskeleton"),
};

/** `skep gen …`. Gives the exit status. */
export function genCommand(argv: readonly string[]): number {
  if (argv[0] === "types") return typesCommand(argv.slice(1));
  const options = parseOptions(argv, OPTIONS, true);
  const [verb, ...words] = options.rest;
  if (options.switches.has("help") || verb === undefined || verb === "help") {
    new FdSink(1).write(genHelp(plainCall()));
    return EXIT.ok;
  }
  const run = VERBS[verb];
  if (run === undefined)
    throw new UsageError(
      `\`skep gen ${verb}\` is not known`,
      `write one of: ${[...Object.keys(VERBS), "types"].join(", ")}`,
    );
  run(words);
  if (options.switches.has("json") || options.switches.has("pretty")) new FdSink(1).write(`${jsonOf(null)}\n`);
  return EXIT.ok;
}

/** Skeletons are C; what they are for is done by the library and by declarations. */
function pointElsewhere(what: string): never {
  throw new UsageError(
    `\`skep gen ${what}\` is for C, where an object's maps, variables and programs have no types`,
    what === "skeleton"
      ? "in TypeScript `Collection.read()` of `skep` opens the object, and `skep types PROG.o -o prog.d.ts` writes the types of its maps, globals and events; for C use bpftool gen skeleton"
      : "in TypeScript a library's object is linked into yours (skep gen object ALL.o YOURS.o LIBRARY.o), and `skep types ALL.o` writes the types of both; for C use bpftool gen subskeleton",
  );
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
  return `Make files out of object files. Needs no privileges.

${helpTable([
  [
    `${call} gen object OUT.o IN.o…`,
    "put object files together into one: programs of one may call functions of another, and use its maps and variables",
  ],
  [
    `${call} gen min_core_btf TYPES OUT.btf PROG.o…`,
    "the part of a kernel's types (a file of BTF, or with a section .BTF) that the programs ask about: to load them on kernels without types of their own",
  ],
  [
    `${call} gen types PROG.o`,
    "TypeScript declarations of an object's maps, globals and events: what skeletons are in C (the same as skep types)",
  ],
])}
Options:
${helpTable(optionRows(OPTIONS))}
${wrapText("gen skeleton and gen subskeleton are C's; their places are taken by the library and by skep types.")}
`;
}
