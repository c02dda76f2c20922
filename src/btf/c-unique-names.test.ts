import fc from "fast-check";
import { expect, test } from "vitest";
import { parseBtf } from "./decode.ts";
import { BtfBuilder } from "./encode.ts";
import { printC } from "./print-c.ts";
import type { BtfId, BtfType } from "./types.ts";

/** A blob in which every string stands once, as in a kernel's. */
function blobOf(types: readonly (readonly [kind: string, name: string])[]): Uint8Array {
  const b = new BtfBuilder();
  const int = b.addInt(4, true);
  for (const [i, [kind, name]] of types.entries()) b.add(typeOf(kind, name, b.addArray(int, i), i));
  return b.finish();
}

/** Each is another type than those before: the builder keeps one of several that are equal. */
function typeOf(kind: string, name: string, array: BtfId, i: number): BtfType {
  switch (kind) {
    case "typedef":
      return { kind, name, to: array };
    case "forward":
      return { kind, name, of: "struct" };
    case "enum":
      return { kind, name: `e${i}`, bytes: 4, signed: false, members: [{ name, value: 1n }] };
    default:
      return { kind: "struct", name, bytes: i * 4, members: [{ name: `m${i}`, type: array, bitOffset: 0 }] };
  }
}

/** The header by offsets of names, and by their bytes. */
const both = (bytes: Uint8Array): string[] =>
  [{ uniqueStrings: true }, {}].map((options) => printC(parseBtf(bytes, undefined, options)).join(""));

// biome-ignore format: one case per line
test.each<{ rule: string; types: [string, string][]; says: string[] }>([
  { rule: "the second of a name gets a flavour",     types: [["struct", "a"], ["struct", "a"], ["struct", "a"]], says: ["struct a {", "struct a___2 {", "struct a___3 {"] },
  { rule: "one that the kernel has is passed over",  types: [["struct", "a___2"], ["struct", "a"], ["struct", "a"]], says: ["struct a___2 {", "struct a {", "struct a___3 {"] },
  { rule: "one that comes too late gives way",       types: [["struct", "a"], ["struct", "a"], ["struct", "a___2"]], says: ["struct a {", "struct a___2 {", "struct a___2___2 {"] },
  { rule: "compilers have their own typedefs",       types: [["typedef", "__int128_t"], ["typedef", "__int129_t"]], says: ["typedef int __int128_t___2[0];", "typedef int __int129_t[1];"] },
  { rule: "tags and typedefs do not meet",           types: [["struct", "a"], ["typedef", "a"]], says: ["struct a {", "typedef int a[1];"] },
  { rule: "names that are no identifiers are made so", types: [["struct", "a<b>"], ["struct", "a_b_"]], says: ["struct a_b_ {", "struct a_b____2 {"] },
  { rule: "a name beyond ASCII",                     types: [["struct", "a"], ["struct", "a"], ["struct", "\u00fc"]], says: ["struct a___2 {", "struct _ {"] },
])("names: $rule", ({ types, says }) => {
  const [placed = "", hashed] = both(blobOf(types));
  for (const said of says) expect(placed).toContain(said);
  expect(placed).toBe(hashed);
});

test("names are the same whether they are told by offset or by bytes", () => {
  const name = fc.constantFrom(
    "a",
    "b",
    "a___2",
    "a___3",
    "a___2___2",
    "if",
    "__int128_t",
    "__builtin_va_list",
    "b___2",
  );
  const odd = fc.constantFrom("a.b", "a_b", "\u00fc", "9");
  const kind = fc.constantFrom("struct", "typedef", "enum", "forward");
  fc.assert(
    fc.property(
      fc.array(fc.tuple(kind, fc.oneof({ weight: 30, arbitrary: name }, { weight: 1, arbitrary: odd })), {
        maxLength: 24,
      }),
      (types) => {
        const [placed, hashed] = both(blobOf(types));
        expect(placed).toBe(hashed);
      },
    ),
    { numRuns: 500 },
  );
});
