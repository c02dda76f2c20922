import { expect, test } from "vitest";
import { rowsOf } from "./prog-command-top.ts";

const sample = (id: number, runs: bigint, ns: bigint) => ({
  id,
  type: "xdp",
  name: `p${id}`,
  runs,
  ns,
  missed: 0n,
});

test("the cost between two looks, the dearest first", () => {
  const before = new Map([sample(1, 10n, 1000n), sample(2, 0n, 0n)].map((one) => [one.id, one]));
  const now = [sample(1, 20n, 2000n), sample(2, 5n, 1_000_000n), sample(3, 0n, 0n)];
  expect(rowsOf(before, now, 2_000_000_000n)).toEqual([
    {
      id: 2,
      type: "xdp",
      name: "p2",
      runs: 5n,
      runs_per_s: 2.5,
      ns_per_run: 200_000,
      cpu_percent: 0.05,
      missed: 0n,
    },
    {
      id: 1,
      type: "xdp",
      name: "p1",
      runs: 10n,
      runs_per_s: 5,
      ns_per_run: 100,
      cpu_percent: 0.0001,
      missed: 0n,
    },
    {
      id: 3,
      type: "xdp",
      name: "p3",
      runs: 0n,
      runs_per_s: 0,
      ns_per_run: undefined,
      cpu_percent: 0,
      missed: 0n,
    },
  ]);
});
