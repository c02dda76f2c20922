import { expect, test } from "vitest";
import { BtfBuilder } from "../btf/encode.ts";
import { parseElf } from "../elf/read.ts";
import { readSymbols } from "../elf/symbols.ts";
import { fromElf } from "./from-elf.ts";
import type { ObjectSpec } from "./object.ts";
import { relocate } from "./relocate.ts";
import { exit, kernelOf, loadMap, loadValue, mov, sampleObject } from "./testing.ts";
import { toElf } from "./to-elf.ts";

const withoutBtf = ({ btf: _, ...object }: ObjectSpec): unknown => object;

test("what is written is read again, with the declarations of maps added to the types", () => {
  const object = sampleObject();
  const back = fromElf(toElf(object));
  expect(withoutBtf(back)).toEqual(withoutBtf(object));
  expect(back.btf?.length).toBeGreaterThan(object.btf?.length ?? 0);
});

test("a file that was read is written the same", () => {
  const bytes = toElf(sampleObject());
  const object = fromElf(bytes);
  expect(toElf(object)).toEqual(bytes);
  expect(fromElf(toElf(object))).toEqual(object);
});

test("the same object gives the same bytes", () => {
  expect(toElf(sampleObject())).toEqual(toElf(sampleObject()));
});

test("functions that programs share are in the file once", () => {
  const symbols = readSymbols(parseElf(toElf(sampleObject())), "symtab");
  const functions = [...(symbols ?? [])]
    .filter((s) => s.type === "func")
    .map((s) => `${s.name} ${s.binding} ${s.visibility}`);
  expect(functions.sort()).toEqual([
    "callback local default",
    "helper local default",
    "main_program global default",
    "other_program global default",
    "visible global hidden",
  ]);
});

test("functions of one name that differ are both in the file", () => {
  const program = (name: string, value: number) => ({
    name,
    type: "xdp" as const,
    attachType: "xdp" as const,
    section: "xdp",
    insns: [
      { kind: "call", target: { kind: "local", off: 1 }, meta: { symbol: name } } as const,
      exit,
      { ...mov(0, value), meta: { symbol: "same" } },
      exit,
    ],
    functions: [
      { name, insnIndex: 0, btfId: 0 },
      { name: "same", insnIndex: 2, btfId: 0 },
    ],
  });
  const object = { programs: [program("a", 1), program("b", 2)], maps: [], license: "" };
  expect(withoutBtf(fromElf(toElf(object)))).toEqual(object);
});

const map = (more: object) =>
  ({ name: "m", type: "array", keySize: 4, valueSize: 8, maxEntries: 1, flags: 0, ...more }) as const;
const object = (maps: ObjectSpec["maps"], ...insns: ObjectSpec["programs"][number]["insns"]): ObjectSpec => ({
  programs: [
    {
      name: "p",
      type: "xdp",
      attachType: "xdp",
      section: "xdp",
      insns: [{ ...(insns[0] ?? mov(0, 0)), meta: { symbol: "p" } }, ...insns.slice(1), exit],
      functions: [{ name: "p", insnIndex: 0, btfId: 0 }],
    },
  ],
  maps,
  license: "GPL",
});

// biome-ignore format: one case per line
test.each<{ rule: string; maps: ObjectSpec["maps"] }>([
  { rule: "a first value",                      maps: [map({ initial: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) })] },
  { rule: "a first value that stays",           maps: [map({ initial: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), readOnly: true, flags: 1 << 7 })] },
  { rule: "memory that user space shares",      maps: [map({ name: ".control", flags: 1 << 10 })] },
  { rule: "names that sections cannot tell",    maps: [map({ name: "a.b" }), map({ name: "a-b" })] },
])("a map whose value programs point to becomes a section: $rule", ({ maps }) => {
  const made = object(maps, ...maps.map((m) => loadValue(1, m.name, 4)));
  expect(withoutBtf(fromElf(toElf(made)))).toEqual(made);
  const again = fromElf(toElf(made));
  expect(fromElf(toElf(again))).toEqual(again);
});

// biome-ignore format: one case per line
test.each<{ rule: string; made: ObjectSpec; why: RegExp }>([
  { rule: "it is no array",               made: object([map({ type: "hash" })], loadValue(1, "m", 0)),                       why: /map m .*address of its value/ },
  { rule: "it has several entries",       made: object([map({ maxEntries: 2 })], loadValue(1, "m", 0)),                      why: /map m/ },
  { rule: "there is no such map",         made: object([], loadMap(1, "m")),                                                 why: /map m/ },
  { rule: "the map is of one kernel",     made: object([], { kind: "loadImm64", dst: 1, imm: 0n, ref: { kind: "mapFd", fd: 3 } }), why: /mapFd/ },
  { rule: "a call leads to no function",  made: object([], { kind: "call", target: { kind: "local", off: 0 } }),             why: /leads to no function/ },
  { rule: "it is fitted to a kernel",     made: relocate(object([]), kernelOf("int x;")),                                    why: /fitted/ },
  { rule: "a slot holds what is not there", made: object([map({ name: "c", type: "progArray", valueSize: 4, slots: [{ index: 0, name: "q" }] })]), why: /slot 0 holds q/ },
])("no file can hold it: $rule", ({ made, why }) => {
  expect(() => toElf(made)).toThrow(expect.objectContaining({ code: "object/unwritable", message: expect.stringMatching(why) }));
});

test("variables of an arena are the start of its memory", () => {
  const arena: ObjectSpec["maps"][number] = {
    ...{ name: "memory", type: "arena", keySize: 0, valueSize: 0, maxEntries: 100, flags: 1 << 10 },
    mapExtra: 0x1000_0000_0000n,
    initial: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
    section: { kind: "arena", variables: [{ name: "head", offset: 0, size: 8, linkage: "global" }] },
  };
  const made = object([arena], loadValue(1, "memory", 4), loadMap(2, "memory"));
  expect(withoutBtf(fromElf(toElf(made)))).toEqual(made);
});

test("a file without types and lines has no empty table of them, which libbpf would refuse", () => {
  const names = (o: ObjectSpec) => parseElf(toElf(o)).sections.map((section) => section.name);
  expect(names(object([]))).not.toContain(".BTF.ext");
  expect(names(sampleObject())).toContain(".BTF.ext");
});

test("sections that other tools read stay, with their variables", () => {
  const btf = new BtfBuilder();
  const type = btf.add({ kind: "var", name: "_run", type: btf.addInt(4, true), linkage: "global" });
  btf.add({ kind: "section", name: ".run_config", bytes: 0, vars: [{ type, offset: 4, size: 4 }] });
  const extraSections = [{ name: ".run_config", data: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) }];
  const bytes = toElf({ ...object([]), btf: btf.finish(), extraSections });
  expect(fromElf(bytes).extraSections).toEqual(extraSections);
  const symbols = [...(readSymbols(parseElf(bytes), "symtab") ?? [])];
  expect(symbols.find(({ name }) => name === "_run")).toMatchObject({ value: 4n, size: 4, binding: "global" });
});

test("maps that were changed are declared anew", () => {
  const read = fromElf(toElf(sampleObject()));
  const maps = read.maps.map((m) => (m.name === "table" ? { ...m, maxEntries: 4096 } : m));
  const back = fromElf(toElf({ ...read, maps }));
  expect(back.maps).toEqual(maps);
});
