import { BtfPatch } from "./adjust.ts";
import { parseBtf } from "./decode.ts";
import { KIND } from "./kinds.ts";

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
  const btf = parseBtf(blob);
  const patch = new BtfPatch(blob);
  for (const id of patch.ids()) {
    if (patch.kind(id) !== KIND.section || patch.word(id, 2) !== 0) continue;
    const section = btf.type(id);
    const found = "name" in section ? layout(section.name) : undefined;
    if (section.kind !== "section" || found === undefined) continue;
    const placed = section.vars.map((row) => {
      const variable = btf.type(row.type);
      const isSeen = variable.kind === "var" && variable.linkage !== "static";
      return { ...row, offset: (isSeen ? found.offsetOf(variable.name) : undefined) ?? row.offset };
    });
    placed.sort((a, b) => a.offset - b.offset);
    patch.setWord(id, 2, found.bytes);
    for (const [i, { type, offset, size }] of placed.entries())
      for (const [field, value] of [type, offset, size].entries()) patch.setWord(id, 3 + i * 3 + field, value);
  }
  return patch.finish();
}
