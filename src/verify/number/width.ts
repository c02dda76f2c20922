import { byteSwap } from "../../isa/eval.ts";
import type { MemSize } from "../../isa/insn.ts";
import type { Scalar, ScalarDraft } from "./scalar.ts";
import {
  draftOf,
  forgetLow,
  isConst,
  isUnknown,
  known,
  S32_MAX,
  S32_MIN,
  setBits,
  U32_MAX,
  U64_MAX,
  UNKNOWN,
} from "./scalar.ts";
import { settle } from "./settle.ts";
import { TNUM_UNKNOWN, tnumCast, tnumRange } from "./tnum.ts";

/** The low half, with zeros above it: what every 32-bit operation leaves. */
export function zeroExtendLow(d: ScalarDraft): Scalar {
  setBits(d, tnumCast(d, 32));
  const positive = d.s32min >= 0;
  d.umin = BigInt(d.u32min);
  d.umax = BigInt(d.u32max);
  d.smin = positive ? BigInt(d.s32min) : 0n;
  d.smax = positive ? BigInt(d.s32max) : BigInt(U32_MAX);
  return settle(d);
}

/** The low `size` bytes, with zeros above them: what a load of that size leaves. */
export function truncate(s: Scalar, size: MemSize): Scalar {
  if (size === 8) return s;
  if (isUnknown(s)) return UNKNOWN_OF_SIZE[size];
  return cut(s, size);
}

function cut(s: Scalar, size: 1 | 2 | 4): Scalar {
  const d = draftOf(s);
  const bits = size * 8;
  const mask = (1n << BigInt(bits)) - 1n;
  setBits(d, tnumCast(d, bits));
  const same = d.umin >> BigInt(bits) === d.umax >> BigInt(bits);
  d.umin = same ? d.umin & mask : 0n;
  d.umax = same ? d.umax & mask : mask;
  d.smin = d.umin;
  d.smax = d.umax;
  if (size < 4) forgetLow(d);
  return settle(d);
}

const UNKNOWN_OF_SIZE: Readonly<Record<1 | 2 | 4, Scalar>> = {
  1: cut(UNKNOWN, 1),
  2: cut(UNKNOWN, 2),
  4: cut(UNKNOWN, 4),
};

/** A byte swap instruction's result: "le" only cuts, the others reverse the low bytes, so that only bits stay known. */
export function swapBytes(op: "le" | "be" | "bswap", width: 16 | 32 | 64, s: Scalar): Scalar {
  const size = (width / 8) as 2 | 4 | 8;
  if (op === "le") return truncate(s, size);
  const d = draftOf(UNKNOWN);
  setBits(d, { value: byteSwap(width, s.value), mask: byteSwap(width, s.mask) });
  return truncate(settle(d), size);
}

/** The low `from` bits, sign-extended to 64. */
export function signExtend64(s: Scalar, from: 8 | 16 | 32): Scalar {
  if (isConst(s)) return known(BigInt.asUintN(64, BigInt.asIntN(from, s.value)));
  const d = draftOf(s);
  const shift = BigInt(from);
  const a = BigInt.asIntN(from, d.smax);
  const b = BigInt.asIntN(from, d.smin);
  const max = a > b ? a : b;
  const min = a > b ? b : a;
  if (d.smax >> shift === d.smin >> shift && max >= 0n === min >= 0n) {
    d.smin = min;
    d.smax = max;
    d.umin = BigInt.asUintN(64, min);
    d.umax = BigInt.asUintN(64, max);
    d.s32min = Number(min);
    d.s32max = Number(max);
    d.u32min = d.s32min >>> 0;
    d.u32max = d.s32max >>> 0;
    setBits(d, tnumRange(d.umin, d.umax));
    return d;
  }
  const half = 1n << (shift - 1n);
  d.smin = -half;
  d.smax = half - 1n;
  d.umin = 0n;
  d.umax = U64_MAX;
  d.s32min = Number(-half);
  d.s32max = Number(half - 1n);
  d.u32min = 0;
  d.u32max = U32_MAX;
  setBits(d, TNUM_UNKNOWN);
  return d;
}

/** The low `from` bits, sign-extended to 32, with zeros above. */
export function signExtend32(s: Scalar, from: 8 | 16): Scalar {
  const d = draftOf(s);
  extendLow(d, from);
  return zeroExtendLow(d);
}

function extendLow(d: ScalarDraft, from: 8 | 16): void {
  const shift = 32 - from;
  const cut = (x: number) => (x << shift) >> shift;
  if (d.mask === 0n) {
    const value = cut(Number(BigInt.asIntN(32, d.value)));
    setBits(d, { value: BigInt(value >>> 0), mask: 0n });
    setLow(d, value, value);
    return;
  }
  const a = cut(d.s32max);
  const b = cut(d.s32min);
  if (d.s32max >> from === d.s32min >> from && Math.max(a, b) >= 0 === Math.min(a, b) >= 0) {
    setLow(d, Math.min(a, b), Math.max(a, b));
    setBits(d, tnumCast(tnumRange(BigInt(d.u32min), BigInt(d.u32max)), 32));
    return;
  }
  d.s32min = S32_MIN >> shift;
  d.s32max = S32_MAX >> shift;
  d.u32min = 0;
  d.u32max = U32_MAX;
  setBits(d, tnumCast(TNUM_UNKNOWN, 32));
}

function setLow(d: ScalarDraft, min: number, max: number): void {
  d.s32min = min;
  d.s32max = max;
  d.u32min = min >>> 0;
  d.u32max = max >>> 0;
}
