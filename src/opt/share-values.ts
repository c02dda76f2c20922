import type { Cfg } from "../ir/cfg.ts";
import type { Dominators } from "../ir/dominators.ts";
import { dominates } from "../ir/dominators.ts";
import type { Graphs } from "../ir/graphs.ts";
import type { Block, Func, Inst, Value } from "../ir/ir.ts";
import { forEachOperand, mapOperands, mapTerminator } from "../ir/operands.ts";
import type { CheckedValues } from "./checked-values.ts";
import { findCheckedValues } from "./checked-values.ts";
import { hasConstantContext, isRepeatable } from "./effects.ts";
import type { Pass } from "./pass.ts";
import type { ValueKey } from "./value-key.ts";
import { keyOf } from "./value-key.ts";

/**
 * Common subexpressions: what was computed on every way here is not computed again. Also calls of helpers that always
 * say the same, and loads from a context that does not change.
 */
export const shareValues: Pass = {
  name: "share-values",
  run: (func, _module, graphs) => new Sharing(func, graphs).run(),
};

type Known = Readonly<{ value: Value; block: number }>;

class Sharing {
  private readonly func: Func;
  private readonly cfg: Cfg;
  private readonly dominators: Dominators;
  private readonly facts: CheckedValues;
  private readonly contextIsConstant: boolean;
  private readonly known = new Map<ValueKey, Known[]>();
  /** Constants of the entry, where most stand. */
  private readonly constants = {
    i32: new Map<bigint, Value>(),
    i64: new Map<bigint, Value>(),
    ptr: new Map<bigint, Value>(),
  };
  private readonly replaced: Value[] = [];
  private changed = false;

  constructor(func: Func, graphs: Graphs) {
    this.func = func;
    this.cfg = graphs.cfg();
    this.dominators = graphs.dominators();
    this.facts = findCheckedValues(func);
    this.contextIsConstant = hasConstantContext(func);
  }

  run(): boolean {
    const { order } = this.cfg;
    for (let i = 0; i < order.length; i++) this.visitBlock(order[i] as number);
    if (this.changed)
      for (const block of this.func.blocks) block.terminator = mapTerminator(block.terminator, this.resolve);
    return this.changed;
  }

  private visitBlock(index: number): void {
    const block = this.func.blocks[index] as Block;
    const { insts } = block;
    let out: Inst[] | undefined; // from the first change on
    for (let i = 0; i < insts.length; i++) {
      const old = insts[i] as Inst;
      const inst = this.changed ? mapOperands(old, this.resolve) : old;
      if (inst !== old) out ??= insts.slice(0, i);
      const { result } = inst;
      const same =
        result === undefined || inst.kind === "ctx" || !isRepeatable(inst, this.contextIsConstant)
          ? undefined
          : inst.kind === "const"
            ? this.findConstant(inst, index)
            : this.findSame(inst, result, index);
      if (same === undefined) {
        out?.push(inst);
        continue;
      }
      out ??= insts.slice(0, i);
      this.replaced[result as Value] = same;
      this.changed = true;
    }
    if (out !== undefined) block.insts = out;
  }

  /** As `findSame`, without making texts of numbers: what is in the entry is known everywhere. */
  private findConstant(inst: Inst & { kind: "const" }, block: number): Value | undefined {
    const known = this.constants[this.func.types[inst.result] ?? "i64"];
    const same = known.get(inst.value);
    if (same !== undefined) return same;
    if (block !== this.cfg.order[0]) return this.findSame(inst, inst.result, block);
    known.set(inst.value, inst.result);
    return undefined;
  }

  /** A value that is the same and known here; without one, the instruction's own becomes known. */
  private findSame(inst: Inst, result: Value, block: number): Value | undefined {
    const key = keyOf(inst, this.func);
    const entries = this.known.get(key);
    if (!entries) {
      this.known.set(key, [{ value: result, block }]);
      return undefined;
    }
    for (let i = entries.length - 1; i >= 0; i--) {
      const entry = entries[i] as Known;
      if (!dominates(this.dominators, entry.block, block)) {
        // Blocks come in reverse post-order: what does not dominate this one seldom dominates a later one.
        if (i > 8) entries.splice(i, 1);
        continue;
      }
      if (entry.block !== block && this.mayHaveLearnt(inst, result)) continue;
      return entry.value;
    }
    entries.push({ value: result, block });
    return undefined;
  }

  /** Whether the verifier may know more of this computation than of an earlier one. */
  private mayHaveLearnt(inst: Inst, result: Value): boolean {
    if (this.facts.demanded[result] !== 1) return false;
    let learnt = false;
    forEachOperand(inst, (operand) => {
      if (this.facts.checked[operand] === 1 && inst.kind !== "load") learnt = true;
    });
    return learnt;
  }

  private readonly resolve = (value: Value): Value => this.replaced[value] ?? value;
}
