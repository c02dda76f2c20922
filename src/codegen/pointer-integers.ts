import type { Block, Func, Inst, Terminator, Value } from "../ir/ir.ts";
import { edgesOf, forEachOperand } from "../ir/operands.ts";

/**
 * Marks the results of `toInt` that are computed with. The verifier keeps tracking such a register as a pointer: it
 * may be stored, passed on, compared and subtracted from another pointer, but not shifted, masked or cut
 * (`adjust_ptr_min_max_vals` in kernel/bpf/verifier.c, v6.12).
 */
export function pointersToLaunder(func: Func): Uint8Array {
  const launder = new Uint8Array(func.types.length);
  const fromPointer = pointersAsNumbers(func);
  const mark = (value: Value) => {
    if (fromPointer[value] === 1) launder[value] = 1;
  };
  const differences: Difference[] = [];
  for (const block of func.blocks) {
    for (const inst of block.insts)
      if (isDifference(inst, fromPointer)) differences.push(inst);
      else markOperands(inst, mark);
    markTerminator(block.terminator, mark);
  }
  // A number cannot be subtracted from a pointer like that: either both sides are pointers or none is.
  for (let changed = true; changed; ) {
    changed = false;
    for (const { lhs, rhs } of differences)
      if (launder[lhs] !== launder[rhs]) {
        launder[lhs] = 1;
        launder[rhs] = 1;
        changed = true;
      }
  }
  return launder;
}

/** Marks the results of `toInt`. */
function pointersAsNumbers(func: Func): Uint8Array {
  const found = new Uint8Array(func.types.length);
  for (let b = 0; b < func.blocks.length; b++) {
    const { insts } = func.blocks[b] as Block;
    for (let i = 0; i < insts.length; i++) {
      const inst = insts[i] as Inst;
      if (inst.kind === "toInt") found[inst.result] = 1;
    }
  }
  return found;
}

type Difference = Inst & { kind: "binary" };

function isDifference(inst: Inst, fromPointer: Uint8Array): inst is Difference {
  return (
    inst.kind === "binary" && inst.op === "sub" && fromPointer[inst.lhs] === 1 && fromPointer[inst.rhs] === 1
  );
}

function markOperands(inst: Inst, mark: (value: Value) => void): void {
  switch (inst.kind) {
    case "call":
      return;
    case "store":
      if (inst.size < 8) mark(inst.value);
      return;
    case "compare":
      if (inst.op !== "set") return;
      mark(inst.lhs);
      mark(inst.rhs);
      return;
    default:
      forEachOperand(inst, mark);
  }
}

function markTerminator(terminator: Terminator, mark: (value: Value) => void): void {
  if (terminator.kind === "return" && terminator.value !== undefined) mark(terminator.value);
  if (terminator.kind === "branch" && terminator.op === "set") {
    mark(terminator.lhs);
    mark(terminator.rhs);
  }
  for (const edge of edgesOf(terminator)) for (const arg of edge.args) mark(arg);
}
