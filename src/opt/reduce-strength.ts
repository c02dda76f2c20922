import type { BinaryOp, Block, Func, Inst, InstBody, Value } from "../ir/ir.ts";
import type { Pass } from "./pass.ts";
import type { Rewriting } from "./rewrite.ts";
import { rewriteFunction } from "./rewrite.ts";

/** Multiplication, division and remainder by powers of two become shifts and masks. */
export const reduceStrength: Pass = {
  name: "reduce-strength",
  run: (func) => hasCandidates(func) && rewriteFunction(func, KINDS, reduce).insts,
};

/** Whether the function multiplies or divides at all: few do. */
function hasCandidates(func: Func): boolean {
  for (let b = 0; b < func.blocks.length; b++) {
    const { insts } = func.blocks[b] as Block;
    for (let i = 0; i < insts.length; i++) {
      const inst = insts[i] as Inst;
      if (inst.kind === "binary" && REDUCED.has(inst.op)) return true;
    }
  }
  return false;
}

const KINDS: ReadonlySet<Inst["kind"]> = new Set(["binary"] as const);

const REDUCED: ReadonlySet<BinaryOp> = new Set(["mul", "div", "mod", "sdiv", "smod"]);

function reduce(inst: Inst, context: Rewriting): InstBody | Value | undefined {
  if (inst.kind !== "binary") return undefined;
  const by = context.constantOf(inst.rhs);
  if (by === undefined || by === 0n || (by & (by - 1n)) !== 0n) return undefined;
  const shift = BigInt(by.toString(2).length - 1);
  const { bits, result, lhs } = inst;
  const with_ = (op: "lsh" | "rsh" | "and", value: bigint): InstBody => ({
    ...{ kind: "binary", op, bits, result, lhs },
    rhs: context.constant(bits, value),
  });
  switch (inst.op) {
    case "mul":
      return with_("lsh", shift);
    case "div":
      return with_("rsh", shift);
    case "mod":
      return with_("and", by - 1n);
    case "sdiv":
    case "smod":
      // The top bit alone is the smallest number, not a power of two.
      return shift > 0n && shift < BigInt(bits - 1) ? signed(inst, shift, context) : undefined;
    default:
      return undefined;
  }
}

/** Rounds towards zero: negative numbers get 2^shift - 1 added before they are shifted. */
function signed(inst: Inst & { kind: "binary" }, shift: bigint, context: Rewriting): InstBody {
  const { bits, result, lhs } = inst;
  const type = bits === 32 ? "i32" : "i64";
  const emit = (op: (typeof inst)["op"], a: Value, b: Value) =>
    context.emit((value) => ({ kind: "binary", op, bits, result: value, lhs: a, rhs: b }), type);
  const sign = emit("arsh", lhs, context.constant(bits, BigInt(bits - 1)));
  const bias = emit("rsh", sign, context.constant(bits, BigInt(bits) - shift));
  const biased = emit("add", lhs, bias);
  if (inst.op === "sdiv")
    return { kind: "binary", op: "arsh", bits, result, lhs: biased, rhs: context.constant(bits, shift) };
  const low = emit("and", biased, context.constant(bits, (1n << shift) - 1n));
  return { kind: "binary", op: "sub", bits, result, lhs: low, rhs: bias };
}
