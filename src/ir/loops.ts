import type { Cfg } from "./cfg.ts";
import type { Dominators } from "./dominators.ts";
import { dominates } from "./dominators.ts";

/** Natural loops: `depth[b]` says how many hold block `b`, `header[b]` is the innermost one's first block (-1: none). */
export type Loops = Readonly<{ depth: Int32Array; header: Int32Array }>;

/** Finds the natural loops; a cycle that can be entered at two places is none. */
export function findLoops(cfg: Cfg, dominators: Dominators): Loops {
  const count = cfg.preds.length;
  const depth = new Int32Array(count);
  const header = new Int32Array(count).fill(-1);
  const mark = new Int32Array(count).fill(-1); // last loop that took the block
  // Outer headers come first in the order, so the innermost loop writes `header` last.
  for (const head of cfg.order) {
    const stack: number[] = [];
    for (const pred of cfg.preds[head] as readonly number[])
      if ((cfg.rank[pred] as number) >= 0 && dominates(dominators, head, pred)) stack.push(pred);
    if (stack.length === 0) continue;
    mark[head] = head;
    depth[head] = (depth[head] as number) + 1;
    header[head] = head;
    for (let block = stack.pop(); block !== undefined; block = stack.pop()) {
      if (mark[block] === head) continue;
      mark[block] = head;
      depth[block] = (depth[block] as number) + 1;
      header[block] = head;
      for (const pred of cfg.preds[block] as readonly number[])
        if ((cfg.rank[pred] as number) >= 0) stack.push(pred);
    }
  }
  return { depth, header };
}
