import fc from "fast-check";
import { expect, test } from "vitest";
import { buildCfg } from "./cfg.ts";
import { commonDominator, dominates, findDominators } from "./dominators.ts";
import type { Block, BlockId, Func, Terminator, Value } from "./ir.ts";
import { findLoops } from "./loops.ts";

/** A function whose block i goes to `succs[i]`. */
function graph(succs: readonly (readonly number[])[]): Func {
  const edge = (to: number) => ({ block: to as BlockId, args: [] });
  const v = 0 as Value;
  const blocks: Block[] = succs.map(([then, otherwise], i) => {
    let terminator: Terminator = { kind: "return" };
    if (then !== undefined) terminator = { kind: "jump", to: edge(then) };
    if (then !== undefined && otherwise !== undefined)
      terminator = {
        kind: "branch",
        op: "eq",
        bits: 64,
        lhs: v,
        rhs: v,
        then: edge(then),
        else: edge(otherwise),
      };
    return { id: i as BlockId, params: [], insts: [], terminator };
  });
  return { name: "f", kind: "subprogram", params: [], blocks, slots: [], types: ["i64"] };
}

const arbitraryGraph = fc.integer({ min: 1, max: 12 }).chain((n) =>
  fc.array(fc.array(fc.integer({ min: Math.min(1, n - 1), max: n - 1 }), { maxLength: n > 1 ? 2 : 0 }), {
    minLength: n,
    maxLength: n,
  }),
);

function reaches(succs: readonly (readonly number[])[], from: number, to: number, without: number): boolean {
  const seen = new Set<number>();
  const stack = from === without ? [] : [from];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    if (at === to) return true;
    if (seen.has(at)) continue;
    seen.add(at);
    for (const next of succs[at] ?? []) if (next !== without) stack.push(next);
  }
  return false;
}

test("dominance is what its definition says", () => {
  fc.assert(
    fc.property(arbitraryGraph, (succs) => {
      const cfg = buildCfg(graph(succs));
      const dominators = findDominators(cfg);
      for (const a of cfg.order)
        for (const b of cfg.order) {
          const expected = a === b || !reaches(succs, 0, b, a);
          expect(dominates(dominators, a, b)).toBe(expected);
          const common = commonDominator(cfg, dominators, a, b);
          expect(dominates(dominators, common, a) && dominates(dominators, common, b)).toBe(true);
        }
    }),
    { numRuns: 300 },
  );
});

test("the order holds exactly the reachable blocks, each after its forward predecessors", () => {
  fc.assert(
    fc.property(arbitraryGraph, (succs) => {
      const cfg = buildCfg(graph(succs));
      const dominators = findDominators(cfg);
      expect([...cfg.order].sort((a, b) => a - b)).toEqual(
        succs.map((_, i) => i).filter((i) => reaches(succs, 0, i, -1)),
      );
      for (const block of cfg.order)
        if (block !== 0)
          expect(cfg.rank[dominators.idom[block] as number]).toBeLessThan(cfg.rank[block] as number);
    }),
  );
});

test("loops nest", () => {
  // 0 -> 1 (outer header) -> 2 (inner header, loops on itself) -> 3 -> 1 or 4
  const cfg = buildCfg(graph([[1], [2], [2, 3], [1, 4], []]));
  const loops = findLoops(cfg, findDominators(cfg));
  expect([...loops.depth]).toEqual([0, 1, 2, 1, 0]);
  expect([...loops.header]).toEqual([-1, 1, 2, 1, -1]);
});

test("a graph of 200,000 blocks in a row needs no recursion", () => {
  const cfg = buildCfg(graph(Array.from({ length: 200_000 }, (_, i) => (i < 199_999 ? [i + 1] : []))));
  const dominators = findDominators(cfg);
  expect(dominates(dominators, 5, 199_999)).toBe(true);
});
