import type { Inst, InstBody, Terminator, Value } from "../ir/ir.ts";
import { byteSwap, evalAlu, evalJump, evalNeg, signExtend } from "../isa/eval.ts";
import type { Rewriting } from "./rewrite.ts";

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

/** The rule for branches on known constants: a jump. */
export function foldBranch(terminator: Terminator, context: Rewriting): Terminator | undefined {
  if (terminator.kind !== "branch") return undefined;
  const lhs = context.constantOf(terminator.lhs);
  const rhs = context.constantOf(terminator.rhs);
  const taken =
    lhs !== undefined && rhs !== undefined
      ? evalJump(terminator.op, terminator.bits, lhs, rhs)
      : terminator.lhs === terminator.rhs && terminator.op !== "set"
        ? evalJump(terminator.op, terminator.bits, 0n, 0n) // equal to itself, whatever it is
        : undefined;
  if (taken === undefined) return undefined;
  return { kind: "jump", to: taken ? terminator.then : terminator.else, span: terminator.span };
}
