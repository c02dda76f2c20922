import { blockIndex } from "../ir/cfg.ts";
import type { Block, Edge, Func, Inst, Value } from "../ir/ir.ts";
import { forEachEdge } from "../ir/operands.ts";

/**
 * What the verifier learns by comparisons, and what it must know: `checked` marks operands of branches, `demanded`
 * marks numbers that end up as offsets or arguments. A demanded value that is computed from a checked one after the
 * check must not be replaced by the same computation from before it.
 */
export type CheckedValues = Readonly<{ checked: Uint8Array; demanded: Uint8Array }>;

export function findCheckedValues(func: Func): CheckedValues {
  const checked = new Uint8Array(func.types.length);
  const demanded = new Uint8Array(func.types.length);
  let any = false;
  for (let b = 0; b < func.blocks.length; b++) {
    const { insts, terminator } = func.blocks[b] as Block;
    if (terminator.kind === "branch") {
      checked[terminator.lhs] = 1;
      checked[terminator.rhs] = 1;
      any = true;
    }
    for (let i = 0; i < insts.length; i++) {
      const inst = insts[i] as Inst;
      if (inst.kind === "offset") demanded[inst.by] = 1;
      else if (inst.kind === "call")
        for (let a = 0; a < inst.args.length; a++) demanded[inst.args[a] as Value] = 1;
    }
  }
  if (!any) return { checked, demanded }; // nothing is learnt, so nothing can get lost
  const indexOf = blockIndex(func.blocks);
  while (spreadDemand(func, indexOf, demanded));
  return { checked, demanded };
}

function spreadDemand(func: Func, indexOf: Int32Array, demanded: Uint8Array): boolean {
  let changed = false;
  let loops = false; // without them one walk backwards sees all uses before what they use
  const demand = (value: Value) => {
    if (demanded[value] === 1) return;
    demanded[value] = 1;
    changed = true;
  };
  let here = 0;
  const follow = (edge: Edge) => {
    const target = indexOf[edge.block] as number;
    if (target <= here) loops = true;
    if (edge.args.length === 0) return;
    const { params } = func.blocks[target] as Block;
    for (let i = 0; i < params.length; i++)
      if (demanded[(params[i] as Block["params"][number]).value] === 1) demand(edge.args[i] as Value);
  };
  for (let b = func.blocks.length - 1; b >= 0; b--) {
    const { insts, terminator } = func.blocks[b] as Block;
    here = b;
    forEachEdge(terminator, follow);
    for (let i = insts.length - 1; i >= 0; i--) demandSources(insts[i] as Inst, demanded, demand);
  }
  return changed && loops;
}

function demandSources(inst: Inst, demanded: Uint8Array, demand: (value: Value) => void): void {
  switch (inst.kind) {
    case "binary":
      if (demanded[inst.result] === 0) return;
      demand(inst.lhs);
      demand(inst.rhs);
      return;
    case "select":
      if (demanded[inst.result] === 0) return;
      demand(inst.then);
      demand(inst.else);
      return;
    case "extend":
    case "truncate":
    case "neg":
      if (demanded[inst.result] === 1) demand(inst.value);
      return;
    case "offset":
      if (demanded[inst.result] === 1) demand(inst.base);
      return;
    default:
      return;
  }
}
