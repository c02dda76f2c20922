import fc from "fast-check";
import { expect, test } from "vitest";
import { parseBtf } from "./decode.ts";
import { BtfBuilder } from "./encode.ts";
import { printRaw } from "./print-raw.ts";
import type { RawStyle } from "./raw-pieces.ts";
import type { BtfId, BtfType } from "./types.ts";

const id = (number: number): BtfId => number as BtfId;

/** A listing of all types of a blob, or of some. */
function listed(bytes: Uint8Array, style: RawStyle, ids?: readonly number[]): string {
  const btf = parseBtf(bytes);
  const all = Array.from({ length: btf.count - 1 }, (_, i) => i + 1);
  const pieces: Buffer[] = [];
  printRaw(btf, (ids ?? all).map(id), style, (chunk) => pieces.push(Buffer.from(chunk)));
  return Buffer.concat(pieces).toString();
}

function blobOf(types: readonly BtfType[]): Uint8Array {
  const b = new BtfBuilder();
  for (const type of types) b.add(type);
  return b.finish();
}

const INT: BtfType = {
  kind: "int",
  name: "int",
  bytes: 4,
  signed: true,
  char: false,
  bool: false,
  bits: 32,
  bitOffset: 0,
};

// biome-ignore format: one case per line
test.each<{ rule: string; type: BtfType; text: string; json: object }>([
  { rule: "a pointer has no name", type: { kind: "pointer", to: id(1) }, text: "PTR '(anon)' type_id=1", json: { kind: "PTR", name: "(anon)", type_id: 1 } },
  { rule: "an integer", type: { ...INT, name: "flag", bytes: 1, bits: 8, signed: false, bool: true }, text: "INT 'flag' size=1 bits_offset=0 nr_bits=8 encoding=BOOL", json: { kind: "INT", name: "flag", size: 1, bits_offset: 0, nr_bits: 8, encoding: "BOOL" } },
  { rule: "an array", type: { kind: "array", of: id(1), index: id(1), length: 4294967295 }, text: "ARRAY '(anon)' type_id=1 index_type_id=1 nr_elems=4294967295", json: { kind: "ARRAY", name: "(anon)", type_id: 1, index_type_id: 1, nr_elems: 4294967295 } },
  { rule: "a struct without members", type: { kind: "struct", name: "none", bytes: 0, members: [] }, text: "STRUCT 'none' size=0 vlen=0", json: { kind: "STRUCT", name: "none", size: 0, vlen: 0, members: [] } },
  { rule: "bit-fields tell their width", type: { kind: "struct", name: "bits", bytes: 4, members: [{ name: "a", type: id(1), bitOffset: 0, bitWidth: 3 }, { name: "", type: id(1), bitOffset: 3 }] }, text: "STRUCT 'bits' size=4 vlen=2\n\t'a' type_id=1 bits_offset=0 bitfield_size=3\n\t'(anon)' type_id=1 bits_offset=3", json: { kind: "STRUCT", name: "bits", size: 4, vlen: 2, members: [{ name: "a", type_id: 1, bits_offset: 0, bitfield_size: 3 }, { name: "(anon)", type_id: 1, bits_offset: 3 }] } },
  { rule: "an enum of both signs", type: { kind: "enum", name: "e", bytes: 4, signed: true, members: [{ name: "A", value: -1n }, { name: "B", value: 7n }] }, text: "ENUM 'e' encoding=SIGNED size=4 vlen=2\n\t'A' val=-1\n\t'B' val=7", json: { kind: "ENUM", name: "e", encoding: "SIGNED", size: 4, vlen: 2, values: [{ name: "A", val: -1 }, { name: "B", val: 7 }] } },
  { rule: "a forward declaration", type: { kind: "forward", name: "f", of: "union" }, text: "FWD 'f' fwd_kind=union", json: { kind: "FWD", name: "f", fwd_kind: "union" } },
  { rule: "more arguments are a last parameter without name and type", type: { kind: "funcProto", returns: id(0), params: [{ name: "x", type: id(1) }], variadic: true }, text: "FUNC_PROTO '(anon)' ret_type_id=0 vlen=2\n\t'x' type_id=1\n\t'(anon)' type_id=0", json: { kind: "FUNC_PROTO", name: "(anon)", ret_type_id: 0, vlen: 2, params: [{ name: "x", type_id: 1 }, { name: "(anon)", type_id: 0 }] } },
  { rule: "a variable", type: { kind: "var", name: "v", type: id(1), linkage: "extern" }, text: "VAR 'v' type_id=1, linkage=extern", json: { kind: "VAR", name: "v", type_id: 1, linkage: "extern" } },
  { rule: "a float", type: { kind: "float", name: "double", bytes: 8 }, text: "FLOAT 'double' size=8", json: { kind: "FLOAT", name: "double", size: 8 } },
  { rule: "a tag of a whole declaration", type: { kind: "declTag", name: "t", target: id(1), componentIndex: -1 }, text: "DECL_TAG 't' type_id=1 component_idx=-1", json: { kind: "DECL_TAG", name: "t", type_id: 1, component_idx: -1 } },
  { rule: "names are escaped in JSON alone", type: { kind: "typedef", name: 'a"\\\tü', to: id(1) }, text: "TYPEDEF 'a\"\\\tü' type_id=1", json: { kind: "TYPEDEF", name: 'a"\\\tü', type_id: 1 } },
])("raw: $rule", ({ type, text, json }) => {
  const bytes = blobOf([INT, type]);
  expect(listed(bytes, "text", [2])).toBe(`[2] ${text}\n`);
  for (const style of ["json", "pretty"] as const)
    expect(JSON.parse(listed(bytes, style, [2]))).toEqual({ types: [{ id: 2, ...json }] });
});

test("64-bit enumerators keep their digits, and their suffix says whether they have a sign", () => {
  const wide = (signed: boolean, values: bigint[]): BtfType => ({
    kind: "enum",
    name: "wide",
    bytes: 8,
    signed,
    members: values.map((value, i) => ({ name: `V${i}`, value })),
  });
  const bytes = blobOf([wide(false, [2n ** 64n - 1n]), wide(true, [-(2n ** 63n), 2n ** 40n])]);
  const text = listed(bytes, "text");
  expect(text).toContain("ENUM64 'wide' encoding=UNSIGNED size=8 vlen=1\n\t'V0' val=18446744073709551615ULL\n");
  expect(text).toContain("\t'V0' val=-9223372036854775808LL\n\t'V1' val=1099511627776LL\n");
  expect(listed(bytes, "json")).toContain('"val":18446744073709551615}');
});

test("sections name their variables", () => {
  const bytes = blobOf([
    INT,
    { kind: "var", name: "v", type: id(1), linkage: "global" },
    { kind: "section", name: ".data", bytes: 8, vars: [{ type: id(2), offset: 4, size: 4 }] },
  ]);
  expect(listed(bytes, "text", [3])).toBe(
    "[3] DATASEC '.data' size=8 vlen=1\n\ttype_id=2 offset=4 size=4 (VAR 'v')\n",
  );
  expect(JSON.parse(listed(bytes, "json", [3]))).toMatchObject({
    types: [{ vars: [{ type_id: 2, offset: 4, size: 4 }] }],
  });
});

test("pretty JSON has a line per field", () => {
  const struct: BtfType = {
    kind: "struct",
    name: "s",
    bytes: 4,
    members: [{ name: "a", type: id(1), bitOffset: 0 }],
  };
  expect(listed(blobOf([INT, struct]), "pretty", [2])).toBe(`{"types":[
    {
        "id": 2,
        "kind": "STRUCT",
        "name": "s",
        "size": 4,
        "vlen": 1,
        "members": [
            {
                "name": "a",
                "type_id": 1,
                "bits_offset": 0
            }
        ]
    }]}
`);
});

test("more than one chunk: long names and many members arrive whole", () => {
  const names = Array.from({ length: 3000 }, (_, i) => `${i}`.padEnd(4096, '"'));
  const members = names.map((name) => ({ name, type: id(1), bitOffset: 0 }));
  const bytes = blobOf([INT, { kind: "union", name: "u", bytes: 4, members }]);
  const { types } = JSON.parse(listed(bytes, "json", [2])) as { types: { members: { name: string }[] }[] };
  expect(types[0]?.members.map(({ name }) => name)).toEqual(names);
});

test("whatever is in a damaged blob, a listing ends in an error of ours or is JSON", () => {
  const sound = blobOf([
    INT,
    { kind: "pointer", to: id(1) },
    { kind: "struct", name: "s", bytes: 16, members: [{ name: "a", type: id(2), bitOffset: 0, bitWidth: 3 }] },
    { kind: "enum", name: "e", bytes: 8, signed: true, members: [{ name: "A", value: -5n }] },
    { kind: "funcProto", returns: id(1), params: [{ name: "x", type: id(3) }], variadic: true },
    { kind: "func", name: "f", proto: id(5), linkage: "static" },
    { kind: "var", name: "v", type: id(3), linkage: "global" },
    { kind: "section", name: ".bss", bytes: 8, vars: [{ type: id(7), offset: 0, size: 8 }] },
  ]);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(sound.length - 25), fc.nat(255)), { minLength: 1, maxLength: 4 }),
      (changes) => {
        const bytes = sound.slice();
        for (const [at, value] of changes) bytes[24 + at] = value;
        try {
          JSON.parse(listed(bytes, "json"));
          listed(bytes, "text");
        } catch (error) {
          expect((error as Error).name).toMatch(/BtfError/);
        }
      },
    ),
    { numRuns: 1000 },
  );
});
