/**
 * Strings from the kernel are bytes that are mostly, but not always, UTF-8. As JavaScript strings they keep every byte:
 * valid UTF-8 is decoded, and a byte 0xNN that belongs to no valid sequence becomes the lone surrogate U+DCNN, which
 * valid text cannot hold. `encodeText` gives the bytes back; what is shown spells such a byte as \xNN.
 */

const LONE_BYTE = 0xdc00; // U+DC80 … U+DCFF stand for the bytes 0x80 … 0xff
const SHORT = 24; // up to here eight characters at a time are faster than a TextDecoder
const CHUNK = 4096; // code units given to String.fromCharCode at once

const utf8 = new TextDecoder(); // keeps no state between calls

/** The text in `bytes` from `start` to `end`; NULs are characters like any other. */
export function decodeText(bytes: Uint8Array, start: number, end: number): string {
  let at = start;
  while (at < end && (bytes[at] as number) < 0x80) at++;
  if (at < end) return decodeMixed(bytes, start, end);
  return end - start > SHORT ? utf8.decode(bytes.subarray(start, end)) : decodeShort(bytes, start, end);
}

/** As `decodeText`, up to the first NUL or `end`. */
export function decodeCString(bytes: Uint8Array, start: number, end: number): string {
  let stop = start;
  while (stop < end && bytes[stop] !== 0) stop++;
  return decodeText(bytes, start, stop);
}

function decodeShort(bytes: Uint8Array, start: number, end: number): string {
  const from = String.fromCharCode;
  const b = (i: number): number => bytes[i] as number;
  let text = "";
  let i = start;
  for (; i + 8 <= end; i += 8)
    text += from(b(i), b(i + 1), b(i + 2), b(i + 3), b(i + 4), b(i + 5), b(i + 6), b(i + 7));
  for (; i < end; i++) text += from(b(i));
  return text;
}

function decodeMixed(bytes: Uint8Array, start: number, end: number): string {
  const units: number[] = [];
  let text = "";
  for (let at = start; at < end; ) {
    const first = bytes[at] as number;
    const length = sequenceLength(bytes, at, end);
    if (length === 0) units.push(LONE_BYTE + first);
    else pushCodePoint(units, codePoint(bytes, at, length));
    at += length || 1;
    if (units.length >= CHUNK) text += String.fromCharCode(...units.splice(0));
  }
  return text + String.fromCharCode(...units);
}

/** Bytes of the valid UTF-8 sequence at `at`, or 0. Source: RFC 3629, section 4. */
function sequenceLength(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at] as number;
  if (first < 0x80) return 1;
  const length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  if (length === 0 || at + length > end) return 0;
  const second = bytes[at + 1] as number;
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  for (let i = 2; i < length; i++) if (((bytes[at + i] as number) & 0xc0) !== 0x80) return 0;
  return length;
}

function codePoint(bytes: Uint8Array, at: number, length: number): number {
  const first = bytes[at] as number;
  if (length === 1) return first;
  let value = first & (0x7f >> length);
  for (let i = 1; i < length; i++) value = (value << 6) | ((bytes[at + i] as number) & 0x3f);
  return value;
}

function pushCodePoint(units: number[], value: number): void {
  if (value < 0x10000) units.push(value);
  else units.push(0xd800 + ((value - 0x10000) >> 10), LONE_BYTE + ((value - 0x10000) & 0x3ff));
}

/** The bytes of a text: UTF-8, lone bytes as they were. Other lone surrogates become U+FFFD. */
export function encodeText(text: string): Uint8Array {
  const plain = new TextEncoder().encode(text);
  if (!LONE.test(text)) return plain;
  const out: number[] = [];
  for (const part of text.split(LONE_SPLIT)) {
    const unit = part.length === 1 ? part.charCodeAt(0) : 0;
    if (unit >= 0xdc80 && unit <= 0xdcff) out.push(unit - LONE_BYTE);
    else for (const byte of new TextEncoder().encode(part)) out.push(byte);
  }
  return Uint8Array.from(out);
}

const LONE = /(?<![\ud800-\udbff])[\udc80-\udcff]/;
const LONE_SPLIT = /((?<![\ud800-\udbff])[\udc80-\udcff])/;

const UNSHOWABLE = /[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]/;
const UNSHOWABLE_ALL =
  /[\x00-\x08\x0b-\x1f\x7f-\x9f]|(?<![\ud800-\udbff])[\udc00-\udfff]|[\ud800-\udbff](?![\udc00-\udfff])/g;
const LONES_ALL = /(?<![\ud800-\udbff])[\udc00-\udfff]|[\ud800-\udbff](?![\udc00-\udfff])/g;

/**
 * Text that cannot move a terminal's cursor or change its colours: control characters (all of C0 and C1 and DEL, but
 * not newline and tab) become \xNN, and so do bytes that were no UTF-8.
 */
export function escapeControls(text: string): string {
  return UNSHOWABLE.test(text) ? text.replace(UNSHOWABLE_ALL, escapeUnit) : text;
}

/**
 * As `escapeControls`, for a script that writes control characters itself, such as colours: a text that is one of `own` as
 * a whole is shown as it is. Whoever sends the same text can do no more with it than the script does.
 */
export function escapeForeign(own: readonly string[]): (text: string) => string {
  if (own.length === 0) return escapeControls;
  const known = new Set(own);
  return (text) => (known.has(text) ? text : escapeControls(text));
}

/** As `escapeControls`, and newline and tab become \n and \t: the text stays on one line and in its column. */
export function escapeLine(text: string): string {
  return escapeControls(text).replace(/[\n\t]/g, (c) => (c === "\n" ? "\\n" : "\\t"));
}

/** Bytes that were no UTF-8 become \xNN; all else stays. */
export function escapeLoneBytes(text: string): string {
  return UNSHOWABLE.test(text) ? text.replace(LONES_ALL, escapeUnit) : text;
}

function escapeUnit(unit: string): string {
  const code = unit.charCodeAt(0);
  if (code < 0x100) return hexByte(code);
  return code >= 0xdc80 && code <= 0xdcff ? hexByte(code - LONE_BYTE) : "\ufffd";
}

/** `\xNN`, in lower case. */
export function hexByte(byte: number): string {
  return `\\x${byte < 16 ? "0" : ""}${byte.toString(16)}`;
}
