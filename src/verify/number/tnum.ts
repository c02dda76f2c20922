// "Tristate numbers": of each of 64 bits it is known that it is 0, that it is 1, or nothing. A bit is unknown where
// `mask` is 1; elsewhere it is that of `value`. No bit is set in both. Every result is sound: it holds each result that
// the machine can compute from members of the operands.

export type Tnum = Readonly<{ value: bigint; mask: bigint }>;

const MASK64 = (1n << 64n) - 1n;
const MASK32 = (1n << 32n) - 1n;
const UPPER = MASK64 ^ MASK32;

export const TNUM_UNKNOWN: Tnum = { value: 0n, mask: MASK64 };

export function tnumConst(value: bigint): Tnum {
  return { value, mask: 0n };
}

/** The smallest tnum that holds `min` to `max` (unsigned): all bits above the highest in which they differ are known. */
export function tnumRange(min: bigint, max: bigint): Tnum {
  const length = bitLength(min ^ max);
  if (length > 63) return TNUM_UNKNOWN;
  const mask = (1n << BigInt(length)) - 1n;
  return { value: min & ~mask, mask };
}

function bitLength(x: bigint): number {
  const upper = Number(x >> 32n);
  return upper !== 0 ? 64 - Math.clz32(upper) : 32 - Math.clz32(Number(x));
}

export function tnumAdd(a: Tnum, b: Tnum): Tnum {
  const low = a.value + b.value;
  const high = low + a.mask + b.mask;
  const mask = BigInt.asUintN(64, (high ^ low) | a.mask | b.mask);
  return { value: BigInt.asUintN(64, low) & ~mask, mask };
}

export function tnumSub(a: Tnum, b: Tnum): Tnum {
  const difference = a.value - b.value;
  const mask = BigInt.asUintN(64, (difference + a.mask) ^ (difference - b.mask)) | a.mask | b.mask;
  return { value: BigInt.asUintN(64, difference) & ~mask, mask };
}

export function tnumAnd(a: Tnum, b: Tnum): Tnum {
  const possible = (a.value | a.mask) & (b.value | b.mask);
  const value = a.value & b.value;
  return { value, mask: possible ^ value };
}

export function tnumOr(a: Tnum, b: Tnum): Tnum {
  const value = a.value | b.value;
  return { value, mask: (a.mask | b.mask) & ~value };
}

export function tnumXor(a: Tnum, b: Tnum): Tnum {
  const mask = a.mask | b.mask;
  return { value: (a.value ^ b.value) & ~mask, mask };
}

/** The smallest tnum that holds both. */
export function tnumUnion(a: Tnum, b: Tnum): Tnum {
  const mask = a.mask | b.mask | (a.value ^ b.value);
  return { value: a.value & ~mask, mask };
}

/** Long multiplication; where a bit of `a` is unknown, the sum with and without that row. */
export function tnumMul(a: Tnum, b: Tnum): Tnum {
  if (a.mask === 0n && b.mask === 0n) return tnumConst(BigInt.asUintN(64, a.value * b.value));
  let sum = tnumConst(0n);
  let row = b;
  for (let { value, mask } = a; (value | mask) !== 0n; value >>= 1n, mask >>= 1n) {
    if (value & 1n) sum = tnumAdd(sum, row);
    else if (mask & 1n) sum = tnumUnion(sum, tnumAdd(sum, row));
    row = tnumLsh(row, 1n);
  }
  return sum;
}

export function tnumLsh(a: Tnum, by: bigint): Tnum {
  return { value: BigInt.asUintN(64, a.value << by), mask: BigInt.asUintN(64, a.mask << by) };
}

export function tnumRsh(a: Tnum, by: bigint): Tnum {
  return { value: a.value >> by, mask: a.mask >> by };
}

/** Shifts in copies of the sign bit, known or not; of the low half only when `bits` is 32. */
export function tnumArsh(a: Tnum, by: bigint, bits: 32 | 64): Tnum {
  const shift = (part: bigint) => BigInt.asUintN(bits, BigInt.asIntN(bits, part) >> by);
  return { value: shift(a.value), mask: shift(a.mask) };
}

/** What both say. Meaningful only where some number is in both. */
export function tnumIntersect(a: Tnum, b: Tnum): Tnum {
  const mask = a.mask & b.mask;
  return { value: (a.value | b.value) & ~mask, mask };
}

/** Whether some number may be in both. */
export function tnumOverlap(a: Tnum, b: Tnum): boolean {
  return ((a.value ^ b.value) & ~(a.mask | b.mask)) === 0n;
}

/** Whether `outer` holds every member of `inner`. */
export function tnumHolds(outer: Tnum, inner: Tnum): boolean {
  return (inner.mask & ~outer.mask) === 0n && (inner.value & ~outer.mask) === outer.value;
}

/** The low `bits` bits; those above are known to be 0. */
export function tnumCast(a: Tnum, bits: number): Tnum {
  return { value: BigInt.asUintN(bits, a.value), mask: BigInt.asUintN(bits, a.mask) };
}

/** The upper half of `a` with the low half of `low`. */
export function tnumWithLow(a: Tnum, low: Tnum): Tnum {
  return { value: (a.value & UPPER) | (low.value & MASK32), mask: (a.mask & UPPER) | (low.mask & MASK32) };
}

/** The smallest member above `x`; undefined where there is none. */
export function tnumNext(a: Tnum, x: bigint): bigint | undefined {
  const wrong = (x ^ a.value) & ~a.mask & MASK64;
  const below = wrong === 0n ? 0n : (1n << BigInt(bitLength(wrong))) - 1n; // up to the highest bit that is not as it must be
  const top = (below + 1n) >> 1n;
  if (wrong !== 0n && (a.value & top) !== 0n) return (x & ~below & MASK64) | (a.value & below);
  const next = (x | (~a.mask & MASK64) | below) + 1n;
  return next > MASK64 ? undefined : (next & a.mask & ~below) | a.value;
}

/** Whether every member is a multiple of `size`, a power of two. */
export function tnumIsAligned(a: Tnum, size: bigint): boolean {
  return ((a.value | a.mask) & (size - 1n)) === 0n;
}
