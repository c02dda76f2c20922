import { addressToOffset, type Elf, findSection } from "../elf/elf.ts";
import { ElfError } from "../elf/error.ts";
import { type ElfNote, readNotes } from "../elf/notes.ts";
import { stringAt } from "../elf/source.ts";
import { ElfSymbols } from "./elf-symbols.ts";

/**
 * One place of a USDT probe; a probe can have several. Offsets are in the file. `args` are the operands as the note
 * spells them, "-4@%edi", but for symbols beside the instruction pointer: those are replaced by their distance from
 * the probe, so that "8@total(%rip)" becomes "8@11873(%rip)", to be added to the address of the probe itself.
 */
export type UsdtProbe = Readonly<{
  provider: string;
  name: string;
  offset: number;
  /** A 16-bit counter that must be above 0 while the probe is wanted; the kernel keeps it for a uprobe. */
  semaphoreOffset?: number;
  args: readonly string[];
}>;

const NOTE_SECTION = ".note.stapsdt";
const BASE_SECTION = ".stapsdt.base";
const NOTE_TYPE = 3;
const MAX_PROBES = 1 << 20;

/**
 * The USDT probes of a file, by place. Source of the format: SystemTap's "UserSpaceProbeImplementation", note version 3.
 * Throws ElfError for a note that cannot be read.
 */
export function readUsdtProbes(elf: Elf): readonly UsdtProbe[] {
  const base = findSection(elf, BASE_SECTION)?.address;
  const notes = readNotes(elf, NOTE_SECTION).filter(
    (note) => note.name === "stapsdt" && note.type === NOTE_TYPE,
  );
  if (notes.length > MAX_PROBES) throw new ElfError("elf/bad-notes", `${notes.length} probes are too many`);
  let symbols: ElfSymbols | undefined;
  const addressOf = (name: string) => {
    symbols ??= new ElfSymbols(elf);
    return symbols.address(name);
  };
  const probes: UsdtProbe[] = [];
  for (const note of notes) {
    const probe = readProbe(elf, note, base, addressOf);
    if (probe !== undefined) probes.push(probe);
  }
  return probes.sort((a, b) => a.offset - b.offset);
}

/** Undefined for a probe whose code is not in the file: the linker drops sections but keeps their notes. */
function readProbe(
  elf: Elf,
  { desc, offset: noteOffset }: ElfNote,
  sectionBase: bigint | undefined,
  addressOf: (name: string) => bigint | undefined,
): UsdtProbe | undefined {
  const width = elf.bits / 8;
  const place = { section: NOTE_SECTION, offset: noteOffset };
  if (desc.length < width * 3 + 3)
    throw new ElfError("elf/bad-notes", `a USDT note of ${desc.length} bytes is too short`, place);
  const view = new DataView(desc.buffer, desc.byteOffset, desc.length);
  const word = (index: number) =>
    width === 8
      ? view.getBigUint64(index * 8, elf.littleEndian)
      : BigInt(view.getUint32(index * 4, elf.littleEndian));
  // Prelinking moves the code but not the note; the section moves with the code and tells by how much.
  const noteBase = word(1);
  const moved = sectionBase !== undefined && noteBase !== 0n ? sectionBase - noteBase : 0n;
  const address = word(0) + moved;
  const offset = addressToOffset(elf, address);
  if (offset === undefined) return undefined;
  const strings = readStrings(desc.subarray(width * 3));
  if (strings === undefined) throw new ElfError("elf/bad-notes", "a USDT note lacks its names", place);
  const semaphoreOffset = word(2) === 0n ? undefined : addressToOffset(elf, word(2) + moved);
  return {
    provider: strings.provider,
    name: strings.name,
    offset,
    ...(semaphoreOffset !== undefined && { semaphoreOffset }),
    args: splitUsdtArguments(strings.args).map((arg) => resolveSymbol(arg, address, addressOf)),
  };
}

/** Three strings, each ended by NUL. */
function readStrings(bytes: Uint8Array): { provider: string; name: string; args: string } | undefined {
  const first = bytes.indexOf(0);
  const second = bytes.indexOf(0, first + 1);
  if (first <= 0 || second <= first + 1) return undefined;
  return { provider: stringAt(bytes, 0), name: stringAt(bytes, first + 1), args: stringAt(bytes, second + 1) };
}

/** The operands of a note's argument text: parted by blanks, but not inside of [sp, 8] or (%rax, %rbx). */
export function splitUsdtArguments(text: string): readonly string[] {
  const args: string[] = [];
  let start = -1;
  let depth = 0;
  for (let at = 0; at <= text.length; at++) {
    const char = text[at] ?? " ";
    if (char === "[" || char === "(") depth++;
    if (char === "]" || char === ")") depth--;
    const isBlank = char === " " || char === "\t" || char === "\n";
    if (!isBlank && start === -1) start = at;
    if (start !== -1 && ((isBlank && depth <= 0) || at === text.length)) {
      args.push(text.slice(start, at));
      start = -1;
      depth = 0;
    }
  }
  return args;
}

const RELATIVE = /^(-?\d+f?@)([A-Za-z_.$][\w.$]*)(?:@@?[\w.]+)?((?:[+-](?:0x[0-9a-f]+|\d+))*)\(%rip\)$/i;

function resolveSymbol(arg: string, probe: bigint, addressOf: (name: string) => bigint | undefined): string {
  const [, size, name, addends] = RELATIVE.exec(arg) ?? [];
  const address = name === undefined ? undefined : addressOf(name);
  if (size === undefined || address === undefined) return arg;
  const addend = (addends?.match(/[+-][^+-]+/g) ?? []).reduce((sum, part) => {
    const value = BigInt(part.slice(1));
    return part.startsWith("-") ? sum - value : sum + value;
  }, 0n);
  return `${size}${address + addend - probe}(%rip)`;
}
