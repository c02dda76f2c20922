import type { SourceLine } from "../base/source-line.ts";
import type { BtfId } from "../btf/types.ts";
import type { ElfSection } from "../elf/elf.ts";
import type { ElfSymbol } from "../elf/symbols.ts";
import { decodeProgram } from "../isa/decode.ts";
import { type Insn, type InsnMeta, slotsOf } from "../isa/insn.ts";
import { DecodeError } from "../isa/isa-error.ts";
import type { LineRecord } from "./btf-ext.ts";
import { CORE_KINDS, type CoreRelocation } from "./core-relocation.ts";
import { ObjectError } from "./error.ts";
import { isCode, type OpenObject } from "./open-object.ts";
import type { Reference } from "./references.ts";

/** A function as the file holds it. What its instructions refer to is known by name, other functions by `calls`. */
export type CodeUnit = {
  readonly name: string;
  readonly section: ElfSection;
  readonly symbol: ElfSymbol;
  readonly insns: readonly Insn[];
  readonly slots: number;
  readonly btfId: number;
  /** Per instruction that calls a function or takes its address. Filled in when all functions are known. */
  readonly calls: Map<number, CodeUnit>;
  /** What its tag `exception_callback:NAME` names: it is called when the program throws. */
  exceptionCallback?: CodeUnit;
};

const TEXT = ".text";
const EXCEPTION_TAG = "exception_callback:";

/** Reads all functions of all program sections. Throws ObjectError. */
export function readFunctions(open: OpenObject, references: References): readonly CodeUnit[] {
  const readers = open.elf.sections
    .filter(isCode)
    .map((section) => new SectionReader(open, section, references));
  const units = readers.flatMap((reader) => reader.units());
  const byPlace = new Map(units.map((unit) => [placeKey(unit.section.index, Number(unit.symbol.value)), unit]));
  for (const reader of readers) reader.connect(byPlace);
  connectExceptionCallbacks(open, units);
  return units;
}

function connectExceptionCallbacks({ btf }: OpenObject, units: readonly CodeUnit[]): void {
  if (btf === undefined) return;
  const nameOf = new Map<number, string>();
  for (const id of btf.idsOf("declTag")) {
    if (!btf.nameOf(id).startsWith(EXCEPTION_TAG)) continue;
    const tag = btf.type(id);
    if (tag.kind === "declTag") nameOf.set(tag.target, tag.name.slice(EXCEPTION_TAG.length));
  }
  if (nameOf.size === 0) return;
  const callees = new Map(
    units.filter(({ section }) => section.name === TEXT).map((unit) => [unit.name, unit]),
  );
  for (const unit of units) {
    const callback = callees.get(nameOf.get(unit.btfId) ?? "");
    if (callback !== undefined) unit.exceptionCallback = callback;
  }
}

/** What a symbol of the file stands for; `addend` is added to its place. Throws ObjectError. */
export type References = (symbol: ElfSymbol, addend: number, place: Place) => Reference;
export type Place = Readonly<{ section: string; offset: number }>;

const placeKey = (section: number, offset: number) => `${section} ${offset}`;

type PendingCall = Readonly<{ unit: CodeUnit; insnIndex: number; section: number; offset: number; at: number }>;

/** The functions of one section. */
class SectionReader {
  readonly #open: OpenObject;
  readonly #section: ElfSection;
  readonly #references: References;
  readonly #insns: readonly Insn[];
  readonly #indexOfSlot: Int32Array;
  readonly #relocations = new Map<number, ElfSymbol>();
  readonly #core = new Map<number, CoreRelocation>();
  readonly #functionIds = new Map<number, number>();
  readonly #lines: readonly LineRecord[];
  readonly #lineTexts = new Map<LineRecord, SourceLine>();
  readonly #calls: PendingCall[] = [];

  constructor(open: OpenObject, section: ElfSection, references: References) {
    this.#open = open;
    this.#section = section;
    this.#references = references;
    this.#insns = decodeSection(section, open.data(section));
    this.#indexOfSlot = new Int32Array(section.size / 8 + 1).fill(-1);
    let slot = 0;
    let index = 0;
    for (const insn of this.#insns) {
      this.#indexOfSlot[slot] = index++;
      slot += slotsOf(insn);
    }
    this.#indexOfSlot[slot] = this.#insns.length;
    for (const { offset, symbol } of open.relocations(section)) {
      const found = open.symbols[symbol];
      if (found === undefined) throw this.#bad("object/bad-relocation", `there is no symbol ${symbol}`, offset);
      this.#indexAt(offset, "a relocation");
      this.#relocations.set(offset, found);
    }
    const info = open.ext.get(section.name);
    for (const record of info?.core ?? []) this.#core.set(record.at, this.#coreRelocation(record));
    for (const record of info?.functions ?? []) this.#functionIds.set(record.at, this.#functionId(record));
    this.#lines = [...(info?.lines ?? [])].sort((a, b) => a.at - b.at);
  }

  units(): CodeUnit[] {
    const symbols = this.#open
      .symbolsOf(this.#section)
      .filter((symbol) => symbol.type === "func")
      .sort((a, b) => Number(a.value - b.value));
    let end = 0;
    let nextLine = 0;
    return symbols.map((symbol) => {
      const at = Number(symbol.value);
      if (symbol.size === 0 || at % 8 !== 0 || symbol.size % 8 !== 0 || at + symbol.size > this.#section.size)
        throw this.#bad("object/bad-function", `function ${symbol.name} has ${symbol.size} bytes at ${at}`, at);
      if (at < end) throw this.#bad("object/bad-function", `function ${symbol.name} begins inside another`, at);
      end = at + symbol.size;
      if (symbol.binding === "local" && this.#section.name !== TEXT)
        throw this.#bad("object/static-program", `\`${symbol.name}\` is static, and a program must not be`, at);
      while ((this.#lines[nextLine]?.at ?? Number.POSITIVE_INFINITY) < at) nextLine++;
      return this.#unit(symbol, at, nextLine);
    });
  }

  connect(byPlace: ReadonlyMap<string, CodeUnit>): void {
    for (const { unit, insnIndex, section, offset, at } of this.#calls) {
      const callee = byPlace.get(placeKey(section, offset));
      if (callee === undefined) throw this.#bad("object/bad-relocation", "a call leads to no function", at);
      unit.calls.set(insnIndex, callee);
    }
  }

  #unit(symbol: ElfSymbol, start: number, firstLine: number): CodeUnit {
    const first = this.#indexAt(start, "a function");
    const last = this.#indexAt(start + symbol.size, "the end of a function");
    const insns: Insn[] = [];
    const unit: CodeUnit = {
      name: symbol.name,
      section: this.#section,
      symbol,
      insns,
      slots: symbol.size / 8,
      btfId: this.#functionIds.get(start) ?? 0,
      calls: new Map(),
    };
    let at = start;
    let nextLine = firstLine;
    let meta: InsnMeta | undefined; // of all instructions of a line that are nothing else
    for (let index = first; index < last; index++) {
      const raw = this.#insns[index] as Insn;
      for (; (this.#lines[nextLine]?.at ?? Number.POSITIVE_INFINITY) <= at; nextLine++)
        meta = { line: this.#lineText(this.#lines[nextLine] as LineRecord) };
      const reloc = this.#core.get(at);
      const insn = this.#refer(raw, at, unit, index - first);
      const own =
        index === first || reloc !== undefined
          ? { ...meta, ...(reloc && { reloc }), ...(index === first && unit.name && { symbol: unit.name }) }
          : meta;
      insns.push(own === undefined ? insn : { ...insn, meta: own });
      at += slotsOf(raw) * 8;
    }
    return unit;
  }

  /** The instruction with what it refers to by name. Functions get their offsets when programs are put together. */
  #refer(insn: Insn, at: number, unit: CodeUnit, insnIndex: number): Insn {
    const symbol = this.#relocations.get(at);
    const later = (section: number, offset: number) =>
      this.#calls.push({ unit, insnIndex, section, offset, at });
    if (insn.kind === "call" && insn.target.kind === "local") {
      const next = at + 8 + insn.target.off * 8;
      if (symbol === undefined) {
        later(this.#section.index, next);
        return insn;
      }
      const reference = this.#refersTo(symbol, (insn.target.off + 1) * 8, at);
      if (reference.kind === "function") later(reference.section, reference.offset);
      else if (reference.kind === "extern" && reference.extern.kind === "function")
        return { kind: "call", target: { kind: "ksym", name: symbol.name, weak: reference.extern.weak } };
      else throw this.#bad("object/bad-relocation", `a call of \`${symbol.name}\`, which is no function`, at);
      return insn;
    }
    if (symbol === undefined) return insn;
    if (insn.kind !== "loadImm64" || insn.ref !== undefined)
      throw this.#bad("object/bad-relocation", "the instruction there cannot be patched", at);
    const reference = this.#refersTo(symbol, Number(BigInt.asIntN(32, insn.imm)), at);
    const { dst } = insn;
    switch (reference.kind) {
      case "function":
        later(reference.section, reference.offset);
        return { kind: "loadImm64", dst, imm: 0n, ref: { kind: "funcOff", off: 0 } };
      case "map":
        return { kind: "loadImm64", dst, imm: 0n, ref: { kind: "map", map: reference.map } };
      case "mapValue":
        return {
          kind: "loadImm64",
          dst,
          imm: 0n,
          ref: { kind: "mapValue", map: reference.map, off: reference.offset },
        };
      case "extern": {
        const { name, weak } = reference.extern;
        return { kind: "loadImm64", dst, imm: 0n, ref: { kind: "ksym", name, weak } };
      }
    }
  }

  #refersTo(symbol: ElfSymbol, addend: number, at: number): Reference {
    return this.#references(symbol, addend, { section: this.#section.name, offset: at });
  }

  #indexAt(at: number, what: string): number {
    const index = at % 8 === 0 ? this.#indexOfSlot[at / 8] : undefined;
    if (index !== undefined && index >= 0) return index;
    throw this.#bad("object/bad-relocation", `${what} points to no instruction`, at);
  }

  #coreRelocation({ at, type, access, what }: { at: number; type: number; access: number; what: number }) {
    const kind = CORE_KINDS[what];
    const btf = this.#open.btf;
    if (kind === undefined || btf === undefined)
      throw this.#bad("object/bad-btf-ext", `compile-once relocations of kind ${what} are unknown`, at);
    this.#indexAt(at, "a compile-once relocation");
    if (type >= btf.count) throw this.#bad("object/bad-btf-ext", `there is no type ${type}`, at);
    return { kind: "core", what: kind, type: type as BtfId, access: btf.string(access) } as const;
  }

  #functionId({ at, type }: { at: number; type: number }): number {
    const btf = this.#open.btf;
    if (btf !== undefined && type < btf.count && btf.kindOf(type as BtfId) === "func") return type;
    throw this.#bad("object/bad-btf-ext", `type ${type} is no function`, at);
  }

  #lineText(record: LineRecord): SourceLine {
    const known = this.#lineTexts.get(record);
    if (known) return known;
    const string = (offset: number) => this.#open.btf?.string(offset) ?? "";
    const { line, column } = record;
    const text = { file: string(record.file), line, column, text: string(record.text) };
    this.#lineTexts.set(record, text);
    return text;
  }

  #bad(code: `object/${string}`, what: string, offset: number): ObjectError {
    const remedy =
      code === "object/static-program"
        ? { remedy: "remove `static`, or SEC() if it is to be called from programs" }
        : {};
    return new ObjectError(code, what, { section: this.#section.name, offset, ...remedy });
  }
}

function decodeSection(section: ElfSection, bytes: Uint8Array): readonly Insn[] {
  try {
    return decodeProgram(bytes);
  } catch (cause) {
    if (!(cause instanceof DecodeError)) throw cause;
    const offset = cause.slotIndex * 8;
    throw new ObjectError("object/bad-instruction", cause.message, { section: section.name, offset, cause });
  }
}
