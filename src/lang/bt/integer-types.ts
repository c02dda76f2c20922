import { type IntSize, isSigned, sizeOf, type Type } from "./types.ts";

type Int = Extract<Type, { kind: "int" }>;

const SIZES: readonly IntSize[] = [1, 2, 4, 8];

/**
 * The type of a constant: the smallest signed one that holds it, or uint64. One that is not negative fits unsigned
 * numbers as well.
 */
export function literalType(value: bigint): Int {
  const signed = SIZES.find((size) => BigInt.asIntN(size * 8, value) === value);
  if (value < 0n) return { kind: "int", size: signed ?? 8, signed: true };
  const asUnsigned = SIZES.find((size) => BigInt.asUintN(size * 8, value) === value) ?? 8;
  if (signed === undefined) return { kind: "int", size: 8, signed: false };
  return { kind: "int", size: signed, signed: true, asUnsigned };
}

/** The type that scripts are told of: constants that are not negative are the smallest unsigned numbers. */
export function toldType(type: Type): Type {
  return type.kind === "int" && type.asUnsigned !== undefined ? plain(type.asUnsigned, false) : type;
}

/** A whole number in 64 bits, as maps and arithmetic have it. */
export function wideInteger(type: Type): Int {
  const literal = type.kind === "int" && type.asUnsigned !== undefined;
  return { kind: "int", size: 8, signed: isSigned(type), ...(literal && { asUnsigned: 8 }) };
}

/** The integer type that holds values of both; of a signed and an unsigned one with 64 bits the signed. */
export function unifyIntegers(a: Type, b: Type): Type {
  if (a.kind === "enum" && b.kind === "enum" && a.name === b.name) return a;
  if (a.kind === "bool" && b.kind === "bool") return a;
  const [x, y] = [literal(a), literal(b)];
  if (x && y) return { ...larger(x, y), asUnsigned: larger(x.asUnsigned, y.asUnsigned) };
  if (x && !isSigned(b)) return plain(larger(x.asUnsigned, intSize(b)), false);
  if (y && !isSigned(a)) return plain(larger(y.asUnsigned, intSize(a)), false);
  if (isSigned(a) === isSigned(b)) return plain(larger(intSize(a), intSize(b)), isSigned(a));
  const unsigned = isSigned(a) ? intSize(b) : intSize(a);
  const signed = isSigned(a) ? intSize(a) : intSize(b);
  return plain(larger(signed, Math.min(8, unsigned * 2) as IntSize), true);
}

function literal(type: Type): (Int & { asUnsigned: IntSize }) | undefined {
  return type.kind === "int" && type.asUnsigned !== undefined
    ? { ...type, asUnsigned: type.asUnsigned }
    : undefined;
}

function plain(size: IntSize, signed: boolean): Int {
  return { kind: "int", size, signed };
}

function intSize(type: Type): IntSize {
  return sizeOf(type) as IntSize;
}

function larger<T extends IntSize | Int>(a: T, b: T): T {
  const size = (x: IntSize | Int) => (typeof x === "number" ? x : x.size);
  return size(a) >= size(b) ? a : b;
}

/** What a number is after a step: one that was not negative can be so after `--`. */
export function stepped(op: "++" | "--"): Type {
  return op === "++" ? wideInteger(literalType(0n)) : { kind: "int", size: 8, signed: true };
}
