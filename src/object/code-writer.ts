import { SECTION_TYPE } from "../elf/elf.ts";
import { CODE_FLAGS, type ElfWriter, type SymbolRef } from "../elf/write.ts";
import { encodeInsn } from "../isa/encode.ts";
import type { Insn, InsnBody } from "../isa/insn.ts";
import { slotsOf } from "../isa/insn.ts";
import type { BtfAdditions } from "./btf-additions.ts";
import type { CoreRecord, FunctionRecord, LineRecord } from "./btf-ext.ts";
import { coreRelocation } from "./core-relocation.ts";
import { ObjectError } from "./error.ts";
import type { ExternSpec } from "./object.ts";
import { coreKindNumber, writeBtfExt } from "./write-btf-ext.ts";
import type { NewFunction } from "./write-code.ts";

/** R_BPF_64_64 and R_BPF_64_32. Source: Documentation/bpf/llvm_reloc.rst, v6.12. */
const LOAD64 = 1;
const CALL = 10;

const TEXT = ".text";

type Section = Readonly<{
  name: string;
  number: number;
  data: Uint8Array;
  functions: readonly NewFunction[];
  functionRecords: FunctionRecord[];
  lines: LineRecord[];
  core: CoreRecord[];
}>;

type Place = Readonly<{ section: Section; at: number; symbol: SymbolRef; isSeen: boolean }>;
type Variables = Readonly<{
  section: SymbolRef;
  seen: readonly Readonly<{ offset: number; size: number; symbol: SymbolRef }>[];
}>;

/** Lays functions out in sections, and writes their instructions when all that they refer to has a symbol. */
export class CodeWriter {
  readonly #elf: ElfWriter;
  readonly #btf: BtfAdditions;
  readonly #sections: Section[] = [];
  readonly #places = new Map<NewFunction, Place>();
  readonly #programs = new Map<string, SymbolRef>();
  readonly #maps = new Map<string, SymbolRef>();
  readonly #data = new Map<string, Variables>();
  readonly #externs = new Map<string, SymbolRef>();
  readonly #kconfig: { extern: ExternSpec & { kind: "kconfig" }; symbol: SymbolRef }[] = [];
  #text: SymbolRef | undefined;

  constructor(elf: ElfWriter, btf: BtfAdditions) {
    this.#elf = elf;
    this.#btf = btf;
  }

  addSection(name: string, functions: readonly NewFunction[]): void {
    const data = new Uint8Array(functions.reduce((sum, f) => sum + f.bytes, 0));
    const shape = { type: SECTION_TYPE.progbits, flags: CODE_FLAGS, align: 8 };
    const number = this.#elf.addSection({ name, ...shape, data });
    const section: Section = { name, number, data, functions, functionRecords: [], lines: [], core: [] };
    this.#sections.push(section);
    if (name === TEXT && functions.length > 0)
      this.#text = this.#elf.addSymbol({ name, type: "section", binding: "local", section: number });
    let at = 0;
    for (const made of functions) {
      const { info, isProgram, bytes } = made;
      const linkage = info.linkage ?? (isProgram ? "global" : "static");
      const symbol = this.#elf.addSymbol({
        name: info.name,
        type: "func",
        binding: linkage === "static" ? "local" : linkage,
        section: number,
        value: at,
        size: bytes,
        ...(info.hidden && { visibility: "hidden" }),
      });
      this.#places.set(made, { section, at, symbol, isSeen: linkage !== "static" });
      if (isProgram) this.#programs.set(info.name, symbol);
      at += bytes;
    }
  }

  functionSymbol(program: string): SymbolRef | undefined {
    return this.#programs.get(program);
  }

  mapSymbol(map: string): SymbolRef | undefined {
    return this.#maps.get(map);
  }

  addMap(name: string, symbol: SymbolRef): void {
    this.#maps.set(name, symbol);
  }

  /** A map that is a section, with the variables that other objects can see. */
  addData(map: string, section: SymbolRef, seen: Variables["seen"]): void {
    this.#data.set(map, { section, seen });
  }

  addExtern(extern: ExternSpec, symbol: SymbolRef): void {
    this.#externs.set(extern.name, symbol);
    if (extern.kind === "kconfig") this.#kconfig.push({ extern, symbol });
  }

  /** Throws ObjectError when an instruction refers to what the object has not. */
  writeAll(): void {
    for (const section of this.#sections)
      for (const made of section.functions) this.#write(section, made, (this.#places.get(made) as Place).at);
  }

  btfExt(): Uint8Array | undefined {
    const described = this.#sections.filter(({ functionRecords, lines, core }) => {
      return functionRecords.length + lines.length + core.length > 0;
    });
    return writeBtfExt(
      described.map(({ name, functionRecords, lines, core }) => {
        return { name: this.#btf.string(name), info: { functions: functionRecords, lines, core } };
      }),
    );
  }

  #write(section: Section, { info, insns, calls }: NewFunction, start: number): void {
    const view = new DataView(section.data.buffer);
    if (info.btfId !== 0) section.functionRecords.push({ at: start, type: info.btfId });
    let at = start;
    let last: unknown;
    for (const [index, insn] of insns.entries()) {
      const line = insn.meta?.line;
      if (line !== undefined && line !== last) {
        const [file, text] = [this.#btf.string(line.file), this.#btf.string(line.text)];
        section.lines.push({ at, file, text, line: line.line, column: line.column });
        last = line;
      }
      const reloc = coreRelocation(insn);
      if (reloc !== undefined) {
        const what = coreKindNumber(reloc.what);
        section.core.push({ at, type: reloc.type, access: this.#btf.string(reloc.access), what });
      }
      const callee = calls.get(index);
      const body =
        callee === undefined ? this.#refer(section, insn, at) : this.#link(section, insn, callee, at);
      encodeInsn(body, view, at, index);
      at += slotsOf(insn) * 8;
    }
  }

  /** A call of a function, or its address: by its own symbol when others see it, else by its place in .text. */
  #link(section: Section, insn: Insn, callee: NewFunction, at: number): InsnBody {
    const place = this.#places.get(callee);
    if (place === undefined || this.#text === undefined)
      throw new Error(`bug: ${callee.info.name} has no place`);
    const { isSeen, symbol } = place;
    const addend = isSeen ? 0 : place.at;
    const target = isSeen ? symbol : this.#text;
    this.#elf.addRelocation(section.number, at, target, insn.kind === "call" ? CALL : LOAD64);
    if (insn.kind === "call") return { kind: "call", target: { kind: "local", off: addend / 8 - 1 } };
    if (insn.kind === "loadImm64") return { kind: "loadImm64", dst: insn.dst, imm: BigInt(addend) };
    throw new Error(`bug: a ${insn.kind} refers to a function`);
  }

  #refer(section: Section, insn: Insn, at: number): InsnBody {
    if (insn.kind === "call" && insn.target.kind === "ksym") {
      this.#elf.addRelocation(section.number, at, this.#extern(insn.target.name), CALL);
      return { kind: "call", target: { kind: "local", off: -1 } };
    }
    if (insn.kind !== "loadImm64" || insn.ref === undefined) return insn;
    const { dst, ref } = insn;
    const load = (symbol: SymbolRef, addend: number): InsnBody => {
      this.#elf.addRelocation(section.number, at, symbol, LOAD64);
      return { kind: "loadImm64", dst, imm: BigInt.asUintN(32, BigInt(addend)) };
    };
    switch (ref.kind) {
      case "map": {
        const symbol = this.#maps.get(ref.map);
        if (symbol === undefined) throw missing(`map ${ref.map}`);
        return load(symbol, 0);
      }
      case "mapValue":
        return load(...this.#variable(ref.map, ref.off));
      case "ksym":
        return load(this.#extern(ref.name), 0);
      default:
        throw missing(`a reference of kind ${ref.kind} to what only one kernel knows, and`);
    }
  }

  #variable(map: string, offset: number): [SymbolRef, number] {
    if (map === ".kconfig") {
      const found = this.#kconfig.find(
        ({ extern }) => offset >= extern.offset && offset < extern.offset + extern.size,
      );
      if (found === undefined) throw missing("a configuration value");
      return [found.symbol, offset - found.extern.offset];
    }
    const data = this.#data.get(map);
    if (data === undefined) throw missing(`map ${map}`);
    const found = data.seen.find(
      (variable) => offset >= variable.offset && offset < variable.offset + variable.size,
    );
    return found === undefined ? [data.section, offset] : [found.symbol, offset - found.offset];
  }

  #extern(name: string): SymbolRef {
    const symbol = this.#externs.get(name);
    if (symbol === undefined) throw missing(`kernel symbol ${name}`);
    return symbol;
  }
}

function missing(what: string): ObjectError {
  return new ObjectError(
    "object/unwritable",
    `an instruction refers to ${what} that the object does not have`,
    {
      remedy: "write the object as it was compiled or read, before it is fitted to a kernel",
    },
  );
}
