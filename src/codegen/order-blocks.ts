import type { Cfg } from "../ir/cfg.ts";
import { reversePostOrder } from "../ir/cfg.ts";
import { findDominators } from "../ir/dominators.ts";
import { findLoops } from "../ir/loops.ts";

/** The order in which blocks are laid out, and how deep in loops each is; both by index in `func.blocks`. */
export type Layout = Readonly<{ order: readonly number[]; depth: Int32Array }>;

/** Lays out the reachable blocks so that loops stay together and a branch's likely successor falls through. */
export function orderBlocks(cfg: Cfg): Layout {
  if (!hasCycle(cfg)) return { order: cfg.order, depth: new Int32Array(cfg.succs.length) };
  const { depth } = findLoops(cfg, findDominators(cfg));
  // The way that stays in the loop comes next, the way out after the loop's end.
  const order = reversePostOrder(cfg.succs, (node) => depth[node] as number);
  return { order, depth };
}

function hasCycle({ order, succs, rank }: Cfg): boolean {
  for (let i = 0; i < order.length; i++) {
    const list = succs[order[i] as number] as readonly number[];
    for (let s = 0; s < list.length; s++) if ((rank[list[s] as number] as number) <= i) return true;
  }
  return false;
}
