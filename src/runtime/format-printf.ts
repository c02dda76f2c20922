import { escapeControls, hexByte } from "../base/lossless-text.ts";
import type { Value } from "../base/shown-value.ts";
import { bytesText, valueText } from "../base/value-text.ts";
import type { FormatPart } from "../plan/plan.ts";
import type { ValueField } from "../plan/value-type.ts";
import type { DecodeContext } from "./decode-value.ts";
import { compileField, tailBounds } from "./decode-value.ts";
import { styleInteger } from "./format-integer.ts";
import type { FieldText } from "./format-number.ts";
import { compileDigits, integerLayout, toBigint } from "./format-number.ts";

/** Formats the record that begins at `base` and ends before `end`. */
export type RecordFormatter = FieldText;

export type FormatOptions = Readonly<{
  /**
   * Text from the traced system (not the format's own) with control characters and stray bytes escaped, so that it
   * cannot steer a terminal. Off for text that goes to a shell or into a file name.
   */
  escapeData: boolean;
}>;

type Conversion = Extract<FormatPart, { kind: "arg" }>;
type ReadNumber = (bytes: Uint8Array, view: DataView, base: number, end: number) => number;
type Style = Readonly<{
  flags: string;
  width: ReadNumber | number;
  precision: ReadNumber | number | undefined;
}>;

const MAX_WIDTH = 65_535; // a `*` that is not meant as a width must not ask for gigabytes

/**
 * Compiles a printf format and the fields it prints. Widths and precisions count characters, not bytes. Throws when
 * the format takes more arguments than there are.
 */
export function compileFormat(
  format: readonly FormatPart[],
  args: readonly ValueField[],
  context: DecodeContext,
  options: FormatOptions,
): RecordFormatter {
  const pieces: FieldText[] = [];
  let next = 0;
  const take = (): ValueField => {
    const field = args[next++];
    if (field === undefined) throw new Error(`bug: a format takes more than its ${args.length} arguments`);
    return field;
  };
  let literal = "";
  for (const part of format) {
    if (part.kind === "text") {
      literal += part.text;
      continue;
    }
    const style: Style = {
      flags: part.flags,
      width: part.width === "*" ? compileNumber(take(), context) : (part.width ?? 0),
      precision: part.precision === "*" ? compileNumber(take(), context) : part.precision,
    };
    pieces.push(prepend(literal, compileConversion(part, style, take(), context, options)));
    literal = "";
  }
  return append(joinPieces(pieces), literal);
}

function prepend(literal: string, piece: FieldText): FieldText {
  return literal === "" ? piece : (bytes, view, base, end) => literal + piece(bytes, view, base, end);
}

function append(piece: FieldText, literal: string): FieldText {
  return literal === "" ? piece : (bytes, view, base, end) => piece(bytes, view, base, end) + literal;
}

/** A call per piece costs less than a loop over them. */
function joinPieces(pieces: readonly FieldText[]): FieldText {
  const [a, b, c, d, ...rest] = pieces;
  if (a === undefined) return () => "";
  if (b === undefined) return a;
  if (c === undefined) return (y, v, s, e) => a(y, v, s, e) + b(y, v, s, e);
  if (d === undefined) return (y, v, s, e) => a(y, v, s, e) + b(y, v, s, e) + c(y, v, s, e);
  const four: FieldText = (y, v, s, e) => a(y, v, s, e) + b(y, v, s, e) + c(y, v, s, e) + d(y, v, s, e);
  if (rest.length === 0) return four;
  const others = joinPieces(rest);
  return (y, v, s, e) => four(y, v, s, e) + others(y, v, s, e);
}

function compileNumber(field: ValueField, context: DecodeContext): ReadNumber {
  const decode = compileField(field, context);
  return (bytes, view, base, end) => Number(BigInt.asIntN(64, toBigint(decode(bytes, view, base, base, end))));
}

function compileConversion(
  part: Conversion,
  style: Style,
  field: ValueField,
  context: DecodeContext,
  options: FormatOptions,
): FieldText {
  const { conversion } = part;
  const layout = integerLayout(field.type);
  if (conversion === "gr" && layout !== undefined) return compileFlags(part, style, field, context);
  if (conversion === "c" && layout !== undefined) return compileChar(style, field, context, options);
  if ("diuxXop".includes(conversion) && layout !== undefined) {
    const digits = compileDigits(field, layout, conversion, part.lengthBytes, context);
    return conversion === "p" ? stylePointer(digits, style) : styleDigits(digits, style, conversion);
  }
  if (conversion.startsWith("r")) return compileHex(conversion, style, field, context, options);
  return compileText(style, field, context, options);
}

function styleDigits(digits: FieldText, style: Style, conversion: string): FieldText {
  const { flags, width, precision } = style;
  if (typeof width === "function" || typeof precision === "function")
    return (bytes, view, base, end) => {
      const at = resolveStyle(style, bytes, view, base, end);
      return styleInteger(digits(bytes, view, base, end), { ...at, conversion });
    };
  if (precision === undefined && (flags === "" || (flags === "-" && width > 0)))
    return padText(digits, flags, width);
  const fixed = {
    flags,
    width: Math.min(width, MAX_WIDTH),
    conversion,
    ...(precision !== undefined && { precision }),
  };
  return (bytes, view, base, end) => styleInteger(digits(bytes, view, base, end), fixed);
}

/** As glibc: a null pointer is "(nil)". */
function stylePointer(digits: FieldText, style: Style): FieldText {
  return (bytes, view, base, end) => {
    const { flags, width } = resolveStyle(style, bytes, view, base, end);
    const bare = digits(bytes, view, base, end);
    if (bare !== "0") return styleInteger(bare, { flags, width, conversion: "p" });
    return flags.includes("-") ? "(nil)".padEnd(width) : "(nil)".padStart(width);
  };
}

type Resolved = Readonly<{ flags: string; width: number; precision?: number }>;

/** A negative `*` width means left-justified; a negative precision means none. */
function resolveStyle(style: Style, bytes: Uint8Array, view: DataView, base: number, end: number): Resolved {
  const width = typeof style.width === "function" ? style.width(bytes, view, base, end) : style.width;
  const { precision } = style;
  const digits = typeof precision === "function" ? precision(bytes, view, base, end) : precision;
  return {
    flags: width < 0 ? `${style.flags}-` : style.flags,
    width: Math.min(Math.abs(width), MAX_WIDTH),
    ...(digits !== undefined && digits >= 0 && { precision: Math.min(digits, MAX_WIDTH) }),
  };
}

function padText(text: FieldText, flags: string, width: number): FieldText {
  if (width === 0) return text;
  if (flags.includes("-")) return (bytes, view, base, end) => pad(text(bytes, view, base, end), width, true);
  return (bytes, view, base, end) => pad(text(bytes, view, base, end), width, false);
}

function pad(text: string, width: number, left: boolean): string {
  if (text.length < width && !PAIR.test(text)) return left ? text.padEnd(width) : text.padStart(width);
  const missing = width - countCharacters(text);
  if (missing <= 0) return text;
  return left ? text + " ".repeat(missing) : " ".repeat(missing) + text;
}

const PAIR = /[\ud800-\udbff]/;

function countCharacters(text: string): number {
  if (!PAIR.test(text)) return text.length;
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** A number as the names of the flags in it, and in hexadecimal what has no name. */
function compileFlags(
  { names = [] }: Conversion,
  style: Style,
  field: ValueField,
  context: DecodeContext,
): FieldText {
  const decode = compileField(field, context);
  const text: FieldText = (bytes, view, base, end) => {
    let left = BigInt.asUintN(32, toBigint(decode(bytes, view, base, base, end)));
    const found: string[] = [];
    for (const [name, bits] of names) {
      if ((left & bits) !== bits) continue;
      found.push(name);
      left &= ~bits;
    }
    if (left !== 0n) found.push(`0x${left.toString(16)}`);
    return found.length === 0 ? "none" : found.join("|");
  };
  return finishText(text, style);
}

/** The low byte as a character; a NUL prints nothing, as in bpftrace. */
function compileChar(
  style: Style,
  field: ValueField,
  context: DecodeContext,
  options: FormatOptions,
): FieldText {
  const decode = compileField(field, context);
  const text: FieldText = (bytes, view, base, end) => {
    const byte = Number(BigInt.asUintN(8, toBigint(decode(bytes, view, base, base, end))));
    if (byte === 0) return "";
    const character = String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte);
    return options.escapeData ? escapeControls(character) : character;
  };
  return finishText(text, style);
}

function compileHex(
  conversion: string,
  style: Style,
  field: ValueField,
  context: DecodeContext,
  options: FormatOptions,
): FieldText {
  if (field.type.kind !== "buffer" && field.type.kind !== "tailBuffer")
    return compileText(style, field, context, options);
  const decode = compileField(field, context);
  const show = conversion === "rx" ? escapedHex : conversion === "rh" ? spacedHex : bytesText;
  return finishText(
    (b, v, s, e) => show(decode(b, v, s, s, e) as Uint8Array),
    style,
    (whole) => whole,
  );
}

function escapedHex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += hexByte(byte);
  return text;
}

function spacedHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

/** `%s`: any value as print() shows it. Precision cuts before anything is escaped. */
function compileText(
  style: Style,
  field: ValueField,
  context: DecodeContext,
  { escapeData }: FormatOptions,
): FieldText {
  const show = escapeData ? context.strings.quote : (text: string): string => text;
  const { type } = field;
  if (type.kind === "string" || type.kind === "tailString") {
    if (style.precision === undefined && escapeData) return finishText(shownString(field, context), style);
    const decode = compileField(field, context);
    return finishText((b, v, s, e) => decode(b, v, s, s, e) as string, style, show);
  }
  const decode = compileField(field, context);
  const text: FieldText = (b, v, s, e) => valueText(type, decode(b, v, s, s, e) as Value, show);
  return finishText(text, style);
}

/** The hot path of most scripts: a string, escaped, from the cache. */
function shownString(field: ValueField, { strings, cutMark }: DecodeContext): FieldText {
  const { type, offset } = field;
  if (type.kind === "tailString")
    return (bytes, view, base, end) => {
      const { start, stop } = tailBounds(view, base, base + offset, end);
      let nul = start;
      while (nul < stop && bytes[nul] !== 0) nul++;
      const text = strings.shownText(bytes, start, nul);
      return nul - start >= type.limit ? text + cutMark : text;
    };
  const size = type.kind === "string" ? type.size : 0;
  return (bytes, _view, base, end) => {
    const start = base + offset;
    const limit = Math.min(start + size, end);
    let nul = start;
    while (nul < limit && bytes[nul] !== 0) nul++;
    return strings.shownText(bytes, start, nul);
  };
}

/** Cuts to the precision, then applies `show`, then pads. */
function finishText(text: FieldText, style: Style, show?: (text: string) => string): FieldText {
  const { flags, width, precision } = style;
  if (precision === undefined && typeof width === "number")
    return padText(
      show === undefined ? text : (b, v, s, e) => show(text(b, v, s, e)),
      flags,
      Math.min(width, MAX_WIDTH),
    );
  return (bytes, view, base, end) => {
    const at = resolveStyle(style, bytes, view, base, end);
    const whole = text(bytes, view, base, end);
    const cut = at.precision === undefined ? whole : cutText(whole, at.precision);
    return pad(show === undefined ? cut : show(cut), at.width, at.flags.includes("-"));
  };
}

function cutText(text: string, characters: number): string {
  return PAIR.test(text) ? [...text].slice(0, characters).join("") : text.slice(0, characters);
}
