import type { Report } from "../base/diagnostic.ts";
import type { Span } from "../base/span.ts";
import { type CTokens, scanC, tokenKind, tokenSpan } from "./c-scan.ts";

/** Unwinds to the end of the declaration; the diagnostic is in the report already. */
export class CSyntaxFailure extends Error {}

const MAX_NESTING = 100; // of braces, parentheses and declarators

/** A place in the tokens of a C text. */
export class CCursor {
  readonly #tokens: CTokens;
  readonly #texts: readonly string[];
  readonly #report: Report;
  #depth = 0;
  at = 0;

  constructor(text: string | CTokens, report: Report) {
    this.#tokens = typeof text === "string" ? scanC(text) : text;
    this.#texts = this.#tokens.texts;
    this.#report = report;
  }

  /** The text of the token here; "" at the end. */
  get text(): string {
    return this.#texts[this.at] as string;
  }

  peek(ahead: number): string {
    return this.#texts[this.at + ahead] ?? "";
  }

  get atEnd(): boolean {
    return this.text === "";
  }

  isWord(): boolean {
    return tokenKind(this.text) === "word";
  }

  /** To how many bytes members of a record that begins here are aligned at most; undefined: as their types ask for. */
  get pack(): number | undefined {
    return this.#tokens.packs?.findLast(({ from }) => from <= this.at)?.bytes;
  }

  /** Where the token at `index` lies; of this one by default. */
  span(index = this.at): Span {
    return tokenSpan(this.#tokens, index);
  }

  /** Takes the token, whatever it is. */
  next(): string {
    const text = this.text;
    if (!this.atEnd) this.at++;
    return text;
  }

  accept(text: string): boolean {
    if (this.text !== text) return false;
    this.at++;
    return true;
  }

  expect(text: string, where: string): void {
    if (!this.accept(text)) this.fail(`expected \`${text}\` ${where}, found ${this.found()}`);
  }

  /** A name that is no keyword here. */
  name(what: string): string {
    return this.isWord() ? this.next() : this.fail(`expected ${what}, found ${this.found()}`);
  }

  found(): string {
    return this.atEnd ? "the end of the text" : `\`${this.text}\``;
  }

  /** Reports at this token and gives the declaration up. */
  fail(message: string, help = "write C declarations: types, function prototypes and variables"): never {
    this.#report.error("c/syntax", this.span(), message, help);
    throw new CSyntaxFailure(message);
  }

  /** Reports at the token `index` and goes on. */
  error(code: string, index: number, message: string, help: string): void {
    this.#report.error(code, this.span(index), message, help);
  }

  /** Goes one level deeper; fails for a text that nests too deep. `leave` comes back; a failure starts over. */
  enter(): void {
    if (this.#depth >= MAX_NESTING) this.fail(`nested more than ${MAX_NESTING} deep`, "nest less");
    this.#depth++;
  }

  leave(): void {
    this.#depth--;
  }

  /** From an opening bracket to behind the one that closes it. */
  skipBrackets(): void {
    let depth = 0;
    do {
      if (this.atEnd) this.fail("a bracket is not closed", "close it");
      if ("([{".includes(this.text)) depth++;
      if (")]}".includes(this.text)) depth--;
      this.at++;
    } while (depth > 0);
  }

  /** Behind a declaration of functions or variables: its `;`, or the body of a function. */
  skipDeclaration(): void {
    let before = "";
    while (!this.atEnd) {
      const { text } = this;
      if (this.accept(";")) return;
      if (text === "(" || text === "[" || text === "{") {
        this.skipBrackets();
        if (text === "{" && before !== "=") return;
      } else this.at++;
      before = text;
    }
  }

  /** Behind the `;` that ends the declaration which began at token `start`. */
  recover(start: number): void {
    this.#depth = 0;
    this.at = start;
    let depth = 0;
    for (; !this.atEnd; this.at++) {
      if ("([{".includes(this.text)) depth++;
      if (")]}".includes(this.text)) depth = Math.max(0, depth - 1);
      if (depth === 0 && this.text === ";") break;
    }
    this.accept(";");
  }
}
