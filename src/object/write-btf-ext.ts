import type { CoreRecord, FunctionRecord, LineRecord, SectionInfo } from "./btf-ext.ts";
import { CORE_KINDS } from "./core-relocation.ts";

const HEADER_BYTES = 32;
const MAGIC = 0xeb9f;
const VERSION = 1;

/**
 * Writes `.BTF.ext`: the records of each section, whose names are offsets into the BTF's strings. Undefined when there
 * are none: libbpf refuses a file whose table is empty.
 */
export function writeBtfExt(
  sections: readonly Readonly<{ name: number; info: SectionInfo }>[],
): Uint8Array | undefined {
  const tables = [
    table(sections, 2, (info) => info.functions.map(({ at, type }: FunctionRecord) => [at, type])),
    table(sections, 4, (info) =>
      info.lines.map(({ at, file, text, line, column }: LineRecord) => [at, file, text, place(line, column)]),
    ),
    table(sections, 4, (info) =>
      info.core.map(({ at, type, access, what }: CoreRecord) => [at, type, access, what]),
    ),
  ];
  if (tables.every((rows) => rows.length === 0)) return undefined;
  const words = [MAGIC | (VERSION << 16), HEADER_BYTES];
  let offset = 0;
  for (const rows of tables) {
    words.push(offset, rows.length * 4);
    offset += rows.length * 4;
  }
  const out = new Uint8Array((words.length + offset / 4) * 4);
  const view = new DataView(out.buffer);
  for (const [i, word] of [...words, ...tables.flat()].entries()) view.setUint32(i * 4, word, true);
  return out;
}

/** The number of a compile-once relocation's kind. */
export function coreKindNumber(what: (typeof CORE_KINDS)[number]): number {
  return CORE_KINDS.indexOf(what);
}

function place(line: number, column: number): number {
  return ((Math.min(line, 0x3fffff) << 10) | Math.min(column, 0x3ff)) >>> 0;
}

/** One table: the size of its records, then per section its name, the number of records and the records. */
function table(
  sections: readonly Readonly<{ name: number; info: SectionInfo }>[],
  wordsEach: number,
  rowsOf: (info: SectionInfo) => readonly (readonly number[])[],
): number[] {
  const out = [wordsEach * 4];
  for (const { name, info } of sections) {
    const rows = rowsOf(info);
    if (rows.length > 0) out.push(name, rows.length, ...rows.flat());
  }
  return out.length === 1 ? [] : out;
}
