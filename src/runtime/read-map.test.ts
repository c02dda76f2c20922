import { describe, expect, test } from "vitest";
import type { MapSnapshot } from "../base/output-record.ts";
import type { MapPlan, MapValuePlan } from "../plan/plan.ts";
import type { ValueType } from "../plan/value-type.ts";
import { zeroMap } from "./change-map.ts";
import { histBounds } from "./histogram-bounds.ts";
import type { ReadMapOptions } from "./read-map.ts";
import { compileMapReader } from "./read-map.ts";
import { testContext } from "./test-context.ts";
import { FakeMap, padded, words } from "./test-map.ts";

const i64: ValueType = { kind: "int", size: 8, signed: true };
const u64: ValueType = { kind: "int", size: 8, signed: false };
const u32: ValueType = { kind: "int", size: 4, signed: false };
const text: ValueType = { kind: "string", size: 8 };
const pair: ValueType = {
  kind: "tuple",
  size: 16,
  fields: [
    { type: u64, offset: 0 },
    { type: text, offset: 8 },
  ],
};

const plan = (value: MapValuePlan, rest: Partial<MapPlan> = {}): MapPlan => ({
  name: "@m",
  map: "m",
  value,
  perCpu: false,
  printAtEnd: true,
  ...rest,
});
const read = (map: MapPlan, handle: FakeMap, options?: ReadMapOptions): MapSnapshot =>
  compileMapReader(map, testContext())(handle, options);
const values = (snapshot: MapSnapshot): unknown[] => snapshot.entries.map((entry) => entry.value);
const keys = (snapshot: MapSnapshot): unknown[] => snapshot.entries.map((entry) => entry.key);

const ALL = (1n << 64n) - 1n;

// biome-ignore format: one case per line
test.each<{ rule: string; value: MapValuePlan; parts: bigint[][]; gives: unknown }>([
  { rule: "count adds up",                 value: { kind: "count" },               parts: [[3n], [4n]],             gives: 7n },
  { rule: "count wraps",                   value: { kind: "count" },               parts: [[ALL], [2n]],            gives: 1n },
  { rule: "signed sum",                    value: { kind: "sum", signed: true },   parts: [[-3n, 1n], [1n, 1n]],    gives: -2n },
  { rule: "unsigned sum",                  value: { kind: "sum", signed: false },  parts: [[-3n, 1n], [1n, 1n]],    gives: ALL - 1n },
  { rule: "a sum of zero is shown",        value: { kind: "sum", signed: true },   parts: [[0n, 1n], [0n, 0n]],     gives: 0n },
  { rule: "signed min",                    value: { kind: "min", signed: true },   parts: [[-3n, 1n], [1n, 1n]],    gives: -3n },
  { rule: "unsigned min",                  value: { kind: "min", signed: false },  parts: [[-3n, 1n], [1n, 1n]],    gives: 1n },
  { rule: "min of CPUs that were set",     value: { kind: "min", signed: true },   parts: [[0n, 0n], [9n, 1n]],     gives: 9n },
  { rule: "max below zero",                value: { kind: "max", signed: true },   parts: [[0n, 0n], [-9n, 1n]],    gives: -9n },
  { rule: "average",                       value: { kind: "avg", signed: true },   parts: [[1n, 3n], [1n, 4n]],     gives: 3n },
  { rule: "average towards zero",          value: { kind: "avg", signed: true },   parts: [[1n, -3n], [1n, -4n]],   gives: -3n },
  { rule: "stats",                         value: { kind: "stats", signed: true }, parts: [[2n, 5n], [1n, 7n]],     gives: { count: 3n, average: 4n, total: 12n } },
])("per CPU: $rule", ({ value, parts, gives }) => {
  const size = parts[0]?.length ?? 0;
  const handle = new FakeMap({ type: "percpuArray", valueSize: size * 8 }, parts.length);
  handle.update(words(4, 0n), words(8, ...parts.flat()));
  expect(values(read(plan(value, { perCpu: true }), handle))).toEqual([gives]);
});

// biome-ignore format: one case per line
test.each<{ rule: string; value: MapValuePlan; cells: number }>([
  { rule: "count",  value: { kind: "count" },               cells: 1 },
  { rule: "sum",    value: { kind: "sum", signed: true },   cells: 2 },
  { rule: "min",    value: { kind: "min", signed: true },   cells: 2 },
  { rule: "avg",    value: { kind: "avg", signed: true },   cells: 2 },
  { rule: "stats",  value: { kind: "stats", signed: true }, cells: 2 },
  { rule: "hist",   value: { kind: "hist", bits: 0, buckets: 66 }, cells: 66 },
])("$rule without a key is absent before anything is stored, and there once it was zeroed", ({ value, cells }) => {
  const handle = new FakeMap({ type: "percpuArray", valueSize: cells * 8 }, 2);
  expect(read(plan(value, { perCpu: true }), handle).entries).toEqual([]);
  expect(read(plan(value, { perCpu: true }), handle, { zeroed: true }).entries).toHaveLength(1);
});

test("a plain value without a key has a flag that says that it is there", () => {
  const handle = new FakeMap({ type: "array", valueSize: 16 });
  const map = plan({ kind: "value", type: i64 }, { presentOffset: 8 });
  expect(read(map, handle).entries).toEqual([]);
  handle.update(words(4, 0n), words(8, 0n, 1n));
  expect(read(map, handle)).toEqual({
    name: "@m",
    value: { kind: "value", type: i64 },
    entries: [{ value: 0n }],
  });
});

test("plain integers per CPU add up and wrap in their size", () => {
  const handle = new FakeMap({ type: "percpuHash", valueSize: 4 }, 2);
  handle.update(words(4, 1n), words(4, 0xffffffffn, 0n, 2n, 0n));
  const map = plan({ kind: "value", type: u32 }, { key: u32, perCpu: true });
  expect(values(read(map, handle))).toEqual([1]);
});

describe("order, top and div", () => {
  const filled = (type: ValueType, entries: [Uint8Array, Uint8Array][]): [MapPlan, FakeMap] => {
    const handle = new FakeMap({
      type: "hash",
      keySize: entries[0]?.[0].length ?? 0,
      valueSize: entries[0]?.[1].length ?? 0,
    });
    for (const [key, value] of entries) handle.update(key, value);
    return [plan({ kind: "value", type: i64 }, { key: type }), handle];
  };
  const numbers = filled(
    u64,
    [
      [1n, 10n],
      [2n, -5n],
      [3n, 7n],
      [0n, 7n],
      [4n, 1n << 60n],
    ].map(([k = 0n, v = 0n]) => [words(8, k), words(8, v)]),
  );

  test("ascending by value, then by key", () => {
    expect(keys(read(...numbers))).toEqual([2n, 0n, 3n, 1n, 4n]);
  });
  test("top keeps the largest", () => {
    expect(values(read(...numbers, { top: 2 }))).toEqual([10n, 1n << 60n]);
    expect(read(...numbers, { top: 99 }).entries).toHaveLength(5);
  });
  test("div divides towards zero and does not change the order", () => {
    expect(values(read(...numbers, { div: 3n }))).toEqual([-1n, 2n, 2n, 3n, (1n << 60n) / 3n]);
    expect(values(read(...numbers, { div: 0n }))).toEqual([-5n, 7n, 7n, 10n, 1n << 60n]);
  });
  test("unsigned values above 2^63 come last", () => {
    const [, handle] = numbers;
    expect(keys(read(plan({ kind: "value", type: u64 }, { key: u64 }), handle)).at(-1)).toBe(2n);
  });
  test("values that are no numbers are sorted by key, field by field", () => {
    const [map, handle] = filled(
      pair,
      [
        [2n, "a"],
        [1n, "b"],
        [1n, "a"],
      ].map(([n, t]) => [
        Uint8Array.from([...words(8, n as bigint), ...padded(t as string, 8)]),
        padded("x", 8),
      ]),
    );
    const strings = { ...map, value: { kind: "value", type: text } } as const;
    expect(keys(read(strings, handle))).toEqual([
      [1n, "a"],
      [1n, "b"],
      [2n, "a"],
    ]);
    expect(values(read(strings, handle, { div: 2n }))).toEqual(["x", "x", "x"]);
  });
  test("stats are sorted by average; div divides the average only", () => {
    const handle = new FakeMap({ type: "hash", valueSize: 16 });
    handle.update(words(4, 1n), words(8, 2n, 20n));
    handle.update(words(4, 2n), words(8, 10n, 30n));
    const map = plan({ kind: "stats", signed: true }, { key: u32 });
    expect(keys(read(map, handle))).toEqual([2, 1]);
    expect(values(read(map, handle, { div: 2n }))[1]).toEqual({ count: 2n, average: 5n, total: 20n });
  });
  test("small integers divide as numbers", () => {
    const [, handle] = numbers;
    const small = new FakeMap({ type: "hash", keySize: 8, valueSize: 4 });
    small.update(words(8, 1n), words(4, 7n));
    expect(values(read(plan({ kind: "value", type: u32 }, { key: u64 }), small, { div: 2n }))).toEqual([3]);
    expect(handle.spec.type).toBe("hash");
  });
});

describe("histograms", () => {
  const hist = { kind: "hist", bits: 0, buckets: 66 } as const;
  const counts = (size: number, at: Record<number, bigint>): Uint8Array =>
    words(8, ...Array.from({ length: size }, (_, i) => at[i] ?? 0n));

  test("from the first to the last bucket that is not empty, over all CPUs", () => {
    const handle = new FakeMap({ type: "percpuArray", valueSize: 66 * 8 }, 2);
    handle.update(words(4, 0n), Uint8Array.from([...counts(66, { 2: 1n }), ...counts(66, { 2: 4n, 4: 1n })]));
    expect(values(read(plan(hist, { perCpu: true }), handle))).toEqual([
      [
        { low: 1n, high: 2n, count: 5n },
        { low: 2n, high: 4n, count: 0n },
        { low: 4n, high: 8n, count: 1n },
      ],
    ]);
  });
  test("negatives have no lower bound, the last bucket ends at 2^64", () => {
    const handle = new FakeMap({ type: "array", valueSize: 66 * 8 });
    handle.update(words(4, 0n), counts(66, { 0: 1n, 65: 1n }));
    const buckets = values(read(plan(hist), handle))[0] as { low?: bigint; high?: bigint }[];
    expect([buckets[0], buckets.at(-1)]).toEqual([
      { high: 0n, count: 1n },
      { low: 1n << 63n, high: 1n << 64n, count: 1n },
    ]);
  });
  test("every bucket of every fineness begins where the one before ends", () => {
    for (let bits = 0; bits <= 5; bits++) {
      const last = (65 - bits) * 2 ** bits;
      for (let i = 1; i < last; i++) expect(histBounds(i, bits).high).toBe(histBounds(i + 1, bits).low);
      expect(histBounds(last, bits).high).toBe(1n << 64n);
    }
  });
  test("keyed histograms are sorted by their total; div divides counts", () => {
    const handle = new FakeMap({ type: "hash", valueSize: 66 * 8 });
    handle.update(words(4, 1n), counts(66, { 5: 9n }));
    handle.update(words(4, 2n), counts(66, { 3: 1n, 4: 1n }));
    const snapshot = read(plan(hist, { key: u32 }), handle, { div: 2n });
    expect(keys(snapshot)).toEqual([2, 1]);
    expect(snapshot.entries[1]?.value).toEqual([{ low: 8n, high: 16n, count: 4n }]);
  });
  test("lhist has open ends and is not divided", () => {
    const lhist = { kind: "lhist", min: 0n, max: 25n, step: 10n, buckets: 5 } as const;
    const handle = new FakeMap({ type: "array", valueSize: 5 * 8 });
    handle.update(words(4, 0n), counts(5, { 0: 1n, 3: 2n, 4: 3n }));
    expect(values(read(plan(lhist), handle, { div: 2n }))).toEqual([
      [
        { high: 0n, count: 1n },
        { low: 0n, high: 10n, count: 0n },
        { low: 10n, high: 20n, count: 0n },
        { low: 20n, high: 25n, count: 2n },
        { low: 25n, count: 3n },
      ],
    ]);
  });
});

describe("zero", () => {
  test("keeps keys and flags, clears all CPUs", () => {
    const handle = new FakeMap({ type: "percpuHash", valueSize: 8 }, 2);
    handle.update(words(4, 5n), words(8, 3n, 4n));
    const map = plan({ kind: "count" }, { key: u32, perCpu: true });
    zeroMap(map, handle);
    expect(read(map, handle).entries).toEqual([{ key: 5, value: 0n }]);
  });
  test("a value without a key stays present", () => {
    const handle = new FakeMap({ type: "array", valueSize: 16 });
    handle.update(words(4, 0n), words(8, 5n, 1n));
    const map = plan({ kind: "value", type: i64 }, { presentOffset: 8 });
    zeroMap(map, handle);
    expect(values(read(map, handle))).toEqual([0n]);
  });
  test("a key that vanishes meanwhile is no error", () => {
    const handle = new FakeMap({ type: "hash", valueSize: 8 });
    const vanishing = Object.assign(Object.create(handle) as FakeMap, {
      spec: handle.spec,
      entries: () => [[words(4, 1n), words(8, 1n)]] as const,
      update: (key: Uint8Array, value: Uint8Array, flags: "exist") => handle.update(key, value, flags),
    });
    expect(() => zeroMap(plan({ kind: "count" }, { key: u32 }), vanishing)).not.toThrow();
  });
});

test("a value shorter than the plan says is a bug, not a crash", () => {
  const handle = new FakeMap({ type: "hash", valueSize: 4 });
  handle.update(words(4, 1n), words(4, 1n));
  expect(() => read(plan({ kind: "count" }, { key: u32 }), handle)).toThrow(/bug/);
});
