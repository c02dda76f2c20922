import { expect, test } from "vitest";
import { Report } from "../../base/diagnostic.ts";
import { lineAndColumn } from "../../base/span.ts";
import { type AlignedType, cIntegerType } from "./c-integers.ts";
import { type CTypes, resolveCTypes } from "./c-types.ts";
import { parseScript } from "./parse.ts";
import type { CDefinition } from "./type-syntax.ts";
import { type Type, typeName } from "./types.ts";

const KERNEL: Readonly<Record<string, AlignedType>> = {
  "struct list_head": {
    type: { kind: "array", of: { kind: "int", size: 8, signed: false }, length: 2 },
    align: 8,
  },
  my_u32: { type: { kind: "int", size: 4, signed: false }, align: 4 },
};

function resolve(text: string): { types: CTypes; errors: string[] } {
  const report = new Report();
  const script = parseScript({ name: "-e", text }, report);
  const isDefinition = (item: { kind: string }): item is CDefinition => /^c[A-Z]/.test(item.kind);
  const types = resolveCTypes(script?.items.filter(isDefinition) ?? [], {
    report,
    lookup: (name) => KERNEL[name],
    constant: (name) => (name === "N" ? 4n : undefined),
    space: "kernel",
  });
  const errors = report.diagnostics.map((d) => {
    const { line, column } = lineAndColumn(text, d.span.start);
    return `${line}:${column} ${d.code}`;
  });
  return { types, errors };
}

function composite(type: Type | undefined) {
  if (type?.kind !== "struct") throw new Error("no struct");
  return type.composite;
}

// Offsets in bits, as gcc 12 lays the same text out on x86-64.
// biome-ignore format: one case per line
test.each<{ rule: string; text: string; bytes: number; fields: Record<string, number> }>([
  { rule: "natural alignment",        text: "struct s { char a; int b; short c; long d; };",                   bytes: 24, fields: { a: 0, b: 32, c: 64, d: 128 } },
  { rule: "padding at the end",       text: "struct s { long a; char b; };",                                   bytes: 16, fields: { a: 0, b: 64 } },
  { rule: "packed",                   text: "struct s { char a; int b; long c; } __attribute__((packed));",    bytes: 13, fields: { a: 0, b: 8, c: 40 } },
  { rule: "a packed field",           text: "struct s { char a; int b __attribute__((packed)); int c; };",     bytes: 12, fields: { b: 8, c: 64 } },
  { rule: "an aligned field",         text: "struct s { char a; char b __attribute__((aligned(8))); };",       bytes: 16, fields: { b: 64 } },
  { rule: "an aligned struct",        text: "struct s { char a; } __attribute__((aligned(16)));",              bytes: 16, fields: { a: 0 } },
  { rule: "bit-fields share a unit",  text: "struct s { int a : 3; int b : 7; unsigned c : 22; };",            bytes: 4,  fields: { a: 0, b: 3, c: 10 } },
  { rule: "bit-fields do not cross",  text: "struct s { int a : 30; int b : 3; };",                            bytes: 8,  fields: { b: 32 } },
  { rule: "packed ones do",           text: "struct s { int a : 30; int b : 3; } __packed;",                   bytes: 5,  fields: { b: 30 } },
  { rule: "width 0 ends the unit",    text: "struct s { int a : 3; int : 0; int b : 3; };",                    bytes: 8,  fields: { b: 32 } },
  { rule: "units of other sizes",     text: "struct s { char a : 3; short b : 9; char c; };",                  bytes: 4,  fields: { b: 3, c: 16 } },
  { rule: "unnamed ones do not align", text: "struct s { char a; long : 5; char b; };",                        bytes: 3,  fields: { b: 16 } },
  { rule: "unions",                   text: "union s { char a[5]; int b; };",                                  bytes: 8,  fields: { a: 0, b: 0 } },
  { rule: "unnamed members",          text: "struct s { int a; union { long b; struct { int c; int d; }; }; };", bytes: 16, fields: { b: 64, c: 64, d: 96 } },
  { rule: "bit-fields in unnamed members", text: "struct s { int a; struct { int b : 4; int c : 4; }; };",     bytes: 8,  fields: { b: 32, c: 36 } },
  { rule: "arrays",                   text: "struct s { char a[3]; int b[2][3]; char c[]; };",                 bytes: 28, fields: { b: 32, c: 224 } },
  { rule: "pointers and functions",   text: "struct s { char a; void *b; int (*f)(int); struct s *next; };",   bytes: 32, fields: { b: 64, f: 128, next: 192 } },
  { rule: "types of the kernel",      text: "struct s { char a; struct list_head l; my_u32 b; };",             bytes: 32, fields: { l: 64, b: 192 } },
  { rule: "typedefs of the script",   text: "typedef struct { short x; } t; struct s { char a; t b; };",       bytes: 4,  fields: { b: 16 } },
  { rule: "enums",                    text: "enum e { A, B = 3 }; struct s { char a; enum e b; enum { C } c; };", bytes: 12, fields: { b: 32, c: 64 } },
  { rule: "a packed enum",            text: "enum e { A, B = 3 } __packed; struct s { char a; enum e b; };",   bytes: 2,  fields: { b: 8 } },
  { rule: "lengths by constants",     text: "enum { M = 3 }; struct s { char a[N], b[M * 2], c[sizeof(int)]; };", bytes: 14, fields: { b: 32, c: 80 } },
  { rule: "members of a struct",      text: "struct t { int a; char b; }; struct s { char x; struct t y[2]; };", bytes: 20, fields: { y: 32 } },
])("layout: $rule", ({ text, bytes, fields }) => {
  const { types, errors } = resolve(text);
  expect(errors).toEqual([]);
  const found = composite(types.types.get("struct s") ?? types.types.get("union s"));
  expect(found.bytes).toBe(bytes);
  for (const [name, bit] of Object.entries(fields)) {
    const field = found.field(name);
    expect(field && field.offset * 8 + (field.bits?.shift ?? 0), name).toBe(bit);
  }
});

test("fields have their types", () => {
  const text =
    "struct s { unsigned a : 3; char b[16]; signed char *c; struct t *d; char e[2][8]; _Bool f; double g; unsigned long long h; }; struct t { int x; };";
  const { types } = resolve(text);
  const fields = composite(types.types.get("struct s")).fields();
  expect(fields.map((field) => `${field.name}: ${typeName(field.type)}`)).toEqual([
    "a: uint32",
    "b: string[16]",
    "c: int8 *",
    "d: struct t *",
    "e: string[8][2]",
    "f: bool",
    "g: uint64",
    "h: uint64",
  ]);
  expect(fields[0]?.bits).toEqual({ shift: 0, width: 3, loadBytes: 1 });
  const pointer = fields[3]?.type;
  expect(pointer?.kind === "pointer" && composite(pointer.to).field("x")?.offset).toBe(0);
});

test("a pointer can lead to its own struct and to one that nobody defines", () => {
  const { types, errors } = resolve("struct s { struct s *next; struct nobody *p; };");
  expect(errors).toEqual([]);
  const own = composite(types.types.get("struct s"));
  const [next, unknown] = own.fields().map((field) => field.type);
  expect(next?.kind === "pointer" && composite(next.to)).toBe(own);
  expect(unknown?.kind === "pointer" && composite(unknown.to).fields()).toEqual([]);
});

test("enum members count on from the one before, and choose their type", () => {
  const { types } = resolve("enum e { A, B = 5, C, D = A - 1 }; enum big { E = 1 << 40 };");
  const values = [...types.enumerators].map(([name, one]) => [name, one.value, typeName(one.type)]);
  expect(values).toEqual([
    ["A", 0n, "enum e"],
    ["B", 5n, "enum e"],
    ["C", 6n, "enum e"],
    ["D", -1n, "enum e"],
    ["E", 1n << 40n, "enum big"],
  ]);
  const shape = (name: string) => {
    const type = types.types.get(name);
    return type?.kind === "enum" && [type.size, type.signed];
  };
  expect([shape("enum e"), shape("enum big")]).toEqual([
    [4, true],
    [8, false],
  ]);
});

// biome-ignore format: one case per line
test.each<{ rule: string; text: string; gives: string[] }>([
  { rule: "an unknown type",             text: "struct s { nobody a; };",                    gives: ["1:12 c/unknown-type"] },
  { rule: "an unknown type behind a pointer", text: "struct s { nobody *a; };",              gives: ["1:12 c/unknown-type"] },
  { rule: "an unknown struct as a value", text: "struct s { struct t a; };",                 gives: ["1:12 c/unknown-type"] },
  { rule: "its own struct as a value",   text: "struct s { struct s a; };",                  gives: ["1:12 c/unknown-type"] },
  { rule: "void as a value",             text: "struct s { void a; };",                      gives: ["1:12 c/bad-type"] },
  { rule: "a length that is unknown",    text: "struct s { int a[M]; };",                    gives: ["1:18 c/bad-constant"] },
  { rule: "a negative length",           text: "struct s { int a[-1]; };",                   gives: ["1:18 c/bad-constant"] },
  { rule: "division by zero",            text: "struct s { int a[1 / 0]; };",                gives: ["1:18 c/bad-constant"] },
  { rule: "a type too large",            text: "struct s { long a[16777216]; };",            gives: ["1:19 c/too-large"] },
  { rule: "doubled without end",         text: `struct s0 { char a[1000000]; };${Array.from({ length: 20 }, (_, i) => `struct s${i + 1} { struct s${i} a, b; };`).join("")}`, gives: ["1:152 c/too-large", "1:194 c/unknown-type"] },
  { rule: "a bit-field too wide",        text: "struct s { int a : 33; };",                  gives: ["1:20 c/bad-constant"] },
  { rule: "a bit-field of a pointer",    text: "struct s { int *a : 3; };",                  gives: ["1:16 c/bad-bit-field"] },
  { rule: "a named one of width 0",      text: "struct s { int a : 0; };",                   gives: ["1:20 c/bad-bit-field"] },
  { rule: "an odd alignment",            text: "struct s { int a __attribute__((aligned(3))); };", gives: ["1:41 c/bad-constant"] },
  { rule: "defined twice",               text: "struct s { int a; }; struct s { int b; };",  gives: ["1:29 c/redefined"] },
  { rule: "an enum without a constant",  text: "enum e { A = $x };",                         gives: ["1:10 c/bad-constant"] },
])("C faults: $rule", ({ text, gives }) => {
  expect(resolve(text).errors.slice(0, 2)).toEqual(gives);
});

// biome-ignore format: one case per line
test.each<{ name: string; gives: string | undefined }>([
  { name: "char", gives: "int8" },                  { name: "unsigned char", gives: "uint8" },
  { name: "short unsigned int", gives: "uint16" },  { name: "signed", gives: "int32" },
  { name: "long int", gives: "int64" },             { name: "unsigned long long", gives: "uint64" },
  { name: "uint16_t", gives: "uint16" },            { name: "__s8", gives: "int8" },
  { name: "u64", gives: "uint64" },                 { name: "__be32", gives: "uint32" },
  { name: "size_t", gives: "uint64" },              { name: "pid_t", gives: "int32" },
  { name: "float", gives: "uint32" },               { name: "_Bool", gives: "bool" },
  { name: "nobody", gives: undefined },             { name: "u7", gives: undefined },
])("the C type $name is $gives", ({ name, gives }) => {
  const found = cIntegerType(name);
  expect(found && typeName(found.type)).toBe(gives);
});
