import type { Expr, Statement } from "./ast.ts";
import type { BodyChecker } from "./check-body.ts";
import { constantTypeOf } from "./const-eval.ts";
import { resolveType } from "./type-resolve.ts";
import type { Type } from "./types.ts";
import {
  BOOL,
  I64,
  isAggregate,
  isInteger,
  isScalar,
  isSigned,
  NONE,
  plainPointer,
  sizeOf,
  typeName,
  U64,
  VOID,
} from "./types.ts";
import { unify } from "./unify.ts";

type Binary = Extract<Expr, { kind: "binary" }>;

/** A comparison, arithmetic or logic on two values. */
export function checkBinary(c: BodyChecker, expr: Binary): Type {
  const left = c.expr(expr.left);
  const right = c.expr(expr.right);
  if (isComparison(expr.op) && right.kind === "string") c.meantText(expr.left);
  if (isComparison(expr.op) && left.kind === "string") c.meantText(expr.right);
  if (left.kind === "none" || right.kind === "none") return isComparison(expr.op) ? BOOL : NONE;
  if (expr.op === "&&" || expr.op === "||") {
    c.condition(expr.left);
    c.condition(expr.right);
    return BOOL;
  }
  if (isComparison(expr.op)) return comparison(c, expr, left, right);
  const pointer = pointerArithmetic(expr, left, right);
  if (pointer) return pointer;
  for (const [side, type] of [
    [expr.left, left],
    [expr.right, right],
  ] as const) {
    if (isScalar(type) || isAggregate(type)) continue;
    const help = type.kind === "string" ? "strings can be compared with == and != only" : "use numbers here";
    return c.fail(
      "type/operator",
      side.span,
      `\`${expr.op}\` needs numbers, but this is ${typeName(type)}`,
      help,
    );
  }
  return arithmeticType(expr, left, right, c);
}

/** The signedness that arithmetic on both has: a constant that is not negative takes the other's side. */
export function signedTogether(
  c: Pick<BodyChecker, "constant">,
  expr: Binary,
  left: Type,
  right: Type,
): boolean {
  const leftConstant = c.constant(expr.left);
  const rightConstant = c.constant(expr.right);
  if (rightConstant !== undefined && rightConstant >= 0n && leftConstant === undefined)
    return numberSigned(left);
  if (leftConstant !== undefined && leftConstant >= 0n && rightConstant === undefined)
    return numberSigned(right);
  const wideUnsigned = (t: Type) => !numberSigned(t) && sizeOf(t) === 8;
  if (wideUnsigned(left) || wideUnsigned(right)) return false;
  return numberSigned(left) || numberSigned(right);
}

function numberSigned(type: Type): boolean {
  if (isAggregate(type)) return "signed" in type ? type.signed : false;
  return isSigned(type);
}

/** The type that a variable or a part of one takes on by `x op= value`; `left` is what it had. */
export function compoundType(c: BodyChecker, s: Extract<Statement, { kind: "assign" }>, left: Type): Type {
  const op = s.op.slice(0, -1) as Binary["op"];
  const { target, value, opSpan, span } = s;
  const right = c.expr(value);
  if (left.kind !== "int" || right.kind === "none") return left;
  return arithmeticType({ kind: "binary", op, left: target, right: value, opSpan, span }, left, right, c);
}

function arithmeticType(expr: Binary, left: Type, right: Type, c: BodyChecker): Type {
  warnOfConstant(c, expr);
  const known = constantTypeOf(expr, c.env);
  if (known) return known;
  if (expr.op === "<<" || expr.op === ">>") return numberSigned(left) ? I64 : U64;
  if (expr.op === "-") return I64; // also the difference of unsigned numbers may well be negative
  const isBits = expr.op === "&" || expr.op === "|" || expr.op === "^";
  if (isBits && left.kind === "int" && right.kind === "int") return unify(left, right) ?? I64;
  return signedTogether(c, expr, left, right) ? I64 : U64;
}

/** What the machine computes here is certainly not what was meant. */
function warnOfConstant(c: BodyChecker, expr: Binary): void {
  const right = c.constant(expr.right);
  if ((expr.op === "/" || expr.op === "%") && right === 0n)
    c.warn(
      "lint/zero-divisor",
      expr.span,
      `\`${expr.op} 0\` gives ${expr.op === "/" ? "0" : "the left side"} in BPF`,
      "divide by another number",
    );
  if ((expr.op === "<<" || expr.op === ">>") && right !== undefined && (right < 0n || right > 63n))
    c.warn(
      "lint/shift",
      expr.right.span,
      `a shift by ${right} counts as one by ${BigInt.asUintN(6, right)}`,
      "shift by 0 to 63",
    );
}

function pointerArithmetic(expr: Binary, left: Type, right: Type): Type | undefined {
  if (expr.op !== "+" && expr.op !== "-") return undefined;
  if (left.kind === "pointer" && isInteger(right)) return plainPointer(left);
  if (right.kind === "pointer" && isInteger(left) && expr.op === "+") return plainPointer(right);
  return undefined;
}

function isComparison(op: Binary["op"]): boolean {
  return op === "==" || op === "!=" || op === "<" || op === ">" || op === "<=" || op === ">=";
}

function comparison(c: BodyChecker, expr: Binary, left: Type, right: Type): Type {
  const equality = expr.op === "==" || expr.op === "!=";
  const texts = (t: Type) => t.kind === "string" || t.kind === "probe";
  if (texts(left) && texts(right)) {
    if (equality) return BOOL;
    return c.fail(
      "type/operator",
      expr.opSpan,
      `strings cannot be compared with \`${expr.op}\``,
      "use == or !=",
    );
  }
  const numbers = (t: Type) => isScalar(t) || isAggregate(t);
  if (numbers(left) && numbers(right)) return BOOL;
  const bytes = (t: Type) =>
    t.kind === "buffer" || t.kind === "array" || t.kind === "mac" || t.kind === "inet" || t.kind === "tuple";
  if (equality && bytes(left) && left.kind === right.kind) {
    if (left.kind === "array" ? sizeOf(left) === sizeOf(right) : unify(left, right)) return BOOL;
  }
  const text = left.kind === "string" || right.kind === "string";
  const other = left.kind === "string" ? right : left;
  let help = "compare values of one kind";
  if (text && isInteger(other)) help = "compare a number with a number: leave the quotes away";
  if (text && other.kind === "pointer") help = "read the text behind the pointer first: str(…)";
  return c.fail(
    "type/operator",
    expr.span,
    `${typeName(left)} cannot be compared with ${typeName(right)}`,
    help,
  );
}

/** `uptr(number)`: an address without a type, at which a number is read as at any other. */
function isNumberInSpace(expr: Expr): boolean {
  return expr.kind === "call" && (expr.name === "uptr" || expr.name === "kptr");
}

/** `!x`, `-x`, `~x`, `*p`. */
export function checkUnary(c: BodyChecker, expr: Extract<Expr, { kind: "unary" }>): Type {
  const type = c.expr(expr.operand);
  if (type.kind === "none") return NONE;
  switch (expr.op) {
    case "!":
      c.condition(expr.operand);
      return BOOL;
    case "-":
    case "+":
    case "~":
      if (isScalar(type) || isAggregate(type))
        return constantTypeOf(expr, c.env) ?? (expr.op === "-" || isSigned(type) ? I64 : U64);
      return c.fail(
        "type/operator",
        expr.span,
        `\`${expr.op}\` needs a number, but this is ${typeName(type)}`,
        "use a number here",
      );
    case "*":
      if (type.kind === "pointer" && type.to.kind !== "void") return type.to;
      if (type.kind === "int" || isNumberInSpace(expr.operand)) return U64;
      return c.fail(
        "type/operator",
        expr.span,
        `\`*\` needs a pointer to something, but this is ${typeName(type)}`,
        "cast it first: `*(uint32 *)…`",
      );
    case "&":
      throw new Error("bug: `&` is checked by itself");
  }
}

/** Whether a number that stands in the source takes no more than so many bytes. */
function fitsConstant(value: bigint | undefined, bytes: number): boolean {
  if (value === undefined || bytes < 1 || bytes > 8) return false;
  return BigInt.asUintN(bytes * 8, value) === value || BigInt.asIntN(bytes * 8, value) === value;
}

/** `(uint8)x`, `(struct sock *)x`, `(int8[4])x`. */
export function checkCast(c: BodyChecker, expr: Extract<Expr, { kind: "cast" }>): Type {
  const from = c.expr(expr.operand);
  const space = from.kind === "pointer" ? from.space : c.variant.space;
  const to = resolveType(expr.type, c.env, (e) => c.expr(e), space);
  if (!to || from.kind === "none") return to ?? NONE;
  const fromNumber = isScalar(from) || isAggregate(from);
  if (isInteger(to) || to.kind === "pointer") {
    if (fromNumber) return to;
    if (from.kind === "array" && isInteger(to) && sizeOf(from) <= 8) return to;
    if (from.kind === "string" && from.size > 0 && to.kind === "pointer")
      return { kind: "pointer", to: to.to, space };
    if (from.kind === "struct" || from.kind === "array")
      return c.fail(
        "type/cast",
        expr.span,
        `${typeName(from)} cannot be cast to ${typeName(to)}`,
        "take its address first: `&…`",
      );
    return c.fail(
      "type/cast",
      expr.span,
      `${typeName(from)} cannot be cast to ${typeName(to)}`,
      "cast numbers and pointers only",
    );
  }
  if (to.kind === "array" && isInteger(to.of)) {
    const bytes = isInteger(from)
      ? sizeOf(from)
      : from.kind === "array"
        ? sizeOf(from)
        : from.kind === "string"
          ? from.size
          : 0;
    const each = sizeOf(to.of);
    const length = to.length === 0 ? Math.floor(bytes / each) : to.length;
    if (bytes > 0 && length * each === bytes) return { ...to, length };
    if (fitsConstant(c.constant(expr.operand), length * each)) return { ...to, length };
    return c.fail(
      "type/cast",
      expr.span,
      `${typeName(from)} has ${bytes} bytes, ${typeName(to)} has ${length * each}`,
      "use an array of the same size",
    );
  }
  if (to.kind === from.kind) return to.kind === "string" && to.size === 0 ? from : to;
  if (to.kind === "bool" && fromNumber) return to;
  if (to.kind === "ksym" && fromNumber) return to;
  if (to.kind === "username" && fromNumber) return to;
  if (to === VOID || to.kind === "struct")
    return c.fail(
      "type/cast",
      expr.span,
      `nothing can be cast to ${typeName(to)}`,
      `cast to a pointer: \`(${typeName(to)} *)…\``,
    );
  return c.fail(
    "type/cast",
    expr.span,
    `${typeName(from)} cannot be cast to ${typeName(to)}`,
    "cast between numbers and pointers only",
  );
}
