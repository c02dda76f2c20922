import type { Tnum } from "./tnum.ts";

/**
 * What is known of a 64-bit number: known bits, and ranges of it and of its low half, read as unsigned and as signed
 * numbers. A number is meant when it is in all of them. `u` bounds are 0 <= x < 2^64 (2^32), `s` bounds -2^63 <= x <
 * 2^63 (-2^31 <= x < 2^31). Values are shared freely and never changed; operations make new ones.
 */
export type Scalar = Readonly<ScalarDraft>;

/** A scalar under construction, changed in place until it is handed on. */
export type ScalarDraft = {
  value: bigint;
  mask: bigint;
  umin: bigint;
  umax: bigint;
  smin: bigint;
  smax: bigint;
  u32min: number;
  u32max: number;
  s32min: number;
  s32max: number;
};

export const U64_MAX = (1n << 64n) - 1n;
export const S64_MIN = -(1n << 63n);
export const S64_MAX = (1n << 63n) - 1n;
export const U32_MAX = 0xffffffff;
export const S32_MIN = -0x80000000;
export const S32_MAX = 0x7fffffff;

/** Nothing is known. */
export const UNKNOWN: Scalar = {
  value: 0n,
  mask: U64_MAX,
  umin: 0n,
  umax: U64_MAX,
  smin: S64_MIN,
  smax: S64_MAX,
  u32min: 0,
  u32max: U32_MAX,
  s32min: S32_MIN,
  s32max: S32_MAX,
};

/** A copy to change. */
export function draftOf(s: Scalar): ScalarDraft {
  return {
    value: s.value,
    mask: s.mask,
    umin: s.umin,
    umax: s.umax,
    smin: s.smin,
    smax: s.smax,
    u32min: s.u32min,
    u32max: s.u32max,
    s32min: s.s32min,
    s32max: s.s32max,
  };
}

/** Exactly `value`, 0 <= value < 2^64. */
export function known(value: bigint): Scalar {
  const signed = BigInt.asIntN(64, value);
  const low = Number(BigInt.asUintN(32, value));
  return {
    value,
    mask: 0n,
    umin: value,
    umax: value,
    smin: signed,
    smax: signed,
    u32min: low,
    u32max: low,
    s32min: low | 0,
    s32max: low | 0,
  };
}

export const ZERO: Scalar = known(0n);

/** Whether it can be one number only. */
export function isConst(s: Scalar): boolean {
  return s.mask === 0n;
}

/** Whether its low half can be one number only. */
export function isLowConst(s: Scalar): boolean {
  return BigInt.asUintN(32, s.mask) === 0n;
}

export function isUnknown(s: Scalar): boolean {
  return s === UNKNOWN || sameScalar(s, UNKNOWN);
}

/** Whether `x`, 0 <= x < 2^64, is one of the numbers meant. */
export function includes(s: Scalar, x: bigint): boolean {
  const signed = BigInt.asIntN(64, x);
  const low = Number(BigInt.asUintN(32, x));
  return (
    (x & ~s.mask) === s.value &&
    s.umin <= x &&
    x <= s.umax &&
    s.smin <= signed &&
    signed <= s.smax &&
    s.u32min <= low &&
    low <= s.u32max &&
    s.s32min <= (low | 0) &&
    (low | 0) <= s.s32max
  );
}

/** Whether the two say the same. */
export function sameScalar(a: Scalar, b: Scalar): boolean {
  return (
    a === b ||
    (a.value === b.value &&
      a.mask === b.mask &&
      a.umin === b.umin &&
      a.umax === b.umax &&
      a.smin === b.smin &&
      a.smax === b.smax &&
      a.u32min === b.u32min &&
      a.u32max === b.u32max &&
      a.s32min === b.s32min &&
      a.s32max === b.s32max)
  );
}

/** Whether `outer` allows all that `inner` allows. */
export function holdsScalar(outer: Scalar, inner: Scalar): boolean {
  return (
    outer === inner ||
    (outer.umin <= inner.umin &&
      outer.umax >= inner.umax &&
      outer.smin <= inner.smin &&
      outer.smax >= inner.smax &&
      outer.u32min <= inner.u32min &&
      outer.u32max >= inner.u32max &&
      outer.s32min <= inner.s32min &&
      outer.s32max >= inner.s32max &&
      (inner.mask & ~outer.mask) === 0n &&
      (inner.value & ~outer.mask) === outer.value)
  );
}

export function setBits(d: ScalarDraft, bits: Tnum): void {
  d.value = bits.value;
  d.mask = bits.mask;
}

/** The same number where its low half is known to be `low`, a signed number. */
export function withKnownLow(s: Scalar, low: number): Scalar {
  const d = draftOf(s);
  d.value = ((s.value >> 32n) << 32n) | BigInt(low >>> 0);
  d.mask = (s.mask >> 32n) << 32n;
  d.u32min = d.u32max = low >>> 0;
  d.s32min = d.s32max = low;
  return d;
}

/** Forgets the ranges of the low half. */
export function forgetLow(d: ScalarDraft): void {
  d.u32min = 0;
  d.u32max = U32_MAX;
  d.s32min = S32_MIN;
  d.s32max = S32_MAX;
}

/** Forgets the ranges of the whole number. */
export function forgetWhole(d: ScalarDraft): void {
  d.umin = 0n;
  d.umax = U64_MAX;
  d.smin = S64_MIN;
  d.smax = S64_MAX;
}
