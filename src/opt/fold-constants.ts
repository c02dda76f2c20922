import type { Graphs } from "../ir/graphs.ts";
import type { Func, Inst, InstBody, Terminator, Value } from "../ir/ir.ts";
import { byteSwap, evalAlu, evalJump, evalNeg, signExtend } from "../isa/eval.ts";
import type { Rewriting } from "./rewrite.ts";
import { sortBlocks } from "./sort-blocks.ts";

/** Replaces branches on known constants by jumps; then blocks that nobody jumps to go. Whether there were any. */
export function foldBranches(func: Func, graphs: Graphs): boolean {
  const constants: (bigint | undefined)[] = [];
  for (const block of func.blocks)
    for (const inst of block.insts) if (inst.kind === "const") constants[inst.result] = inst.value;
  let folded = false;
  for (const block of func.blocks) {
    const jump = foldBranch(block.terminator, constants);
    if (!jump) continue;
    block.terminator = jump;
    folded = true;
  }
  if (folded) sortBlocks(func, graphs);
  return folded;
}

/** The rule for arithmetic on known constants: its result. */
export function foldInst(inst: Inst, context: Rewriting): InstBody | Value | undefined {
  switch (inst.kind) {
    case "binary": {
      const lhs = context.constantOf(inst.lhs);
      if (lhs === undefined) return undefined;
      const rhs = context.constantOf(inst.rhs);
      if (rhs === undefined) return undefined;
      return constant(inst.result, inst.bits, evalAlu(inst.op, inst.bits, lhs, rhs));
    }
    case "compare": {
      const lhs = context.constantOf(inst.lhs);
      if (lhs === undefined) return undefined;
      const rhs = context.constantOf(inst.rhs);
      if (rhs === undefined) return undefined;
      return constant(inst.result, 32, evalJump(inst.op, inst.bits, lhs, rhs) ? 1n : 0n);
    }
    case "select": {
      const condition = context.constantOf(inst.condition);
      return condition === undefined ? undefined : condition !== 0n ? inst.then : inst.else;
    }
    case "neg":
    case "extend":
    case "truncate":
    case "byteswap": {
      const value = context.constantOf(inst.value);
      return value === undefined ? undefined : foldUnary(inst, value);
    }
    default:
      return undefined;
  }
}

function foldUnary(inst: Inst & { kind: "neg" | "extend" | "truncate" | "byteswap" }, value: bigint): InstBody {
  switch (inst.kind) {
    case "neg":
      return constant(inst.result, inst.bits, evalNeg(inst.bits, value));
    case "extend": {
      const wide = inst.signed ? signExtend(value, inst.from) : BigInt.asUintN(inst.from, value);
      return constant(inst.result, inst.to, wide);
    }
    case "truncate":
      return constant(inst.result, 32, value);
    case "byteswap":
      return constant(inst.result, inst.width === 64 ? 64 : 32, byteSwap(inst.width, value));
  }
}

function constant(result: Value, bits: 32 | 64, value: bigint): InstBody {
  return { kind: "const", result, bits, value: BigInt.asUintN(bits, value) };
}

function foldBranch(
  terminator: Terminator,
  constants: readonly (bigint | undefined)[],
): Terminator | undefined {
  if (terminator.kind !== "branch") return undefined;
  const lhs = constants[terminator.lhs];
  const rhs = constants[terminator.rhs];
  const taken =
    lhs !== undefined && rhs !== undefined
      ? evalJump(terminator.op, terminator.bits, lhs, rhs)
      : terminator.lhs === terminator.rhs && terminator.op !== "set"
        ? evalJump(terminator.op, terminator.bits, 0n, 0n) // equal to itself, whatever it is
        : undefined;
  if (taken === undefined) return undefined;
  const { span } = terminator;
  return { kind: "jump", to: taken ? terminator.then : terminator.else, ...(span && { span }) };
}
