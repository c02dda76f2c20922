import { readHeader, typeStarts, typeWords } from "./header.ts";
import { elements, KIND, kindNumber } from "./kinds.ts";
import { BtfStrings } from "./strings.ts";

/** Where a section's variables are: its size, and the offset of a variable that other objects can see. */
export type SectionLayout = Readonly<{ bytes: number; offsetOf: (variable: string) => number | undefined }>;

const STATIC = 0; // linkage of a VAR

/**
 * Compilers leave the sizes of sections and the offsets of global variables open. A copy of `blob` with both filled in
 * and each section's variables sorted by offset; sections that have a size already, or of which `layout` knows
 * nothing, stay as they are. `blob` must have passed `parseBtf`. Throws BtfError.
 */
export function placeVariables(
  blob: Uint8Array,
  layout: (section: string) => SectionLayout | undefined,
): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(blob); // a copy, of a Buffer too
  const at = readHeader(out, false);
  const strings = new BtfStrings(out.subarray(at.strings, at.strings + at.stringsBytes));
  const words = typeWords(out, at.types, at.typesBytes);
  const starts = typeStarts(words, at.types);
  const view = new DataView(out.buffer);
  const name = (start: number) => strings.at(words[start] as number);
  for (const start of starts) {
    const info = words[start + 1] as number;
    if (kindNumber(info) !== KIND.section || words[start + 2] !== 0) continue;
    const found = layout(name(start));
    if (found === undefined) continue;
    const rows = Array.from({ length: elements(info) }, (_, i) => {
      const row = start + 3 + i * 3;
      const [type, offset, size] = [words[row] as number, words[row + 1] as number, words[row + 2] as number];
      const variable = starts[type - 1];
      const isVar = variable !== undefined && kindNumber(words[variable + 1] as number) === KIND.var;
      if (!isVar || words[variable + 3] === STATIC) return { type, offset, size };
      return { type, offset: found.offsetOf(name(variable)) ?? offset, size };
    });
    rows.sort((a, b) => a.offset - b.offset);
    view.setUint32(at.types + (start + 2) * 4, found.bytes, true);
    for (const [i, row] of rows.entries())
      for (const [field, value] of [row.type, row.offset, row.size].entries())
        view.setUint32(at.types + (start + 3 + i * 3 + field) * 4, value, true);
  }
  return out;
}
