import type { CNames } from "./c-names.ts";
import type { CText } from "./c-text.ts";
import { enumValue } from "./decode-type.ts";
import type { FlatTypes } from "./flat-types.ts";
import { elements, KIND } from "./kinds.ts";
import type { BtfId } from "./types.ts";

const INT_MAX = 2 ** 31;
const LONG_MAX = 1n << 63n;

/** Writes an enum's definition, without the semicolon: "enum a {\n\tONE = 1,\n}". Its type has been checked. */
export function writeEnum(out: CText, flat: FlatTypes, names: CNames, id: BtfId, depth: number): void {
  const { words } = flat;
  const start = flat.starts[id] as number;
  const info = words[start + 1] as number;
  const wide = flat.kind(id) === KIND.enum64;
  const step = wide ? 3 : 2;
  out.text("enum");
  if (flat.isNamed(words[start] as number)) {
    out.text(" ");
    out.name(names.type(id, words[start] as number));
  }
  out.text(" {\n");
  const count = elements(info);
  const renamed = names.enumerators(id);
  for (let i = 0; i < count; i++) {
    const at = start + 3 + i * step;
    out.tabs(depth + 1);
    out.name(renamed?.[i] ?? (words[at] as number));
    out.text(" = ");
    writeValue(out, words, at, wide, info >>> 31 === 1);
    out.text(",\n");
  }
  if (count === 0) {
    // C has no enum without enumerators, but BTF does.
    out.tabs(depth + 1);
    out.text(`__enum_${id}_has_no_members = 0,\n`);
  }
  out.tabs(depth);
  out.text("}");
  const mode = modeOf(words, start, wide);
  if (mode !== undefined) out.text(` __attribute__((mode(${mode})))`);
}

/** The integer that stands for an unnamed enum that has been written before. */
export function integerLike(info: number, bytes: number): string {
  const word = { 1: "char", 2: "short", 8: "long long" }[bytes] ?? "int";
  return `${info >>> 31 === 1 ? "signed" : "unsigned"} ${word}`;
}

function writeValue(out: CText, words: Uint32Array, at: number, wide: boolean, signed: boolean): void {
  const low = words[at + 1] as number;
  const high = wide ? (words[at + 2] as number) | 0 : signed ? low >> 31 : 0;
  if (high === 0) {
    out.integer(low);
    if (low >= INT_MAX) out.text("LL");
  } else if (signed && high === -1 && low >= INT_MAX) out.integer(low | 0);
  else out.text(wideValue(enumValue(words, at, wide, signed)));
}

/** A value that no int holds. */
function wideValue(value: bigint): string {
  if (value >= LONG_MAX) return `${value}ULL`;
  return value === -LONG_MAX ? `(-${LONG_MAX - 1n}LL - 1)` : `${value}LL`;
}

/** The mode of an enum that has not the size that its values would give it. */
function modeOf(words: Uint32Array, start: number, wide: boolean): string | undefined {
  const info = words[start + 1] as number;
  switch (words[start + 2]) {
    case 1:
      return "QI";
    case 2:
      return "HI";
    case 8:
      return !wide || allFitInt(words, start + 3, elements(info), info >>> 31 === 1) ? "DI" : undefined;
    default:
      return undefined;
  }
}

function allFitInt(words: Uint32Array, first: number, count: number, signed: boolean): boolean {
  for (let at = first; at < first + count * 3; at += 3) {
    const high = (words[at + 2] as number) | 0;
    if (high !== 0 && !(signed && high === -1 && (words[at + 1] as number) >= INT_MAX)) return false;
  }
  return true;
}
