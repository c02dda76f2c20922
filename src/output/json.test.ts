import { expect, test } from "vitest";
import type { Losses, OutputRecord } from "../base/output-record.ts";
import type { Shape, Value } from "../base/shown-value.ts";
import { createJsonWriter, recordJson } from "./json.ts";
import { jsonKey, jsonString, jsonValue } from "./json-value.ts";

const int: Shape = { kind: "int" };
const text: Shape = { kind: "string" };
const tuple = (...types: Shape[]): Shape => ({ kind: "tuple", fields: types.map((type) => ({ type })) });
const none: Losses = { events: 0n, mapFull: 0n, stacks: 0n, truncatedStrings: 0n, unread: 0n, unnamed: 0n };

// biome-ignore format: one value per line
test.each<{ rule: string; shape: Shape; value: Value; json: string }>([
  { rule: "64 bits keep their digits", shape: int,                   value: 18446744073709551615n,     json: "18446744073709551615" },
  { rule: "booleans",                  shape: { kind: "bool" },      value: false,                     json: "false" },
  { rule: "none",                      shape: { kind: "none" },      value: null,                      json: "null" },
  { rule: "pointers are numbers",      shape: { kind: "pointer" },   value: 255n,                      json: "255" },
  { rule: "enums are numbers",         shape: { kind: "enum" },      value: { name: "A", value: 3 },   json: "3" },
  { rule: "but names that are texts",  shape: { kind: "enum", isText: true }, value: { name: "read", value: 0 }, json: "\"read\"" },
  { rule: "tuples",                    shape: tuple(int, tuple(text)), value: [1, ["a"]],              json: '[1,["a"]]' },
  { rule: "arrays",                    shape: { kind: "array", of: int }, value: [1, 2],               json: "[1,2]" },
  { rule: "structs",                   shape: { kind: "struct", fields: [{ name: "a", type: int }, { name: 'b"', type: text }] }, value: { a: 1, 'b"': "x" }, json: '{"a": 1, "b\\"": "x"}' },
  { rule: "buffers as print() shows",  shape: { kind: "buffer" },    value: Uint8Array.of(97, 1),      json: '"a\\\\x01"' },
  { rule: "stacks as print() shows",   shape: { kind: "stack", user: true, mode: "perf" }, value: [{ address: 16n, symbol: "f", offset: 1n, module: "/x" }], json: '"\\n\\t10 f+1 (/x)\\n"' },
  { rule: "control characters",        shape: text,                  value: "\x1b\n\x7f\x9b",          json: '"\\u001b\\n\\u007f\\u009b"' },
  { rule: "quotes and slashes",        shape: text,                  value: 'a"\\',                    json: '"a\\"\\\\"' },
  { rule: "bytes that are no UTF-8",   shape: text,                  value: "a\udcff",                 json: '"a\\\\xff"' },
])("$rule", ({ shape, value, json }) => {
  expect(jsonValue(shape, value)).toBe(json);
});

test("strings come back from a parser", () => {
  for (const sample of ["", "ä🐝", "\u2028", "a\u0000b", "\t\r\n", "</script>"])
    expect(JSON.parse(jsonString(sample))).toBe(sample);
});

// biome-ignore format: one key per line
test.each<{ rule: string; shape: Shape; key: Value; json: string }>([
  { rule: "numbers are quoted",     shape: int,                          key: 5n,              json: '"5"' },
  { rule: "parts joined by commas", shape: tuple(int, text),             key: [1, "b c"],      json: '"1,b c"' },
  { rule: "inner tuples",           shape: tuple(int, tuple(int, int)),  key: [1, [2, 3]],     json: '"1,(2,3)"' },
  { rule: "enums by name",          shape: { kind: "enum" },             key: { name: "A", value: 1 }, json: '"A"' },
])("key: $rule", ({ shape, key, json }) => {
  expect(jsonKey(shape, key)).toBe(json);
});

// biome-ignore format: one record per line
test.each<{ rule: string; record: OutputRecord; json: string }>([
  { rule: "attached",           record: { kind: "attached", probes: 3 },                     json: '{"type": "attached_probes", "data": {"probes": 3}}\n' },
  { rule: "system",             record: { kind: "system", text: "hi\n" },                    json: '{"type": "syscall", "data": "hi\\n"}\n' },
  { rule: "join",               record: { kind: "join", text: "a b" },                       json: '{"type": "join", "data": "a b"}\n' },
  { rule: "an element",         record: { kind: "element", name: "@", keyType: int, key: 1, type: int, value: 2n }, json: '{"type": "value", "data": 2}\n' },
  { rule: "messages",           record: { kind: "message", level: "warn", text: "w" },       json: '{"type": "warning", "data": "w"}\n' },
  { rule: "failures",           record: { kind: "failure", code: "a/b", text: "w" },         json: '{"type": "error", "data": "w", "code": "a/b"}\n' },
  { rule: "lost events",        record: { kind: "lost", losses: { ...none, events: 7n } },   json: '{"type": "lost_events", "data": {"events": 7}}\n' },
  { rule: "other losses",       record: { kind: "lost", losses: { ...none, mapFull: 1n } },  json: '{"type": "lost_events", "data": {"events": 0, "map_full": 1}}\n' },
  { rule: "the end is silent",  record: { kind: "end" },                                     json: "" },
  { rule: "an empty keyed map", record: { kind: "map", map: { name: "@", keyType: int, value: { kind: "count" }, entries: [] } }, json: '{"type": "map", "data": {"@": {}}}\n' },
  { rule: "an absent value",    record: { kind: "map", map: { name: "@", value: { kind: "count" }, entries: [] } }, json: "" },
  { rule: "keyed averages",     record: { kind: "map", map: { name: "@", keyType: int, value: { kind: "avg" }, entries: [{ key: 1, value: 5n }] } }, json: '{"type": "stats", "data": {"@": {"1": 5}}}\n' },
])("$rule", ({ record, json }) => {
  expect(recordJson(record)).toBe(json);
  if (json !== "") expect(() => JSON.parse(json)).not.toThrow();
});

test("lines reach the sink at flush", () => {
  const out: string[] = [];
  const writer = createJsonWriter({ write: (piece) => out.push(piece) });
  writer.write({ kind: "printf", text: "a\n" });
  writer.write({ kind: "time", text: "b" });
  writer.flush();
  expect(out).toEqual(['{"type": "printf", "data": "a\\n"}\n{"type": "time", "data": "b"}\n']);
});
