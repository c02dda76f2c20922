import { funcInfo, lineInfo } from "../abi/attr-prog.ts";
import { readHeader } from "../btf/header.ts";
import { BTF_MAGIC, BTF_VERSION, btfHeader } from "../btf/kinds.ts";
import { type Insn, slotsOf } from "../isa/insn.ts";
import type { ObjectSpec, ProgramSpec } from "../object/object.ts";

/** An object's BTF with the texts and file names of its source lines added to the strings, and where they are. */
export type BtfWithLines = Readonly<{ btf: Uint8Array; offsetOf: ReadonlyMap<string, number> }>;

/** Line info refers to strings of the loaded BTF: adds those that the programs' instructions carry. */
export function addLineStrings(btf: Uint8Array, programs: ObjectSpec["programs"]): BtfWithLines {
  const at = readHeader(btf, false);
  const strings = btf.subarray(at.strings, at.strings + at.stringsBytes);
  const types = btf.subarray(at.types, at.types + at.typesBytes);
  const { offsetOf, added } = placeStrings(programs, strings.length);
  const stringsBytes = strings.length + added.length;
  const out = new Uint8Array(btfHeader.bytes + types.length + stringsBytes);
  const header = { magic: BTF_MAGIC, version: BTF_VERSION, headerBytes: btfHeader.bytes };
  out.set(btfHeader.encode({ ...header, typesBytes: types.length, stringsOffset: types.length, stringsBytes }));
  out.set(types, btfHeader.bytes);
  out.set(strings, btfHeader.bytes + types.length);
  out.set(added, btfHeader.bytes + types.length + strings.length);
  return { btf: out, offsetOf };
}

const UTF8 = new TextEncoder();

function placeStrings(programs: ObjectSpec["programs"], start: number) {
  const offsetOf = new Map<string, number>([["", 0]]);
  const parts: Uint8Array[] = [];
  let end = start;
  const place = (text: string): void => {
    if (offsetOf.has(text)) return;
    const bytes = UTF8.encode(`${text.includes("\0") ? text.replaceAll("\0", " ") : text}\0`);
    offsetOf.set(text, end);
    parts.push(bytes);
    end += bytes.length;
  };
  let last: SourceLine | undefined; // most instructions share the line of the one before
  for (const program of programs)
    for (const { meta } of program.insns) {
      const line = meta?.line;
      if (line === undefined || line === last) continue;
      last = line;
      place(line.file);
      place(line.text);
    }
  const added = new Uint8Array(end - start);
  let at = 0;
  for (const part of parts) {
    added.set(part, at);
    at += part.length;
  }
  return { offsetOf, added };
}

/** The records of BPF_PROG_LOAD's func_info; undefined when a function has no BTF type. */
export function encodeFuncInfo(program: ProgramSpec): Uint8Array | undefined {
  const { functions } = program;
  if (functions.length === 0 || functions.some((f) => f.btfId === 0)) return undefined;
  const slots = slotIndexes(program);
  const out = new Uint8Array(functions.length * funcInfo.bytes);
  for (const [i, { insnIndex, btfId }] of functions.entries())
    out.set(funcInfo.encode({ insnOff: slots[insnIndex] ?? 0, typeId: btfId }), i * funcInfo.bytes);
  return out;
}

/** The records of line_info, one per change of line. The kernel wants one at the start of each function or none at all. */
export function encodeLineInfo(
  program: ProgramSpec,
  offsetOf: ReadonlyMap<string, number>,
): Uint8Array | undefined {
  const starts = new Set(program.functions.map((f) => f.insnIndex).concat(0));
  const out = new Uint8Array(program.insns.length * lineInfo.bytes);
  const view = new DataView(out.buffer);
  let at = 0;
  let slot = 0;
  let last: SourceLine | undefined;
  let index = 0;
  for (const insn of program.insns) {
    const line = insn.meta?.line;
    const isStart = starts.has(index++);
    if (isStart && line === undefined) return undefined;
    const isNew = line !== undefined && line !== last && (last === undefined || !isSamePlace(line, last));
    if (line !== undefined && (isStart || isNew)) {
      last = line;
      view.setUint32(at + LINE_INFO.insnOff, slot, true);
      view.setUint32(at + LINE_INFO.fileNameOff, offsetOf.get(line.file) ?? 0, true);
      view.setUint32(at + LINE_INFO.lineOff, offsetOf.get(line.text) ?? 0, true);
      view.setUint32(at + LINE_INFO.lineCol, (line.line << 10) | Math.min(line.column, 1023), true);
      at += lineInfo.bytes;
    }
    slot += slotsOf(insn);
  }
  return out.subarray(0, at);
}

const LINE_INFO = lineInfo.offsets;

type SourceLine = NonNullable<NonNullable<Insn["meta"]>["line"]>;

function isSamePlace(one: SourceLine, other: SourceLine): boolean {
  return one.line === other.line && one.column === other.column && one.file === other.file;
}

function slotIndexes(program: ProgramSpec): number[] {
  let slot = 0;
  return program.insns.map((insn) => {
    const at = slot;
    slot += slotsOf(insn);
    return at;
  });
}
