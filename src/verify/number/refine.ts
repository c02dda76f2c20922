import { unreachable } from "../../base/errors.ts";
import type { JumpOp } from "../../isa/insn.ts";
import type { Scalar, ScalarDraft } from "./scalar.ts";
import { draftOf, forgetLow, forgetWhole, isConst, isLowConst, setBits } from "./scalar.ts";
import { settle } from "./settle.ts";
import { tnumAnd, tnumCast, tnumConst, tnumIntersect, tnumOr, tnumWithLow } from "./tnum.ts";

/** A comparison that is known to hold; "clear" is the opposite of "set". */
type Relation = Exclude<JumpOp, "gt" | "ge" | "sgt" | "sge"> | "clear";

// biome-ignore format: a table
const OPPOSITE: Readonly<Record<JumpOp, JumpOp | "clear">> = {
  eq: "ne", ne: "eq", gt: "le", ge: "lt", lt: "ge", le: "gt",
  sgt: "sle", sge: "slt", slt: "sge", sle: "sgt", set: "clear",
};

/**
 * What is known of both operands where the jump was taken, or where it was not. `same`: both are one register, so that
 * what is learnt of one side holds for the other at once.
 */
export function refine(
  op: JumpOp,
  bits: 32 | 64,
  taken: boolean,
  a: Scalar,
  b: Scalar,
  same = false,
): Readonly<{ a: Scalar; b: Scalar }> {
  const x = draftOf(a);
  const y = same ? x : draftOf(b);
  const holds = taken ? op : OPPOSITE[op];
  switch (holds) {
    case "gt":
      learn("lt", bits, y, x);
      break;
    case "ge":
      learn("le", bits, y, x);
      break;
    case "sgt":
      learn("slt", bits, y, x);
      break;
    case "sge":
      learn("sle", bits, y, x);
      break;
    default:
      learn(holds, bits, x, y);
  }
  return { a: settle(x), b: settle(y) };
}

function learn(relation: Relation, bits: 32 | 64, a: ScalarDraft, b: ScalarDraft): void {
  switch (relation) {
    case "eq":
      return learnEqual(bits, a, b);
    case "ne":
      if (isConstant(bits, b)) return cutEdge(bits, a, b);
      if (isConstant(bits, a)) return cutEdge(bits, b, a);
      return;
    case "set":
    case "clear":
      if (isConstant(bits, b)) return learnBits(relation, bits, a, b);
      if (isConstant(bits, a)) return learnBits(relation, bits, b, a);
      return;
    case "le":
    case "lt":
      return learnBelow(bits, a, b, relation === "lt" ? 1 : 0);
    case "sle":
    case "slt":
      return learnSignedBelow(bits, a, b, relation === "slt" ? 1 : 0);
    default:
      return unreachable(relation);
  }
}

function isConstant(bits: 32 | 64, s: Scalar): boolean {
  return bits === 32 ? isLowConst(s) : isConst(s);
}

const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b);

function learnEqual(bits: 32 | 64, a: ScalarDraft, b: ScalarDraft): void {
  if (bits === 32) {
    a.u32min = b.u32min = Math.max(a.u32min, b.u32min);
    a.u32max = b.u32max = Math.min(a.u32max, b.u32max);
    a.s32min = b.s32min = Math.max(a.s32min, b.s32min);
    a.s32max = b.s32max = Math.min(a.s32max, b.s32max);
    const low = tnumIntersect(tnumCast(a, 32), tnumCast(b, 32));
    setBits(a, tnumWithLow(a, low));
    setBits(b, tnumWithLow(b, low));
    return;
  }
  a.umin = b.umin = larger(a.umin, b.umin);
  a.umax = b.umax = smaller(a.umax, b.umax);
  a.smin = b.smin = larger(a.smin, b.smin);
  a.smax = b.smax = smaller(a.smax, b.smax);
  const both = tnumIntersect(a, b);
  setBits(a, both);
  setBits(b, both);
}

/** `a` is not the constant: matters where the constant is an end of a range. */
function cutEdge(bits: 32 | 64, a: ScalarDraft, constant: Scalar): void {
  if (bits === 32) {
    const low = constant.u32min;
    if (a.u32min === low) a.u32min++;
    if (a.u32max === low) a.u32max--;
    if (a.s32min === (low | 0)) a.s32min++;
    if (a.s32max === (low | 0)) a.s32max--;
    return;
  }
  const { value } = constant;
  const signed = BigInt.asIntN(64, value);
  if (a.umin === value) a.umin++;
  if (a.umax === value) a.umax--;
  if (a.smin === signed) a.smin++;
  if (a.smax === signed) a.smax--;
}

/** A bit test. That some bit is set says which one only where a single one was asked for. */
function learnBits(relation: "set" | "clear", bits: 32 | 64, a: ScalarDraft, constant: Scalar): void {
  const value = BigInt.asUintN(bits, constant.value);
  if (relation === "set" && (value === 0n || (value & (value - 1n)) !== 0n)) return;
  if (relation === "clear") {
    forgetLow(a); // ranges and bits may contradict each other where the code cannot run
    forgetWhole(a);
  }
  const part = bits === 32 ? tnumCast(a, 32) : a;
  const known =
    relation === "set" ? tnumOr(part, tnumConst(value)) : tnumAnd(part, tnumConst(BigInt.asUintN(64, ~value)));
  setBits(a, bits === 32 ? tnumWithLow(a, known) : known);
}

function learnBelow(bits: 32 | 64, a: ScalarDraft, b: ScalarDraft, apart: 0 | 1): void {
  if (bits === 32) {
    a.u32max = Math.min(a.u32max, b.u32max - apart);
    b.u32min = Math.max(a.u32min + apart, b.u32min);
    return;
  }
  a.umax = smaller(a.umax, b.umax - BigInt(apart));
  b.umin = larger(a.umin + BigInt(apart), b.umin);
}

function learnSignedBelow(bits: 32 | 64, a: ScalarDraft, b: ScalarDraft, apart: 0 | 1): void {
  if (bits === 32) {
    a.s32max = Math.min(a.s32max, b.s32max - apart);
    b.s32min = Math.max(a.s32min + apart, b.s32min);
    return;
  }
  a.smax = smaller(a.smax, b.smax - BigInt(apart));
  b.smin = larger(a.smin + BigInt(apart), b.smin);
}
