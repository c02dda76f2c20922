import type { Block, Edge, Func, Inst, Value } from "../ir/ir.ts";
import { forEachEdge } from "../ir/operands.ts";

/**
 * Marks the values that are compared somewhere and then used as an offset or an argument: what the verifier learnt
 * from the comparison must not get lost on the way.
 */
export function findBoundedValues(func: Func, indexOf: Int32Array): Uint8Array {
  const flows = new Uint8Array(func.types.length);
  const compared = new Uint8Array(func.types.length);
  let compares = false;
  for (let b = 0; b < func.blocks.length; b++) {
    const { insts, terminator } = func.blocks[b] as Block;
    if (terminator.kind === "branch") {
      compared[terminator.lhs] = 1;
      compared[terminator.rhs] = 1;
      compares = true;
    }
    for (let i = 0; i < insts.length; i++) {
      const inst = insts[i] as Inst;
      if (inst.kind === "offset") flows[inst.by] = 1;
      else if (inst.kind === "call")
        for (let a = 0; a < inst.args.length; a++) flows[inst.args[a] as Value] = 1;
    }
  }
  if (!compares) return compared;
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
  let here = 0;
  const follow = (edge: Edge) => {
    const target = indexOf[edge.block] as number;
    if (target <= here) again = true;
    if (edge.args.length === 0) return;
    const { params } = func.blocks[target] as Block;
    for (let i = 0; i < params.length; i++)
      if (flows[params[i]?.value as Value] === 1) mark(edge.args[i] as Value);
  };
  for (let b = func.blocks.length - 1; b >= 0; b--) {
    const { insts, terminator } = func.blocks[b] as Block;
    here = b;
    forEachEdge(terminator, follow);
    for (let i = insts.length - 1; i >= 0; i--) markSources(insts[i] as Inst, flows, mark);
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
