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

// biome-ignore format: one group per line
const PURE: ReadonlySet<Inst["kind"]> = new Set([
  "const", "core", "binary", "neg", "compare", "select", "extend", "truncate", "byteswap", "toInt",
  "ctx", "slotAddr", "mapAddr", "mapValueAddr", "funcAddr", "offset",
]);

/** Whether the instruction depends on its operands alone and does nothing else. */
export function isPure(inst: Inst): boolean {
  return PURE.has(inst.kind);
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
