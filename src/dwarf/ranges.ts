import { ByteReader } from "./byte-reader.ts";
import { AT } from "./constants.ts";
import type { DwarfSections } from "./sections.ts";
import type { Entry } from "./unit.ts";

/** Addresses from `low` up to, without, `high`. */
export type Range = Readonly<{ low: bigint; high: bigint }>;

const MOST_RANGES = 1 << 16;
const RLE = {
  end: 0,
  baseAddressx: 1,
  startxEndx: 2,
  startxLength: 3,
  offsetPair: 4,
  baseAddress: 5,
  startEnd: 6,
  startLength: 7,
} as const; // DWARF 5, 7.25

/** Where the code of an entry lies: one piece, several, or none. Throws DwarfError. */
export function rangesOf(entry: Entry, sections: DwarfSections): readonly Range[] {
  const { unit } = entry;
  const low = unit.address(entry, AT.lowPc);
  const high = entry.attributes.get(AT.highPc);
  if (low !== undefined && high !== undefined) {
    const end = high.kind === "number" ? low + high.value : unit.address(entry, AT.highPc);
    return end !== undefined && end > low ? [{ low, high: end }] : [];
  }
  const list = entry.attributes.get(AT.ranges);
  if (list === undefined) return [];
  const base = unit.address(unit.root, AT.lowPc) ?? 0n;
  if (unit.shape.version < 5)
    return list.kind === "number" ? readRanges(entry, sections, Number(list.value), base) : [];
  return readRangeLists(entry, sections, base);
}

function readRanges(entry: Entry, sections: DwarfSections, at: number, start: bigint): Range[] {
  const { addressSize } = entry.unit.shape;
  const reader = new ByteReader(sections.ranges, ".debug_ranges", sections.littleEndian, at);
  const newBase = addressSize === 8 ? 2 ** 64 : 2 ** 32 - 1;
  const ranges: Range[] = [];
  let base = start;
  while (ranges.length < MOST_RANGES) {
    const low = reader.sized(addressSize);
    const high = reader.sized(addressSize);
    if (low === 0 && high === 0) break;
    if (low >= newBase) base = BigInt(high);
    else if (high > low) ranges.push({ low: base + BigInt(low), high: base + BigInt(high) });
  }
  return ranges;
}

function readRangeLists(entry: Entry, sections: DwarfSections, start: bigint): Range[] {
  const { unit } = entry;
  const { addressSize } = unit.shape;
  const at = listOffset(entry, sections);
  if (at === undefined) return [];
  const reader = new ByteReader(sections.rnglists, ".debug_rnglists", sections.littleEndian, at);
  const address = () => BigInt(reader.sized(addressSize));
  const ranges: Range[] = [];
  let base = start;
  const add = (low: bigint, high: bigint) => {
    if (high > low) ranges.push({ low, high });
  };
  for (let count = 0; count < MOST_RANGES; count++) {
    const kind = reader.u8();
    if (kind === RLE.baseAddressx) base = unit.addressAt(reader.uleb());
    else if (kind === RLE.startxEndx) add(unit.addressAt(reader.uleb()), unit.addressAt(reader.uleb()));
    else if (kind === RLE.startxLength) {
      const low = unit.addressAt(reader.uleb());
      add(low, low + reader.bigUleb());
    } else if (kind === RLE.offsetPair) add(base + reader.bigUleb(), base + reader.bigUleb());
    else if (kind === RLE.baseAddress) base = address();
    else if (kind === RLE.startEnd) add(address(), address());
    else if (kind === RLE.startLength) {
      const low = address();
      add(low, low + reader.bigUleb());
    } else break;
  }
  return ranges;
}

function listOffset(entry: Entry, sections: DwarfSections): number | undefined {
  const { unit } = entry;
  const list = entry.attributes.get(AT.ranges);
  if (list?.kind === "number") return Number(list.value);
  if (list?.kind !== "index" || list.of !== "ranges") return undefined;
  const { offsetSize } = unit.shape;
  const base = unit.number(unit.root, AT.rnglistsBase) ?? 12;
  const reader = new ByteReader(
    sections.rnglists,
    ".debug_rnglists",
    sections.littleEndian,
    base + list.value * offsetSize,
  );
  return base + reader.sized(offsetSize);
}
