import { describe, expect, test } from "vitest";
import type { Value } from "../base/shown-value.ts";
import type { ValueField, ValueType } from "../plan/value-type.ts";
import type { MapHandle } from "./backend.ts";
import { compileField, fieldEnd } from "./decode-value.ts";
import { RecordBytes, testContext } from "./test-context.ts";

function decode(
  type: ValueType,
  fill: (record: RecordBytes) => void,
  bits?: { shift: number; width: number },
  stacks?: MapHandle,
): Value {
  const record = new RecordBytes(160);
  fill(record);
  const field: ValueField = bits === undefined ? { type, offset: 8 } : { type, offset: 8, bits };
  return compileField(field, testContext(stacks))(
    record.bytes,
    record.view,
    record.base,
    record.base,
    record.end,
  );
}

const int = (size: 1 | 2 | 4 | 8, signed: boolean): ValueType => ({ kind: "int", size, signed });
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

// biome-ignore format: one case per line
test.each<{ rule: string; type: ValueType; fill: (r: RecordBytes) => void; value: Value }>([
  { rule: "none",                        type: { kind: "none" },   fill: () => {},                              value: null },
  { rule: "i8",                          type: int(1, true),       fill: (r) => r.int(8, 1, -1n),               value: -1 },
  { rule: "u8",                          type: int(1, false),      fill: (r) => r.int(8, 1, -1n),               value: 255 },
  { rule: "i16",                         type: int(2, true),       fill: (r) => r.int(8, 2, -2n),               value: -2 },
  { rule: "u16",                         type: int(2, false),      fill: (r) => r.int(8, 2, -2n),               value: 65534 },
  { rule: "i32",                         type: int(4, true),       fill: (r) => r.int(8, 4, -2n),               value: -2 },
  { rule: "u32",                         type: int(4, false),      fill: (r) => r.int(8, 4, -2n),               value: 4294967294 },
  { rule: "i64",                         type: int(8, true),       fill: (r) => r.int(8, 8, -2n),               value: -2n },
  { rule: "u64",                         type: int(8, false),      fill: (r) => r.int(8, 8, -2n),               value: (1n << 64n) - 2n },
  { rule: "bool",                        type: { kind: "bool" },   fill: (r) => r.int(8, 1, 2n),                value: true },
  { rule: "pointer",                     type: { kind: "pointer" }, fill: (r) => r.int(8, 8, 5n),               value: 5n },
  { rule: "string",                      type: { kind: "string", size: 4 }, fill: (r) => r.text(8, "ab"),       value: "ab" },
  { rule: "string without NUL",          type: { kind: "string", size: 4 }, fill: (r) => r.text(8, "abcdef"),   value: "abcd" },
  { rule: "string with stray bytes",     type: { kind: "string", size: 4 }, fill: (r) => r.raw(8, 0x61, 0xfe),  value: "a\udcfe" },
  { rule: "tail string",                 type: { kind: "tailString", limit: 99 }, fill: (r) => r.tail(8, utf8("x".repeat(90))), value: "x".repeat(90) },
  { rule: "tail string that was cut",    type: { kind: "tailString", limit: 3 },  fill: (r) => r.tail(8, utf8("abc")), value: "abc.." },
  { rule: "tail buffer",                 type: { kind: "tailBuffer", limit: 9 },  fill: (r) => r.tail(8, Uint8Array.of(1, 0, 2)), value: Uint8Array.of(1, 0, 2) },
  { rule: "buffer",                      type: { kind: "buffer", size: 4 }, fill: (r) => r.int(8, 4, 2n).raw(12, 7, 8, 9), value: Uint8Array.of(7, 8) },
  { rule: "array",                       type: { kind: "array", of: int(2, false), length: 2, stride: 4 }, fill: (r) => r.int(8, 2, 1n).int(12, 2, 2n), value: [1, 2] },
  { rule: "tuple",                       type: { kind: "tuple", size: 16, fields: [{ type: int(1, false), offset: 0 }, { type: int(8, true), offset: 8 }] }, fill: (r) => r.int(8, 1, 1n).int(16, 8, -1n), value: [1, -1n] },
  { rule: "tuple with names",            type: { kind: "tuple", size: 2, fields: [{ name: "a", type: int(1, false), offset: 0 }, { name: "b", type: int(1, false), offset: 1 }] }, fill: (r) => r.raw(8, 1, 2), value: { a: 1, b: 2 } },
  { rule: "struct",                      type: { kind: "struct", name: "s", size: 8, fields: [{ name: "__proto__", type: int(4, false), offset: 4 }] }, fill: (r) => r.int(12, 4, 3n), value: Object.fromEntries([["__proto__", 3]]) },
  { rule: "tail in a tuple",             type: { kind: "tuple", size: 16, fields: [{ type: int(8, true), offset: 0 }, { type: { kind: "tailString", limit: 9 }, offset: 8 }] }, fill: (r) => r.tail(16, utf8("in")), value: [0n, "in"] },
  { rule: "kernel symbol",               type: { kind: "ksym" },   fill: (r) => r.int(8, 8, 0xffff0010n),       value: "do_exit" },
  { rule: "unknown kernel symbol",       type: { kind: "ksym" },   fill: (r) => r.int(8, 8, 0x10n),             value: "0x10" },
  { rule: "null kernel symbol",          type: { kind: "ksym" },   fill: () => {},                              value: "0" },
  { rule: "user symbol",                 type: { kind: "usym" },   fill: (r) => r.int(8, 8, 0x4001n).int(16, 4, 7n), value: "main" },
  { rule: "user symbol of another",      type: { kind: "usym" },   fill: (r) => r.int(8, 8, 0x4001n).int(16, 4, 8n), value: "0x4001" },
  { rule: "mac",                         type: { kind: "mac" },    fill: (r) => r.raw(8, 0x18, 0xc0, 0x4d, 8, 0x2e, 0xbb), value: "18:C0:4D:08:2E:BB" },
  { rule: "timestamp",                   type: { kind: "timestamp", format: "%s.%N", clock: "boot" }, fill: (r) => r.int(8, 8, 5_000_000_007n), value: "6.000000007" },
  { rule: "cgroup path",                 type: { kind: "cgroupPath", hierarchy: "" }, fill: (r) => r.int(8, 8, 1n), value: "unified:/system.slice" },
  { rule: "unknown cgroup",              type: { kind: "cgroupPath", hierarchy: "" }, fill: (r) => r.int(8, 8, 2n), value: "2" },
  { rule: "user name",                   type: { kind: "username" }, fill: () => {},                            value: "root" },
  { rule: "unknown user",                type: { kind: "username" }, fill: (r) => r.int(8, 8, 1000n),           value: "1000" },
  { rule: "errno",                       type: { kind: "strerror" }, fill: (r) => r.int(8, 8, 1n),              value: "Operation not permitted" },
  { rule: "unknown errno",               type: { kind: "strerror" }, fill: (r) => r.int(8, 8, -1n),             value: "Unknown error -1" },
  { rule: "probe",                       type: { kind: "probe" },  fill: (r) => r.int(8, 8, 1n),                value: "tracepoint:a:b" },
  { rule: "probe out of range",          type: { kind: "probe" },  fill: (r) => r.int(8, 8, 9n),                value: "" },
])("decodes $rule", ({ type, fill, value }) => {
  expect(decode(type, fill)).toEqual(value);
});

// biome-ignore format: one case per line
test.each<{ rule: string; bytes: number[]; family: bigint; text: string }>([
  { rule: "IPv4",                   family: 2n,  bytes: [10, 0, 0, 255],                                             text: "10.0.0.255" },
  { rule: "IPv6",                   family: 10n, bytes: [0x20, 1, 0xd, 0xb8, 0, 0, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5],    text: "2001:db8:0:1:2:3:4:5" },
  { rule: "a run of zeros",         family: 10n, bytes: [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 5],    text: "2001:db8::1:0:0:5" },
  { rule: "the longest run",        family: 10n, bytes: [0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 5],            text: "1:0:0:1::5" },
  { rule: "a run at the end",       family: 10n, bytes: [0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],      text: "fe80::" },
  { rule: "loopback",               family: 10n, bytes: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],            text: "::1" },
  { rule: "unspecified",            family: 10n, bytes: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],            text: "::" },
  { rule: "IPv4-mapped",            family: 10n, bytes: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 1, 2, 3, 4],      text: "::ffff:1.2.3.4" },
  { rule: "IPv4-compatible",        family: 10n, bytes: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4],            text: "::1.2.3.4" },
  { rule: "another family",         family: 7n,  bytes: [],                                                          text: "(address family 7)" },
])("inet: $rule", ({ family, bytes, text }) => {
  expect(decode({ kind: "inet" }, (r) => r.int(8, 8, family).raw(16, ...bytes))).toBe(text);
});

// biome-ignore format: one case per line
test.each<{ rule: string; type: ValueType; bits: { shift: number; width: number }; value: Value }>([
  { rule: "unsigned",        type: int(4, false), bits: { shift: 2, width: 4 },  value: 13 },
  { rule: "signed",          type: int(4, true),  bits: { shift: 2, width: 4 },  value: -3 },
  { rule: "in 8 bytes",      type: int(8, false), bits: { shift: 4, width: 40 }, value: 0x0123456789n },
  { rule: "bool",            type: { kind: "bool" }, bits: { shift: 2, width: 1 }, value: true },
  { rule: "enum",            type: { kind: "enum", size: 4, signed: false, name: "e", members: [["X", 13n]] }, bits: { shift: 2, width: 4 }, value: { name: "X", value: 13 } },
])("bit field: $rule", ({ type, bits, value }) => {
  const fill = (r: RecordBytes): unknown =>
    bits.width === 40 ? r.int(8, 8, 0x0123456789fn & ~0xfn) : r.raw(8, 0b1011_0100);
  expect(decode(type, (r) => void fill(r), bits)).toEqual(value);
});

test("enums: the first of two names for a value, negative members, 64 bits", () => {
  const members = [
    ["A", -1n],
    ["B", -1n],
    ["C", 5n],
  ] as const;
  const narrow: ValueType = { kind: "enum", size: 4, signed: true, name: "e", members };
  expect(decode(narrow, (r) => r.int(8, 4, -1n))).toEqual({ name: "A", value: -1 });
  expect(decode(narrow, (r) => r.int(8, 4, 6n))).toEqual({ value: 6 });
  const wide: ValueType = { kind: "enum", size: 8, signed: false, name: "e", members };
  expect(decode(wide, (r) => r.int(8, 8, -1n))).toEqual({ name: "A", value: (1n << 64n) - 1n });
});

test("what was decoded does not change when the ring's memory is reused", () => {
  const record = new RecordBytes(32).tail(8, Uint8Array.of(1, 2));
  const read = compileField({ type: { kind: "tailBuffer", limit: 8 }, offset: 8 }, testContext());
  const value = read(record.bytes, record.view, record.base, record.base, record.end);
  record.bytes.fill(9);
  expect(value).toEqual(Uint8Array.of(1, 2));
});

describe("stacks", () => {
  const frames = (...addresses: bigint[]): Uint8Array => {
    const out = new DataView(new ArrayBuffer(8 * 4));
    for (const [i, address] of addresses.entries()) out.setBigUint64(8 * i, address, true);
    return new Uint8Array(out.buffer);
  };
  const stored = new Map([
    [99n, frames(0xffff0008n, 0x12n)],
    [98n, frames(0x4002n)],
  ]);
  let lookups = 0;
  const map = {
    lookup(key: Uint8Array): Uint8Array | undefined {
      lookups++;
      return stored.get(new DataView(key.buffer).getBigUint64(0, true));
    },
  } as MapHandle;
  const stack = (user: boolean, mode: "bpftrace" | "perf" | "raw"): ValueType => ({
    kind: "stack",
    user,
    mode,
    limit: 4,
  });
  const fill = (hash: bigint, count: bigint, pid: bigint) => (r: RecordBytes) =>
    void r.int(8, 8, hash).int(16, 4, count).int(20, 4, pid);

  test("kernel frames are named", () => {
    expect(decode(stack(false, "bpftrace"), fill(99n, 2n, 0n), undefined, map)).toEqual([
      { address: 0xffff0008n, symbol: "do_exit", offset: 8n },
      { address: 0x12n },
    ]);
  });
  test("user frames are named in their process", () => {
    expect(decode(stack(true, "perf"), fill(98n, 1n, 7n), undefined, map)).toEqual([
      { address: 0x4002n, symbol: "main", offset: 2n, module: "/bin/app" },
    ]);
  });
  test("raw frames are not named", () => {
    expect(decode(stack(false, "raw"), fill(99n, 1n, 0n), undefined, map)).toEqual([{ address: 0xffff0008n }]);
  });
  test("a stack that was not stored is empty", () => {
    expect(decode(stack(false, "raw"), fill(5n, 3n, 0n), undefined, map)).toEqual([]);
    expect(decode(stack(false, "raw"), fill(99n, 3n, 0n))).toEqual([]);
  });
  test("a count beyond what is stored reads what is there", () => {
    expect(decode(stack(false, "raw"), fill(99n, 1000n, 0n), undefined, map)).toHaveLength(4);
  });
  test("a stack is looked up once", () => {
    const context = testContext(map);
    const read = compileField({ type: stack(false, "bpftrace"), offset: 8 }, context);
    const record = new RecordBytes(32);
    fill(99n, 2n, 0n)(record);
    lookups = 0;
    for (let i = 0; i < 3; i++) read(record.bytes, record.view, record.base, record.base, record.end);
    expect(lookups).toBe(1);
  });
});

test("fieldEnd covers a field and its bits", () => {
  expect(fieldEnd({ type: int(4, true), offset: 8 })).toBe(12);
  expect(fieldEnd({ type: int(4, true), offset: 8, bits: { shift: 3, width: 6 } })).toBe(10);
  expect(fieldEnd({ type: { kind: "inet" }, offset: 8 })).toBe(32);
});
