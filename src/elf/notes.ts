import { type Elf, findSection, SECTION_TYPE, SEGMENT_TYPE } from "./elf.ts";
import { sectionData } from "./section-data.ts";
import { readBytes, stringAt } from "./source.ts";

/** `offset` is where `desc` lies in the file. */
export type ElfNote = Readonly<{ name: string; type: number; desc: Uint8Array; offset: number }>;

const HEADER_BYTES = 12; // namesz, descsz, type: 4 bytes each in both classes
const NT_GNU_BUILD_ID = 3;
const MAX_NOTES_BYTES = 1 << 26;

/** The notes of one section by name, or of all note sections, or, in a file without sections, of all note segments. */
export function readNotes(elf: Elf, sectionName?: string): readonly ElfNote[] {
  const sections = elf.sections.filter(
    (s) => s.type === SECTION_TYPE.note && (sectionName === undefined || s.name === sectionName),
  );
  const parts: { offset: number; size: number; align: number }[] = [...sections];
  if (elf.sections.length === 0 && sectionName === undefined)
    for (const segment of elf.segments)
      if (segment.type === SEGMENT_TYPE.note)
        parts.push({ offset: segment.offset, size: segment.fileSize, align: Number(segment.align) });
  return parts.flatMap((part) => readPart(elf, part));
}

/** Stops at the first note that does not fit; what comes before it is good. */
function readPart(elf: Elf, part: { offset: number; size: number; align: number }): ElfNote[] {
  const size = Math.min(part.size, MAX_NOTES_BYTES);
  const bytes = readBytes(elf.source, part.offset, size, "the notes");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const unit = part.align === 8 ? 8 : 4;
  const align = (n: number) => Math.ceil(n / unit) * unit;
  const notes: ElfNote[] = [];
  for (let at = 0; at + HEADER_BYTES <= bytes.length; ) {
    const nameSize = view.getUint32(at, elf.littleEndian);
    const descSize = view.getUint32(at + 4, elf.littleEndian);
    const desc = align(at + HEADER_BYTES + nameSize);
    if (desc + descSize > bytes.length) break;
    notes.push({
      name: stringAt(bytes.subarray(0, at + HEADER_BYTES + nameSize), at + HEADER_BYTES),
      type: view.getUint32(at + 8, elf.littleEndian),
      desc: bytes.subarray(desc, desc + descSize),
      offset: part.offset + desc,
    });
    at = align(desc + descSize);
  }
  return notes;
}

/** The build id in hex, or undefined. */
export function buildId(elf: Elf): string | undefined {
  const note = readNotes(elf).find((n) => n.type === NT_GNU_BUILD_ID && n.name === "GNU");
  return note && Array.from(note.desc, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** What .gnu_debuglink says: the file that holds the symbols, and the CRC-32 of that file. */
export function debugLink(elf: Elf): { file: string; crc: number } | undefined {
  const section = findSection(elf, ".gnu_debuglink");
  if (section === undefined) return undefined;
  const bytes = sectionData(elf, section);
  const file = stringAt(bytes, 0);
  const crcAt = Math.ceil((new TextEncoder().encode(file).length + 1) / 4) * 4;
  if (file === "" || crcAt + 4 > bytes.length) return undefined;
  return { file, crc: new DataView(bytes.buffer, bytes.byteOffset).getUint32(crcAt, elf.littleEndian) };
}
