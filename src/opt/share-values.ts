import type { Cfg } from "../ir/cfg.ts";
import { buildCfg } from "../ir/cfg.ts";
import type { Dominators } from "../ir/dominators.ts";
import { dominates, findDominators } from "../ir/dominators.ts";
import type { Block, Func, Inst, Value } from "../ir/ir.ts";
import { forEachOperand, mapOperands, mapTerminator, resultOf } from "../ir/operands.ts";
import type { CheckedValues } from "./checked-values.ts";
import { findCheckedValues } from "./checked-values.ts";
import { hasConstantContext, isRepeatable } from "./effects.ts";
import type { Pass } from "./pass.ts";

/**
 * Common subexpressions: what was computed on every way here is not computed again. Also calls of helpers that always
 * say the same, and loads from a context that does not change.
 */
export const shareValues: Pass = {
  name: "share-values",
  run: (func) => new Sharing(func).run(),
};

type Known = Readonly<{ value: Value; block: number }>;

class Sharing {
  private readonly func: Func;
  private readonly cfg: Cfg;
  private readonly dominators: Dominators;
  private readonly facts: CheckedValues;
  private readonly contextIsConstant: boolean;
  private readonly known = new Map<string, Known[]>();
  private readonly replaced: Value[] = [];
  private changed = false;

  constructor(func: Func) {
    this.func = func;
    this.cfg = buildCfg(func);
    this.dominators = findDominators(this.cfg);
    this.facts = findCheckedValues(func);
    this.contextIsConstant = hasConstantContext(func);
  }

  run(): boolean {
    for (const index of this.cfg.order) this.visitBlock(index);
    if (this.changed)
      for (const block of this.func.blocks) block.terminator = mapTerminator(block.terminator, this.resolve);
    return this.changed;
  }

  private visitBlock(index: number): void {
    const block = this.func.blocks[index] as Block;
    const out: Inst[] = [];
    for (const old of block.insts) {
      const inst = this.changed ? mapOperands(old, this.resolve) : old;
      const result = resultOf(inst);
      if (result === undefined || inst.kind === "ctx" || !isRepeatable(inst, this.contextIsConstant)) {
        out.push(inst);
        continue;
      }
      const same = this.findSame(inst, index);
      if (same === undefined) out.push(inst);
      else {
        this.replaced[result] = same;
        this.changed = true;
      }
    }
    if (this.changed) block.insts = out;
  }

  /** A value that is the same and known here; without one, the instruction's own becomes known. */
  private findSame(inst: Inst, block: number): Value | undefined {
    const result = resultOf(inst) as Value;
    const isNull = inst.kind === "const" && this.func.types[result] === "ptr"; // not the number 0
    const key = isNull ? "null" : keyOf(inst);
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

/** Equal for instructions that compute the same. */
function keyOf(inst: Inst): string {
  switch (inst.kind) {
    case "const":
      return `const ${inst.bits} ${inst.value}`;
    case "core":
      return `core ${inst.question.what} ${inst.question.type} ${inst.question.access.join(":")}`;
    case "binary": {
      const swap = inst.rhs < inst.lhs && isCommutative(inst.op);
      const [lhs, rhs] = swap ? [inst.rhs, inst.lhs] : [inst.lhs, inst.rhs];
      return `${inst.op} ${inst.bits} ${lhs} ${rhs}`;
    }
    case "neg":
      return `neg ${inst.bits} ${inst.value}`;
    case "compare":
      return `compare ${inst.op} ${inst.bits} ${inst.lhs} ${inst.rhs}`;
    case "select":
      return `select ${inst.condition} ${inst.then} ${inst.else}`;
    case "extend":
      return `extend ${inst.signed} ${inst.from} ${inst.to} ${inst.value}`;
    case "truncate":
    case "toInt":
      return `${inst.kind} ${inst.value}`;
    case "byteswap":
      return `byteswap ${inst.width} ${inst.value}`;
    case "slotAddr":
      return `slotAddr ${inst.slot}`;
    case "mapAddr":
      return `mapAddr ${inst.map}`;
    case "mapValueAddr":
      return `mapValueAddr ${inst.off} ${inst.map}`;
    case "funcAddr":
      return `funcAddr ${inst.func}`;
    case "offset":
      return `offset ${inst.base} ${inst.by}`;
    case "load":
      return `load ${inst.size} ${inst.signed} ${inst.to} ${inst.base} ${inst.off}`;
    case "loadPtr":
      return `loadPtr ${inst.base} ${inst.off}`;
    case "call":
      return `call ${inst.returns} ${inst.target.name} ${inst.args.join()}`;
    default:
      throw new Error(`bug: ${inst.kind} is not shared`);
  }
}

function isCommutative(op: (Inst & { kind: "binary" })["op"]): boolean {
  return op === "add" || op === "mul" || op === "and" || op === "or" || op === "xor";
}
