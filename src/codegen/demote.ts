import type { Block, Func, Inst, InstBody, SlotId, Value } from "../ir/ir.ts";
import { forEachOperand, forEachTerminatorOperand, mapOperands, mapTerminator } from "../ir/operands.ts";

/**
 * The function with these integers kept in slots: stored once where they are defined, loaded where they are read. The
 * last resort against a frame that is full of spilled values, since slots can move to the scratch map.
 */
export function demoteValues(func: Func, values: readonly Value[]): { func: Func; slots: SlotId[] } {
  const slotOf = new Map<Value, SlotId>();
  const slots = func.slots.slice();
  for (const value of values) {
    const id = slots.length as SlotId;
    slots.push({ id, name: `v${value}`, bytes: 8, align: 8, place: "auto" });
    slotOf.set(value, id);
  }
  const result: Func = { ...func, slots, types: func.types.slice() };
  result.blocks = func.blocks.map((block, i) => new BlockRewriter(result, slotOf).rewrite(block, i === 0));
  return { func: result, slots: [...slotOf.values()] };
}

class BlockRewriter {
  private readonly func: Func;
  private readonly slotOf: ReadonlyMap<Value, SlotId>;
  private readonly out: Inst[] = [];

  constructor(func: Func, slotOf: ReadonlyMap<Value, SlotId>) {
    this.func = func;
    this.slotOf = slotOf;
  }

  rewrite(block: Block, isEntry: boolean): Block {
    for (const { value } of isEntry ? this.func.params : block.params) this.storeIfDemoted(value);
    for (const inst of block.insts) {
      const loaded = this.loadOperands((visit) => forEachOperand(inst, visit));
      this.out.push(mapOperands(inst, loaded));
      const result = inst.result;
      if (result !== undefined) this.storeIfDemoted(result);
    }
    const loaded = this.loadOperands((visit) => forEachTerminatorOperand(block.terminator, visit));
    return { ...block, insts: this.out, terminator: mapTerminator(block.terminator, loaded) };
  }

  private storeIfDemoted(value: Value): void {
    const slot = this.slotOf.get(value);
    if (slot === undefined) return;
    const base = this.slotAddr(slot);
    this.out.push({ kind: "store", size: this.sizeOf(value), space: "stack", base, off: 0, value });
  }

  /** Loads what an instruction reads, and tells what to read instead. */
  private loadOperands(visitAll: (visit: (value: Value) => void) => void): (value: Value) => Value {
    const loaded = new Map<Value, Value>();
    visitAll((value) => {
      const slot = this.slotOf.get(value);
      if (slot === undefined || loaded.has(value)) return;
      const size = this.sizeOf(value);
      const result = this.fresh(size === 8 ? "i64" : "i32");
      const to = size === 8 ? 64 : 32;
      const base = this.slotAddr(slot);
      this.out.push({ kind: "load", result, size, signed: false, to, space: "stack", base, off: 0 });
      loaded.set(value, result);
    });
    return (value) => loaded.get(value) ?? value;
  }

  private slotAddr(slot: SlotId): Value {
    const result = this.fresh("ptr");
    const inst: InstBody = { kind: "slotAddr", result, slot };
    this.out.push(inst);
    return result;
  }

  private sizeOf(value: Value): 4 | 8 {
    return this.func.types[value] === "i32" ? 4 : 8;
  }

  private fresh(type: Func["types"][number]): Value {
    return (this.func.types.push(type) - 1) as Value;
  }
}
