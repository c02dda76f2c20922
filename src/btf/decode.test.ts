import fc from "fast-check";
import { expect, test } from "vitest";
import { SkepError } from "../base/errors.ts";
import { alignOf } from "./alignment.ts";
import { parseBtf } from "./decode.ts";
import { BtfBuilder } from "./encode.ts";
import { flattenFields, resolve, sizeOf } from "./layout.ts";
import { findFunctions, findMember, followPath } from "./lookup.ts";
import type { BtfId } from "./types.ts";

/** Something of every kind. */
function sample(): BtfBuilder {
  const b = new BtfBuilder();
  const int = b.addInt(4, true);
  const text = b.addArray(b.addChar(), 16);
  const inner = b.add({
    kind: "union",
    name: "",
    bytes: 16,
    members: [{ name: "comm", type: text, bitOffset: 0 }],
  });
  const node = b.reserve();
  const members = [
    { name: "flags", type: int, bitOffset: 0, bitWidth: 3 },
    { name: "next", type: b.addPointer(node), bitOffset: 64 },
    { name: "", type: inner, bitOffset: 128 },
  ];
  b.define(node, { kind: "struct", name: "node", bytes: 32, members });
  b.add({ kind: "enum", name: "color", bytes: 4, signed: true, members: [{ name: "RED", value: -1n }] });
  b.add({ kind: "enum", name: "wide", bytes: 8, signed: false, members: [{ name: "BIG", value: 1n << 40n }] });
  b.add({ kind: "forward", name: "unknown", of: "union" });
  const params = [{ name: "n", type: b.addPointer(b.add({ kind: "const", to: node })) }];
  const proto = b.add({ kind: "funcProto", returns: int, params, variadic: true });
  const func = b.add({ kind: "func", name: "walk", proto, linkage: "global" });
  b.add({ kind: "declTag", name: "kfunc", target: func, componentIndex: -1 });
  const counter = b.add({
    kind: "var",
    name: "counter",
    type: b.add({ kind: "volatile", to: int }),
    linkage: "global",
  });
  b.add({ kind: "section", name: ".bss", bytes: 4, vars: [{ type: counter, offset: 0, size: 4 }] });
  b.add({ kind: "typeTag", name: "user", to: b.add({ kind: "typedef", name: "alias", to: node }) });
  b.add({ kind: "float", name: "double", bytes: 8 });
  return b;
}

/** Asks everything there is to ask; only BtfError may come out. */
function exercise(bytes: Uint8Array): void {
  const allow = (ask: () => unknown) => {
    try {
      ask();
    } catch (error) {
      if (!(error instanceof SkepError) || !error.code.startsWith("btf/")) throw error;
    }
  };
  allow(() => {
    const btf = parseBtf(bytes);
    for (let i = 0; i <= Math.min(btf.count, 200); i++) {
      const id = i as BtfId;
      allow(() => btf.type(id));
      allow(() => resolve(btf, id));
      allow(() => sizeOf(btf, id));
      allow(() => alignOf(btf, id));
      allow(() => flattenFields(btf, id, { nested: true }));
      allow(() => findMember(btf, id, "comm"));
      allow(() => followPath(btf, id, "next.comm[3]"));
    }
    for (const name of ["node", "walk", "RED", "alias", "x", "comm"]) {
      allow(() => btf.find(name));
      allow(() => btf.findEnumerators(name));
    }
    allow(() => findFunctions(btf, "w*"));
  });
}

test("any change to a blob gives other BTF or a BtfError, never a crash", () => {
  const good = sample().finish();
  const change = fc.tuple(
    fc.nat(good.length - 1),
    fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 0x7f, 0x80, 0xff)),
  );
  fc.assert(
    fc.property(
      fc.array(change, { minLength: 1, maxLength: 6 }),
      fc.option(fc.nat(good.length)),
      (changes, cut) => {
        const bytes = good.slice(0, cut ?? good.length);
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
        exercise(bytes);
      },
    ),
    { numRuns: 3000 },
  );
});

const words = (types: number[], strings = "\0x\0") => {
  const text = new TextEncoder().encode(strings);
  const blob = new Uint8Array(24 + types.length * 4 + text.length);
  const head = new DataView(blob.buffer);
  head.setUint16(0, 0xeb9f, true);
  head.setUint8(2, 1);
  for (const [i, value] of [24, 0, types.length * 4, types.length * 4, text.length].entries())
    head.setUint32(4 + i * 4, value, true);
  for (const [i, value] of types.entries()) head.setUint32(24 + i * 4, value, true);
  blob.set(text, 24 + types.length * 4);
  return blob;
};
const kind = (n: number, count = 0) => ((n << 24) | count) >>> 0;

// biome-ignore format: one case per line
test.each<{ rule: string; bytes: Uint8Array; code: string; ask?: (btf: ReturnType<typeof parseBtf>) => unknown }>([
  { rule: "no bytes", bytes: new Uint8Array(0), code: "btf/truncated" },
  { rule: "other magic", bytes: new Uint8Array(64), code: "btf/bad-magic" },
  { rule: "big-endian", bytes: Uint8Array.from([0xeb, 0x9f, 1, 0, ...Array(20).fill(0)]), code: "btf/big-endian" },
  { rule: "other version", bytes: words([]).map((v, i) => (i === 2 ? 9 : v)), code: "btf/bad-header" },
  { rule: "sections beyond the end", bytes: words([1, 2, 3]).subarray(0, 38), code: "btf/truncated" },
  { rule: "strings without end", bytes: words([], "\0x"), code: "btf/bad-string" },
  { rule: "strings without start", bytes: words([], "x\0"), code: "btf/bad-string" },
  { rule: "unknown kind", bytes: words([0, kind(31), 0]), code: "btf/bad-kind" },
  { rule: "void as a type", bytes: words([0, kind(0), 0]), code: "btf/bad-kind" },
  { rule: "huge element count", bytes: words([0, kind(4, 0xffff), 4]), code: "btf/truncated" },
  { rule: "half a type", bytes: words([0, kind(2), 0, 0, kind(2)]), code: "btf/truncated" },
  { rule: "wild reference", bytes: words([0, kind(2), 77]), code: "btf/bad-id", ask: (b) => b.type(1 as BtfId) },
  { rule: "wild name", bytes: words([999, kind(8), 0]), code: "btf/bad-string", ask: (b) => b.type(1 as BtfId) },
  { rule: "wild id", bytes: words([]), code: "btf/bad-id", ask: (b) => b.type(1 as BtfId) },
  { rule: "fractional id", bytes: words([0, kind(2), 0]), code: "btf/bad-id", ask: (b) => b.type(1.5 as BtfId) },
  { rule: "typedef of itself", bytes: words([1, kind(8), 1]), code: "btf/cycle", ask: (b) => resolve(b, 1 as BtfId) },
  { rule: "array of itself", bytes: words([0, kind(3), 0, 1, 0, 1]), code: "btf/cycle", ask: (b) => sizeOf(b, 1 as BtfId) },
  { rule: "struct in itself", bytes: words([1, kind(4, 1), 4, 0, 1, 0]), code: "btf/cycle", ask: (b) => alignOf(b, 1 as BtfId) },
  { rule: "struct in itself, flattened", bytes: words([1, kind(4, 1), 4, 0, 1, 0]), code: "btf/cycle", ask: (b) => flattenFields(b, 1 as BtfId) },
  { rule: "two of itself", bytes: words([1, kind(4, 2), 4, 0, 1, 0, 0, 1, 0]), code: "btf/cycle", ask: (b) => findMember(b, 1 as BtfId, "q") },
  { rule: "endless name", bytes: words([1, kind(8), 0], `\0${"y".repeat(5000)}\0`), code: "btf/bad-string", ask: (b) => b.type(1 as BtfId) },
  { rule: "array too large", bytes: words([0, kind(3), 0, 2, 0, 0xffffffff, 1, kind(1), 8, 64]), code: "btf/too-large", ask: (b) => sizeOf(b, 1 as BtfId) },
])("$rule is $code", ({ bytes, code, ask }) => {
  let thrown: unknown;
  try {
    const btf = parseBtf(bytes);
    ask?.(btf);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(SkepError);
  expect((thrown as SkepError).code).toBe(code);
});

test("a tower of structs that each hold the next one twice takes no exponential time", () => {
  const types: number[] = [];
  for (let i = 1; i <= 60; i++) types.push(0, kind(4, 2), 4, 0, i + 1, 0, 0, i + 1, 0);
  types.push(1, kind(4, 0), 0);
  const btf = parseBtf(words(types));
  expect(alignOf(btf, 1 as BtfId)).toBe(1);
  expect(() => flattenFields(btf, 1 as BtfId)).toThrow(/million/);
  expect(() => findMember(btf, 1 as BtfId, "none")).toThrow(/nested/);
});

test("bit-fields of the old form are read from their integer", () => {
  const u3 = [1, kind(1), 4, (0 << 24) | (5 << 16) | 3];
  const btf = parseBtf(words([...u3, 1, kind(4, 1), 4, 1, 1, 8]));
  expect(btf.type(2 as BtfId)).toMatchObject({ members: [{ name: "x", type: 1, bitOffset: 13, bitWidth: 3 }] });
});

test("a blob may start at any byte", () => {
  const good = sample().finish();
  for (const shift of [1, 2, 3]) {
    const moved = new Uint8Array(good.length + shift);
    moved.set(good, shift);
    expect(parseBtf(moved.subarray(shift)).find("node", "struct")).toEqual(
      parseBtf(good).find("node", "struct"),
    );
  }
});

test("split BTF continues the ids and strings of its base", () => {
  const base = parseBtf(sample().finish());
  const baseStrings = new DataView(sample().finish().buffer).getUint32(20, true);
  const own = words(
    [baseStrings + 1, kind(8), 1, 0, kind(2), base.count, baseStrings + 1, kind(4, 0), 0],
    "\0mine\0",
  );
  const split = parseBtf(own, base);
  const mine = base.count as BtfId;
  expect(split.count).toBe(base.count + 3);
  expect(split.type(mine)).toEqual({ kind: "typedef", name: "mine", to: 1 });
  expect(split.type((mine + 1) as BtfId)).toEqual({ kind: "pointer", to: mine });
  expect(split.type(1 as BtfId)).toEqual(base.type(1 as BtfId));
  expect(split.find("mine")).toEqual([mine, mine + 2]);
  expect(split.find("mine", "struct")).toEqual([mine + 2]);
  expect(split.find("node")).toEqual(base.find("node"));
  expect(split.findEnumerators("BIG")).toEqual(base.findEnumerators("BIG"));
  expect(() => parseBtf(own).type(1 as BtfId)).toThrow(SkepError); // its strings are the base's plus its own
});

test("a name is found whether words of other types are equal to where it stands, or not", () => {
  const b = new BtfBuilder();
  const int = b.addInt(4, true);
  const wanted = b.add({ kind: "typedef", name: "wanted", to: int });
  const at = b.addString("wanted"); // among the first strings: as small as the sizes and ids of other types
  for (let i = 0; i < 2000; i++) b.add({ kind: "struct", name: `s${i}`, bytes: at, members: [] });
  const again = b.add({ kind: "typedef", name: "wanted", to: wanted });
  const few = b.add({ kind: "struct", name: "few", bytes: 8, members: [] });
  const btf = parseBtf(b.finish());
  expect(btf.find("wanted")).toEqual([wanted, again]);
  expect(btf.find("few")).toEqual([few]);
  expect(btf.find("ew")).toEqual([]);
});

test.each([false, true])(
  "flavours of a name begin with it and three underscores (unique: %s)",
  (uniqueStrings) => {
    const names = [
      "task",
      "task___old",
      "my_task___x",
      "task___a___b",
      "task__no",
      "tas",
      "task____",
      "other___task",
    ];
    const make = (more: readonly string[]) => {
      const b = new BtfBuilder();
      for (const name of [...names, ...more]) b.add({ kind: "struct", name, bytes: 0, members: [] });
      return parseBtf(b.finish(), undefined, { uniqueStrings });
    };
    const flavours = ["task___old", "task___a___b", "task____"];
    expect(make([]).flavoursOf("task")).toEqual(flavours);
    expect(make(["\u00fc"]).flavoursOf("task")).toEqual(flavours); // strings that are not all ASCII
    const btf = make([]);
    for (const name of names) btf.find(name); // more names than are searched for one by one
    expect(btf.flavoursOf("other")).toEqual(["other___task"]);
    expect(btf.find("tas")).toEqual([6]);
    expect(btf.find("ask")).toEqual([]);
  },
);

test("types of sections are found by kind: several of a name, and none of other kinds", () => {
  const b = new BtfBuilder();
  const u32 = b.addInt(4, false);
  const first = b.add({ kind: "section", name: ".data", bytes: 4, vars: [] });
  const second = b.add({ kind: "section", name: ".data", bytes: 8, vars: [] });
  b.add({ kind: "typedef", name: ".bss", to: u32 });
  const tag = b.add({ kind: "declTag", name: ".data", target: u32, componentIndex: -1 });
  const btf = parseBtf(b.finish());
  expect(btf.find(".data", "section")).toEqual([first, second]);
  expect(btf.find(".data")).toEqual([first, second, tag]);
  expect(btf.find(".bss", "section")).toEqual([]);
  expect(btf.find("", "section")).toEqual([]);
  expect(btf.idsOf("declTag")).toEqual([tag]);
  expect(parseBtf(b.finish(), undefined, { sound: true }).find(".data", "section")).toEqual([first, second]);
});
