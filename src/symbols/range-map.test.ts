import fc from "fast-check";
import { expect, test } from "vitest";
import { PerfMap } from "./perf-map.ts";
import { RangeMap } from "./range-map.ts";

test("the best range that holds a number is found, as a search of all ranges finds it", () => {
  const range = fc.tuple(fc.nat(60), fc.nat(30), fc.nat(3));
  fc.assert(
    fc.property(fc.array(range, { maxLength: 30 }), (ranges) => {
      const isBetter = (a: number, b: number) => {
        const [rankA = 0, rankB = 0] = [ranges[a]?.[2], ranges[b]?.[2]];
        return rankA === rankB ? a > b : rankA < rankB;
      };
      const starts = Float64Array.from(ranges, (r) => r[0]);
      const ends = Float64Array.from(ranges, (r) => r[0] + r[1]);
      const map = new RangeMap(starts, ends, isBetter);
      for (let x = -1; x < 95; x++) {
        let best: number | undefined;
        for (let i = 0; i < ranges.length; i++)
          if ((starts[i] ?? 0) <= x && x < (ends[i] ?? 0) && (best === undefined || isBetter(i, best)))
            best = i;
        expect(map.find(x)).toBe(best);
      }
    }),
  );
});

test("a hundred thousand ranges inside one another take no quadratic time", () => {
  const count = 100_000;
  const starts = Float64Array.from({ length: count }, (_, i) => i);
  const ends = Float64Array.from({ length: count }, (_, i) => 2 * count - i);
  const map = new RangeMap(starts, ends, (a, b) => a > b);
  expect([map.find(0), map.find(count), map.find(2 * count - 1)]).toEqual([0, count - 1, 0]);
  expect(map.size).toBeLessThanOrEqual(2 * count);
});

test("of functions in a perf map the last one written counts", () => {
  const map = new PerfMap(`
7f0000001000 100 LazyCompile:~main /app/a b.js:1
7f0000002000 80 Builtin
0x7F0000001080 40 RegExp:(a|b)
not a line
7f0000003000 0 empty
7f0000001000 20 LazyCompile:*main
`);
  const at = (address: bigint) => map.find(address)?.name;
  expect(map.find(0x7f0000001010n)).toEqual({ name: "LazyCompile:*main", offset: 0x10n });
  expect(at(0x7f0000001020n)).toBe("LazyCompile:~main /app/a b.js:1");
  expect(at(0x7f00000010bfn)).toBe("RegExp:(a|b)");
  expect(map.find(0x7f00000010c0n)).toEqual({ name: "LazyCompile:~main /app/a b.js:1", offset: 0xc0n });
  expect([at(0x7f0000001100n), at(0x7f0000003000n), at(0n)]).toEqual([undefined, undefined, undefined]);
});
