import type { Func, Inst, SlotId, Value } from "../ir/ir.ts";
import { edgesOf, forEachOperand } from "../ir/operands.ts";
import type { Pass } from "./pass.ts";

/** Removes stores to slots that nothing reads, and marks of slots whose address nobody takes. */
export const removeDeadSlots: Pass = {
  name: "remove-dead-slots",
  run(func) {
    if (func.slots.length === 0) return false;
    const slotOf = findAddresses(func);
    const read = findRead(func, slotOf);
    let changed = false;
    for (const block of func.blocks) {
      const kept = block.insts.filter((inst) => !isDead(inst, slotOf, read));
      if (kept.length === block.insts.length) continue;
      block.insts = kept;
      changed = true;
    }
    return changed;
  },
};

/** The slot that each address certainly points into. */
function findAddresses(func: Func): (SlotId | undefined)[] {
  const slotOf: (SlotId | undefined)[] = [];
  for (const block of func.blocks)
    for (const inst of block.insts) {
      if (inst.kind === "slotAddr") slotOf[inst.result] = inst.slot;
      else if (inst.kind === "offset") slotOf[inst.result] = slotOf[inst.base];
    }
  return slotOf;
}

/** Marks slots whose bytes are read, or whose address leaves our sight. */
function findRead(func: Func, slotOf: readonly (SlotId | undefined)[]): Uint8Array {
  const read = new Uint8Array(func.slots.length);
  const mark = (value: Value) => {
    const slot = slotOf[value];
    if (slot !== undefined) read[slot] = 1;
  };
  for (const block of func.blocks) {
    for (const inst of block.insts) {
      if (inst.kind === "offset") mark(inst.by);
      else if (inst.kind === "store") mark(inst.value);
      else forEachOperand(inst, mark);
    }
    const { terminator } = block;
    if (terminator.kind === "branch") {
      mark(terminator.lhs);
      mark(terminator.rhs);
    } else if (terminator.kind === "return" && terminator.value !== undefined) mark(terminator.value);
    for (const edge of edgesOf(terminator)) for (const arg of edge.args) mark(arg);
  }
  return read;
}

function isDead(inst: Inst, slotOf: readonly (SlotId | undefined)[], read: Uint8Array): boolean {
  switch (inst.kind) {
    case "store": {
      const slot = slotOf[inst.base];
      return slot !== undefined && read[slot] === 0;
    }
    case "slotStart":
    case "slotEnd":
      return read[inst.slot] === 0;
    default:
      return false;
  }
}
