import type { BtfId } from "./types.ts";

/**
 * A value of a C constant expression with what its type does to arithmetic: 4, 8 or 16 bytes, signed or not. `to`: it is
 * a pointer to that type. `lvalue`: it is the object of that type at the address `value`, and has no value itself.
 */
export type CValue = Readonly<{
  value: bigint;
  bytes: number;
  signed: boolean;
  to?: BtfId;
  lvalue?: BtfId;
}>;

/** `value` as a number of that many bytes, at least those of an `int`. */
export function numberOf(value: bigint, bytes: number, signed: boolean): CValue {
  const wraps = signed ? BigInt.asIntN : BigInt.asUintN;
  const wrapped = wraps(bytes * 8, value);
  return bytes < 4 ? { value: wrapped, bytes: 4, signed: true } : { value: wrapped, bytes, signed };
}

/** An `int`, or the smallest type that holds the value: what an enumerator is. */
export function fitting(value: bigint): CValue {
  const fits = (bytes: number, signed: boolean) =>
    (signed ? BigInt.asIntN : BigInt.asUintN)(bytes * 8, value) === value;
  for (const bytes of [4, 8])
    for (const signed of [true, false]) if (fits(bytes, signed)) return { value, bytes, signed };
  return numberOf(value, 8, value < 0n);
}

export function truthOf(is: boolean): CValue {
  return { value: is ? 1n : 0n, bytes: 4, signed: true };
}

/** What `a op b` is; undefined where C leaves it open: dividing by 0, shifting too far (ISO C11, 6.5.5 to 6.5.14). */
export function binaryValue(op: string, a: CValue, b: CValue): CValue | undefined {
  if (op === "<<" || op === ">>") return shift(op, a, b.value);
  const bytes = Math.max(a.bytes, b.bytes);
  const signed = a.bytes === b.bytes ? a.signed && b.signed : a.bytes > b.bytes ? a.signed : b.signed;
  const x = numberOf(a.value, bytes, signed).value;
  const y = numberOf(b.value, bytes, signed).value;
  switch (op) {
    case "||":
      return truthOf(a.value !== 0n || b.value !== 0n);
    case "&&":
      return truthOf(a.value !== 0n && b.value !== 0n);
    case "==":
      return truthOf(x === y);
    case "!=":
      return truthOf(x !== y);
    case "<":
      return truthOf(x < y);
    case ">":
      return truthOf(x > y);
    case "<=":
      return truthOf(x <= y);
    case ">=":
      return truthOf(x >= y);
    default: {
      const result = arithmetic(op, x, y);
      return result === undefined ? undefined : numberOf(result, bytes, signed);
    }
  }
}

function shift(op: "<<" | ">>", a: CValue, by: bigint): CValue | undefined {
  if (by < 0n || by >= BigInt(a.bytes * 8)) return undefined;
  return numberOf(op === "<<" ? a.value << by : a.value >> by, a.bytes, a.signed);
}

function arithmetic(op: string, x: bigint, y: bigint): bigint | undefined {
  switch (op) {
    case "|":
      return x | y;
    case "^":
      return x ^ y;
    case "&":
      return x & y;
    case "+":
      return x + y;
    case "-":
      return x - y;
    case "*":
      return x * y;
    case "/":
      return y === 0n ? undefined : x / y;
    default:
      return y === 0n ? undefined : x % y;
  }
}

const LITERAL = /^(0[xX][\da-fA-F]+|0[bB][01]+|\d+)([uU]?[lL]{0,2}|[lL]{1,2}[uU])$/;

/** A whole number as C writes it, with the type that its size and suffix give it; undefined for other texts. */
export function literalValue(text: string): CValue | undefined {
  const [, digits = "", suffix = ""] = LITERAL.exec(text) ?? [];
  if (digits === "" || digits.length > 80 || /lL|Ll/.test(suffix)) return undefined;
  const isOctal = /^0\d/.test(digits);
  if (isOctal && !/^[0-7]+$/.test(digits)) return undefined;
  const value = BigInt.asUintN(64, BigInt(isOctal ? `0o${digits.slice(1)}` : digits));
  const unsigned = /u/i.test(suffix);
  const isDecimal = /^[1-9]/.test(digits);
  for (const bytes of /l/i.test(suffix) ? [8] : [4, 8]) {
    if (!unsigned && value < 1n << BigInt(bytes * 8 - 1)) return { value, bytes, signed: true };
    if ((unsigned || !isDecimal) && value < 1n << BigInt(bytes * 8)) return { value, bytes, signed: false };
  }
  return { value, bytes: 8, signed: false };
}

const ESCAPES: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, a: 7, b: 8, f: 12, v: 11, e: 27 };
const PIECE = /\\x([\da-fA-F]+)|\\([0-7]{1,3})|\\([\s\S])|([\s\S])/gu;

/** The codes of the characters between quotes, escapes resolved. */
export function quotedCodes(inner: string): number[] {
  return [...inner.matchAll(PIECE)].map(([, hex, octal, escaped, plain]) => {
    if (hex !== undefined) return Number.parseInt(hex.slice(-8), 16);
    if (octal !== undefined) return Number.parseInt(octal, 8);
    if (escaped !== undefined) return ESCAPES[escaped] ?? escaped.codePointAt(0) ?? 0;
    return plain?.codePointAt(0) ?? 0;
  });
}

/** A character in quotes: an `int`, of several characters the last four bytes; undefined for other texts. */
export function characterValue(text: string): CValue | undefined {
  const [, wide, inner] = /^(u8|[LuU])?'([\s\S]+)'$/.exec(text) ?? [];
  if (inner === undefined) return undefined;
  const codes = quotedCodes(inner);
  if (wide !== undefined) return numberOf(BigInt(codes.at(-1) ?? 0), 4, true);
  if (codes.length === 1) return { value: BigInt.asIntN(8, BigInt(codes[0] ?? 0)), bytes: 4, signed: true };
  const value = codes.reduce((sum, code) => (sum << 8n) | BigInt.asUintN(8, BigInt(code)), 0n);
  return numberOf(value, 4, true);
}
