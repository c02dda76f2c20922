import type { Block, Func, Inst, SlotId, Value } from "../ir/ir.ts";
import { mapOperands, mapTerminator } from "../ir/operands.ts";

/** The function with the addresses of these slots taken anew in each block that uses them, and nowhere else. */
export function localizeSlots(func: Func, isMoved: (slot: SlotId) => boolean): Func {
  const slotOf: (SlotId | undefined)[] = [];
  for (const block of func.blocks)
    for (const inst of block.insts)
      if (inst.kind === "slotAddr" && isMoved(inst.slot)) slotOf[inst.result] = inst.slot;
  const types = func.types.slice();
  const blocks = func.blocks.map((block): Block => {
    const insts: Inst[] = [];
    const here = new Map<SlotId, Value>();
    const resolve = (value: Value): Value => {
      const slot = slotOf[value];
      if (slot === undefined) return value;
      const known = here.get(slot);
      if (known !== undefined) return known;
      const result = (types.push("ptr") - 1) as Value;
      insts.push({ kind: "slotAddr", result, slot });
      here.set(slot, result);
      return result;
    };
    for (const inst of block.insts)
      if (inst.kind !== "slotAddr" || !isMoved(inst.slot)) {
        const mapped = mapOperands(inst, resolve); // may push the addresses that it takes
        insts.push(mapped);
      }
    const terminator = mapTerminator(block.terminator, resolve);
    return { ...block, insts, terminator };
  });
  return { ...func, types, blocks };
}
