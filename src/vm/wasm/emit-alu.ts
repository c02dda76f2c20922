import { unreachable } from "../../base/errors.ts";
import type { AluOp, InsnBody, JumpOp, Operand, Reg } from "../../isa/insn.ts";
import { type CodeWriter, TYPE, W } from "./code-writer.ts";
import { registerLocal } from "./locals.ts";

type Simple = Exclude<AluOp, "div" | "mod" | "sdiv" | "smod" | "mov">;

// biome-ignore format: one operation per line
const SIMPLE: Readonly<Record<Simple, Readonly<{ 64: number; 32: number }>>> = {
  add:  { 64: W.i64Add,  32: W.i32Add },
  sub:  { 64: W.i64Sub,  32: W.i32Sub },
  mul:  { 64: W.i64Mul,  32: W.i32Mul },
  or:   { 64: W.i64Or,   32: W.i32Or },
  and:  { 64: W.i64And,  32: W.i32And },
  xor:  { 64: W.i64Xor,  32: W.i32Xor },
  lsh:  { 64: W.i64Shl,  32: W.i32Shl },
  rsh:  { 64: W.i64ShrU, 32: W.i32ShrU },
  arsh: { 64: W.i64ShrS, 32: W.i32ShrS },
};

// biome-ignore format: one operation per line
const COMPARE: Readonly<Record<Exclude<JumpOp, "set">, Readonly<{ 64: number; 32: number }>>> = {
  eq:  { 64: W.i64Eq,  32: W.i32Eq },
  ne:  { 64: W.i64Ne,  32: W.i32Ne },
  gt:  { 64: W.i64GtU, 32: W.i32GtU },
  ge:  { 64: W.i64GeU, 32: W.i32GeU },
  lt:  { 64: W.i64LtU, 32: W.i32LtU },
  le:  { 64: W.i64LeU, 32: W.i32LeU },
  sgt: { 64: W.i64GtS, 32: W.i32GtS },
  sge: { 64: W.i64GeS, 32: W.i32GeS },
  slt: { 64: W.i64LtS, 32: W.i32LtS },
  sle: { 64: W.i64LeS, 32: W.i32LeS },
};

/** Pushes a register: all of it, or its low half as 32 bits. */
export function pushRegister(out: CodeWriter, reg: Reg, bits: 32 | 64): void {
  out.get(registerLocal(reg));
  if (bits === 32) out.byte(W.i32WrapI64);
}

export function pushOperand(out: CodeWriter, src: Operand, bits: 32 | 64): void {
  if (src.kind === "reg") pushRegister(out, src.reg, bits);
  else if (bits === 64) out.i64(src.imm);
  else out.i32(src.imm);
}

/** Pops into a register; 32 bits clear its upper half. */
export function popRegister(out: CodeWriter, reg: Reg, bits: 32 | 64): void {
  if (bits === 32) out.byte(W.i64ExtendI32U);
  out.set(registerLocal(reg));
}

export function emitAlu(out: CodeWriter, insn: InsnBody & { kind: "alu" }): void {
  const { op, bits, dst, src } = insn;
  if (op === "mov") pushOperand(out, src, bits);
  else if (op === "div" || op === "mod" || op === "sdiv" || op === "smod")
    emitDivision(out, op, bits, dst, src);
  else {
    pushRegister(out, dst, bits);
    pushOperand(out, src, bits);
    out.byte(SIMPLE[op][bits]);
  }
  popRegister(out, dst, bits);
}

/** Division by zero gives 0, the remainder the dividend; WebAssembly traps on both and on the smallest number / -1. */
function emitDivision(
  out: CodeWriter,
  op: "div" | "mod" | "sdiv" | "smod",
  bits: 32 | 64,
  dst: Reg,
  src: Operand,
): void {
  const type = bits === 64 ? TYPE.i64 : TYPE.i32;
  const wide = bits === 64;
  const zero = () => (wide ? out.i64(0) : out.i32(0));
  const choose = (condition: () => void, then: () => void, otherwise: () => void) => {
    condition();
    out.op(W.if, type);
    then();
    out.byte(W.else);
    otherwise();
    out.byte(W.end);
  };
  const divide = () => {
    pushRegister(out, dst, bits);
    pushOperand(out, src, bits);
    const signed = op === "sdiv" || op === "smod";
    if (op === "div" || op === "sdiv")
      out.byte(wide ? (signed ? W.i64DivS : W.i64DivU) : signed ? W.i32DivS : W.i32DivU);
    else out.byte(wide ? (signed ? W.i64RemS : W.i64RemU) : signed ? W.i32RemS : W.i32RemU);
  };
  const negate = () => {
    zero();
    pushRegister(out, dst, bits);
    out.byte(wide ? W.i64Sub : W.i32Sub);
  };
  const byMinusOne = () => {
    pushOperand(out, src, bits);
    if (wide) out.i64(-1);
    else out.i32(-1);
    out.byte(wide ? W.i64Eq : W.i32Eq);
  };
  const nonZero = () => (op === "sdiv" ? choose(byMinusOne, negate, divide) : divide());
  choose(
    () => {
      pushOperand(out, src, bits);
      out.byte(wide ? W.i64Eqz : W.i32Eqz);
    },
    () => (op === "div" || op === "sdiv" ? zero() : pushRegister(out, dst, bits)),
    nonZero,
  );
}

export function emitNeg(out: CodeWriter, { bits, dst }: InsnBody & { kind: "neg" }): void {
  if (bits === 64) out.i64(0);
  else out.i32(0);
  pushRegister(out, dst, bits);
  out.byte(bits === 64 ? W.i64Sub : W.i32Sub);
  popRegister(out, dst, bits);
}

export function emitMovsx(out: CodeWriter, { bits, from, dst, src }: InsnBody & { kind: "movsx" }): void {
  pushRegister(out, src, bits);
  if (bits === 64) out.byte(from === 8 ? W.i64Extend8S : from === 16 ? W.i64Extend16S : W.i64Extend32S);
  else if (from !== 32) out.byte(from === 8 ? W.i32Extend8S : W.i32Extend16S);
  popRegister(out, dst, bits);
}

export function emitEndian(out: CodeWriter, { op, width, dst }: InsnBody & { kind: "endian" }): void {
  const local = registerLocal(dst);
  if (op === "le") {
    if (width === 64) return;
    out.get(local);
    out.i64Big(width === 16 ? 0xffffn : 0xffff_ffffn);
    out.byte(W.i64And);
    out.set(local);
    return;
  }
  if (width === 16) swapHalves(out, local, 0xffn, 8);
  else if (width === 32) {
    swapHalves(out, local, 0x00ff_00ffn, 8);
    swapHalves(out, local, 0xffffn, 16);
  } else {
    swapHalves(out, local, 0x00ff_00ff_00ff_00ffn, 8);
    swapHalves(out, local, 0x0000_ffff_0000_ffffn, 16);
    swapHalves(out, local, 0xffff_ffffn, 32);
  }
}

/** local = (local & mask) << by | (local >> by) & mask */
function swapHalves(out: CodeWriter, local: number, mask: bigint, by: number): void {
  out.get(local);
  out.i64Big(mask);
  out.byte(W.i64And);
  out.i64(by);
  out.byte(W.i64Shl);
  out.get(local);
  out.i64(by);
  out.byte(W.i64ShrU);
  out.i64Big(mask);
  out.byte(W.i64And);
  out.byte(W.i64Or);
  out.set(local);
}

/** Pushes whether the jump is taken. */
export function emitCondition(out: CodeWriter, { op, bits, dst, src }: InsnBody & { kind: "jump" }): void {
  pushRegister(out, dst, bits);
  pushOperand(out, src, bits);
  if (op !== "set") {
    out.byte(COMPARE[op][bits]);
    return;
  }
  out.byte(bits === 64 ? W.i64And : W.i32And);
  if (bits === 64) {
    out.i64(0);
    out.byte(W.i64Ne);
  } else {
    out.i32(0);
    out.byte(W.i32Ne);
  }
}

/** Pops two numbers of `size` bytes as 64 bits (old value below, operand above) and pushes what an atomic stores. */
export function atomicOperation(op: "add" | "or" | "and" | "xor"): number {
  switch (op) {
    case "add":
      return W.i64Add;
    case "or":
      return W.i64Or;
    case "and":
      return W.i64And;
    case "xor":
      return W.i64Xor;
    default:
      return unreachable(op);
  }
}
