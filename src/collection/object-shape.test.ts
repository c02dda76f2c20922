import { expect, test } from "vitest";
import type { MapSpec } from "../abi/map-spec.ts";
import { Report } from "../base/diagnostic.ts";
import { parseBtf } from "../btf/decode.ts";
import { CDeclarations } from "../btf/parse-c.ts";
import type { BtfId } from "../btf/types.ts";
import type { Insn } from "../isa/insn.ts";
import type { CoreKind } from "../object/core-relocation.ts";
import type { ObjectSpec, ProgramSpec } from "../object/object.ts";
import { ObjectShape } from "./object-shape.ts";
import { printTypes } from "./print-types.ts";
import { submittedSizes } from "./submitted-sizes.ts";

const TYPES = `
struct event { int pid; char comm[16]; };
struct exit_event { int code; };
struct sample { long a; long b; long c; };
struct string { int class; };
typedef struct { unsigned int left; } plain_t;
struct holder { plain_t plain; struct string text; };
struct chain { const struct sample *of[2]; };`;

function bytesOf(text: string): Uint8Array {
  const declarations = new CDeclarations();
  const report = new Report();
  declarations.read(text, report);
  if (report.hasErrors) throw new Error(report.diagnostics.map((d) => d.message).join());
  return declarations.finish();
}

const buffer = (name: string, more: Partial<MapSpec> = {}): MapSpec => ({
  name,
  type: "ringbuf",
  keySize: 0,
  valueSize: 0,
  maxEntries: 4096,
  flags: 0,
  ...more,
});

const map = (dst: 1 | 2, name: string): Insn => ({
  kind: "loadImm64",
  dst,
  imm: 0n,
  ref: { kind: "map", map: name },
});
const mov = (dst: 1 | 2 | 3 | 5 | 6, imm: number): Insn => ({
  kind: "alu",
  op: "mov",
  bits: 64,
  dst,
  src: { kind: "imm", imm },
});
const move = (dst: 1 | 2, reg: 6): Insn => ({
  kind: "alu",
  op: "mov",
  bits: 64,
  dst,
  src: { kind: "reg", reg },
});
const call = (id: number): Insn => ({ kind: "call", target: { kind: "helper", id } });

function program(...insns: Insn[]): ProgramSpec {
  return { name: "p", type: "tracepoint", section: "tracepoint/a/b", insns, functions: [] };
}

function shapeOf(maps: readonly MapSpec[], ...programs: ProgramSpec[]): ObjectShape {
  return new ObjectShape({ programs, maps, license: "GPL", btf: bytesOf(TYPES) });
}

const RESERVE = 131;
const OUTPUT = 130;
const PERF_OUTPUT = 25;

test("sizes that programs submit, where the code says them", () => {
  const object: ObjectSpec = {
    maps: [],
    license: "GPL",
    programs: [
      program(map(1, "a"), mov(2, 20), mov(3, 0), call(RESERVE)),
      program(map(1, "a"), mov(3, 24), call(OUTPUT)),
      program(mov(6, 8), map(2, "b"), mov(5, 16), call(PERF_OUTPUT), map(1, "c"), move(2, 6), call(RESERVE)),
      program(map(1, "d"), mov(2, 8), call(1), call(RESERVE)), // registers are gone after a call
    ],
  };
  expect(submittedSizes(object)).toEqual(
    new Map([
      ["a", new Set([20, 24])],
      ["b", new Set([16])],
      ["c", new Set([8])],
    ]),
  );
});

const id = (name: string) => parseBtf(bytesOf(TYPES)).find(name, "struct")[0] as number;

// biome-ignore format: one case per line
test.each([
  { rule: "the declaration",                 map: buffer("any", { btfValue: id("sample") }), want: "sample" },
  { rule: "its name, singular",              map: buffer("events"),                          want: "event" },
  { rule: "the name, and not of that size",  map: buffer("events"), submits: 24,             want: "sample" },
  { rule: "the only one that begins or ends so", map: buffer("exits"), want: "exit_event" },
  { rule: "the only one of the size",        map: buffer("rb"), submits: 24,                 want: "sample" },
  { rule: "several of the size",             map: buffer("rb"), submits: 4,                  want: undefined },
  { rule: "nothing",                         map: buffer("rb"),                              want: undefined },
])("the type of a buffer's records: $rule", ({ map: spec, submits, want }) => {
  const programs = submits === undefined ? [] : [program(map(1, spec.name), mov(2, submits), call(RESERVE))];
  const layout = shapeOf([spec], ...programs).record(spec);
  expect(layout?.kind === "record" ? layout.name : layout).toBe(want);
});

test("the kernel's own types are no records: what relocations ask for, and what that leads to", () => {
  const spec = buffer("rb");
  const submit = program(map(1, "rb"), mov(2, 24), call(RESERVE));
  const asked = (what: CoreKind, root: string): ProgramSpec =>
    program({ ...mov(1, 0), meta: { reloc: { kind: "core", what, type: id(root) as BtfId, access: "0" } } });
  expect(shapeOf([spec], submit, asked("fieldByteOffset", "sample")).record(spec)).toBeUndefined();
  expect(shapeOf([spec], submit, asked("fieldExists", "chain")).record(spec)).toBeUndefined();
  expect(shapeOf([spec], submit, asked("typeIdLocal", "sample")).record(spec)).toMatchObject({
    name: "sample",
  });
});

test("a type that is named must be there", () => {
  const shape = shapeOf([buffer("rb")]);
  expect(shape.record(buffer("rb"), "struct exit_event")).toMatchObject({ name: "exit_event", bytes: 4 });
  expect(shape.record(buffer("rb"), "plain_t")).toMatchObject({ name: "plain_t", bytes: 4 });
  expect(() => shape.record(buffer("rb"), "exit_evnt")).toThrow(
    expect.objectContaining({ code: "collection/no-type" }),
  );
});

test("maps without types are numbers where the size is one's, else bytes", () => {
  const shape = shapeOf([]);
  const sizes = (keySize: number, valueSize: number) =>
    shape.map(buffer("m", { type: "hash", keySize, valueSize }));
  expect(sizes(4, 8)).toMatchObject({ key: { kind: "int", bytes: 4 }, value: { kind: "int", bytes: 8 } });
  expect(sizes(6, 20)).toMatchObject({ key: { kind: "bytes", bytes: 6 }, value: { kind: "bytes", bytes: 20 } });
  expect(shape.map(buffer("s", { type: "stackTrace", keySize: 4, valueSize: 80 })).value).toMatchObject({
    kind: "array",
    length: 10,
  });
});

test("declarations: names that TypeScript has itself, unnamed structs by their typedefs, odd names", () => {
  const maps = [
    buffer("odd name", { type: "hash", keySize: 4, valueSize: 8, btfValue: id("holder") }),
    buffer("rb"),
    buffer("empty", { type: "percpuHash", keySize: 4, valueSize: 8 }),
  ];
  const { text, untyped } = printTypes(shapeOf(maps), { file: "x.o" });
  expect(untyped).toEqual(["rb"]);
  expect(text).toContain("export interface holder {\n  plain: plain_t;\n  text: string_2;\n}");
  expect(text).toContain("export interface string_2 {\n  class: number;\n}");
  expect(text).toContain('readonly "odd name": HashMap<number, holder>;');
  expect(text).toContain("readonly empty: PerCpuMap<number, bigint>;");
  expect(text).toContain("export declare const globals: {};");
  expect(text).toContain("readonly rb: Uint8Array;");
});

test("damaged types are bytes and numbers, never a crash", () => {
  const spec = buffer("m", { type: "hash", keySize: 4, valueSize: 12, btfKey: 9999, btfValue: 0xffff });
  expect(shapeOf([spec]).map(spec)).toMatchObject({
    key: { kind: "int" },
    value: { kind: "bytes", bytes: 12 },
  });
});
