import { expect, test } from "vitest";
import { Report } from "../base/diagnostic.ts";
import { SkepError } from "../base/errors.ts";
import { BtfBlob, parseBtf } from "../btf/decode.ts";
import { BtfBuilder } from "../btf/encode.ts";
import { CDeclarations } from "../btf/parse-c.ts";
import type { BtfId } from "../btf/types.ts";
import type { Insn, MemSize } from "../isa/insn.ts";
import { missingRelocation, patchInsn } from "./core-patch.ts";
import type { CoreKind } from "./core-relocation.ts";
import { CoreRelocator } from "./core-relocator.ts";
import { essentialName } from "./core-spec.ts";
import { btfOf, idOf, kernelOf } from "./testing.ts";

type Row = Readonly<{
  rule: string;
  local: string;
  kernel: string;
  what: CoreKind;
  type?: string;
  access?: string;
  gives: bigint | "missing" | string;
}>;

function valueOf({ local, kernel, what, type = "struct s", access = "0:0" }: Row): unknown {
  const btf = btfOf(local);
  try {
    const reloc = { kind: "core", what, type: idOf(btf, type), access } as const;
    return new CoreRelocator(btf, kernelOf(kernel)).resolve(reloc).target.value;
  } catch (error) {
    if (error instanceof SkepError) return error.code;
    throw error;
  }
}

// biome-ignore format: one case per line
const FIELDS: readonly Row[] = [
  { rule: "a field elsewhere",              local: "struct s { int a; };", kernel: "struct s { long x; int a; };",                        what: "fieldByteOffset", gives: 8n },
  { rule: "a field that is gone",           local: "struct s { int a; };", kernel: "struct s { long x; };",                               what: "fieldByteOffset", gives: "missing" },
  { rule: "a type that is gone",            local: "struct s { int a; };", kernel: "struct t { int a; };",                                what: "fieldByteOffset", gives: "missing" },
  { rule: "it exists",                      local: "struct s { int a; };", kernel: "struct s { long x; int a; };",                        what: "fieldExists",     gives: 1n },
  { rule: "it does not exist",              local: "struct s { int a; };", kernel: "struct s { long x; };",                               what: "fieldExists",     gives: 0n },
  { rule: "a union is no struct",           local: "struct s { int a; };", kernel: "union s { int a; };",                                 what: "fieldExists",     gives: 0n },
  { rule: "another kind of field",          local: "struct s { int a; };", kernel: "struct s { int *a; };",                               what: "fieldExists",     gives: 0n },
  { rule: "integers differ in size",        local: "struct s { int a; };", kernel: "struct s { long a; };",                               what: "fieldByteSize",   gives: 8n },
  { rule: "structs differ in name",         local: "struct x { int p; }; struct s { struct x a; };", kernel: "struct y { long q; }; struct s { long b; struct y a; };", what: "fieldByteOffset", gives: 8n },
  { rule: "a flavour of the type",          local: "struct s___old { int a; };", kernel: "struct s { long x; int a; };", type: "struct s___old", what: "fieldByteOffset", gives: 8n },
  { rule: "an unnamed struct between",      local: "struct s { int a; };", kernel: "struct s { long x; struct { int y; struct { int a; }; }; };", what: "fieldByteOffset", gives: 12n },
  { rule: "an unnamed union between",       local: "struct s { int a; };", kernel: "struct s { long x; union { char c; int a; }; };",     what: "fieldByteOffset", gives: 8n },
  { rule: "unnamed in the object only",     local: "struct s { struct { int y; int a; }; };", kernel: "struct s { long x; int a; };", access: "0:0:1", what: "fieldByteOffset", gives: 8n },
  { rule: "a member of a member",           local: "struct t { int b; }; struct s { struct t a; };", kernel: "struct t { int c, b; }; struct s { long x; struct t a; };", access: "0:0:0", what: "fieldByteOffset", gives: 12n },
  { rule: "a member that has none",         local: "struct t { int b; }; struct s { struct t a; };", kernel: "struct s { long x; int a; };", access: "0:0:0", what: "fieldExists", gives: 0n },
  { rule: "an element of an array",         local: "struct s { int a[4]; };", kernel: "struct s { long x; int a[9]; };", access: "0:0:2", what: "fieldByteOffset", gives: 16n },
  { rule: "an element that is not there",   local: "struct s { int a[4]; };", kernel: "struct s { int a[2]; };",          access: "0:0:2", what: "fieldExists",     gives: 0n },
  { rule: "an element of a flexible array", local: "struct s { int n; int a[0]; };", kernel: "struct s { long n; int a[0]; };", access: "0:1:5", what: "fieldByteOffset", gives: 28n },
  { rule: "no array any more",              local: "struct s { int a[4]; };", kernel: "struct s { int a; };",             access: "0:0:2", what: "fieldExists",     gives: 0n },
  { rule: "the size of an element",         local: "struct s { short a[4]; };", kernel: "struct s { long a[4]; };",      access: "0:0:1", what: "fieldByteSize",   gives: 8n },
  { rule: "the size of an array",           local: "struct s { char a[4]; };", kernel: "struct s { char a[16]; };",                       what: "fieldByteSize",   gives: 16n },
  { rule: "an element of the type itself",  local: "struct s { int a; };", kernel: "struct s { long x; int a; };", access: "2:0",         what: "fieldByteOffset", gives: 40n },
  { rule: "a signed field",                 local: "struct s { unsigned a; };", kernel: "struct s { int a; };",                           what: "fieldSigned",     gives: 1n },
  { rule: "an unsigned field",              local: "struct s { int a; };", kernel: "struct s { unsigned a; };",                           what: "fieldSigned",     gives: 0n },
  { rule: "through typedefs and const",     local: "typedef int t; struct s { const t a; };", kernel: "typedef volatile int u; struct s { int x; u a; };", what: "fieldByteOffset", gives: 4n },
  { rule: "a pointer to anything",          local: "struct s { void *a; };", kernel: "struct t; struct s { int x; struct t *a; };",       what: "fieldByteOffset", gives: 8n },
  { rule: "an enum of the same name",       local: "enum e { A }; struct s { enum e a; };", kernel: "enum e { A, B }; struct s { int x; enum e a; };", what: "fieldByteOffset", gives: 4n },
  { rule: "an enum of another name",        local: "enum e { A }; struct s { enum e a; };", kernel: "enum f { A, B }; struct s { int x; enum f a; };", what: "fieldExists", gives: 0n },
  { rule: "an access outside of the type",  local: "struct s { int a; };", kernel: "struct s { int a; };", access: "0:7",                 what: "fieldByteOffset", gives: "object/bad-core" },
  { rule: "an access that is no list",      local: "struct s { int a; };", kernel: "struct s { int a; };", access: "0::1",                what: "fieldByteOffset", gives: "object/bad-core" },
  { rule: "an index outside of an array",   local: "struct s { int a[2]; };", kernel: "struct s { int a[2]; };", access: "0:0:2",         what: "fieldByteOffset", gives: "object/bad-core" },
];

// biome-ignore format: one case per line
const BITS: readonly Row[] = [
  { rule: "the bytes that hold it",          local: "struct s { int a : 3; };", kernel: "struct s { int x : 13; int a : 5; };",  what: "fieldByteOffset", gives: 0n },
  { rule: "how many they are",               local: "struct s { int a : 3; };", kernel: "struct s { int x : 13; int a : 5; };",  what: "fieldByteSize",   gives: 4n },
  { rule: "up",                              local: "struct s { int a : 3; };", kernel: "struct s { int x : 13; int a : 5; };",  what: "fieldLshift",     gives: 46n },
  { rule: "down",                            local: "struct s { int a : 3; };", kernel: "struct s { int x : 13; int a : 5; };",  what: "fieldRshift",     gives: 59n },
  { rule: "a whole field now: up",           local: "struct s { int a : 3; };", kernel: "struct s { long x; short a; };",        what: "fieldLshift",     gives: 48n },
  { rule: "a whole field now: down",         local: "struct s { int a : 3; };", kernel: "struct s { long x; short a; };",        what: "fieldRshift",     gives: 48n },
  { rule: "a whole field now: where",        local: "struct s { int a : 3; };", kernel: "struct s { long x; short a; };",        what: "fieldByteOffset", gives: 8n },
  { rule: "a bit-field now",                 local: "struct s { int a; };",     kernel: "struct s { long x; int b : 1, a : 2; };", what: "fieldByteOffset", gives: 8n },
  { rule: "of a char",                       local: "struct s { char a : 1; };", kernel: "struct s { char x[5]; char b : 6, a : 2; };", what: "fieldByteOffset", gives: 5n },
  { rule: "a packed one needs a wider load", local: "struct s { int a : 3; };", kernel: "struct s { char x[3]; int y : 5; int a : 9; } __attribute__((packed));", what: "fieldByteSize", gives: 8n },
  { rule: "signed",                          local: "struct s { unsigned a : 3; };", kernel: "struct s { int x : 2, a : 3; };",  what: "fieldSigned",     gives: 1n },
];

// biome-ignore format: one case per line
const TYPES: readonly Row[] = [
  { rule: "exists",                        local: "struct s { int a; };", kernel: "struct s { long b; };",  access: "0", what: "typeExists",  gives: 1n },
  { rule: "exists not",                    local: "struct s { int a; };", kernel: "union s { long b; };",   access: "0", what: "typeExists",  gives: 0n },
  { rule: "size",                          local: "struct s { int a; };", kernel: "struct s { long b[3]; };", access: "0", what: "typeSize",  gives: 24n },
  { rule: "size of nothing",               local: "struct s { int a; };", kernel: "struct t { int b; };",   access: "0", what: "typeSize",    gives: 0n },
  { rule: "id of nothing",                 local: "struct s { int a; };", kernel: "struct t { int b; };",   access: "0", what: "typeIdTarget", gives: 0n },
  { rule: "a typedef of a prototype",      local: "typedef int (*t)(int, char *);", kernel: "typedef long (*t)(short, void *);", type: "typedef t", access: "0", what: "typeExists", gives: 0n },
  { rule: "a typedef of the same shape",   local: "typedef int (*t)(int, char *);", kernel: "typedef long (*t)(short, char *);", type: "typedef t", access: "0", what: "typeExists", gives: 1n },
  { rule: "a prototype with more",         local: "typedef int (*t)(int);", kernel: "typedef int (*t)(int, int);", type: "typedef t", access: "0", what: "typeExists", gives: 0n },
  { rule: "types have no parts",           local: "struct s { int a; };", kernel: "struct s { int a; };",   access: "0:0", what: "typeExists", gives: "object/bad-core" },
  { rule: "all members are there",         local: "struct s { int a; };", kernel: "struct s { long b; int a; };", access: "0", what: "typeMatches", gives: 1n },
  { rule: "one is not",                    local: "struct s { int a, c; };", kernel: "struct s { long b; int a; };", access: "0", what: "typeMatches", gives: 0n },
  { rule: "one has another size",          local: "struct s { int a; };", kernel: "struct s { long a; };",  access: "0", what: "typeMatches",   gives: 0n },
  { rule: "one has another sign",          local: "struct s { int a; };", kernel: "struct s { unsigned a; };", access: "0", what: "typeMatches", gives: 0n },
  { rule: "members of members count",      local: "struct t { int x; }; struct s { struct t a; };", kernel: "struct t { long y; }; struct s { struct t a; };", access: "0", what: "typeMatches", gives: 0n },
  { rule: "behind pointers only names do", local: "struct t { int x; }; struct s { struct t *a; };", kernel: "struct t { long y; }; struct s { struct t *a; };", access: "0", what: "typeMatches", gives: 1n },
  { rule: "another name behind a pointer", local: "struct t { int x; }; struct s { struct t *a; };", kernel: "struct u { int x; }; struct s { struct u *a; };", access: "0", what: "typeMatches", gives: 0n },
  { rule: "a declaration behind a pointer", local: "struct t; struct s { struct t *a; };", kernel: "struct t { long y; }; struct s { struct t *a; };", access: "0", what: "typeMatches", gives: 1n },
  { rule: "arrays of another length",      local: "struct s { int a[2]; };", kernel: "struct s { int a[3]; };", access: "0", what: "typeMatches", gives: 0n },
  { rule: "flavoured members",             local: "struct s { int a___x; };", kernel: "struct s { int a; };", access: "0", what: "typeMatches", gives: 1n },
  { rule: "enumerators",                   local: "enum e { A }; struct s { enum e a; };", kernel: "enum e { B, A }; struct s { enum e a; };", access: "0", what: "typeMatches", gives: 1n },
  { rule: "an enumerator is gone",         local: "enum e { A, C }; struct s { enum e a; };", kernel: "enum e { B, A }; struct s { enum e a; };", access: "0", what: "typeMatches", gives: 0n },
];

// biome-ignore format: one case per line
const ENUMS: readonly Row[] = [
  { rule: "another value",      local: "enum e { A = 1, B = 2 };", kernel: "enum e { B = 7, A = 3 };", type: "enum e", access: "1", what: "enumvalValue",  gives: 7n },
  { rule: "gone",               local: "enum e { A = 1, B = 2 };", kernel: "enum e { A = 3 };",        type: "enum e", access: "1", what: "enumvalValue",  gives: "missing" },
  { rule: "there",              local: "enum e { A = 1, B = 2 };", kernel: "enum e { B = 7, A = 3 };", type: "enum e", access: "1", what: "enumvalExists", gives: 1n },
  { rule: "not there",          local: "enum e { A = 1, B = 2 };", kernel: "enum e { A = 3 };",        type: "enum e", access: "1", what: "enumvalExists", gives: 0n },
  { rule: "a negative value",   local: "enum e { A };",            kernel: "enum e { A = -2 };",       type: "enum e", access: "0", what: "enumvalValue",  gives: 0xffff_ffff_ffff_fffen },
  { rule: "a value of 64 bits", local: "enum e { A };",            kernel: "enum e { A = 0x8000000000000001 };", type: "enum e", access: "0", what: "enumvalValue", gives: 0x8000_0000_0000_0001n },
  { rule: "both flavoured",     local: "enum e___x { A___x = 1 };", kernel: "enum e { A = 4 };",       type: "enum e___x", access: "0", what: "enumvalValue", gives: 4n },
  { rule: "no such enumerator", local: "enum e { A };",            kernel: "enum e { A };",            type: "enum e", access: "3", what: "enumvalValue",  gives: "object/bad-core" },
];

test.each(FIELDS)("fields: $rule", (row) => expect(valueOf(row)).toBe(row.gives));
test.each(BITS)("bit-fields: $rule", (row) => expect(valueOf(row)).toBe(row.gives));
test.each(TYPES)("types: $rule", (row) => expect(valueOf(row)).toBe(row.gives));
test.each(ENUMS)("enums: $rule", (row) => expect(valueOf(row)).toBe(row.gives));

test("ids: of the object, and of the kernel", () => {
  const btf = btfOf("int before; struct s { int a; };");
  const target = kernelOf("long x; short y; struct s { int a; };");
  const type = idOf(btf, "struct s");
  const ask = (what: CoreKind) =>
    new CoreRelocator(btf, target).resolve({ kind: "core", what, type, access: "0" });
  expect(ask("typeIdLocal").target.value).toBe(BigInt(type));
  expect(ask("typeIdTarget").target.value).toBe(BigInt(target.kernelBtf()?.find("s", "struct")[0] ?? 0));
});

/** A blob with several types of one name, which C does not allow. */
function kernelWith(...texts: readonly string[]) {
  const builder = new BtfBuilder();
  for (const text of texts) new CDeclarations(builder).read(text, new Report());
  const btf = parseBtf(builder.finish());
  return { ...kernelOf("int x;"), kernelBtf: () => btf };
}

// biome-ignore format: one case per line
test.each<{ rule: string; kernel: string[]; what: CoreKind; gives: bigint | string }>([
  { rule: "only one of them has it",   kernel: ["struct s { long b; };", "struct s { int x, a; };"],         what: "fieldByteOffset", gives: 4n },
  { rule: "they agree",                kernel: ["struct s { long b; int a; };", "struct s { long c; int a; };"], what: "fieldByteOffset", gives: 8n },
  { rule: "they do not",               kernel: ["struct s { long b; int a; };", "struct s { int a; };"],     what: "fieldByteOffset", gives: "object/ambiguous-core" },
  { rule: "none has it",               kernel: ["struct s { long b; };", "struct s { long c; };"],           what: "fieldByteOffset", gives: "missing" },
])("several types of one name: $rule", ({ kernel, what, gives }) => {
  const btf = btfOf("struct s { int a; };");
  const resolve = () =>
    new CoreRelocator(btf, kernelWith(...kernel)).resolve({ kind: "core", what, type: idOf(btf, "struct s"), access: "0:0" });
  if (gives === "object/ambiguous-core") expect(resolve).toThrow(expect.objectContaining({ code: gives }));
  else expect(resolve().target.value).toBe(gives);
});

test("what one relocation found, the next of the same type keeps to", () => {
  const btf = btfOf("struct s { int a; int b; };");
  const relocator = new CoreRelocator(
    btf,
    kernelWith("struct s { long x; int a, b; };", "struct s { int b; };"),
  );
  const ask = (access: string) =>
    relocator.resolve({ kind: "core", what: "fieldByteOffset", type: idOf(btf, "struct s"), access }).target
      .value;
  expect([ask("0:0"), ask("0:1")]).toEqual([8n, 12n]);
});

test("types of modules count where the kernel has none of that name", () => {
  const target = kernelOf("struct other { int a; };");
  const base = target.kernelBtf();
  if (!(base instanceof BtfBlob)) throw new Error("bug: no types");
  const module = new BtfBuilder();
  const int = module.addInt(8, false);
  module.add({ kind: "struct", name: "s", bytes: 16, members: [{ name: "a", type: int, bitOffset: 64 }] });
  const bytes = splitBlob(module.finish(), base);
  const btf = btfOf("struct s { unsigned long a; }; struct other { int a; };");
  const withModule = { ...target, moduleBtfs: () => [{ name: "mod", btf: parseBtf(bytes, base) }] };
  const ask = (type: string) =>
    new CoreRelocator(btf, withModule).resolve({
      kind: "core",
      what: "fieldByteOffset",
      type: idOf(btf, type),
      access: "0:0",
    });
  expect(ask("struct s").target.value).toBe(8n);
  expect(ask("struct other").target.value).toBe(0n);
});

/** Shifts a blob's ids and string offsets behind those of its base, as split BTF has them. */
function splitBlob(blob: Uint8Array, base: ReturnType<typeof btfOf>): Uint8Array {
  const view = new DataView(blob.buffer);
  const baseStrings = stringBytes(base);
  const shift = base.count - 1;
  for (let at = 24; at < 24 + view.getUint32(12, true); ) {
    const info = view.getUint32(at + 4, true);
    if (view.getUint32(at, true) !== 0) view.setUint32(at, view.getUint32(at, true) + baseStrings, true);
    const isStruct = ((info >>> 24) & 31) === 4;
    if (isStruct) {
      view.setUint32(at + 12, view.getUint32(at + 12, true) + baseStrings, true);
      view.setUint32(at + 16, view.getUint32(at + 16, true) + shift, true);
    }
    at += isStruct ? 12 + (info & 0xffff) * 12 : 16;
  }
  return blob;
}

function stringBytes(base: ReturnType<typeof btfOf>): number {
  for (let length = 1; ; length++)
    try {
      base.string(length);
    } catch {
      return length;
    }
}

test.each([
  ["task_struct", "task_struct"],
  ["task_struct___x", "task_struct"],
  ["a___b___c", "a___b"],
  ["____x", "____x"],
  ["a____x", "a____x"],
  ["___x", "___x"],
  ["a___", "a___"],
])("%s stands for %s", (name, essential) => expect(essentialName(name)).toBe(essential));

const load = (off: number, size: MemSize = 4): Insn => ({
  kind: "load",
  size,
  signed: false,
  dst: 1,
  base: 2,
  off,
});
const add = (imm: number): Insn => ({ kind: "alu", op: "add", bits: 64, dst: 1, src: { kind: "imm", imm } });

// biome-ignore format: one case per line
test.each<{ rule: string; local: string; kernel: string; insn: Insn; gives: object | string }>([
  { rule: "a load's offset",            local: "struct s { int a; };",            kernel: "struct s { long x; int a; };",          insn: load(0),      gives: { off: 8, size: 4 } },
  { rule: "an addition",                local: "struct s { int a; };",            kernel: "struct s { long x; int a; };",          insn: add(0),       gives: { src: { kind: "imm", imm: 8 } } },
  { rule: "a store",                    local: "struct s { int a; };",            kernel: "struct s { long x; int a; };",          insn: { kind: "store", size: 4, base: 1, off: 0, src: { kind: "reg", reg: 2 } }, gives: { off: 8, size: 4 } },
  { rule: "an atomic",                  local: "struct s { int a; };",            kernel: "struct s { long x; int a; };",          insn: { kind: "atomic", op: "add", fetch: false, size: 4, base: 1, off: 0, src: 2 }, gives: { off: 8 } },
  { rule: "a 64-bit load of a number",  local: "struct s { int a; };",            kernel: "struct s { long x; int a; };",          insn: { kind: "loadImm64", dst: 1, imm: 0n }, gives: { imm: 8n } },
  { rule: "unsigned and wider",         local: "struct s { unsigned a; };",       kernel: "struct s { unsigned long a; };",        insn: load(0),      gives: { size: 8 } },
  { rule: "unsigned and narrower",      local: "struct s { unsigned long a; };",  kernel: "struct s { int x; unsigned char a; };", insn: load(0, 8),   gives: { size: 1, off: 4 } },
  { rule: "signed and wider",           local: "struct s { int a; };",            kernel: "struct s { long a; };",                 insn: load(0),      gives: "unreachable" },
  { rule: "signed and wider, no load",  local: "struct s { int a; };",            kernel: "struct s { long x; long a; };",         insn: add(0),       gives: { src: { kind: "imm", imm: 8 } } },
  { rule: "a bit-field now",            local: "struct s { unsigned a; };",       kernel: "struct s { unsigned x : 2, a : 3; };",  insn: load(0),      gives: "unreachable" },
  { rule: "an element of an array",     local: "struct s { unsigned a[2]; };",    kernel: "struct s { unsigned long a[2]; };",     insn: load(0),      gives: { size: 8 } },
  { rule: "gone",                       local: "struct s { int a; };",            kernel: "struct s { int b; };",                  insn: load(0),      gives: "unreachable" },
  { rule: "another offset than BTF's",  local: "struct s { int a; };",            kernel: "struct s { int b, a; };",               insn: load(4),      gives: "object/bad-core" },
  { rule: "another size than BTF's",    local: "struct s { unsigned a; };",       kernel: "struct s { unsigned long a; };",        insn: load(0, 2),   gives: "object/bad-core" },
  { rule: "too far for a load",         local: "struct s { int a; };",            kernel: "struct s { char x[40000]; int a; };",   insn: load(0),      gives: "object/bad-core" },
  { rule: "a jump",                     local: "struct s { int a; };",            kernel: "struct s { int a; };",                  insn: { kind: "ja", off: 0, wide: false }, gives: "object/bad-core" },
])("patching $rule", ({ local, kernel, insn, gives }) => {
  const btf = btfOf(local);
  const reloc = { kind: "core", what: "fieldByteOffset", type: idOf(btf, "struct s"), access: "0:0" } as const;
  const result = new CoreRelocator(btf, kernelOf(kernel)).resolve(reloc);
  const patch = () => patchInsn({ ...insn, meta: { reloc } }, result);
  if (gives === "object/bad-core") return expect(patch).toThrow(expect.objectContaining({ code: gives }));
  const [patched] = patch();
  if (typeof gives === "string") {
    expect(patched).toMatchObject({ kind: "call", target: { kind: "helper", id: 195896080 } });
    expect(missingRelocation(patched as Insn)?.what).toContain("struct s.a");
  } else {
    expect(patched).toMatchObject(gives);
    expect(patched?.meta).toEqual({});
  }
});

test("a 64-bit load that must not be reached becomes two calls, so that nothing moves", () => {
  const btf = btfOf("enum e { A };");
  const reloc = { kind: "core", what: "enumvalValue", type: idOf(btf, "enum e"), access: "0" } as const;
  const result = new CoreRelocator(btf, kernelOf("enum e { B };")).resolve(reloc);
  const insn: Insn = { kind: "loadImm64", dst: 1, imm: 0n, meta: { reloc, symbol: "main" } };
  const patched = patchInsn(insn, result);
  expect(patched.map((i) => i.kind)).toEqual(["call", "call"]);
  expect(patched.map((i) => i.meta?.symbol)).toEqual(["main", undefined]);
});

test("the kernel's types are asked for only when they are needed, and missed when they are not there", () => {
  const btf = btfOf("struct s { int a; };");
  const target = { ...kernelOf("int x;"), kernelBtf: () => undefined };
  const type = idOf(btf, "struct s");
  const ask = (what: CoreKind, access: string) => () =>
    new CoreRelocator(btf, target).resolve({ kind: "core", what, type, access });
  expect(ask("typeIdLocal", "0")().target.value).toBe(BigInt(type));
  expect(ask("fieldExists", "0:0")).toThrow(expect.objectContaining({ code: "object/no-kernel-btf" }));
});

test("an unnamed type cannot be looked for", () => {
  const btf = btfOf("struct { int a; } x;");
  const type = [...Array(btf.count).keys()].find((id) => btf.kindOf(id as BtfId) === "struct") as BtfId;
  const reloc = { kind: "core", what: "typeExists", type, access: "0" } as const;
  expect(() => new CoreRelocator(btf, kernelOf("int x;")).resolve(reloc)).toThrow(
    expect.objectContaining({ code: "object/bad-core" }),
  );
});
