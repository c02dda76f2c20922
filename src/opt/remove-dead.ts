import { blockIndex } from "../ir/cfg.ts";
import type { Block, Edge, Func, Inst, Terminator, Value } from "../ir/ir.ts";
import { forEachEdge, forEachOperand } from "../ir/operands.ts";
import { isRemovable } from "./effects.ts";
import { dropParams } from "./merge-params.ts";
import type { Pass } from "./pass.ts";

/** Removes what nobody reads: values, parameters, the results of atomic operations. */
export const removeDead: Pass = {
  name: "remove-dead",
  run(func) {
    const live = findLive(func);
    const gone = { any: false, onlyLeftovers: true };
    for (let b = 0; b < func.blocks.length; b++) {
      const block = func.blocks[b] as Block;
      const kept = keepLive(block.insts, live, gone);
      if (kept) block.insts = kept;
    }
    if (func.blocks.some((block) => block.params.some(({ value }) => live[value] === 0))) {
      dropParams(func, (value) => live[value] === 0);
      return true;
    }
    return gone.any && gone.onlyLeftovers ? "leftovers" : gone.any;
  },
};

/** What was removed: anything at all, and nothing but constants and addresses of slots. */
type Gone = { any: boolean; onlyLeftovers: boolean };

/** The instructions that stay, or undefined when all do. */
function keepLive(insts: readonly Inst[], live: Uint8Array, gone: Gone): Inst[] | undefined {
  let kept: Inst[] | undefined; // from the first change on
  for (let i = 0; i < insts.length; i++) {
    const inst = insts[i] as Inst;
    const result = inst.result;
    const isDead = result !== undefined && live[result] === 0;
    if (isDead && isRemovable(inst)) {
      kept ??= insts.slice(0, i);
      if (inst.kind !== "const" && inst.kind !== "slotAddr") gone.onlyLeftovers = false;
    } else if (isDead && inst.kind === "atomic" && inst.op !== "xchg" && inst.op !== "cmpxchg") {
      const { result: _, ...rest } = inst;
      kept ??= insts.slice(0, i);
      kept.push(rest);
      gone.onlyLeftovers = false;
    } else kept?.push(inst);
  }
  if (kept !== undefined) gone.any = true;
  return kept;
}

/** Marks values that something with an effect reads, directly or not. */
function findLive(func: Func): Uint8Array {
  const live = new Uint8Array(func.types.length);
  const defs: (Inst | undefined)[] = new Array(func.types.length);
  const params: (readonly Value[] | undefined)[] = argumentsOf(func);
  const work: Value[] = [];
  const mark = (value: Value) => {
    if (live[value] === 1) return;
    live[value] = 1;
    work.push(value);
  };
  for (let b = 0; b < func.blocks.length; b++) {
    const { insts, terminator } = func.blocks[b] as Block;
    for (let i = 0; i < insts.length; i++) {
      const inst = insts[i] as Inst;
      const { result } = inst;
      if (result !== undefined && isRemovable(inst)) defs[result] = inst;
      else forEachOperand(inst, mark);
    }
    markTerminator(terminator, mark);
  }
  for (let value = work.pop(); value !== undefined; value = work.pop()) {
    const def = defs[value];
    if (def) forEachOperand(def, mark);
    else params[value]?.forEach(mark);
  }
  return live;
}

function markTerminator(terminator: Terminator, mark: (value: Value) => void): void {
  if (terminator.kind === "branch") {
    mark(terminator.lhs);
    mark(terminator.rhs);
  } else if (terminator.kind === "return" && terminator.value !== undefined) mark(terminator.value);
}

/** For each block parameter the values that edges pass for it. */
function argumentsOf(func: Func): (Value[] | undefined)[] {
  const found: (Value[] | undefined)[] = [];
  if (func.blocks.every(({ params }) => params.length === 0)) return found;
  const indexOf = blockIndex(func.blocks);
  const add = (edge: Edge) => {
    if (edge.args.length === 0) return;
    const { params } = func.blocks[indexOf[edge.block] as number] as Block;
    for (let i = 0; i < params.length; i++) {
      const { value } = params[i] as Block["params"][number];
      const args = found[value];
      if (args) args.push(edge.args[i] as Value);
      else found[value] = [edge.args[i] as Value];
    }
  };
  for (let b = 0; b < func.blocks.length; b++) forEachEdge((func.blocks[b] as Block).terminator, add);
  return found;
}
