import { SECTION_FLAG, SECTION_INDEX, SECTION_TYPE } from "./elf.ts";
import { ElfError } from "./error.ts";
import { RECORDS, type RecordLayout } from "./records.ts";
import type { SymbolBinding, SymbolType } from "./symbols.ts";

/** A section to be written. `size` is for sections that take no room in the file. */
export type NewSection = Readonly<{
  name: string;
  type: number;
  flags?: number;
  data?: Uint8Array;
  size?: number;
  align?: number;
  entrySize?: number;
}>;

/** A symbol to be written. `section` is what `addSection` gave, or one of `SECTION_INDEX`. */
export type NewSymbol = Readonly<{
  name: string;
  value?: number;
  size?: number;
  type: Exclude<SymbolType, "other" | "ifunc">;
  binding: Exclude<SymbolBinding, "other" | "unique">;
  visibility?: "default" | "internal" | "hidden" | "protected";
  section: number;
}>;

declare const symbolBrand: unique symbol;
/** A symbol of the file that is being written. */
export type SymbolRef = number & { readonly [symbolBrand]: true };

type Relocation = Readonly<{ offset: number; symbol: SymbolRef; type: number }>;

const TYPES = { none: 0, object: 1, func: 2, section: 3, file: 4, common: 5, tls: 6 } as const;
const BINDINGS = { local: 0, global: 1, weak: 2 } as const;
const VISIBILITIES = { default: 0, internal: 1, hidden: 2, protected: 3 } as const;
const INFO_LINK = 0x40; // SHF_INFO_LINK
const MOST_SECTIONS = 0xff00; // from here on numbers mean something else
const { header, section: sectionLayout, symbol: symbolLayout, rel } = RECORDS[64];

/** Collects sections, symbols and relocations and writes them as a relocatable file of 64 bits, little-endian. */
export class ElfWriter {
  readonly #machine: number;
  readonly #sections: NewSection[] = [];
  readonly #symbols: NewSymbol[] = [];
  readonly #relocations = new Map<number, Relocation[]>();

  /** `machine`: one of `MACHINE`. */
  constructor(machine: number) {
    this.#machine = machine;
  }

  /** The number of the section in the file. */
  addSection(section: NewSection): number {
    return this.#sections.push(section);
  }

  addSymbol(symbol: NewSymbol): SymbolRef {
    return (this.#symbols.push(symbol) - 1) as SymbolRef;
  }

  /** Patches byte `offset` of a section; the addend stands there. `type` is the machine's R_ number. */
  addRelocation(section: number, offset: number, symbol: SymbolRef, type: number): void {
    const list = this.#relocations.get(section);
    if (list) list.push({ offset, symbol, type });
    else this.#relocations.set(section, [{ offset, symbol, type }]);
  }

  /** The file. Throws ElfError when there are more sections than a plain file can number. */
  finish(): Uint8Array<ArrayBuffer> {
    const strings = new Strings();
    const { symtab, indexOf, firstGlobal } = this.#symbolTable(strings);
    const symtabIndex = this.#sections.length + this.#relocations.size + 1;
    const sections: Placed[] = [NO_SECTION, ...this.#sections.map((s) => ({ ...s, link: 0, info: 0 }))];
    for (const [target, list] of [...this.#relocations].sort(([a], [b]) => a - b))
      sections.push(this.#relocationSection(target, list, symtabIndex, indexOf));
    sections.push({
      name: ".symtab",
      type: SECTION_TYPE.symtab,
      data: symtab,
      align: 8,
      entrySize: symbolLayout.bytes,
      link: symtabIndex + 1,
      info: firstGlobal,
    });
    for (const { name } of sections) strings.at(name);
    strings.at(".strtab");
    sections.push({ name: ".strtab", type: SECTION_TYPE.strtab, data: strings.bytes(), link: 0, info: 0 });
    if (sections.length >= MOST_SECTIONS)
      throw new ElfError("elf/too-many-sections", `${sections.length} sections do not fit into one file`, {
        remedy: "split the object",
      });
    return assemble(this.#machine, sections, strings);
  }

  /** Local symbols come first, as the format demands. */
  #symbolTable(strings: Strings): { symtab: Uint8Array; indexOf: Uint32Array; firstGlobal: number } {
    const order = [...this.#symbols.keys()];
    const isLocal = (at: number) => this.#symbols[at]?.binding === "local";
    const sorted = [...order.filter(isLocal), ...order.filter((at) => !isLocal(at))];
    const indexOf = new Uint32Array(this.#symbols.length);
    const symtab = new Uint8Array((sorted.length + 1) * symbolLayout.bytes);
    for (const [i, at] of sorted.entries()) {
      const symbol = this.#symbols[at] as NewSymbol;
      indexOf[at] = i + 1;
      put(symtab, (i + 1) * symbolLayout.bytes, symbolLayout, {
        name: symbol.type === "section" ? 0 : strings.at(symbol.name),
        info: (BINDINGS[symbol.binding] << 4) | TYPES[symbol.type],
        other: VISIBILITIES[symbol.visibility ?? "default"],
        section: symbol.section,
        value: symbol.value ?? 0,
        size: symbol.size ?? 0,
      });
    }
    return { symtab, indexOf, firstGlobal: order.filter(isLocal).length + 1 };
  }

  #relocationSection(target: number, list: readonly Relocation[], link: number, indexOf: Uint32Array): Placed {
    const data = new Uint8Array(list.length * rel.bytes);
    const view = new DataView(data.buffer);
    for (const [i, { offset, symbol, type }] of list.entries()) {
      view.setBigUint64(i * rel.bytes, BigInt(offset), true);
      view.setUint32(i * rel.bytes + rel.offsets.info, type, true);
      view.setUint32(i * rel.bytes + rel.offsets.info + 4, indexOf[symbol] as number, true);
    }
    const name = `.rel${this.#sections[target - 1]?.name ?? ""}`;
    const shape = { type: SECTION_TYPE.rel, flags: INFO_LINK, align: 8, entrySize: rel.bytes };
    return { name, ...shape, data, link, info: target };
  }
}

type Placed = NewSection & Readonly<{ link: number; info: number }>;

const NO_SECTION: Placed = { name: "", type: SECTION_TYPE.null, align: 0, link: 0, info: 0 };

function assemble(machine: number, sections: readonly Placed[], strings: Strings): Uint8Array<ArrayBuffer> {
  let at = header.bytes;
  const offsets = sections.map(({ align = 1, data, type }) => {
    if (type === SECTION_TYPE.null) return 0;
    at = Math.ceil(at / Math.max(align, 1)) * Math.max(align, 1);
    const offset = at;
    at += data?.length ?? 0;
    return offset;
  });
  const table = Math.ceil(at / 8) * 8;
  const out = new Uint8Array(table + sections.length * sectionLayout.bytes);
  out.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]); // 64 bits, little-endian, version 1
  put(out, 0, header, {
    type: 1, // relocatable
    machine,
    shOffset: table,
    headerSize: header.bytes,
    shSize: sectionLayout.bytes,
    shCount: sections.length,
    shNames: sections.length - 1,
  });
  new DataView(out.buffer).setUint32(20, 1, true); // version
  for (const [i, section] of sections.entries()) {
    const { name, type, flags = 0, data, size, align = 1, entrySize = 0, link, info } = section;
    if (data) out.set(data, offsets[i] as number);
    put(out, table + i * sectionLayout.bytes, sectionLayout, {
      name: strings.at(name),
      type,
      flags,
      offset: offsets[i] as number,
      size: size ?? data?.length ?? 0,
      link,
      info,
      align: type === SECTION_TYPE.null ? 0 : align,
      entrySize,
    });
  }
  return out;
}

function put<K extends string>(
  out: Uint8Array,
  at: number,
  layout: RecordLayout<K>,
  values: Partial<Record<K, number>>,
): void {
  const view = new DataView(out.buffer, out.byteOffset + at, layout.bytes);
  for (const key of Object.keys(values) as K[]) {
    const offset = layout.offsets[key];
    const value = values[key] as number;
    switch (layout.widths[key]) {
      case 1:
        view.setUint8(offset, value);
        break;
      case 2:
        view.setUint16(offset, value, true);
        break;
      case 4:
        view.setUint32(offset, value, true);
        break;
      case 8:
        view.setBigUint64(offset, BigInt(value), true);
        break;
    }
  }
}

/** A string table under construction: each text once. */
class Strings {
  readonly #offsets = new Map<string, number>([["", 0]]);
  readonly #parts: Uint8Array[] = [new Uint8Array(1)];
  #end = 1;

  at(text: string): number {
    const known = this.#offsets.get(text);
    if (known !== undefined) return known;
    const bytes = new TextEncoder().encode(`${text}\0`);
    const offset = this.#end;
    this.#offsets.set(text, offset);
    this.#parts.push(bytes);
    this.#end += bytes.length;
    return offset;
  }

  bytes(): Uint8Array {
    const out = new Uint8Array(this.#end);
    let at = 0;
    for (const part of this.#parts) {
      out.set(part, at);
      at += part.length;
    }
    return out;
  }
}

/** Flags of common kinds of sections. */
export const CODE_FLAGS = SECTION_FLAG.alloc | SECTION_FLAG.exec;
export const DATA_FLAGS = SECTION_FLAG.alloc | SECTION_FLAG.write;
export const UNDEFINED = SECTION_INDEX.undefined;
