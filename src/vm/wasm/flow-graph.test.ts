import fc from "fast-check";
import { expect, test } from "vitest";
import type { InsnBody } from "../../isa/insn.ts";
import { prepare } from "../prepare.ts";
import { type FlowGraph, flowGraph } from "./flow-graph.ts";

function graphOf(insns: readonly InsnBody[]): FlowGraph {
  const refuse = (): never => {
    throw new Error("no references here");
  };
  const source = { id: 0, name: "p", type: "syscall", insns } as const;
  const references = {
    map: refuse,
    mapValue: refuse,
    helper: refuse,
    kfunc: refuse,
    variable: refuse,
    arena: () => undefined,
  };
  const program = prepare(source, references);
  return flowGraph(program, program.functions[0] ?? { name: "", start: 0, end: 0 });
}

/** Blocks that can be reached from the entry when `without` is taken away. */
function reachable({ taken, next }: FlowGraph, without: number): Set<number> {
  const seen = new Set<number>();
  const work = without === 0 ? [] : [0];
  for (let block = work.pop(); block !== undefined; block = work.pop()) {
    if (seen.has(block)) continue;
    seen.add(block);
    for (const to of [taken[block] ?? -1, next[block] ?? -1]) if (to !== -1 && to !== without) work.push(to);
  }
  return seen;
}

const arbitraryBlocks = fc
  .array(fc.tuple(fc.nat(11), fc.constantFrom("jump", "jump", "ja", "exit")), { minLength: 1, maxLength: 12 })
  .map((blocks): InsnBody[] => [
    ...blocks.map(([to, kind], i): InsnBody => {
      const off = (to % blocks.length) - i - 1;
      if (kind === "ja") return { kind: "ja", off, wide: false };
      return kind === "exit"
        ? { kind: "exit" }
        : { kind: "jump", op: "eq", bits: 64, dst: 0, src: { kind: "imm", imm: i }, off };
    }),
    { kind: "exit" },
  ]);

test("the dominator is the last block that every path passes", () => {
  let reducible = 0;
  let irreducible = 0;
  fc.assert(
    fc.property(arbitraryBlocks, (insns) => {
      const graph = graphOf(insns);
      const all = reachable(graph, -1);
      expect(all.size).toBe(graph.count);
      const dominators = Array.from({ length: graph.count }, (_, block) =>
        [...all].filter((other) => other !== block && !reachable(graph, other).has(block)),
      );
      for (let block = 1; block < graph.count; block++) {
        const above = graph.dominator[block] ?? -1;
        expect(dominators[block]).toContain(above);
        expect(dominators[block]?.length).toBe((dominators[above]?.length ?? 0) + 1);
      }
      const isReducible = Array.from({ length: graph.count }, (_, block) => block).every((block) =>
        [graph.taken[block] ?? -1, graph.next[block] ?? -1].every(
          (to) => to === -1 || to > block || to === block || dominators[block]?.includes(to),
        ),
      );
      expect(graph.isReducible).toBe(isReducible);
      if (isReducible) reducible++;
      else irreducible++;
    }),
    { numRuns: 1_000 },
  );
  expect(Math.min(reducible, irreducible)).toBeGreaterThan(20);
});
