import { unreachable } from "../../base/errors.ts";
import { evalJump } from "../../isa/eval.ts";
import type { JumpOp } from "../../isa/insn.ts";
import type { Scalar } from "./scalar.ts";
import { tnumCast, tnumOverlap } from "./tnum.ts";

/** Whether a jump is taken: known when every pair of numbers that both can be gives the same answer. */
export type Outcome = "always" | "never" | "depends";

/** What is known of `a op b`, as the kernel concludes it. */
export function decide(op: JumpOp, bits: 32 | 64, a: Scalar, b: Scalar): Outcome {
  if (a.mask === 0n && b.mask === 0n) return evalJump(op, bits, a.value, b.value) ? "always" : "never";
  switch (op) {
    case "eq":
      return cannotEqual(bits, a, b) ? "never" : sameConstant(bits, a, b) ? "always" : "depends";
    case "ne":
      return cannotEqual(bits, a, b) ? "always" : sameConstant(bits, a, b) ? "never" : "depends";
    case "set":
      return decideSet(bits, a, b);
    case "gt":
      return above(bits, a, b);
    case "ge":
      return opposite(above(bits, b, a));
    case "lt":
      return above(bits, b, a);
    case "le":
      return opposite(above(bits, a, b));
    case "sgt":
      return signedAbove(bits, a, b);
    case "sge":
      return opposite(signedAbove(bits, b, a));
    case "slt":
      return signedAbove(bits, b, a);
    case "sle":
      return opposite(signedAbove(bits, a, b));
    default:
      return unreachable(op);
  }
}

function opposite(outcome: Outcome): Outcome {
  return outcome === "always" ? "never" : outcome === "never" ? "always" : "depends";
}

function above(bits: 32 | 64, a: Scalar, b: Scalar): Outcome {
  if (bits === 32) return a.u32min > b.u32max ? "always" : a.u32max <= b.u32min ? "never" : "depends";
  return a.umin > b.umax ? "always" : a.umax <= b.umin ? "never" : "depends";
}

function signedAbove(bits: 32 | 64, a: Scalar, b: Scalar): Outcome {
  if (bits === 32) return a.s32min > b.s32max ? "always" : a.s32max <= b.s32min ? "never" : "depends";
  return a.smin > b.smax ? "always" : a.smax <= b.smin ? "never" : "depends";
}

function sameConstant(bits: 32 | 64, a: Scalar, b: Scalar): boolean {
  const x = tnumCast(a, bits);
  const y = tnumCast(b, bits);
  return x.mask === 0n && y.mask === 0n && x.value === y.value;
}

function cannotEqual(bits: 32 | 64, a: Scalar, b: Scalar): boolean {
  if (!tnumOverlap(tnumCast(a, bits), tnumCast(b, bits))) return true;
  const lowApart = a.u32min > b.u32max || a.u32max < b.u32min || a.s32min > b.s32max || a.s32max < b.s32min;
  if (bits === 32 || lowApart) return lowApart;
  return a.umin > b.umax || a.umax < b.umin || a.smin > b.smax || a.smax < b.smin;
}

function decideSet(bits: 32 | 64, a: Scalar, b: Scalar): Outcome {
  const x = tnumCast(a, bits);
  const y = tnumCast(b, bits);
  const [constant, other] = y.mask === 0n ? [y, x] : [x, y];
  if (constant.mask !== 0n) return "depends";
  if ((other.value & constant.value) !== 0n) return "always";
  return ((other.value | other.mask) & constant.value) === 0n ? "never" : "depends";
}
