import type { BinaryOp, Inst, InstBody, Value } from "../ir/ir.ts";
import { evalAlu } from "../isa/eval.ts";
import { invertCompare } from "./invert.ts";
import { knownWidth } from "./known-width.ts";
import type { Rewriting } from "./rewrite.ts";

type Binary = Inst & { kind: "binary" };

const COMMUTATIVE: ReadonlySet<BinaryOp> = new Set(["add", "mul", "or", "and", "xor"]);

/** Simplifies one operation; constants end up on the right. */
export function simplifyBinary(inst: Binary, context: Rewriting): InstBody | Value | undefined {
  const lhs = context.constantOf(inst.lhs);
  const rhs = context.constantOf(inst.rhs);
  if (lhs !== undefined && rhs === undefined && COMMUTATIVE.has(inst.op)) {
    const swapped = { ...inst, lhs: inst.rhs, rhs: inst.lhs };
    return withConstant(swapped, lhs, context) ?? swapped;
  }
  if (rhs !== undefined) return withConstant(inst, rhs, context);
  if (inst.lhs === inst.rhs) return withItself(inst);
  if (inst.op === "sub" && lhs === 0n)
    return { kind: "neg", bits: inst.bits, result: inst.result, value: inst.rhs };
  return undefined;
}

function withItself(inst: Binary): InstBody | Value | undefined {
  switch (inst.op) {
    case "sub":
    case "xor":
      return { kind: "const", result: inst.result, bits: inst.bits, value: 0n };
    case "and":
    case "or":
      return inst.lhs;
    default:
      return undefined;
  }
}

/** `inst.rhs` is the constant `c`. */
function withConstant(inst: Binary, c: bigint, context: Rewriting): InstBody | Value | undefined {
  const { op, bits, result, lhs } = inst;
  const ones = (1n << BigInt(bits)) - 1n;
  if (isNeutral(op, c, bits)) return lhs;
  if (c === 0n && (op === "mul" || op === "and" || op === "div" || op === "sdiv"))
    return { kind: "const", result, bits, value: 0n };
  if (c === 0n && (op === "mod" || op === "smod")) return lhs;
  if (c === 1n && (op === "mod" || op === "smod")) return { kind: "const", result, bits, value: 0n };
  if (op === "mul" && c === ones) return { kind: "neg", bits, result, value: lhs };
  if (op === "and") {
    // The mask covers all bits that can be set.
    const width = knownWidth(context, lhs);
    if (width < bits && (c & ((1n << BigInt(width)) - 1n)) === (1n << BigInt(width)) - 1n) return lhs;
  }
  const inner = context.def(lhs);
  if (op === "xor" && c === 1n && inner?.kind === "compare") return invertCompare(inner, result);
  return inner?.kind === "binary" ? combine(inst, c, inner, context) : undefined;
}

function isNeutral(op: BinaryOp, c: bigint, bits: 32 | 64): boolean {
  switch (op) {
    case "add":
    case "sub":
    case "or":
    case "xor":
      return c === 0n;
    case "lsh":
    case "rsh":
    case "arsh":
      return (c & BigInt(bits - 1)) === 0n;
    case "mul":
    case "div":
    case "sdiv":
      return c === 1n;
    case "and":
      return c === (1n << BigInt(bits)) - 1n;
    default:
      return false;
  }
}

/**
 * (x op a) op c as one operation. Only when nothing else reads the inner result: the verifier may have learnt its
 * bounds from a comparison, and knows nothing of x.
 */
function combine(inst: Binary, c: bigint, inner: Binary, context: Rewriting): InstBody | undefined {
  const a = context.constantOf(inner.rhs);
  if (a === undefined || inner.bits !== inst.bits || !context.usedOnce(inst.lhs)) return undefined;
  const { op, bits, result } = inst;
  const make = (combined: BinaryOp, value: bigint): InstBody => ({
    ...{ kind: "binary", op: combined, bits, result, lhs: inner.lhs },
    rhs: context.constant(bits, value),
  });
  if (op === inner.op && (op === "and" || op === "or" || op === "xor" || op === "mul"))
    return make(op, evalAlu(op, bits, a, c));
  if (op === inner.op && (op === "lsh" || op === "rsh")) {
    const total = (a & BigInt(bits - 1)) + (c & BigInt(bits - 1));
    return total < BigInt(bits) ? make(op, total) : { kind: "const", result, bits, value: 0n };
  }
  if ((op !== "add" && op !== "sub") || (inner.op !== "add" && inner.op !== "sub")) return undefined;
  const total = evalAlu(op, bits, inner.op === "add" ? a : evalAlu("sub", bits, 0n, a), c);
  const negated = evalAlu("sub", bits, 0n, total);
  return BigInt.asIntN(bits, total) < 0n && negated !== total ? make("sub", negated) : make("add", total);
}
