import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Bucket, MapEntry, MapSnapshot, OutputRecord, SnapshotKind } from "../base/output-record.ts";
import type { Shape, Value } from "../base/shown-value.ts";
import { recordJson } from "./json.ts";
import { recordText } from "./text.ts";

const golden = (name: string): string => readFileSync(join(import.meta.dirname, "goldens", name), "utf8");

const int: Shape = { kind: "int" };
const text: Shape = { kind: "string" };
const tuple = (...types: Shape[]): Shape => ({ kind: "tuple", fields: types.map((type) => ({ type })) });
const triple = tuple(int, text, tuple(int, int));

function map(name: string, value: SnapshotKind, entries: MapEntry[], keyType?: Shape): OutputRecord {
  const snapshot: MapSnapshot = { name, value, entries, ...(keyType && { keyType }) };
  return { kind: "map", map: snapshot };
}
const plain = (name: string, type: Shape, value: Value): OutputRecord =>
  map(name, { kind: "value", type }, [{ value }]);

/** Buckets that double from `low`, or of equal `step`, by their counts; "" for an open end. */
function powers(low: bigint, ...counts: number[]): Bucket[] {
  return counts.map((count, i) => ({
    low: low << BigInt(i),
    high: low << BigInt(i + 1),
    count: BigInt(count),
  }));
}
function steps(low: bigint, step: bigint, ...counts: number[]): Bucket[] {
  return counts.map((count, i) => {
    const from = low + BigInt(i) * step;
    return { low: from, high: from + step, count: BigInt(count) };
  });
}

const hist = { kind: "hist", bits: 0 } as const;
const zeros = (n: number): number[] => new Array<number>(n).fill(0);
const h: Bucket[] = [
  { high: 0n, count: 1n },
  { low: 0n, high: 1n, count: 1n },
  ...powers(1n, 1, 2, 1, ...zeros(9), 1, ...zeros(6), 1),
];
const l: Bucket[] = [
  { high: 0n, count: 1n },
  ...steps(0n, 10n, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0),
  { low: 100n, count: 1n },
];
const lm: Bucket[] = [...steps(0n, 524_288n, 1, 1), { low: 1_048_576n, count: 1n }];

// The records of goldens/source.bt, maps in the order of their names.
// biome-ignore format: one record per line
const RECORDS: OutputRecord[] = [
  { kind: "attached", probes: 1 },
  { kind: "value", type: triple, value: [1, "a", [2, 3]] },
  { kind: "value", type: int, value: -1n },
  { kind: "value", type: text, value: "s" },
  { kind: "value", type: { kind: "buffer" }, value: Uint8Array.of(0x61, 1) },
  { kind: "printf", text: "n=5\n" },
  { kind: "end" },
  map("@avg", { kind: "avg" }, [{ value: 3n }]),
  plain("@buf", { kind: "buffer" }, new TextEncoder().encode("abc\x01")),
  map("@c", { kind: "count" }, [{ value: 1n }]),
  map("@ck", { kind: "count" }, [{ key: "a", value: 1n }, { key: "b", value: 2n }], text),
  map("@e", { kind: "value", type: text }, [{ key: ["a", 1], value: "x" }, { key: ["b", 1], value: "y" }], tuple(text, int)),
  map("@h", hist, [{ value: h }]),
  map("@hk", hist, [{ key: "x", value: powers(1n, 1) }, { key: "y", value: powers(1n, 1, 1, 0, 1) }], text),
  plain("@i", int, 5n),
  plain("@ip", { kind: "inet" }, "1.0.0.127"),
  map("@l", { kind: "lhist", step: 10n }, [{ value: l }]),
  map("@lk", { kind: "lhist", step: 1000n }, [{ key: "x", value: steps(2000n, 1000n, 1) }], text),
  map("@lm", { kind: "lhist", step: 524_288n }, [{ value: lm }]),
  map("@max", { kind: "max" }, [{ value: 7n }]),
  map("@min", { kind: "min" }, [{ value: -5n }]),
  plain("@neg", int, -5n),
  plain("@p", { kind: "probe" }, "BEGIN"),
  plain("@s", text, "abc"),
  map("@sk", { kind: "stats" }, [{ key: "b", value: { count: 1n, average: 3n, total: 3n } }, { key: "a", value: { count: 1n, average: 5n, total: 5n } }], text),
  map("@st", { kind: "stats" }, [{ value: { count: 2n, average: 15n, total: 30n } }]),
  map("@sum", { kind: "sum" }, [{ value: 10n }]),
  plain("@t", triple, [1, "abc", [2, 3]]),
];

test("text is bpftrace's, byte by byte, but for what changed after 0.17", () => {
  const expected = golden("bpftrace-0.17.txt")
    .replace("Attaching 1 probe...", "Attached 1 probe") // newer wording
    .replace(/^(@\S+): $/gm, "$1:") // no space behind the name of a histogram
    .replace(/^(@(?:avg|sk|st)\b.*\n)\n/gm, "$1"); // no empty line behind avg() and stats()
  expect(RECORDS.map(recordText).join("")).toBe(expected);
});

test("JSON lines are bpftrace's, byte by byte, but for what changed after 0.17", () => {
  const expected = golden("bpftrace-0.17.jsonl")
    .replace("\n\n\n", "\n") // no empty lines between objects
    .replaceAll("}, {", "},{"); // buckets stand closer
  expect(RECORDS.map(recordJson).join("")).toBe(expected);
});
