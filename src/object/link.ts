import { BYTES, checkInput, type InputRule, listOf, OBJECT, TEXT } from "../base/check-input.ts";
import { MACHINE, SECTION_INDEX, SECTION_TYPE } from "../elf/elf.ts";
import type { ElfSymbol } from "../elf/symbols.ts";
import { ElfWriter, type SymbolRef, UNDEFINED } from "../elf/write.ts";
import { OBJECT_SPECS } from "./check-object.ts";
import { ObjectError } from "./error.ts";
import { fromElf } from "./from-elf.ts";
import { type LinkedBtf, linkBtf } from "./link-btf.ts";
import { layOut, type OutputSection } from "./link-sections.ts";
import { type LinkInput, resolveSymbols, type SharedSymbol } from "./link-symbols.ts";
import type { ObjectSpec } from "./object.ts";
import { inSection, isCode, openObject } from "./open-object.ts";
import { toElf } from "./to-elf.ts";
import { writeBtfExt } from "./write-btf-ext.ts";

/** An object file, and what it is called in messages. */
export type NamedFile = Readonly<{ name: string; bytes: Uint8Array }>;

const FILE: InputRule = {
  expected: "{ name, bytes }",
  accepts: (value) =>
    OBJECT.accepts(value) &&
    TEXT.accepts((value as Partial<NamedFile>).name) &&
    BYTES.accepts((value as Partial<NamedFile>).bytes),
};
const FILES = listOf(FILE, "{ name, bytes }");

/**
 * Links object files into one, as `bpftool gen object` does: sections of one name are put together, what one file
 * declares another defines, strong definitions win over weak ones, and equal types are kept once. What no file defines
 * stays declared. Throws ElfError or ObjectError.
 */
export function linkFiles(files: readonly NamedFile[]): Uint8Array {
  checkInput("linkFiles: the files", files, FILES);
  const inputs = files.map(({ name, bytes }) => {
    const open = openObject(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)); // of a Buffer, too
    return { name, open };
  });
  return linkOpened(inputs);
}

/** As `linkFiles`, for files that were opened. */
export function linkOpened(inputs: readonly LinkInput[]): Uint8Array {
  return inSection(".BTF", () => new Linker(inputs).run());
}

/** Links objects that need nothing of each other but may share maps and functions by name, such as compiled ones. */
export function link(objects: readonly ObjectSpec[]): ObjectSpec {
  checkInput("link: the objects", objects, OBJECT_SPECS);
  const files = objects.map((object, i) => ({ name: object.name ?? `object ${i + 1}`, bytes: toElf(object) }));
  const [first] = objects;
  return fromElf(linkFiles(files), first?.name === undefined ? {} : { name: first.name });
}

const LOAD_IMM64 = 0x18;
const ABS64 = 2;

class Linker {
  readonly #inputs: readonly LinkInput[];
  readonly #elf = new ElfWriter(MACHINE.bpf);
  readonly #sections: ReadonlyMap<string, OutputSection>;
  readonly #shared: ReadonlyMap<string, SharedSymbol>;
  readonly #numbers = new Map<OutputSection, number>();
  readonly #sectionSymbols = new Map<OutputSection, SymbolRef>();
  readonly #sharedRefs = new Map<string, SymbolRef>();
  readonly #localRefs: Map<number, SymbolRef>[];

  constructor(inputs: readonly LinkInput[]) {
    this.#inputs = inputs;
    this.#sections = layOut(inputs);
    this.#localRefs = inputs.map(() => new Map());
    this.#shared = resolveSymbols(inputs, (input, section) => this.#isSkipped(input, section));
  }

  run(): Uint8Array {
    for (const section of this.#sections.values()) this.#addSection(section);
    for (const [input, { open }] of this.#inputs.entries())
      for (const symbol of open.symbols) if (isNamedLocal(symbol)) this.#local(input, symbol);
    for (const symbol of this.#shared.values()) this.#addShared(symbol);
    for (const [input, one] of this.#inputs.entries()) this.#relocate(input, one);
    const btf = linkBtf(this.#inputs, this.#shared, this.#sections);
    if (btf !== undefined) {
      const ext = this.#btfExt(btf);
      if (ext !== undefined)
        this.#elf.addSection({ name: ".BTF.ext", type: SECTION_TYPE.progbits, data: ext, align: 4 });
      this.#elf.addSection({ name: ".BTF", type: SECTION_TYPE.progbits, data: btf.builder.finish(), align: 4 });
    }
    return this.#elf.finish();
  }

  /** Whether a section of a file is left out, since another file's stands for it. */
  #isSkipped(input: number, index: number): boolean {
    const section = this.#inputs[input]?.open.elf.sections[index];
    const output = section && this.#sections.get(section.name);
    return output !== undefined && !output.starts.has(input);
  }

  #addSection(section: OutputSection): void {
    const { name, type, flags, align, data, bytes } = section;
    const number = this.#elf.addSection({ name, type, flags, align, ...(data ? { data } : { size: bytes }) });
    this.#numbers.set(section, number);
    const symbol = { name, type: "section", binding: "local", section: number } as const;
    this.#sectionSymbols.set(section, this.#elf.addSymbol(symbol));
  }

  /** Where a file's symbol is in the result; undefined for what the result has not. */
  #placeOf(input: number, symbol: ElfSymbol): { section: OutputSection; at: number } | undefined {
    const section = this.#inputs[input]?.open.elf.sections[symbol.section];
    const output = section && this.#sections.get(section.name);
    const start = output?.starts.get(input);
    return output === undefined || start === undefined ? undefined : { section: output, at: start };
  }

  #local(input: number, symbol: ElfSymbol): SymbolRef | undefined {
    const refs = this.#localRefs[input] as Map<number, SymbolRef>;
    const known = refs.get(symbol.index);
    if (known !== undefined) return known;
    const place = this.#placeOf(input, symbol);
    if (place === undefined) return undefined;
    const ref = this.#elf.addSymbol({
      name: symbol.name,
      type: symbol.type === "func" || symbol.type === "object" ? symbol.type : "none",
      binding: "local",
      section: this.#numbers.get(place.section) as number,
      value: place.at + Number(symbol.value),
      size: symbol.size,
    });
    refs.set(symbol.index, ref);
    return ref;
  }

  #addShared(shared: SharedSymbol): void {
    const { name, input, symbol, isDefined, isWeak, isHidden } = shared;
    const place = isDefined ? this.#placeOf(input, symbol) : undefined;
    if (isDefined && place === undefined) return; // in a section that is no part of programs
    const ref = this.#elf.addSymbol({
      name,
      type: symbol.type === "func" || symbol.type === "object" ? symbol.type : "none",
      binding: isWeak ? "weak" : "global",
      visibility: isHidden ? "hidden" : "default",
      section: place ? (this.#numbers.get(place.section) as number) : UNDEFINED,
      value: place ? place.at + Number(symbol.value) : 0,
      size: symbol.size,
    });
    this.#sharedRefs.set(name, ref);
  }

  #relocate(input: number, { open, name: file }: LinkInput): void {
    for (const section of open.elf.sections) {
      const output = this.#sections.get(section.name);
      const start = output?.starts.get(input);
      if (output?.data === undefined || start === undefined) continue;
      const number = this.#numbers.get(output) as number;
      for (const { offset, symbol: index, type } of open.relocations(section)) {
        const symbol = open.symbols[index];
        const ref = symbol && this.#refOf(input, symbol);
        if (symbol === undefined || ref === undefined || offset + 8 > section.size)
          throw new ObjectError("object/bad-relocation", `${file} refers to what is no part of programs`, {
            section: section.name,
            offset,
          });
        const place = symbol.type === "section" ? this.#placeOf(input, symbol) : undefined;
        if (place) addTo(output.data, start + offset, place.at, isCode(section), type);
        this.#elf.addRelocation(number, start + offset, ref, type);
      }
    }
  }

  #refOf(input: number, symbol: ElfSymbol): SymbolRef | undefined {
    if (symbol.type === "section") {
      const place = this.#placeOf(input, symbol);
      return place && this.#sectionSymbols.get(place.section);
    }
    return symbol.binding === "local" ? this.#local(input, symbol) : this.#sharedRefs.get(symbol.name);
  }

  #btfExt({ builder, idOf }: LinkedBtf): Uint8Array | undefined {
    const out: { name: number; info: Parameters<typeof writeBtfExt>[0][number]["info"] }[] = [];
    for (const section of this.#sections.values())
      for (const [input, start] of section.starts) {
        const { open } = this.#inputs[input] as LinkInput;
        const info = open.ext.get(section.name);
        if (info === undefined || open.btf === undefined) continue;
        const { btf } = open;
        const text = (offset: number) => builder.addString(btf.string(offset));
        const functions = info.functions.map(({ at, type }) => ({ at: at + start, type: idOf(input, type) }));
        const lines = info.lines.map((line) => {
          return { ...line, at: line.at + start, file: text(line.file), text: text(line.text) };
        });
        const core = info.core.map(({ at, type, access, what }) => {
          return { at: at + start, type: idOf(input, type), access: text(access), what };
        });
        out.push({ name: builder.addString(section.name), info: { functions, lines, core } });
      }
    return writeBtfExt(mergeByName(out));
  }
}

/** Local symbols that tell something: functions and variables. */
function isNamedLocal({ binding, type, name, section }: ElfSymbol): boolean {
  if (binding !== "local" || name === "" || section === SECTION_INDEX.undefined) return false;
  return type === "func" || type === "object";
}

/** A section's start moved: what is added to it in place moves along. */
function addTo(data: Uint8Array, at: number, amount: number, isInsn: boolean, type: number): void {
  if (amount === 0) return;
  const view = new DataView(data.buffer);
  if (!isInsn) {
    if (type === ABS64) view.setBigUint64(at, view.getBigUint64(at, true) + BigInt(amount), true);
    else view.setUint32(at, view.getUint32(at, true) + amount, true);
    return;
  }
  const isLoad = data[at] === LOAD_IMM64;
  view.setInt32(at + 4, view.getInt32(at + 4, true) + (isLoad ? amount : amount / 8), true);
}

type Described = { name: number; info: Parameters<typeof writeBtfExt>[0][number]["info"] };

/** One table a section, in the order of places, as the kernel wants it. */
function mergeByName(parts: readonly Described[]): Described[] {
  const merged = new Map<number, Described>();
  for (const { name, info } of parts) {
    const known = merged.get(name)?.info;
    const all = {
      functions: [...(known?.functions ?? []), ...info.functions],
      lines: [...(known?.lines ?? []), ...info.lines],
      core: [...(known?.core ?? []), ...info.core],
    };
    merged.set(name, { name, info: all });
  }
  return [...merged.values()];
}
