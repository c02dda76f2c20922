import type { Insn, Reg } from "../../isa/insn.ts";
import { compute, negate } from "../number/arithmetic.ts";
import {
  draftOf,
  isConst,
  isLowConst,
  known,
  type Scalar,
  U32_MAX,
  U64_MAX,
  UNKNOWN,
  withKnownLow,
  ZERO,
} from "../number/scalar.ts";
import { signExtend32, signExtend64, swapBytes, truncate, zeroExtendLow } from "../number/width.ts";
import type { State } from "../state/state.ts";
import { setReg } from "../state/state.ts";
import {
  constant,
  isPointer,
  linkedScalar,
  POISON,
  pointer,
  type ScalarValue,
  scalar,
  UNKNOWN_VALUE,
  type Value,
} from "../state/value.ts";
import type { Analysis } from "../walk/analysis.ts";
import { withFamily } from "./linked-values.ts";
import { movePointer } from "./pointer-arithmetic.ts";
import { mayWrite, readOperand, readRegister } from "./read-register.ts";
import { noteNumbers } from "./speculation.ts";

type Alu = Extract<Insn, { kind: "alu" }>;

/** Arithmetic and moves. What a fault leaves is poison. */
export function transferAlu(a: Analysis, s: State, insn: Alu): void {
  const { op, dst, src } = insn;
  if (op === "mov") return transferMove(a, s, insn);
  const right = readOperand(a, s, src);
  const left = readRegister(a, s, dst);
  if (!mayWrite(a, s, dst)) return;
  if (src.kind === "imm" && !isPossible(a, s, insn, src.imm)) return setReg(s, dst, POISON);
  if (left.kind === "poison" || right.kind === "poison") return setReg(s, dst, POISON);
  if (left.kind === "scalar" && right.kind === "scalar") {
    if (!noteNumbers(a, s, insn)) return setReg(s, dst, POISON);
    const chosen = splitSign(a, s, insn, left, right);
    return setReg(s, dst, number(a, insn, chosen, right));
  }
  setReg(s, dst, withPointer(a, s, insn, left, right));
}

/** Faults that a constant operand makes: division by zero, and shifts that lose everything. */
function isPossible(a: Analysis, s: State, { op, bits, dst }: Alu, imm: number): boolean {
  const divides = op === "div" || op === "mod" || op === "sdiv" || op === "smod";
  if (divides && imm === 0) {
    const message = `r${dst} is divided by the constant 0`;
    a.fault(s, { code: "verify/division-by-zero", message });
    return false;
  }
  const shifts = op === "lsh" || op === "rsh" || op === "arsh";
  if (shifts && (imm < 0 || imm >= bits)) {
    const message = `r${dst} is shifted by ${imm}, and it has ${bits} bits`;
    a.fault(s, { code: "verify/bad-shift", message, values: { bound: String(bits - 1) } });
    return false;
  }
  return true;
}

function number(a: Analysis, insn: Alu, left: ScalarValue, right: ScalarValue): ScalarValue {
  const { op, bits } = insn;
  const num = compute(op, bits, left.num, right.num);
  if ((op !== "add" && op !== "sub") || left.id === 0 || left.linked !== 0) return scalar(num);
  if (bits === 32 && left.num.umax > BigInt(U32_MAX)) return scalar(num); // not a sum of the whole number
  const delta = addedConstant(op, bits, right.num);
  return delta === undefined || !mayLink(a, insn, delta)
    ? scalar(num)
    : linkedScalar(num, left.id, bits, delta);
}

/** Whether the kernel keeps in mind that two numbers differ by that constant. */
function mayLink(a: Analysis, { op, bits }: Alu, delta: number): boolean {
  const { profile, capBpf } = a.env;
  if (!capBpf) return false;
  return (
    profile.has("linkedDifferences") || (profile.has("linkedSums") && op === "add" && bits === 64 && delta >= 0)
  );
}

/** What is added, where that is a constant of 32 bits. */
function addedConstant(op: "add" | "sub", bits: 32 | 64, by: Scalar): number | undefined {
  if (bits === 64 ? !isConst(by) : !isLowConst(by)) return undefined;
  const value = BigInt.asIntN(bits, by.value);
  const delta = op === "add" ? value : -value;
  const fits = value === BigInt.asIntN(32, value) && delta === BigInt.asIntN(32, delta);
  return fits ? Number(delta) : undefined;
}

/**
 * A number that can only be 0 or -1, as a shift by all bits leaves it, is about to be masked by a constant: both ways are
 * followed, the 0 later. The -1 is returned.
 */
function splitSign(a: Analysis, s: State, insn: Alu, left: ScalarValue, right: ScalarValue): ScalarValue {
  const { num } = left;
  if ((insn.op !== "and" && insn.op !== "or") || right.num.mask !== 0n) return left;
  const whole = num.smin === -1n && num.smax === 0n;
  if (!whole && (num.s32min !== -1 || num.s32max !== 0)) return left;
  const other = a.fork(s, s.insn);
  setReg(other, insn.dst, { ...left, num: whole ? ZERO : withKnownLow(num, 0) });
  return { ...left, num: whole ? known(U64_MAX) : withKnownLow(num, -1) };
}

function withPointer(a: Analysis, s: State, insn: Alu, left: Value, right: Value): Value {
  if (left.kind === "arena") return left;
  if (!isPointer(right)) {
    if (insn.src.kind === "reg") a.needPrecise(s, insn.src.reg);
    return isPointer(left) && right.kind === "scalar" ? movePointer(a, s, insn, left, right, false) : POISON;
  }
  if (isPointer(left)) {
    if (insn.op === "sub" && a.env.privileged) return UNKNOWN_VALUE;
    const message = `two pointers, r${insn.dst} and another, cannot be combined`;
    a.fault(s, { code: "verify/pointer-operation", message, subject: { kind: "reg", reg: insn.dst } });
    return POISON;
  }
  a.needPrecise(s, insn.dst);
  return left.kind === "scalar" ? movePointer(a, s, insn, right, left, true) : POISON;
}

function transferMove(a: Analysis, s: State, { bits, dst, src }: Alu): void {
  if (!mayWrite(a, s, dst)) return;
  if (src.kind === "imm") {
    const value = bits === 64 ? BigInt(src.imm) : BigInt(src.imm >>> 0);
    return setReg(s, dst, constant(value));
  }
  const value = readRegister(a, s, src.reg);
  if (bits === 64 || value.kind === "poison") return setReg(s, dst, withFamily(a, s, src.reg, value));
  if (value.kind !== "scalar") return setReg(s, dst, partOfPointer(a, s, src.reg));
  const fits = value.num.umax <= 0xffffffffn;
  const kept = fits ? withFamily(a, s, src.reg, value) : value;
  const num = zeroExtendLow(draftOf(value.num));
  setReg(s, dst, kept.kind === "scalar" ? { ...kept, num, id: fits ? kept.id : 0 } : scalar(num));
}

/** A pointer cut or extended: privileged programs get a number of which nothing is known. */
function partOfPointer(a: Analysis, s: State, from: Reg): Value {
  if (a.env.privileged) return scalar(truncate(UNKNOWN, 4));
  const message = `a part of the pointer in r${from} is copied`;
  a.fault(s, { code: "verify/pointer-copy", message, subject: { kind: "reg", reg: from } });
  return POISON;
}

type Movsx = Extract<Insn, { kind: "movsx" }>;

export function transferMovsx(a: Analysis, s: State, { bits, from, dst, src }: Movsx): void {
  if (!mayWrite(a, s, dst)) return;
  const value = readRegister(a, s, src);
  if (value.kind === "poison") return setReg(s, dst, POISON);
  if (value.kind !== "scalar") {
    const part = partOfPointer(a, s, src);
    return setReg(s, dst, bits === 64 && part.kind === "scalar" ? UNKNOWN_VALUE : part);
  }
  const keeps = value.num.umax < 1n << BigInt(from - 1);
  const kept = keeps ? withFamily(a, s, src, value) : value;
  const id = keeps && kept.kind === "scalar" ? kept.id : 0;
  const num = bits === 64 || from === 32 ? signExtend64(value.num, from) : signExtend32(value.num, from);
  setReg(s, dst, scalar(num, id));
}

type Neg = Extract<Insn, { kind: "neg" | "endian" }>;

/** Operations on one register: negation and byte swaps. */
export function transferUnary(a: Analysis, s: State, insn: Neg): void {
  const { dst } = insn;
  const value = readRegister(a, s, dst);
  if (!mayWrite(a, s, dst)) return;
  if (value.kind === "poison") return;
  if (value.kind === "scalar" && insn.kind === "neg")
    return setReg(
      s,
      dst,
      a.env.profile.has("negatedRanges") ? scalar(negate(insn.bits, value.num)) : UNKNOWN_VALUE,
    );
  if (value.kind === "scalar" && insn.kind === "endian") {
    if (!a.env.profile.has("swappedRanges")) return setReg(s, dst, UNKNOWN_VALUE);
    const num = swapBytes(insn.op, insn.width, value.num);
    return setReg(s, dst, num === value.num ? value : scalar(num));
  }
  if (isPointer(value) && !a.env.privileged) {
    const message = `r${dst} is a pointer, which cannot be negated or swapped`;
    a.fault(s, { code: "verify/pointer-operation", message, subject: { kind: "reg", reg: dst } });
    return setReg(s, dst, POISON);
  }
  setReg(s, dst, UNKNOWN_VALUE);
}

type Cast = Extract<Insn, { kind: "addrSpaceCast" }>;

/** Moves a pointer between the program's and user space's view of an arena. */
export function transferCast(a: Analysis, s: State, insn: Cast): void {
  if (!mayWrite(a, s, insn.dst)) return;
  readRegister(a, s, insn.src);
  const arena = [...a.env.maps.values()].find((map) => map.type === "arena");
  const known = (insn.toSpace === 0 && insn.fromSpace === 1) || (insn.toSpace === 1 && insn.fromSpace === 0);
  if (!known || arena === undefined) {
    const message = arena
      ? "addresses are cast between spaces 0 and 1 only"
      : "a cast of arena addresses, without an arena";
    const fix = arena
      ? "cast with (…, 0, 1) or (…, 1, 0)"
      : "declare a map of type BPF_MAP_TYPE_ARENA, and use it";
    a.fault(s, { code: "verify/bad-instruction", message, values: { fix } });
    return setReg(s, insn.dst, POISON);
  }
  setReg(s, insn.dst, insn.toSpace === 0 ? pointer("arena") : UNKNOWN_VALUE);
}
