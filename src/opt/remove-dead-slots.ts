import type { Block, Func, Inst, SlotId, Value } from "../ir/ir.ts";
import { forEachOperand, forEachTerminatorOperand } from "../ir/operands.ts";
import type { Pass } from "./pass.ts";

/** Removes stores to slots that nothing reads, and marks of slots whose address nobody takes. */
export const removeDeadSlots: Pass = {
  name: "remove-dead-slots",
  run(func) {
    if (func.slots.length === 0) return false;
    const { slotOf, read, mentioned } = findRead(func);
    if (!mentioned.some((flag, slot) => flag === 1 && read[slot] === 0)) return false;
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

/**
 * `slotOf`: the slot that each address certainly points into. `read` marks slots whose bytes are read, or whose address
 * leaves our sight; `mentioned` those that are there at all.
 */
type Slots = Readonly<{ slotOf: readonly (SlotId | undefined)[]; read: Uint8Array; mentioned: Uint8Array }>;

/** One walk finds all: definitions come before uses. */
function findRead(func: Func): Slots {
  const slotOf: (SlotId | undefined)[] = new Array(func.types.length);
  const read = new Uint8Array(func.slots.length);
  const mentioned = new Uint8Array(func.slots.length);
  const mark = (value: Value) => {
    const slot = slotOf[value];
    if (slot !== undefined) read[slot] = 1;
  };
  for (let b = 0; b < func.blocks.length; b++) {
    const { insts, terminator } = func.blocks[b] as Block;
    for (let i = 0; i < insts.length; i++) {
      const inst = insts[i] as Inst;
      switch (inst.kind) {
        case "slotAddr":
          slotOf[inst.result] = inst.slot;
          mentioned[inst.slot] = 1;
          break;
        case "slotStart":
        case "slotEnd":
          mentioned[inst.slot] = 1;
          break;
        case "offset":
          slotOf[inst.result] = slotOf[inst.base];
          mark(inst.by);
          break;
        case "store":
          mark(inst.value);
          break;
        default:
          forEachOperand(inst, mark);
      }
    }
    forEachTerminatorOperand(terminator, mark);
  }
  return { slotOf, read, mentioned };
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
