import type { Span } from "../base/span.ts";

/** What a token is, by its first character. */
export type CTokenKind = "word" | "number" | "text" | "mark" | "end";

/** The tokens of a C text, comments and preprocessor lines left out. The last one is the end, with text "". */
export type CTokens = Readonly<{
  texts: readonly string[];
  starts: readonly number[];
  source: string;
  /** From which tokens on `#pragma pack` limits the alignment of members to so many bytes. */
  packs?: readonly Readonly<{ from: number; bytes: number | undefined }>[];
}>;

/** Where a token lies in the text. */
export function tokenSpan(tokens: CTokens, index: number): Span {
  const start = tokens.starts[index] ?? tokens.source.length;
  return { start, end: start + Math.max(1, tokens.texts[index]?.length ?? 0) };
}

const LONG_MARKS = new Set(["...", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||"]);

/** Splits C text. Never fails: an unknown character, or a quote that is not closed, is a token of its own. */
export function scanC(source: string): CTokens {
  const texts: string[] = [];
  const starts: number[] = [];
  const length = source.length;
  let lineBegins = true; // nothing but blanks since the last line end: a `#` here starts a directive
  let at = 0;
  while (at < length) {
    const code = source.charCodeAt(at);
    if (code <= 32) {
      if (code === 10) lineBegins = true;
      at++;
      continue;
    }
    if (code === 47 || (code === 35 && lineBegins)) {
      const end = code === 35 ? endOfDirective(source, at) : endOfComment(source, at);
      if (end > at) {
        at = end;
        continue;
      }
    }
    lineBegins = false;
    const end = endOfToken(source, at, code);
    texts.push(source.slice(at, end));
    starts.push(at);
    at = end;
  }
  texts.push("");
  starts.push(length);
  return { texts, starts, source };
}

/** The kind of a token, from its text. */
export function tokenKind(text: string): CTokenKind {
  if (text === "") return "end";
  const code = text.charCodeAt(0);
  if (isDigit(code)) return "number";
  if (isWordPart(code)) return "word";
  return (code === 34 || code === 39) && text.length > 1 ? "text" : "mark";
}

function endOfToken(source: string, start: number, code: number): number {
  let at = start + 1;
  if (isWordPart(code)) {
    while (at < source.length && isWordPart(source.charCodeAt(at))) at++;
    return at;
  }
  if (code === 34 || code === 39) return endOfQuoted(source, start, code);
  if (LONG_MARKS.has(source.slice(start, start + 3))) return start + 3;
  return LONG_MARKS.has(source.slice(start, start + 2)) ? start + 2 : at;
}

/** Behind the closing quote; behind the opening one when it is not closed on its line. */
function endOfQuoted(source: string, start: number, quote: number): number {
  for (let at = start + 1; at < source.length; at++) {
    const code = source.charCodeAt(at);
    if (code === quote) return at + 1;
    if (code === 10) break;
    if (code === 92) at++;
  }
  return start + 1;
}

/** Behind the comment at `start`; `start` itself when there is none. One that is not closed reaches to the end. */
function endOfComment(source: string, start: number): number {
  const second = source.charCodeAt(start + 1);
  if (second === 47) return endOrLength(source.indexOf("\n", start), source);
  if (second !== 42) return start;
  const close = source.indexOf("*/", start + 2);
  return close === -1 ? source.length : close + 2;
}

/** The line end of a directive, continued lines included. */
function endOfDirective(source: string, start: number): number {
  let end = source.indexOf("\n", start);
  while (end !== -1 && source.charCodeAt(end - 1) === 92) end = source.indexOf("\n", end + 1);
  return endOrLength(end, source);
}

function endOrLength(index: number, source: string): number {
  return index === -1 ? source.length : index;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Letters, digits, `_` and `$`. */
function isWordPart(code: number): boolean {
  return (
    (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || isDigit(code) || code === 36
  );
}
