import { expect, test } from "vitest";
import type { Shape, Value } from "./shown-value.ts";
import { bytesText, keyText, stackText, valueText, valueTextRaw } from "./value-text.ts";

const int = { kind: "int" } as const;
const text = { kind: "string" } as const;
const tuple = (...types: Shape[]): Shape => ({ kind: "tuple", fields: types.map((type) => ({ type })) });

// biome-ignore format: one case per line
test.each<{ rule: string; shape: Shape; value: Value; shown: string }>([
  { rule: "none",                 shape: { kind: "none" },                                              value: null,                 shown: "null" },
  { rule: "numbers",              shape: int,                                                           value: -5,                   shown: "-5" },
  { rule: "64 bits exactly",      shape: int,                                                           value: 18446744073709551615n, shown: "18446744073709551615" },
  { rule: "booleans as words",    shape: { kind: "bool" },                                              value: true,                 shown: "true" },
  { rule: "pointers in hex",      shape: { kind: "pointer" },                                           value: 0xffffn,              shown: "0xffff" },
  { rule: "enums by name",        shape: { kind: "enum" },                                              value: { name: "A", value: 1 }, shown: "A" },
  { rule: "unknown enum values",  shape: { kind: "enum" },                                              value: { value: 7n },        shown: "7" },
  { rule: "tuples",               shape: tuple(int, text, tuple(int, int)),                             value: [1, "abc", [2, 3]],   shown: "(1, abc, (2, 3))" },
  { rule: "arrays",               shape: { kind: "array", of: int },                                    value: [1, 2, 3],            shown: "[1,2,3]" },
  { rule: "structs",              shape: { kind: "struct", fields: [{ name: "a", type: int }, { name: "b", type: int }] }, value: { a: 1, b: 2 }, shown: "{ .a = 1, .b = 2 }" },
  { rule: "empty structs",        shape: { kind: "struct", fields: [] },                                value: {},                   shown: "{}" },
  { rule: "tuples with names",    shape: { kind: "tuple", fields: [{ name: "a", type: int }] },         value: { a: 1 },             shown: "{ .a = 1 }" },
  { rule: "buffers",              shape: { kind: "buffer" },                                            value: Uint8Array.of(97, 1, 255, 126, 127), shown: "a\\x01\\xff~\\x7f" },
  { rule: "text with controls",   shape: text,                                                          value: "a\x1bb\n",           shown: "a\\x1bb\n" },
  { rule: "symbols",              shape: { kind: "ksym" },                                              value: "do_exit",            shown: "do_exit" },
])("shows $rule", ({ shape, value, shown }) => {
  expect(valueText(shape, value)).toBe(shown);
});

test("raw text keeps what the traced system said", () => {
  expect(valueTextRaw(tuple(text), ["a\x1b"])).toBe("(a\x1b)");
});

// biome-ignore format: one case per line
test.each<{ rule: string; shape: Shape; key: Value; shown: string }>([
  { rule: "a tuple loses its parentheses", shape: tuple(int, text),        key: [1, "b"],      shown: "1, b" },
  { rule: "inner tuples keep theirs",      shape: tuple(int, tuple(int)),  key: [1, [2]],      shown: "1, (2)" },
  { rule: "text in parentheses is text",   shape: text,                    key: "(x)",         shown: "(x)" },
])("key: $rule", ({ shape, key, shown }) => {
  expect(keyText(shape, key)).toBe(shown);
});

test("in a key stacks are indented by four columns", () => {
  const stack: Shape = { kind: "stack", user: false, mode: "bpftrace" };
  const frames = [{ address: 1n, symbol: "f", offset: 2n }];
  expect(keyText(stack, frames)).toBe("\n    f+2\n");
  expect(keyText(tuple(stack, text), [frames, "sh"])).toBe("\n    f+2\n, sh");
});

const frames = [{ address: 0xffffffff81000010n, symbol: "do_exit", offset: 16n }, { address: 0x1234n }];

// biome-ignore format: one case per line
test.each([
  { rule: "bpftrace",     mode: "bpftrace", user: false, shown: "\n        do_exit+16\n        0x1234\n" },
  { rule: "perf, kernel", mode: "perf",     user: false, shown: "\n\tffffffff81000010 do_exit+16\n\t1234 0x1234\n" },
  { rule: "perf, user",   mode: "perf",     user: true,  shown: "\n\tffffffff81000010 do_exit+16 ([unknown])\n\t1234 0x1234 ([unknown])\n" },
  { rule: "raw",          mode: "raw",      user: true,  shown: "\n        ffffffff81000010\n        1234\n" },
] as const)("stack in mode $rule", ({ mode, user, shown }) => {
  expect(stackText(mode, user, frames)).toBe(shown);
});

test("source lines, and functions inside of others", () => {
  const place = { address: 0x10n, file: "/a/b.c", line: 7 };
  const inside = { ...place, symbol: "inner", offset: 0n, isInlined: true as const };
  const whole = { ...place, symbol: "outer", offset: 3n, line: 9 };
  const stack = [inside, whole];
  expect(stackText("bpftrace", true, stack)).toBe(
    "\n        inner@/a/b.c:7 [inlined]\n        outer+3@/a/b.c:9\n",
  );
  expect(stackText("perf", true, stack)).toBe("\n\t10 inner [inlined] ([unknown])\n\t10 outer+3 ([unknown])\n");
});

test("an empty stack is an empty line", () => {
  expect(stackText("bpftrace", true, [])).toBe("\n");
});

test("printable bytes are shown as they are", () => {
  expect(bytesText(new TextEncoder().encode("a b\\"))).toBe("a b\\");
});
