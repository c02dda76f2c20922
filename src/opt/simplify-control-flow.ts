import type { Block, Edge, Func, Terminator, Value } from "../ir/ir.ts";
import {
  edgesOf,
  forEachOperand,
  forEachTerminatorOperand,
  mapOperands,
  mapTerminator,
} from "../ir/operands.ts";
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
  run(func) {
    let changed = sortBlocks(func);
    if (threadEdges(func)) changed = sortBlocks(func) || true;
    if (mergeRows(func)) changed = sortBlocks(func) || true;
    return changed;
  },
};

function threadEdges(func: Func): boolean {
  const threader = new Threader(func);
  let changed = false;
  for (const block of func.blocks) {
    const terminator = threader.thread(block.terminator);
    if (terminator === block.terminator) continue;
    block.terminator = terminator;
    changed = true;
  }
  return changed;
}

/** Sends edges past blocks that do nothing but pass them on. */
class Threader {
  private readonly blocks = new Map<number, Block>();
  private readonly constants: (bigint | undefined)[] = [];
  /** 1 for block parameters that other blocks read: their block cannot be passed by. */
  private readonly usedOutside: Uint8Array;

  constructor(func: Func) {
    this.usedOutside = new Uint8Array(func.types.length);
    const home = new Int32Array(func.types.length).fill(-1);
    for (const block of func.blocks) {
      this.blocks.set(block.id, block);
      for (const { value } of block.params) home[value] = block.id;
      for (const inst of block.insts) if (inst.kind === "const") this.constants[inst.result] = inst.value;
    }
    for (const block of func.blocks) {
      const use = (value: Value) => {
        if (home[value] !== block.id) this.usedOutside[value] = 1;
      };
      for (const inst of block.insts) forEachOperand(inst, use);
      forEachTerminatorOperand(block.terminator, use);
    }
  }

  thread(terminator: Terminator): Terminator {
    const threaded = mapEdges(terminator, (edge) => this.follow(edge));
    if (threaded.kind === "jump") return this.returnOf(threaded) ?? threaded;
    if (threaded.kind !== "branch" || !sameEdge(threaded.then, threaded.else)) return threaded;
    const { span } = threaded;
    return { kind: "jump", to: threaded.then, ...(span && { span }) };
  }

  private follow(edge: Edge): Edge {
    let current = edge;
    for (let hops = 0; hops < MOST_HOPS; hops++) {
      const next = this.step(current);
      if (!next || next.block === current.block) return current;
      current = next;
    }
    return current;
  }

  /** Where the edge's block sends it on. */
  private step(edge: Edge): Edge | undefined {
    const block = this.blocks.get(edge.block) as Block;
    if (block.insts.length > 0 || block.params.some(({ value }) => this.usedOutside[value] === 1))
      return undefined;
    const { terminator } = block;
    const onward = terminator.kind === "jump" ? terminator.to : this.decide(terminator, block, edge);
    return onward && { block: onward.block, args: onward.args.map((arg) => argumentFor(arg, block, edge)) };
  }

  private decide(terminator: Terminator, block: Block, edge: Edge): Edge | undefined {
    if (terminator.kind !== "branch") return undefined;
    const lhs = this.constants[argumentFor(terminator.lhs, block, edge)];
    const rhs = this.constants[argumentFor(terminator.rhs, block, edge)];
    if (lhs === undefined || rhs === undefined) return undefined;
    return evalJump(terminator.op, terminator.bits, lhs, rhs) ? terminator.then : terminator.else;
  }

  /** The return that a jump comes to right away. */
  private returnOf(jump: Terminator & { kind: "jump" }): Terminator | undefined {
    const block = this.blocks.get(jump.to.block) as Block;
    const { terminator } = block;
    if (block.insts.length > 0 || terminator.kind !== "return") return undefined;
    if (terminator.value === undefined) return terminator;
    return { ...terminator, value: argumentFor(terminator.value, block, jump.to) };
  }
}

function argumentFor(value: Value, block: Block, edge: Edge): Value {
  const index = block.params.findIndex((param) => param.value === value);
  return index === -1 ? value : (edge.args[index] as Value);
}

function sameEdge(a: Edge, b: Edge): boolean {
  return a.block === b.block && a.args.every((arg, i) => arg === b.args[i]);
}

/** Joins a block with its successor where that has no other predecessor. */
function mergeRows(func: Func): boolean {
  const preds = new Map<number, number>();
  const blocks = new Map<number, Block>();
  for (const block of func.blocks) {
    blocks.set(block.id, block);
    for (const edge of edgesOf(block.terminator)) preds.set(edge.block, (preds.get(edge.block) ?? 0) + 1);
  }
  const replaced: (Value | undefined)[] = [];
  let changed = false;
  const gone = new Set<number>();
  for (const block of func.blocks) {
    if (gone.has(block.id)) continue;
    const insts = block.insts;
    let merged: Block["insts"] | undefined;
    for (let end = block.terminator; end.kind === "jump"; end = block.terminator) {
      const next = blocks.get(end.to.block) as Block;
      if (preds.get(next.id) !== 1 || next === block || next === func.blocks[0]) break;
      merged ??= insts.slice();
      for (const inst of next.insts) merged.push(inst);
      for (const [i, { value }] of next.params.entries()) replaced[value] = end.to.args[i] as Value;
      block.terminator = next.terminator;
      gone.add(next.id);
    }
    if (!merged) continue;
    block.insts = merged;
    changed = true;
  }
  if (!changed) return false;
  func.blocks = func.blocks.filter((block) => !gone.has(block.id));
  if (replaced.length > 0) replaceValues(func, replaced);
  return true;
}

function replaceValues(func: Func, replaced: readonly (Value | undefined)[]): void {
  const resolve = (value: Value): Value => {
    let found = value;
    for (let next = replaced[found]; next !== undefined; next = replaced[found]) found = next;
    return found;
  };
  for (const block of func.blocks) {
    block.insts = block.insts.map((inst) => mapOperands(inst, resolve));
    block.terminator = mapTerminator(block.terminator, resolve);
  }
}
