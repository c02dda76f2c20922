import type { Cfg } from "../ir/cfg.ts";
import { reversePostOrder } from "../ir/cfg.ts";
import { findDominators } from "../ir/dominators.ts";
import { findLoops } from "../ir/loops.ts";

/** The order in which blocks are laid out, and how deep in loops each is; both by index in `func.blocks`. */
export type Layout = Readonly<{ order: readonly number[]; depth: Int32Array }>;

/** Lays out the reachable blocks so that loops stay together and a branch's likely successor falls through. */
export function orderBlocks(cfg: Cfg): Layout {
  let hasCycle = false;
  for (const block of cfg.order)
    for (const succ of cfg.succs[block] as readonly number[])
      if ((cfg.rank[succ] as number) <= (cfg.rank[block] as number)) hasCycle = true;
  if (!hasCycle) return { order: cfg.order, depth: new Int32Array(cfg.succs.length) };
  const { depth } = findLoops(cfg, findDominators(cfg));
  // The way that stays in the loop comes next, the way out after the loop's end.
  const order = reversePostOrder(cfg.succs, (node) => depth[node] as number);
  return { order, depth };
}
