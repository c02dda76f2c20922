import type { Cfg } from "../ir/cfg.ts";
import { buildCfg, reversePostOrder } from "../ir/cfg.ts";
import { findDominators } from "../ir/dominators.ts";
import type { Func } from "../ir/ir.ts";
import { findLoops } from "../ir/loops.ts";

/** The order in which blocks are laid out, and how deep in loops each is; both by index in `func.blocks`. */
export type Layout = Readonly<{ cfg: Cfg; order: readonly number[]; depth: Int32Array }>;

/** Lays out the reachable blocks so that loops stay together and a branch's likely successor falls through. */
export function orderBlocks(func: Func): Layout {
  const cfg = buildCfg(func);
  let hasCycle = false;
  for (const block of cfg.order)
    for (const succ of cfg.succs[block] as readonly number[])
      if ((cfg.rank[succ] as number) <= (cfg.rank[block] as number)) hasCycle = true;
  if (!hasCycle) return { cfg, order: cfg.order, depth: new Int32Array(func.blocks.length) };
  const { depth } = findLoops(cfg, findDominators(cfg));
  // The way that stays in the loop comes next, the way out after the loop's end.
  const order = reversePostOrder(cfg.succs, (node) => depth[node] as number);
  return { cfg, order, depth };
}
