import {
  type Elf,
  type ElfSection,
  type ElfSegment,
  type ElfType,
  SECTION_INDEX,
  SECTION_TYPE,
} from "./elf.ts";
import { ElfError } from "./error.ts";
import { RECORDS, RecordView } from "./records.ts";
import { type ByteSource, bytesSource, readBytes } from "./source.ts";
import { StringTable } from "./string-table.ts";

const TYPES: readonly ElfType[] = ["none", "relocatable", "executable", "shared", "core"];
const MAX_NAMES_BYTES = 1 << 24; // section names; -ffunction-sections makes them long, but not this long

/** Reads the headers of an ELF file: of 32 or 64 bits, in either byte order. Throws ElfError. */
export function parseElf(file: ByteSource | Uint8Array): Elf {
  const source = file instanceof Uint8Array ? bytesSource(file) : file;
  const image = readIdent(source);
  const layout = RECORDS[image.bits].header;
  const header = new RecordView(
    readBytes(source, 0, layout.bytes, "the file header"),
    layout,
    image.littleEndian,
  );
  const sectionTable = { at: header.number("shOffset"), entry: header.number("shSize") };
  const hasSections = sectionTable.at !== 0;
  // Counts that do not fit in 16 bits stand in the first section header.
  const first = hasSections ? new SectionRows(image, sectionTable, 1).at(0) : undefined;
  const sectionCount = hasSections ? header.number("shCount") || (first?.size ?? 0) : 0;
  const namesIndex = header.number("shNames");
  const phCount = header.number("phCount");
  const segmentTable = { at: header.number("phOffset"), entry: header.number("phSize") };
  return {
    ...image,
    type: TYPES[header.number("type")] ?? "other",
    machine: header.number("machine"),
    flags: header.number("flags"),
    entry: header.big("entry"),
    sections: readSections(
      new SectionRows(image, sectionTable, sectionCount),
      namesIndex === SECTION_INDEX.extended ? (first?.link ?? 0) : namesIndex,
    ),
    segments: readSegments(image, segmentTable, phCount === 0xffff ? (first?.info ?? 0) : phCount),
  };
}

type Image = Pick<Elf, "source" | "bits" | "littleEndian">;
type Table = Readonly<{ at: number; entry: number }>;

/** Magic, class and byte order: the first six bytes, the same in every file. */
function readIdent(source: ByteSource): Image {
  const ident = readBytes(source, 0, Math.min(16, source.size), "the file header");
  if (ident[0] !== 0x7f || ident[1] !== 0x45 || ident[2] !== 0x4c || ident[3] !== 0x46)
    throw new ElfError("elf/bad-magic", "this is no ELF file", {
      offset: 0,
      remedy: "give a program, a shared library or a .o file; for a script, give its interpreter",
    });
  const [, , , , bits, order] = ident;
  if ((bits !== 1 && bits !== 2) || (order !== 1 && order !== 2))
    throw new ElfError("elf/bad-header", `file class ${bits} and byte order ${order} are unknown`, {
      offset: 4,
    });
  return { source, bits: bits === 1 ? 32 : 64, littleEndian: order === 1 };
}

function readTable(image: Image, table: Table, count: number, bytes: number, what: string): Uint8Array {
  if (count === 0) return new Uint8Array(0);
  if (table.entry !== bytes)
    throw new ElfError("elf/bad-header", `${what} has entries of ${table.entry} bytes instead of ${bytes}`, {
      offset: 0,
    });
  return readBytes(image.source, table.at, count * bytes, what);
}

/** The section header table. */
class SectionRows {
  readonly source: ByteSource;
  readonly count: number;
  readonly #bytesEach: number;
  readonly #row: RecordView<keyof (typeof RECORDS)[64]["section"]["offsets"]>;

  constructor(image: Image, table: Table, count: number) {
    const layout = RECORDS[image.bits].section;
    const bytes = readTable(image, table, count, layout.bytes, "the section header table");
    this.source = image.source;
    this.count = count;
    this.#bytesEach = layout.bytes;
    this.#row = new RecordView(bytes, layout, image.littleEndian);
  }

  at(index: number, names?: StringTable): ElfSection {
    const at = index * this.#bytesEach;
    const row = this.#row;
    return {
      index,
      name: names?.at(row.number("name", at)) ?? "",
      type: row.number("type", at),
      flags: row.number("flags", at),
      address: row.big("address", at),
      offset: row.number("offset", at),
      size: row.number("size", at),
      link: row.number("link", at),
      info: row.number("info", at),
      align: row.number("align", at),
      entrySize: row.number("entrySize", at),
    };
  }
}

function readSections(rows: SectionRows, namesIndex: number): ElfSection[] {
  const names = new StringTable(sectionNames(rows, namesIndex));
  const sections: ElfSection[] = [];
  for (let index = 0; index < rows.count; index++) sections.push(rows.at(index, names));
  return sections;
}

function sectionNames(rows: SectionRows, index: number): Uint8Array {
  const table = index < rows.count ? rows.at(index) : undefined;
  const hasNames = table !== undefined && table.type === SECTION_TYPE.strtab && table.size <= MAX_NAMES_BYTES;
  return hasNames ? readBytes(rows.source, table.offset, table.size, "the section names") : new Uint8Array(0);
}

function readSegments(image: Image, table: Table, count: number): ElfSegment[] {
  const layout = RECORDS[image.bits].segment;
  const bytes = readTable(image, table, count, layout.bytes, "the program header table");
  const row = new RecordView(bytes, layout, image.littleEndian);
  return Array.from({ length: count }, (_, index) => {
    const at = index * layout.bytes;
    return {
      type: row.number("type", at),
      flags: row.number("flags", at),
      offset: row.number("offset", at),
      address: row.big("address", at),
      fileSize: row.number("fileSize", at),
      memorySize: row.big("memorySize", at),
      align: row.big("align", at),
    };
  });
}
