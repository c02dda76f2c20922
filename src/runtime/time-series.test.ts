import { expect, test } from "vitest";
import type { MapValuePlan, SeriesHow } from "../plan/plan.ts";
import { readSeries, SERIES_CELL_BYTES } from "./time-series.ts";

type Cell = readonly [epoch: bigint, value: bigint, weight: bigint];

/** Two CPUs of four intervals each. */
function read(how: SeriesHow, cpus: readonly (readonly Cell[])[], signed = true) {
  const length = 4;
  const stride = length * SERIES_CELL_BYTES;
  const view = new DataView(new ArrayBuffer(stride * cpus.length));
  for (const [cpu, cells] of cpus.entries())
    for (const [epoch, value, weight] of cells) {
      const at = cpu * stride + Number(epoch % BigInt(length)) * SERIES_CELL_BYTES;
      view.setBigUint64(at, epoch + 1n, true);
      view.setBigInt64(at + 8, value, true);
      view.setBigUint64(at + 16, weight, true);
    }
  const plan: Extract<MapValuePlan, { kind: "tseries" }> = {
    kind: "tseries",
    interval: 1_000_000n,
    length,
    how,
    signed,
  };
  return readSeries(plan, { view, parts: cpus.length, stride }, 0n, 1n).map(({ value }) => value);
}

// biome-ignore format: one case per line
test.each<{ rule: string; how: SeriesHow; cpus: readonly (readonly Cell[])[]; gives: unknown }>([
  { rule: "nothing yet",                                how: "last", cpus: [[], []],                                     gives: [] },
  { rule: "the newest of all CPUs",                     how: "last", cpus: [[[8n, 1n, 50n]], [[8n, 2n, 40n]]],           gives: [1n] },
  { rule: "gaps between values",                        how: "last", cpus: [[[8n, 1n, 50n], [10n, 3n, 90n]], []],        gives: [1n, undefined, 3n] },
  { rule: "what is older than the length is left out",  how: "last", cpus: [[[3n, 1n, 5n]], [[9n, 3n, 9n]]],             gives: [3n] },
  { rule: "sums add up",                                how: "sum",  cpus: [[[8n, -5n, 1n]], [[8n, 2n, 1n]]],            gives: [-3n] },
  { rule: "averages count values",                      how: "avg",  cpus: [[[8n, 10n, 3n]], [[8n, 2n, 1n]]],            gives: [3n] },
  { rule: "the largest",                                how: "max",  cpus: [[[8n, -5n, 1n]], [[8n, -2n, 1n]]],           gives: [-2n] },
  { rule: "the smallest",                               how: "min",  cpus: [[[8n, -5n, 1n]], [[8n, -2n, 1n]]],           gives: [-5n] },
])("$rule", ({ how, cpus, gives }) => {
  expect(read(how, cpus)).toEqual(gives);
});
