import type { Block, Edge, Func } from "./ir.ts";

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
  const count = blocks.length;
  const indexOf = blockIndex(blocks);
  const succs: (readonly number[])[] = [];
  const preds: number[][] = [];
  for (let i = 0; i < count; i++) preds.push(NOWHERE);
  const enter = (to: number, from: number) => {
    const known = preds[to] as number[];
    // Arrays that are pushed to have room for 16 more: most blocks have one or two ways in.
    if (known.length === 0) preds[to] = [from];
    else if (known.length === 1) preds[to] = [known[0] as number, from];
    else known.push(from);
  };
  const find = (edge: Edge): number => {
    const to = indexOf[edge.block] ?? -1;
    if (to === -1) throw new Error(`bug: ${func.name} jumps to block ${edge.block}, which does not exist`);
    return to;
  };
  for (let from = 0; from < count; from++) {
    const { terminator } = blocks[from] as Block;
    if (terminator.kind === "jump") {
      const to = find(terminator.to);
      succs.push([to]);
      enter(to, from);
    } else if (terminator.kind === "branch") {
      const then = find(terminator.then);
      const otherwise = find(terminator.else);
      succs.push([then, otherwise]);
      enter(then, from);
      enter(otherwise, from);
    } else succs.push(NOWHERE);
  }
  const order = reversePostOrder(succs);
  const rank = new Int32Array(count).fill(-1);
  for (let i = 0; i < order.length; i++) rank[order[i] as number] = i;
  return { indexOf, succs, preds, order, rank };
}

/** Never written to. */
const NOWHERE: number[] = [];

/** Whether the graph still shows the function: the same blocks, with the same ways between them. */
export function isCurrent({ indexOf, succs }: Cfg, { blocks }: Func): boolean {
  if (succs.length !== blocks.length) return false;
  for (let i = 0; i < blocks.length; i++) {
    const { id, terminator } = blocks[i] as Block;
    const known = succs[i] as readonly number[];
    if (indexOf[id] !== i) return false;
    if (terminator.kind === "jump") {
      if (known.length !== 1 || indexOf[terminator.to.block] !== known[0]) return false;
    } else if (terminator.kind === "branch") {
      if (known.length !== 2 || indexOf[terminator.then.block] !== known[0]) return false;
      if (indexOf[terminator.else.block] !== known[1]) return false;
    } else if (known.length !== 0) return false;
  }
  return true;
}

/** Index in `blocks` by block id; -1 where there is none. */
export function blockIndex(blocks: readonly Block[]): Int32Array {
  let most = -1;
  for (let i = 0; i < blocks.length; i++) {
    const { id } = blocks[i] as Block;
    if (id > most) most = id;
  }
  const indexOf = new Int32Array(most + 1).fill(-1);
  for (let i = 0; i < blocks.length; i++) indexOf[(blocks[i] as Block).id] = i;
  return indexOf;
}

/**
 * Reverse post-order from node 0. The successor that is visited last comes next in the order: the first one listed,
 * unless `nearness` says that the other of two should stand nearer (a larger number).
 */
export function reversePostOrder(
  succs: readonly (readonly number[])[],
  nearness?: (node: number, from: number) => number,
): number[] {
  const count = succs.length;
  if (count === 0) return [];
  const seen = new Uint8Array(count);
  const stack = new Int32Array(count); // each node once
  const left = new Int32Array(count); // by depth in the stack: successors that were not looked at
  const order: number[] = [];
  let depth = 0;
  left[0] = (succs[0] as readonly number[]).length;
  seen[0] = 1;
  while (depth >= 0) {
    const node = stack[depth] as number;
    const list = succs[node] as readonly number[];
    const at = (left[depth] as number) - 1;
    left[depth] = at;
    if (at < 0) {
      order.push(node);
      depth--;
      continue;
    }
    const next = list[nearness !== undefined && isSwapped(list, node, nearness) ? 1 - at : at] as number;
    if (seen[next] === 1) continue;
    seen[next] = 1;
    depth++;
    stack[depth] = next;
    left[depth] = (succs[next] as readonly number[]).length;
  }
  return order.reverse();
}

/** Whether the second of two successors is to stand nearer. */
function isSwapped(
  list: readonly number[],
  from: number,
  nearness: (node: number, from: number) => number,
): boolean {
  if (list.length !== 2) return false;
  const [a, b] = list as [number, number];
  return nearness(b, from) > nearness(a, from);
}
