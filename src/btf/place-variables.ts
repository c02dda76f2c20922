import { BtfPatch } from "./adjust.ts";
import { KIND, LINKAGES } from "./kinds.ts";
import type { BtfId } from "./types.ts";

/** Where a section's variables are: its size, and the offset of a variable that other objects can see. */
export type SectionLayout = Readonly<{ bytes: number; offsetOf: (variable: string) => number | undefined }>;

/**
 * Compilers leave the sizes of sections and the offsets of global variables open. A copy of `blob` with both filled in
 * and each section's variables sorted by offset; sections that have a size already, or of which `layout` knows
 * nothing, stay as they are. Throws BtfError.
 */
export function placeVariables(
  blob: Uint8Array,
  layout: (section: string) => SectionLayout | undefined,
): Uint8Array<ArrayBuffer> {
  const patch = new BtfPatch(blob);
  for (let id = 1 as BtfId; id < patch.count; id++) {
    if (patch.kind(id) !== KIND.section || patch.word(id, SIZE) !== 0) continue;
    const found = layout(patch.string(patch.word(id, 0)));
    if (found === undefined) continue;
    const placed: Row[] = [];
    for (let at = FIRST_ROW; at < FIRST_ROW + patch.elements(id) * ROW; at += ROW) {
      const type = patch.word(id, at) as BtfId;
      const size = patch.word(id, at + 2);
      placed.push({ type, offset: seenOffset(patch, type, found) ?? patch.word(id, at + 1), size });
    }
    placed.sort((a, b) => a.offset - b.offset);
    patch.setWord(id, SIZE, found.bytes);
    let at = FIRST_ROW;
    for (const { type, offset, size } of placed)
      for (const value of [type, offset, size]) patch.setWord(id, at++, value);
  }
  return patch.finish();
}

type Row = Readonly<{ type: BtfId; offset: number; size: number }>;

// Words of a section's type, and of each of its rows: type, offset, size. Source: Documentation/bpf/btf.rst, v6.12.
const SIZE = 2;
const FIRST_ROW = 3;
const ROW = 3;
const LINKAGE = 3; // of a variable

/** What the layout says of a variable that other objects can see. */
function seenOffset(patch: BtfPatch, type: BtfId, { offsetOf }: SectionLayout): number | undefined {
  if (type === 0 || type >= patch.count || patch.kind(type) !== KIND.var) return undefined; // an error when it is read
  if (LINKAGES[patch.word(type, LINKAGE)] === "static") return undefined;
  return offsetOf(patch.string(patch.word(type, 0)));
}
