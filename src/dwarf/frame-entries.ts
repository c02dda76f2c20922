import type { Elf } from "../elf/elf.ts";
import { findSection } from "../elf/elf.ts";
import { type Decompress, sectionData } from "../elf/section-data.ts";
import { ByteReader } from "./byte-reader.ts";
import { DwarfError } from "./error.ts";

// Call frame information: DWARF 5, section 6.4; .eh_frame: Linux Standard Base 5.0, core, section 10.6.

/** What the functions of a compilation have in common. */
export type CommonEntry = Readonly<{
  codeAlign: number;
  dataAlign: number;
  returnRegister: number;
  /** How addresses are written, as DW_EH_PE_ bits. */
  encoding: number;
  addressSize: number;
  hasAugmentationData: boolean;
  /** The frame is that of a signal handler's return: what it returns to was interrupted, not called. */
  isSignal: boolean;
  /** Where its instructions lie in the section. */
  first: number;
  end: number;
}>;

/** The instructions for the code from `low` up to, without, `high`; addresses are exact below 2^53. */
export type FrameEntry = Readonly<{
  common: CommonEntry;
  low: number;
  high: number;
  first: number;
  end: number;
}>;

export type FrameSection = Readonly<{ bytes: Uint8Array; littleEndian: boolean; entries: FrameEntry[] }>;

/** Encodings of pointers in .eh_frame: form in the low four bits, then what they count from. */
const PE = { pcrel: 0x10, indirect: 0x80, omit: 0xff } as const;

type Place = Readonly<{ name: ".eh_frame" | ".debug_frame"; address: number; addressSize: 4 | 8 }>;

/**
 * The call frame information of a file: .eh_frame, or .debug_frame where there is none. Undefined without both. Entries
 * that cannot be read end the list. Throws ElfError when a section cannot be read.
 */
export function readFrameEntries(elf: Elf, decompress?: Decompress): FrameSection | undefined {
  for (const name of [".eh_frame", ".debug_frame"] as const) {
    const section = findSection(elf, name);
    const bytes = section && sectionData(elf, section, decompress);
    if (section === undefined || bytes === undefined || bytes.length <= 4) continue;
    const place: Place = { name, address: Number(section.address), addressSize: elf.bits === 64 ? 8 : 4 };
    return { bytes, littleEndian: elf.littleEndian, entries: readAll(bytes, elf.littleEndian, place) };
  }
  return undefined;
}

function readAll(bytes: Uint8Array, littleEndian: boolean, place: Place): FrameEntry[] {
  const commons = new Map<number, CommonEntry | undefined>();
  const reader = new ByteReader(bytes, place.name, littleEndian);
  const entries: FrameEntry[] = [];
  try {
    while (reader.at < bytes.length) {
      const { length, offsetSize } = reader.unitLength();
      const start = reader.at;
      const end = start + length;
      if (length === 0) continue; // ends what one linker's input had; others may follow
      if (end > bytes.length) break;
      const id = reader.sized(offsetSize);
      const commonAt = parentOf(id, start, offsetSize, place);
      if (commonAt !== undefined) {
        if (!commons.has(commonAt)) commons.set(commonAt, commonEntryAt(bytes, littleEndian, place, commonAt));
        const common = commons.get(commonAt);
        const entry = common && readEntry(reader, common, end, place);
        if (entry !== undefined) entries.push(entry);
      }
      reader.at = end;
    }
  } catch (error) {
    if (!(error instanceof DwarfError)) throw error; // what came before it is good
  }
  return entries;
}

/** Where the common entry of an entry begins; undefined for a common entry itself. */
function parentOf(id: number, start: number, offsetSize: number, { name }: Place): number | undefined {
  if (name === ".eh_frame") return id === 0 ? undefined : start - id;
  const isCommon = offsetSize === 4 ? id === 0xffff_ffff : id >= 2 ** 63;
  return isCommon ? undefined : id;
}

function commonEntryAt(
  bytes: Uint8Array,
  littleEndian: boolean,
  place: Place,
  at: number,
): CommonEntry | undefined {
  const reader = new ByteReader(bytes, place.name, littleEndian, at);
  const { length, offsetSize } = reader.unitLength();
  const end = reader.at + length;
  if (length === 0 || end > bytes.length) return undefined;
  reader.skip(offsetSize);
  const version = reader.u8();
  if (version !== 1 && version !== 3 && version !== 4) return undefined;
  const augmentation = reader.text();
  let { addressSize } = place as { addressSize: number };
  if (version === 4) {
    addressSize = reader.u8();
    if (reader.u8() !== 0) return undefined; // segments
  }
  const codeAlign = reader.uleb();
  const dataAlign = Number(reader.sleb());
  const returnRegister = version === 1 ? reader.u8() : reader.uleb();
  const known = readAugmentation(reader, augmentation, end, addressSize);
  if (known === undefined) return undefined;
  return { codeAlign, dataAlign, returnRegister, addressSize, ...known, end };
}

type Augmentation = Pick<CommonEntry, "encoding" | "hasAugmentationData" | "isSignal" | "first">;

function readAugmentation(
  reader: ByteReader,
  text: string,
  end: number,
  addressSize: number,
): Augmentation | undefined {
  const plain = { encoding: 0, isSignal: false };
  if (text === "") return { ...plain, hasAugmentationData: false, first: reader.at };
  if (!text.startsWith("z")) return undefined; // its length is not known
  const length = reader.uleb();
  const first = Math.min(end, reader.at + length);
  let { encoding, isSignal } = plain;
  for (const letter of text.slice(1)) {
    if (letter === "R") encoding = reader.u8();
    else if (letter === "S") isSignal = true;
    else if (letter === "L") reader.skip(1);
    else if (letter === "P") readPointer(reader, reader.u8(), addressSize, 0);
    else if (letter !== "B") break;
  }
  return { encoding, isSignal, hasAugmentationData: true, first };
}

function readEntry(reader: ByteReader, common: CommonEntry, end: number, place: Place): FrameEntry | undefined {
  const { encoding, addressSize } = common;
  const low = readPointer(reader, encoding, addressSize, place.address);
  const size = readPointer(reader, encoding & 0x0f, addressSize, 0);
  if (low === undefined || size === undefined || !(size > 0) || low < 0) return undefined;
  if (common.hasAugmentationData) reader.skip(reader.uleb());
  return { common, low, high: low + size, first: reader.at, end };
}

/** Undefined for pointers that only a running program knows. Throws DwarfError. */
function readPointer(
  reader: ByteReader,
  encoding: number,
  addressSize: number,
  sectionAddress: number,
): number | undefined {
  if (encoding === PE.omit) return undefined;
  const from = encoding & 0x70;
  const base = from === PE.pcrel ? sectionAddress + reader.at : 0;
  const value = readForm(reader, encoding & 0x0f, addressSize);
  if (value === undefined || (encoding & PE.indirect) !== 0 || (from !== 0 && from !== PE.pcrel))
    return undefined;
  return base + value;
}

function readForm(reader: ByteReader, form: number, addressSize: number): number | undefined {
  switch (form) {
    case 0x0: // absptr
      return reader.sized(addressSize);
    case 0x1:
      return reader.uleb();
    case 0x2:
      return reader.u16();
    case 0x3:
      return reader.u32();
    case 0x4:
      return Number(reader.u64());
    case 0x9:
      return Number(reader.sleb());
    case 0xa:
      return (reader.u16() << 16) >> 16;
    case 0xb:
      return reader.u32() | 0;
    case 0xc:
      return Number(BigInt.asIntN(64, reader.u64()));
    default:
      return undefined;
  }
}
