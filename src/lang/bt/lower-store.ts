import type { Value } from "../../ir/ir.ts";
import { coreValue, placeNumber } from "./kernel-field.ts";
import { copyBytes, literalBytes, sharedPieces, storeConstant, zeroBytes } from "./lower-memory.ts";
import type { Amount, DirectPlace, Lowering, Operand, Place } from "./lowering.ts";
import { isAggregate, isInteger, isScalar, isSigned, sizeOf, type Type, tupleLayout } from "./types.ts";

/** Writes a value where a key, a map's value or an event's field lies: `sizeOf(type)` bytes, zeros behind strings. */
export function storeValue(l: Lowering, operand: Operand, from: Type, to: DirectPlace, type: Type): void {
  if (isScalar(type) || isAggregate(type)) {
    const value = convertInt(l, l.toInt(operand, from), from, type);
    l.b.store(to.space, sizeOf(type) as 1 | 2 | 4 | 8, to.base, to.off, value);
    return;
  }
  switch (type.kind) {
    case "string":
      return storeString(l, operand, from, to, type.size);
    case "buffer":
      return storeBuffer(l, operand, from, to, type.size);
    case "tuple":
      return storeTuple(l, operand, from, to, type);
    default:
      return storeBytes(l, operand, to, sizeOf(type));
  }
}

function storeBytes(l: Lowering, operand: Operand, to: DirectPlace, bytes: number): void {
  if (operand.kind === "write") return operand.write(to);
  if (operand.kind !== "memory") throw new Error(`bug: ${operand.kind} cannot be stored as bytes`);
  copyPlace(l, operand.place, to, bytes);
}

/** Copies `bytes` bytes from any place. */
export function copyPlace(l: Lowering, from: Place, to: DirectPlace, bytes: number): void {
  if ("address" in from) return l.copyFrom(from.space, to, { max: bytes }, placeNumber(l, from));
  if (from.space === "object") return l.copyFrom("kernel", to, { max: bytes }, placeNumber(l, from));
  copyBytes(l.b, from, to, bytes);
}

function storeString(l: Lowering, operand: Operand, from: Type, to: DirectPlace, size: number): void {
  switch (operand.kind) {
    case "text": {
      const bytes = literalBytes(operand.text).slice(0, size);
      if (bytes.length === size) bytes[size - 1] = 0;
      storeConstant(l.b, bytes, to);
      zeroBytes(l.b, { ...to, off: to.off + bytes.length }, size - bytes.length);
      return;
    }
    case "cstring": {
      zeroBytes(l.b, to, size);
      const limit = within(operand.limit, size);
      const read = l.copyString(operand.space, l.address(to), limit, operand.address, operand.span);
      if (operand.whole) l.countFull(read, limit.max);
      return;
    }
    case "write":
      operand.write(to);
      if (from.kind === "string") zeroBytes(l.b, { ...to, off: to.off + from.size }, size - from.size);
      return;
    case "memory": {
      const own = from.kind === "string" ? Math.min(from.size, size) : size;
      copyText(l, operand.place, to, own);
      zeroBytes(l.b, { ...to, off: to.off + own }, size - own);
      if (own === size && from.kind === "string" && from.size > size)
        l.b.store(to.space, 1, to.base, to.off + size - 1, l.b.const(0));
      return;
    }
    default:
      throw new Error(`bug: ${operand.kind} is no string`);
  }
}

/**
 * Copies a text of at most `bytes` bytes with zeros behind it. What lies behind the NUL of an array in the kernel or in
 * the program is not part of the text; an array that is full has no NUL and is copied as a whole.
 */
function copyText(l: Lowering, from: Place, to: DirectPlace, bytes: number): void {
  if (!("address" in from) && from.space !== "object") return copyPlace(l, from, to, bytes);
  const { b } = l;
  const space = "address" in from ? from.space : "kernel";
  const address = placeNumber(l, from);
  zeroBytes(b, to, bytes);
  const length = l.copyString(space, l.address(to), { max: bytes }, address);
  const full = b.block();
  const done = b.block();
  b.branch("eq", 64, length, b.const(bytes), full, done);
  b.enter(full);
  l.copyFrom(space, to, { max: bytes }, address);
  b.jump(done);
  b.enter(done);
}

/** An amount cut to a field of `size` bytes. */
function within(amount: Amount, size: number): Amount {
  return amount.max <= size ? amount : { max: size };
}

/** An amount as a value for helpers. */
export function amountValue(l: Lowering, amount: Amount): Value {
  return amount.value ?? l.b.const(amount.max);
}

function storeBuffer(l: Lowering, operand: Operand, from: Type, to: DirectPlace, size: number): void {
  if (operand.kind === "memory" && from.kind === "buffer") {
    const own = Math.min(from.size, size);
    copyPlace(l, operand.place, to, 4 + own);
    zeroBytes(l.b, { ...to, off: to.off + 4 + own }, size - own);
    return;
  }
  if (operand.kind !== "bytes") throw new Error(`bug: ${operand.kind} is no buffer`);
  zeroBytes(l.b, to, 4 + size);
  const length = within(operand.length, size);
  l.b.store(to.space, 4, to.base, to.off, amountValue(l, length));
  l.copyFrom(operand.space, { ...to, off: to.off + 4 }, length, operand.address);
}

function storeTuple(
  l: Lowering,
  operand: Operand,
  from: Type,
  to: DirectPlace,
  type: Extract<Type, { kind: "tuple" }>,
): void {
  const { offsets, size } = tupleLayout(type.fields);
  zeroPadding(l, to, type, size);
  for (const [i, field] of type.fields.entries()) {
    const part = tuplePart(l, operand, from, placeOf(from, field.name, i));
    storeValue(l, part.operand, part.type, { ...to, off: to.off + (offsets[i] ?? 0) }, field.type);
  }
}

/** Which field of a value goes into the `index`th of another type: records name them, in any order. */
function placeOf(from: Type, name: string | undefined, index: number): number {
  if (name === undefined || from.kind !== "tuple") return index;
  const found = from.fields.findIndex((field) => field.name === name);
  return found === -1 ? index : found;
}

/** Bytes between fields and behind the last are part of a key: they must not be left as they were. */
function zeroPadding(l: Lowering, to: DirectPlace, type: Extract<Type, { kind: "tuple" }>, size: number): void {
  const { offsets } = tupleLayout(type.fields);
  let end = 0;
  for (const [i, field] of type.fields.entries()) {
    const start = offsets[i] ?? 0;
    zeroBytes(l.b, { ...to, off: to.off + end }, start - end);
    end = start + sizeOf(field.type);
  }
  zeroBytes(l.b, { ...to, off: to.off + end }, size - end);
}

/** Element `index` of a tuple value. */
export function tuplePart(
  l: Lowering,
  operand: Operand,
  type: Type,
  index: number,
): { operand: Operand; type: Type } {
  if (type.kind !== "tuple") throw new Error("bug: not a tuple");
  const field = type.fields[index];
  if (!field) throw new Error("bug: no such tuple element");
  if (operand.kind === "fields") {
    const part = operand.fields[index];
    if (!part) throw new Error("bug: no such tuple element");
    return part;
  }
  const place = l.inMemory(operand, type);
  const off = place.off + (tupleLayout(type.fields).offsets[index] ?? 0);
  return { operand: loadPlace(l, { ...place, off }, field.type), type: field.type };
}

/** The value at a place: numbers are loaded, everything else stays where it is. */
export function loadPlace(l: Lowering, place: Place, type: Type): Operand {
  if (!isScalar(type) && !isAggregate(type)) return { kind: "memory", place };
  const size = Math.min(8, sizeOf(type)) as 1 | 2 | 4 | 8;
  const signed = isSigned(type);
  switch (place.space) {
    case "stack":
    case "map":
    case "ctx":
    case "btf":
      return { kind: "int", value: l.b.load(place.space, size, place.base, place.off, { signed }) };
    case "object":
      return loadObjectField(l, place, type);
    default: {
      const copy = l.temporary("field", 8);
      l.copyFrom(place.space, copy, { max: size }, placeNumber(l, place));
      return { kind: "int", value: l.b.load("stack", size, copy.base, copy.off, { signed }) };
    }
  }
}

/** A field behind a pointer that the verifier follows; a null pointer reads as zero. */
function loadObjectField(l: Lowering, place: Extract<Place, { space: "object" }>, type: Type): Operand {
  const { b } = l;
  const { base, off, core } = place;
  const follows = type.kind === "pointer" && type.kernelObject === true;
  const size = Math.min(8, sizeOf(type)) as 1 | 2 | 4 | 8;
  const present = b.block();
  const missing = b.block();
  const done = b.block(follows ? "ptr" : "i64");
  b.branch("ne", 64, base, b.const(0), present, missing);
  b.enter(present);
  const at = core ? b.offset(base, coreValue(l, core)) : base;
  const value = follows ? b.loadPtr("btf", at, off) : b.load("btf", size, at, off, { signed: isSigned(type) });
  b.jump(done, value);
  b.enter(missing);
  // Not `base` itself: the verifier would still take it for a pointer of its own type, and check the next step with it.
  b.jump(done, follows ? b.null() : b.const(0));
  b.enter(done);
  const param = done.params[0]?.value ?? value;
  return follows ? { kind: "object", value: param } : { kind: "int", value: param };
}

/** A number of type `from` as a number of type `to`: cut and extended where `to` is narrower. */
export function convertInt(l: Lowering, value: Value, from: Type, to: Type): Value {
  if (to.kind === "bool")
    return from.kind === "bool" ? value : l.b.extend(l.b.compare("ne", value, l.b.const(0)), 32, false);
  if (!isInteger(to)) return value;
  const bytes = sizeOf(to);
  if (bytes === 8 || (isInteger(from) && sizeOf(from) < bytes && (isSigned(to) || !isSigned(from))))
    return value;
  if (isInteger(from) && sizeOf(from) === bytes && isSigned(from) === isSigned(to)) return value;
  return l.b.extend(value, (bytes * 8) as 8 | 16 | 32, isSigned(to));
}

/** Whether two places of `bytes` bytes hold the same: all words are compared, then the differences joined. */
export function sameBytes(l: Lowering, a: DirectPlace, c: DirectPlace, bytes: number): Value {
  const { b } = l;
  let difference: Value | undefined;
  for (const { at, size } of sharedPieces(a.off, c.off, bytes)) {
    const x = b.load(a.space, size, a.base, a.off + at);
    const y = b.load(c.space, size, c.base, c.off + at);
    const differs = b.binary("xor", x, y);
    difference = difference === undefined ? differs : b.binary("or", difference, differs);
  }
  return b.compare("eq", difference ?? b.const(0), b.const(0));
}
