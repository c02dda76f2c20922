import type { Block, Value } from "../../ir/ir.ts";
import type { JumpOp } from "../../isa/insn.ts";
import type { Expr } from "./ast.ts";
import { signedTogether } from "./check-operators.ts";
import { blockParam, literalBytes, pieces, word, zeroBytes } from "./lower-memory.ts";
import { copyPlace, sameBytes } from "./lower-store.ts";
import type { DirectPlace, Lowering, Operand } from "./lowering.ts";
import { isAggregate, isScalar, roundUp, sizeOf, type Type } from "./types.ts";
import { unify } from "./unify.ts";

type Binary = Extract<Expr, { kind: "binary" }>;

/** Goes to `then` when the condition holds, else to `otherwise`; the right side of && and || only runs when it matters. */
export function branchOn(l: Lowering, expr: Expr, then: Block, otherwise: Block): void {
  const { b } = l;
  if (expr.kind === "unary" && expr.op === "!") return branchOn(l, expr.operand, otherwise, then);
  if (expr.kind === "binary" && expr.op === "&&") {
    const right = b.block();
    branchOn(l, expr.left, right, otherwise);
    b.enter(right);
    return branchOn(l, expr.right, then, otherwise);
  }
  if (expr.kind === "binary" && expr.op === "||") {
    const right = b.block();
    branchOn(l, expr.left, then, right);
    b.enter(right);
    return branchOn(l, expr.right, then, otherwise);
  }
  if (
    expr.kind === "binary" &&
    comparisonOf(expr.op) &&
    numeric(l.typeOf(expr.left)) &&
    numeric(l.typeOf(expr.right))
  ) {
    const left = l.operand(expr.left);
    const right = l.operand(expr.right);
    const op = comparisonOp(l, expr);
    const x = l.toInt(left, l.typeOf(expr.left));
    const y = l.toInt(right, l.typeOf(expr.right));
    return b.branch(op, 64, x, y, then, otherwise);
  }
  b.branchIf(truth(l, expr), then, otherwise);
}

/** A condition as a number that is not zero when it holds. A string holds when it is not empty. */
function truth(l: Lowering, expr: Expr): Value {
  const type = l.typeOf(expr);
  if (type.kind !== "string") return l.int(expr);
  const place = l.inMemory(l.operand(expr), type);
  return l.b.load(place.space, 1, place.base, place.off);
}

function numeric(type: Type): boolean {
  return isScalar(type) || isAggregate(type);
}

function comparisonOf(op: Binary["op"]): JumpOp | undefined {
  const table: Partial<Record<Binary["op"], JumpOp>> = {
    "==": "eq",
    "!=": "ne",
    "<": "lt",
    ">": "gt",
    "<=": "le",
    ">=": "ge",
  };
  return table[op];
}

function comparisonOp(l: Lowering, expr: Binary): JumpOp {
  const op = comparisonOf(expr.op) ?? "eq";
  if (op === "eq" || op === "ne" || !signedTogether(l, expr, l.typeOf(expr.left), l.typeOf(expr.right)))
    return op;
  const signed: Partial<Record<JumpOp, JumpOp>> = { lt: "slt", gt: "sgt", le: "sle", ge: "sge" };
  return signed[op] ?? op;
}

/** A comparison or a logical operation as 0 or 1. */
export function lowerLogic(l: Lowering, expr: Binary | Extract<Expr, { kind: "unary" }>): Value {
  const { b } = l;
  if (expr.kind === "binary" && comparisonOf(expr.op)) {
    const left = l.typeOf(expr.left);
    const right = l.typeOf(expr.right);
    if (numeric(left) && numeric(right)) {
      const x = l.int(expr.left);
      return b.extend(b.compare(comparisonOp(l, expr), x, l.int(expr.right)), 32, false);
    }
    const equal = b.extend(equality(l, expr, left, right), 32, false);
    return expr.op === "!=" ? b.binary("xor", equal, b.const(1)) : equal;
  }
  const yes = b.block();
  const no = b.block();
  const done = b.block("i64");
  branchOn(l, expr, yes, no);
  b.enter(yes);
  b.jump(done, b.const(1));
  b.enter(no);
  b.jump(done, b.const(0));
  b.enter(done);
  return blockParam(done);
}

/** Whether two strings or two blocks of bytes are equal, as an i32 of 0 or 1. */
function equality(l: Lowering, expr: Binary, left: Type, right: Type): Value {
  if (left.kind === "probe" || right.kind === "probe") return probeEquality(l, expr, left);
  const leftText = l.text(expr.left);
  const rightText = l.text(expr.right);
  if (leftText !== undefined && rightText !== undefined)
    return l.b.const(sameText(leftText, rightText) ? 1 : 0, 32);
  if (rightText !== undefined) return equalsLiteral(l, l.operand(expr.left), left, rightText);
  if (leftText !== undefined) return equalsLiteral(l, l.operand(expr.right), right, leftText);
  if (left.kind === "tuple" || left.kind === "buffer") return equalAsOneType(l, expr, left, right);
  const a = cleanText(l, l.operand(expr.left), left);
  const c = cleanText(l, l.operand(expr.right), right);
  if (left.kind === "string" && right.kind === "string") return equalStrings(l, a, left.size, c, right.size);
  return sameBytes(l, a, c, sizeOf(left));
}

/** Tuples and buffers are widened to one type first, so that equal values have equal bytes. */
function equalAsOneType(l: Lowering, expr: Binary, left: Type, right: Type): Value {
  const type = unify(left, right);
  if (!type) throw new Error("bug: a comparison of different types passed the check");
  const [a, c] = [expr.left, expr.right].map((side) => {
    const copy = l.temporary("side", Math.max(8, sizeOf(type)));
    l.store(l.operand(side), l.typeOf(side), copy, type);
    return copy;
  });
  if (!a || !c) throw new Error("bug: a comparison has two sides");
  return sizeOf(type) > MOST_AT_ONCE ? sameWords(l, a, c, sizeOf(type)) : sameBytes(l, a, c, sizeOf(type));
}

/** Bytes that are compared without a loop, where both sides lie at their ease. */
const MOST_AT_ONCE = 1024;

/** The value in memory; a text from elsewhere has zeros behind its NUL then. */
function cleanText(l: Lowering, operand: Operand, type: Type): DirectPlace {
  if (type.kind !== "string" || operand.kind !== "memory" || isDirect(operand.place.space))
    return l.inMemory(operand, type);
  const copy = l.temporary("text", Math.max(8, type.size));
  l.store(operand, type, copy, type);
  return copy;
}

/** `probe == "tracepoint:…"`: the places' names are known now, so it is their numbers that are compared. */
function probeEquality(l: Lowering, expr: Binary, left: Type): Value {
  const { b } = l;
  const [value, other] = left.kind === "probe" ? [expr.left, expr.right] : [expr.right, expr.left];
  const wanted = l.text(other);
  const isFunc = value.kind === "identifier" && value.name === "func";
  const number = l.int(value);
  let result: Value = b.const(0, 32);
  for (const [index, name] of l.probeNames(isFunc).entries())
    if (name === wanted)
      result = b.binary(
        "or",
        result,
        b.compare("eq", number, b.const(l.variant.firstName + index * 2 + (isFunc ? 1 : 0))),
      );
  return result;
}

/**
 * Whether a string equals a literal: its first bytes and the NUL behind them are compared as words. Text behind an
 * address is read only as far as that takes.
 */
export function equalsLiteral(
  l: Lowering,
  operand: Operand,
  type: Type,
  literal: string,
  prefix?: number,
): Value {
  const { b } = l;
  let bytes = literalBytes(literal).subarray(0, prefix);
  const size = type.kind === "string" ? type.size : sizeOf(type);
  if (bytes.length === 0) return b.const(1, 32);
  if (operand.kind === "text") return b.const(sameText(operand.text, literal, prefix) ? 1 : 0, 32);
  if (operand.kind === "cstring") {
    const copy = l.temporary("text", roundUp(bytes.length + 1, 8));
    zeroBytes(b, copy, roundUp(bytes.length + 1, 8));
    // One byte more than the literal has: a longer text then has no NUL where the literal ends.
    const max = Math.min(bytes.length + 1, operand.limit.max);
    l.copyString(
      operand.space,
      l.address(copy),
      operand.limit.value ? clampedLimit(l, operand.limit.value, max) : { max },
      operand.address,
    );
    return equalsBytes(l, copy, bytes);
  }
  if (bytes.length > size) {
    if (bytes.length > size + 1 || prefix !== undefined) return b.const(0, 32);
    bytes = bytes.subarray(0, size); // an array that is full has no NUL
  }
  if (operand.kind === "memory" && !isDirect(operand.place.space)) {
    const copy = l.temporary("text", roundUp(bytes.length, 8));
    copyPlace(l, operand.place, copy, bytes.length);
    return equalsBytes(l, copy, bytes);
  }
  return equalsBytes(l, l.inMemory(operand, type), bytes);
}

function isDirect(space: string): boolean {
  return space === "stack" || space === "map" || space === "btf";
}

/** Whether two texts are equal as C strings, or their first bytes are. */
export function sameText(a: string, b: string, prefix?: number): boolean {
  const x = literalBytes(a).subarray(0, prefix);
  const y = literalBytes(b).subarray(0, prefix);
  return x.length === y.length && x.every((byte, i) => byte === y[i]);
}

function clampedLimit(l: Lowering, value: Value, max: number) {
  return { max, value: l.atMost(value, max) };
}

function equalsBytes(l: Lowering, place: DirectPlace, bytes: Uint8Array): Value {
  const { b } = l;
  let difference: Value | undefined;
  for (const { at, size } of pieces(place.off, bytes.length)) {
    const loaded = b.load(place.space, size, place.base, place.off + at);
    const differs = b.binary("xor", loaded, b.const(word(bytes, at, size)));
    difference = difference === undefined ? differs : b.binary("or", difference, differs);
  }
  return b.compare("eq", difference ?? b.const(0), b.const(0));
}

const UNROLLED_BYTES = 64;

/** Strings in memory have zeros behind their end, so words can be compared as they are. */
function equalStrings(l: Lowering, a: DirectPlace, aSize: number, c: DirectPlace, cSize: number): Value {
  const { b } = l;
  const common = Math.min(aSize, cSize);
  const [longer, isLonger] = aSize > cSize ? [a, true] : [c, cSize > aSize];
  let same = common <= UNROLLED_BYTES ? sameBytes(l, a, c, common) : sameWords(l, a, c, common);
  if (isLonger) {
    const next = b.load(longer.space, 1, longer.base, longer.off + common);
    same = b.binary("and", same, b.compare("eq", next, b.const(0)));
  }
  return same;
}

/** Whether the first `count` characters of two strings are equal, as an i32 of 0 or 1. */
export function samePrefix(l: Lowering, sides: readonly [Expr, Expr], count: number): Value {
  const [left, right] = sides.map((side) => l.typeOf(side));
  if (left?.kind !== "string" || right?.kind !== "string") throw new Error("bug: strncmp() of no strings");
  const bytes = Math.min(count, left.size, right.size);
  const a = cleanText(l, l.operand(sides[0]), left);
  const c = cleanText(l, l.operand(sides[1]), right);
  return bytes <= UNROLLED_BYTES ? sameBytes(l, a, c, bytes) : sameWords(l, a, c, bytes);
}

/** Rounds of a loop that may end in each: the verifier keeps 8192 ways out in mind. */
const MOST_ROUNDS = 2048;

/** As `sameBytes`, word by word (of long texts several words at once) in a loop that ends at the first difference. */
function sameWords(l: Lowering, a: DirectPlace, c: DirectPlace, bytes: number): Value {
  const { b } = l;
  const step = bytes / 8 > MOST_ROUNDS ? UNROLLED_BYTES : 8;
  const steps = Math.floor(bytes / step);
  const head = b.block("i64");
  const body = b.block();
  const next = b.block();
  const rest = b.block();
  const done = b.block("i32");
  b.jump(head, b.const(0));
  b.enter(head);
  const at = blockParam(head);
  b.branch("lt", 64, at, b.const(steps * step), body, rest);
  b.enter(body);
  const [left, right] = [b.offset(a.base, at), b.offset(c.base, at)];
  let difference: Value | undefined;
  for (let word = 0; word < step; word += 8) {
    const x = b.load(a.space, 8, left, a.off + word);
    const differs = b.binary("xor", x, b.load(c.space, 8, right, c.off + word));
    difference = difference === undefined ? differs : b.binary("or", difference, differs);
  }
  b.branchWith("eq", 64, difference ?? b.const(0), b.const(0), [next, []], [done, [b.const(0, 32)]]);
  b.enter(next);
  b.jump(head, b.binary("add", at, b.const(step)));
  b.enter(rest);
  const tail = steps * step;
  const same =
    tail === bytes
      ? b.const(1, 32)
      : sameBytes(l, { ...a, off: a.off + tail }, { ...c, off: c.off + tail }, bytes - tail);
  b.jump(done, same);
  b.enter(done);
  return blockParam(done);
}
