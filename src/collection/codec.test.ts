import fc from "fast-check";
import { expect, test } from "vitest";
import { Report } from "../base/diagnostic.ts";
import { parseC } from "../btf/parse-c.ts";
import { Codec } from "./codec.ts";
import { Layouts } from "./value-layout.ts";

/** The codec of the last struct (or union) `s` of a C text. */
function codecOf(text: string): Codec {
  const report = new Report();
  const btf = parseC(text, report);
  const id = btf?.find("s", "struct")[0] ?? btf?.find("s", "union")[0];
  if (btf === undefined || id === undefined) throw new Error(report.diagnostics.map((d) => d.message).join());
  return new Codec(new Layouts(btf).of(id));
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

// biome-ignore format: one case per line
test.each([
  { rule: "integers of up to 4 bytes are numbers", c: "struct s { signed char a; unsigned short b; int c; unsigned int d; };", value: { a: -1, b: 65535, c: -2, d: 4294967295 }, bytes: "ff00fffffeffffffffffffff" },
  { rule: "integers of 8 bytes are bigint", c: "struct s { unsigned long a; long b; };", value: { a: 2n ** 64n - 1n, b: -5n }, bytes: "fffffffffffffffffbffffffffffffff" },
  { rule: "integers of 16 bytes", c: "struct s { unsigned __int128 a; };", value: { a: (7n << 64n) | 9n }, bytes: "09000000000000000700000000000000" },
  { rule: "_Bool", c: "struct s { _Bool a; _Bool b; };", value: { a: true, b: false }, bytes: "0100" },
  { rule: "char arrays are text, up to the first NUL", c: "struct s { char a[6]; };", value: { a: "h\u00e9!" }, bytes: "68c3a9210000" },
  { rule: "text without room for a NUL", c: "struct s { char a[3]; };", value: { a: "abc" }, bytes: "616263" },
  { rule: "arrays of unsigned bytes are bytes", c: "struct s { unsigned char a[4]; };", value: { a: Uint8Array.of(1, 2, 3, 255) }, bytes: "010203ff" },
  { rule: "arrays", c: "struct s { short a[2][2]; };", value: { a: [[1, 2], [3, -4]] }, bytes: "010002000300fcff" },
  { rule: "lists of texts", c: "struct s { char a[2][3]; };", value: { a: ["ab", "c"] }, bytes: "616200630000" },
  { rule: "nested structs, arrays of structs", c: "struct p { int x; }; struct s { struct p a; struct p b[2]; };", value: { a: { x: 1 }, b: [{ x: 2 }, { x: 3 }] }, bytes: "010000000200000003000000" },
  { rule: "pointers are addresses", c: "struct s { void *a; };", value: { a: 0xffff888000000000n }, bytes: "0000000080" + "88ffff" },
  { rule: "enumerators by name", c: "enum e { A, B = 7 }; struct s { enum e a; enum e b; };", value: { a: "B", b: 3 }, bytes: "0700000003000000" },
  { rule: "bit-fields of all signs", c: "struct s { unsigned a : 3; int b : 5; unsigned c : 24; };", value: { a: 5, b: -3, c: 0xabcdef }, bytes: "edefcdab" },
  { rule: "bit-fields of 64-bit types are bigint", c: "struct s { unsigned long a : 40; unsigned long b : 24; };", value: { a: 0xff_0000_0001n, b: 3n }, bytes: "01000000ff030000" },
  { rule: "a field called like no other", c: "struct s { int __proto__; int constructor; };", value: JSON.parse('{"__proto__": 1, "constructor": 2}') as object, bytes: "0100000002000000" },
  { rule: "members of unnamed structs are the struct's own", c: "struct s { int a; struct { int b; struct { int c; }; }; };", value: { a: 1, b: 2, c: 3 }, bytes: "010000000200000003000000" },
])("to bytes and back: $rule", ({ c, value, bytes }) => {
  const codec = codecOf(c);
  const encoded = codec.encode(value, "v");
  expect(hex(encoded)).toBe(bytes);
  expect(codec.decode(encoded)).toEqual(value);
});

test("unions: all members are read, one is enough to write", () => {
  const named = codecOf("struct s { union { int a; unsigned char b[4]; } u; };");
  expect(named.decode(named.encode({ u: { a: 258 } }, "v"))).toEqual({
    u: { a: 258, b: Uint8Array.of(2, 1, 0, 0) },
  });
  expect(() => named.encode({ u: {} }, "v")).toThrow("v.u: no member of the union is given");
  const unnamed = codecOf("struct s { int k; union { int a; short b; }; union { int c; int d; }; };");
  expect(unnamed.decode(unnamed.encode({ k: 1, b: 2, d: 3 }, "v"))).toEqual({ k: 1, a: 2, b: 2, c: 3, d: 3 });
  expect(() => unnamed.encode({ k: 1, b: 2 }, "v")).toThrow("v.c: it is missing");
});

test("what is read shares no memory with the record", () => {
  const codec = codecOf("struct s { unsigned char a[4]; char b[4]; };");
  const bytes = codec.encode({ a: [1, 2, 3, 4], b: "abc" }, "v");
  const value = codec.decode(bytes);
  bytes.fill(0);
  expect(value).toEqual({ a: Uint8Array.of(1, 2, 3, 4), b: "abc" });
});

test("a last member without a length reaches to the record's end; missing bytes are zero", () => {
  const text = codecOf("struct s { int n; char rest[]; };");
  expect(text.decode(Uint8Array.of(1, 0, 0, 0, 104, 105, 0, 7))).toEqual({ n: 1, rest: "hi" });
  const list = codecOf("struct s { int n; int rest[]; };");
  expect(list.decode(Uint8Array.of(1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 9))).toEqual({ n: 1, rest: [2, 3] });
  expect(codecOf("struct s { int a; int b; };").decode(Uint8Array.of(1, 0, 0, 0))).toEqual({ a: 1, b: 0 });
});

test("what the kernel keeps in values is not shown, and stays zero", () => {
  const codec = codecOf(
    "struct bpf_spin_lock { unsigned val; }; struct s { struct bpf_spin_lock lock; int n; };",
  );
  expect(codec.decode(Uint8Array.of(9, 9, 9, 9, 1, 0, 0, 0))).toEqual({ n: 1 });
  expect(hex(codec.encode({ n: 2 }, "v"))).toBe("0000000002000000");
});

const POINT =
  "struct p { int x; int y; }; struct s { struct p at[2]; char name[4]; unsigned char raw[2]; unsigned n : 3; };";
const GOOD = {
  at: [
    { x: 1, y: 2 },
    { x: 3, y: 4 },
  ],
  name: "ab",
  raw: [1, 2],
  n: 7,
};

// biome-ignore format: one case per line
test.each([
  { rule: "missing",               value: { ...GOOD, at: [{ x: 1, y: 2 }, { x: 3 }] },        message: "counts: key.at[1].y: it is missing" },
  { rule: "unknown",               value: { ...GOOD, nam: 1 },                                message: "counts: key: there is no field `nam`", remedy: "did you mean `name`" },
  { rule: "no number",             value: { ...GOOD, at: [{ x: "1", y: 2 }, { x: 3, y: 4 }] }, message: 'counts: key.at[0].x: "1" does not fit', remedy: "an integer from -2147483648 to 2147483647" },
  { rule: "a fraction",            value: { ...GOOD, at: [{ x: 1.5, y: 2 }, { x: 3, y: 4 }] }, message: "counts: key.at[0].x: 1.5 does not fit" },
  { rule: "too large",             value: { ...GOOD, at: [{ x: 2 ** 31, y: 2 }, { x: 3, y: 4 }] }, message: "counts: key.at[0].x: 2147483648 does not fit" },
  { rule: "too few",               value: { ...GOOD, at: [{ x: 1, y: 2 }] },                  message: "counts: key.at: an array of 1 does not fit", remedy: "an array of 2" },
  { rule: "text too long",         value: { ...GOOD, name: "abcde" },                         message: "counts: key.name: the text has 5 bytes", remedy: "at most 4 bytes" },
  { rule: "bytes too many",        value: { ...GOOD, raw: [1, 2, 3] },                        message: "counts: key.raw: an array of 3 does not fit", remedy: "a Uint8Array of 2 bytes" },
  { rule: "a bit-field's range",   value: { ...GOOD, n: 8 },                                  message: "counts: key.n: 8 does not fit", remedy: "an integer from 0 to 7" },
  { rule: "no object at all",      value: 5,                                                  message: "counts: key: 5 does not fit", remedy: "an object with at, name, raw, n" },
  { rule: "bytes of another size", value: new Uint8Array(3),                                  message: "counts: key: an array of 3 does not fit" },
])("a wrong shape names the field: $rule", ({ value, message, remedy = "" }) => {
  const codec = codecOf(POINT);
  expect(() => codec.encode(GOOD, "counts: key")).not.toThrow();
  expect(() => codec.encode(value, "counts: key")).toThrow(
    expect.objectContaining({ code: "collection/bad-value", message, remedy: expect.stringContaining(remedy) }),
  );
});

test("what is written is read again, whatever the numbers", () => {
  const codec =
    codecOf(`struct s { unsigned char a; long b; unsigned int c : 9; int d : 13; unsigned long e : 33;
    unsigned short f[3]; };`);
  const value = fc.record({
    a: fc.integer({ min: 0, max: 255 }),
    b: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    c: fc.integer({ min: 0, max: 511 }),
    d: fc.integer({ min: -4096, max: 4095 }),
    e: fc.bigInt({ min: 0n, max: 2n ** 33n - 1n }),
    f: fc.array(fc.integer({ min: 0, max: 65535 }), { minLength: 3, maxLength: 3 }),
  });
  fc.assert(
    fc.property(value, (v) => {
      expect(codec.decode(codec.encode(v, "v"))).toEqual(v);
    }),
  );
});

test("names of an object's fields are data, never code", () => {
  const evil = 'a"]: globalThis.owned = 1, "b';
  const layout = {
    kind: "record",
    bytes: 4,
    name: "s",
    union: false,
    fields: [{ name: evil, offset: 0, layout: { kind: "int", bytes: 4, signed: false } }],
  } as const;
  expect(new Codec(layout).decode(Uint8Array.of(5, 0, 0, 0))).toEqual({ [evil]: 5 });
  expect("owned" in globalThis).toBe(false);
});
