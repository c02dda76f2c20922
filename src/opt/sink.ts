import type { Cfg } from "../ir/cfg.ts";
import type { Dominators } from "../ir/dominators.ts";
import { commonDominator } from "../ir/dominators.ts";
import type { Graphs } from "../ir/graphs.ts";
import type { Block, Func, Inst } from "../ir/ir.ts";
import type { Loops } from "../ir/loops.ts";
import { edgesOf, forEachOperand, forEachTerminatorOperand, resultOf } from "../ir/operands.ts";
import { hasConstantContext, isRepeatable } from "./effects.ts";
import type { Pass } from "./pass.ts";

/**
 * Moves computations to where they are needed: what only one side of a branch reads is computed on that side. So a
 * predicate that sends most events home early is not preceded by work for those that stay.
 */
export const sink: Pass = {
  name: "sink",
  run: (func, _module, graphs) => func.blocks.length > 1 && new Sinking(func, graphs).run(),
};

class Sinking {
  private readonly func: Func;
  private readonly cfg: Cfg;
  private readonly dominators: Dominators;
  private readonly loops: Loops;
  private readonly contextIsConstant: boolean;
  /** Nearest block that dominates all reads of a value, -1 while none was seen. */
  private readonly needed: Int32Array;
  /** Instructions to put at the head of each block. */
  private readonly arrivals: Inst[][];

  constructor(func: Func, graphs: Graphs) {
    this.func = func;
    this.cfg = graphs.cfg();
    this.dominators = graphs.dominators();
    this.loops = graphs.loops();
    this.contextIsConstant = hasConstantContext(func);
    this.needed = new Int32Array(func.types.length).fill(-1);
    this.arrivals = func.blocks.map(() => []);
  }

  run(): boolean {
    let changed = false;
    // Uses before definitions, so that what feeds a moved instruction can follow it.
    for (let i = this.cfg.order.length - 1; i >= 0; i--) {
      const index = this.cfg.order[i] as number;
      if (this.visitBlock(index)) changed = true;
    }
    if (!changed) return false;
    for (const [i, block] of this.func.blocks.entries()) {
      const arrived = this.arrivals[i] as Inst[];
      if (arrived.length > 0) block.insts = [...arrived.reverse(), ...block.insts];
    }
    return true;
  }

  private visitBlock(index: number): boolean {
    const block = this.func.blocks[index] as Block;
    forEachTerminatorOperand(block.terminator, (value) => this.need(value, index));
    const canSplit = edgesOf(block.terminator).length > 1;
    const stay: Inst[] = [];
    const visit = (inst: Inst): boolean => {
      const result = resultOf(inst);
      const target = result === undefined ? -1 : (this.needed[result] as number);
      if (canSplit && this.mayMove(inst) && target !== -1 && target !== index) {
        const to = this.outOfLoops(target, index);
        if (to !== index) {
          (this.arrivals[to] as Inst[]).push(inst);
          forEachOperand(inst, (value) => this.need(value, to));
          return true;
        }
      }
      forEachOperand(inst, (value) => this.need(value, index));
      return false;
    };
    for (let i = block.insts.length - 1; i >= 0; i--) {
      const inst = block.insts[i] as Inst;
      if (!visit(inst)) stay.push(inst);
    }
    if (stay.length === block.insts.length) return false;
    block.insts = stay.reverse();
    return true;
  }

  /** Constants and addresses cost nothing where they are. */
  private mayMove(inst: Inst): boolean {
    switch (inst.kind) {
      case "const":
      case "core":
      case "ctx":
      case "slotAddr":
      case "mapAddr":
      case "mapValueAddr":
      case "funcAddr":
        return false;
      default:
        return isRepeatable(inst, this.contextIsConstant);
    }
  }

  private need(value: number, block: number): void {
    const before = this.needed[value] as number;
    this.needed[value] = before === -1 ? block : commonDominator(this.cfg, this.dominators, before, block);
  }

  /** The last block on the way from `from` down to `to` that runs no more often than `from`. */
  private outOfLoops(to: number, from: number): number {
    const limit = this.loops.depth[from] as number;
    let block = to;
    while (block !== from && (this.loops.depth[block] as number) > limit)
      block = this.dominators.idom[block] as number;
    return block;
  }
}
