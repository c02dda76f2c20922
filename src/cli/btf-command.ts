import { SkepError } from "../base/errors.ts";
import { type BtfBlob, parseBtf } from "../btf/decode.ts";
import { printC } from "../btf/print-c.ts";
import type { BtfId } from "../btf/types.ts";
import { findSection } from "../elf/elf.ts";
import { parseElf } from "../elf/read.ts";
import { sectionData } from "../elf/section-data.ts";
import { mapInfoOf, openObject, programInfo, readBtf } from "../linux/objects.ts";
import { type Kernel, openKernel } from "../linux/syscall.ts";
import { TextBuffer } from "../output/sink.ts";
import { rawJson, rawText, rawType } from "./btf-command-raw.ts";
import { EXIT } from "./exit-status.ts";
import { helpTable, optionRows, wrapText } from "./help-layout.ts";
import { plainCall } from "./invocation.ts";
import { jsonOf, openOne, takeSelection } from "./object-command-select.ts";
import { type OptionSpec, parseOptions, valueOf } from "./options.ts";
import { FdSink } from "./output-stream.ts";
import { UsageError } from "./report-error.ts";
import { readInput } from "./run-command-files.ts";

const KERNEL_TYPES = "/sys/kernel/btf/vmlinux";
const FORMATS = ["raw", "c", "json"] as const;
type Format = (typeof FORMATS)[number];

// biome-ignore format: one option per line
const OPTIONS: readonly OptionSpec[] = [
  { name: "format", value: "FORMAT", help: "raw (default: a line per type), c (a header that compiles, as vmlinux.h), json" },
  { name: "base", short: "B", value: "FILE", help: "types that those of FILE refer to; for a module of this kernel it is found" },
  { name: "json", short: "j", help: "the same as --format json, as bpftool -j writes it" },
  { name: "help", short: "h", help: "print this help" },
];

/** `skep btf dump …`. Gives the exit status. */
export function btfCommand(argv: readonly string[]): number {
  const options = parseOptions(argv, OPTIONS, true);
  const [verb, ...words] = options.rest;
  if (options.switches.has("help") || verb === undefined) {
    new FdSink(1).write(btfHelp(plainCall()));
    return EXIT.ok;
  }
  if (verb !== "dump") throw new UsageError(`\`skep btf ${verb}\` is not known`, "write skep btf dump");
  const at = words.indexOf("format"); // as bpftool has it
  const said = valueOf(options, "format") ?? (at === -1 ? undefined : words[at + 1]);
  const format = formatOf(options.switches.has("json") ? "json" : (said ?? "raw"));
  const base = valueOf(options, "base");
  print(openTypes(at === -1 ? words : words.slice(0, at), base), format);
  return EXIT.ok;
}

function formatOf(text: string): Format {
  const found = FORMATS.find((format) => format === text);
  if (found !== undefined) return found;
  throw new UsageError(`there is no format ${text}`, `write --format ${FORMATS.join(", --format ")}`);
}

/** Types, and the first that are not their base's. */
type Types = Readonly<{ btf: BtfBlob; first: number }>;

function openTypes(words: readonly string[], base: string | undefined): Types {
  const [kind, ...rest] = words;
  if (kind === undefined) return readFile(KERNEL_TYPES, base);
  if (kind === "file") {
    const [path] = rest;
    if (path === undefined) throw new UsageError("which file?", "write skep btf dump file PATH");
    return readFile(path, base);
  }
  if (kind === "id" || kind === "prog" || kind === "map") return readObject(openKernel(), kind, words);
  throw new UsageError(`\`${kind}\` has no types`, "write file PATH, id N, prog PROG or map MAP");
}

function readFile(path: string, basePath: string | undefined): Types {
  const isModule = path.startsWith("/sys/kernel/btf/") && path !== KERNEL_TYPES;
  const under = basePath ?? (isModule ? KERNEL_TYPES : undefined);
  const base = under === undefined ? undefined : readFile(under, undefined).btf;
  const bytes = readInput(path);
  return { btf: parseBtf(bytes[0] === 0x7f ? sectionOf(bytes, path) : bytes, base), first: base?.count ?? 1 };
}

function sectionOf(bytes: Uint8Array, path: string): Uint8Array {
  const elf = parseElf(bytes);
  const section = findSection(elf, ".BTF");
  if (section !== undefined) return sectionData(elf, section);
  throw new SkepError(`${path} has no types: there is no section .BTF`, {
    code: "object/no-btf",
    remedy: "compile it with -g, or give another file",
  });
}

function readObject(kernel: Kernel, kind: "id" | "prog" | "map", words: readonly string[]): Types {
  const id = kind === "id" ? Number(words[1] ?? "x") : btfIdOf(kernel, kind, words.slice(1));
  if (!Number.isInteger(id)) throw new UsageError("which id?", "write skep btf dump id N");
  using fd = id === 0 ? undefined : openObject(kernel, "btf", id);
  if (fd === undefined)
    throw new SkepError(
      id === 0 ? `this ${kind} was loaded without types` : `the kernel holds no types with id ${id}`,
      {
        code: "object/no-btf",
        remedy: "list what there is: skep prog list, skep map list",
      },
    );
  const bytes = readBtf(kernel, fd);
  return { btf: parseBtf(bytes), first: 1 };
}

function btfIdOf(kernel: Kernel, kind: "prog" | "map", words: readonly string[]): number {
  using fd = openOne(kernel, kind, takeSelection(kind, words).selection);
  return kind === "prog" ? programInfo(kernel, fd).btfId : mapInfoOf(kernel, fd).btfId;
}

function print({ btf, first }: Types, format: Format): void {
  const out = new TextBuffer(new FdSink(1));
  if (format === "c") for (const piece of printC(btf)) out.add(piece);
  else {
    if (format === "json") out.add('{"types":[');
    for (let id = first; id < btf.count; id++) {
      const type = rawType(btf, id as BtfId);
      out.add(format === "raw" ? rawText(btf, type) : `${id > first ? "," : ""}${jsonOf(rawJson(type))}`);
    }
    if (format === "json") out.add("]}\n");
  }
  out.flush();
}

/** What `skep btf --help` prints; `call` is how skep was called. */
function btfHelp(call: string): string {
  return `Print types (BTF) of the kernel, of a file, or of what the kernel holds.

Usage: ${call} btf dump [file PATH | prog PROG | map MAP | id N] [options]

${helpTable(optionRows(OPTIONS))}
${wrapText("Without a place: the types of this kernel. PROG and MAP: an id, or `id N`, `name NAME`, `pinned PATH`.")}

Examples:
${helpTable([
  [`${call} btf dump --format c > vmlinux.h`, "a header of this kernel"],
  [`${call} btf dump file prog.o`, "the types of an object file"],
  [`${call} btf dump map name counts --format c`, "those of a map's keys and values"],
])}`;
}
