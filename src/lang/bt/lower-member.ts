import type { Expr } from "./ast.ts";
import type { CompositeField } from "./composite.ts";
import type { Lowerer } from "./lower.ts";
import { loadArgument } from "./lower-args.ts";
import { loadPlace, tuplePart } from "./lower-store.ts";
import type { Operand, Place } from "./lowering.ts";
import { isScalar, sizeOf, type Type, U64 } from "./types.ts";

type Access = Extract<Expr, { kind: "member" | "tupleField" | "index" }>;

/** `a.b`, `a->b`, `$t.0`, `a[i]`. */
export function lowerMember(l: Lowerer, expr: Access): Operand {
  const object = l.typeOf(expr.object);
  if (expr.kind === "tupleField") return tuplePart(l, l.operand(expr.object), object, expr.index).operand;
  if (expr.kind === "member") {
    if (object.kind === "tuple") {
      const index = object.fields.findIndex((f) => f.name === expr.name);
      return tuplePart(l, l.operand(expr.object), object, index).operand;
    }
    const field = fieldOf(object, expr.name);
    if (object.kind === "args") return loadArgument(l, field, l.typeOf(expr));
    if (field.bits) return bitField(l, lowerPlace(l, expr), field);
    return loadPlace(l, lowerPlace(l, expr), l.typeOf(expr));
  }
  if (object.kind === "tuple")
    return tuplePart(l, l.operand(expr.object), object, Number(l.constant(expr.index) ?? 0n)).operand;
  return loadPlace(l, lowerPlace(l, expr), l.typeOf(expr));
}

/** Where a field, an element or what a pointer points to lies. */
export function lowerPlace(l: Lowerer, expr: Expr): Place {
  if (expr.kind === "unary" && expr.op === "*") return pointee(l, expr.operand);
  if (expr.kind === "member") {
    const object = l.typeOf(expr.object);
    const field = fieldOf(object, expr.name);
    if (object.kind === "pointer") return shift(pointee(l, expr.object), field.offset);
    return shift(placeOf(l, expr.object), field.offset);
  }
  if (expr.kind === "index") return elementPlace(l, expr);
  return placeOf(l, expr);
}

function fieldOf(type: Type, name: string): CompositeField {
  const record = type.kind === "pointer" ? type.to : type;
  const field = record.kind === "struct" || record.kind === "args" ? record.composite.field(name) : undefined;
  if (!field) throw new Error(`bug: field ${name} passed the check`);
  return field;
}

function shift(place: Place, bytes: number): Place {
  return { ...place, off: place.off + bytes };
}

function pointee(l: Lowerer, pointer: Expr): Place {
  const type = l.typeOf(pointer);
  const operand = l.operand(pointer);
  if (operand.kind === "object") return { space: "object", base: operand.value, off: 0 };
  const space = type.kind === "pointer" ? type.space : l.variant.space;
  return { space, address: l.toInt(operand, type), off: 0 };
}

/** The place of a value that is in memory: a struct, an array, a string. */
function placeOf(l: Lowerer, expr: Expr): Place {
  const operand = l.operand(expr);
  return operand.kind === "memory" ? operand.place : l.inMemory(operand, l.typeOf(expr));
}

function elementPlace(l: Lowerer, expr: Extract<Expr, { kind: "index" }>): Place {
  const { b } = l;
  const object = l.typeOf(expr.object);
  const element = l.typeOf(expr);
  const bytes = Math.max(1, sizeOf(element));
  const constant = l.constant(expr.index);
  const base = object.kind === "pointer" ? pointee(l, expr.object) : placeOf(l, expr.object);
  if (constant !== undefined) return shift(base, Number(constant) * bytes);
  const index = l.int(expr.index);
  const distance = bytes === 1 ? index : b.binary("mul", index, b.const(bytes));
  if ("address" in base) return { ...base, address: b.binary("add", base.address, distance) };
  // A computed index into memory that the verifier guards is read by address: whatever it is, it cannot do harm.
  const address = b.binary("add", b.toInt(b.offsetBy(base.base, base.off)), distance);
  return { space: "kernel", address, off: 0 };
}

/** Bits `shift` … of the integer at the place, with the sign of the field's type. */
function bitField(l: Lowerer, place: Place, field: CompositeField): Operand {
  const { b } = l;
  const bits = field.bits;
  if (!bits) throw new Error("bug: no bit-field");
  const whole = loadPlace(l, place, { kind: "int", size: bits.loadBytes, signed: false });
  const value = l.toInt(whole, U64);
  const up = b.binary("lsh", value, b.const(64 - bits.shift - bits.width));
  const signed = isScalar(field.type) && field.type.kind === "int" && field.type.signed;
  return { kind: "int", value: b.binary(signed ? "arsh" : "rsh", up, b.const(64 - bits.width)) };
}
