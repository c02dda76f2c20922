import type { Btf, BtfId } from "../btf/types.ts";
import { type ElfSection, SECTION_FLAG } from "../elf/elf.ts";
import type { ElfSymbol } from "../elf/symbols.ts";
import type { Insn } from "../isa/insn.ts";
import { ObjectError } from "./error.ts";
import { fromElf, readAllFunctions } from "./from-elf.ts";
import { linkOpened, type NamedFile } from "./link.ts";
import type { ObjectSpec } from "./object.ts";
import { inSection, type OpenObject, openObject } from "./open-object.ts";
import type { CodeUnit } from "./read-functions.ts";
import { toElf } from "./to-elf.ts";

const TEXT = ".text";
const FRAME_UNIT = 32; // the verifier rounds each frame up to this: kernel/bpf/verifier.c, v6.12
const MOST_STACK = 512;
const FRAME_POINTER = 10;

/** What can be called in an object file: its functions outside of program sections, by name. */
export type LibraryFunctions = Readonly<{
  btf: Btf;
  functions: ReadonlyMap<string, Readonly<{ type: BtfId; stackBytes: number }>>;
}>;

/** Reads which functions an object file has for others. Throws ElfError or ObjectError. */
export function readLibrary(bytes: Uint8Array): LibraryFunctions {
  const open = openObject(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)); // of a Buffer, too
  const { btf } = open;
  if (btf === undefined)
    throw new ObjectError("object/bad-section", "the file says nothing of its functions' types", {
      remedy: "compile it with -g",
    });
  return inSection(".BTF", () => {
    const units = readAllFunctions(open).filter(({ section }) => section.name === TEXT);
    const known = new Map<CodeUnit, number>();
    const functions = units
      .filter(({ btfId }) => btfId !== 0)
      .map((unit) => {
        const found = { type: unit.btfId as BtfId, stackBytes: stackOf(unit, known, 0) };
        return [unit.name, found] as const;
      });
    return { btf, functions: new Map(functions) };
  });
}

/** Bytes of stack that a function and those that it calls take at most. */
function stackOf(unit: CodeUnit, known: Map<CodeUnit, number>, depth: number): number {
  const before = known.get(unit);
  if (before !== undefined) return before;
  if (depth > 8) return MOST_STACK; // the kernel takes 8 frames
  const own = Math.ceil(Math.max(1, ...unit.insns.map(reachOf)) / FRAME_UNIT) * FRAME_UNIT;
  const below = [...new Set(unit.calls.values())].map((callee) => stackOf(callee, known, depth + 1));
  const total = Math.min(MOST_STACK, own + Math.max(0, ...below));
  known.set(unit, total);
  return total;
}

/** How far below the frame pointer an instruction reaches; of sums that may be addresses too. */
function reachOf(insn: Insn): number {
  if (insn.kind === "load" || insn.kind === "store" || insn.kind === "atomic")
    return insn.base === FRAME_POINTER ? -insn.off : 0;
  if (insn.kind !== "alu" || insn.op !== "add" || insn.src.kind !== "imm") return 0;
  const by = Number(BigInt.asIntN(64, BigInt(insn.src.imm)));
  return by < 0 && by >= -MOST_STACK ? -by : 0;
}

/**
 * Puts the functions, maps and variables of libraries into an object whose programs call them. The kernel verifies the
 * functions where they are called, with the arguments that they get there. Throws ElfError or ObjectError.
 */
export function linkLibraries(object: ObjectSpec, libraries: readonly NamedFile[]): ObjectSpec {
  const own = { name: object.name ?? "the script", open: openObject(toElf(object)) };
  const others = libraries.map(({ name, bytes }) => {
    const open = openObject(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length));
    return { name, open: asLibrary(open) };
  });
  const linked = fromElf(linkOpened([own, ...others]), {
    ...(object.name !== undefined && { name: object.name }),
    programType: (section) => object.programs.find((p) => p.section === section)?.type ?? "leaveOut",
  });
  const byName = new Map(linked.programs.map((program) => [program.name, program]));
  const programs = object.programs.map((program) => {
    const { insns, functions } = byName.get(program.name) ?? program;
    return { ...program, insns, functions };
  });
  return { ...linked, programs };
}

/** The file without its own programs and licence, and with functions that all of the result can call. */
function asLibrary(open: OpenObject): OpenObject {
  const isLeftOut = ({ name, flags }: ElfSection) =>
    name === "license" || name === "version" || ((flags & SECTION_FLAG.exec) !== 0 && name !== TEXT);
  const sections = open.elf.sections.map((section) =>
    isLeftOut(section) ? { ...section, flags: section.flags & ~SECTION_FLAG.alloc } : section,
  );
  const symbols = open.symbols.map((symbol): ElfSymbol => {
    const section = open.elf.sections[symbol.section];
    if (section === undefined || symbol.type === "section") return symbol;
    if (isLeftOut(section)) return { ...symbol, binding: "local", type: "none" };
    if (symbol.type !== "func" || section.name !== TEXT) return symbol;
    return { ...symbol, binding: symbol.binding === "weak" ? "weak" : "global", visibility: "hidden" };
  });
  return { ...open, elf: { ...open.elf, sections }, symbols };
}
