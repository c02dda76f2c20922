import { type Abbreviation, readAbbreviations } from "./abbreviations.ts";
import { type Attribute, readAttribute, type UnitShape } from "./attribute.ts";
import { ByteReader } from "./byte-reader.ts";
import { AT } from "./constants.ts";
import { DwarfError } from "./error.ts";
import type { DwarfSections } from "./sections.ts";

/** A debugging information entry. `end`: where its attributes end and its children begin. */
export type Entry = Readonly<{
  unit: Unit;
  offset: number;
  end: number;
  tag: number;
  hasChildren: boolean;
  attributes: ReadonlyMap<number, Attribute>;
}>;

/** One unit of .debug_info or .debug_types. Entries are read when they are asked for. */
export class Unit {
  readonly shape: UnitShape;
  readonly isTypes: boolean;
  /** Where the entries begin, and the first byte behind them. */
  readonly first: number;
  readonly end: number;
  /** Of type units: the number by which others refer to the type, and where it is. */
  readonly signature: bigint | undefined;
  readonly typeAt: number;
  readonly #sections: DwarfSections;
  readonly #abbrevAt: number;
  #abbreviations: ReadonlyMap<number, Abbreviation> | undefined;
  #root: Entry | undefined;

  constructor(sections: DwarfSections, header: UnitHeader) {
    this.#sections = sections;
    this.shape = header.shape;
    this.isTypes = header.isTypes;
    this.first = header.first;
    this.end = header.end;
    this.signature = header.signature;
    this.typeAt = header.typeAt;
    this.#abbrevAt = header.abbrevAt;
  }

  get root(): Entry {
    this.#root ??= this.entry(this.first);
    if (this.#root === undefined) throw new DwarfError("a unit has no entry", this.#name, this.first);
    return this.#root;
  }

  /** The entry at a place of the section; undefined for the mark that ends a list of children. */
  entry(offset: number): Entry | undefined {
    if (offset < this.first || offset >= this.end)
      throw new DwarfError("a reference leads out of its unit", this.#name, offset);
    const reader = this.#reader(offset);
    const code = reader.uleb();
    if (code === 0) return undefined;
    const { abbrev, littleEndian } = this.#sections;
    this.#abbreviations ??= readAbbreviations(abbrev, littleEndian, this.#abbrevAt);
    const abbreviation = this.#abbreviations.get(code);
    if (abbreviation === undefined)
      throw new DwarfError(`abbreviation ${code} is not declared`, this.#name, offset);
    const attributes = new Map<number, Attribute>();
    for (const { name, form, constant } of abbreviation.attributes)
      attributes.set(name, readAttribute(reader, form, constant, this.shape));
    const { tag, hasChildren } = abbreviation;
    return { unit: this, offset, end: reader.at, tag, hasChildren, attributes };
  }

  *children(parent: Entry): Generator<Entry> {
    if (!parent.hasChildren) return;
    for (let at = parent.end; at < this.end; ) {
      const child = this.entry(at);
      if (child === undefined) return;
      yield child;
      at = this.#behind(child);
    }
  }

  /** Where the entry behind all children of this one begins. */
  #behind(entry: Entry): number {
    if (!entry.hasChildren) return entry.end;
    const sibling = entry.attributes.get(AT.sibling);
    if (sibling?.kind === "ref" && sibling.offset > entry.offset) return sibling.offset;
    let at = entry.end;
    for (let depth = 1; depth > 0 && at < this.end; ) {
      const next = this.entry(at);
      if (next === undefined) {
        depth--;
        at = this.#behindMark(at);
        continue;
      }
      if (next.hasChildren) depth++;
      at = next.end;
    }
    return at;
  }

  #behindMark(at: number): number {
    const reader = this.#reader(at);
    reader.uleb();
    return reader.at;
  }

  text(entry: Entry, name: number): string | undefined {
    const value = entry.attributes.get(name);
    if (value?.kind === "string") return value.value;
    if (value?.kind === "text") return this.#textAt(value.section, value.offset);
    if (value?.kind !== "index" || value.of !== "text") return undefined;
    const base = this.number(this.root, AT.strOffsetsBase) ?? (this.shape.version < 5 ? 0 : 8);
    const { offsetSize } = this.shape;
    const reader = this.#table("strOffsets", ".debug_str_offsets", base + value.value * offsetSize);
    return this.#textAt("str", reader.sized(offsetSize));
  }

  /** A number as it is written; exact up to 2^53. */
  number(entry: Entry, name: number): number | undefined {
    const value = entry.attributes.get(name);
    return value?.kind === "number" ? Number(value.value) : undefined;
  }

  has(entry: Entry, name: number): boolean {
    return (this.number(entry, name) ?? 0) !== 0;
  }

  address(entry: Entry, name: number): bigint | undefined {
    const value = entry.attributes.get(name);
    if (value?.kind === "address") return value.value;
    if (value?.kind === "index" && value.of === "address") return this.addressAt(value.value);
    return undefined;
  }

  /** An entry of the unit's table of addresses. */
  addressAt(index: number): bigint {
    const base = this.number(this.root, AT.addrBase) ?? 8;
    const { addressSize } = this.shape;
    return BigInt(this.#table("addr", ".debug_addr", base + index * addressSize).sized(addressSize));
  }

  #textAt(section: "str" | "lineStr", offset: number): string {
    return this.#table(section, section === "str" ? ".debug_str" : ".debug_line_str", offset).text();
  }

  #table(which: "str" | "lineStr" | "strOffsets" | "addr", name: string, at: number): ByteReader {
    return new ByteReader(this.#sections[which], name, this.#sections.littleEndian, at);
  }

  #reader(at: number): ByteReader {
    const bytes = this.isTypes ? this.#sections.types : this.#sections.info;
    return new ByteReader(bytes, this.#name, this.#sections.littleEndian, at);
  }

  get #name(): string {
    return this.isTypes ? ".debug_types" : ".debug_info";
  }
}

export type UnitHeader = Readonly<{
  shape: UnitShape;
  isTypes: boolean;
  first: number;
  end: number;
  abbrevAt: number;
  signature: bigint | undefined;
  typeAt: number;
}>;

const UNIT_TYPE = { type: 2, skeleton: 4, splitCompile: 5, splitType: 6 } as const; // DWARF 5, 7.5.1
const NEWEST = 5;

/** All units of a section. Those of versions that are unknown are left out. Throws DwarfError. */
export function readUnits(sections: DwarfSections, isTypes: boolean): Unit[] {
  const bytes = isTypes ? sections.types : sections.info;
  const name = isTypes ? ".debug_types" : ".debug_info";
  const units: Unit[] = [];
  for (let start = 0; start < bytes.length; ) {
    const reader = new ByteReader(bytes, name, sections.littleEndian, start);
    const { length, offsetSize } = reader.unitLength();
    const end = reader.at + length;
    if (length === 0 || end > bytes.length) throw new DwarfError("a unit is cut off", name, start);
    const header = readHeader(reader, { start, offsetSize, end, isTypes });
    if (header !== undefined) units.push(new Unit(sections, header));
    start = end;
  }
  return units;
}

function readHeader(
  reader: ByteReader,
  { start, offsetSize, end, isTypes }: { start: number; offsetSize: 4 | 8; end: number; isTypes: boolean },
): UnitHeader | undefined {
  const version = reader.u16();
  if (version < 2 || version > NEWEST) return undefined;
  const unitType = version >= 5 ? reader.u8() : isTypes ? UNIT_TYPE.type : 1;
  let addressSize = version >= 5 ? reader.u8() : 0;
  const abbrevAt = reader.sized(offsetSize);
  if (version < 5) addressSize = reader.u8();
  const shape: UnitShape = { start, version, offsetSize, addressSize };
  if (unitType === UNIT_TYPE.skeleton || unitType === UNIT_TYPE.splitCompile) reader.skip(8);
  const hasType = unitType === UNIT_TYPE.type || unitType === UNIT_TYPE.splitType;
  const signature = hasType ? reader.u64() : undefined;
  const typeAt = hasType ? start + reader.sized(offsetSize) : 0;
  return { shape, isTypes, first: reader.at, end, abbrevAt, signature, typeAt };
}
