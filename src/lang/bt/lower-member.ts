import type { Expr } from "./ast.ts";
import type { Composite, CompositeField } from "./composite.ts";
import { type CoreOffset, coreValue, elementOfPlace, fieldPlace, placeNumber } from "./kernel-field.ts";
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
    const composite = compositeOf(object);
    const place = object.kind === "pointer" ? pointee(l, expr.object) : placeOf(l, expr.object);
    return fieldPlace(l, place, composite, field);
  }
  if (expr.kind === "index") return elementPlace(l, expr);
  return placeOf(l, expr);
}

function fieldOf(type: Type, name: string): CompositeField {
  const field = compositeOf(type).field(name);
  if (!field) throw new Error(`bug: field ${name} passed the check`);
  return field;
}

function compositeOf(type: Type): Composite {
  const record = type.kind === "pointer" ? type.to : type;
  if (record.kind === "struct" || record.kind === "args") return record.composite;
  throw new Error(`bug: a field of ${type.kind} passed the check`);
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
  if (constant !== undefined) return elementOfPlace(base, Number(constant), bytes);
  const index = l.int(expr.index);
  const distance = bytes === 1 ? index : b.binary("mul", index, b.const(bytes));
  // A computed index into memory that the verifier guards is read by address: whatever it is, it cannot do harm.
  const address = b.binary("add", placeNumber(l, base), distance);
  return { space: "address" in base ? base.space : "kernel", address, off: 0 };
}

/** Bits `shift` … of the integer at the place, with the sign of the field's type. */
function bitField(l: Lowerer, place: Place, field: CompositeField): Operand {
  const { b } = l;
  const bits = field.bits;
  if (!bits) throw new Error("bug: no bit-field");
  const signed = isScalar(field.type) && field.type.kind === "int" && field.type.signed;
  if ("core" in place && place.core) return coreBitField(l, place, place.core, signed);
  const whole = loadPlace(l, place, { kind: "int", size: bits.loadBytes, signed: false });
  const value = l.toInt(whole, U64);
  const up = b.binary("lsh", value, b.const(64 - bits.shift - bits.width));
  return { kind: "int", value: b.binary(signed ? "arsh" : "rsh", up, b.const(64 - bits.width)) };
}

/** Bits whose place and width the kernel's types tell: the bytes that hold them are brought to the top, and down again. */
function coreBitField(l: Lowerer, place: Place, core: CoreOffset, signed: boolean): Operand {
  const { b } = l;
  const copy = l.temporary("bits", 8);
  b.store("stack", 8, copy.base, copy.off, b.const(0));
  const space = "address" in place ? place.space : "kernel";
  const size = coreValue(l, core, "size");
  l.copyRaw(space, l.address(copy), size, placeNumber(l, place));
  const up = b.binary("lsh", b.load("stack", 8, copy.base, copy.off), coreValue(l, core, "lshift"));
  return { kind: "int", value: b.binary(signed ? "arsh" : "rsh", up, coreValue(l, core, "rshift")) };
}
