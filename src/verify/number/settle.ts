import type { Scalar, ScalarDraft } from "./scalar.ts";
import { forgetLow, forgetWhole, known, S32_MIN, U32_MAX } from "./scalar.ts";
import { tnumIntersect, tnumNext, tnumRange, tnumWithLow } from "./tnum.ts";

const LOW = 0xffffffffn;
const S32_MIN_BIG = BigInt(S32_MIN);
const U32_MAX_BIG = BigInt(U32_MAX);

/**
 * Lets bits and ranges tell each other what they know, and hands the draft on. The same conclusions, in the same order
 * and the same number of rounds, as the kernel draws them (reg_bounds_sync in kernel/bpf/verifier.c, v6.18): more would
 * accept what it refuses. Contradictions, which only code that cannot run leads to, leave the bits and no range.
 */
export function settle(d: ScalarDraft): Scalar {
  boundByBits(d);
  for (let round = 0; round < 3; round++) {
    narrowLow(d);
    narrowWhole(d);
    narrowWholeByLow(d);
  }
  const whole = tnumIntersect(d, tnumRange(d.umin, d.umax));
  const low = tnumIntersect(
    { value: whole.value & LOW, mask: whole.mask & LOW },
    tnumRange(BigInt(d.u32min), BigInt(d.u32max)),
  );
  const bits = tnumWithLow(whole, low);
  d.value = bits.value;
  d.mask = bits.mask;
  boundByBits(d);
  if (isContradiction(d)) {
    forgetLow(d);
    forgetWhole(d);
  }
  return d;
}

/** Whether no number is in all the ranges. */
export function isContradiction(d: Scalar): boolean {
  return (
    d.umin > d.umax ||
    d.smin > d.smax ||
    d.u32min > d.u32max ||
    d.s32min > d.s32max ||
    (d.mask === 0n && (d.umin !== d.value || d.umax !== d.value))
  );
}

function boundByBits(d: ScalarDraft): void {
  const most = d.value | d.mask;
  const lowValue = Number(d.value & LOW);
  const lowMost = Number(most & LOW);
  const lowMask = Number(d.mask & LOW) | 0;
  d.s32min = Math.max(d.s32min, lowValue | (lowMask & S32_MIN));
  d.s32max = Math.min(d.s32max, lowValue | (lowMask & ~S32_MIN));
  d.u32min = Math.max(d.u32min, lowValue);
  d.u32max = Math.min(d.u32max, lowMost);
  const signUnknown = d.mask >> 63n === 1n;
  const least = BigInt.asIntN(64, signUnknown ? d.value | (1n << 63n) : d.value);
  const greatest = BigInt.asIntN(64, signUnknown ? most ^ (1n << 63n) : most);
  if (least > d.smin) d.smin = least;
  if (greatest < d.smax) d.smax = greatest;
  if (d.value > d.umin) d.umin = d.value;
  if (most < d.umax) d.umax = most;
  pinDown(d);
}

/** Where one member of the bits alone is in the range, that is the number; contradictions end here, as in the kernel. */
function pinDown(d: ScalarDraft): void {
  const last = d.value | d.mask;
  if (d.umin === d.value && d.umax >= last) return; // the range says no more than the bits
  const inBits = (d.umin & ~d.mask) === d.value;
  const first = tnumNext(d, d.umin) ?? last;
  if (inBits) {
    if (first > d.umax) Object.assign(d, known(d.umin));
  } else if (first === last)
    Object.assign(d, known(last)); // the kernel looks no further
  else if (first <= d.umax && (tnumNext(d, first) ?? last) > d.umax) Object.assign(d, known(first));
}

function narrowU32(d: ScalarDraft, min: number, max: number): void {
  if (min > d.u32min) d.u32min = min;
  if (max < d.u32max) d.u32max = max;
}

function narrowS32(d: ScalarDraft, min: number, max: number): void {
  if (min > d.s32min) d.s32min = min;
  if (max < d.s32max) d.s32max = max;
}

/** The low half's ranges, from those of the whole and from each other. */
function narrowLow(d: ScalarDraft): void {
  narrowLowByHalves(d, d.umin >> 32n, d.umax >> 32n, d.umin, d.umax, true);
  narrowLowByHalves(d, d.smin >> 32n, d.smax >> 32n, d.smin, d.smax, false);
  if ((d.u32min | 0) <= (d.u32max | 0)) narrowS32(d, d.u32min | 0, d.u32max | 0);
  const low = d.s32min >>> 0;
  const high = d.s32max >>> 0;
  if (low <= high) narrowU32(d, low, high);
  else if (d.u32max < low) {
    d.s32min = d.u32min | 0; // as in narrowWhole: the two meet in numbers >= 0 only
    d.u32max = Math.min(d.u32max, high);
  } else if (high < d.u32min) {
    d.s32max = d.u32max | 0;
    d.u32min = Math.max(d.u32min, low);
  }
}

function narrowLowByHalves(
  d: ScalarDraft,
  upperMin: bigint,
  upperMax: bigint,
  min: bigint,
  max: bigint,
  unsigned: boolean,
): void {
  const same = upperMin === upperMax;
  if (!same && BigInt.asUintN(32, upperMin + 1n) !== BigInt.asUintN(32, upperMax)) return;
  const low = Number(BigInt.asIntN(32, min));
  const high = Number(BigInt.asIntN(32, max));
  if (same) {
    if (unsigned || low >>> 0 <= high >>> 0) narrowU32(d, low >>> 0, high >>> 0);
    if (low <= high) narrowS32(d, low, high);
  } else if (low < 0 && high >= 0) narrowS32(d, low, high); // such as -1 to 0: one step of the upper half
}

/** The whole number's ranges from each other. */
function narrowWhole(d: ScalarDraft): void {
  const first = BigInt.asIntN(64, d.umin);
  const last = BigInt.asIntN(64, d.umax);
  if (first <= last) {
    if (first > d.smin) d.smin = first;
    if (last < d.smax) d.smax = last;
  }
  const low = BigInt.asUintN(64, d.smin);
  const high = BigInt.asUintN(64, d.smax);
  if (low <= high) {
    if (low > d.umin) d.umin = low;
    if (high < d.umax) d.umax = high;
  } else if (d.umax < low) {
    // The signed range has two pieces, of which the unsigned one only meets that of numbers >= 0 …
    d.smin = BigInt.asIntN(64, d.umin);
    if (high < d.umax) d.umax = high;
  } else if (high < d.umin) {
    // … or only that of negative numbers.
    d.smax = BigInt.asIntN(64, d.umax);
    if (low > d.umin) d.umin = low;
  }
}

/** The whole number's ranges: their ends cannot have low halves that the low half cannot have. */
function narrowWholeByLow(d: ScalarDraft): void {
  const u32min = BigInt(d.u32min);
  const u32max = BigInt(d.u32max);
  const umin = ((d.umin >> 32n) << 32n) | u32min;
  const umax = ((d.umax >> 32n) << 32n) | u32max;
  const smin = ((d.smin >> 32n) << 32n) | u32min;
  const smax = ((d.smax >> 32n) << 32n) | u32max;
  if (umin > d.umin) d.umin = umin;
  if (umax < d.umax) d.umax = umax;
  if (smin > d.smin) d.smin = smin;
  if (smax < d.smax) d.smax = smax;
  // A sign-extended load whose low half turned out not to be negative: the upper half is 0.
  if (d.s32min >= 0 && d.smin >= S32_MIN_BIG && d.smax <= U32_MAX_BIG) {
    const min = BigInt(d.s32min);
    const max = BigInt(d.s32max);
    d.smin = d.umin = min;
    d.smax = d.umax = max;
    const bits = tnumIntersect(d, tnumRange(min, max));
    d.value = bits.value;
    d.mask = bits.mask;
  }
}
