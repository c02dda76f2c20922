import fc from "fast-check";
import { expect, test } from "vitest";
import { parseBtf } from "./decode.ts";
import { BtfBuilder } from "./encode.ts";
import type { BtfId, BtfType } from "./types.ts";

const id = (n: number) => n as BtfId;

// biome-ignore format: one case per line
test.each<{ rule: string; type: BtfType }>([
  { rule: "int", type: { kind: "int", name: "u32", bytes: 4, signed: false, char: false, bool: false, bits: 32, bitOffset: 0 } },
  { rule: "bool", type: { kind: "int", name: "_Bool", bytes: 1, signed: false, char: false, bool: true, bits: 8, bitOffset: 0 } },
  { rule: "signed char", type: { kind: "int", name: "char", bytes: 1, signed: true, char: true, bool: false, bits: 8, bitOffset: 0 } },
  { rule: "pointer", type: { kind: "pointer", to: id(0) } },
  { rule: "array", type: { kind: "array", of: id(1), index: id(1), length: 16 } },
  { rule: "struct", type: { kind: "struct", name: "s", bytes: 8, members: [{ name: "a", type: id(1), bitOffset: 0 }, { name: "", type: id(1), bitOffset: 32 }] } },
  { rule: "struct with bit-fields", type: { kind: "struct", name: "b", bytes: 4, members: [{ name: "x", type: id(1), bitOffset: 0, bitWidth: 3 }, { name: "y", type: id(1), bitOffset: 3, bitWidth: 29 }] } },
  { rule: "far member without bit-fields", type: { kind: "struct", name: "far", bytes: 1 << 28, members: [{ name: "a", type: id(1), bitOffset: 0x7fffffc0 }] } },
  { rule: "union", type: { kind: "union", name: "", bytes: 4, members: [{ name: "a", type: id(1), bitOffset: 0 }] } },
  { rule: "empty struct", type: { kind: "struct", name: "empty", bytes: 0, members: [] } },
  { rule: "unsigned enum", type: { kind: "enum", name: "e", bytes: 4, signed: false, members: [{ name: "A", value: 0n }, { name: "B", value: 0xffffffffn }] } },
  { rule: "signed enum", type: { kind: "enum", name: "e", bytes: 4, signed: true, members: [{ name: "M", value: -1n }] } },
  { rule: "enum64", type: { kind: "enum", name: "w", bytes: 8, signed: false, members: [{ name: "BIG", value: 0xfedcba9876543210n }] } },
  { rule: "signed enum64", type: { kind: "enum", name: "w", bytes: 8, signed: true, members: [{ name: "LOW", value: -(1n << 62n) }] } },
  { rule: "enum of one byte", type: { kind: "enum", name: "e1", bytes: 1, signed: false, members: [] } },
  { rule: "forward struct", type: { kind: "forward", name: "f", of: "struct" } },
  { rule: "forward union", type: { kind: "forward", name: "f", of: "union" } },
  { rule: "typedef", type: { kind: "typedef", name: "t", to: id(1) } },
  { rule: "const", type: { kind: "const", to: id(1) } },
  { rule: "volatile", type: { kind: "volatile", to: id(1) } },
  { rule: "restrict", type: { kind: "restrict", to: id(1) } },
  { rule: "type tag", type: { kind: "typeTag", name: "user", to: id(1) } },
  { rule: "type attribute", type: { kind: "typeTag", name: "address_space(1)", to: id(1), attribute: true } },
  { rule: "function", type: { kind: "func", name: "f", proto: id(1), linkage: "extern" } },
  { rule: "prototype", type: { kind: "funcProto", returns: id(1), params: [{ name: "ctx", type: id(1) }], variadic: false } },
  { rule: "variadic prototype", type: { kind: "funcProto", returns: id(0), params: [{ name: "fmt", type: id(1) }], variadic: true } },
  { rule: "variable", type: { kind: "var", name: "v", type: id(1), linkage: "global" } },
  { rule: "section", type: { kind: "section", name: ".data", bytes: 12, vars: [{ type: id(1), offset: 4, size: 8 }] } },
  { rule: "float", type: { kind: "float", name: "double", bytes: 8 } },
  { rule: "declaration tag", type: { kind: "declTag", name: "kfunc", target: id(1), componentIndex: -1 } },
  { rule: "declaration attribute", type: { kind: "declTag", name: "used", target: id(1), componentIndex: 2, attribute: true } },
])("$rule survives encoding", ({ type }) => {
  const builder = new BtfBuilder();
  builder.addInt(4, true);
  const added = builder.add(type);
  const btf = parseBtf(builder.finish());
  expect(btf.type(added)).toEqual(type);
  expect(btf.kindOf(added)).toBe(type.kind);
  expect(btf.nameOf(added)).toBe("name" in type ? type.name : "");
});

test("equal types and equal strings are stored once", () => {
  const builder = new BtfBuilder();
  const int = builder.addInt(8, false);
  expect(builder.addInt(8, false)).toBe(int);
  expect(builder.addPointer(int)).toBe(builder.addPointer(int));
  expect(builder.addString("x")).toBe(builder.addString("x"));
  expect(builder.addString("")).toBe(0);
  expect(builder.count).toBe(3);
});

test("a reserved type can be referred to before it is defined", () => {
  const builder = new BtfBuilder();
  const node = builder.reserve();
  const next = builder.addPointer(node);
  expect(() => builder.finish()).toThrow("never defined");
  builder.define(node, {
    kind: "struct",
    name: "node",
    bytes: 8,
    members: [{ name: "next", type: next, bitOffset: 0 }],
  });
  expect(() => builder.define(node, { kind: "pointer", to: node })).toThrow("bug:");
  const btf = parseBtf(builder.finish());
  expect(btf.find("node")).toEqual([node]);
  expect(btf.type(next)).toEqual({ kind: "pointer", to: node });
});

test("strings of line info share the string section", () => {
  const builder = new BtfBuilder();
  const offset = builder.addString("  return 0; // grüße");
  builder.add({ kind: "typedef", name: "unit", to: builder.addInt(4, true) });
  const btf = parseBtf(builder.finish());
  expect(btf.string(offset)).toBe("  return 0; // grüße");
  expect(btf.find("unit", "typedef")).toHaveLength(1);
  expect(btf.find("nit")).toEqual([]);
});

test("names and enumerators are found however many there are", () => {
  const name = fc.string({ unit: fc.constantFrom("a", "b", "ü", "_"), minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.boolean()), { minLength: 1, maxLength: 40 }), (entries) => {
      const builder = new BtfBuilder();
      const int = builder.addInt(4, true);
      const expected = new Map<string, BtfId[]>();
      for (const [index, [text, isFunction]] of entries.entries()) {
        const to = builder.addArray(int, index);
        const type: BtfType = isFunction
          ? { kind: "func", name: text, proto: to, linkage: "global" }
          : { kind: "typedef", name: text, to };
        expected.set(text, [...(expected.get(text) ?? []), builder.add(type)]);
        const members = [{ name: text, value: BigInt(index) }];
        builder.add({ kind: "enum", name: "", bytes: 4, signed: true, members });
      }
      const btf = parseBtf(builder.finish());
      for (const [text, ids] of expected) {
        expect(btf.find(text)).toEqual(ids);
        const functions = ids.filter((i) => btf.kindOf(i) === "func");
        expect(btf.find(text, "func")).toEqual(functions);
        const values = entries.flatMap(([n], index) => (n === text ? [BigInt(index)] : []));
        expect(btf.findEnumerators(text).map((e) => e.value)).toEqual(values);
      }
      expect(btf.find("zz")).toEqual([]);
      expect(btf.find("")).toEqual([]);
    }),
  );
});
