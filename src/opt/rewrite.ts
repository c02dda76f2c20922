import type { Block, Func, Inst, InstBody, Terminator, Value } from "../ir/ir.ts";
import { forEachOperand, forEachTerminatorOperand, mapOperands, mapTerminator } from "../ir/operands.ts";

/** What a rule may ask while a function is rewritten. */
export type Rewriting = Readonly<{
  func: Func;
  /** The instruction that defines a value; undefined for parameters. */
  def(value: Value): Inst | undefined;
  /** The value as a number, if it is a constant. */
  constantOf(value: Value): bigint | undefined;
  /** Whether exactly one place reads the value. */
  usedOnce(value: Value): boolean;
  /** A new value, defined right before the instruction at hand. */
  emit(make: (result: Value) => InstBody, type: Func["types"][number]): Value;
  constant(bits: 32 | 64, value: bigint): Value;
}>;

/**
 * What to put in an instruction's place: another instruction with the same result, an existing value that is the same,
 * or undefined to leave it.
 */
export type Rule = (inst: Inst, context: Rewriting) => InstBody | Value | undefined;

/** What to put in a terminator's place, or undefined to leave it. */
export type EndRule = (terminator: Terminator, context: Rewriting) => Terminator | undefined;

/**
 * Applies the rule to every instruction of these kinds, operands first; then, if given, `end` to every terminator.
 * Blocks must be in reverse post-order. Tells what changed.
 */
export function rewriteFunction(
  func: Func,
  kinds: ReadonlySet<Inst["kind"]>,
  rule: Rule,
  end?: EndRule,
): Readonly<{ insts: boolean; ends: boolean }> {
  const rewriter = new Rewriter(func, kinds, rule);
  const insts = rewriter.run();
  return { insts, ends: end !== undefined && rewriter.rewriteEnds(end) };
}

/** How often each value is read. */
export function countUses(func: Func): Uint32Array {
  const uses = new Uint32Array(func.types.length);
  const count = (value: Value) => {
    uses[value] = (uses[value] as number) + 1;
  };
  for (let b = 0; b < func.blocks.length; b++) {
    const { insts, terminator } = func.blocks[b] as Block;
    for (let i = 0; i < insts.length; i++) forEachOperand(insts[i] as Inst, count);
    forEachTerminatorOperand(terminator, count);
  }
  return uses;
}

/** Most times that the rule is applied to one instruction. */
const MOST_STEPS = 4;

class Rewriter implements Rewriting {
  readonly func: Func;
  private readonly kinds: ReadonlySet<Inst["kind"]>;
  private readonly rule: Rule;
  private readonly defs: (Inst | undefined)[] = [];
  private uses: Uint32Array | undefined; // counted when first asked for
  private readonly replaced: (Value | undefined)[] = [];
  /** Of the block at hand, the instruction that it is at, and what comes out if anything changes. */
  private insts: readonly Inst[] = [];
  private at = 0;
  private out: Inst[] | undefined;
  private span: Inst["span"];
  private changed = false;
  private replacedAny = false;

  constructor(func: Func, kinds: ReadonlySet<Inst["kind"]>, rule: Rule) {
    this.func = func;
    this.kinds = kinds;
    this.rule = rule;
  }

  run(): boolean {
    const { blocks } = this.func;
    for (let b = 0; b < blocks.length; b++) this.rewriteBlock(blocks[b] as Block);
    // Arguments of back edges may name values that were replaced after their block was done.
    if (this.replacedAny)
      for (const block of this.func.blocks) block.terminator = mapTerminator(block.terminator, this.resolve);
    return this.changed;
  }

  rewriteEnds(rule: EndRule): boolean {
    const { blocks } = this.func;
    let changed = false;
    for (let b = 0; b < blocks.length; b++) {
      const block = blocks[b] as Block;
      const end = rule(block.terminator, this);
      if (end === undefined) continue;
      block.terminator = end;
      changed = true;
    }
    return changed;
  }

  def(value: Value): Inst | undefined {
    return this.defs[value];
  }

  constantOf(value: Value): bigint | undefined {
    const def = this.defs[value];
    return def?.kind === "const" ? def.value : undefined;
  }

  usedOnce(value: Value): boolean {
    this.uses ??= this.countResolved();
    return this.uses[value] === 1;
  }

  emit(make: (result: Value) => InstBody, type: Func["types"][number]): Value {
    const result = (this.func.types.push(type) - 1) as Value;
    this.push(make(result));
    return result;
  }

  constant(bits: 32 | 64, value: bigint): Value {
    const type = bits === 32 ? "i32" : "i64";
    return this.emit((result) => ({ kind: "const", result, bits, value: BigInt.asUintN(bits, value) }), type);
  }

  private rewriteBlock(block: Block): void {
    const { insts } = block;
    const { kinds, defs } = this;
    this.begin(insts);
    for (let i = 0; i < insts.length; i++) {
      const old = insts[i] as Inst;
      const inst = this.replacedAny ? mapOperands(old, this.resolve) : old;
      const { result } = inst;
      this.at = i;
      if (inst !== old) this.output();
      if (!kinds.has(inst.kind)) {
        this.out?.push(inst);
        if (result !== undefined) defs[result] = inst;
        continue;
      }
      this.span = inst.span;
      const next = this.simplest(inst);
      if (next === undefined) {
        this.out?.push(inst);
        if (result !== undefined) defs[result] = inst;
      } else if (typeof next !== "number") this.push(next);
      else {
        this.output();
        if (result !== undefined) this.replace(result, next);
      }
    }
    if (this.out !== undefined) {
      block.insts = this.out;
      this.changed = true;
    }
  }

  /** What the rule makes of the instruction, and of what came of it. */
  private simplest(inst: Inst): InstBody | Value | undefined {
    let found = this.rule(inst, this);
    for (let i = 1; i < MOST_STEPS && typeof found === "object" && this.kinds.has(found.kind); i++) {
      const next = this.rule(found, this);
      if (next === undefined) break;
      found = next;
    }
    return found;
  }

  private begin(insts: readonly Inst[]): void {
    this.insts = insts;
    this.at = 0;
    this.out = undefined;
  }

  /** What the block will hold: begun, with all instructions so far, where the first one changes. */
  private output(): Inst[] {
    this.out ??= this.insts.slice(0, this.at);
    return this.out;
  }

  /** Uses as they are by now: those of replaced values count for what replaced them. */
  private countResolved(): Uint32Array {
    const uses = countUses(this.func);
    for (const [value, by] of this.replaced.entries())
      if (by !== undefined) {
        const target = this.resolve(by);
        uses[target] = (uses[target] ?? 0) + (uses[value] ?? 0);
      }
    return uses;
  }

  private replace(result: Value, by: Value): void {
    this.replaced[result] = by;
    this.replacedAny = true;
    if (this.uses) this.uses[by] = (this.uses[by] ?? 0) + (this.uses[result] ?? 0);
  }

  private push(inst: InstBody): void {
    const placed: Inst = this.span ? { ...inst, span: this.span } : inst;
    this.output().push(placed);
    const result = placed.result;
    if (result !== undefined) this.defs[result] = placed;
  }

  private readonly resolve = (value: Value): Value => {
    let found = value;
    for (let next = this.replaced[found]; next !== undefined; next = this.replaced[found]) found = next;
    return found;
  };
}
