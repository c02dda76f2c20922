import type { Cfg } from "../ir/cfg.ts";
import type { Dominators } from "../ir/dominators.ts";
import { commonDominator } from "../ir/dominators.ts";
import type { Graphs } from "../ir/graphs.ts";
import type { Block, Func, Inst } from "../ir/ir.ts";
import type { Loops } from "../ir/loops.ts";
import { forEachOperand, forEachTerminatorOperand } from "../ir/operands.ts";
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
  /** Instructions to put at the head of each block, the last one first. */
  private readonly arrivals: (Inst[] | undefined)[] = [];
  /** Where the reads are that `need` is told of. */
  private reader = 0;

  constructor(func: Func, graphs: Graphs) {
    this.func = func;
    this.cfg = graphs.cfg();
    this.dominators = graphs.dominators();
    this.loops = graphs.loops();
    this.contextIsConstant = hasConstantContext(func);
    this.needed = new Int32Array(func.types.length).fill(-1);
  }

  run(): boolean {
    let changed = false;
    // Uses before definitions, so that what feeds a moved instruction can follow it.
    for (let i = this.cfg.order.length - 1; i >= 0; i--) {
      const index = this.cfg.order[i] as number;
      if (this.visitBlock(index)) changed = true;
    }
    if (!changed) return false;
    const { blocks } = this.func;
    for (let b = 0; b < blocks.length; b++) {
      const block = blocks[b] as Block;
      const arrived = this.arrivals[b];
      if (arrived !== undefined) block.insts = arrived.reverse().concat(block.insts);
    }
    return true;
  }

  private visitBlock(index: number): boolean {
    const block = this.func.blocks[index] as Block;
    const { insts, terminator } = block;
    this.reader = index;
    forEachTerminatorOperand(terminator, this.need);
    const canSplit = terminator.kind === "branch";
    let stay: Inst[] | undefined; // from the first change on, the last one first
    for (let i = insts.length - 1; i >= 0; i--) {
      const inst = insts[i] as Inst;
      const to = canSplit ? this.placeOf(inst, index) : index;
      if (to !== index) {
        stay ??= insts.slice(i + 1).reverse();
        const arrived = this.arrivals[to];
        if (arrived === undefined) this.arrivals[to] = [inst];
        else arrived.push(inst);
      } else stay?.push(inst);
      this.reader = to;
      forEachOperand(inst, this.need);
    }
    if (stay === undefined) return false;
    block.insts = stay.reverse();
    return true;
  }

  /** The block in which the instruction is best. */
  private placeOf(inst: Inst, index: number): number {
    const target = inst.result === undefined ? -1 : (this.needed[inst.result] as number);
    if (target === -1 || target === index || !this.mayMove(inst)) return index;
    return this.outOfLoops(target, index);
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

  private readonly need = (value: number): void => {
    const { reader } = this;
    const before = this.needed[value] as number;
    if (before === reader) return;
    this.needed[value] = before === -1 ? reader : commonDominator(this.cfg, this.dominators, before, reader);
  };

  /** The last block on the way from `from` down to `to` that runs no more often than `from`. */
  private outOfLoops(to: number, from: number): number {
    const limit = this.loops.depth[from] as number;
    let block = to;
    while (block !== from && (this.loops.depth[block] as number) > limit)
      block = this.dominators.idom[block] as number;
    return block;
  }
}
