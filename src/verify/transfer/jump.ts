import type { Insn } from "../../isa/insn.ts";
import { decide, type Outcome } from "../number/compare.ts";
import { refine } from "../number/refine.ts";
import { isConst, type Scalar } from "../number/scalar.ts";
import type { Place, State } from "../state/state.ts";
import { setReg } from "../state/state.ts";
import { isPointer, type ScalarValue, type Value } from "../state/value.ts";
import type { Analysis } from "../walk/analysis.ts";
import { placesOfFamily, spreadLearnt } from "./linked-values.ts";
import { isNeverNull, settleNull, sharesNullness } from "./null-checks.ts";
import { comparePacketEnd, decidePacketEnd, isPacketOrEnd } from "./packet-checks.ts";
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
  if (!mayCompare(a, s, insn, left, right)) return next;
  const outcome = decideValues(a, insn, left, right);
  if (outcome !== "depends") {
    a.needPrecise(s, insn.dst);
    if (insn.src.kind === "reg") a.needPrecise(s, insn.src.reg);
    return outcome === "always" ? target : next;
  }
  const families = collectFamilies(s, left, right);
  const taken = a.fork(s, target);
  if (left.kind === "scalar" && right.kind === "scalar") {
    learnNumbers(s, insn, false, left, right, families);
    learnNumbers(taken, insn, true, left, right, families);
    return next;
  }
  learnPointers(a, s, taken, insn, left, right);
  return next;
}

function decideValues(a: Analysis, { op, bits }: Jump, left: Value, right: Value): Outcome {
  if (left.kind === "scalar" && right.kind === "scalar") return decide(op, bits, left.num, right.num);
  if (bits === 64 && isPacketOrEnd(left) && isPacketOrEnd(right)) return decidePacketEnd(op, left, right);
  if (op !== "eq" && op !== "ne") return "depends";
  const [pointer, number] = isPointer(left) ? [left, right] : [right, left];
  if (!isPointer(pointer) || number.kind !== "scalar" || !isZero(bits, number.num)) return "depends";
  if (!isNeverNull(a, pointer)) return "depends";
  return op === "ne" ? "always" : "never";
}

function isZero(bits: 32 | 64, num: Scalar): boolean {
  return bits === 64 ? isConst(num) && num.value === 0n : num.u32max === 0;
}

/** Unprivileged programs must not learn addresses by comparing them. */
function mayCompare(a: Analysis, s: State, insn: Jump, left: Value, right: Value): boolean {
  if (a.env.privileged || (isPacketOrEnd(left) && isPacketOrEnd(right))) return true;
  const nullTest = isPointer(left) && left.nullable && right.kind === "scalar" && right.num.umax === 0n;
  if ((!isPointer(left) || (nullTest && (insn.op === "eq" || insn.op === "ne"))) && !isPointer(right))
    return true;
  const message = `a pointer in r${insn.dst} is compared`;
  a.fault(s, { code: "verify/pointer-comparison", message, subject: { kind: "reg", reg: insn.dst } });
  return false;
}

type Families = Readonly<{ left: readonly Place[]; right: readonly Place[] }>;

function collectFamilies(s: State, left: Value, right: Value): Families {
  const of = (value: Value) => (value.kind === "scalar" && value.id !== 0 ? placesOfFamily(s, value.id) : []);
  const families = { left: of(left), right: of(right) };
  const members = [...families.left, ...families.right];
  if (members.length > 1) s.trail.links.push({ at: s.trail.steps.length - 1, members });
  return families;
}

function learnNumbers(
  s: State,
  insn: Jump,
  taken: boolean,
  left: ScalarValue,
  right: ScalarValue,
  families: Families,
): void {
  const learnt = refine(insn.op, insn.bits, taken, left.num, right.num);
  const x: ScalarValue = { ...left, num: learnt.a };
  const y: ScalarValue = { ...right, num: learnt.b };
  setReg(s, insn.dst, x);
  if (insn.src.kind === "reg") {
    setReg(s, insn.src.reg, y);
    if (families.right.length > 1) spreadLearnt(s, y, families.right);
  }
  if (families.left.length > 1) spreadLearnt(s, x, families.left);
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
