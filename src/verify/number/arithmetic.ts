import { evalAlu } from "../../isa/eval.ts";
import type { AluOp } from "../../isa/insn.ts";
import type { Scalar, ScalarDraft } from "./scalar.ts";
import {
  draftOf,
  forgetLow,
  forgetWhole,
  isConst,
  isLowConst,
  isUnknown,
  known,
  S32_MAX,
  S32_MIN,
  S64_MAX,
  S64_MIN,
  setBits,
  U32_MAX,
  U64_MAX,
  UNKNOWN,
  ZERO,
} from "./scalar.ts";
import { settle } from "./settle.ts";
import { shiftLeft, shiftRight, shiftRightSigned } from "./shift.ts";
import type { Tnum } from "./tnum.ts";
import { tnumAdd, tnumAnd, tnumMul, tnumOr, tnumSub, tnumXor } from "./tnum.ts";
import { zeroExtendLow } from "./width.ts";

/**
 * `a op b` on what is known of both. As precise as the kernel and no more: division and remainder say nothing, nor do
 * shifts by an amount that is not a known constant within the width.
 */
export function compute(op: AluOp, bits: 32 | 64, a: Scalar, b: Scalar): Scalar {
  if (op === "mov") return bits === 64 ? b : zeroExtendLow(draftOf(b));
  if (!isTracked(op, bits, b)) return UNKNOWN;
  if (a.mask === 0n && b.mask === 0n) return known(evalAlu(op, bits, a.value, b.value));
  if (bits === 64 && isUnknown(a) && (op === "add" || op === "sub" || op === "xor")) return UNKNOWN;
  const d = draftOf(a);
  apply(op, bits, d, b);
  return bits === 32 ? zeroExtendLow(d) : settle(d);
}

/** `-a`. */
export function negate(bits: 32 | 64, a: Scalar): Scalar {
  const d = draftOf(ZERO);
  subtract(d, a);
  return bits === 32 ? zeroExtendLow(d) : settle(d);
}

function isTracked(op: AluOp, bits: 32 | 64, b: Scalar): boolean {
  switch (op) {
    case "add":
    case "sub":
    case "and":
    case "xor":
    case "or":
    case "mul":
      return true;
    case "lsh":
    case "rsh":
    case "arsh":
      return (bits === 32 ? isLowConst(b) && b.u32min === b.u32max : isConst(b)) && b.umax < BigInt(bits);
    default:
      return false;
  }
}

function apply(op: AluOp, bits: 32 | 64, d: ScalarDraft, b: Scalar): void {
  switch (op) {
    case "add":
      return add(d, b);
    case "sub":
      return subtract(d, b);
    case "mul":
      return multiply(d, b);
    case "and":
      return combine(d, b, tnumAnd(d, b), "and");
    case "or":
      return combine(d, b, tnumOr(d, b), "or");
    case "xor":
      return combine(d, b, tnumXor(d, b), "xor");
    case "lsh":
      return shiftLeft(bits, d, b);
    case "rsh":
      return shiftRight(bits, d, b);
    case "arsh":
      return shiftRightSigned(bits, d, b);
    default:
      throw new Error(`bug: ${op} is not tracked`);
  }
}

/** Sets a range from sums: where both ends wrap around, or neither does, the range is whole; else nothing is known. */
function add(d: ScalarDraft, b: Scalar): void {
  const u32min = d.u32min + b.u32min;
  const u32max = d.u32max + b.u32max;
  const wraps32 = u32min <= U32_MAX && u32max > U32_MAX;
  d.u32min = wraps32 ? 0 : u32min >>> 0;
  d.u32max = wraps32 ? U32_MAX : u32max >>> 0;
  setS32(d, d.s32min + b.s32min, d.s32max + b.s32max);
  const umin = d.umin + b.umin;
  const umax = d.umax + b.umax;
  const wraps = umin <= U64_MAX && umax > U64_MAX;
  d.umin = wraps ? 0n : BigInt.asUintN(64, umin);
  d.umax = wraps ? U64_MAX : BigInt.asUintN(64, umax);
  setSigned(d, d.smin + b.smin, d.smax + b.smax);
  setBits(d, tnumAdd(d, b));
}

function subtract(d: ScalarDraft, b: Scalar): void {
  const u32min = d.u32min - b.u32max;
  const u32max = d.u32max - b.u32min;
  const wraps32 = u32min < 0 && u32max >= 0;
  d.u32min = wraps32 ? 0 : u32min >>> 0;
  d.u32max = wraps32 ? U32_MAX : u32max >>> 0;
  setS32(d, d.s32min - b.s32max, d.s32max - b.s32min);
  const umin = d.umin - b.umax;
  const umax = d.umax - b.umin;
  const wraps = umin < 0n && umax >= 0n;
  d.umin = wraps ? 0n : BigInt.asUintN(64, umin);
  d.umax = wraps ? U64_MAX : BigInt.asUintN(64, umax);
  setSigned(d, d.smin - b.smax, d.smax - b.smin);
  setBits(d, tnumSub(d, b));
}

function setS32(d: ScalarDraft, min: number, max: number): void {
  const fits = min >= S32_MIN && max <= S32_MAX;
  d.s32min = fits ? min : S32_MIN;
  d.s32max = fits ? max : S32_MAX;
}

function setSigned(d: ScalarDraft, min: bigint, max: bigint): void {
  const fits = min >= S64_MIN && max <= S64_MAX;
  d.smin = fits ? min : S64_MIN;
  d.smax = fits ? max : S64_MAX;
}

function multiply(d: ScalarDraft, b: Scalar): void {
  const u32min = BigInt(d.u32min) * BigInt(b.u32min);
  const u32max = BigInt(d.u32max) * BigInt(b.u32max);
  const wraps32 = u32max > BigInt(U32_MAX);
  const s32 = extremes(BigInt(d.s32min), BigInt(d.s32max), BigInt(b.s32min), BigInt(b.s32max));
  const fits32 = s32.min >= BigInt(S32_MIN) && s32.max <= BigInt(S32_MAX);
  d.u32min = wraps32 ? 0 : Number(u32min);
  d.u32max = wraps32 ? U32_MAX : Number(u32max);
  d.s32min = fits32 ? Number(s32.min) : S32_MIN;
  d.s32max = fits32 ? Number(s32.max) : S32_MAX;
  const umin = d.umin * b.umin;
  const umax = d.umax * b.umax;
  const wraps = umax > U64_MAX;
  const signed = extremes(d.smin, d.smax, b.smin, b.smax);
  const fits = signed.min >= S64_MIN && signed.max <= S64_MAX;
  d.umin = wraps ? 0n : umin;
  d.umax = wraps ? U64_MAX : umax;
  d.smin = fits ? signed.min : S64_MIN;
  d.smax = fits ? signed.max : S64_MAX;
  setBits(d, tnumMul(d, b));
}

/** The least and the greatest product of two ranges: at their ends. */
function extremes(a1: bigint, a2: bigint, b1: bigint, b2: bigint): { min: bigint; max: bigint } {
  const products = [a1 * b1, a1 * b2, a2 * b1, a2 * b2];
  const pick = (better: (x: bigint, y: bigint) => boolean) =>
    products.reduce((best, product) => (better(product, best) ? product : best));
  return { min: pick((x, y) => x < y), max: pick((x, y) => x > y) };
}

/** And, or, xor: unsigned ranges follow from the bits and the operands; signed ones where no sign bit varies. */
function combine(d: ScalarDraft, b: Scalar, bits: Tnum, op: "and" | "or" | "xor"): void {
  const most = bits.value | bits.mask;
  const low = Number(BigInt.asUintN(32, bits.value));
  const lowMost = Number(BigInt.asUintN(32, most));
  d.u32min = op === "or" ? Math.max(d.u32min, b.u32min) : low;
  d.u32max = op === "and" ? Math.min(d.u32max, b.u32max) : lowMost;
  const whole32 = (d.u32min | 0) <= (d.u32max | 0);
  d.s32min = whole32 ? d.u32min | 0 : S32_MIN;
  d.s32max = whole32 ? d.u32max | 0 : S32_MAX;
  d.umin = op === "or" ? (d.umin > b.umin ? d.umin : b.umin) : bits.value;
  d.umax = op === "and" ? (d.umax < b.umax ? d.umax : b.umax) : most;
  const first = BigInt.asIntN(64, d.umin);
  const last = BigInt.asIntN(64, d.umax);
  d.smin = first <= last ? first : S64_MIN;
  d.smax = first <= last ? last : S64_MAX;
  setBits(d, bits);
  if (BigInt.asUintN(32, bits.mask) === 0n) setLowKnown(d, low);
}

function setLowKnown(d: ScalarDraft, low: number): void {
  d.u32min = d.u32max = low;
  d.s32min = d.s32max = low | 0;
}

/** What is left of a number of which only the bits are known. */
export function ofBits(bits: Tnum): Scalar {
  const d = draftOf(UNKNOWN);
  forgetLow(d);
  forgetWhole(d);
  setBits(d, bits);
  return settle(d);
}
