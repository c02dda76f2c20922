import { joinSpans } from "../../base/span.ts";
import type { AssignOp, Block, Expr, IfStatement, Range, Statement } from "./ast.ts";
import { asStatements, asValue } from "./block-value.ts";
import type { Cursor } from "./cursor.ts";
import { ABANDONED } from "./faults.ts";
import { isDirective, parseDirective } from "./parse-directive.ts";
import { parseCondition } from "./parse-primary.ts";
import { reportUnclosed, skipBrackets, skipStatement, startsProbe } from "./recover.ts";
import { describeToken, spanOf, type Token } from "./tokens.ts";
import { C_TYPE_WORDS, isTypeName } from "./type-ahead.ts";

const ASSIGN_OPS: ReadonlySet<string> = new Set<AssignOp>([
  "=",
  "+=",
  "-=",
  "*=",
  "/=",
  "%=",
  "&=",
  "|=",
  "^=",
  "<<=",
  ">>=",
]);

/** A statement, and whether nothing closed it: then it may be the value of its block. */
type Read = Readonly<{ statement: Statement; open: boolean }>;

/** A block with its braces. `valued`: a last expression without a semicolon becomes `result`. */
export function parseBlock(p: Cursor, valued: boolean): Block {
  const outer = p.enter();
  const open = p.expect("{", "to begin a block", "write the statements between `{` and `}`");
  const statements: Statement[] = [];
  const { hashLines } = p;
  let last: Read | undefined;
  while (!p.is("}") && !p.unclosed) {
    if (p.tok.kind === "end" || startsProbe(p)) reportUnclosed(p, open);
    else if (!p.accept(";")) {
      last = p.attempt(() => readPart(p));
      if (last) statements.push(last.open && p.is("#") ? openEnd(last.statement) : last.statement);
      else if (!p.unclosed) skipStatement(p);
    }
  }
  p.accept("}");
  p.leave(outer);
  const block: Block = { kind: "block", statements, span: p.span(open.start) };
  if (p.hashLines > hashLines) return withLines(block, valued, last);
  const result = last?.open && last.statement === statements.at(-1) ? asValue(last.statement) : undefined;
  if (valued && result) return { ...block, statements: statements.slice(0, -1), result };
  return { ...block, statements: statements.map(asStatements) };
}

/** Which statements count is not known yet, and so neither which of them is the last one. */
function withLines(block: Block, valued: boolean, last: Read | undefined): Block {
  const before = block.statements.slice(0, -1);
  const isOpen = last?.open && last.statement === block.statements.at(-1);
  if (!valued) return { ...block, statements: block.statements.map(closedEnd), lines: "plain" };
  const statements = isOpen ? [...before, openEnd(last.statement)] : block.statements;
  return { ...block, statements, lines: "valued" };
}

function openEnd(statement: Statement): Statement {
  return { kind: "openEnd", statement, span: statement.span };
}

function closedEnd(statement: Statement): Statement {
  return asStatements(statement.kind === "openEnd" ? statement.statement : statement);
}

function readPart(p: Cursor): Read {
  const outer = p.beginPart();
  const read = readStatement(p);
  p.endPart(outer);
  return read;
}

function readStatement(p: Cursor): Read {
  const token = p.tok;
  if (token.kind === "punctuation") {
    if (token.text === "{") return { statement: parseBlock(p, true), open: ends(p) };
    if (token.text === "#") return { statement: readHashLine(p), open: false };
  }
  if (token.kind !== "identifier") return readSimple(p);
  switch (token.text) {
    case "if":
      return { statement: readIf(p), open: ends(p) };
    case "while":
    case "unroll":
      return { statement: readLoop(p, token.text), open: false };
    case "for":
      return { statement: readFor(p), open: false };
    case "let":
      return readLet(p);
    case "break":
    case "continue":
      p.advance();
      return closed(p, { kind: token.text, span: spanOf(token) });
    case "return":
      return readReturn(p);
    case "import":
      if (p.peek().kind !== "string") break;
      return closed(p, readImport(p));
    case "_":
      if (p.peek().text !== "=") break;
      return readDiscard(p);
    default:
      refuseForeign(p, token);
  }
  return readSimple(p);
}

function readHashLine(p: Cursor): Statement {
  const { start } = p.tok;
  const lineStart = p.text.lastIndexOf("\n", start - 1) + 1;
  if (!/^(?:\s|\/\*.*?\*\/)*$/.test(p.text.slice(lineStart, start)))
    p.failAt(
      p.tok,
      "syntax/bad-directive",
      "a `#` line begins on a line of its own",
      isDirective(p.text, start) ? "put it on the next line" : "if it is a comment, begin it with `//`",
    );
  const line = parseDirective(p);
  if (line.kind === "include") {
    const message = "files are included at the head of a script, not inside of a block";
    p.faults.add("syntax/bad-directive", line.span, message, "move it above the probes");
    throw ABANDONED;
  }
  p.hashLines++;
  return { kind: "hashLine", line, span: line.span };
}

/** Whether the block, or the part of it up to a `#` line, ends here. */
function ends(p: Cursor): boolean {
  return p.is("}") || (p.is("#") && p.onNewLine());
}

function closed(p: Cursor, statement: Statement): Read {
  endStatement(p, undefined);
  return { statement, open: false };
}

/** `import "path"` without its semicolon. */
export function readImport(p: Cursor): Extract<Statement, { kind: "import" }> {
  const { start } = p.advance();
  const path = p.tok;
  if (path.kind !== "string") return p.fail("expected a path in quotes after `import`", 'write import "path";');
  p.advance();
  return { kind: "import", path: path.value, pathSpan: spanOf(path), span: p.span(start) };
}

function readReturn(p: Cursor): Read {
  const { start } = p.advance();
  const value = p.is(";") || p.is("}") || p.tok.kind === "end" ? undefined : p.grammar.expression(p);
  return closed(p, { kind: "return", ...(value && { value }), span: p.span(start) });
}

function readDiscard(p: Cursor): Read {
  const { start } = p.advance();
  p.advance();
  const value = p.grammar.expression(p);
  return closed(p, { kind: "discard", value, span: p.span(start) });
}

function readLet(p: Cursor): Read {
  const { start } = p.advance();
  const name = p.tok;
  if (name.kind === "map")
    p.fail(
      "a map cannot be declared inside a block",
      `write \`let ${name.text} = hash(100);\` above the probes`,
    );
  if (name.kind !== "variable") {
    const plain = name.kind === "identifier" ? name.text : "x";
    return p.fail(
      `expected a variable after \`let\`, found ${describeToken(name)}`,
      `write \`let $${plain} = …;\``,
    );
  }
  p.advance();
  const type = p.accept(":") ? p.grammar.type(p) : undefined;
  const value = p.accept("=") ? p.grammar.expression(p) : undefined;
  const nameSpan = spanOf(name);
  return closed(p, {
    kind: "let",
    name: name.name,
    nameSpan,
    ...(type && { type }),
    ...(value && { value }),
    span: p.span(start),
  });
}

function readIf(p: Cursor): IfStatement {
  const outer = p.enter();
  const { start } = p.advance();
  const test = parseCondition(p);
  const then = readBody(p, "if");
  let otherwise: Block | IfStatement | undefined;
  if (p.accept("else")) otherwise = p.is("if") ? readIf(p) : readBody(p, "else");
  p.leave(outer);
  return { kind: "if", test, then, ...(otherwise && { else: otherwise }), span: p.span(start) };
}

function readLoop(p: Cursor, kind: "while" | "unroll"): Statement {
  const { start } = p.advance();
  const test = parseCondition(p);
  const body = asStatements(readBody(p, kind)) as Block;
  const span = p.span(start);
  return kind === "while" ? { kind, test, body, span } : { kind, count: test, body, span };
}

function readFor(p: Cursor): Statement {
  const { start } = p.advance();
  const open = p.is("(") ? p.advance() : undefined;
  const name = p.tok;
  if (name.kind !== "variable" || p.peek().text !== ":") return refuseCFor(p, start, open);
  p.advance();
  p.advance();
  const over = open ? p.bracketed(() => readIterated(p)) : readBareIterated(p);
  if (open) p.close(open, ")");
  const body = asStatements(readBody(p, "for")) as Block;
  return { kind: "for", name: name.name, nameSpan: spanOf(name), over, body, span: p.span(start) };
}

function readBareIterated(p: Cursor): Expr | Range {
  const { inCondition } = p;
  p.inCondition = true;
  const over = readIterated(p);
  p.inCondition = inCondition;
  return over;
}

function readIterated(p: Cursor): Expr | Range {
  const first = p.grammar.expression(p);
  if (!p.accept("..")) return first;
  const end = p.grammar.expression(p);
  return { kind: "range", start: first, end, span: joinSpans(first.span, end.span) };
}

function refuseCFor(p: Cursor, start: number, open: Token | undefined): Statement {
  const help = "write `for ($i : 0..10) { … }` for numbers, `for ($kv : @map) { … }` for a map, or use `while`";
  const message = "`for` takes a variable, `:` and what to go through";
  p.faults.add("syntax/foreign-statement", open ? spanOf(open) : p.visible(p.tok), message, help);
  if (!open) throw ABANDONED;
  skipBrackets(p, "(", ")");
  readBody(p, "for");
  return { kind: "block", statements: [], span: p.span(start) };
}

/** The block behind a condition. A single statement without braces is reported and taken as the block. */
function readBody(p: Cursor, keyword: string): Block {
  if (p.is("{")) return p.bracketed(() => parseBlock(p, true));
  if (p.tok.kind === "end" || p.is("}") || p.is(")"))
    return p.fail(
      `expected \`{\` after \`${keyword}\`, found ${describeToken(p.tok)}`,
      "write a block: `{ … }`",
    );
  const { start } = p.tok;
  const help = `put braces around it: \`${keyword === "else" ? "else" : `${keyword} (…)`} { … }\``;
  const what = keyword === "else" ? "`else`" : `the condition of \`${keyword}\``;
  p.faults.add("syntax/missing-braces", p.visible(p.tok), `the body after ${what} needs braces`, help);
  const { statement } = p.bracketed(() => readPart(p));
  return { kind: "block", statements: [asStatements(statement)], span: p.span(start) };
}

/** An expression or an assignment. */
function readSimple(p: Cursor): Read {
  const expr = p.grammar.expression(p);
  const mark = p.tok;
  if (mark.kind !== "punctuation" || !ASSIGN_OPS.has(mark.text)) {
    const open = endStatement(p, expr);
    return { statement: { kind: "expression", expr, span: expr.span }, open };
  }
  p.advance();
  const value = p.grammar.expression(p);
  if (p.is("=")) {
    const help = "write one assignment per statement";
    p.failAt(p.tok, "syntax/assignment-in-value", "an assignment has no value", help);
  }
  const span = joinSpans(expr.span, value.span);
  return closed(p, {
    kind: "assign",
    target: expr,
    op: mark.text as AssignOp,
    opSpan: spanOf(mark),
    value,
    span,
  });
}

/**
 * Passes the `;` of a statement; true if there is none because the block ends. A forgotten `;` is reported, at the
 * end of a line only as a warning, and the next statement read as usual.
 */
function endStatement(p: Cursor, expr: Expr | undefined): boolean {
  if (p.accept(";")) return false;
  if (ends(p) || p.tok.kind === "end") return true;
  const sameLine = !p.onNewLine();
  const token = p.tok;
  if (expr?.kind === "identifier" && sameLine) refuseJuxtaposition(p, expr.name, token);
  if (p.is(")") || p.is("]")) {
    const message = `this \`${token.text}\` closes nothing`;
    p.failAt(
      token,
      "syntax/unexpected-token",
      message,
      `remove it, or put the missing \`${partner(token)}\` before it`,
    );
  }
  if (token.kind === "punctuation" && !(token.text === "{" && !sameLine) && !isUpdate(token))
    p.fail(
      `expected \`;\` or an operator, found ${describeToken(token)}`,
      token.text === ":" && p.peek().text === "=" ? "write `=`" : "end the statement with `;`",
    );
  const at = { start: p.prevEnd, end: p.prevEnd + 1 };
  if (sameLine)
    p.faults.add("syntax/missing-semicolon", at, "a `;` is missing here", "end each statement with `;`");
  else p.faults.warn("lint/semicolon", at, "a `;` is missing here", "end each statement with `;`");
  return false;
}

function partner(token: Token): string {
  return token.text === ")" ? "(" : "[";
}

function isUpdate(token: Token): boolean {
  return token.text === "++" || token.text === "--";
}

/** `name something` on one line: a call without brackets, or a declaration as in C. */
function refuseJuxtaposition(p: Cursor, name: string, next: Token): void {
  if (next.kind === "punctuation" || next.kind === "broken") return;
  const declares = next.kind === "identifier" && (isTypeName(p, name) || C_TYPE_WORDS.has(name));
  if (declares)
    p.failAt(
      next,
      "syntax/foreign-statement",
      `\`${name} ${next.text}\` declares a variable as C does`,
      `write \`$${next.text} = …;\` or \`let $${next.text}: ${name} = …;\``,
    );
  p.failAt(
    next,
    "syntax/missing-brackets",
    `expected an operator or \`;\` after \`${name}\`, found ${describeToken(next)}`,
    `to call \`${name}\`, put brackets around what it gets: \`${name}(…)\``,
  );
}

// biome-ignore format: one word per line
const FOREIGN: ReadonlyMap<string, readonly [string, string]> = new Map([
  ["else",    ["this `else` has no `if`", "put it right behind the `}` of an `if`"]],
  ["elif",    ["there is no `elif`", "write `else if`"]],
  ["elsif",   ["there is no `elsif`", "write `else if`"]],
  ["elseif",  ["there is no `elseif`", "write `else if`"]],
  ["switch",  ["there is no `switch`", "write `if (…) { … } else if (…) { … }`"]],
  ["do",      ["there is no `do` loop", "write `while (…) { … }` or `for ($i : 0..10) { … }`"]],
  ["goto",    ["there is no `goto`", "use `if`, `while`, `break` and `return`"]],
  ["foreach", ["there is no `foreach`", "write `for ($kv : @map) { … }`"]],
]);

/** Points at statements of other languages. A word that is used as a value passes. */
function refuseForeign(p: Cursor, token: Token): void {
  const words = FOREIGN.get(token.text);
  if (!words) return;
  const next = p.peek();
  const isValue = next.kind === "punctuation" && !["(", "{"].includes(next.text);
  if (token.text !== "else" && isValue) return;
  p.failAt(token, "syntax/foreign-statement", words[0], words[1]);
}
