import type { Insn, Reg } from "../../isa/insn.ts";
import { decide, type Outcome } from "../number/compare.ts";
import { refine } from "../number/refine.ts";
import { isConst, isLowConst, type Scalar } from "../number/scalar.ts";
import type { Place, State } from "../state/state.ts";
import { reg, setReg } from "../state/state.ts";
import { isPointer, type ScalarValue, UNKNOWN_VALUE, type Value } from "../state/value.ts";
import type { Analysis } from "../walk/analysis.ts";
import { collectFamily, spreadLearnt } from "./linked-values.ts";
import { isNeverNull, settleNull, sharesNullness } from "./null-checks.ts";
import { comparePacketEnd, decidePacketEnd, isPacketCheck, isPacketOrEnd } from "./packet-checks.ts";
import { readOperand, readRegister } from "./read-register.ts";

type Jump = Extract<Insn, { kind: "jump" }>;

/** A comparison: both ways are followed, the jump later, unless the outcome is known. Returns the next instruction. */
export function transferJump(a: Analysis, s: State, insn: Jump): number {
  const left = readRegister(a, s, insn.dst);
  const right = readOperand(a, s, insn.src);
  const target = a.program.targetOf[s.insn] ?? 0;
  const next = s.insn + 1;
  if (left.kind === "poison" || right.kind === "poison") {
    a.fork(s, target);
    return next;
  }
  if (!mayCompareWith(a, s, insn, left, right)) return next;
  const outcome = decideValues(a, insn, left, right);
  if (outcome !== "depends") {
    a.needPrecise(s, insn.dst);
    if (insn.src.kind === "reg") a.needPrecise(s, insn.src.reg);
    if (!a.env.privileged) guessWrongly(a, s, insn, outcome === "always" ? next : target);
    return outcome === "always" ? target : next;
  }
  if (!mayBeCompared(a, s, insn, left, right)) return next;
  const family = collectFamilies(s, left, right);
  const taken = a.fork(s, target);
  if (left.kind === "scalar" && right.kind === "scalar") {
    for (const [way, isTaken] of [
      [s, false],
      [taken, true],
    ] as const)
      if (a.env.profile.has("rangesOfTwo") || mayLearn(insn, isTaken, left.num, right.num))
        learnNumbers(way, insn, isTaken, left, right, family);
    return next;
  }
  learnPointers(a, s, taken, insn, left, right);
  return next;
}

/** The way that is not taken, as the processor may follow it: with any numbers. */
function guessWrongly(a: Analysis, s: State, insn: Jump, to: number): void {
  const other = a.speculate(s, to);
  setReg(other, insn.dst, UNKNOWN_VALUE);
  if (insn.src.kind === "reg") setReg(other, insn.src.reg, UNKNOWN_VALUE);
}

function decideValues(a: Analysis, { op, bits }: Jump, left: Value, right: Value): Outcome {
  if (left.kind === "scalar" && right.kind === "scalar") {
    if (!a.env.profile.has("rangesOfTwo") && !mayDecide(op, bits, left.num, right.num)) return "depends";
    return decide(op, bits, left.num, right.num);
  }
  if (bits === 64 && isPacketOrEnd(left) && isPacketOrEnd(right)) return decidePacketEnd(op, left, right);
  if (op !== "eq" && op !== "ne") return "depends";
  const [pointer, number] = isPointer(left) ? [left, right] : [right, left];
  if (!isPointer(pointer) || number.kind !== "scalar" || !isZero(bits, number.num)) return "depends";
  if (!isNeverNull(a, pointer)) return "depends";
  return op === "ne" ? "always" : "never";
}

/** Before Linux 6.8, only against a constant; and whether something is equal only of a constant. */
function mayDecide(op: Jump["op"], bits: 32 | 64, left: Scalar, right: Scalar): boolean {
  if (!isConstant(bits, right)) return false;
  return (op !== "eq" && op !== "ne") || isConstant(bits, left);
}

/** Before Linux 6.8, from a constant that it is compared with, or that it is equal to a number. */
function mayLearn({ op, bits }: Jump, taken: boolean, left: Scalar, right: Scalar): boolean {
  if (op === "eq" || op === "ne") {
    if (taken !== (op === "eq")) return false;
    if (bits === 64) return true;
  }
  return isConstant(bits, left) || isConstant(bits, right);
}

function isConstant(bits: 32 | 64, num: Scalar): boolean {
  return bits === 64 ? isConst(num) : isLowConst(num);
}

function isZero(bits: 32 | 64, num: Scalar): boolean {
  return bits === 64 ? isConst(num) && num.value === 0n : num.u32max === 0;
}

/** Programs without CAP_PERFMON must not learn addresses by comparing them. */
function mayCompareWith(a: Analysis, s: State, insn: Jump, left: Value, right: Value): boolean {
  if (a.env.privileged || insn.src.kind === "imm" || !isPointer(right)) return true;
  return (isPacketOrEnd(left) && isPacketOrEnd(right)) || refuseComparison(a, s, insn.src.reg);
}

/** The same of the other side, where the outcome is not known: a test for NULL and of a packet's bounds are fine. */
function mayBeCompared(a: Analysis, s: State, insn: Jump, left: Value, right: Value): boolean {
  if (a.env.privileged || !isPointer(left)) return true;
  const forNull = insn.src.kind === "imm" && insn.src.imm === 0 && (insn.op === "eq" || insn.op === "ne");
  if (insn.bits === 64 && forNull && left.nullable) return true;
  if (insn.bits === 64 && isPointer(right) && isPacketCheck(insn, left, right)) return true;
  return refuseComparison(a, s, insn.dst);
}

function refuseComparison(a: Analysis, s: State, r: Reg): false {
  const message = `a pointer in r${r} is compared`;
  a.fault(s, { code: "verify/pointer-comparison", message, subject: { kind: "reg", reg: r } });
  return false;
}

/** The places of the operands' families. They are noted, so that a demand for precision of one reaches all. */
function collectFamilies(s: State, left: Value, right: Value): readonly Place[] {
  const members: Place[] = [];
  if (right.kind === "scalar" && right.id !== 0) collectFamily(s, right.id, members);
  if (left.kind === "scalar" && left.id !== 0) collectFamily(s, left.id, members);
  if (members.length > 1) s.trail.links.push({ at: s.trail.steps.length - 1, members });
  return members;
}

function learnNumbers(
  s: State,
  insn: Jump,
  taken: boolean,
  left: ScalarValue,
  right: ScalarValue,
  family: readonly Place[],
): void {
  const same = insn.src.kind === "reg" && insn.src.reg === insn.dst;
  const learnt = refine(insn.op, insn.bits, taken, left.num, right.num, same);
  relearnRegister(s, insn.dst, learnt.a);
  if (insn.src.kind === "reg") {
    const y = relearnRegister(s, insn.src.reg, learnt.b);
    if (y) spreadLearnt(s, y, family);
  }
  const now = reg(s, insn.dst); // both may be of one family
  if (now.kind === "scalar") spreadLearnt(s, now, family);
}

/** What a register holds is known better: the value with its family as it is now. */
function relearnRegister(s: State, r: Reg, num: Scalar): ScalarValue | undefined {
  const value = reg(s, r);
  if (value.kind !== "scalar") return undefined;
  const relearnt = { ...value, num };
  setReg(s, r, relearnt);
  return relearnt;
}

function learnPointers(a: Analysis, s: State, taken: State, insn: Jump, left: Value, right: Value): void {
  if (insn.bits === 32) return;
  const isEquality = insn.op === "eq" || insn.op === "ne";
  if (isEquality && isPointer(left) && isPointer(right)) {
    const equal = insn.op === "eq" ? taken : s;
    if (sharesNullness(left, right)) {
      if (left.nullable && insn.dst !== 10) setReg(equal, insn.dst, { ...left, nullable: false });
      if (right.nullable && insn.src.kind === "reg") setReg(equal, insn.src.reg, { ...right, nullable: false });
    }
  }
  const zero = right.kind === "scalar" && isZero(64, right.num);
  if (isEquality && zero && isPointer(left) && left.nullable) {
    settleNull(a, s, left, insn.op === "eq" ? "present" : "absent");
    settleNull(a, taken, left, insn.op === "eq" ? "absent" : "present");
    return;
  }
  if (isPointer(left) && isPointer(right)) comparePacketEnd(s, taken, insn, left, right);
}
