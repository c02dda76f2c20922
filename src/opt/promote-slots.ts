import type { Cfg } from "../ir/cfg.ts";
import type { Block, BlockParam, Edge, Func, Inst, InstBody, Value, ValueType } from "../ir/ir.ts";
import { mapOperands, mapTerminator } from "../ir/operands.ts";
import { mapEdges } from "./merge-params.ts";
import type { Pass } from "./pass.ts";
import type { Field, Fields } from "./slot-fields.ts";
import { findFields } from "./slot-fields.ts";

/**
 * Turns variables in slots into values, as far as nobody needs their address. Bytes that were never written are 0
 * then. Blocks must be in reverse post-order and reachable.
 */
export const promoteSlots: Pass = {
  name: "promote-slots",
  run(func, _module, graphs) {
    if (func.slots.length === 0) return false;
    const fields = findFields(func);
    if (fields.fields.length === 0) return false;
    return new Promotion(func, fields, graphs.cfg()).run();
  },
};

class Promotion {
  private readonly func: Func;
  private readonly cfg: Cfg;
  private readonly fields: readonly Field[];
  private readonly fieldAt: Int32Array;
  private readonly firstOf: Int32Array;
  /** Per block the fields that are read there, or later, before they are written. */
  private readonly liveIns: number[][];
  /** Per block the value of each field at its end. */
  private readonly outs: (Value | undefined)[][] = [];
  /** Per block its new parameters: which field each one is for. */
  private readonly added: { field: number; value: Value }[][] = [];
  private readonly replaced: (Value | undefined)[] = [];
  private readonly zeros = new Map<ValueType, Value>();
  private readonly skipped: Uint8Array;
  /** Per slot the fields that hold numbers. */
  private readonly numbersOf: (number[] | undefined)[] = [];

  constructor(func: Func, { fields, fieldAt, firstOf }: Fields, cfg: Cfg) {
    this.func = func;
    this.cfg = cfg;
    this.fields = fields;
    this.fieldAt = fieldAt;
    this.firstOf = firstOf;
    this.skipped = new Uint8Array(fields.length);
    for (const { slot, index, type } of fields)
      if (type !== "ptr") {
        const known = this.numbersOf[slot];
        if (known === undefined) this.numbersOf[slot] = [index];
        else known.push(index);
      }
    this.liveIns = this.findLiveIns();
  }

  run(): boolean {
    // There is no pointer to stand for one that was never written.
    for (const field of this.liveIns[0] as number[])
      if (this.fields[field]?.type === "ptr") this.skipped[field] = 1;
    if (this.skipped.every((flag) => flag === 1)) return false;
    this.addParams();
    const { order } = this.cfg;
    for (let i = 0; i < order.length; i++) this.rewriteBlock(order[i] as number);
    if (this.added.length > 0) for (const index of order) this.passArguments(index);
    const entry = this.func.blocks[0] as Block;
    for (const [type, result] of this.zeros)
      entry.insts = [{ kind: "const", result, bits: type === "i32" ? 32 : 64, value: 0n }, ...entry.insts];
    if (this.replaced.length > 0)
      for (const block of this.func.blocks) block.terminator = mapTerminator(block.terminator, this.resolve);
    return true;
  }

  private findLiveIns(): number[][] {
    const { blocks } = this.func;
    const count = this.fields.length;
    const written = new Uint8Array(blocks.length * count); // by block, then by field
    const seen = new Uint8Array(blocks.length * count);
    const stack: number[] = []; // block * count + field
    let next = 0;
    for (let b = 0; b < blocks.length; b++) {
      const { insts } = blocks[b] as Block;
      for (let i = 0; i < insts.length; i++) {
        const inst = insts[i] as Inst;
        const field = this.fieldAt[next++] as number;
        if (inst.kind === "slotStart") {
          const numbers = this.numbersOf[inst.slot];
          if (numbers !== undefined) for (const number of numbers) written[b * count + number] = 1;
          continue;
        }
        if (field === -1) continue;
        const at = b * count + field;
        if (inst.kind === "store") written[at] = 1;
        else if (written[at] === 0) stack.push(at);
      }
    }
    const liveIns = blocks.map((): number[] => []);
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      if (seen[at] === 1) continue;
      seen[at] = 1;
      const block = Math.floor(at / count);
      const field = at % count;
      (liveIns[block] as number[]).push(field);
      for (const pred of this.cfg.preds[block] as readonly number[])
        if (written[pred * count + field] === 0) stack.push(pred * count + field);
    }
    return liveIns;
  }

  private addParams(): void {
    for (const index of this.cfg.order) {
      if ((this.cfg.preds[index] as readonly number[]).length < 2) continue;
      const block = this.func.blocks[index] as Block;
      const params: BlockParam[] = block.params.slice();
      const added: { field: number; value: Value }[] = [];
      for (const field of this.liveIns[index] as number[]) {
        if (this.skipped[field] === 1) continue;
        const { type } = this.fields[field] as Field;
        const value = this.fresh(type);
        params.push({ value, type });
        added.push({ field, value });
      }
      if (added.length === 0) continue;
      block.params = params;
      this.added[index] = added;
    }
  }

  private rewriteBlock(index: number): void {
    const block = this.func.blocks[index] as Block;
    const preds = this.cfg.preds[index] as readonly number[];
    const now: (Value | undefined)[] = preds.length === 1 ? (this.outs[preds[0] as number]?.slice() ?? []) : [];
    const added = this.added[index];
    if (added !== undefined) for (const { field, value } of added) now[field] = value;
    const { insts } = block;
    const out: Inst[] = [];
    const first = this.firstOf[index] as number;
    for (let i = 0; i < insts.length; i++) {
      const inst = insts[i] as Inst;
      const at = this.fieldAt[first + i] as number;
      if (at >= 0 && this.skipped[at] === 0) this.rewriteAccess(inst, this.fields[at] as Field, now, out);
      else {
        // The start of a slot's life ends the lives of what numbers it held.
        const numbers = inst.kind === "slotStart" ? this.numbersOf[inst.slot] : undefined;
        if (numbers !== undefined) for (const number of numbers) now[number] = undefined;
        out.push(this.replaced.length > 0 ? mapOperands(inst, this.resolve) : inst);
      }
    }
    block.insts = out;
    this.outs[index] = now;
  }

  private rewriteAccess(inst: Inst, field: Field, now: (Value | undefined)[], out: Inst[]): void {
    if (inst.kind === "store") {
      const stored = this.resolve(inst.value);
      const isWide = this.func.types[stored] === "i64";
      if (field.type !== "i32" || !isWide) now[field.index] = stored;
      else {
        const result = this.fresh("i32");
        out.push({ kind: "truncate", result, value: stored, ...(inst.span && { span: inst.span }) });
        now[field.index] = result;
      }
      return;
    }
    const value = now[field.index] ?? this.zero(field.type);
    if (inst.kind === "loadPtr") this.replaced[inst.result] = value;
    else if (inst.kind === "load") {
      const converted = conversion(inst, field, value);
      if (!converted) this.replaced[inst.result] = value;
      else out.push(inst.span ? { ...converted, span: inst.span } : converted);
    }
  }

  private passArguments(index: number): void {
    const block = this.func.blocks[index] as Block;
    block.terminator = mapEdges(block.terminator, (edge): Edge => {
      const added = this.added[this.cfg.indexOf[edge.block] as number];
      if (added === undefined) return edge;
      const values = added.map(
        ({ field }) => this.outs[index]?.[field] ?? this.zero((this.fields[field] as Field).type),
      );
      return { block: edge.block, args: [...edge.args, ...values] };
    });
  }

  /** What a field holds before anything was written. */
  private zero(type: ValueType): Value {
    const known = this.zeros.get(type);
    if (known !== undefined) return known;
    const value = this.fresh(type);
    this.zeros.set(type, value);
    return value;
  }

  private fresh(type: ValueType): Value {
    return (this.func.types.push(type) - 1) as Value;
  }

  private readonly resolve = (value: Value): Value => {
    let found = value;
    for (let next = this.replaced[found]; next !== undefined; next = this.replaced[found]) found = next;
    return found;
  };
}

/** What a load of the field does to its value; undefined when it is the value itself. */
function conversion(inst: Inst & { kind: "load" }, field: Field, value: Value): InstBody | undefined {
  const { result, to, signed } = inst;
  if (field.size === 8) return to === 64 ? undefined : { kind: "truncate", result, value };
  if (field.size === 4 && to === 32) return undefined;
  return { kind: "extend", result, from: (field.size * 8) as 8 | 16 | 32, to, signed, value };
}
