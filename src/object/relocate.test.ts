import { expect, test } from "vitest";
import type { MapSpec } from "../abi/map-spec.ts";
import { parseBtf } from "../btf/decode.ts";
import { BtfBuilder } from "../btf/encode.ts";
import type { BtfId, BtfType } from "../btf/types.ts";
import { explainMissing } from "./explain-missing.ts";
import { kernelMapName } from "./kernel-map-name.ts";
import { loadableBtf } from "./loadable-btf.ts";
import type { ExternSpec, ObjectSpec, ProgramSpec } from "./object.ts";
import { isRelocated, relocate } from "./relocate.ts";
import { fillKconfig, parseKconfig } from "./relocate-kconfig.ts";
import type { RelocationTarget } from "./relocation-target.ts";
import { btfOf, exit, kernelOf, mov, sampleObject } from "./testing.ts";

const KERNEL = "struct task { long x; int pid; }; int bpf_kfunc(int a); int kernel_var;";
const CONFIG = `# Linux
CONFIG_HZ=250
CONFIG_BPF=y
CONFIG_VETH=m
# CONFIG_NUMA is not set
CONFIG_TEXT="a long text, longer than its place"
CONFIG_HEX=0x1f
CONFIG_NEGATIVE=-3
`;

test("an object becomes one of a kernel", () => {
  const object = sampleObject();
  const target = kernelOf(KERNEL, { kconfig: () => CONFIG });
  const done = relocate(object, target);
  expect(isRelocated(done)).toBe(true);
  expect(isRelocated(object)).toBe(false);
  const load = done.programs[0]?.insns.find((insn) => insn.kind === "load");
  expect(load).toMatchObject({ off: 8, meta: { line: { line: 12 } } });
  expect(load?.meta?.reloc).toBeUndefined();
  expect(done.maps.find((map) => map.name === ".kconfig")?.initial).toEqual(
    new Uint8Array([250, 0, 0, 0, 0, 0, 0, 0]),
  );
  expect([...done.relocated.symbols.keys()]).toEqual(["kernel_var", "bpf_kfunc"]);
  expect(done.relocated.missing).toEqual([]);
  expect(done.programs[1]).toEqual(object.programs[1]); // a map holds it, and nothing in it is relocated
});

test("what the kernel lacks is noted where it is read, and places behind it stay right", () => {
  const builder = new BtfBuilder();
  const type = builder.add({
    kind: "enum",
    name: "e",
    bytes: 4,
    signed: false,
    members: [{ name: "A", value: 0n }],
  });
  const reloc = { kind: "core", what: "enumvalValue", type, access: "0" } as const;
  const small: ObjectSpec = {
    programs: [
      {
        name: "main",
        type: "xdp",
        section: "xdp",
        insns: [{ kind: "loadImm64", dst: 1, imm: 0n, meta: { symbol: "main", reloc } }, exit, mov(0, 0), exit],
        functions: [
          { name: "main", insnIndex: 0, btfId: 0 },
          { name: "sub", insnIndex: 2, btfId: 0 },
        ],
      },
    ],
    maps: [],
    license: "",
    btf: builder.finish(),
  };
  const done = relocate(small, kernelOf("int x;"));
  const [program] = done.programs;
  expect(program?.functions.map((f) => f.insnIndex)).toEqual([0, 3]);
  expect(program?.insns.map((i) => i.kind)).toEqual(["call", "call", "exit", "alu", "exit"]);
  expect(done.relocated.missing).toEqual([
    { program: "main", insnIndex: 0, what: "the kernel has no enum e A" },
    { program: "main", insnIndex: 1, what: "the kernel has no enum e A" },
  ]);
  const log = "0: R1=ctx()\n0: (85) call unknown#195896080\ninvalid func unknown#195896080\n";
  const said = explainMissing(program as ProgramSpec, log);
  expect(said).toContain("0: <the kernel has no enum e A>");
  expect(said).not.toContain("195896080");
  expect(explainMissing(program as ProgramSpec, "all is well")).toBe("all is well");
});

test("programs that are not loaded stay as they are, unless a map holds them", () => {
  const object = sampleObject();
  const asleep = { ...(object.programs[0] as ProgramSpec), autoload: false };
  const target = kernelOf(KERNEL, { kconfig: () => CONFIG });
  const relocOf = (o: ObjectSpec) => o.programs[0]?.insns.find((insn) => insn.kind === "load")?.meta?.reloc;
  expect(relocOf(relocate({ ...object, programs: [asleep] }, target))).toBeDefined();
  const holder = { ...(object.maps[2] as MapSpec), slots: [{ index: 0, name: "main_program" }] };
  expect(
    relocOf(relocate({ ...object, programs: [asleep], maps: [...object.maps, holder] }, target)),
  ).toBeUndefined();
});

test("kernels before 5.5 have one helper for reading all memory", () => {
  const program = { name: "p", type: "kprobe", section: "kprobe/x", functions: [] } as const;
  const call = (id: number) => ({ kind: "call", target: { kind: "helper", id } }) as const;
  const object = {
    programs: [{ ...program, insns: [113, 112, 114, 115, 6].map(call) }],
    maps: [],
    license: "GPL",
  };
  const idsAt = (minor: number) =>
    relocate(object, kernelOf("int x;", { kernelVersion: (5 << 16) | (minor << 8) })).programs[0]?.insns.map(
      (insn) => (insn.kind === "call" && insn.target.kind === "helper" ? insn.target.id : 0),
    );
  expect(idsAt(4)).toEqual([4, 4, 45, 45, 6]);
  expect(idsAt(5)).toEqual([113, 112, 114, 115, 6]);
});

const KCONFIG_TYPES = btfOf(`
  int i; unsigned char u8; signed char s8; _Bool b; char c; char t[8]; unsigned long u64; short s16;
  enum libbpf_tristate { TRI_NO, TRI_YES, TRI_MODULE }; enum libbpf_tristate tri; struct s { int a; } s;`);

function configured(
  name: string,
  variable: string,
  more: { weak?: boolean; target?: Partial<RelocationTarget> } = {},
): number[] | string {
  const [id] = KCONFIG_TYPES.find(variable, "var");
  const found = id === undefined ? undefined : KCONFIG_TYPES.type(id);
  if (found?.kind !== "var") throw new Error(`no variable ${variable}`);
  const sizes: Record<string, number> = { i: 4, u8: 1, s8: 1, b: 1, c: 1, t: 8, u64: 8, s16: 2, tri: 4 };
  const size = sizes[variable] ?? 4;
  const extern: ExternSpec = {
    kind: "kconfig",
    name,
    weak: more.weak ?? false,
    type: found.type,
    offset: 0,
    size,
  };
  const map = {
    name: ".kconfig",
    type: "array",
    keySize: 4,
    valueSize: size,
    maxEntries: 1,
    flags: 0,
  } as const;
  try {
    const target = kernelOf("int x;", { kconfig: () => CONFIG, ...more.target });
    return [...(fillKconfig(map, [extern], KCONFIG_TYPES, target).initial ?? [])];
  } catch (error) {
    return (error as { code: string }).code;
  }
}

// biome-ignore format: one case per line
test.each<{ rule: string; name: string; variable: string; gives: number[] | string; weak?: boolean; target?: Partial<RelocationTarget> }>([
  { rule: "a number",                   name: "CONFIG_HZ",            variable: "i",   gives: [250, 0, 0, 0] },
  { rule: "a number in hexadecimal",    name: "CONFIG_HEX",           variable: "u8",  gives: [31] },
  { rule: "a negative number",          name: "CONFIG_NEGATIVE",      variable: "i",   gives: [253, 255, 255, 255] },
  { rule: "a number that does not fit", name: "CONFIG_HZ",            variable: "s8",  gives: "object/bad-extern" },
  { rule: "a number that just fits",    name: "CONFIG_HZ",            variable: "u8",  gives: [250] },
  { rule: "a negative one, unsigned",   name: "CONFIG_NEGATIVE",      variable: "u8",  gives: "object/bad-extern" },
  { rule: "yes as bool",                name: "CONFIG_BPF",           variable: "b",   gives: [1] },
  { rule: "yes as tristate",            name: "CONFIG_BPF",           variable: "tri", gives: [1, 0, 0, 0] },
  { rule: "a module as tristate",       name: "CONFIG_VETH",          variable: "tri", gives: [2, 0, 0, 0] },
  { rule: "a module as bool",           name: "CONFIG_VETH",          variable: "b",   gives: "object/bad-extern" },
  { rule: "yes as a letter",            name: "CONFIG_BPF",           variable: "c",   gives: [121] },
  { rule: "yes as a number",            name: "CONFIG_BPF",           variable: "i",   gives: "object/bad-extern" },
  { rule: "a text is cut",              name: "CONFIG_TEXT",          variable: "t",   gives: [..."a long ".slice(0, 7)].map((c) => c.charCodeAt(0)).concat(0) },
  { rule: "a text as number",           name: "CONFIG_TEXT",          variable: "i",   gives: "object/bad-extern" },
  { rule: "not set, and must be",       name: "CONFIG_NUMA",          variable: "b",   gives: "object/unknown-kconfig" },
  { rule: "not set, and weak",          name: "CONFIG_NUMA",          variable: "b",   gives: [0], weak: true },
  { rule: "no configuration",           name: "CONFIG_HZ",            variable: "i",   gives: "object/no-kconfig", weak: true, target: { kconfig: () => undefined } },
  { rule: "the kernel's version",       name: "LINUX_KERNEL_VERSION", variable: "i",   gives: [0, 12, 6, 0], target: { kconfig: () => undefined } },
  { rule: "attach cookies",             name: "LINUX_HAS_BPF_COOKIE", variable: "b",   gives: [1] },
  { rule: "no attach cookies",          name: "LINUX_HAS_BPF_COOKIE", variable: "b",   gives: [0], target: { kernelVersion: (5 << 16) | (14 << 8) } },
  { rule: "wrapped system calls",       name: "LINUX_HAS_SYSCALL_WRAPPER", variable: "b", gives: [1], target: { kernelSymbol: (n) => (n === "__x64_sys_bpf" ? 1n : undefined) } },
  { rule: "plain system calls",         name: "LINUX_HAS_SYSCALL_WRAPPER", variable: "b", gives: [0] },
  { rule: "another of that kind",       name: "LINUX_NO_SUCH",        variable: "b",   gives: "object/unknown-kconfig" },
])("configuration: $rule", ({ name, variable, gives, ...more }) => {
  expect(configured(name, variable, more)).toEqual(gives);
});

test("a configuration file is read line by line", () => {
  expect([...parseKconfig(CONFIG).keys()]).toEqual([
    "CONFIG_HZ",
    "CONFIG_BPF",
    "CONFIG_VETH",
    "CONFIG_TEXT",
    "CONFIG_HEX",
    "CONFIG_NEGATIVE",
  ]);
});

// biome-ignore format: one case per line
test.each<{ rule: string; kernel: string; gives: string[] | string }>([
  { rule: "both there",                  kernel: KERNEL,                                                              gives: ["kernel_var", "bpf_kfunc"] },
  { rule: "a weak variable is not",      kernel: "struct task { int pid; }; int bpf_kfunc(int a);",                   gives: ["bpf_kfunc"] },
  { rule: "a function is not",           kernel: "struct task { int pid; }; int kernel_var;",                         gives: "object/unknown-ksym" },
  { rule: "a function takes more",       kernel: "struct task { int pid; }; int bpf_kfunc(int a, int b);",            gives: "object/ksym-type" },
  { rule: "a variable of another kind",  kernel: "struct task { int pid; }; int bpf_kfunc(int a); int *kernel_var;",  gives: "object/ksym-type" },
])("kernel symbols: $rule", ({ kernel, gives }) => {
  const run = () => relocate(sampleObject(), kernelOf(kernel, { kconfig: () => CONFIG }));
  if (typeof gives === "string") expect(run).toThrow(expect.objectContaining({ code: gives }));
  else expect([...run().relocated.symbols.keys()]).toEqual(gives);
});

test("a symbol without type is an address; a weak function of another prototype is missing", () => {
  const { btf: _, ...object } = sampleObject();
  const b = new BtfBuilder();
  const int = b.addInt(4, true);
  const proto = b.add({ kind: "funcProto", returns: int, params: [], variadic: false });
  const func = b.add({ kind: "func", name: "bpf_kfunc___v2", proto, linkage: "extern" });
  const externs: ExternSpec[] = [
    { kind: "variable", name: "vfs_read", weak: false, type: 0 },
    { kind: "function", name: "bpf_kfunc___v2", weak: true, type: func },
  ];
  const made = { ...object, programs: [], maps: [], btf: b.finish(), externs };
  expect(relocate(made, kernelOf(KERNEL)).relocated.symbols).toEqual(
    new Map([["vfs_read", { kind: "address", address: 0xffff_ffff_8100_0000n }]]),
  );
  const fitting = relocate(made, kernelOf("int bpf_kfunc(void);"));
  expect(fitting.relocated.symbols.get("bpf_kfunc___v2")).toMatchObject({ kind: "typed" });
  const gone = { ...made, externs: [{ kind: "variable", name: "no_such", weak: false, type: 0 } as const] };
  expect(() => relocate(gone, kernelOf(KERNEL))).toThrow(
    expect.objectContaining({ code: "object/unknown-ksym" }),
  );
});

test("the BTF that a kernel gets defines what it provides", () => {
  const object = sampleObject();
  const done = parseBtf(relocate(object, kernelOf(KERNEL, { kconfig: () => CONFIG })).btf ?? new Uint8Array());
  const section = (name: string) => done.type(done.find(name, "section")[0] as BtfId);
  const type = (name: string, kind: BtfType["kind"]) => done.type(done.find(name, kind)[0] as BtfId);
  expect(section(".kconfig")).toMatchObject({ bytes: 8, vars: [{ offset: 0, size: 8 }] });
  expect(section(".ksyms")).toMatchObject({
    bytes: 8,
    vars: [
      { offset: 0, size: 4 },
      { offset: 4, size: 4 },
    ],
  });
  expect(type("CONFIG_HZ", "var")).toMatchObject({ linkage: "global" });
  expect(type("kernel_var", "var")).toMatchObject({ linkage: "global" });
  expect(type("bpf_kfunc", "func")).toMatchObject({ linkage: "global" });
  expect(type("visible", "func")).toMatchObject({ linkage: "static" }); // hidden
});

// biome-ignore format: one case per line
test.each<{ rule: string; type: BtfType; before: [number, number]; gives: object }>([
  { rule: "functions are static",       type: { kind: "func", name: "f", proto: 2 as BtfId, linkage: "global" },            before: [5, 6],  gives: { kind: "func", linkage: "static" } },
  { rule: "a float is an empty struct", type: { kind: "float", name: "double", bytes: 8 },                                  before: [5, 13], gives: { kind: "struct", bytes: 8, members: [] } },
  { rule: "a tag is an integer",        type: { kind: "declTag", name: "t", target: 3 as BtfId, componentIndex: -1 },       before: [5, 16], gives: { kind: "int", bytes: 1 } },
  { rule: "a type tag is const",        type: { kind: "typeTag", name: "t", to: 1 as BtfId },                               before: [5, 18], gives: { kind: "const", to: 1 } },
  { rule: "a signed enum",              type: { kind: "enum", name: "e", bytes: 4, signed: true, members: [{ name: "A", value: -1n }] }, before: [6, 0], gives: { kind: "enum", signed: false } },
  { rule: "a wide enum is a union",     type: { kind: "enum", name: "e", bytes: 8, signed: false, members: [{ name: "A", value: 1n << 40n }] }, before: [6, 0], gives: { kind: "union", bytes: 8, members: [{ name: "A", bitOffset: 0 }] } },
  { rule: "an attribute is a tag",      type: { kind: "typeTag", name: "t", to: 1 as BtfId, attribute: true },              before: [6, 15], gives: { kind: "typeTag", name: "t", to: 1 } },
])("BTF for kernels before $before: $rule", ({ type, before: [major, minor], gives }) => {
  const b = new BtfBuilder();
  const int = b.addInt(4, true);
  b.add({ kind: "funcProto", returns: int, params: [], variadic: false });
  b.add({ kind: "var", name: "v", type: int, linkage: "global" });
  const id = b.add(type);
  const bytes = b.finish();
  const at = (version: number) =>
    parseBtf(loadableBtf({ programs: [], maps: [], license: "" }, parseBtf(bytes), bytes, version)).type(id);
  const since = (major << 16) | (minor << 8);
  expect(at(since - 1)).toMatchObject(gives);
  if (type.kind === "typeTag" && type.attribute) expect(at(since - 1)).not.toHaveProperty("attribute");
  expect(at(since)).toMatchObject(type.kind === "typeTag" && minor === 18 ? { kind: "typeTag" } : { kind: type.kind });
});

// biome-ignore format: one case per line
test.each([
  { name: "table",         section: false, gives: "table" },
  { name: ".bss",          section: true,  gives: "my_prog.bss" },
  { name: ".rodata",       section: true,  gives: "my_progr.rodata" },
  { name: ".data.counters", section: true, gives: ".data.counters" },
])("the kernel calls $name $gives", ({ name, section, gives }) => {
  const map = { name, type: "array", keySize: 4, valueSize: 4, maxEntries: 1, flags: 0 } as const;
  const made = section ? { ...map, section: { kind: "bss", variables: [] } as const } : map;
  expect(kernelMapName(made, "my_program".slice(0, name === ".bss" ? 7 : 10))).toBe(gives);
  expect(kernelMapName(made, undefined)).toBe(name);
});
