import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { alignOf } from "./alignment.ts";
import { parseBtf } from "./decode.ts";
import { BtfBuilder } from "./encode.ts";
import { BtfError } from "./error.ts";
import { flattenFields, sizeOf } from "./layout.ts";
import { printC, printStruct, printType, typeName } from "./print-c.ts";
import type { BtfId, Member } from "./types.ts";

const b = new BtfBuilder();
const int = b.addInt(4, true);
const u8 = b.addInt(1, false);
const u64 = b.addInt(8, false);
const char = b.addChar();
const sock = b.add({ kind: "forward", name: "sock", of: "struct" });
const constSock = b.add({ kind: "const", to: sock });
const alias = b.add({ kind: "typedef", name: "alias_t", to: int });
const callback = b.addPointer(
  b.add({
    kind: "funcProto",
    returns: b.addPointer(char),
    params: [{ name: "", type: b.addPointer(constSock) }],
    variadic: true,
  }),
);
const pair = b.add({
  kind: "struct",
  name: "",
  bytes: 8,
  members: [
    { name: "a", type: int, bitOffset: 0 },
    { name: "b", type: int, bitOffset: 32 },
  ],
});

// biome-ignore format: one case per line
test.each<{ rule: string; id: BtfId; gives: string }>([
  { rule: "void", id: 0 as BtfId, gives: "void" },
  { rule: "a number", id: b.addInt(4, false), gives: "unsigned int" },
  { rule: "a pointer to a struct", id: b.addPointer(sock), gives: "struct sock *" },
  { rule: "a pointer to a constant", id: b.addPointer(constSock), gives: "const struct sock *" },
  { rule: "a constant pointer", id: b.add({ kind: "const", to: b.addPointer(char) }), gives: "char *const" },
  { rule: "a pointer to a constant pointer", id: b.addPointer(b.add({ kind: "const", to: b.addPointer(char) })), gives: "char *const*" },
  { rule: "a restricted pointer", id: b.add({ kind: "restrict", to: b.addPointer(char) }), gives: "char *restrict" },
  { rule: "volatile and const", id: b.add({ kind: "const", to: b.add({ kind: "volatile", to: int }) }), gives: "volatile const int" },
  { rule: "an array", id: b.addArray(char, 16), gives: "char[16]" },
  { rule: "an array of arrays", id: b.addArray(b.addArray(char, 16), 3), gives: "char[3][16]" },
  { rule: "an array of pointers", id: b.addArray(b.addPointer(sock), 4), gives: "struct sock *[4]" },
  { rule: "a pointer to an array", id: b.addPointer(b.addArray(int, 4)), gives: "int (*)[4]" },
  { rule: "a function pointer", id: callback, gives: "char *(*)(const struct sock *, ...)" },
  { rule: "an array of function pointers", id: b.addArray(callback, 2), gives: "char *(*[2])(const struct sock *, ...)" },
  { rule: "a typedef", id: alias, gives: "alias_t" },
  { rule: "a struct without name", id: b.addPointer(pair), gives: "struct {...} *" },
  { rule: "a float", id: b.add({ kind: "float", name: "long double", bytes: 16 }), gives: "long double" },
  { rule: "a tagged pointer", id: b.addPointer(b.add({ kind: "typeTag", name: "user", to: char })), gives: "char *" },
])("the name of $rule", ({ id, gives }) => {
  expect(typeName(parseBtf(b.finish()), id)).toBe(gives);
});

test("declarations of every kind", () => {
  const proto = b.add({
    kind: "funcProto",
    returns: int,
    params: [{ name: "sk", type: b.addPointer(sock) }],
    variadic: false,
  });
  const none = b.add({ kind: "funcProto", returns: 0 as BtfId, params: [], variadic: false });
  const counter = b.add({ kind: "var", name: "counter", type: u64, linkage: "global" });
  const print = (id: BtfId) => printType(parseBtf(b.finish()), id);
  expect(print(b.add({ kind: "func", name: "connect", proto, linkage: "global" }))).toBe(
    "int connect(struct sock *sk);",
  );
  expect(print(b.add({ kind: "func", name: "quiet", proto: none, linkage: "static" }))).toBe(
    "static void quiet(void);",
  );
  expect(print(counter)).toBe("extern unsigned long long counter;");
  expect(
    print(b.add({ kind: "section", name: ".bss", bytes: 8, vars: [{ type: counter, offset: 0, size: 8 }] })),
  ).toBe("extern unsigned long long counter;");
  expect(print(alias)).toBe("typedef int alias_t;");
  expect(print(b.add({ kind: "typedef", name: "fn_t", to: callback }))).toBe(
    "typedef char *(*fn_t)(const struct sock *, ...);",
  );
  expect(print(b.add({ kind: "typedef", name: "pair_t", to: pair }))).toBe(
    "typedef struct {\n\tint a;\n\tint b;\n} pair_t;",
  );
  expect(print(sock)).toBe("struct sock;");
  const members = [
    { name: "NO", value: -1n },
    { name: "BIG", value: (1n << 63n) - 1n },
    { name: "LEAST", value: -(1n << 63n) },
  ];
  expect(print(b.add({ kind: "enum", name: "e", bytes: 8, signed: true, members }))).toBe(
    "enum e {\n\tNO = -1,\n\tBIG = 9223372036854775807LL,\n\tLEAST = (-9223372036854775807LL - 1),\n};",
  );
});

test("holes, bit-fields and unnamed members keep their places", () => {
  const union = b.add({
    kind: "union",
    name: "",
    bytes: 8,
    members: [
      { name: "x", type: u64, bitOffset: 0 },
      { name: "y", type: int, bitOffset: 0 },
    ],
  });
  const id = b.add({
    kind: "struct",
    name: "gaps",
    bytes: 40,
    members: [
      { name: "low", type: int, bitOffset: 2, bitWidth: 3 },
      { name: "high", type: int, bitOffset: 20, bitWidth: 9 },
      { name: "late", type: u8, bitOffset: 72 },
      { name: "", type: union, bitOffset: 128 },
    ],
  });
  expect(printStruct(parseBtf(b.finish()), id, { offsets: true })).toBe(`struct gaps {
	unsigned char: 2;
	int low: 3; /* 0:2 */
	unsigned char: 3;
	unsigned char __hole_1[1];
	unsigned char: 4;
	int high: 9; /* 2:4 */
	unsigned char: 3;
	unsigned char __hole_2[5];
	unsigned char late; /* 9, 1 */
	union {
		unsigned long long x; /* 0, 8 */
		int y; /* 0, 4 */
	}; /* 16, 8 */
	unsigned char __hole_3[16];
};`);
  expect(() => printStruct(parseBtf(b.finish()), int)).toThrow("no members");
});

/** One file with everything that makes a header hard to write. */
function difficult(): BtfBuilder {
  const f = new BtfBuilder();
  const i = f.addInt(4, true);
  const odd = f.add({
    kind: "int",
    name: "usize",
    bytes: 8,
    signed: false,
    char: false,
    bool: false,
    bits: 64,
    bitOffset: 0,
  });
  const anonEnum = f.add({
    kind: "enum",
    name: "",
    bytes: 4,
    signed: false,
    members: [{ name: "RED", value: 0n }],
  });
  f.add({
    kind: "enum",
    name: "",
    bytes: 4,
    signed: false,
    members: [
      { name: "ALONE", value: 3n },
      { name: "RED", value: 9n },
    ],
  });
  f.add({ kind: "enum", name: "tiny", bytes: 1, signed: false, members: [{ name: "TINY", value: 255n }] });
  f.add({ kind: "enum", name: "wide", bytes: 8, signed: false, members: [{ name: "WIDE", value: 1n }] });
  f.add({ kind: "enum", name: "empty", bytes: 4, signed: false, members: [] });
  const b_ = f.reserve();
  const a = f.add({
    kind: "struct",
    name: "a",
    bytes: 24,
    members: [
      { name: "b", type: b_, bitOffset: 0 },
      { name: "color", type: anonEnum, bitOffset: 128 },
    ],
  });
  const param = {
    name: "",
    type: f.addPointer(
      f.add({
        kind: "struct",
        name: "only_in_prototype",
        bytes: 4,
        members: [{ name: "x", type: i, bitOffset: 0 }],
      }),
    ),
  };
  const fn = f.addPointer(f.add({ kind: "funcProto", returns: 0 as BtfId, params: [param], variadic: false }));
  const later = f.add({ kind: "typedef", name: "later_t", to: f.addPointer(a) });
  f.define(b_, {
    kind: "struct",
    name: "b",
    bytes: 16,
    members: [
      { name: "fn", type: fn, bitOffset: 0 },
      { name: "up", type: later, bitOffset: 64 },
    ],
  });
  f.add({ kind: "struct", name: "a", bytes: 8, members: [{ name: "size", type: odd, bitOffset: 0 }] });
  f.add({ kind: "union", name: "a", bytes: 4, members: [{ name: "again", type: anonEnum, bitOffset: 0 }] });
  f.add({ kind: "typedef", name: "RED", to: i });
  f.add({ kind: "typedef", name: "__builtin_va_list", to: f.addArray(i, 6) });
  f.add({ kind: "typedef", name: "default", to: i });
  f.add({
    kind: "struct",
    name: "Vec<u8, A>",
    bytes: 8,
    members: [{ name: "if", type: f.addInt(8, true), bitOffset: 0 }],
  });
  const packed = f.add({
    kind: "struct",
    name: "packed",
    bytes: 7,
    members: [
      { name: "c", type: f.addChar(), bitOffset: 0 },
      { name: "i", type: i, bitOffset: 8 },
      { name: "bits", type: i, bitOffset: 40, bitWidth: 13 },
    ],
  });
  f.add({
    kind: "struct",
    name: "holds_packed",
    bytes: 12,
    members: [
      { name: "p", type: packed, bitOffset: 8 },
      { name: "tail", type: f.addArray(i, 0), bitOffset: 96 },
    ],
  });
  f.add({ kind: "union", name: "roomy", bytes: 32, members: [{ name: "i", type: i, bitOffset: 0 }] });
  f.add({ kind: "struct", name: "none", bytes: 0, members: [] });
  f.add({ kind: "forward", name: "a", of: "struct" });
  f.add({ kind: "forward", name: "b", of: "union" });
  return f;
}

const clang = (() => {
  try {
    execFileSync("clang-14", ["--version"]);
    return true;
  } catch {
    return false;
  }
})();

/** Compiles the header and checks each size and offset of the structs whose name is unique. */
function compile(blob: Uint8Array, renamed: readonly string[] = []): void {
  const btf = parseBtf(blob);
  const lines = [...printC(btf)];
  for (let i = 1; i < btf.count; i++) {
    const id = i as BtfId;
    const type = btf.type(id);
    if (
      (type.kind !== "struct" && type.kind !== "union") ||
      !/^\w+$/.test(type.name) ||
      renamed.includes(type.name)
    )
      continue;
    lines.push(`_Static_assert(sizeof(${type.kind} ${type.name}) == ${type.bytes}, "size of ${type.name}");\n`);
    for (const field of flattenFields(btf, id))
      if (field.bitWidth === undefined)
        lines.push(
          `_Static_assert(__builtin_offsetof(${type.kind} ${type.name}, ${field.path}) == ${field.bitOffset / 8}, "${field.path}");\n`,
        );
  }
  const dir = mkdtempSync(join(tmpdir(), "skep-print-c-"));
  try {
    writeFileSync(join(dir, "a.c"), lines.join(""));
    execFileSync("clang-14", ["-target", "bpf", "-Werror", "-c", join(dir, "a.c"), "-o", join(dir, "a.o")], {
      stdio: "pipe",
    });
  } finally {
    rmSync(dir, { recursive: true });
  }
}

test("names that collide get flavours", () => {
  const text = printC(parseBtf(difficult().finish())).join("");
  for (const part of [
    "struct a {",
    "struct a___2 {",
    "union a___3 {",
    "RED = 0,",
    "RED___2 = 9,",
    "typedef int RED___3;",
    "typedef int __builtin_va_list___2[6];",
    "typedef int default_;",
    "struct Vec_u8__A_ {",
    "long long if_;",
    "typedef unsigned long long usize;",
    "mode(QI)",
    "unsigned int again;",
    "struct only_in_prototype;",
  ])
    expect(text).toContain(part);
});

test("a type that was written before is written the same again, whatever it is of", () => {
  const f = new BtfBuilder();
  const i = f.addInt(4, true);
  const color = f.add({
    kind: "enum",
    name: "",
    bytes: 4,
    signed: false,
    members: [{ name: "RED", value: 0n }],
  });
  const part = f.add({ kind: "struct", name: "", bytes: 4, members: [{ name: "x", type: i, bitOffset: 0 }] });
  const named = [
    { name: "for", type: f.addPointer(f.add({ kind: "const", to: i })) },
    { name: "", type: i },
  ];
  const fn = f.addPointer(
    f.add({ kind: "funcProto", returns: f.addPointer(i), params: named, variadic: false }),
  );
  const types = [f.addArray(fn, 2), f.addArray(f.addArray(i, 3), 4), color, part, named[0]?.type as BtfId];
  const sizes = [16, 48, 4, 4, 8];
  const members = (prefix: string): Member[] =>
    types.map((type, n) => ({
      name: `${prefix}${n}`,
      type,
      bitOffset: 8 * sizes.slice(0, n).reduce((a, b_) => a + b_, 0),
    }));
  for (const name of ["s", "t"]) f.add({ kind: "struct", name, bytes: 80, members: members(name) });
  const body = (name: string, third: string) => `struct ${name} {
	int *(*${name}0[2])(const int *for_, int);
	int ${name}1[4][3];
	${third} ${name}2;
	struct {
		int x;
	} ${name}3;
	const int *${name}4;
};
`;
  const text = printC(parseBtf(f.finish())).join("");
  expect(text).toContain(body("s", "enum {\n\t\tRED = 0,\n\t}"));
  expect(text).toContain(body("t", "unsigned int"));
});

test("split BTF is printed with its base", () => {
  const f = new BtfBuilder();
  const i = f.addInt(4, true);
  f.add({ kind: "struct", name: "a", bytes: 4, members: [{ name: "x", type: i, bitOffset: 0 }] });
  const base = parseBtf(f.finish());
  const at = new TextEncoder().encode("\0x\0b\0a\0");
  const start = 1 + "int\0a\0x\0".length; // where the base's strings end
  const types = [start + 3, 0x04000001, 8, start + 1, 2, 0, start + 5, 0x04000001, 4, start + 3, 1, 0];
  const blob = new Uint8Array(24 + types.length * 4 + at.length);
  const view = new DataView(blob.buffer);
  view.setUint32(0, 0x0001eb9f, true);
  for (const [k, n] of [24, 0, types.length * 4, types.length * 4, at.length].entries())
    view.setUint32(4 + k * 4, n, true);
  for (const [k, n] of types.entries()) view.setUint32(24 + k * 4, n, true);
  blob.set(at, 24 + types.length * 4);
  const text = printC(parseBtf(blob, base)).join("");
  expect(text).toContain("struct a {\n\tint x;\n};");
  expect(text).toContain("struct b {\n\tstruct a x;\n\tunsigned char __hole_1[4];\n};");
  expect(text).toContain("struct a___2 {\n\tint b;\n};");
  expect(typeName(parseBtf(blob, base), 4 as BtfId)).toBe("struct a");
});

test.skipIf(!clang)("a difficult file compiles, with its sizes and offsets", () => {
  compile(difficult().finish(), ["a"]);
});

test.skipIf(!clang)(
  "structs of any layout compile to that layout",
  () => {
    const step = fc.record({
      type: fc.constantFrom("u8", "u16", "u32", "u64", "array", "nested"),
      gap: fc.constantFrom(0, 0, 0, 1, 3, 8, 13, 32, 64),
      bits: fc.constantFrom(0, 0, 1, 5, 8),
    });
    const layout = fc.record({
      steps: fc.array(step, { maxLength: 8 }),
      tail: fc.constantFrom(0, 0, 1, 4, 24),
    });
    fc.assert(
      fc.property(fc.array(layout, { minLength: 30, maxLength: 60 }), (layouts) => {
        const f = new BtfBuilder();
        const ints = {
          u8: f.addInt(1, false),
          u16: f.addInt(2, false),
          u32: f.addInt(4, true),
          u64: f.addInt(8, true),
        };
        const bits = { u8: 8, u16: 16, u32: 32, u64: 64 };
        let nested: BtfId = f.add({
          kind: "struct",
          name: "s0",
          bytes: 1,
          members: [{ name: "m", type: ints.u8, bitOffset: 0 }],
        });
        for (const [index, { steps, tail }] of layouts.entries()) {
          const members: Member[] = [];
          const blob = parseBtf(f.finish());
          let bit = 0;
          for (const [n, s] of steps.entries()) {
            const isInt = s.type !== "array" && s.type !== "nested";
            const type =
              s.type === "array" ? f.addArray(ints.u16, 3) : s.type === "nested" ? nested : ints[s.type];
            const size =
              s.type === "array" ? 48 : s.type === "nested" ? sizeOf(blob, nested) * 8 : bits[s.type];
            bit += s.gap;
            if (isInt && s.bits > 0) members.push({ name: `m${n}`, type, bitOffset: bit, bitWidth: s.bits });
            else {
              bit = Math.ceil(bit / 8) * 8;
              members.push({ name: `m${n}`, type, bitOffset: bit });
            }
            bit += isInt && s.bits > 0 ? s.bits : size;
          }
          const bytes = Math.ceil(bit / 8) + tail;
          nested = f.add({ kind: "struct", name: `s${index + 1}`, bytes: Math.min(bytes, 1 << 12), members });
          if (bytes > 1 << 12) nested = 1 as BtfId;
        }
        const blob = f.finish();
        for (let i = 1; i < f.count; i++) expect(alignOf(parseBtf(blob), i as BtfId)).toBeLessThanOrEqual(8);
        compile(blob);
      }),
      { numRuns: 10 },
    );
  },
  60_000,
);

test("damaged BTF gives an error instead of endless text", () => {
  const f = new BtfBuilder();
  const i = f.addInt(4, true);
  const self = f.reserve();
  f.define(self, {
    kind: "struct",
    name: "self",
    bytes: 4,
    members: [{ name: "me", type: self, bitOffset: 0 }],
  });
  expect(() => printC(parseBtf(f.finish()))).toThrow(BtfError);

  const g = new BtfBuilder();
  let level = g.add({
    kind: "struct",
    name: "",
    bytes: 4,
    members: [{ name: "x", type: g.addInt(4, true), bitOffset: 0 }],
  });
  for (let n = 0; n < 40; n++)
    level = g.add({
      kind: "struct",
      name: "",
      bytes: 8,
      members: [
        { name: "l", type: level, bitOffset: 0 },
        { name: "r", type: level, bitOffset: 0 },
      ],
    });
  g.add({ kind: "typedef", name: "tower", to: level });
  expect(() => printC(parseBtf(g.finish()))).toThrow(/64 MB/);

  const h = new BtfBuilder();
  const loop = h.reserve();
  h.define(loop, {
    kind: "struct",
    name: "",
    bytes: 8,
    members: [{ name: "p", type: h.addPointer(loop), bitOffset: 0 }],
  });
  h.add({ kind: "typedef", name: "loop_t", to: loop });
  expect(() => printC(parseBtf(h.finish()))).toThrow(BtfError);
  expect(i).toBe(1);
});

test("random damage gives text or a BtfError", () => {
  const good = difficult().finish();
  const change = fc.tuple(fc.nat(good.length - 1), fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 2, 0x80)));
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
      const bytes = good.slice();
      for (const [at, value] of changes) bytes[at] = value;
      try {
        printC(parseBtf(bytes), { kfuncs: true });
      } catch (error) {
        expect(error).toBeInstanceOf(BtfError);
      }
    }),
    { numRuns: 1500 },
  );
});
