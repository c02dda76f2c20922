import type { Inst, InstBody, Value } from "../ir/ir.ts";
import { foldBranch, foldInst } from "./fold-constants.ts";
import { invertCompare } from "./invert.ts";
import { knownWidth } from "./known-width.ts";
import type { Pass } from "./pass.ts";
import type { Rewriting } from "./rewrite.ts";
import { rewriteFunction } from "./rewrite.ts";
import { simplifyBinary } from "./simplify-binary.ts";
import { sortBlocks } from "./sort-blocks.ts";

/**
 * Arithmetic on known constants gives its result, and branches on them become jumps; algebra on single instructions:
 * neutral elements, conversions of conversions, comparisons of comparisons. One walk does all of it.
 */
export const simplify: Pass = {
  name: "simplify",
  run(func, _module, graphs) {
    const { insts, ends } = rewriteFunction(func, HAVE_RULES, simplifyOne, foldBranch);
    if (ends) sortBlocks(func, graphs); // blocks that nobody jumps to any more go
    return insts || ends;
  },
};

/** Kinds that have rules: one instruction of three. */
const HAVE_RULES: ReadonlySet<Inst["kind"]> = new Set([
  ...(["binary", "compare", "select", "extend", "truncate", "neg", "byteswap", "offset", "call"] as const),
]);

function simplifyOne(inst: Inst, context: Rewriting): InstBody | Value | undefined {
  return foldInst(inst, context) ?? simplifyInst(inst, context);
}

function simplifyInst(inst: Inst, context: Rewriting): InstBody | Value | undefined {
  switch (inst.kind) {
    case "binary":
      return simplifyBinary(inst, context);
    case "compare":
      return simplifyCompare(inst, context);
    case "select":
      return simplifySelect(inst, context);
    case "extend":
      return simplifyExtend(inst, context);
    case "truncate":
      return simplifyTruncate(inst, context);
    case "neg": {
      const inner = context.def(inst.value);
      return inner?.kind === "neg" && inner.bits === inst.bits ? inner.value : undefined;
    }
    case "byteswap": {
      const inner = context.def(inst.value);
      return inner?.kind === "byteswap" && inner.width === 64 && inst.width === 64 ? inner.value : undefined;
    }
    case "offset":
      return simplifyOffset(inst, context);
    case "call":
      return simplifyCall(inst, context);
    default:
      return undefined;
  }
}

function simplifyCompare(inst: Inst & { kind: "compare" }, context: Rewriting): InstBody | Value | undefined {
  const { op, bits, result, lhs, rhs } = inst;
  if (lhs === rhs && op !== "set") {
    const holds = op === "eq" || op === "ge" || op === "le" || op === "sge" || op === "sle";
    return { kind: "const", result, bits: 32, value: holds ? 1n : 0n };
  }
  const inner = context.def(lhs);
  if (context.constantOf(rhs) !== 0n) return undefined;
  if (op === "ge") return { kind: "const", result, bits: 32, value: 1n };
  if (op === "lt" || op === "set") return { kind: "const", result, bits: 32, value: 0n };
  if (bits !== 32 || inner?.kind !== "compare") return undefined;
  // A comparison is 0 or 1.
  if (op === "ne" || op === "gt") return lhs;
  return op === "eq" || op === "le" ? invertCompare(inner, result) : undefined;
}

function simplifySelect(inst: Inst & { kind: "select" }, context: Rewriting): InstBody | Value | undefined {
  const { result, condition, then, else: otherwise } = inst;
  if (then === otherwise) return then;
  const decides = context.def(condition);
  if (decides?.kind === "compare" && decides.bits === 32 && context.constantOf(decides.rhs) === 0n) {
    if (decides.op === "ne") return { kind: "select", result, condition: decides.lhs, then, else: otherwise };
    if (decides.op === "eq")
      return { kind: "select", result, condition: decides.lhs, then: otherwise, else: then };
  }
  const [one, zero] = [context.constantOf(then), context.constantOf(otherwise)];
  if (decides?.kind !== "compare") return undefined;
  if (one === 1n && zero === 0n) {
    if (context.func.types[result] === "i32") return condition;
    return { kind: "extend", result, from: 32, to: 64, signed: false, value: condition };
  }
  if (one === 0n && zero === 1n && context.func.types[result] === "i32") return invertCompare(decides, result);
  return undefined;
}

function simplifyExtend(inst: Inst & { kind: "extend" }, context: Rewriting): InstBody | Value | undefined {
  const { result, from, to, signed, value } = inst;
  const sameType = (context.func.types[value] === "i32") === (to === 32);
  const width = knownWidth(context, value);
  // Nothing is cut, and no sign is set.
  if (width < from || (!signed && width === from)) {
    if (sameType) return value;
    if ((from !== 32 || signed) && to === 64)
      return { kind: "extend", result, from: 32, to: 64, signed: false, value };
  }
  if (from === 32 && to === 32 && sameType) return value;
  const inner = context.def(value);
  if (inner?.kind === "extend") {
    // The inner one only set bits that are cut off here.
    if (from <= inner.from) return { kind: "extend", result, from, to, signed, value: inner.value };
    if (inner.signed === signed)
      return { kind: "extend", result, from: inner.from, to, signed, value: inner.value };
  }
  if (inner?.kind === "truncate") return { kind: "extend", result, from, to, signed, value: inner.value };
  return undefined;
}

function simplifyTruncate(inst: Inst & { kind: "truncate" }, context: Rewriting): InstBody | Value | undefined {
  const inner = context.def(inst.value);
  if (inner?.kind !== "extend") return undefined;
  if (inner.from === 32 && context.func.types[inner.value] === "i32") return inner.value;
  if (inner.from === 32) return { kind: "truncate", result: inst.result, value: inner.value };
  const { from, signed, value } = inner;
  return { kind: "extend", result: inst.result, from, to: 32, signed, value };
}

/** A loop that runs not once: Linux 6.18 refuses to load one ("No program to jit"), since its callback is dead code. */
function simplifyCall(inst: Inst & { kind: "call" }, context: Rewriting): InstBody | undefined {
  const { kind, name } = inst.target;
  if ((name !== "bpf_loop" && name !== "loop") || kind !== "helper") return undefined;
  const [times, , , flags] = inst.args.map((arg) => context.constantOf(arg));
  if (times !== 0n || flags !== 0n || inst.result === undefined || inst.returns === "ptr") return undefined;
  return { kind: "const", result: inst.result, bits: inst.returns === "i32" ? 32 : 64, value: 0n };
}

function simplifyOffset(inst: Inst & { kind: "offset" }, context: Rewriting): InstBody | Value | undefined {
  const by = context.constantOf(inst.by);
  if (by === 0n) return inst.base;
  const inner = context.def(inst.base);
  if (by === undefined || inner?.kind !== "offset") return undefined;
  const before = context.constantOf(inner.by);
  if (before === undefined) return undefined;
  return {
    kind: "offset",
    result: inst.result,
    base: inner.base,
    by: context.constant(64, by + before),
  };
}
