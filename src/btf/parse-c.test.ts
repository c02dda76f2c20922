import fc from "fast-check";
import { expect, test } from "vitest";
import { cpuMs } from "../../test/support/cpu-time.ts";
import { Report } from "../base/diagnostic.ts";
import { lineAndColumn } from "../base/span.ts";
import { parseBtf } from "./decode.ts";
import { flattenFields, sizeOf } from "./layout.ts";
import { findPrototype, idsOfKind } from "./lookup.ts";
import { CDeclarations, parseC } from "./parse-c.ts";
import { printType, typeName } from "./print-c.ts";
import type { Btf, BtfType } from "./types.ts";

function parsed(text: string): Btf {
  const report = new Report();
  const btf = parseC(text, report);
  if (btf === undefined) throw new Error(report.diagnostics.map((d) => d.message).join("\n"));
  return btf;
}

function named(btf: Btf, name: string, kind: BtfType["kind"]) {
  const id = btf.find(name, kind)[0];
  if (id === undefined) throw new Error(`no ${kind} ${name}`);
  return id;
}

/** "name@bit" or "name@bit:width" of every field, and the size at the end. */
function layout(text: string): string {
  const btf = parsed(text);
  const kind = btf.find("s", "union").length > 0 ? "union" : "struct";
  const id = named(btf, "s", kind);
  const fields = flattenFields(btf, id, { nested: true }).map(
    (f) => `${f.path}@${f.bitOffset}${f.bitWidth === undefined ? "" : `:${f.bitWidth}`}`,
  );
  return `${fields.join(" ")} =${sizeOf(btf, id)}`;
}

// biome-ignore format: one case per line
test.each([
  { rule: "members are aligned", text: "struct s { char a; int b; char c; long d; };", want: "a@0 b@32 c@64 d@128 =24" },
  { rule: "several members of one type", text: "struct s { int a, *b, c[3], (*d)(void); };", want: "a@0 b@64 c@128 d@256 =40" },
  { rule: "an empty struct", text: "struct s { };", want: " =0" },
  { rule: "a union", text: "union s { char a[5]; int b; };", want: "a@0 b@0 =8" },
  { rule: "unnamed struct and union", text: "struct s { int a; union { char b; struct { short c, d; }; }; long e; };", want: "a@0 b@32 c@32 d@48 e@64 =16" },
  { rule: "a struct that only is declared inside", text: "struct s { struct t { int x; }; int a; };", want: "a@0 =4" },
  { rule: "packed", text: "struct s { char a; int b; short c; } __attribute__((packed));", want: "a@0 b@8 c@40 =7" },
  { rule: "packed in front of the name", text: "struct __attribute__((__packed__)) s { char a; int b; };", want: "a@0 b@8 =5" },
  { rule: "the kernel's word for packed", text: "struct s { char a; int b; } __packed;", want: "a@0 b@8 =5" },
  { rule: "a packed member", text: "struct s { char a; int b __attribute__((packed)); int c; };", want: "a@0 b@8 c@64 =12" },
  { rule: "an aligned member", text: "struct s { char a; char b __attribute__((aligned(8))); };", want: "a@0 b@64 =16" },
  { rule: "an aligned struct", text: "struct s { char a; } __attribute__((aligned(64)));", want: "a@0 =64" },
  { rule: "aligned without a number", text: "struct s { char a; } __attribute__((aligned));", want: "a@0 =16" },
  { rule: "an aligned typedef", text: "typedef char t __attribute__((aligned(8))); struct s { char a; t b; };", want: "a@0 b@64 =16" },
  { rule: "packed and aligned", text: "struct s { char a; int b; } __attribute__((packed, aligned(4)));", want: "a@0 b@8 =8" },
  { rule: "bit-fields", text: "struct s { int a : 3, b : 5; unsigned c : 30; };", want: "a@0:3 b@3:5 c@32:30 =8" },
  { rule: "a bit-field that fits beside a smaller member", text: "struct s { char a; int b : 20; };", want: "a@0 b@8:20 =4" },
  { rule: "a bit-field of width 0", text: "struct s { int a : 3; int : 0; int b : 3; };", want: "a@0:3 b@32:3 =8" },
  { rule: "a bit-field without name", text: "struct s { int a : 3; int : 7; int b : 3; };", want: "a@0:3 b@10:3 =4" },
  { rule: "packed bit-fields", text: "struct s { int a : 30; int b : 30; char c; } __packed;", want: "a@0:30 b@30:30 c@64 =9" },
  { rule: "bit-fields of long and bool", text: "struct s { _Bool a : 1; unsigned long b : 40; };", want: "a@0:1 b@1:40 =8" },
  { rule: "bit-fields of an enum", text: "enum e { A }; struct s { enum e a : 2; int b : 3; };", want: "a@0:2 b@2:3 =4" },
  { rule: "bit-fields in a union", text: "union s { int a : 3; long b : 33; };", want: "a@0:3 b@0:33 =8" },
  { rule: "a flexible array", text: "struct s { int a; char b[]; };", want: "a@0 b@32 =4" },
  { rule: "lengths that are expressions", text: "enum { N = 3 }; struct s { char a[N * 2 + 1]; short b[sizeof(int) << 1]; };", want: "a@0 b@64 =24" },
  { rule: "wide integers", text: "struct s { char a; unsigned __int128 b; long double c; };", want: "a@0 b@128 c@256 =48" },
  { rule: "words of a type in any order", text: "struct s { long unsigned int a; short signed b; long int long unsigned c; };", want: "a@0 b@64 c@128 =24" },
])("layout: $rule", ({ text, want }) => {
  expect(layout(text)).toBe(want);
});

// biome-ignore format: one case per line
test.each([
  { rule: "pointers and qualifiers", text: "typedef const char *const *t;", want: "typedef const char *const*t;" },
  { rule: "an array of pointers to functions", text: "typedef int (*t[4])(void *, ...);", want: "typedef int (*t[4])(void *, ...);" },
  { rule: "a pointer to an array", text: "typedef int (*t)[4];", want: "typedef int (*t)[4];" },
  { rule: "several dimensions", text: "typedef int t[2][3];", want: "typedef int t[2][3];" },
  { rule: "a function that returns a pointer to a function", text: "typedef int (*t(char))(long);", want: "typedef int (*t(char))(long);" },
  { rule: "redundant parentheses", text: "typedef int *(t);", want: "typedef int *t;" },
  { rule: "arrays as parameters", text: "typedef void t(int [4], char *a[]);", want: "typedef void t(int *, char **a);" },
  { rule: "functions as parameters", text: "typedef void t(int f(void));", want: "typedef void t(int (*f)(void));" },
  { rule: "a typedef's name as a parameter", text: "typedef int x; typedef void t(x);", want: "typedef void t(x);" },
  { rule: "a named type in a pointer", text: "typedef struct a *t;", want: "typedef struct a *t;" },
])("declarators: $rule", ({ text, want }) => {
  const btf = parsed(text);
  expect(printType(btf, named(btf, "t", "typedef"))).toBe(want);
});

// biome-ignore format: one case per line
test.each([
  { rule: "counts on", text: "enum e { A, B, C = 7, D };", bytes: 4, signed: false, values: [0n, 1n, 7n, 8n] },
  { rule: "negative", text: "enum e { A = -2, B };", bytes: 4, signed: true, values: [-2n, -1n] },
  { rule: "as large as 32 bits", text: "enum e { A = 0xffffffff };", bytes: 4, signed: false, values: [0xffffffffn] },
  { rule: "64 bits", text: "enum e { A = 1ULL << 63, B };", bytes: 8, signed: false, values: [1n << 63n, (1n << 63n) + 1n] },
  { rule: "64 bits, signed", text: "enum e { A = -1, B = 0x80000000 };", bytes: 8, signed: true, values: [-1n, 0x80000000n] },
  { rule: "mode", text: "enum e { A = 3 } __attribute__((mode(QI)));", bytes: 1, signed: false, values: [3n] },
  { rule: "packed", text: "enum e { A = 300 } __packed;", bytes: 2, signed: false, values: [300n] },
  { rule: "operators", text: "enum e { A = (1 | 6) & ~1, B = A > 3 ? 10 / 3 : 0, C = -7 % 4, D = !A || 2 == 2, E = 'a' ^ 1 };", bytes: 4, signed: true, values: [6n, 3n, -3n, 1n, 96n] },
  { rule: "octal, binary and suffixes", text: "enum e { A = 010, B = 0b101, C = 3UL, D = (int)5, };", bytes: 4, signed: false, values: [8n, 5n, 3n, 5n] },
  { rule: "complements", text: "enum e { A = ~0U, B = ~0ULL };", bytes: 8, signed: false, values: [0xffffffffn, (1n << 64n) - 1n] },
])("enums: $rule", ({ text, bytes, signed, values }) => {
  const btf = parsed(text);
  const type = btf.type(named(btf, "e", "enum"));
  if (type.kind !== "enum") throw new Error("no enum");
  expect({ bytes: type.bytes, signed: type.signed, values: type.members.map((m) => m.value) }).toEqual({ bytes, signed, values });
});

test("functions and variables", () => {
  const btf = parsed(`
    struct file; typedef long ssize_t;
    ssize_t vfs_read(struct file *file, char *buf, unsigned long count, long long *pos);
    static int printk(const char *fmt, ...), none(void);
    extern struct file *first;
    int counter __attribute__((section(".data..percpu")));
    long other __attribute__((section(".data..percpu")));
  `);
  const read = findPrototype(btf, "vfs_read");
  expect(read?.params.map((p) => `${typeName(btf, p.type)} ${p.name}`)).toEqual([
    "struct file * file",
    "char * buf",
    "unsigned long count",
    "long long * pos",
  ]);
  expect(findPrototype(btf, "printk")).toMatchObject({ variadic: true, params: [{ name: "fmt" }] });
  expect(findPrototype(btf, "none")).toMatchObject({ variadic: false, params: [] });
  expect(btf.type(named(btf, "none", "func"))).toMatchObject({ linkage: "static" });
  expect(btf.type(named(btf, "vfs_read", "func"))).toMatchObject({ linkage: "global" });
  expect(btf.type(named(btf, "first", "var"))).toMatchObject({ linkage: "extern" });
  expect(btf.type(named(btf, ".data..percpu", "section"))).toMatchObject({
    bytes: 16,
    vars: [
      { type: named(btf, "counter", "var"), offset: 0, size: 4 },
      { type: named(btf, "other", "var"), offset: 8, size: 8 },
    ],
  });
});

test("type tags stand where qualifiers do", () => {
  const btf = parsed(`
    struct task {
      struct task __rcu *parent; int __attribute__((btf_type_tag("percpu"))) *count; char *__user *argv;
    };
  `);
  const type = btf.type(named(btf, "task", "struct"));
  if (type.kind !== "struct") throw new Error("no struct");
  const kinds = type.members.map((member) => {
    const chain: string[] = [];
    for (let at = btf.type(member.type); "to" in at; at = btf.type(at.to))
      chain.push(at.kind === "typeTag" ? at.name : at.kind);
    return chain;
  });
  expect(kinds).toEqual([
    ["pointer", "rcu"],
    ["pointer", "percpu"],
    ["pointer", "user", "pointer"],
  ]);
});

test("equal types are stored once, and what is never defined is a forward declaration", () => {
  const btf = parsed(
    "struct a { struct b *x; struct b *y; const int z, w; }; union c *p(struct b *); enum d *q(void);",
  );
  expect(idsOfKind(btf, "pointer")).toHaveLength(3);
  expect(idsOfKind(btf, "const")).toHaveLength(1);
  expect(idsOfKind(btf, "forward").map((id) => btf.type(id))).toEqual([
    { kind: "forward", name: "b", of: "struct" },
    { kind: "forward", name: "c", of: "union" },
  ]);
  expect(btf.type(named(btf, "d", "enum"))).toMatchObject({ members: [], bytes: 4 });
});

test("comments and preprocessor lines are passed over", () => {
  expect(layout("#pragma once\n#define X \\\n struct\n/* a */ struct s { // b\n int a; /* c; */ };\n")).toBe(
    "a@0 =4",
  );
});

// biome-ignore format: one case per line
test.each([
  { rule: "an unknown type", text: "struct s {\n  foo_t a;\n};", code: "c/unknown-type", at: "2:3" },
  { rule: "a struct without a size", text: "struct s { int a; struct t b; };", code: "c/no-size", at: "1:28" },
  { rule: "a struct that contains itself", text: "struct s { struct s a; };", code: "c/no-size", at: "1:21" },
  { rule: "an array of void", text: "typedef void t[3];", code: "c/no-size", at: "1:15" },
  { rule: "a variable without a size", text: "struct s a;", code: "c/no-size", at: "1:10" },
  { rule: "a struct twice", text: "struct s { int a; };\nstruct s { int b; };", code: "c/redefined", at: "2:1" },
  { rule: "a typedef twice", text: "typedef int t;\ntypedef long t;", code: "c/redefined", at: "2:14" },
  { rule: "an enumerator twice", text: "enum { A, B, A };", code: "c/redefined", at: "1:14" },
  { rule: "a wide bit-field", text: "struct s { int a : 33; };", code: "c/bad-bit-field", at: "1:20" },
  { rule: "a named bit-field of width 0", text: "struct s { int a : 0; };", code: "c/bad-bit-field", at: "1:20" },
  { rule: "a bit-field of a pointer", text: "struct s { char *a : 3; };", code: "c/bad-bit-field", at: "1:22" },
  { rule: "a bad alignment", text: "struct s { int a; } __attribute__((aligned(3)));", code: "c/bad-constant", at: "1:44" },
  { rule: "a negative length", text: "typedef int t[-1];", code: "c/bad-constant", at: "1:15" },
  { rule: "a length that is too large", text: "typedef int t[1 << 30];", code: "c/bad-constant", at: "1:15" },
  { rule: "a type that is too large", text: "struct s { char a[1 << 28], b[1 << 28]; };", code: "c/too-large", at: "1:10" },
  { rule: "no constant", text: "typedef int t[n];", code: "c/syntax", at: "1:15" },
  { rule: "a division by zero", text: "enum { A = 1 / 0 };", code: "c/syntax", at: "1:14" },
  { rule: "no semicolon", text: "struct s { int a }", code: "c/syntax", at: "1:18" },
  { rule: "a brace that is not closed", text: "struct s { int a;", code: "c/syntax", at: "1:18" },
  { rule: "a function's body", text: "int f(void) { return 1; }", code: "c/syntax", at: "1:13" },
  { rule: "no type", text: "*p;", code: "c/syntax", at: "1:1" },
  { rule: "no name", text: "int *;", code: "c/syntax", at: "1:6" },
  { rule: "no integer", text: "long char a;", code: "c/syntax", at: "1:11" },
  { rule: "a tag without name", text: "struct;", code: "c/syntax", at: "1:7" },
  { rule: "deep nesting", text: `typedef int ${"(".repeat(300)}t${")".repeat(300)};`, code: "c/syntax", at: undefined },
])("wrong: $rule", ({ text, code, at }) => {
  const report = new Report();
  expect(parseC(text, report)).toBeUndefined();
  const [first] = report.diagnostics;
  expect(first?.code).toBe(code);
  const place = lineAndColumn(text, first?.span.start ?? 0);
  if (at !== undefined) expect(`${place.line}:${place.column}`).toBe(at);
  expect(first?.help).not.toBe("");
});

test("what follows a wrong declaration is read", () => {
  const report = new Report();
  const declarations = new CDeclarations();
  declarations.read("struct a { int x };\nint ok(void);\nstruct b { foo y; };\nlong fine(void);", report);
  expect(report.diagnostics.map((d) => d.code)).toEqual(["c/syntax", "c/unknown-type"]);
  const btf = parseBtf(declarations.finish());
  expect(findPrototype(btf, "ok")).toBeDefined();
  expect(findPrototype(btf, "fine")).toBeDefined();
});

test("texts use each other's types, and types are read alone", () => {
  const report = new Report();
  const declarations = new CDeclarations();
  declarations.read("typedef int pid_t; struct a { pid_t x; };", report);
  declarations.read("struct b { struct a a; };", report);
  const pointer = declarations.typeNamed("const struct b *", report);
  const field = declarations.declared("pid_t pids[4]", report);
  expect(report.diagnostics).toEqual([]);
  const btf = parseBtf(declarations.finish());
  expect(pointer && typeName(btf, pointer)).toBe("const struct b *");
  expect(field && [field.name, typeName(btf, field.type)]).toEqual(["pids", "pid_t[4]"]);
  expect(new CDeclarations().typeNamed("int a b", report)).toBeUndefined();
  expect(report.diagnostics.map((d) => d.code)).toEqual(["c/syntax"]);
});

const PIECES = (
  "struct union enum typedef const static extern int char long unsigned void * ( ) [ ] { } ; , : = + << ? 0 7 0x1f 99 " +
  "a b s t __packed __attribute__ aligned packed sizeof ... \" ' /* // # \n \\ ~ ! \u00e9"
).split(" ");

test("any text is read or refused, soon", () => {
  const text = fc.array(fc.constantFrom(...PIECES), { maxLength: 200 }).map((pieces) => pieces.join(" "));
  fc.assert(
    fc.property(text, (source) => {
      const report = new Report();
      const btf = parseC(source, report);
      expect(btf === undefined).toBe(report.hasErrors);
    }),
    { numRuns: 2000 },
  );
});

test("large and nasty texts take bounded time", () => {
  const texts = [
    "(".repeat(100_000),
    "struct s {".repeat(100_000),
    `enum { A = ${"(".repeat(100_000)} };`,
    `enum { A = ${"-".repeat(100_000)}1 };`,
    `typedef int t${"[2]".repeat(100_000)};`,
    `typedef int ${"*".repeat(100_000)}t;`,
    `enum { A = 1${"+1".repeat(100_000)} };`,
    `int f(${"int,".repeat(70_000)}int);`,
    `enum { ${Array.from({ length: 70_000 }, (_, i) => `A${i}`).join()} };`,
    "*;".repeat(100_000),
  ];
  const started = cpuMs();
  for (const text of texts) parseC(text, new Report());
  expect(cpuMs() - started).toBeLessThan(10_000);
});
