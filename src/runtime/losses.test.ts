import { expect, test } from "vitest";
import { LossMeter } from "./losses.ts";
import { FakeMap } from "./test-map.ts";

test("an address without a name is counted once for each process, and null never", () => {
  const meter = new LossMeter(new FakeMap({ type: "percpuArray", valueSize: 32 }));
  for (const [process, address] of [
    [7, 1n],
    [7, 1n],
    [8, 1n],
    [0, 1n],
    [0, 0n],
    [7, 2n],
  ] as const)
    meter.addUnnamed(process, address);
  expect(meter.takeNew()).toMatchObject({ unnamed: 4n, events: 0n });
  expect(meter.takeNew()).toBeUndefined();
  expect(meter.total().unnamed).toBe(4n);
});
