import { expect, test } from "vitest";
import { seriesLines } from "./series-text.ts";

const at = (index: number, value?: bigint) => ({
  label: `10:39:49.${index}00`,
  ...(value !== undefined && { value }),
});

test("a star between the smallest and the largest value, a dot at zero, a dash where nothing came", () => {
  const values = [-5n, -4n, -3n, undefined, -1n, 0n, 1n, 4n, 5n];
  expect(
    `\n${seriesLines(
      values.map((value, index) => at(index, value)),
      100_000_000n,
    ).join("\n")}\n`,
  ).toBe(`
             -5                                                  5
hh:mm:ss.ms  |___________________________________________________|
10:39:49.000 *                         .                         | -5
10:39:49.100 |    *                    .                         | -4
10:39:49.200 |         *               .                         | -3
10:39:49.300 |                         .                         | -
10:39:49.400 |                   *     .                         | -1
10:39:49.500 |                         *                         | 0
10:39:49.600 |                         .    *                    | 1
10:39:49.700 |                         .                   *     | 4
10:39:49.800 |                         .                         * 5
             v___________________________________________________v
             -5                                                  5
`);
});

test("one value only", () => {
  const lines = seriesLines([at(0, 7n)], 1_000_000n);
  expect(lines[2]).toBe("10:39:49.000 *                                                   | 7");
});
