import { unreachable } from "../base/errors.ts";
import { immValue } from "../isa/eval.ts";
import type { AluOp, InsnBody, JumpOp, MemSize, Operand } from "../isa/insn.ts";
import { FRAME_BYTES } from "./memory.ts";
import { calleeId, type Program } from "./program.ts";

/** Words per instruction in `Lowered.code`: operation, destination, source, offset, target, cost. */
export const STRIDE = 8;

/** Registers take two words each: r0 low, r0 high, r1 low … r10 high. Constants of the program follow. */
export const REGISTER_WORDS = 22;

/**
 * A program as the interpreter's loop reads it: one row of numbers per instruction. An immediate is the number of a
 * constant that lies behind the registers, so that operations on registers and on immediates are the same.
 */
export type Lowered = Readonly<{ code: Int32Array; constants: readonly bigint[] }>;

// biome-ignore format: operations in the order of their numbers
const ALU: readonly AluOp[] = ["add", "sub", "mul", "div", "mod", "or", "and", "xor", "lsh", "rsh", "arsh", "mov"];
// biome-ignore format: the same
const JUMPS: readonly JumpOp[] = ["eq", "ne", "gt", "ge", "lt", "le", "sgt", "sge", "slt", "sle", "set"];
const SIZES: readonly MemSize[] = [1, 2, 4, 8];

/** First numbers of groups of operations; `run` in interpret.ts lists them all. */
const OP = { alu64: 0, alu32: 12, load: 24, store: 28, jump64: 32, jump32: 43, ja: 54, helper: 55, local: 56, exit: 57, rare: 58 }; // biome-ignore format: one line

export function lower(program: Program): Lowered {
  const code = new Int32Array(program.insns.length * STRIDE);
  const constants = new Constants();
  for (let i = 0; i < program.insns.length; i++) {
    const at = i * STRIDE;
    lowerInsn(program.insns[i] as InsnBody, code, at, constants);
    code[at + 4] = program.targets[i] as number;
    code[at + 5] = program.costs[i] as number;
  }
  return { code, constants: constants.values };
}

/** Whether an access through r10 stays in the function's own frame. */
export function isInFrame(off: number, size: number): boolean {
  return off >= -FRAME_BYTES && off + size <= 0;
}

class Constants {
  readonly values: bigint[] = [];
  readonly #words = new Map<bigint, number>();

  word(value: bigint): number {
    const known = this.#words.get(value);
    if (known !== undefined) return known;
    const word = REGISTER_WORDS + this.values.length * 2;
    this.values.push(value);
    this.#words.set(value, word);
    return word;
  }

  operand(operand: Operand): number {
    return operand.kind === "reg" ? operand.reg * 2 : this.word(immValue(operand.imm));
  }
}

function lowerInsn(insn: InsnBody, code: Int32Array, at: number, constants: Constants): void {
  const row = (op: number, dst = 0, src = 0, off = 0): void => {
    code[at] = op;
    code[at + 1] = dst;
    code[at + 2] = src;
    code[at + 3] = off;
  };
  switch (insn.kind) {
    case "alu": {
      const number = ALU.indexOf(insn.op);
      if (number === -1) return row(OP.rare);
      return row((insn.bits === 64 ? OP.alu64 : OP.alu32) + number, insn.dst * 2, constants.operand(insn.src));
    }
    case "loadImm64":
      return row(OP.alu64 + ALU.indexOf("mov"), insn.dst * 2, constants.word(insn.imm));
    case "load":
      if (insn.signed || (insn.base === 10 && !isInFrame(insn.off, insn.size))) return row(OP.rare);
      return row(OP.load + SIZES.indexOf(insn.size), insn.dst * 2, insn.base * 2, insn.off);
    case "store":
      if (insn.base === 10 && !isInFrame(insn.off, insn.size)) return row(OP.rare);
      return row(OP.store + SIZES.indexOf(insn.size), insn.base * 2, constants.operand(insn.src), insn.off);
    case "jump": {
      const group = insn.bits === 64 ? OP.jump64 : OP.jump32;
      return row(group + JUMPS.indexOf(insn.op), insn.dst * 2, constants.operand(insn.src));
    }
    case "ja":
      return row(OP.ja);
    case "exit":
      return row(OP.exit);
    case "call": {
      const callee = calleeId(insn.target);
      if (callee !== undefined) return row(OP.helper, 0, 0, callee);
      return row(insn.target.kind === "local" ? OP.local : OP.rare);
    }
    case "neg":
    case "movsx":
    case "endian":
    case "addrSpaceCast":
    case "atomic":
    case "loadAcquire":
    case "storeRelease":
    case "loadPacket":
    case "mayGoto":
      return row(OP.rare);
    default:
      return unreachable(insn);
  }
}
