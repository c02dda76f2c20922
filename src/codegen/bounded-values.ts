import type { Func, Inst, Value } from "../ir/ir.ts";
import { edgesOf } from "../ir/operands.ts";

/**
 * Marks the values that are compared somewhere and then used as an offset or an argument: what the verifier learnt
 * from the comparison must not get lost on the way.
 */
export function findBoundedValues(func: Func, indexOf: Int32Array): Uint8Array {
  const flows = new Uint8Array(func.types.length);
  const compared = new Uint8Array(func.types.length);
  let any = false;
  for (const { insts, terminator } of func.blocks) {
    if (terminator.kind === "branch") {
      compared[terminator.lhs] = 1;
      compared[terminator.rhs] = 1;
    }
    for (const inst of insts) {
      if (inst.kind === "offset") {
        flows[inst.by] = 1;
        any = true;
      } else if (inst.kind === "call")
        for (const arg of inst.args) {
          flows[arg] = 1;
          any = true;
        }
    }
  }
  if (!any) return flows;
  while (spread(func, indexOf, flows));
  for (let v = 0; v < flows.length; v++) flows[v] = (flows[v] as number) & (compared[v] as number);
  return flows;
}

/** Carries marks from results to the operands that they were computed from; whether another walk may mark more. */
function spread(func: Func, indexOf: Int32Array, flows: Uint8Array): boolean {
  let changed = false;
  let again = false; // what stands before its uses is reached in one walk backwards
  const mark = (value: Value) => {
    if (flows[value] === 1 || func.types[value] === "ptr") return;
    flows[value] = 1;
    changed = true;
  };
  for (let b = func.blocks.length - 1; b >= 0; b--) {
    const block = func.blocks[b];
    if (!block) continue;
    for (const edge of edgesOf(block.terminator)) {
      const target = indexOf[edge.block] as number;
      if (target <= b) again = true;
      const params = func.blocks[target]?.params ?? [];
      for (let i = 0; i < params.length; i++)
        if (flows[params[i]?.value as Value] === 1) mark(edge.args[i] as Value);
    }
    for (let i = block.insts.length - 1; i >= 0; i--) markSources(block.insts[i] as Inst, flows, mark);
  }
  return changed && again;
}

function markSources(inst: Inst, flows: Uint8Array, mark: (value: Value) => void): void {
  switch (inst.kind) {
    case "binary":
      if (flows[inst.result] === 0) return;
      mark(inst.lhs);
      mark(inst.rhs);
      return;
    case "select":
      if (flows[inst.result] === 0) return;
      mark(inst.then);
      mark(inst.else);
      return;
    case "extend":
    case "truncate":
    case "neg":
      if (flows[inst.result] === 1) mark(inst.value);
      return;
    default:
      return;
  }
}
