import { readEscape, textOfBytes } from "../shared/c-escape.ts";
import type { Faults } from "./faults.ts";
import type { Token } from "./tokens.ts";

const ESCAPE_HELP =
  'use \\n, \\t, \\r, \\", \\\\, \\xHH or up to three octal digits; double the backslash to print one';

/** Which quote ends a text that this one opens; typographic quotes are pasted from articles. */
const CLOSERS: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["“", '”"'],
  ["”", '”"'],
  ["„", '”“"'],
  ["«", '»"'],
  ["‘", "’'"],
  ["’", "’'"],
]);

/** Whether `char` is a quote that word processors make. */
export function isTypographicQuote(char: string): boolean {
  return char !== '"' && CLOSERS.has(char);
}

/**
 * The string whose opening quote is at `at`. A string ends on its line: at a line's end it is reported as unterminated
 * and the token is "broken". With typographic quotes it is reported and read as if they were plain.
 */
export function lexString(text: string, at: number, faults: Faults): Token {
  const quote = text.charAt(at);
  const closers = CLOSERS.get(quote) ?? quote;
  if (isTypographicQuote(quote)) reportTypographic(text, at, faults);
  const pieces: (string | number)[] = [];
  let pos = at + 1;
  let from = pos;
  for (;;) {
    const char = text[pos];
    if (char === undefined || char === "\n") return unterminated(text, at, pos, faults);
    if (closers.includes(char)) break;
    if (char === "\\") {
      pieces.push(text.slice(from, pos));
      pos += takeEscape(text, pos, pieces, faults);
      from = pos;
    } else pos++;
  }
  const last = text.slice(from, pos);
  const end = pos + 1;
  const bytes = toBytes(pieces, last);
  const value = pieces.length === 0 && isWellFormed(last) ? last : textOfBytes(bytes);
  return { kind: "string", value, bytes, start: at, end, text: text.slice(at, end) };
}

/** Lone surrogates cannot be written as UTF-8. */
function isWellFormed(text: string): boolean {
  return !/\p{Cs}/u.test(text);
}

function takeEscape(text: string, at: number, pieces: (string | number)[], faults: Faults): number {
  const found = readEscape(text, at);
  const span = { start: at, end: at + found.length };
  switch (found.kind) {
    case "byte":
      pieces.push(found.byte);
      break;
    case "joinedLine":
      break;
    case "unknown":
      faults.add("syntax/bad-escape", span, `\`${text.slice(at, span.end)}\` is not an escape`, ESCAPE_HELP);
      break;
    case "range":
      faults.add(
        "syntax/bad-escape",
        span,
        `\`${text.slice(at, span.end)}\` does not fit into a byte`,
        ESCAPE_HELP,
      );
      break;
  }
  return found.length;
}

function toBytes(pieces: readonly (string | number)[], last: string): Uint8Array {
  const encoder = new TextEncoder();
  if (pieces.length === 0) return encoder.encode(last);
  const out: number[] = [];
  for (const piece of pieces) {
    if (typeof piece === "number") out.push(piece);
    else for (const byte of encoder.encode(piece)) out.push(byte);
  }
  for (const byte of encoder.encode(last)) out.push(byte);
  return new Uint8Array(out);
}

function reportTypographic(text: string, at: number, faults: Faults): void {
  const quote = text.charAt(at);
  const plain = quote === "‘" || quote === "’" ? "'" : '"';
  faults.add(
    "syntax/typographic-quote",
    { start: at, end: at + 1 },
    `${quote} is a typographic quote`,
    plain === '"'
      ? 'write the plain quote " instead; such quotes come from copying out of an article'
      : 'write a plain quote instead: " around a string; such quotes come from copying out of an article',
  );
}

function unterminated(text: string, at: number, end: number, faults: Faults): Token {
  const wrongEnd = text.slice(at, end).search(/[“”]/);
  if (wrongEnd > 0) {
    reportTypographic(text, at + wrongEnd, faults);
    const bytes = new TextEncoder().encode(text.slice(at + 1, at + wrongEnd));
    const close = at + wrongEnd + 1;
    return {
      kind: "string",
      value: textOfBytes(bytes),
      bytes,
      start: at,
      end: close,
      text: text.slice(at, close),
    };
  }
  faults.add(
    "syntax/unterminated-string",
    { start: at, end: at + 1 },
    "this string does not end on its line",
    'close it with "; to put a line break into a string write \\n',
  );
  return { kind: "broken", start: at, end, text: text.slice(at, end) };
}

/** The character literal at `at`, such as 'a' or '\n'. */
export function lexCharacter(text: string, at: number, faults: Faults): Token {
  const fail = (end: number, message: string): Token => {
    const help = "put one character between single quotes, and strings between double quotes";
    faults.add("syntax/bad-character", { start: at, end }, message, help);
    return { kind: "character", value: 0n, start: at, end, text: text.slice(at, end) };
  };
  const close = closingQuote(text, at + 1);
  if (close === -1) {
    fail(at + 1, "this single quote has no partner on its line");
    const lineEnd = text.indexOf("\n", at);
    const end = lineEnd === -1 ? text.length : lineEnd;
    return { kind: "broken", start: at, end, text: text.slice(at, end) };
  }
  const end = close + 1;
  const token = (value: number): Token => ({
    kind: "character",
    value: BigInt(value),
    start: at,
    end,
    text: text.slice(at, end),
  });
  if (text[at + 1] === "\\") {
    const found = readEscape(text, at + 1);
    if (found.kind === "byte" && at + 1 + found.length === close) return token(found.byte);
  } else if (close === at + 2 && text.charCodeAt(at + 1) < 0x80) return token(text.charCodeAt(at + 1));
  return fail(end, `${text.slice(at, Math.min(end, at + 40))} is not one byte`);
}

function closingQuote(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const char = text[at];
    if (char === "\n") return -1;
    if (char === "'") return at;
    if (char === "\\") at++;
  }
  return -1;
}
