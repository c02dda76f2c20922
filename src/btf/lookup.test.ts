import { expect, test } from "vitest";
import { alignOf } from "./alignment.ts";
import { parseBtf } from "./decode.ts";
import { BtfBuilder } from "./encode.ts";
import { bitFieldLoad, flattenFields, resolve, sizeOf } from "./layout.ts";
import {
  aggregateOf,
  findEnum,
  findEnumerator,
  findFunction,
  findFunctions,
  findMember,
  findPrototype,
  findStruct,
  findTypeByName,
  followPath,
  memberNames,
} from "./lookup.ts";
import type { Btf, BtfId } from "./types.ts";

/**
 * struct inner { u32 x; u32 y[4]; };
 * struct outer { u8 low:3; u8 high:5; const inner_t *next; union { struct inner in; u64 raw; }; struct inner list[2]; char tail[0]; };
 */
function build(): Btf {
  const b = new BtfBuilder();
  const u8 = b.addInt(1, false);
  const u32 = b.addInt(4, false);
  const u64 = b.addInt(8, false);
  b.add({
    kind: "int",
    name: "long unsigned int",
    bytes: 8,
    signed: false,
    char: false,
    bool: false,
    bits: 64,
    bitOffset: 0,
  });
  const inner = b.add({
    kind: "struct",
    name: "inner",
    bytes: 20,
    members: [
      { name: "x", type: u32, bitOffset: 0 },
      { name: "y", type: b.addArray(u32, 4), bitOffset: 32 },
    ],
  });
  const alias = b.add({ kind: "typedef", name: "inner_t", to: inner });
  const next = b.addPointer(b.add({ kind: "const", to: alias }));
  const union = b.add({
    kind: "union",
    name: "",
    bytes: 24,
    members: [
      { name: "in", type: alias, bitOffset: 0 },
      { name: "raw", type: u64, bitOffset: 0 },
    ],
  });
  b.add({
    kind: "struct",
    name: "outer",
    bytes: 80,
    members: [
      { name: "low", type: u8, bitOffset: 0, bitWidth: 3 },
      { name: "high", type: u8, bitOffset: 3, bitWidth: 5 },
      { name: "next", type: next, bitOffset: 64 },
      { name: "", type: union, bitOffset: 128 },
      { name: "list", type: b.addArray(inner, 2), bitOffset: 320 },
      { name: "tail", type: b.addArray(b.addChar(), 0), bitOffset: 640 },
    ],
  });
  b.add({ kind: "enum", name: "state", bytes: 4, signed: false, members: [] });
  b.add({ kind: "enum", name: "state", bytes: 4, signed: false, members: [{ name: "IDLE", value: 7n }] });
  const proto = b.add({
    kind: "funcProto",
    returns: u32,
    params: [{ name: "p", type: next }],
    variadic: false,
  });
  b.add({ kind: "func", name: "inner_read", proto, linkage: "global" });
  b.add({ kind: "func", name: "inner_write", proto, linkage: "static" });
  return parseBtf(b.finish());
}

const btf = build();
const outer = findStruct(btf, "outer") as BtfId;

// biome-ignore format: one case per line
test.each<{ rule: string; path: string; gives: { bitOffset: number; bitWidth?: number } | string }>([
  { rule: "a member", path: "next", gives: { bitOffset: 64 } },
  { rule: "a bit-field", path: "high", gives: { bitOffset: 3, bitWidth: 5 } },
  { rule: "through an unnamed union and a typedef", path: "in.x", gives: { bitOffset: 128 } },
  { rule: "an array element", path: "in.y[3]", gives: { bitOffset: 128 + 32 + 96 } },
  { rule: "an element's member", path: "list[1].y[2]", gives: { bitOffset: 320 + 160 + 32 + 64 } },
  { rule: "behind a flexible array", path: "tail[5]", gives: { bitOffset: 640 + 40 } },
  { rule: "no such member", path: "in.xx", gives: "is no member of struct inner" },
  { rule: "a pointer in between", path: "next.x", gives: "lies behind a pointer, which must be read first" },
  { rule: "an index out of range", path: "list[2]", gives: "is outside the array, whose last index is 1" },
  { rule: "an index into a struct", path: "in[0]", gives: "indexes something that is no array" },
  { rule: "a name in brackets", path: "list[x]", gives: "is no index: a decimal number is expected" },
  { rule: "a member of a number", path: "raw.x", gives: "cannot be a member of a value of kind int" },
  { rule: "an empty path", path: "", gives: "is no member path; write it as a.b[3].c" },
  { rule: "dots that lead nowhere", path: "in..x", gives: "is no member path; write it as a.b[3].c" },
  { rule: "an unclosed index", path: "list[1", gives: "is no member path; write it as a.b[3].c" },
])("a path to $rule", ({ path, gives }) => {
  const result = followPath(btf, outer, path);
  if (result.kind === "found") {
    const { type: _, ...place } = result.target;
    expect(place).toEqual(gives);
  } else expect(result.reason).toBe(gives);
});

test("a path that fails names what is near", () => {
  expect(followPath(btf, outer, "nxet")).toMatchObject({ kind: "failed", part: "nxet", near: ["next"] });
});

test("members are found through unnamed ones", () => {
  expect(findMember(btf, outer, "raw")).toMatchObject({ name: "raw", bitOffset: 128 });
  expect(findMember(btf, outer, "x")).toBeUndefined();
  expect(findMember(btf, outer, "")).toBeUndefined();
  expect(memberNames(btf, outer)).toEqual(["low", "high", "next", "in", "raw", "list", "tail"]);
});

test("fields are flattened with their offsets", () => {
  const bytes = (nested: boolean) => flattenFields(btf, outer, { nested }).map((f) => [f.path, f.bitOffset]);
  expect(bytes(false)).toEqual([
    ["low", 0],
    ["high", 3],
    ["next", 64],
    ["in", 128],
    ["raw", 128],
    ["list", 320],
    ["tail", 640],
  ]);
  expect(bytes(true).slice(3, 6)).toEqual([
    ["in.x", 128],
    ["in.y", 160],
    ["raw", 128],
  ]);
  expect(flattenFields(btf, outer).at(-1)).toMatchObject({ name: "tail", flexible: true });
  expect(() => flattenFields(btf, 0 as BtfId)).toThrow("no members");
});

test("sizes and alignments", () => {
  const of = (spelling: string) => findTypeByName(btf, spelling) as BtfId;
  expect([sizeOf(btf, outer), alignOf(btf, outer)]).toEqual([80, 8]);
  expect([sizeOf(btf, of("inner_t")), alignOf(btf, of("inner_t"))]).toEqual([20, 4]);
  expect(() => sizeOf(btf, 0 as BtfId)).toThrow("no size");
});

test("types are found by their C spelling", () => {
  const name = (spelling: string) => {
    const id = findTypeByName(btf, spelling);
    return id === undefined ? undefined : btf.type(id);
  };
  expect(name("struct inner")).toMatchObject({ kind: "struct", name: "inner" });
  expect(name("enum state")).toMatchObject({ kind: "enum", members: [{ name: "IDLE" }] });
  expect(name("unsigned long int")).toMatchObject({ kind: "int", name: "long unsigned int" });
  expect(name("unsigned long")).toMatchObject({ kind: "int", name: "long unsigned int" });
  expect(name("unsigned")).toMatchObject({ kind: "int", name: "unsigned int" });
  expect(name("inner")).toBeUndefined();
  expect(name("struct nothing")).toBeUndefined();
});

test("enumerators, enums and functions are found by name", () => {
  expect(findEnumerator(btf, "IDLE")).toMatchObject({ value: 7n });
  expect(findEnumerator(btf, "BUSY")).toBeUndefined();
  expect(btf.type(findEnum(btf, "state") as BtfId)).toMatchObject({ members: [{ name: "IDLE", value: 7n }] });
  expect(findPrototype(btf, "inner_read")).toMatchObject({ params: [{ name: "p" }] });
  expect(findPrototype(btf, "inner")).toBeUndefined();
  expect(btf.type(findFunction(btf, "inner_write") as BtfId)).toMatchObject({ linkage: "static" });
  expect(findFunction(btf, "inner")).toBeUndefined();
  expect(findFunctions(btf, "*_w?ite").map((f) => f.name)).toEqual(["inner_write"]);
  expect(findFunctions(btf, "*")).toHaveLength(2);
});

test("the struct behind a pointer", () => {
  const next = findMember(btf, outer, "next")?.type as BtfId;
  expect(aggregateOf(btf, next)).toBeUndefined();
  expect(aggregateOf(btf, next, "pointers")?.type.name).toBe("inner");
  expect(resolve(btf, next).kind).toBe("pointer");
});

// biome-ignore format: one case per line
test.each([
  { rule: "inside a byte", bit: 3, width: 5, load: { byteOffset: 0, bytes: 1, shift: 3, width: 5 } },
  { rule: "over two bytes", bit: 13, width: 9, load: { byteOffset: 0, bytes: 4, shift: 13, width: 9 } },
  { rule: "in an aligned half", bit: 34, width: 12, load: { byteOffset: 4, bytes: 2, shift: 2, width: 12 } },
  { rule: "over a word's end", bit: 60, width: 8, load: { byteOffset: 7, bytes: 2, shift: 4, width: 8 } },
  { rule: "of 64 bits", bit: 128, width: 64, load: { byteOffset: 16, bytes: 8, shift: 0, width: 64 } },
])("a bit-field $rule", ({ bit, width, load }) => {
  const type = findTypeByName(btf, "unsigned int") as BtfId;
  expect(bitFieldLoad(btf, { type, bitOffset: bit, bitWidth: width })).toEqual({ ...load, signed: false });
});

test("a bit-field over nine bytes is refused", () => {
  const type = findTypeByName(btf, "unsigned int") as BtfId;
  expect(() => bitFieldLoad(btf, { type, bitOffset: 5, bitWidth: 62 })).toThrow("9 bytes");
});
