import { expect, test } from "vitest";
import { cpuMs } from "../../test/support/cpu-time.ts";
import { dedupTypes } from "./dedup.ts";
import type { BtfId, BtfType } from "./types.ts";

const id = (n: number) => n as BtfId;
const VOID: BtfType = { kind: "void" };
const int = (name: string, bytes = 4): BtfType => {
  return { kind: "int", name, bytes, signed: true, char: false, bool: false, bits: bytes * 8, bitOffset: 0 };
};
const pointer = (to: number): BtfType => ({ kind: "pointer", to: id(to) });
const struct = (name: string, ...members: [string, number][]): BtfType => {
  const list = members.map(([member, type], i) => ({ name: member, type: id(type), bitOffset: i * 64 }));
  return { kind: "struct", name, bytes: members.length * 8, members: list };
};
const forward = (name: string): BtfType => ({ kind: "forward", name, of: "struct" });

// biome-ignore format: one case per line
const CASES: readonly { rule: string; types: BtfType[]; idOf: number[] }[] = [
  { rule: "equal integers are one",             types: [VOID, int("int"), int("int"), int("long", 8)],                 idOf: [0, 1, 1, 2] },
  { rule: "names tell types apart",             types: [VOID, struct("a"), struct("b"), struct("a")],                  idOf: [0, 1, 2, 1] },
  { rule: "references decide",                  types: [VOID, int("a"), int("b"), pointer(1), pointer(2), pointer(1)], idOf: [0, 1, 2, 3, 4, 3] },
  { rule: "a chain of pointers",                types: [VOID, pointer(0), pointer(1), pointer(2), pointer(0)],         idOf: [0, 1, 2, 3, 1] },
  { rule: "lists that lead to themselves",      types: [VOID, struct("n", ["next", 2]), pointer(1), struct("n", ["next", 4]), pointer(3)], idOf: [0, 1, 2, 1, 2] },
  { rule: "lists of different things",          types: [VOID, struct("n", ["next", 2], ["v", 5]), pointer(1), struct("n", ["next", 4], ["v", 6]), pointer(3), int("a"), int("b")], idOf: [0, 1, 2, 3, 4, 5, 6] },
  { rule: "a declaration is the definition",    types: [VOID, forward("s"), pointer(1), struct("s"), pointer(3)],      idOf: [0, 2, 1, 2, 1] },
  { rule: "a declaration of several stays",     types: [VOID, forward("s"), struct("s"), struct("s", ["a", 0])],       idOf: [0, 1, 2, 3] },
  { rule: "definitions make others equal",      types: [VOID, forward("b"), pointer(1), struct("a", ["b", 2]), struct("b"), pointer(4), struct("a", ["b", 5])], idOf: [0, 3, 1, 2, 3, 1, 2] },
  { rule: "variables are never the same",       types: [VOID, int("int"), { kind: "var", name: "x", type: id(1), linkage: "static" }, { kind: "var", name: "x", type: id(1), linkage: "static" }], idOf: [0, 1, 2, 3] },
  { rule: "an enum without values is declared", types: [VOID, { kind: "enum", name: "e", bytes: 4, signed: false, members: [] }, { kind: "enum", name: "e", bytes: 4, signed: false, members: [{ name: "A", value: 1n }] }], idOf: [0, 1, 1] },
];

test.each(CASES)("$rule", ({ types, idOf }) => {
  const done = dedupTypes(types);
  expect([...done.idOf]).toEqual(idOf);
  expect(done.types).toHaveLength(Math.max(...idOf) + 1);
});

test("references follow what they refer to", () => {
  const types = [
    VOID,
    forward("b"),
    pointer(1),
    struct("a", ["b", 2]),
    struct("b"),
    pointer(4),
    struct("a", ["b", 5]),
  ];
  expect(dedupTypes(types).types).toEqual([VOID, pointer(3), struct("a", ["b", 1]), struct("b")]);
});

test("long chains take no more than a moment", () => {
  const types: BtfType[] = [VOID];
  for (let i = 0; i < 20_000; i++) types.push(pointer(i));
  for (let i = 0; i < 20_000; i++) types.push(i === 0 ? pointer(0) : pointer(20_000 + i));
  const started = cpuMs();
  expect(dedupTypes(types).types).toHaveLength(20_001);
  expect(cpuMs() - started).toBeLessThan(5000);
});
