import type { Comment } from "./ast.ts";
import type { Faults } from "./faults.ts";
import { lexNumber } from "./lex-number.ts";
import { isTypographicQuote, lexCharacter, lexString } from "./lex-string.ts";
import { PUNCTUATION, type Token } from "./tokens.ts";

const IDENTIFIER = /[_a-zA-Z][_a-zA-Z0-9]*/y;
const NAME_REST = /[_a-zA-Z0-9]*/y;
const DIGITS = /[0-9]+/y;

const BY_FIRST: ReadonlyMap<string, readonly string[]> = new Map(
  PUNCTUATION.map((text) => [text.charAt(0), PUNCTUATION.filter((other) => other[0] === text[0])]),
);

/** Characters that look like others, by what to write instead. */
const LOOKALIKES: ReadonlyMap<string, string> = new Map([
  ["–", "-"],
  ["—", "-"],
  ["−", "-"],
  ["…", "..."],
  ["×", "*"],
  ["÷", "/"],
  ["≤", "<="],
  ["≥", ">="],
  ["≠", "!="],
  ["→", "->"],
  ["（", "("],
  ["）", ")"],
  ["，", ","],
  ["；", ";"],
  ["：", ":"],
]);

/**
 * Cuts a script into tokens, one at a time from `pos`, which the attach point reader moves: its text has rules of its
 * own. Comments go to `comments`, each once, in order.
 */
export class Lexer {
  pos = 0;
  readonly text: string;
  readonly comments: Comment[] = [];
  /** The kind of text that ran on to its line's or the script's end, so that brackets may be missing without fault. */
  swallowed = false;
  private readonly faults: Faults;

  constructor(text: string, faults: Faults) {
    this.text = text;
    this.faults = faults;
    if (text.charCodeAt(0) === 0xfeff) this.pos = 1;
  }

  /** The next token; at the end of the text one of kind "end", again and again. */
  next(): Token {
    this.skipBlank();
    const start = this.pos;
    const token = this.read(start);
    this.pos = token.end;
    if (token.kind === "broken") this.swallowed = true;
    return token;
  }

  /** Moves over white space and comments, and over characters that do not belong, which it reports. */
  skipBlank(): void {
    const text = this.text;
    for (;;) {
      const code = text.charCodeAt(this.pos);
      if (code === 0x20 || (code >= 9 && code <= 13)) this.pos++;
      else if (code === 0x2f && text.charCodeAt(this.pos + 1) === 0x2f)
        this.comment("line", lineEnd(text, this.pos));
      else if (code === 0x23 && text.charCodeAt(this.pos + 1) === 0x21)
        this.comment("shebang", lineEnd(text, this.pos));
      else if (code === 0x2f && text.charCodeAt(this.pos + 1) === 0x2a) this.blockComment();
      else if (code >= 0x80 || code < 0x20 || code === 0x7f || code === 0x60 || code === 0x5c) {
        if (isTypographicQuote(text.charAt(this.pos)) || LOOKALIKES.has(text.charAt(this.pos))) return;
        this.strange();
      } else return;
    }
  }

  private comment(kind: Comment["kind"], end: number): void {
    this.keepComment(kind, this.pos, end);
    this.pos = end;
  }

  /** Adds a comment, unless it or one behind it has been added. */
  keepComment(kind: Comment["kind"], start: number, end: number): void {
    const last = this.comments.at(-1);
    if (last !== undefined && last.span.start >= start) return;
    const text = this.text.slice(start, end).replace(/\r$/, "");
    this.comments.push({ kind, text, span: { start, end: start + text.length } });
  }

  private blockComment(): void {
    const close = this.text.indexOf("*/", this.pos + 2);
    if (close !== -1) {
      this.comment("block", close + 2);
      return;
    }
    const span = { start: this.pos, end: this.pos + 2 };
    this.pos = this.text.length;
    this.swallowed = true;
    this.faults.add("syntax/unterminated-comment", span, "this comment is never closed", "close it with */");
  }

  /** Reports one run of characters that no token starts with, and moves over it. */
  private strange(): void {
    const start = this.pos;
    const first = String.fromCodePoint(this.text.codePointAt(start) ?? 0);
    const same = (at: number) => this.text.startsWith(first, at);
    while (same(this.pos)) this.pos += first.length;
    const shown = /[\p{C}\p{Z}]/u.test(first) ? hexName(first) : `\`${first}\``;
    this.faults.add(
      "syntax/unexpected-character",
      { start, end: this.pos },
      `the character ${shown} cannot stand here`,
      removal(first),
    );
  }

  private read(start: number): Token {
    const text = this.text;
    const char = text[start];
    if (char === undefined) return { kind: "end", start, end: start, text: "" };
    const code = text.charCodeAt(start);
    if (isLetter(code)) {
      const word = match(IDENTIFIER, text, start);
      return { kind: "identifier", start, end: start + word.length, text: word };
    }
    if (isDigit(code))
      return lexNumber(text, start, text[start - 1] === "." && text[start - 2] !== ".", this.faults);
    if (char === "$") return this.dollar(start);
    if (char === "@") {
      const name = isDigit(text.charCodeAt(start + 1)) ? "" : match(NAME_REST, text, start + 1);
      const end = start + 1 + name.length;
      return { kind: "map", name, start, end, text: text.slice(start, end) };
    }
    if (char === "'") return lexCharacter(text, start, this.faults);
    if (char === '"') return lexString(text, start, this.faults);
    if (code >= 0x80) {
      if (isTypographicQuote(char)) return lexString(text, start, this.faults);
      const meant = LOOKALIKES.get(char);
      if (meant !== undefined) return this.lookalike(start, meant);
    }
    const mark = BY_FIRST.get(char)?.find((one) => text.startsWith(one, start)) ?? char;
    return { kind: "punctuation", start, end: start + mark.length, text: mark };
  }

  /** Reports a character that only looks like an operator, and takes it as that operator. */
  private lookalike(start: number, meant: string): Token {
    const span = { start, end: start + 1 };
    const message = `the character \`${this.text[start]}\` is not \`${meant}\``;
    this.faults.add("syntax/unexpected-character", span, message, `write \`${meant}\``);
    return { kind: "punctuation", ...span, text: meant };
  }

  private dollar(start: number): Token {
    const text = this.text;
    if (text[start + 1] === "#") return { kind: "positionalCount", start, end: start + 2, text: "$#" };
    const digits = match(DIGITS, text, start + 1);
    if (digits !== "") {
      const end = start + 1 + digits.length;
      const index = Number(digits);
      if (index > 0xffff)
        this.faults.add(
          "syntax/number-range",
          { start, end },
          "there are not so many parameters",
          "use $1, $2, …",
        );
      return { kind: "positional", index, start, end, text: text.slice(start, end) };
    }
    const name = match(NAME_REST, text, start + 1);
    const end = start + 1 + name.length;
    if (name === "")
      this.faults.add(
        "syntax/missing-name",
        { start, end },
        "a name must follow `$`",
        "write $x for a variable, $1 for a command line parameter, $# for their number",
      );
    return { kind: "variable", name, start, end, text: text.slice(start, end) };
  }
}

function removal(char: string): string {
  if (/\p{Z}/u.test(char))
    return "replace it by a plain space; such characters come from copying out of an article";
  if (char === "\0") return "remove it; is this a binary file?";
  return "remove it; outside of strings and comments a script is plain ASCII";
}

function hexName(char: string): string {
  return `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

function match(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? "";
}

function isLetter(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code === 0x5f;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end === -1 ? text.length : end;
}
