import { type Elf, type ElfSection, SECTION_INDEX, SECTION_TYPE } from "./elf.ts";
import { ElfError } from "./error.ts";
import { RECORDS, type RecordLayout, RecordView } from "./records.ts";
import { sectionData } from "./section-data.ts";
import { readBytes } from "./source.ts";
import { StringTable } from "./string-table.ts";

export type SymbolType = "none" | "object" | "func" | "section" | "file" | "common" | "tls" | "ifunc" | "other";
export type SymbolBinding = "local" | "global" | "weak" | "unique" | "other";

/** `section` is a section number, or one of `SECTION_INDEX`: 0 undefined, 0xfff1 absolute, 0xfff2 common. */
export type ElfSymbol = Readonly<{
  index: number;
  name: string;
  value: bigint;
  size: number;
  type: SymbolType;
  binding: SymbolBinding;
  visibility: "default" | "internal" | "hidden" | "protected";
  section: number;
}>;

const TYPES: readonly SymbolType[] = ["none", "object", "func", "section", "file", "common", "tls"];
const IFUNC = 10; // STT_GNU_IFUNC
const BINDINGS: readonly SymbolBinding[] = ["local", "global", "weak"];
const UNIQUE = 10; // STB_GNU_UNIQUE
const VISIBILITIES = ["default", "internal", "hidden", "protected"] as const;

/** A symbol table read in place; names are decoded when asked for. */
export class SymbolTable {
  readonly section: ElfSection;
  readonly count: number;
  readonly #rows: RecordView<"name" | "info" | "other" | "section" | "value" | "size">;
  readonly #layout: RecordLayout<"name" | "info" | "other" | "section" | "value" | "size">;
  readonly #readNames: () => StringTable;
  readonly #extended: DataView | undefined;
  readonly #little: boolean;
  #names: StringTable | undefined;

  constructor(elf: Elf, section: ElfSection) {
    this.section = section;
    this.#layout = RECORDS[elf.bits].symbol;
    const data = sectionData(elf, section);
    if (section.entrySize !== 0 && section.entrySize !== this.#layout.bytes)
      throw new ElfError("elf/bad-symbols", `symbols of ${section.entrySize} bytes are unknown`, {
        section: section.name,
        offset: section.offset,
      });
    this.#little = elf.littleEndian;
    this.#rows = new RecordView(data, this.#layout, elf.littleEndian);
    this.count = Math.floor(data.length / this.#layout.bytes);
    this.#readNames = () => {
      const strings = elf.sections[section.link];
      return new StringTable(
        strings?.type === SECTION_TYPE.strtab ? sectionData(elf, strings) : new Uint8Array(0),
      );
    };
    this.#extended = extendedIndexes(elf, section);
  }

  name(index: number): string {
    this.#names ??= this.#readNames();
    return this.#names.at(this.#rows.number("name", this.#row(index)));
  }

  value(index: number): bigint {
    return this.#rows.big("value", this.#row(index));
  }

  size(index: number): number {
    return this.#rows.number("size", this.#row(index));
  }

  type(index: number): SymbolType {
    return typeOf(this.#rows.number("info", this.#row(index)));
  }

  binding(index: number): SymbolBinding {
    return bindingOf(this.#rows.number("info", this.#row(index)));
  }

  sectionIndex(index: number): number {
    return this.#sectionOf(index, this.#rows.number("section", this.#row(index)));
  }

  /** All of one symbol. Throws RangeError for an index that the table does not have. */
  at(index: number): ElfSymbol {
    const rows = this.#rows;
    const row = this.#row(index);
    const info = rows.number("info", row);
    this.#names ??= this.#readNames();
    return {
      index,
      name: this.#names.at(rows.number("name", row)),
      value: rows.big("value", row),
      size: rows.number("size", row),
      type: typeOf(info),
      binding: bindingOf(info),
      visibility: VISIBILITIES[(rows.number("other", row) & 3) as 0 | 1 | 2 | 3],
      section: this.#sectionOf(index, rows.number("section", row)),
    };
  }

  *[Symbol.iterator](): Iterator<ElfSymbol> {
    for (let index = 0; index < this.count; index++) yield this.at(index);
  }

  #sectionOf(index: number, number: number): number {
    if (number !== SECTION_INDEX.extended || this.#extended === undefined) return number;
    return index * 4 + 4 <= this.#extended.byteLength
      ? this.#extended.getUint32(index * 4, this.#little)
      : number;
  }

  #row(index: number): number {
    if (!(index >= 0 && index < this.count))
      throw new RangeError(`there is no symbol ${index} of ${this.count}`);
    return index * this.#layout.bytes;
  }
}

function typeOf(info: number): SymbolType {
  const number = info & 0xf;
  return number === IFUNC ? "ifunc" : (TYPES[number] ?? "other");
}

function bindingOf(info: number): SymbolBinding {
  const number = info >>> 4;
  return number === UNIQUE ? "unique" : (BINDINGS[number] ?? "other");
}

function extendedIndexes(elf: Elf, symbols: ElfSection): DataView | undefined {
  const section = elf.sections.find((s) => s.type === SECTION_TYPE.symtabIndex && s.link === symbols.index);
  if (section === undefined) return undefined;
  const bytes = readBytes(elf.source, section.offset, section.size, "the extended section numbers");
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** The full symbol table (.symtab), which stripped files lack, or the dynamic linker's (.dynsym). Throws ElfError. */
export function readSymbols(elf: Elf, which: "symtab" | "dynsym"): SymbolTable | undefined {
  const section = elf.sections.find((s) => s.type === SECTION_TYPE[which]);
  return section === undefined ? undefined : new SymbolTable(elf, section);
}

/** Defined functions (IFUNCs too) of both tables, each once, sorted by address and then by name. */
export function functionSymbols(elf: Elf): readonly ElfSymbol[] {
  const found = new Map<string, ElfSymbol>();
  for (const which of ["symtab", "dynsym"] as const) {
    const table = readSymbols(elf, which);
    if (table === undefined) continue;
    for (let index = 0; index < table.count; index++) {
      const type = table.type(index);
      if ((type !== "func" && type !== "ifunc") || table.sectionIndex(index) === SECTION_INDEX.undefined)
        continue;
      const symbol = table.at(index);
      const key = `${symbol.value} ${symbol.name.replace(/@.*/, "")}`;
      if (!found.has(key)) found.set(key, symbol);
    }
  }
  const byName = (a: ElfSymbol, b: ElfSymbol) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
  return [...found.values()].sort((a, b) => (a.value < b.value ? -1 : a.value > b.value ? 1 : byName(a, b)));
}
