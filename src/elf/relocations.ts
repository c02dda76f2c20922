import { type Elf, type ElfSection, SECTION_TYPE } from "./elf.ts";
import { ElfError } from "./error.ts";
import { RECORDS, RecordView } from "./records.ts";
import { sectionData } from "./section-data.ts";

/** `offset` is a place in the section that is patched; `type` is the machine's R_ number; REL has the addend in place. */
export type ElfRelocation = Readonly<{ offset: number; symbol: number; type: number; addend?: bigint }>;

/** Relocation sections that patch `section`. */
export function relocationSections(elf: Elf, section: ElfSection): readonly ElfSection[] {
  return elf.sections.filter(
    (s) => (s.type === SECTION_TYPE.rel || s.type === SECTION_TYPE.rela) && s.info === section.index,
  );
}

/** The rows of a REL or RELA section, in file order. Throws ElfError. */
export function readRelocations(elf: Elf, section: ElfSection): readonly ElfRelocation[] {
  const withAddend = section.type === SECTION_TYPE.rela;
  if (!withAddend && section.type !== SECTION_TYPE.rel)
    throw new Error(`bug: section ${section.name} of type ${section.type} holds no relocations`);
  const layout = withAddend ? RECORDS[elf.bits].rela : RECORDS[elf.bits].rel;
  const data = sectionData(elf, section);
  if (data.length % layout.bytes !== 0)
    throw new ElfError("elf/bad-relocations", `${data.length} bytes are no multiple of ${layout.bytes}`, {
      section: section.name,
      offset: section.offset,
    });
  const row = new RecordView(data, layout, elf.littleEndian);
  const addends = withAddend ? new RecordView(data, RECORDS[elf.bits].rela, elf.littleEndian) : undefined;
  const symbolShift = elf.bits === 64 ? 32n : 8n;
  return Array.from({ length: data.length / layout.bytes }, (_, index) => {
    const at = index * layout.bytes;
    const info = row.big("info", at);
    const addend = addends === undefined ? {} : { addend: BigInt.asIntN(elf.bits, addends.big("addend", at)) };
    return {
      offset: row.number("offset", at),
      symbol: Number(info >> symbolShift),
      type: Number(info & ((1n << symbolShift) - 1n)),
      ...addend,
    };
  });
}
