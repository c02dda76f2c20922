import { blockIndex } from "../ir/cfg.ts";
import type { Block, Edge, Func, Terminator, Value } from "../ir/ir.ts";
import { forEachEdge, mapAllOperands, mapTerminator } from "../ir/operands.ts";
import type { Pass } from "./pass.ts";

/** Block parameters that receive one and the same value on every edge become that value. */
export const mergeParams: Pass = {
  name: "merge-params",
  run(func) {
    if (func.blocks.every((block) => block.params.length === 0)) return false;
    const replaced = findReplaced(func);
    if (replaced.every((value) => value === undefined)) return false;
    const resolve = (value: Value): Value => {
      let found = value;
      for (let next = replaced[found]; next !== undefined; next = replaced[found]) found = next;
      return found;
    };
    dropParams(func, (value) => replaced[value] !== undefined);
    for (const block of func.blocks) {
      block.insts = mapAllOperands(block.insts, resolve);
      block.terminator = mapTerminator(block.terminator, resolve);
    }
    return true;
  },
};

/** Removes the parameters that `isGone` names, and the arguments for them. */
export function dropParams(func: Func, isGone: (value: Value) => boolean): void {
  const indexOf = blockIndex(func.blocks);
  const keep: (boolean[] | undefined)[] = []; // of the blocks that lose a parameter
  for (let b = 0; b < func.blocks.length; b++) {
    const block = func.blocks[b] as Block;
    if (!block.params.some(({ value }) => isGone(value))) continue;
    const kept = block.params.map(({ value }) => !isGone(value));
    keep[b] = kept;
    block.params = block.params.filter((_, i) => kept[i]);
  }
  const dropArgs = (edge: Edge): Edge => {
    if (edge.args.length === 0) return edge;
    const kept = keep[indexOf[edge.block] as number];
    return kept === undefined ? edge : { block: edge.block, args: edge.args.filter((_, i) => kept[i]) };
  };
  for (const block of func.blocks) block.terminator = mapEdges(block.terminator, dropArgs);
}

/** The terminator with its edges replaced; the same object when none changes. */
export function mapEdges(terminator: Terminator, map: (edge: Edge) => Edge): Terminator {
  if (terminator.kind === "jump") {
    const to = map(terminator.to);
    return to === terminator.to ? terminator : { kind: "jump", to, span: terminator.span };
  }
  if (terminator.kind === "branch") {
    const then = map(terminator.then);
    const otherwise = map(terminator.else);
    if (then === terminator.then && otherwise === terminator.else) return terminator;
    const { op, bits, lhs, rhs, span } = terminator;
    return { kind: "branch", op, bits, lhs, rhs, then, else: otherwise, span };
  }
  return terminator;
}

/** For each parameter the value that it always has; undefined for all others. */
function findReplaced(func: Func): (Value | undefined)[] {
  const indexOf = blockIndex(func.blocks);
  const replaced: (Value | undefined)[] = [];
  const resolve = (value: Value): Value => {
    let found = value;
    for (let next = replaced[found]; next !== undefined; next = replaced[found]) found = next;
    return found;
  };
  const incoming = findIncoming(func, indexOf);
  for (let changed = true; changed; ) {
    changed = false;
    for (let b = 0; b < func.blocks.length; b++) {
      const { params } = func.blocks[b] as Block;
      for (let i = 0; i < params.length; i++) {
        const { value } = params[i] as Block["params"][number];
        if (replaced[value] !== undefined) continue;
        const only = onlyArgument(incoming[b] ?? NO_EDGES, i, value, resolve);
        if (only === undefined) continue;
        replaced[value] = only;
        changed = true;
      }
    }
  }
  return replaced;
}

const NO_EDGES: readonly Edge[] = [];

/** The edges into each block that has parameters. */
function findIncoming(func: Func, indexOf: Int32Array): (Edge[] | undefined)[] {
  const incoming: (Edge[] | undefined)[] = [];
  const enter = (edge: Edge) => {
    if (edge.args.length === 0) return;
    const to = indexOf[edge.block] as number;
    const known = incoming[to];
    if (known === undefined) incoming[to] = [edge];
    else known.push(edge);
  };
  for (let b = 0; b < func.blocks.length; b++) forEachEdge((func.blocks[b] as Block).terminator, enter);
  return incoming;
}

/** The one value that all edges pass, other than the parameter itself. */
function onlyArgument(
  edges: readonly Edge[],
  index: number,
  param: Value,
  resolve: (value: Value) => Value,
): Value | undefined {
  let only: Value | undefined;
  for (let e = 0; e < edges.length; e++) {
    const arg = resolve(edges[e]?.args[index] as Value);
    if (arg === param || arg === only) continue;
    if (only !== undefined) return undefined;
    only = arg;
  }
  return only;
}
