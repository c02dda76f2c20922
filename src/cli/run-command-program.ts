import { basename } from "node:path";
import { HELPERS, helperByName } from "../abi/helpers.ts";
import { type Diagnostic, renderDiagnostic } from "../base/diagnostic.ts";
import { SkepError } from "../base/errors.ts";
import type { SourceText } from "../base/span.ts";
import { didYouMean } from "../base/suggest.ts";
import { assemble } from "../isa/assemble.ts";
import { decodeProgram } from "../isa/decode.ts";
import type { Insn } from "../isa/insn.ts";
import { fromElf } from "../object/from-elf.ts";
import type { ObjectSpec, ProgramSpec } from "../object/object.ts";
import { UsageError } from "./report-error.ts";
import { readInput } from "./run-command-files.ts";
import { parseHex } from "./run-command-hex.ts";
import type { ProgramFormat, RunSettings } from "./run-command-options.ts";
import { fitProgram } from "./run-command-relocate.ts";
import { WrongSource } from "./wrong-source.ts";

/** What is to run: one program, and the object it came from or that was made up for it. */
export type Chosen = Readonly<{ object: ObjectSpec; program: ProgramSpec; format: ProgramFormat }>;

const MOST_LINE = 2000; // characters; no line of assembly comes near it
const MOST_SHOWN = 20; // errors
const MOST_CODE = 8_000_000; // bytes: a million slots, all that a kernel takes

const BY_ENDING: Readonly<Record<string, ProgramFormat>> = {
  o: "object",
  obj: "object",
  elf: "object",
  asm: "asm",
  s: "asm",
  hex: "hex",
  bin: "bin",
  raw: "bin",
};

/** Reads the file that `skep run` was given. Throws SkepError, UsageError or WrongSource. */
export function readProgram(settings: RunSettings): Chosen {
  const bytes = readInput(settings.path);
  const format = settings.format ?? formatOf(settings.path, bytes);
  const name = settings.path === "-" ? "program" : basename(settings.path).replace(/\.[a-z]+$/i, "");
  if (format === "object") return fromObject(bytes, settings);
  const insns = format === "asm" ? fromAssembly(bytes, settings) : fromBytes(bytes, format, settings);
  const type = settings.type ?? (settings.packet === undefined ? "syscall" : "xdp");
  const symbol = insns[0]?.meta?.symbol;
  const program: ProgramSpec = { name: symbol ?? name, type, section: "", insns, functions: [] };
  if (settings.program !== undefined && settings.program !== program.name)
    throw new UsageError(
      `${settings.path} is no object file: it holds one program, ${program.name}`,
      "leave --program out",
    );
  return { object: { programs: [program], maps: settings.maps, license: "GPL" }, program, format };
}

/** By the file's name, or by what it holds. */
export function formatOf(path: string, bytes: Uint8Array): ProgramFormat {
  if (bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46) return "object";
  const ending = BY_ENDING[/\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase() ?? ""];
  if (ending !== undefined) return ending;
  if (bytes.some((byte) => byte < 9)) return "bin";
  const start = new TextDecoder("latin1").decode(bytes.subarray(0, 4096));
  return /^(?:\s|#[^\n]*\n|\/\/[^\n]*\n)*(?:0x[\da-f]{1,16}|(?:[\da-f]{2})+|(?:\\x[\da-f]{2})+)(?![\w:])/i.test(
    start,
  )
    ? "hex"
    : "asm";
}

function fromObject(bytes: Uint8Array, settings: RunSettings): Chosen {
  if (settings.maps.length > 0)
    throw new UsageError("an object file declares its maps itself", "leave --map out");
  const { type } = settings;
  const object = fromElf(bytes, type === undefined ? {} : { programType: () => type });
  const names = object.programs.map(({ name }) => name);
  const [only] = object.programs;
  if (only === undefined)
    throw new SkepError(`${settings.path} holds no program`, {
      code: "run/no-program",
      remedy:
        'compile a file with a function in a section of its own: SEC("xdp") int f(struct xdp_md *ctx) { … }',
    });
  const { program: wanted } = settings;
  if (wanted === undefined && names.length > 1)
    throw new UsageError(
      `${settings.path} holds ${names.length} programs`,
      `choose one with --program: ${names.join(", ")}`,
    );
  const program = wanted === undefined ? only : object.programs.find(({ name }) => name === wanted);
  if (program === undefined)
    throw new UsageError(
      `${settings.path} holds no program \`${wanted}\``,
      didYouMean(wanted ?? "", names) ?? `it holds ${names.join(", ")}`,
    );
  return { ...fitProgram(object, program, settings), format: "object" };
}

/** Where a program's text or bytes come from; "-": the standard input. */
type From = Readonly<{ path: string }>;

/** Instructions of assembly, each with its line. Throws SkepError or WrongSource. */
export function fromAssembly(bytes: Uint8Array, settings: From): readonly Insn[] {
  const source: SourceText = {
    name: settings.path === "-" ? "stdin" : settings.path,
    text: withoutHeads(textOf(bytes, settings), settings.path),
  };
  const { insns, report } = assemble(source, {
    helperId: (name) => helperByName(name)?.id ?? helperByName(`bpf_${name}`)?.id,
    helperNames: () => HELPERS.map(({ name }) => name),
    lines: true,
  });
  if (insns === undefined)
    throw new WrongSource(textOfErrors(report.diagnostics, source), report.diagnostics, source);
  if (insns.length > 0) return insns;
  throw new SkepError(`${source.name} holds no instruction`, {
    code: "run/empty",
    remedy: "write one instruction a line, and `exit` as the last",
  });
}

const LISTING_HEAD = /^(?:\S.*:[ \t]+file format \S+|Disassembly of section .*:)[ \t]*$/gm;

/** llvm-objdump's own lines are blanked out, so that the others keep their numbers. */
function withoutHeads(text: string, path: string): string {
  const sections = text.match(/^Disassembly of section .*:[ \t]*$/gm)?.length ?? 0;
  if (sections > 1)
    throw new UsageError(
      `${path} lists ${sections} sections of an object file`,
      "run the object file itself, or list one section with `llvm-objdump -d -j SECTION`",
    );
  return text.replace(LISTING_HEAD, "");
}

function textOfErrors(diagnostics: readonly Diagnostic[], source: SourceText): string {
  const shown = diagnostics.slice(0, MOST_SHOWN).map((diagnostic) => renderDiagnostic(diagnostic, source));
  const more = diagnostics.length - shown.length;
  return [...shown, ...(more > 0 ? [`… and ${more} more errors`] : [])].join("\n");
}

/** Text that can be shown line by line, whatever the file was. */
export function textOf(bytes: Uint8Array, { path }: From): string {
  const text = new TextDecoder().decode(bytes);
  const bad = text.includes("\0") ? "it holds zero bytes" : lineTooLong(text);
  if (bad === undefined) return text;
  throw new SkepError(`${path === "-" ? "the standard input" : path} is no text: ${bad}`, {
    code: "run/not-text",
    remedy: "say what it is with --format: object, asm, hex or bin",
  });
}

function lineTooLong(text: string): string | undefined {
  for (let at = 0, line = 1; at < text.length; line++) {
    const found = text.indexOf("\n", at);
    const end = found === -1 ? text.length : found;
    if (end - at > MOST_LINE) return `line ${line} has ${end - at} characters`;
    at = end + 1;
  }
  return undefined;
}

/** Instructions of plain code. Throws SkepError. */
export function fromBytes(bytes: Uint8Array, format: "hex" | "bin", settings: From): readonly Insn[] {
  const name = settings.path === "-" ? "the standard input" : settings.path;
  const code = format === "bin" ? bytes : parseHex(new TextDecoder("latin1").decode(bytes), name);
  if (code.length === 0)
    throw new SkepError(`${name} holds no byte in hex`, {
      code: "run/empty",
      remedy: "give 8 bytes per instruction",
    });
  if (code.length > MOST_CODE)
    throw new SkepError(`${name} holds ${code.length} bytes of code; a kernel takes ${MOST_CODE}`, {
      code: "run/too-large",
      remedy: "split the program with tail calls",
    });
  return decodeProgram(code);
}
