/** A piece of source text: offsets in UTF-16 units, `end` exclusive. */
export type Span = Readonly<{ start: number; end: number }>;

/** A named text. `name` is what messages print: a path, or `-e` for a one-liner. */
export type SourceText = Readonly<{ name: string; text: string }>;

/** Line and column of `offset`, both counted from 1. */
export function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  let line = 1;
  let lineStart = 0;
  for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) {
    line++;
    lineStart = at + 1;
  }
  return { line, column: offset - lineStart + 1 };
}

/** The text of line `line` (from 1), without its line end. */
export function lineText(text: string, line: number): string {
  return text.split("\n", line)[line - 1]?.replace(/\r$/, "") ?? "";
}

/** The smallest span that holds both. */
export function joinSpans(a: Span, b: Span): Span {
  return { start: Math.min(a.start, b.start), end: Math.max(a.end, b.end) };
}
