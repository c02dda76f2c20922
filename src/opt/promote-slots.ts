import type { Cfg } from "../ir/cfg.ts";
import { buildCfg } from "../ir/cfg.ts";
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
  run(func) {
    if (func.slots.length === 0) return false;
    const fields = findFields(func);
    if (fields.fields.length === 0) return false;
    return new Promotion(func, fields).run();
  },
};

class Promotion {
  private readonly func: Func;
  private readonly cfg: Cfg;
  private readonly fields: readonly Field[];
  private readonly fieldOf: ReadonlyMap<Inst, Field>;
  /** Per block the fields that are read there, or later, before they are written. */
  private readonly liveIns: number[][];
  /** Per block the value of each field at its end. */
  private readonly outs: (Value | undefined)[][] = [];
  /** Per block its new parameters: which field each one is for. */
  private readonly added: { field: number; value: Value }[][];
  private readonly replaced: (Value | undefined)[] = [];
  private readonly zeros = new Map<ValueType, Value>();
  private readonly skipped: Uint8Array;

  constructor(func: Func, { fields, fieldOf }: Fields) {
    this.func = func;
    this.cfg = buildCfg(func);
    this.fields = fields;
    this.fieldOf = fieldOf;
    this.skipped = new Uint8Array(fields.length);
    this.liveIns = this.findLiveIns();
    this.added = func.blocks.map(() => []);
  }

  run(): boolean {
    // There is no pointer to stand for one that was never written.
    for (const field of this.liveIns[0] as number[])
      if (this.fields[field]?.type === "ptr") this.skipped[field] = 1;
    if (this.skipped.every((flag) => flag === 1)) return false;
    this.addParams();
    for (const index of this.cfg.order) this.rewriteBlock(index);
    for (const index of this.cfg.order) this.passArguments(index);
    const entry = this.func.blocks[0] as Block;
    for (const [type, result] of this.zeros)
      entry.insts = [{ kind: "const", result, bits: type === "i32" ? 32 : 64, value: 0n }, ...entry.insts];
    for (const block of this.func.blocks) {
      block.insts = block.insts.map((inst) => mapOperands(inst, this.resolve));
      block.terminator = mapTerminator(block.terminator, this.resolve);
    }
    return true;
  }

  private findLiveIns(): number[][] {
    const exposed = this.func.blocks.map((): number[] => []);
    const written = this.func.blocks.map(() => new Uint8Array(this.fields.length));
    for (const [b, block] of this.func.blocks.entries())
      for (const inst of block.insts) {
        const field = this.fieldOf.get(inst);
        if (!field) this.forget(inst, written[b] as Uint8Array);
        else if (inst.kind === "store") (written[b] as Uint8Array)[field.index] = 1;
        else if (written[b]?.[field.index] === 0) (exposed[b] as number[]).push(field.index);
      }
    const liveIns = this.func.blocks.map((): number[] => []);
    const seen = this.func.blocks.map(() => new Uint8Array(this.fields.length));
    const stack: [block: number, field: number][] = [];
    for (const [b, list] of exposed.entries()) for (const field of list) stack.push([b, field]);
    for (let at = stack.pop(); at; at = stack.pop()) {
      const [block, field] = at;
      const flags = seen[block] as Uint8Array;
      if (flags[field] === 1) continue;
      flags[field] = 1;
      (liveIns[block] as number[]).push(field);
      for (const pred of this.cfg.preds[block] as readonly number[])
        if (written[pred]?.[field] === 0) stack.push([pred, field]);
    }
    return liveIns;
  }

  /** The start of a slot's life ends the lives of what numbers it held. */
  private forget(inst: Inst, written: Uint8Array): void {
    if (inst.kind !== "slotStart") return;
    for (const field of this.fields)
      if (field.slot === inst.slot && field.type !== "ptr") written[field.index] = 1;
  }

  private addParams(): void {
    for (const index of this.cfg.order) {
      if ((this.cfg.preds[index] as readonly number[]).length < 2) continue;
      const block = this.func.blocks[index] as Block;
      const params: BlockParam[] = block.params.slice();
      for (const field of this.liveIns[index] as number[]) {
        if (this.skipped[field] === 1) continue;
        const { type } = this.fields[field] as Field;
        const value = this.fresh(type);
        params.push({ value, type });
        this.added[index]?.push({ field, value });
      }
      block.params = params;
    }
  }

  private rewriteBlock(index: number): void {
    const block = this.func.blocks[index] as Block;
    const preds = this.cfg.preds[index] as readonly number[];
    const now: (Value | undefined)[] = preds.length === 1 ? (this.outs[preds[0] as number]?.slice() ?? []) : [];
    for (const { field, value } of this.added[index] ?? []) now[field] = value;
    const out: Inst[] = [];
    for (const inst of block.insts) {
      const field = this.fieldOf.get(inst);
      if (field && this.skipped[field.index] === 0) this.rewriteAccess(inst, field, now, out);
      else {
        if (inst.kind === "slotStart") this.reset(inst.slot, now);
        out.push(inst);
      }
    }
    block.insts = out;
    this.outs[index] = now;
  }

  private reset(slot: number, now: (Value | undefined)[]): void {
    for (const field of this.fields)
      if (field.slot === slot && field.type !== "ptr") now[field.index] = undefined;
  }

  private rewriteAccess(inst: Inst, field: Field, now: (Value | undefined)[], out: Inst[]): void {
    if (inst.kind === "store") {
      const isWide = this.func.types[inst.value] === "i64";
      if (field.type !== "i32" || !isWide) now[field.index] = inst.value;
      else {
        const result = this.fresh("i32");
        out.push({ kind: "truncate", result, value: inst.value, ...(inst.span && { span: inst.span }) });
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
      const added = this.added[this.cfg.indexOf[edge.block] as number] ?? [];
      if (added.length === 0) return edge;
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
