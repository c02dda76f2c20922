import type { Elf } from "../elf/elf.ts";
import type { Decompress } from "../elf/section-data.ts";
import { ByteReader } from "./byte-reader.ts";
import { AT, TAG } from "./constants.ts";
import { LineTable } from "./line-table.ts";
import { type Range, rangesOf } from "./ranges.ts";
import { type DwarfSections, readDwarfSections } from "./sections.ts";
import { type Entry, readUnits, type Unit } from "./unit.ts";

const MOST_STEPS = 64; // of references from an entry to the one that declares it

/** A function that has code of its own. */
export type FunctionEntry = Readonly<{ entry: Entry; ranges: readonly Range[] }>;

/**
 * The debug information of one program or library. Units are read when they are asked for, and once. All methods throw
 * DwarfError when what they must read is malformed.
 */
export class DwarfProgram {
  readonly sections: DwarfSections;
  readonly units: readonly Unit[];
  readonly #typeUnits: readonly Unit[];
  readonly #functions = new Map<Unit, readonly FunctionEntry[]>();
  readonly #lines = new Map<Unit, LineTable | undefined>();
  #typesByName: ReadonlyMap<string, readonly Entry[]> | undefined;
  #bySignature: ReadonlyMap<bigint, Unit> | undefined;
  #byRange: RangeIndex | undefined;

  constructor(sections: DwarfSections) {
    this.sections = sections;
    this.units = readUnits(sections, false);
    this.#typeUnits = readUnits(sections, true);
  }

  /** Undefined for a file without debug information. Throws ElfError or DwarfError. */
  static read(elf: Elf, decompress?: Decompress): DwarfProgram | undefined {
    const sections = readDwarfSections(elf, decompress);
    return sections && new DwarfProgram(sections);
  }

  /** The function whose code holds an address of the file. */
  functionAt(address: bigint): FunctionEntry | undefined {
    for (const unit of this.unitsAt(address)) {
      const found = this.functions(unit).find(({ ranges }) => ranges.some((range) => holds(range, address)));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Units with code at an address, from the table of addresses, else from the units themselves. */
  unitsAt(address: bigint): readonly Unit[] {
    this.#byRange ??= new RangeIndex(this.#indexRanges());
    return this.#byRange.at(address);
  }

  /** All functions of a unit that have code. */
  functions(unit: Unit): readonly FunctionEntry[] {
    let found = this.#functions.get(unit);
    if (found === undefined) {
      const list: FunctionEntry[] = [];
      this.#collectFunctions(unit, unit.root, list, 0);
      found = list;
      this.#functions.set(unit, found);
    }
    return found;
  }

  #collectFunctions(unit: Unit, parent: Entry, into: FunctionEntry[], depth: number): void {
    for (const entry of unit.children(parent)) {
      if (entry.tag === TAG.subprogram) {
        const ranges = rangesOf(entry, this.sections);
        if (ranges.length > 0) into.push({ entry, ranges });
      } else if (isScope(entry.tag) && depth < MOST_STEPS) this.#collectFunctions(unit, entry, into, depth + 1);
    }
  }

  /** The first definition of a type of that name, in the order of the units. */
  typeNamed(tags: readonly number[], name: string): Entry | undefined {
    this.#typesByName ??= this.#indexTypes();
    return this.#typesByName.get(name)?.find((entry) => tags.includes(entry.tag));
  }

  #indexTypes(): ReadonlyMap<string, readonly Entry[]> {
    const index = new Map<string, Entry[]>();
    const collect = (unit: Unit, parent: Entry, depth: number): void => {
      for (const entry of unit.children(parent)) {
        if (isScope(entry.tag) && depth < MOST_STEPS) collect(unit, entry, depth + 1);
        if (!isNamedType(entry.tag) || unit.has(entry, AT.declaration)) continue;
        const name = unit.text(entry, AT.name);
        if (name === undefined) continue;
        const known = index.get(name);
        if (known === undefined) index.set(name, [entry]);
        else if (!known.some((other) => other.tag === entry.tag)) known.push(entry);
      }
    };
    for (const unit of [...this.units, ...this.#typeUnits]) collect(unit, unit.root, 0);
    return index;
  }

  /** The entry that an attribute refers to; undefined where it is in another file. */
  target(entry: Entry, name: number): Entry | undefined {
    const value = entry.attributes.get(name);
    if (value?.kind === "signature") {
      const unit = this.#typeUnit(value.value);
      return unit?.entry(unit.typeAt);
    }
    if (value?.kind !== "ref") return undefined;
    const { unit } = entry;
    if (value.offset >= unit.first && value.offset < unit.end) return unit.entry(value.offset);
    return this.#unitHolding(value.offset)?.entry(value.offset);
  }

  #unitHolding(offset: number): Unit | undefined {
    let [low, high] = [0, this.units.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const unit = this.units[middle] as Unit;
      if (offset < unit.first) high = middle;
      else if (offset >= unit.end) low = middle + 1;
      else return unit;
    }
    return undefined;
  }

  #typeUnit(signature: bigint): Unit | undefined {
    this.#bySignature ??= new Map(
      [...this.units, ...this.#typeUnits].flatMap((unit) =>
        unit.signature === undefined ? [] : [[unit.signature, unit] as const],
      ),
    );
    return this.#bySignature.get(signature);
  }

  /** The name of a function, variable or type: its own, or that of the entry that declares it. */
  nameOf(entry: Entry): string | undefined {
    return this.#declared(entry, (at) => at.unit.text(at, AT.name));
  }

  /** The name that the linker knows, where it differs: mangled. */
  linkageName(entry: Entry): string | undefined {
    return this.#declared(
      entry,
      (at) => at.unit.text(at, AT.linkageName) ?? at.unit.text(at, AT.mipsLinkageName),
    );
  }

  /** The type of an entry, or of the one that declares it. */
  typeOf(entry: Entry): Entry | undefined {
    return this.#declared(entry, (at) => this.target(at, AT.type));
  }

  /** What an entry says, or else what the entries say of which it is an instance or a definition. */
  #declared<T>(entry: Entry, say: (at: Entry) => T | undefined): T | undefined {
    let at: Entry | undefined = entry;
    for (let steps = 0; at !== undefined && steps < MOST_STEPS; steps++) {
      const said = say(at);
      if (said !== undefined) return said;
      at = this.target(at, AT.abstractOrigin) ?? this.target(at, AT.specification);
    }
    return undefined;
  }

  /** The entry that lists a function's parameters: itself, or its declaration where it has none. */
  withParameters(entry: Entry): Entry {
    let at: Entry | undefined = entry;
    for (let steps = 0; at !== undefined && steps < MOST_STEPS; steps++) {
      for (const child of at.unit.children(at)) if (child.tag === TAG.formalParameter) return at;
      at = this.target(at, AT.abstractOrigin) ?? this.target(at, AT.specification);
    }
    return entry;
  }

  /** The lines of a unit; undefined when it has none. */
  lines(unit: Unit): LineTable | undefined {
    if (!this.#lines.has(unit)) {
      const at = unit.number(unit.root, AT.stmtList);
      const folder = unit.text(unit.root, AT.compDir) ?? "";
      const table =
        at === undefined || this.sections.line.length === 0
          ? undefined
          : new LineTable(this.sections, at, { folder, addressSize: unit.shape.addressSize });
      this.#lines.set(unit, table);
    }
    return this.#lines.get(unit);
  }

  #indexRanges(): readonly Readonly<{ range: Range; unit: Unit }>[] {
    const byStart = new Map(this.units.map((unit) => [unit.shape.start, unit]));
    const listed = new Set<Unit>();
    const index: { range: Range; unit: Unit }[] = [];
    for (const { at, range } of readAddressTable(this.sections)) {
      const unit = byStart.get(at);
      if (unit === undefined) continue;
      listed.add(unit);
      index.push({ range, unit });
    }
    for (const unit of this.units)
      if (!listed.has(unit) && unit.signature === undefined)
        for (const range of rangesOf(unit.root, this.sections)) index.push({ range, unit });
    return index;
  }
}

type UnitRange = Readonly<{ range: Range; unit: Unit }>;

/** Finds the units of an address among thousands: a C library has as many. */
class RangeIndex {
  readonly #sorted: readonly (UnitRange & { place: number })[];
  /** The highest end of the ranges up to each: below it, ranges that begin earlier may still hold an address. */
  readonly #reach: readonly bigint[];

  constructor(list: readonly UnitRange[]) {
    this.#sorted = list
      .map((one, place) => ({ ...one, place }))
      .sort((a, b) => (a.range.low < b.range.low ? -1 : a.range.low > b.range.low ? 1 : 0));
    let reach = 0n;
    this.#reach = this.#sorted.map(({ range }) => {
      if (range.high > reach) reach = range.high;
      return reach;
    });
  }

  /** The units that hold an address, in the order of the list. */
  at(address: bigint): readonly Unit[] {
    let [low, high] = [0, this.#sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sorted[middle] as UnitRange).range.low <= address) low = middle + 1;
      else high = middle;
    }
    const found: (UnitRange & { place: number })[] = [];
    for (let i = low - 1; i >= 0 && (this.#reach[i] as bigint) > address; i--) {
      const one = this.#sorted[i] as UnitRange & { place: number };
      if (holds(one.range, address)) found.push(one);
    }
    return found.sort((a, b) => a.place - b.place).map(({ unit }) => unit);
  }
}

/** Whether functions can be declared inside of it. */
function isScope(tag: number): boolean {
  switch (tag) {
    case TAG.namespace:
    case TAG.module:
    case TAG.structureType:
    case TAG.classType:
    case TAG.unionType:
      return true;
    default:
      return false;
  }
}

function isNamedType(tag: number): boolean {
  switch (tag) {
    case TAG.structureType:
    case TAG.classType:
    case TAG.unionType:
    case TAG.enumerationType:
    case TAG.typedef:
    case TAG.baseType:
      return true;
    default:
      return false;
  }
}

export function holds({ low, high }: Range, address: bigint): boolean {
  return address >= low && address < high;
}

/** .debug_aranges: which unit's code lies where. DWARF 5, 6.1.2. */
function readAddressTable(sections: DwarfSections): { at: number; range: Range }[] {
  const { aranges, littleEndian } = sections;
  const found: { at: number; range: Range }[] = [];
  const reader = new ByteReader(aranges, ".debug_aranges", littleEndian);
  while (reader.at < aranges.length) {
    const start = reader.at;
    const { length, offsetSize } = reader.unitLength();
    const end = reader.at + length;
    reader.u16(); // version 2 in all versions of DWARF
    const at = reader.sized(offsetSize);
    const addressSize = reader.u8();
    reader.u8(); // segment selectors are not used
    const entry = addressSize * 2;
    reader.at += (entry - ((reader.at - start) % entry)) % entry;
    while (reader.at + entry <= end) {
      const low = BigInt(reader.sized(addressSize));
      const size = BigInt(reader.sized(addressSize));
      if (low === 0n && size === 0n) break;
      if (size > 0n) found.push({ at, range: { low, high: low + size } });
    }
    reader.at = end;
  }
  return found;
}
