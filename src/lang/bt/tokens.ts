import type { Span } from "../../base/span.ts";

/**
 * One token; `start` and `end` are offsets in the source. Names are without `$` and `@` in `name`, and with them in
 * `text`. Keywords are identifiers: the parser knows where they count. A "broken" token has been reported already.
 */
export type Token = Readonly<
  { start: number; end: number; text: string } & (
    | { kind: "identifier" }
    | { kind: "integer"; value: bigint; suffix: string }
    | { kind: "string"; value: string; bytes: Uint8Array }
    | { kind: "character"; value: bigint }
    | { kind: "variable"; name: string }
    | { kind: "map"; name: string }
    | { kind: "positional"; index: number }
    | { kind: "positionalCount" }
    | { kind: "punctuation" }
    | { kind: "broken" }
    | { kind: "end" }
  )
>;

/** Operators and brackets, the longest first among those that share a beginning. */
export const PUNCTUATION: readonly string[] = [
  "<<=",
  ">>=",
  "...",
  "<<",
  ">>",
  "<=",
  ">=",
  "==",
  "!=",
  "&&",
  "||",
  "++",
  "--",
  "->",
  "..",
  "+=",
  "-=",
  "*=",
  "/=",
  "%=",
  "&=",
  "|=",
  "^=",
  "{",
  "}",
  "(",
  ")",
  "[",
  "]",
  ";",
  ":",
  ",",
  ".",
  "?",
  "=",
  "<",
  ">",
  "+",
  "-",
  "*",
  "/",
  "%",
  "&",
  "|",
  "^",
  "!",
  "~",
  "#",
];

/** Where a token stands. */
export function spanOf(token: Token): Span {
  return { start: token.start, end: token.end };
}

/** How a message names a token. */
export function describeToken(token: Token): string {
  switch (token.kind) {
    case "end":
      return "the end of the script";
    case "string":
      return "a string";
    case "integer":
      return `the number ${token.text.length > 30 ? `${token.text.slice(0, 30)}…` : token.text}`;
    default:
      return `\`${token.text.length > 40 ? `${token.text.slice(0, 40)}…` : token.text}\``;
  }
}
