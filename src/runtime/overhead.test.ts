import { expect, test } from "vitest";
import { OverheadGuard, type ProgramCost, percentText } from "./overhead.ts";

const MS = 1_000_000n;
const cost = (program: string, ms: number): ProgramCost => ({
  program,
  runs: 1n,
  ns: BigInt(Math.round(ms * 1e6)),
});

type Step = Readonly<{ at: number; costs: readonly ProgramCost[]; gives: readonly string[] }>;

// biome-ignore format: one case per line
test.each<{ rule: string; limit: number; cpus: number; steps: readonly Step[] }>([
  { rule: "nothing is known at the first look", limit: 0.01, cpus: 1, steps: [{ at: 0, costs: [cost("a", 900)], gives: [] }] },
  { rule: "what fits is left alone", limit: 0.01, cpus: 2, steps: [{ at: 0, costs: [cost("a", 0)], gives: [] }, { at: 1000, costs: [cost("a", 19)], gives: [] }] },
  { rule: "too short a window tells nothing", limit: 0.01, cpus: 1, steps: [{ at: 0, costs: [cost("a", 0)], gives: [] }, { at: 40, costs: [cost("a", 40)], gives: [] }, { at: 100, costs: [cost("a", 40)], gives: ["thin a 58"] }] },
  { rule: "the costliest is thinned out", limit: 0.1, cpus: 1, steps: [{ at: 0, costs: [cost("a", 0), cost("b", 0)], gives: [] }, { at: 200, costs: [cost("a", 40), cost("b", 2)], gives: ["thin a 4"] }] },
  { rule: "what still costs too much goes", limit: 0.1, cpus: 1, steps: [{ at: 0, costs: [cost("a", 0)], gives: [] }, { at: 200, costs: [cost("a", 100)], gives: ["thin a 8"] }, { at: 400, costs: [cost("a", 150)], gives: ["detach a"] }, { at: 600, costs: [cost("a", 250)], gives: [] }] },
  { rule: "one of thousands is none", limit: 0.0001, cpus: 1, steps: [{ at: 0, costs: [cost("a", 0)], gives: [] }, { at: 200, costs: [cost("a", 100)], gives: ["detach a"] }] },
  { rule: "several at once", limit: 0.1, cpus: 1, steps: [{ at: 0, costs: [cost("a", 0), cost("b", 0)], gives: [] }, { at: 1000, costs: [cost("a", 500), cost("b", 400)], gives: ["thin a 15", "thin b 12"] }] },
  { rule: "a program that comes later", limit: 0.1, cpus: 1, steps: [{ at: 0, costs: [], gives: [] }, { at: 1000, costs: [cost("a", 500)], gives: ["thin a 8"] }] },
])("a budget: $rule", ({ limit, cpus, steps }) => {
  const guard = new OverheadGuard(limit, cpus);
  for (const { at, costs, gives } of steps) {
    const decisions = guard.look(BigInt(at) * MS, costs);
    expect(decisions.map((d) => (d.kind === "thin" ? `thin ${d.program} ${d.keepOne}` : `detach ${d.program}`))).toEqual(gives);
  }
});

test("what is expected counts before anything ran", () => {
  const guard = new OverheadGuard(0.01, 4);
  expect(guard.foresee([{ program: "a", share: 0.005 }])).toEqual([]);
  expect(guard.foresee([{ program: "a", share: 0.069 }])).toMatchObject([{ kind: "thin", keepOne: 10 }]);
});

test.each([
  [0.5, "50 %"],
  [0.0123, "1.2 %"],
  [0.00031, "0.03 %"],
])("%d reads %s", (share, text) => expect(percentText(share)).toBe(text));
