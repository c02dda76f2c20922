import type { Scalar, ScalarDraft } from "./scalar.ts";
import {
  forgetLow,
  forgetWhole,
  S32_MAX,
  S32_MIN,
  S64_MAX,
  S64_MIN,
  setBits,
  U32_MAX,
  U64_MAX,
} from "./scalar.ts";
import { tnumArsh, tnumCast, tnumLsh, tnumRsh } from "./tnum.ts";

// Shifts by an amount that is one known number, less than the width. Ranges are shifted as they are; what the result's
// bits say is left to the exchange between bits and ranges that follows every operation.

/** `d <<= by`; by exactly 32 keeps the signed range of the low half. */
export function shiftLeft(bits: 32 | 64, d: ScalarDraft, by: Scalar): void {
  if (bits === 32) {
    shiftLowLeft(d, by.u32min);
    setBits(d, tnumCast(tnumLsh(tnumCast(d, 32), BigInt(by.u32min)), 32));
    forgetWhole(d);
    return;
  }
  const amount = by.umin;
  const by32 = amount === 32n;
  d.smax = by32 ? BigInt(d.s32max) << 32n : S64_MAX;
  d.smin = by32 ? BigInt(d.s32min) << 32n : S64_MIN;
  const fits = d.umax <= 1n << (63n - amount);
  d.umin = fits ? d.umin << amount : 0n;
  d.umax = fits ? d.umax << amount : U64_MAX;
  shiftLowLeft(d, Number(amount));
  setBits(d, tnumLsh(d, amount));
}

function shiftLowLeft(d: ScalarDraft, amount: number): void {
  d.s32min = S32_MIN;
  d.s32max = S32_MAX;
  const fits = amount <= 31 && d.u32max <= 2 ** (31 - amount);
  d.u32min = fits ? (d.u32min << amount) >>> 0 : 0;
  d.u32max = fits ? (d.u32max << amount) >>> 0 : U32_MAX;
}

export function shiftRight(bits: 32 | 64, d: ScalarDraft, by: Scalar): void {
  if (bits === 32) {
    const amount = by.u32min;
    d.s32min = S32_MIN;
    d.s32max = S32_MAX;
    d.u32min >>>= amount;
    d.u32max >>>= amount;
    setBits(d, tnumRsh(tnumCast(d, 32), BigInt(amount)));
    forgetWhole(d);
    return;
  }
  d.smin = S64_MIN;
  d.smax = S64_MAX;
  d.umin >>= by.umin;
  d.umax >>= by.umin;
  setBits(d, tnumRsh(d, by.umin));
  forgetLow(d);
}

export function shiftRightSigned(bits: 32 | 64, d: ScalarDraft, by: Scalar): void {
  if (bits === 32) {
    const amount = by.u32min;
    d.s32min >>= amount;
    d.s32max >>= amount;
    d.u32min = 0;
    d.u32max = U32_MAX;
    setBits(d, tnumArsh(tnumCast(d, 32), BigInt(amount), 32));
    forgetWhole(d);
    return;
  }
  d.smin >>= by.umin;
  d.smax >>= by.umin;
  d.umin = 0n;
  d.umax = U64_MAX;
  setBits(d, tnumArsh(d, by.umin, 64));
  forgetLow(d);
}
