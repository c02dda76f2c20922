import { expect, test } from "vitest";
import type { MapSpec } from "../abi/map-spec.ts";
import { Report } from "../base/diagnostic.ts";
import { parseBtf } from "../btf/decode.ts";
import { CDeclarations } from "../btf/parse-c.ts";
import type { ObjectSpec, ProgramSpec } from "../object/object.ts";
import { Collection } from "./collection.ts";
import { ObjectShape } from "./object-shape.ts";
import { printTypes } from "./print-types.ts";

const STRUCT = `
struct ops {
  unsigned int (*ssthresh)(void *sk);
  void (*init)(void *sk);
  unsigned int flags;
  unsigned long long key;
  char name[16];
  void *owner;
  unsigned int low : 3;
};`;

const OFFSET = { ssthresh: 0, init: 8, flags: 16, key: 24, name: 32, owner: 48 } as const;

function program(name: string): ProgramSpec {
  return { name, type: "structOps", section: "struct_ops", insns: [{ kind: "exit" }], functions: [] };
}

/** Two structs of one type: `ca`, and `spare`, which is made only when asked for. */
function object(): ObjectSpec {
  const declarations = new CDeclarations();
  const report = new Report();
  declarations.read(STRUCT, report);
  expect(report.diagnostics).toEqual([]);
  const btf = declarations.finish();
  const [type = 0] = parseBtf(btf).find("ops", "struct");
  const struct = (name: string, programs: Record<string, string>, optional: boolean): MapSpec => ({
    name,
    type: "structOps",
    keySize: 4,
    valueSize: 64,
    maxEntries: 1,
    flags: 0,
    initial: new Uint8Array(64).fill(0xff, OFFSET.flags, OFFSET.flags + 4),
    structOps: {
      type,
      typeName: "ops",
      link: true,
      programs: Object.entries(programs).map(([member, program]) => {
        return { offset: OFFSET[member as keyof typeof OFFSET], program };
      }),
      ...(optional && { optional: true }),
    },
  });
  const counts = { name: "counts", type: "hash", keySize: 4, valueSize: 8, maxEntries: 1, flags: 0 } as const;
  return {
    license: "GPL",
    btf,
    maps: [
      struct("ca", { ssthresh: "one", init: "start" }, false),
      struct("spare", { ssthresh: "two" }, true),
      counts,
    ],
    programs: ["one", "two", "start"].map(program),
  };
}

const loaded = ({ programs }: ObjectSpec) => programs.filter((p) => p.autoload !== false).map((p) => p.name);
const structOf = ({ maps }: ObjectSpec, name: string) => maps.find((map) => map.name === name);

test("values and programs of a struct are set; programs that no struct needs are not loaded", () => {
  const c = Collection.read(object());
  expect(loaded(c.object)).toEqual(["one", "start"]);
  c.maps({ ca: { members: { flags: 7, key: 5n, name: "mine", ssthresh: "two", init: null } } });
  const map = structOf(c.object, "ca");
  expect(map?.structOps?.programs).toEqual([{ offset: 0, program: "two" }]);
  const view = new DataView(map?.initial?.buffer as ArrayBuffer);
  expect(view.getUint32(OFFSET.flags, true)).toBe(7);
  expect(view.getBigUint64(OFFSET.key, true)).toBe(5n);
  expect(new TextDecoder().decode(map?.initial?.subarray(OFFSET.name, OFFSET.name + 5))).toBe("mine\0");
  expect(loaded(c.object)).toEqual(["two"]);
});

test("what is said later is added to what was said before; the object that was read stays as it is", () => {
  const read = object();
  const c = Collection.read(read).maps({ ca: { members: { init: null } } });
  c.maps({ ca: { members: { flags: 1 } } });
  expect(structOf(c.object, "ca")?.structOps?.programs).toHaveLength(1);
  expect(structOf(c.object, "ca")?.initial?.[OFFSET.flags]).toBe(1);
  expect(structOf(read, "ca")?.initial?.[OFFSET.flags]).toBe(0xff);
  expect(structOf(read, "ca")?.structOps?.programs).toHaveLength(2);
});

test("an optional struct is made when asked for, and its programs are loaded; another is left out", () => {
  const c = Collection.read(object()).maps({ spare: { create: true }, ca: { create: false } });
  expect(loaded(c.object)).toEqual(["two"]);
  expect(structOf(c.object, "spare")?.structOps).not.toHaveProperty("optional");
  expect(structOf(c.object, "ca")?.structOps?.optional).toBe(true);
});

test("what is said of a program itself holds", () => {
  const c = Collection.read(object()).programs({ one: true });
  c.maps({ ca: { members: { ssthresh: null } } });
  expect(loaded(c.object)).toEqual(["one", "start"]);
});

// biome-ignore format: one case per line
test.each([
  { rule: "a member that there is not",   map: "ca",     settings: { members: { ssthres: "one" } },      code: "collection/unknown-name" },
  { rule: "a pointer to data",            map: "ca",     settings: { members: { owner: 1n } },           code: "collection/unknown-name" },
  { rule: "a bit-field",                  map: "ca",     settings: { members: { low: 1 } },              code: "collection/unknown-name" },
  { rule: "a program that there is not",  map: "ca",     settings: { members: { init: "on" } },          code: "collection/unknown-name" },
  { rule: "a number for a program",       map: "ca",     settings: { members: { init: 0 } },             code: "collection/bad-value" },
  { rule: "a value of another shape",     map: "ca",     settings: { members: { flags: "x" } },          code: "collection/bad-value" },
  { rule: "one program as two members",   map: "ca",     settings: { members: { init: "one" } },         code: "collection/struct-member" },
  { rule: "members of another map",       map: "counts", settings: { members: { flags: 1 } },            code: "collection/struct-member" },
  { rule: "making another map",           map: "counts", settings: { create: true },                     code: "collection/struct-member" },
])("refused: $rule", ({ map, settings, code }) => {
  expect(() => Collection.read(object()).maps({ [map]: settings })).toThrow(
    expect.objectContaining({ code, remedy: expect.stringMatching(/.{10}/) }),
  );
});

test("`skep types` writes the members that can be set", () => {
  const { text } = printTypes(new ObjectShape(object()), { file: "x.o" });
  expect(text).toContain(`readonly ca: StructMap<{
    ssthresh: keyof typeof programs | null;
    init: keyof typeof programs | null;
    flags: number;
    key: bigint;
    name: string;
  }>;`);
});

// biome-ignore format: one case per line
test.each([
  { rule: "a mistyped setting of a map",     act: (c: Collection) => c.maps({ counts: { max_entries: 3 } as object }),  code: "collection/unknown-setting" },
  { rule: "a mistyped setting of a program", act: (c: Collection) => c.programs({ one: { laod: false } as object }),    code: "collection/unknown-setting" },
  { rule: "inner maps of another map",       act: (c: Collection) => c.maps({ counts: { inner: { maxEntries: 1 } } }),  code: "collection/no-inner-map" },
  { rule: "a member that does not fit",      act: (c: Collection) => c.maps({ counts: { maxEntries: 9 }, ca: { members: { flags: -1 } } }), code: "collection/bad-value" },
])("what is refused changes nothing: $rule", ({ act, code }) => {
  const c = Collection.read(object());
  const before = c.object;
  expect(() => act(c)).toThrow(expect.objectContaining({ code }));
  expect(c.object).toEqual(before);
});
