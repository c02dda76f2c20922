import { type Elf, SECTION_TYPE } from "../elf/elf.ts";
import { type Decompress, sectionData } from "../elf/section-data.ts";

/** The sections that hold a program's debug information. Those that it lacks are empty. */
export type DwarfSections = Readonly<{
  littleEndian: boolean;
  info: Uint8Array;
  /** Type units of DWARF 4. */
  types: Uint8Array;
  abbrev: Uint8Array;
  str: Uint8Array;
  lineStr: Uint8Array;
  strOffsets: Uint8Array;
  addr: Uint8Array;
  line: Uint8Array;
  ranges: Uint8Array;
  rnglists: Uint8Array;
  aranges: Uint8Array;
}>;

/** Undefined when the file has none. Throws ElfError for sections that cannot be read. */
export function readDwarfSections(elf: Elf, decompress?: Decompress): DwarfSections | undefined {
  const find = (name: string): Uint8Array => {
    const section = elf.sections.find((s) => s.name === `.debug_${name}`);
    return section === undefined ? new Uint8Array(0) : sectionData(elf, section, decompress);
  };
  if (!elf.sections.some((s) => s.name === ".debug_info" && s.type !== SECTION_TYPE.nobits)) return undefined;
  return {
    littleEndian: elf.littleEndian,
    info: find("info"),
    types: find("types"),
    abbrev: find("abbrev"),
    str: find("str"),
    lineStr: find("line_str"),
    strOffsets: find("str_offsets"),
    addr: find("addr"),
    line: find("line"),
    ranges: find("ranges"),
    rnglists: find("rnglists"),
    aranges: find("aranges"),
  };
}
