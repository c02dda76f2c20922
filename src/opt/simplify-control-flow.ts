import { blockIndex } from "../ir/cfg.ts";
import { findConstants } from "../ir/definitions.ts";
import type { Block, BlockParam, Edge, Func, Inst, Terminator, Value } from "../ir/ir.ts";
import { forEachOperand, forEachTerminatorOperand, mapAllOperands, mapTerminator } from "../ir/operands.ts";
import { evalJump } from "../isa/eval.ts";
import { mapEdges } from "./merge-params.ts";
import type { Pass } from "./pass.ts";
import { sortBlocks } from "./sort-blocks.ts";

const MOST_HOPS = 16;

/**
 * Straightens the graph: unreachable blocks go, blocks in a row become one, jumps to blocks that only jump, decide
 * what is known, or return do that themselves. Leaves blocks in reverse post-order.
 */
export const simplifyControlFlow: Pass = {
  name: "simplify-control-flow",
  run(func, _module, graphs) {
    let changed = sortBlocks(func, graphs);
    if (threadEdges(func)) changed = sortBlocks(func, graphs) || true;
    return mergeRows(func) || changed; // what is left of an order is in order
  },
};

function threadEdges(func: Func): boolean {
  const threader = new Threader(func);
  let changed = false;
  for (let b = 0; b < func.blocks.length; b++) {
    const block = func.blocks[b] as Block;
    if (!threader.mayThread(block.terminator)) continue;
    const terminator = threader.thread(block.terminator);
    if (terminator === block.terminator) continue;
    block.terminator = terminator;
    changed = true;
  }
  return changed;
}

/** Sends edges past blocks that do nothing but pass them on. */
class Threader {
  private readonly func: Func;
  private readonly indexOf: Int32Array;
  private constants: (bigint | undefined)[] | undefined; // found when they are first asked for, as the marks below
  private usedOutside: Uint8Array | undefined;

  constructor(func: Func) {
    this.func = func;
    this.indexOf = blockIndex(func.blocks);
  }

  private blockOf(id: number): Block {
    return this.func.blocks[this.indexOf[id] as number] as Block;
  }

  /** Whether the terminator leads to a block without instructions, or with both sides to one block. */
  mayThread(terminator: Terminator): boolean {
    if (terminator.kind === "jump") return this.blockOf(terminator.to.block).insts.length === 0;
    if (terminator.kind !== "branch") return false;
    const { then, else: otherwise } = terminator;
    if (then.block === otherwise.block) return true;
    return this.blockOf(then.block).insts.length === 0 || this.blockOf(otherwise.block).insts.length === 0;
  }

  thread(terminator: Terminator): Terminator {
    const threaded = mapEdges(terminator, this.follow);
    if (threaded.kind === "jump") return this.returnOf(threaded) ?? threaded;
    if (threaded.kind !== "branch" || !sameEdge(threaded.then, threaded.else)) return threaded;
    return { kind: "jump", to: threaded.then, span: threaded.span };
  }

  private readonly follow = (edge: Edge): Edge => {
    let current = edge;
    for (let hops = 0; hops < MOST_HOPS; hops++) {
      const next = this.step(current);
      if (!next || next.block === current.block) return current;
      current = next;
    }
    return current;
  };

  /** Where the edge's block sends it on. */
  private step(edge: Edge): Edge | undefined {
    const block = this.blockOf(edge.block);
    if (block.insts.length > 0) return undefined;
    if (block.params.length > 0) {
      this.usedOutside ??= findUsedOutside(this.func);
      const { usedOutside } = this;
      if (block.params.some(({ value }) => usedOutside[value] === 1)) return undefined;
    }
    const { terminator } = block;
    const onward = terminator.kind === "jump" ? terminator.to : this.decide(terminator, block, edge);
    return onward && { block: onward.block, args: onward.args.map((arg) => argumentFor(arg, block, edge)) };
  }

  private decide(terminator: Terminator, block: Block, edge: Edge): Edge | undefined {
    if (terminator.kind !== "branch") return undefined;
    this.constants ??= findConstants(this.func);
    const { constants } = this;
    const lhs = constants[argumentFor(terminator.lhs, block, edge)];
    const rhs = constants[argumentFor(terminator.rhs, block, edge)];
    if (lhs === undefined || rhs === undefined) return undefined;
    return evalJump(terminator.op, terminator.bits, lhs, rhs) ? terminator.then : terminator.else;
  }

  /** The return that a jump comes to right away. */
  private returnOf(jump: Terminator & { kind: "jump" }): Terminator | undefined {
    const block = this.blockOf(jump.to.block);
    const { terminator } = block;
    if (block.insts.length > 0 || terminator.kind !== "return") return undefined;
    if (terminator.value === undefined) return terminator;
    return { kind: "return", value: argumentFor(terminator.value, block, jump.to), span: terminator.span };
  }
}

/** 1 for block parameters that other blocks read: their block cannot be passed by. */
function findUsedOutside(func: Func): Uint8Array {
  const usedOutside = new Uint8Array(func.types.length);
  const home = new Int32Array(func.types.length).fill(-1); // of parameters
  for (const { id, params } of func.blocks) for (const { value } of params) home[value] = id;
  let here = -1;
  const use = (value: Value) => {
    if (home[value] !== here) usedOutside[value] = 1;
  };
  for (let b = 0; b < func.blocks.length; b++) {
    const { id, insts, terminator } = func.blocks[b] as Block;
    here = id;
    for (let i = 0; i < insts.length; i++) forEachOperand(insts[i] as Inst, use);
    forEachTerminatorOperand(terminator, use);
  }
  return usedOutside;
}

function argumentFor(value: Value, block: Block, edge: Edge): Value {
  for (let i = 0; i < block.params.length; i++)
    if ((block.params[i] as BlockParam).value === value) return edge.args[i] as Value;
  return value;
}

function sameEdge(a: Edge, b: Edge): boolean {
  return a.block === b.block && a.args.every((arg, i) => arg === b.args[i]);
}

/** Joins a block with its successor where that has no other predecessor. */
function mergeRows(func: Func): boolean {
  const { blocks } = func;
  const indexOf = blockIndex(blocks);
  const preds = countPredecessors(blocks, indexOf);
  const replaced: (Value | undefined)[] = [];
  const gone = new Uint8Array(blocks.length);
  let changed = false;
  for (let b = 0; b < blocks.length; b++) {
    if (gone[b] === 1) continue;
    const block = blocks[b] as Block;
    let merged: Block["insts"] | undefined;
    for (let end = block.terminator; end.kind === "jump"; end = block.terminator) {
      const index = indexOf[end.to.block] as number;
      if (preds[index] !== 1 || index === b || index === 0) break;
      const next = blocks[index] as Block;
      merged ??= block.insts.slice();
      for (let i = 0; i < next.insts.length; i++) merged.push(next.insts[i] as Inst);
      for (let i = 0; i < next.params.length; i++)
        replaced[(next.params[i] as BlockParam).value] = end.to.args[i] as Value;
      block.terminator = next.terminator;
      gone[index] = 1;
    }
    if (!merged) continue;
    block.insts = merged;
    changed = true;
  }
  if (!changed) return false;
  func.blocks = blocks.filter((_, index) => gone[index] === 0);
  if (replaced.length > 0) replaceValues(func, replaced);
  return true;
}

function countPredecessors(blocks: readonly Block[], indexOf: Int32Array): Uint32Array {
  const preds = new Uint32Array(blocks.length);
  const count = (edge: Edge) => {
    const index = indexOf[edge.block] as number;
    preds[index] = (preds[index] as number) + 1;
  };
  for (let b = 0; b < blocks.length; b++) {
    const { terminator } = blocks[b] as Block;
    if (terminator.kind === "jump") count(terminator.to);
    else if (terminator.kind === "branch") {
      count(terminator.then);
      count(terminator.else);
    }
  }
  return preds;
}

function replaceValues(func: Func, replaced: readonly (Value | undefined)[]): void {
  const resolve = (value: Value): Value => {
    let found = value;
    for (let next = replaced[found]; next !== undefined; next = replaced[found]) found = next;
    return found;
  };
  for (const block of func.blocks) {
    block.insts = mapAllOperands(block.insts, resolve);
    block.terminator = mapTerminator(block.terminator, resolve);
  }
}
