import type { Span } from "../base/span.ts";

/** A line that is no instruction; caught per line and turned into a diagnostic. */
export class AsmSyntaxError extends Error {
  readonly code: string;
  readonly span: Span;
  readonly help: string;

  constructor(code: string, span: Span, message: string, help: string) {
    super(message);
    this.name = "AsmSyntaxError";
    this.code = code;
    this.span = span;
    this.help = help;
  }
}

/** Reads one statement from left to right, skipping blanks between its parts. */
export class AsmCursor {
  private readonly text: string;
  private readonly end: number;
  private at: number;

  /** Looks at `text` from `start` to `end` (exclusive); spans count from the start of `text`. */
  constructor(text: string, start: number, end: number) {
    this.text = text;
    this.at = start;
    this.end = end;
    this.skipBlanks();
  }

  get position(): number {
    return this.at;
  }

  /** Goes back to an earlier `position`. */
  rewind(position: number): void {
    this.at = position;
  }

  get atEnd(): boolean {
    return this.at >= this.end;
  }

  /** The next character; "" at the end. */
  get next(): string {
    return this.atEnd ? "" : (this.text[this.at] ?? "");
  }

  /** Consumes what `pattern` (sticky) matches here and the blanks after it. */
  match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found === null || this.at + found[0].length > this.end) return undefined;
    this.at += found[0].length;
    this.skipBlanks();
    return found;
  }

  /** Consumes `word` if it stands here; a word is not taken out of a longer one. */
  eat(word: string): boolean {
    if (!this.text.startsWith(word, this.at) || this.at + word.length > this.end) return false;
    const isWord = /\w$/.test(word) && /\w/.test(this.text[this.at + word.length] ?? "");
    if (isWord) return false;
    this.at += word.length;
    this.skipBlanks();
    return true;
  }

  expect(word: string, help: string): void {
    if (!this.eat(word)) this.fail(`expected \`${word}\`, found ${this.found()}`, help);
  }

  /** What stands here, for messages. */
  found(): string {
    if (this.atEnd) return "the end of the line";
    const word = /\w+|[^\w\s]+/y;
    word.lastIndex = this.at;
    return `\`${(word.exec(this.text)?.[0] ?? "").slice(0, 40)}\``;
  }

  fail(message: string, help: string, from = this.at, code = "asm/syntax"): never {
    const end = from < this.at ? this.at : Math.min(this.end, from + 1);
    throw new AsmSyntaxError(code, { start: from, end: Math.max(end, from) }, message, help);
  }

  private skipBlanks(): void {
    while (this.at < this.end && (this.text[this.at] === " " || this.text[this.at] === "\t")) this.at++;
  }
}
