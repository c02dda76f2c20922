import type { BinaryOp, Value } from "../../ir/ir.ts";
import type { Expr, Statement } from "./ast.ts";
import { signedTogether } from "./check-operators.ts";
import { placeNumber } from "./kernel-field.ts";
import type { Lowerer } from "./lower.ts";
import { lowerAddressOf } from "./lower-address.ts";
import { lowerKey, withNewValue, withValue } from "./lower-map.ts";
import { lowerPlace } from "./lower-member.ts";
import { changePart, partOfTarget } from "./lower-part.ts";
import { convertInt, loadPlace } from "./lower-store.ts";
import type { Lowering, Operand } from "./lowering.ts";
import { mapLayout } from "./map-layout.ts";
import { isInteger, isSigned, sizeOf, type Type } from "./types.ts";

type Binary = Extract<Expr, { kind: "binary" }>;

/** `+ - * / % & | ^ << >>` on numbers; pointers move by whole elements. */
export function lowerArithmetic(l: Lowerer, expr: Binary): Operand {
  const left = l.typeOf(expr.left);
  const right = l.typeOf(expr.right);
  const type = l.typeOf(expr);
  let x = l.int(expr.left);
  let y = l.int(expr.right);
  if (type.kind === "pointer") {
    if (left.kind === "pointer") y = scaled(l, y, type);
    else x = scaled(l, x, type);
  }
  return { kind: "int", value: l.b.binary(opcode(l, expr, left, right), x, y) };
}

/** A distance in bytes, where it counts the elements that a pointer points to. */
export function scaled(l: Lowerer, value: Value, type: Type): Value {
  const bytes = type.kind === "pointer" ? Math.max(1, sizeOf(type.to)) : 1;
  return bytes === 1 ? value : l.b.binary("mul", value, l.b.const(bytes));
}

const OPCODES: Readonly<Record<string, BinaryOp>> = {
  "+": "add",
  "-": "sub",
  "*": "mul",
  "/": "div",
  "%": "mod",
  "&": "and",
  "|": "or",
  "^": "xor",
  "<<": "lsh",
  ">>": "rsh",
};

function opcode(l: Lowerer, expr: Binary, left: Type, right: Type): BinaryOp {
  const op = OPCODES[expr.op];
  if (!op) throw new Error(`bug: no opcode for ${expr.op}`);
  if (op === "rsh") return isSigned(left) ? "arsh" : "rsh";
  if ((op === "div" || op === "mod") && signedTogether(l, expr, left, right))
    return op === "div" ? "sdiv" : "smod";
  return op;
}

type Assignment = Extract<Statement, { kind: "assign" }>;

/** The operation of `x op= y`: that of `x op y`, where `x` has type `left`. */
export function compoundOp(l: Lowerer, s: Assignment, left: Type): BinaryOp {
  const op = s.op.slice(0, -1) as Binary["op"];
  const { target, value, opSpan, span } = s;
  return opcode(l, { kind: "binary", op, left: target, right: value, opSpan, span }, left, l.typeOf(value));
}

/** `-x`, `~x`, `*p`, `&x`. */
export function lowerUnary(l: Lowerer, expr: Extract<Expr, { kind: "unary" }>): Operand {
  const { b } = l;
  switch (expr.op) {
    case "-":
      return { kind: "int", value: b.neg(l.int(expr.operand)) };
    case "+":
      return { kind: "int", value: l.int(expr.operand) };
    case "~":
      return { kind: "int", value: b.binary("xor", l.int(expr.operand), b.const(0xffff_ffff_ffff_ffffn)) };
    case "*":
      return loadPlace(l, lowerPlace(l, expr), l.typeOf(expr));
    case "&":
      return lowerAddressOf(l, expr.operand);
    case "!":
      throw new Error("bug: `!` is lowered as a condition");
  }
}

/** `x++` and its like; maps are changed in place, by one atomic instruction where nothing needs the old value. */
export function lowerUpdate(l: Lowerer, expr: Extract<Expr, { kind: "update" }>): Operand {
  const { b } = l;
  const { target } = expr;
  const type = l.typeOf(expr);
  const step = type.kind === "pointer" ? Math.max(1, sizeOf(type.to)) : 1;
  const delta = b.const(expr.op === "++" ? step : BigInt.asUintN(64, BigInt(-step)));
  if (target.kind === "variable") {
    const old = l.int(target);
    const changed = convertInt(
      l,
      b.binary("add", old, delta),
      { kind: "int", size: 8, signed: true },
      l.typeOf(target),
    );
    l.writeVariable(target, { kind: "int", value: changed }, l.typeOf(target));
    return { kind: "int", value: expr.prefix ? changed : old };
  }
  if (target.kind !== "map") {
    const part = partOfTarget(l, target);
    if (!part) throw new Error("bug: ++ of neither a variable nor a map");
    const { old, changed } = changePart(l, part, "add", () => delta);
    return { kind: "int", value: expr.prefix ? changed : old };
  }
  const map = l.env.map(target.name);
  const key = target.keys && lowerKey(l, map, target.keys);
  const result = l.temporary("update", 8);
  b.store("stack", 8, result.base, 0, b.const(0));
  const fetch = !l.isStatement(expr);
  const layout = mapLayout(map, l.env);
  withNewValue(l, map, key, (value) => {
    if (fetch) {
      const old = b.load("map", 8, value.base, value.off);
      const changed = b.binary("add", old, delta);
      b.store("stack", 8, result.base, 0, expr.prefix ? changed : old);
    }
    b.atomicAdd(8, value.base, value.off, delta);
    if (layout.presentOffset !== undefined)
      b.store("map", 8, value.base, value.off + layout.presentOffset, b.const(1));
  });
  return { kind: "int", value: b.load("stack", 8, result.base, 0) };
}

/** `@m[key] op= value`. Additions and subtractions are atomic, like bit operations where the kernel has them. */
export function lowerMapCompound(l: Lowerer, s: Assignment, target: Extract<Expr, { kind: "map" }>): void {
  const { b } = l;
  const { op, value } = s;
  const map = l.env.map(target.name);
  const type = map.value ?? l.typeOf(value);
  const amount = l.int(value);
  const key = target.keys && lowerKey(l, map, target.keys);
  const layout = mapLayout(map, l.env);
  withNewValue(l, map, key, (place) => {
    if (op === "+=" || op === "-=") b.atomicAdd(8, place.base, place.off, op === "+=" ? amount : b.neg(amount));
    else {
      const old = b.load("map", 8, place.base, place.off);
      b.store("map", 8, place.base, place.off, b.binary(compoundOp(l, s, type), old, amount));
    }
    if (layout.presentOffset !== undefined)
      b.store("map", 8, place.base, place.off + layout.presentOffset, b.const(1));
  });
}

/** `(uint8)x`, `(struct sock *)x`, `(int8[4])x`. */
export function lowerCast(l: Lowerer, expr: Extract<Expr, { kind: "cast" }>): Operand {
  const from = l.typeOf(expr.operand);
  const to = l.typeOf(expr);
  const operand = l.operand(expr.operand);
  if (to.kind === "array" && isInteger(from)) {
    const copy = l.temporary("cast", 8);
    l.b.store("stack", 8, copy.base, 0, l.toInt(operand, from));
    return { kind: "memory", place: copy };
  }
  if (to.kind === "array" && from.kind === "string")
    return { kind: "memory", place: l.inMemory(operand, from) };
  if ((from.kind === "array" || from.kind === "string") && isInteger(to)) {
    const place = l.inMemory(operand, from);
    const size = Math.min(8, sizeOf(to)) as 1 | 2 | 4 | 8;
    return { kind: "int", value: l.b.load(place.space, size, place.base, place.off, { signed: isSigned(to) }) };
  }
  if (to.kind === "pointer" && from.kind === "string" && operand.kind === "memory") {
    return { kind: "int", value: placeNumber(l, operand.place) };
  }
  if (isInteger(to) || to.kind === "bool")
    return { kind: "int", value: convertInt(l, l.toInt(operand, from), from, to) };
  if (to.kind === "pointer" || to.kind === "ksym" || to.kind === "username")
    return { kind: "int", value: l.toInt(operand, from) };
  return operand;
}

/** Whether an entry exists: `has_key(@m, key)`. */
export function lowerHasKey(l: Lowering, target: string, keys: readonly Expr[]): Operand {
  const { b } = l;
  const map = l.env.map(target);
  const result = l.temporary("found", 8);
  b.store("stack", 8, result.base, 0, b.const(0));
  withValue(l, map, lowerKey(l, map, keys), () => b.store("stack", 8, result.base, 0, b.const(1)));
  return { kind: "int", value: b.load("stack", 8, result.base, 0) };
}
