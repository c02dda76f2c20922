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
  const rows: ElfRelocation[] = [];
  for (let at = 0; at < data.length; at += layout.bytes) {
    const offset = row.number("offset", at);
    const place = { offset, ...symbolAndType(elf.bits, row, at) };
    rows.push(
      addends === undefined ? place : { ...place, addend: BigInt.asIntN(elf.bits, addends.big("addend", at)) },
    );
  }
  return rows;
}

/** The two halves of r_info: 32 and 32 bits, or 24 and 8 in files of 32 bits. */
function symbolAndType(
  bits: 32 | 64,
  row: RecordView<"offset" | "info">,
  at: number,
): Pick<ElfRelocation, "symbol" | "type"> {
  if (bits === 32) {
    const info = row.number("info", at);
    return { symbol: info >>> 8, type: info & 0xff };
  }
  const info = row.big("info", at);
  return { symbol: Number(info >> 32n), type: Number(info & 0xffffffffn) };
}
