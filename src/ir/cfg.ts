import type { Block, Func } from "./ir.ts";
import { edgesOf } from "./operands.ts";

/**
 * Who jumps to whom. Blocks are named by their index in `func.blocks`; a graph is a snapshot and stale after blocks or
 * terminators change.
 */
export type Cfg = Readonly<{
  /** Index of a block by its id, -1 for ids that the function has not. */
  indexOf: Int32Array;
  succs: readonly (readonly number[])[];
  /** One entry per edge: a branch with both sides to one block is in there twice. */
  preds: readonly (readonly number[])[];
  /** Reachable blocks in reverse post-order: a block comes before its successors but for loops. */
  order: readonly number[];
  /** Position in `order`, -1 for unreachable blocks. */
  rank: Int32Array;
}>;

/** Builds the graph in time linear in blocks and edges. Throws when an edge names a block that does not exist. */
export function buildCfg(func: Func): Cfg {
  const { blocks } = func;
  const indexOf = blockIndex(blocks);
  const succs: number[][] = [];
  const preds: number[][] = blocks.map(() => []);
  for (let from = 0; from < blocks.length; from++) {
    const out: number[] = [];
    for (const edge of edgesOf((blocks[from] as Block).terminator)) {
      const to = indexOf[edge.block] ?? -1;
      if (to === -1) throw new Error(`bug: ${func.name} jumps to block ${edge.block}, which does not exist`);
      out.push(to);
      (preds[to] as number[]).push(from);
    }
    succs.push(out);
  }
  const order = reversePostOrder(succs);
  const rank = new Int32Array(blocks.length).fill(-1);
  for (let i = 0; i < order.length; i++) rank[order[i] as number] = i;
  return { indexOf, succs, preds, order, rank };
}

/** Index in `blocks` by block id; -1 where there is none. */
export function blockIndex(blocks: readonly Block[]): Int32Array {
  let most = -1;
  for (const block of blocks) if (block.id > most) most = block.id;
  const indexOf = new Int32Array(most + 1).fill(-1);
  for (let i = 0; i < blocks.length; i++) indexOf[(blocks[i] as Block).id] = i;
  return indexOf;
}

/**
 * Reverse post-order from node 0. The successor that is visited last comes next in the order: the first one listed,
 * unless `later` says that another should stand further back (a larger number: nearer).
 */
export function reversePostOrder(
  succs: readonly (readonly number[])[],
  nearness?: (node: number, from: number) => number,
): number[] {
  if (succs.length === 0) return [];
  const seen = new Uint8Array(succs.length);
  const stack = [0];
  const waiting: number[][] = [visitOrder(succs[0] as readonly number[], 0, nearness)];
  const order: number[] = [];
  seen[0] = 1;
  while (stack.length > 0) {
    const left = waiting[waiting.length - 1] as number[];
    const next = left.pop();
    if (next === undefined) {
      order.push(stack.pop() as number);
      waiting.pop();
    } else if (seen[next] === 0) {
      seen[next] = 1;
      stack.push(next);
      waiting.push(visitOrder(succs[next] as readonly number[], next, nearness));
    }
  }
  return order.reverse();
}

/** Successors as a stack: what is popped first ends up furthest away. */
function visitOrder(
  succs: readonly number[],
  from: number,
  nearness: ((node: number, from: number) => number) | undefined,
): number[] {
  const list = succs.slice();
  if (nearness !== undefined && list.length === 2) {
    const [a, b] = list as [number, number];
    if (nearness(b, from) > nearness(a, from)) return [b, a];
  }
  return list;
}
