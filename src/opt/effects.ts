import type { Func, Inst } from "../ir/ir.ts";
import { hasNoEffect, isSameInOneRun } from "./helper-effects.ts";

/** Program types whose context nothing changes while the program runs. */
const CONSTANT_CONTEXT: ReadonlySet<string> = new Set([
  "tracepoint",
  "rawTracepoint",
  "kprobe",
  "perfEvent",
  "tracing",
  "lsm",
]);

/** Whether the instruction depends on its operands alone and does nothing else. */
export function isPure(inst: Inst): boolean {
  switch (inst.kind) {
    case "const":
    case "core":
    case "binary":
    case "neg":
    case "compare":
    case "select":
    case "extend":
    case "truncate":
    case "byteswap":
    case "toInt":
    case "ctx":
    case "slotAddr":
    case "mapAddr":
    case "mapValueAddr":
    case "funcAddr":
    case "offset":
      return true;
    default:
      return false;
  }
}

/** Whether the instruction gives the same wherever it runs in this function: pure, or a read of what never changes. */
export function isRepeatable(inst: Inst, contextIsConstant: boolean): boolean {
  if (isPure(inst)) return true;
  if (inst.kind === "load" || inst.kind === "loadPtr") return inst.space === "ctx" && contextIsConstant;
  return inst.kind === "call" && inst.target.kind === "helper" && isSameInOneRun(inst.target.name);
}

/** Whether the instruction can go when nobody reads its result. */
export function isRemovable(inst: Inst): boolean {
  if (isPure(inst) || inst.kind === "load" || inst.kind === "loadPtr") return true;
  return inst.kind === "call" && inst.target.kind === "helper" && hasNoEffect(inst.target.name);
}

/** Whether loads from the context always give the same in this function. */
export function hasConstantContext(func: Func): boolean {
  return func.program !== undefined && CONSTANT_CONTEXT.has(func.program.type);
}
