import { type Elf, type ElfSection, SECTION_FLAG, SECTION_TYPE } from "./elf.ts";
import { ElfError } from "./error.ts";
import { RECORDS, RecordView } from "./records.ts";
import { readBytes } from "./source.ts";

/** Unpacks compressed section data to exactly `size` bytes; throws when it cannot. */
export type Decompress = (data: Uint8Array, format: "zlib" | "zstd", size: number) => Uint8Array;

const MAX_UNPACKED_BYTES = 2 ** 32;

/**
 * The bytes of a section; none for one that takes no room in the file (.bss). A compressed section is unpacked by
 * `decompress`; without it, or when it fails, throws ElfError.
 */
export function sectionData(elf: Elf, section: ElfSection, decompress?: Decompress): Uint8Array {
  if (section.type === SECTION_TYPE.nobits || section.type === SECTION_TYPE.null) return new Uint8Array(0);
  const raw = readBytes(elf.source, section.offset, section.size, `section ${section.name}`);
  if ((section.flags & SECTION_FLAG.compressed) === 0) return raw;
  return unpack(elf, section, raw, decompress);
}

function unpack(
  elf: Elf,
  section: ElfSection,
  raw: Uint8Array,
  decompress: Decompress | undefined,
): Uint8Array {
  const layout = RECORDS[elf.bits].compression;
  const place = { section: section.name, offset: section.offset };
  if (raw.length < layout.bytes)
    throw new ElfError("elf/truncated", "the compression header is cut off", place);
  const header = new RecordView(raw, layout, elf.littleEndian);
  const format = ({ 1: "zlib", 2: "zstd" } as const)[header.number("type")];
  const size = header.number("size");
  const remedy = `unpack it first: objcopy --decompress-debug-sections <file> <new file>`;
  if (format === undefined || size > MAX_UNPACKED_BYTES)
    throw new ElfError(
      "elf/bad-compression",
      `compression ${header.number("type")} to ${size} bytes is unknown`,
      place,
    );
  if (decompress === undefined)
    throw new ElfError("elf/compressed", `the section is compressed with ${format}`, { ...place, remedy });
  let data: Uint8Array;
  try {
    data = decompress(raw.subarray(layout.bytes), format, size);
  } catch (cause) {
    throw new ElfError("elf/bad-compression", `unpacking ${format} data failed`, { ...place, remedy, cause });
  }
  if (data.length !== size)
    throw new ElfError("elf/bad-compression", `unpacked to ${data.length} bytes instead of ${size}`, place);
  return data;
}
