/** A piece of source text: offsets in UTF-16 units, `end` exclusive. */
export type Span = Readonly<{ start: number; end: number }>;

/** A named text. `name` is what messages print: a path, or `-e` for a one-liner. */
export type SourceText = Readonly<{
  name: string;
  text: string;
  /** Texts that it takes in: their positions are counted from `start`, which lies behind the end of `text`. */
  files?: readonly SourceFile[];
}>;
export type SourceFile = Readonly<{ name: string; text: string; start: number }>;

/** The text that an offset lies in, and where in that text. */
export function textAt(source: SourceText, offset: number): { source: SourceText; offset: number } {
  if (offset <= source.text.length) return { source, offset };
  const file = source.files?.findLast((one) => one.start <= offset);
  return file ? { source: file, offset: offset - file.start } : { source, offset };
}

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
