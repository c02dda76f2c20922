import { type Elf, SECTION_TYPE, SEGMENT_TYPE } from "./elf.ts";
import { sectionData } from "./section-data.ts";
import { readBytes, stringAt } from "./source.ts";

const DT_NEEDED = 1;
const MOST_NEEDED = 4096;

/**
 * Names of the libraries that the dynamic linker loads for this file ("libc.so.6"), and the path of that linker where the
 * file names one. Throws ElfError for sections that cannot be read.
 */
export function neededLibraries(elf: Elf): readonly string[] {
  const names: string[] = [];
  const interpreter = elf.segments.find((segment) => segment.type === SEGMENT_TYPE.interp);
  if (interpreter !== undefined)
    names.push(stringAt(readBytes(elf.source, interpreter.offset, interpreter.fileSize, "the interpreter"), 0));
  const dynamic = elf.sections.find((section) => section.type === SECTION_TYPE.dynamic);
  const strings = dynamic && elf.sections[dynamic.link];
  if (dynamic === undefined || strings === undefined) return names;
  const bytes = sectionData(elf, dynamic);
  const texts = sectionData(elf, strings);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = elf.bits / 8;
  const read = (at: number) =>
    word === 8 ? Number(view.getBigUint64(at, elf.littleEndian)) : view.getUint32(at, elf.littleEndian);
  for (let at = 0; at + 2 * word <= bytes.length && names.length < MOST_NEEDED; at += 2 * word) {
    const tag = read(at);
    if (tag === 0) break;
    if (tag === DT_NEEDED) names.push(stringAt(texts, read(at + word)));
  }
  return names;
}
