import type { Note } from "../../base/diagnostic.ts";
import type { Span } from "../../base/span.ts";
import type { Block, Expr } from "./ast.ts";
import { ABANDONED, type Faults } from "./faults.ts";
import { Lexer } from "./lex.ts";
import { describeToken, spanOf, type Token } from "./tokens.ts";
import type { TypeSyntax } from "./type-syntax.ts";

/** How deep constructs may nest, and how tall a tree may grow: readers of the tree may recurse over it. */
export const MAX_DEPTH = 200;
export const MAX_HEIGHT = 600;

/** Rules that need each other across files. */
export type Grammar = Readonly<{
  expression(p: Cursor): Expr;
  /** Binary operators and what binds tighter: no ternary. */
  operand(p: Cursor): Expr;
  /** A prefix operator, cast or postfix expression. */
  unary(p: Cursor): Expr;
  /** `valued`: a last expression without a semicolon is the block's value. */
  block(p: Cursor, valued: boolean): Block;
  type(p: Cursor): TypeSyntax;
}>;

/** The parser's place in the script: the current token, some tokens ahead, and how deep it is. */
export class Cursor {
  tok: Token;
  /** Where the token before the current one ends. */
  prevEnd = 0;
  readonly lexer: Lexer;
  readonly faults: Faults;
  readonly grammar: Grammar;
  /** Names that the script's typedefs made; they count as types in casts. */
  readonly typedefs = new Set<string>();
  /** In a predicate outside of brackets: a `/` before `{` ends it. */
  inPredicate = false;
  /** In a condition without brackets of its own: a `{` after an expression opens the body. */
  inCondition = false;
  /** How many `#` lines inside of blocks were read. */
  hashLines = 0;
  /** An unclosed `{` has been reported: all open blocks end here. */
  unclosed = false;
  private ahead: Token[] = [];
  private passedAhead = 0; // how many of `ahead` have been passed; shifting them out would cost a copy each
  private depth = 0;
  private height = 0;

  constructor(text: string, faults: Faults, grammar: Grammar) {
    this.lexer = new Lexer(text, faults);
    this.faults = faults;
    this.grammar = grammar;
    this.tok = this.lexer.next();
  }

  get text(): string {
    return this.lexer.text;
  }

  /** The current token, which is left behind. */
  advance(): Token {
    const passed = this.tok;
    this.prevEnd = passed.end;
    const known = this.ahead[this.passedAhead];
    if (known === undefined) {
      this.ahead = [];
      this.passedAhead = 0;
    } else this.passedAhead++;
    this.tok = known ?? this.lexer.next();
    return passed;
  }

  /** The `n`th token after the current one, from 1. */
  peek(n = 1): Token {
    const index = this.passedAhead + n - 1;
    while (this.ahead.length <= index) this.ahead.push(this.lexer.next());
    return this.ahead[index] ?? this.tok;
  }

  /** Goes on reading at offset `pos`; what was read ahead is forgotten. */
  seek(pos: number): void {
    this.ahead = [];
    this.passedAhead = 0;
    this.lexer.pos = pos;
    this.tok = this.lexer.next();
  }

  is(text: string): boolean {
    return this.tok.text === text && (this.tok.kind === "punctuation" || this.tok.kind === "identifier");
  }

  /** Passes the current token if it is the mark or word `text`. */
  accept(text: string): boolean {
    if (!this.is(text)) return false;
    this.advance();
    return true;
  }

  /** Passes `text`, or reports that it is missing and abandons the construct. */
  expect(text: string, where: string, help: string): Token {
    if (this.is(text)) return this.advance();
    return this.fail(`expected \`${text}\` ${where}, found ${describeToken(this.tok)}`, help);
  }

  /** Passes the bracket that closes `open`, or points at both. */
  close(open: Token, text: string): void {
    if (this.accept(text)) return;
    const notes = [{ span: spanOf(open), message: `\`${open.text}\` was opened here` }];
    const message = `expected \`${text}\`, found ${describeToken(this.tok)}`;
    this.failAt(
      this.tok,
      "syntax/unclosed-bracket",
      message,
      `close the \`${open.text}\` with \`${text}\``,
      notes,
    );
  }

  /** Passes a name, or reports that it is missing. */
  name(what: string, help: string): Token {
    if (this.tok.kind === "identifier") return this.advance();
    return this.fail(`expected ${what}, found ${describeToken(this.tok)}`, help);
  }

  /** Reports the current token as out of place and abandons the construct. */
  fail(message: string, help: string): never {
    return this.failAt(this.tok, "syntax/unexpected-token", message, help);
  }

  /** Reports at `token` (nothing, if it is broken: that has been reported) and abandons the construct. */
  failAt(token: Token, code: string, message: string, help: string, notes?: readonly Note[]): never {
    if (token.kind !== "broken") this.faults.add(code, this.visible(token), message, help, notes);
    throw ABANDONED;
  }

  /** Where to point for `token`: at the end of the script, to its last character. */
  visible(token: Token): Span {
    if (token.kind !== "end") return spanOf(token);
    const end = Math.max(this.prevEnd, 1);
    return { start: end - 1, end };
  }

  /** From `start` to the end of the token before the current one. */
  span(start: number): Span {
    return { start, end: Math.max(start, this.prevEnd) };
  }

  /** Whether a line ends between the last token and the current one. */
  onNewLine(): boolean {
    return this.text.slice(this.prevEnd, this.tok.start).includes("\n") || this.tok.kind === "end";
  }

  /** Goes one level down; give the result to `leave`. Abandons the construct where it nests too deep. */
  enter(): number {
    if (++this.depth > MAX_DEPTH) this.tooDeep();
    const outer = this.height;
    this.height = 0;
    return outer;
  }

  leave(outer: number): void {
    this.depth--;
    this.grow();
    this.height = Math.max(outer, this.height);
  }

  /** Begins a part whose neighbours do not add to its height; give the result to `endPart`. */
  beginPart(): number {
    const outer = this.height;
    this.height = 0;
    return outer;
  }

  endPart(outer: number): void {
    this.height = Math.max(outer, this.height);
  }

  /** A node was put above what was read since `enter` or `beginPart`. */
  grow(): void {
    if (++this.height > MAX_HEIGHT) this.tooDeep();
  }

  private tooDeep(): never {
    const help = "split it: keep parts of it in variables";
    return this.failAt(this.tok, "syntax/too-deep", "this is nested too deep", help);
  }

  /** Runs `read`; where it is abandoned, sets the state back (not the place) and returns undefined. */
  attempt<T>(read: () => T): T | undefined {
    const { depth, height, inPredicate, inCondition } = this;
    try {
      return read();
    } catch (error) {
      if (error !== ABANDONED) throw error;
      this.depth = depth;
      this.height = height;
      this.inPredicate = inPredicate;
      this.inCondition = inCondition;
      return undefined;
    }
  }

  /** Reads inside of brackets: there neither a predicate nor a condition can end. */
  bracketed<T>(read: () => T): T {
    const { inPredicate, inCondition } = this;
    this.inPredicate = false;
    this.inCondition = false;
    const result = read();
    this.inPredicate = inPredicate;
    this.inCondition = inCondition;
    return result;
  }
}
