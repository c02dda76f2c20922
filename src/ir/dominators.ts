import type { Cfg } from "./cfg.ts";

/**
 * The dominator tree. `idom[b]` is the block that comes last on every way from the entry to `b` (the entry's own is
 * itself; -1: unreachable). `enter` and `leave` number the tree's walk, so that dominance is one comparison.
 */
export type Dominators = Readonly<{ idom: Int32Array; enter: Int32Array; leave: Int32Array }>;

/** Cooper, Harvey and Kennedy's iteration over reverse post-order. */
export function findDominators(cfg: Cfg): Dominators {
  const idom = new Int32Array(cfg.preds.length).fill(-1);
  const entry = cfg.order[0];
  if (entry === undefined) return { idom, enter: idom, leave: idom };
  idom[entry] = entry;
  for (let changed = true; changed; ) {
    changed = false;
    for (let i = 1; i < cfg.order.length; i++) {
      const block = cfg.order[i] as number;
      const preds = cfg.preds[block] as readonly number[];
      let best = -1;
      for (let p = 0; p < preds.length; p++) {
        const pred = preds[p] as number;
        if (idom[pred] === -1) continue;
        best = best === -1 ? pred : meet(idom, cfg.rank, pred, best);
      }
      if (best !== idom[block]) {
        idom[block] = best;
        changed = true;
      }
    }
  }
  return { idom, ...numberTree(cfg, idom) };
}

/** The nearest block that dominates both. Both must be reachable. */
export function commonDominator(cfg: Cfg, dominators: Dominators, a: number, b: number): number {
  return meet(dominators.idom, cfg.rank, a, b);
}

/** Whether every way to `b` passes `a`; a block dominates itself. */
export function dominates(dominators: Dominators, a: number, b: number): boolean {
  const { enter, leave } = dominators;
  return (enter[a] as number) <= (enter[b] as number) && (leave[b] as number) <= (leave[a] as number);
}

function meet(idom: Int32Array, rank: Int32Array, a: number, b: number): number {
  let x = a;
  let y = b;
  while (x !== y) {
    while ((rank[x] as number) > (rank[y] as number)) x = idom[x] as number;
    while ((rank[y] as number) > (rank[x] as number)) y = idom[y] as number;
  }
  return x;
}

function numberTree(cfg: Cfg, idom: Int32Array): { enter: Int32Array; leave: Int32Array } {
  const { order } = cfg;
  const count = idom.length;
  const size = new Int32Array(count).fill(1);
  for (let i = order.length - 1; i > 0; i--) {
    const block = order[i] as number;
    const parent = idom[block] as number;
    size[parent] = (size[parent] as number) + (size[block] as number);
  }
  // A block's numbers lie inside its dominator's: hand out intervals from the top of the tree downwards.
  const enter = new Int32Array(count).fill(-1);
  const leave = new Int32Array(count).fill(-2);
  const next = new Int32Array(count);
  for (let i = 0; i < order.length; i++) {
    const block = order[i] as number;
    const parent = idom[block] as number;
    const at = i === 0 ? 0 : (next[parent] as number);
    enter[block] = at;
    leave[block] = at + (size[block] as number) - 1;
    next[block] = at + 1;
    if (i > 0) next[parent] = at + (size[block] as number);
  }
  return { enter, leave };
}
