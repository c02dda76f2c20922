import { AT, TAG } from "./constants.ts";
import type { LineRow, LineTable } from "./line-table.ts";
import { type DwarfProgram, type FunctionEntry, holds } from "./program.ts";
import { rangesOf } from "./ranges.ts";
import type { Entry } from "./unit.ts";

/** A function and the line in it: of the innermost one where the code is, of the others where they call. */
export type SourceFrame = Readonly<{
  /** As the source calls it; undefined where nothing names it. */
  name: string | undefined;
  /** As the linker knows it, where that is another name. */
  linkageName?: string;
  file?: string;
  line?: number;
  /** The compiler put it into its caller's code. */
  isInlined: boolean;
}>;

/** The functions that the code at an address of the file belongs to, the innermost first. Throws DwarfError. */
export function sourceFrames(program: DwarfProgram, address: bigint): readonly SourceFrame[] {
  const found = program.functionAt(address);
  if (found === undefined) return [];
  const { unit } = found.entry;
  const table = program.lines(unit);
  const row = table?.find(address);
  let place = row && table && placeOf(table, row.file, row.line);
  const frames: SourceFrame[] = [];
  for (const entry of inlinedAt(program, found, address).reverse()) {
    frames.push(frameOf(program, entry, place, true));
    const [file, line] = [unit.number(entry, AT.callFile), unit.number(entry, AT.callLine)];
    place = table && file !== undefined && line !== undefined ? placeOf(table, file, line) : undefined;
  }
  frames.push(frameOf(program, found.entry, place, false));
  return frames;
}

type Place = Readonly<{ file?: string; line: number }>;

function placeOf(table: LineTable, index: number, line: number): Place {
  const file = table.file(index);
  return { line, ...(file !== undefined && { file }) };
}

function frameOf(
  program: DwarfProgram,
  entry: Entry,
  place: Place | undefined,
  isInlined: boolean,
): SourceFrame {
  const linkageName = program.linkageName(entry);
  return {
    name: program.nameOf(entry),
    ...(linkageName !== undefined && { linkageName }),
    ...place,
    isInlined,
  };
}

/** The calls that were inlined where the address is, the outermost first. */
function inlinedAt(program: DwarfProgram, { entry }: FunctionEntry, address: bigint): Entry[] {
  const chain: Entry[] = [];
  let inside: Entry | undefined = entry;
  while (inside !== undefined) {
    let next: Entry | undefined;
    for (const child of inside.unit.children(inside)) {
      if (child.tag !== TAG.inlinedSubroutine && child.tag !== TAG.lexicalBlock) continue;
      const ranges = rangesOf(child, program.sections);
      if (!ranges.some((range) => holds(range, address))) continue;
      if (child.tag === TAG.inlinedSubroutine) chain.push(child);
      next = child;
      break;
    }
    inside = next;
  }
  return chain;
}

/**
 * Where the code of a source line begins: once for each function that it is in, at its lowest address. A line without code
 * of its own stands for the next one that has some, as in debuggers. `file`: its name, or the end of its path. Throws DwarfError.
 */
export function addressesOfLine(
  program: DwarfProgram,
  file: string,
  line: number,
): readonly Readonly<{ address: bigint; line: number }>[] {
  const places: { address: bigint; line: number }[] = [];
  for (const unit of program.units) {
    const table = program.lines(unit);
    if (table === undefined) continue;
    const wanted = new Set(table.files.flatMap((path, index) => (endsWith(path, file) ? [index] : [])));
    if (wanted.size === 0) continue;
    for (const row of table.rows)
      if (wanted.has(row.file) && row.line >= line && row.isStatement && !row.isEnd)
        places.push({ address: row.address, line: row.line });
  }
  const nearest = places.reduce((least, place) => Math.min(least, place.line), Number.POSITIVE_INFINITY);
  const lowest = new Map<Entry | undefined, { address: bigint; line: number }>();
  for (const place of places) {
    if (place.line !== nearest) continue;
    const inside = program.functionAt(place.address)?.entry;
    const known = lowest.get(inside);
    if (known === undefined || place.address < known.address) lowest.set(inside, place);
  }
  return [...lowest.values()].sort((a, b) => (a.address < b.address ? -1 : 1));
}

/** The files of which a program has code, by path, each with its last line that has. Throws DwarfError. */
export function lastLines(program: DwarfProgram): ReadonlyMap<string, number> {
  const last = new Map<string, number>();
  for (const unit of program.units) {
    const table = program.lines(unit);
    for (const { file, line, isEnd } of table?.rows ?? []) {
      const path = isEnd ? undefined : table?.files[file];
      if (path !== undefined) last.set(path, Math.max(line, last.get(path) ?? 0));
    }
  }
  return last;
}

function endsWith(path: string, file: string): boolean {
  return path === file || path.endsWith(`/${file.replace(/^\.?\//, "")}`);
}

/** The line of an address, without the functions. Throws DwarfError. */
export function lineAt(
  program: DwarfProgram,
  address: bigint,
): Readonly<{ file?: string; line: number }> | undefined {
  for (const unit of program.unitsAt(address)) {
    const table = program.lines(unit);
    const row: LineRow | undefined = table?.find(address);
    if (table !== undefined && row !== undefined) return placeOf(table, row.file, row.line);
  }
  return undefined;
}
