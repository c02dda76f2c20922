import { joinSpans, type Span } from "../../base/span.ts";
import type { BinaryOp, Expr, UnaryOp } from "./ast.ts";
import type { Cursor } from "./cursor.ts";
import { parsePrimary } from "./parse-primary.ts";
import { describeToken, spanOf, type Token } from "./tokens.ts";
import { castAhead } from "./type-ahead.ts";

/** Binary operators, how tight they bind as in C: a higher number binds tighter; all group to the left. */
export const PRECEDENCE: ReadonlyMap<string, number> = new Map<BinaryOp, number>([
  ["||", 1],
  ["&&", 2],
  ["|", 3],
  ["^", 4],
  ["&", 5],
  ["==", 6],
  ["!=", 6],
  ["<", 7],
  [">", 7],
  ["<=", 7],
  [">=", 7],
  ["<<", 8],
  [">>", 8],
  ["+", 9],
  ["-", 9],
  ["*", 10],
  ["/", 10],
  ["%", 10],
]);

const UNARY: ReadonlySet<string> = new Set<UnaryOp>(["!", "~", "-", "+", "*", "&"]);

/** A whole expression: `test ? a : b` groups to the right; `test ?: b` has no middle. */
export function parseExpression(p: Cursor): Expr {
  const outer = p.beginPart();
  const test = parseOperand(p);
  const result = p.is("?") ? parseTernary(p, test) : test;
  p.endPart(outer);
  return result;
}

function parseTernary(p: Cursor, test: Expr): Expr {
  const mark = p.advance();
  const then = p.is(":") ? undefined : p.bracketed(() => parseExpression(p));
  if (!p.is(":")) {
    const notes = [{ span: spanOf(mark), message: "this `?` asks for it" }];
    const message = `expected \`:\`, found ${describeToken(p.tok)}`;
    p.failAt(p.tok, "syntax/unexpected-token", message, "write `test ? a : b`", notes);
  }
  p.advance();
  const outer = p.enter();
  const otherwise = parseExpression(p);
  p.leave(outer);
  return {
    kind: "ternary",
    test,
    ...(then && { then }),
    otherwise,
    span: joinSpans(test.span, otherwise.span),
  };
}

/** An expression without a ternary at its top. */
export function parseOperand(p: Cursor): Expr {
  return parseBinary(p, 1);
}

function parseBinary(p: Cursor, weakest: number): Expr {
  const outer = p.beginPart();
  let left = parseUnary(p);
  for (;;) {
    const token = p.tok;
    const strength = token.kind === "punctuation" ? PRECEDENCE.get(token.text) : undefined;
    if (strength === undefined) refuseOperatorWord(p, token);
    if (strength === undefined || strength < weakest || endsPredicate(p)) break;
    p.advance();
    const right = parseBinary(p, strength + 1);
    p.grow();
    const span = joinSpans(left.span, right.span);
    left = { kind: "binary", op: token.text as BinaryOp, opSpan: spanOf(token), left, right, span };
  }
  p.endPart(outer);
  return left;
}

const OPERATOR_WORDS: ReadonlyMap<string, string> = new Map([
  ["and", "&&"],
  ["or", "||"],
  ["not", "!"],
]);

/** Points at operators of other languages: `a and b`, `not a`. */
function refuseOperatorWord(p: Cursor, token: Token): void {
  const operator = token.kind === "identifier" ? OPERATOR_WORDS.get(token.text) : undefined;
  if (operator !== undefined)
    p.failAt(token, "syntax/foreign-statement", `there is no \`${token.text}\``, `write \`${operator}\``);
}

/** Whether the current `/` ends the predicate: a block follows it. */
export function endsPredicate(p: Cursor): boolean {
  return p.inPredicate && p.is("/") && p.peek().text === "{";
}

/** A prefix operator, a cast, `comptime`, or a postfix expression. */
export function parseUnary(p: Cursor): Expr {
  const outer = p.enter();
  const result = readUnary(p);
  p.leave(outer);
  return result;
}

function readUnary(p: Cursor): Expr {
  const token = p.tok;
  if (token.kind === "punctuation") {
    if (token.text === "++" || token.text === "--") return readPrefixUpdate(p, token.text);
    if (UNARY.has(token.text)) {
      p.advance();
      const operand = parseUnary(p);
      return { kind: "unary", op: token.text as UnaryOp, operand, span: from(token, operand.span) };
    }
    if (token.text === "(" && castAhead(p)) return readCast(p);
  }
  if (token.text === "not" && p.peek().kind !== "punctuation") refuseOperatorWord(p, token);
  if (p.is("comptime") && startsExpression(p.peek())) {
    p.advance();
    const operand = parseUnary(p);
    return { kind: "comptime", operand, span: from(token, operand.span) };
  }
  return readPostfix(p);
}

function from(token: Token, span: Span): Span {
  return { start: token.start, end: span.end };
}

function readPrefixUpdate(p: Cursor, op: "++" | "--"): Expr {
  const token = p.advance();
  const target = parseUnary(p);
  return { kind: "update", op, prefix: true, target, span: from(token, target.span) };
}

function readCast(p: Cursor): Expr {
  const open = p.advance();
  const type = p.bracketed(() => p.grammar.type(p));
  p.close(open, ")");
  const operand = parseUnary(p);
  return { kind: "cast", type, operand, span: from(open, operand.span) };
}

function readPostfix(p: Cursor): Expr {
  let expr = parsePrimary(p);
  for (;;) {
    const token = p.tok;
    if (token.kind !== "punctuation") return expr;
    if (token.text === "." || token.text === "->") expr = readMember(p, expr);
    else if (token.text === "[") {
      p.advance();
      const index = p.bracketed(() => parseExpression(p));
      p.close(token, "]");
      expr = { kind: "index", object: expr, index, span: p.span(expr.span.start) };
    } else if (token.text === "++" || token.text === "--") {
      p.advance();
      expr = { kind: "update", op: token.text, prefix: false, target: expr, span: p.span(expr.span.start) };
    } else return expr;
    p.grow();
  }
}

function readMember(p: Cursor, object: Expr): Expr {
  const mark = p.advance();
  const token = p.tok;
  if (token.kind === "integer" && mark.text === ".") {
    p.advance();
    if (token.value > 0xffffn)
      p.faults.add(
        "syntax/number-range",
        spanOf(token),
        "no tuple has so many parts",
        "count the parts from 0: `$t.0`",
      );
    const span = p.span(object.span.start);
    return { kind: "tupleField", object, index: Number(token.value & 0xffffn), indexSpan: spanOf(token), span };
  }
  const name = p.name(
    `a field's name after \`${mark.text}\``,
    "write the name of a field, or .0, .1, … for a tuple's parts",
  );
  const span = p.span(object.span.start);
  return { kind: "member", object, name: name.text, nameSpan: spanOf(name), arrow: mark.text === "->", span };
}

/** Words that only a statement can hold. */
const STATEMENT_WORDS: ReadonlySet<string> = new Set(["else", "for", "while", "unroll", "return", "let"]);

/** Whether an expression can begin with `token`, operators that also stand between two operands left out. */
export function startsExpression(token: Token): boolean {
  switch (token.kind) {
    case "identifier":
      return !STATEMENT_WORDS.has(token.text);
    case "punctuation":
      return ["(", "!", "~", "{"].includes(token.text);
    case "end":
    case "broken":
      return false;
    default:
      return true;
  }
}
