import { describe, expect, test } from "vitest";
import type { Losses, OutputRecord } from "../base/output-record.ts";
import type { Shape, Value } from "../base/shown-value.ts";
import { bucketLabel, histogramLines } from "./histogram-text.ts";
import { lossAdvice, lossSentences } from "./losses-text.ts";
import { createTextWriter, recordText } from "./text.ts";

const int: Shape = { kind: "int" };
const none: Losses = { events: 0n, mapFull: 0n, stacks: 0n, truncatedStrings: 0n, unread: 0n, unnamed: 0n };
const stack: Shape = { kind: "stack", user: false, mode: "bpftrace" };
const frames: Value = [{ address: 1n, symbol: "f", offset: 2n }, { address: 0xabn }];

// biome-ignore format: one record per line
test.each<{ rule: string; record: OutputRecord; text: string }>([
  { rule: "one probe",            record: { kind: "attached", probes: 1 },                            text: "Attached 1 probe\n" },
  { rule: "more probes",          record: { kind: "attached", probes: 2 },                            text: "Attached 2 probes\n" },
  { rule: "printf as it is",      record: { kind: "printf", text: "no line end" },                    text: "no line end" },
  { rule: "join ends its line",   record: { kind: "join", text: "ls -l" },                            text: "ls -l\n" },
  { rule: "system as it is",      record: { kind: "system", text: "\x1b[1mbold" },                    text: "\x1b[1mbold" },
  { rule: "an element's value",   record: { kind: "element", name: "@m", keyType: int, key: 1, type: int, value: 5n }, text: "5\n" },
  { rule: "errors",               record: { kind: "message", level: "error", text: "bad" },           text: "ERROR: bad\n" },
  { rule: "with their place and line",               record: { kind: "message", level: "warn", text: "hm", where: "stdin:1:9-12", shown: "BEGIN { @=1 }\n        ~~~\n" }, text: "stdin:1:9-12: WARNING: hm\nBEGIN { @=1 }\n        ~~~\n" },
  { rule: "warnings",             record: { kind: "message", level: "warn", text: "hm\n" },           text: "WARNING: hm\n" },
  { rule: "failures",             record: { kind: "failure", code: "c", text: "no file" },            text: "ERROR: no file\n" },
  { rule: "lost events",          record: { kind: "lost", losses: { ...none, events: 2n, unread: 1n } }, text: "Lost 3 events\n" },
  { rule: "other losses not here", record: { kind: "lost", losses: { ...none, stacks: 2n } },         text: "" },
  { rule: "a stack",              record: { kind: "value", type: stack, value: frames },              text: "\n        f+2\n        0xab\n\n" },
  { rule: "traced text is safe",  record: { kind: "value", type: { kind: "string" }, value: "\x1b[2J\udcff" }, text: "\\x1b[2J\\xff\n" },
  { rule: "stacks as keys",       record: { kind: "map", map: { name: "@", keyType: { kind: "tuple", fields: [{ type: stack }, { type: int }] }, value: { kind: "count" }, entries: [{ key: [frames, 1], value: 3n }] } }, text: "@[\n    f+2\n    0xab\n, 1]: 3\n" },
  { rule: "an empty map",         record: { kind: "map", map: { name: "@", value: { kind: "count" }, entries: [] } }, text: "" },
  { rule: "an empty histogram",   record: { kind: "map", map: { name: "@", value: { kind: "hist", bits: 0 }, entries: [{ value: [] }] } }, text: "@:\n\n" },
])("$rule", ({ record, text }) => {
  expect(recordText(record)).toBe(text);
});

// biome-ignore format: one label per line
test.each<[low: bigint | undefined, high: bigint | undefined, scale: "hist" | "lhist", by: number, label: string]>([
  [undefined, 0n, "hist", 0, "(..., 0)"],      [0n, 1n, "hist", 0, "[0]"],              [1n, 2n, "hist", 0, "[1]"],
  [2n, 4n, "hist", 0, "[2, 4)"],               [512n, 1024n, "hist", 0, "[512, 1K)"],   [1n << 20n, 1n << 21n, "hist", 0, "[1M, 2M)"],
  [1n << 39n, 1n << 40n, "hist", 0, "[512G, 1T)"], [1n << 59n, 1n << 60n, "hist", 0, "[512P, 1E)"], [1n << 63n, 1n << 64n, "hist", 0, "[8E, 16E)"],
  [7n, 8n, "hist", 2, "[7]"],                  [8n, 10n, "hist", 2, "[8, 10)"],         [1024n, 1280n, "hist", 2, "[1024, 1280)"],
  [4096n, 5120n, "hist", 2, "[4K, 5K)"],       [7168n, 8192n, "hist", 2, "[7K, 8K)"],
  [undefined, -20n, "lhist", 5, "(..., -20)"], [-20n, -15n, "lhist", 5, "[-20, -15)"],  [0n, 1n, "lhist", 1, "[0, 1)"],
  [100n, undefined, "lhist", 10, "[100, ...)"], [1000n, 2000n, "lhist", 1000, "[1000, 2000)"], [0n, 1024n, "lhist", 1024, "[0, 1K)"],
  [1048576n, undefined, "lhist", 524288, "[1M, ...)"], [1000n, undefined, "lhist", 1024, "[1000, ...)"],
])("bucket %s … %s of %s(%s) is %s", (low, high, scale, by, label) => {
  const bounds = { ...(low !== undefined && { low }), ...(high !== undefined && { high }), count: 1n };
  const kind = scale === "hist" ? { kind: scale, bits: by } : { kind: scale, step: BigInt(by) };
  expect(bucketLabel(bounds, kind)).toBe(label);
});

describe("histogram lines", () => {
  const lines = (...counts: bigint[]): string[] =>
    histogramLines(
      counts.map((count, i) => ({ low: BigInt(i), high: BigInt(i + 1), count })),
      { kind: "hist", bits: 0 },
    );
  test("the largest count fills the bar", () => {
    expect(lines(1n, 2n)).toEqual([
      "[0]                    1 |@@@@@@@@@@@@@@@@@@@@@@@@@@                          |",
      "[1]                    2 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|",
    ]);
  });
  test("all counts zero, after a division", () => {
    expect(lines(0n)).toEqual([`[0]                    0 |${" ".repeat(52)}|`]);
  });
  test("counts wider than their column push the bar", () => {
    expect(lines(123_456_789_012n)[0]).toBe(`[0]             123456789012 |${"@".repeat(52)}|`);
  });
});

test("text reaches the sink at flush, errors their own", () => {
  const out: string[] = [];
  const err: string[] = [];
  const writer = createTextWriter({ write: (text) => out.push(text) }, { write: (text) => err.push(text) });
  writer.write({ kind: "printf", text: "a" });
  writer.write({ kind: "printf", text: "b\n" });
  writer.write({ kind: "failure", code: "c", text: "bad" });
  expect([out, err]).toEqual([[], []]);
  writer.flush();
  writer.flush();
  expect([out, err]).toEqual([["ab\n"], ["ERROR: bad\n"]]);
});

test("much text does not wait for a flush", () => {
  const out: string[] = [];
  const writer = createTextWriter({ write: (text) => out.push(text) });
  for (let i = 0; i < 1100; i++) writer.write({ kind: "printf", text: "x".repeat(64) });
  expect(out).toHaveLength(1);
  writer.flush();
  expect(out.join("")).toHaveLength(1100 * 64);
});

test("losses are told in words", () => {
  expect(lossSentences(none)).toEqual([]);
  expect(
    lossSentences({ events: 1n, mapFull: 2n, stacks: 3n, truncatedStrings: 4n, unread: 5n, unnamed: 6n }),
  ).toEqual([
    "1 event was dropped: the ring buffer was full",
    "5 events could not be read",
    "2 updates were dropped: the map was full",
    "3 stacks could not be stored",
    "4 strings were cut at the length limit",
    "6 addresses of code have no name",
  ]);
  expect(lossAdvice({ ...none, mapFull: 2n })).toEqual([
    { sentence: "2 updates were dropped: the map was full", help: expect.stringContaining("max_map_keys") },
  ]);
});
