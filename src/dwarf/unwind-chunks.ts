import { UNWIND_RULE } from "../base/unwind-rule.ts";
import { type Elf, MACHINE, SEGMENT_TYPE } from "../elf/elf.ts";
import type { Decompress } from "../elf/section-data.ts";
import { readFrameEntries } from "./frame-entries.ts";
import { type FrameRules, frameRules } from "./frame-rules.ts";

/** Sizes of what programs search: rows in a chunk, and bytes of a row and of a chunk. */
export type ChunkShape = Readonly<{ rows: number; rowBytes: number; bytes: number }>;

const NOWHERE = 0xffff_ffff;

/**
 * A file's rules as programs in the kernel search them: by offset in the file, in chunks of which the first one holds the
 * number of the others. A file without rules, or for another processor, has no others. Throws ElfError.
 */
export function unwindChunks(elf: Elf, shape: ChunkShape, decompress?: Decompress): Uint8Array {
  const section = elf.machine === MACHINE.x86_64 ? readFrameEntries(elf, decompress) : undefined;
  const rows = section === undefined ? [] : rowsByOffset(elf, frameRules(section));
  const chunks = Math.ceil(rows.length / 2 / shape.rows);
  const bytes = new Uint8Array((chunks + 1) * shape.bytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, chunks, true);
  for (let at = shape.bytes; at < bytes.length; at += shape.rowBytes) view.setUint32(at, NOWHERE, true);
  for (let i = 0; i * 2 < rows.length; i++) {
    const at = shape.bytes + i * shape.rowBytes;
    view.setUint32(at, rows[i * 2] as number, true);
    view.setUint32(at + 4, rows[i * 2 + 1] as number, true);
  }
  return bytes;
}

/** Pairs of offset and rule, by offset; the first is for offset 0. */
function rowsByOffset(elf: Elf, { starts, rules }: FrameRules): number[] {
  const loads = elf.segments
    .filter((s) => s.type === SEGMENT_TYPE.load && s.fileSize > 0)
    .map((s) => ({ low: Number(s.address), high: Number(s.address) + s.fileSize, offset: s.offset }))
    .sort((a, b) => a.low - b.low);
  const rows: number[] = [0, UNWIND_RULE.unknown];
  let segment = 0;
  let last = 0;
  for (const [index, start] of starts.entries()) {
    while (segment < loads.length && start > (loads[segment] as { high: number }).high) segment++;
    const load = loads[segment];
    if (load === undefined) break;
    const offset = start - load.low + load.offset;
    if (start < load.low || offset >= NOWHERE || offset < last) continue;
    last = offset;
    rows.push(offset, rules[index] as number);
  }
  return rows;
}
