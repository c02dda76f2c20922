import fc from "fast-check";
import { expect, test } from "vitest";
import { SkepError } from "../base/errors.ts";
import { BtfBuilder } from "../btf/encode.ts";
import type { BtfId } from "../btf/types.ts";
import { MACHINE, SECTION_TYPE } from "../elf/elf.ts";
import { parseElf } from "../elf/read.ts";
import { CODE_FLAGS, DATA_FLAGS, ElfWriter, type NewSymbol, UNDEFINED } from "../elf/write.ts";
import { fromElf } from "./from-elf.ts";
import { linkFiles } from "./link.ts";
import { relocate } from "./relocate.ts";
import { kernelOf, sampleObject } from "./testing.ts";
import { toElf } from "./to-elf.ts";

const EXIT = Uint8Array.of(0xb7, 0, 0, 0, 0, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0); // r0 = 0; exit
const CALL = Uint8Array.of(0x85, 0x10, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x95, 0, 0, 0, 0, 0, 0, 0); // call -1; exit
const LOAD = Uint8Array.of(0x18, 1, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0); // r1 = 4 ll

type Part = Readonly<{
  section: string;
  data: Uint8Array;
  flags?: number;
  symbols?: readonly Partial<NewSymbol>[];
}>;
type Patch = Readonly<{ section: string; at: number; symbol: string; type?: number }>;

/** A file made of sections with symbols, and relocations by names. */
function file(
  parts: readonly Part[],
  patches: readonly Patch[] = [],
  undefinedNames: readonly string[] = [],
): Uint8Array {
  const elf = new ElfWriter(MACHINE.bpf);
  const sections = new Map<string, number>();
  const symbols = new Map<string, ReturnType<ElfWriter["addSymbol"]>>();
  for (const { section: name, data, flags = CODE_FLAGS, symbols: list = [] } of parts) {
    const section = elf.addSection({ name, type: SECTION_TYPE.progbits, flags, data, align: 8 });
    sections.set(name, section);
    for (const symbol of list) {
      const made = { type: "func", binding: "global", size: data.length, ...symbol, section } as NewSymbol;
      symbols.set(made.name, elf.addSymbol(made));
    }
  }
  for (const name of undefinedNames)
    symbols.set(name, elf.addSymbol({ name, type: "none", binding: "global", section: UNDEFINED }));
  for (const { section, at, symbol, type = 1 } of patches) {
    const [number, ref] = [sections.get(section), symbols.get(symbol)];
    if (number === undefined || ref === undefined) throw new Error("bug: an unknown name");
    elf.addRelocation(number, at, ref, type);
  }
  return elf.finish();
}

const xdp: Part = { section: "xdp", data: EXIT, symbols: [{ name: "p" }] };
const codeOf = (bytes: Uint8Array): string => {
  try {
    fromElf(bytes);
    return "fine";
  } catch (error) {
    if (error instanceof SkepError && error.remedy !== "") return error.code;
    throw error;
  }
};

// biome-ignore format: one case per line
test.each<{ rule: string; section: string; gives: object | string }>([
  { rule: "a plain name",                 section: "xdp",                          gives: { type: "xdp", section: "xdp", attachType: "xdp" } },
  { rule: "a target",                     section: "kprobe/vfs_read",              gives: { type: "kprobe", attachTo: "vfs_read" } },
  { rule: "not loaded by itself",         section: "?fentry.s/vfs_read",           gives: { type: "tracing", section: "fentry.s/vfs_read", autoload: false, sleepable: true, attachType: "traceFentry" } },
  { rule: "packets in several buffers",   section: "xdp.frags",                    gives: { type: "xdp", frags: true } },
  { rule: "a member of a struct",         section: "struct_ops/init",              gives: { type: "structOps", attachTo: "init" } },
  { rule: "no type",                      section: "my_program",                   gives: "object/unknown-section" },
])("the section says what the program is: $rule", ({ section, gives }) => {
  const bytes = file([{ ...xdp, section }]);
  if (typeof gives === "string") expect(codeOf(bytes)).toBe(gives);
  else expect(fromElf(bytes).programs[0]).toMatchObject(gives);
});

test("a program whose section says nothing can be given a type", () => {
  const [program] = fromElf(file([{ ...xdp, section: "my_program" }]), {
    programType: () => "socketFilter",
  }).programs;
  expect(program).toMatchObject({ name: "p", type: "socketFilter", section: "my_program" });
  expect(() => fromElf(file([{ ...xdp, section: "xpd" }]))).toThrow(
    expect.objectContaining({ remedy: expect.stringMatching(/`xdp`.* give the type: `--type xdp`/) }),
  );
});

test("calls without relocation stay in their section; functions come in the order of first calls", () => {
  const text = new Uint8Array(48);
  text.set(Uint8Array.of(0x85, 0x10, 0, 0, 1, 0, 0, 0, 0x95), 0); // a: call b
  text.set(EXIT, 16); // b
  text.set(Uint8Array.of(0x85, 0x10, 0, 0, 0xfd, 0xff, 0xff, 0xff, 0x95), 32); // c: call b
  const names = (...list: [string, number][]) =>
    list.map(([name, value]) => ({ name, value, size: 16, binding: "local" }) as const);
  const main = new Uint8Array(24);
  main.set(CALL, 0);
  main.set(CALL, 8);
  const bytes = file(
    [
      { section: ".text", data: text, symbols: names(["a", 0], ["b", 16], ["c", 32]) },
      { section: "xdp", data: main, symbols: [{ name: "p" }] },
    ],
    [
      { section: "xdp", at: 0, symbol: "c", type: 10 },
      { section: "xdp", at: 8, symbol: "a", type: 10 },
    ],
  );
  const [program] = fromElf(bytes).programs;
  expect(program?.functions.map((f) => `${f.name}@${f.insnIndex}`)).toEqual(["p@0", "c@3", "b@5", "a@7"]);
  const calls = program?.insns.flatMap((i) =>
    i.kind === "call" && i.target.kind === "local" ? [i.target.off] : [],
  );
  expect(calls).toEqual([2, 5, 1, -3]);
});

test("maps of the old kind", () => {
  const words = Uint32Array.of(1, 4, 8, 100, 1, 2, 4, 16, 1, 0);
  const maps = { section: "maps", data: new Uint8Array(words.buffer), flags: DATA_FLAGS };
  const symbols = [
    { name: "h", type: "object", size: 20 },
    { name: "a", type: "object", value: 20, size: 20 },
  ] as const;
  const load = { section: "xdp", data: LOAD, symbols: [{ name: "p" }] };
  const object = fromElf(file([{ ...maps, symbols }, load], [{ section: "xdp", at: 0, symbol: "a" }]));
  expect(object.maps).toEqual([
    { name: "h", type: "hash", keySize: 4, valueSize: 8, maxEntries: 100, flags: 1 },
    { name: "a", type: "array", keySize: 4, valueSize: 16, maxEntries: 1, flags: 0 },
  ]);
  expect(object.programs[0]?.insns[0]).toMatchObject({ ref: { kind: "map", map: "a" } });
  const longer = new Uint8Array(48);
  longer.set(new Uint8Array(words.buffer).subarray(0, 20));
  longer[20] = 7; // what one loader put behind
  expect(codeOf(file([{ ...maps, data: longer.subarray(0, 24), symbols: [symbols[0]] }]))).toBe(
    "object/legacy-map",
  );
});

const legacyMaps = (bytes: number, ...rows: readonly (readonly number[])[]) => {
  const data = new Uint8Array(Uint32Array.from(rows.flat()).buffer);
  const symbols = rows.map(
    (_, i) => ({ name: `m${i}`, type: "object", value: i * bytes, size: bytes }) as const,
  );
  return { section: "maps", data, flags: DATA_FLAGS, symbols };
};

test("maps as the kernel's samples declared them: inner maps by position, NUMA nodes", () => {
  const maps = legacyMaps(28, [2, 4, 8, 1, 4, 0, 3], [12, 4, 4, 5, 0, 0, 0]);
  const inner = { type: "array", keySize: 4, valueSize: 8, maxEntries: 1, flags: 4, numaNode: 3 };
  expect(fromElf(file([maps])).maps).toEqual([
    { name: "m0", ...inner },
    {
      name: "m1",
      type: "arrayOfMaps",
      keySize: 4,
      valueSize: 4,
      maxEntries: 5,
      flags: 0,
      inner: { name: "m1.inner", ...inner },
    },
  ]);
  expect(codeOf(file([legacyMaps(28, [12, 4, 4, 5, 0, 7, 0])]))).toBe("object/legacy-map");
});

test("maps of a section that names the programs' type first: those of infrared decoders in v4l-utils", () => {
  const maps = { ...legacyMaps(28, [1, 4, 16, 1, 0, 0, 0]), section: "lirc_mode2/maps" };
  const decoder = { section: "lirc_mode2/decode", data: LOAD, symbols: [{ name: "p" }] };
  const object = fromElf(file([maps, decoder], [{ section: "lirc_mode2/decode", at: 0, symbol: "m0" }]));
  expect(object.maps).toMatchObject([{ name: "m0", type: "hash", valueSize: 16 }]);
  expect(object.programs).toMatchObject([{ type: "lircMode2", insns: [{ ref: { map: "m0" } }, {}] }]);
});

test("a map without a name is none", () => {
  const nameless = {
    ...legacyMaps(20, [1, 4, 4, 1, 0]),
    symbols: [{ name: "", type: "object", size: 20 } as const],
  };
  expect(codeOf(file([nameless]))).toBe("object/legacy-map");
});

test("maps as iproute2 declares them: ids, pins, inner maps, programs in program arrays", () => {
  const none = 0xffff_ffff;
  const maps = legacyMaps(
    36,
    [3, 4, 4, 8, 0, 2, 0, 0, none], // m0: programs, id 2
    [1, 4, 8, 9, 0, 3, 2, 0, 1], // m1: a pinned hash, id 3, at place 1 of what holds it
    [12, 4, 4, 2, 0, 0, 0, 3, none], // m2: of maps like m1
  );
  const programs = ["classifier", "2/5", "0x2/0x1"].map((section, i) => ({
    section,
    data: LOAD,
    symbols: [{ name: `p${i}` }],
  }));
  const object = fromElf(file([maps, ...programs]));
  expect(object.maps).toMatchObject([
    {
      name: "m0",
      type: "progArray",
      slots: [
        { index: 5, name: "p1" },
        { index: 1, name: "p2" },
      ],
    },
    { name: "m1", type: "hash", pinning: "byName" },
    { name: "m2", inner: { type: "hash", valueSize: 8 }, slots: [{ index: 1, name: "m1" }] },
  ]);
  expect(object.programs.map(({ type }) => type)).toEqual(["schedCls", "schedCls", "schedCls"]);
});

/** A BTF section .maps with one map of the members given. */
function declared(members: (b: BtfBuilder) => readonly { name: string; type: BtfId }[]): Uint8Array {
  const b = new BtfBuilder();
  const list = members(b).map((m, i) => ({ ...m, bitOffset: i * 64 }));
  const type = b.add({ kind: "struct", name: "", bytes: list.length * 8, members: list });
  const variable = b.add({ kind: "var", name: "m", type, linkage: "global" });
  b.add({
    kind: "section",
    name: ".maps",
    bytes: 0,
    vars: [{ type: variable, offset: 0, size: list.length * 8 }],
  });
  const maps = {
    section: ".maps",
    data: new Uint8Array(list.length * 8),
    flags: DATA_FLAGS,
    symbols: [{ name: "m", type: "object" } as const],
  };
  return file([maps, { section: ".BTF", data: b.finish(), flags: 0 }]);
}
const uint = (b: BtfBuilder, name: string, value: number) => ({
  name,
  type: b.addPointer(b.addArray(b.addInt(4, true), value)),
});
const ulong = (b: BtfBuilder, name: string, value: bigint) => {
  return {
    name,
    type: b.add({ kind: "enum", name: "", bytes: 8, signed: false, members: [{ name: `_${name}`, value }] }),
  };
};

// biome-ignore format: one case per line
test.each<{ rule: string; members: (b: BtfBuilder) => readonly { name: string; type: BtfId }[]; gives: object | string }>([
  { rule: "numbers as lengths",        members: (b) => [uint(b, "type", 1), uint(b, "key_size", 4), uint(b, "value_size", 8), uint(b, "max_entries", 3)], gives: { type: "hash", keySize: 4, valueSize: 8, maxEntries: 3 } },
  { rule: "numbers as enums",          members: (b) => [uint(b, "type", 33), ulong(b, "map_extra", 1n << 44n), uint(b, "max_entries", 3)], gives: { type: "arena", mapExtra: 1n << 44n } },
  { rule: "sizes from types",          members: (b) => [uint(b, "type", 1), { name: "key", type: b.addPointer(b.addInt(8, false)) }], gives: { keySize: 8, btfKey: expect.any(Number) } },
  { rule: "sizes that agree",          members: (b) => [uint(b, "type", 1), uint(b, "key_size", 8), { name: "key", type: b.addPointer(b.addInt(8, false)) }], gives: { keySize: 8 } },
  { rule: "sizes that do not",         members: (b) => [uint(b, "type", 1), uint(b, "key_size", 4), { name: "key", type: b.addPointer(b.addInt(8, false)) }], gives: "object/bad-map" },
  { rule: "no type",                   members: (b) => [uint(b, "max_entries", 1)],                      gives: "object/bad-map" },
  { rule: "an unknown type",           members: (b) => [uint(b, "type", 999)],                           gives: "object/bad-map" },
  { rule: "an unknown attribute",      members: (b) => [uint(b, "type", 1), uint(b, "colour", 1)],       gives: "object/bad-map" },
  { rule: "a number that is none",     members: (b) => [{ name: "type", type: b.addInt(4, true) }],      gives: "object/bad-map" },
  { rule: "an unknown pinning",        members: (b) => [uint(b, "type", 1), uint(b, "pinning", 2)],      gives: "object/bad-map" },
  { rule: "slots of a hash",           members: (b) => [uint(b, "type", 1), { name: "values", type: b.addArray(b.addPointer(b.addInt(4, true)), 0) }], gives: "object/bad-map" },
  { rule: "a key without size",        members: (b) => [uint(b, "type", 1), { name: "key", type: b.addPointer(0 as BtfId) }], gives: "object/bad-btf" },
])("declarations of maps: $rule", ({ members, gives }) => {
  if (typeof gives === "string") expect(codeOf(declared(members))).toBe(gives);
  else expect(fromElf(declared(members)).maps[0]).toMatchObject({ name: "m", ...gives });
});

const change = (bytes: Uint8Array, at: number, ...values: number[]): Uint8Array => {
  const out = bytes.slice();
  out.set(values, at);
  return out;
};

// biome-ignore format: one case per line
test.each<{ rule: string; bytes: Uint8Array; gives: string }>([
  { rule: "nothing",                            bytes: new Uint8Array(0),                                                       gives: "elf/bad-magic" },
  { rule: "another machine",                    bytes: change(file([xdp]), 18, 62, 0),                                          gives: "object/not-bpf" },
  { rule: "a linked program",                   bytes: change(file([xdp]), 16, 2, 0),                                           gives: "object/not-bpf" },
  { rule: "an empty object",                    bytes: new ElfWriter(MACHINE.bpf).finish(),                                     gives: "fine" },
  { rule: "a static program",                   bytes: file([{ ...xdp, symbols: [{ name: "p", binding: "local" }] }]),          gives: "object/static-program" },
  { rule: "two programs of one name",           bytes: file([xdp, { ...xdp, section: "tc" }]),                                  gives: "object/bad-function" },
  { rule: "functions inside each other",        bytes: file([{ ...xdp, symbols: [{ name: "p" }, { name: "q", value: 8, size: 8 }] }]), gives: "object/bad-function" },
  { rule: "a function that ends too late",      bytes: file([{ ...xdp, symbols: [{ name: "p", size: 24 }] }]),                  gives: "object/bad-function" },
  { rule: "a function in half an instruction",  bytes: file([{ ...xdp, symbols: [{ name: "p", value: 4, size: 8 }] }]),         gives: "object/bad-function" },
  { rule: "half an instruction",                bytes: file([{ ...xdp, data: EXIT.subarray(0, 12), symbols: [{ name: "p", size: 8 }] }]), gives: "object/bad-instruction" },
  { rule: "no instruction",                     bytes: file([{ ...xdp, data: EXIT.map((b, i) => (i === 0 ? 0xff : b)) }]),      gives: "object/bad-instruction" },
  { rule: "what is defined nowhere",            bytes: file([{ ...xdp, data: LOAD }], [{ section: "xdp", at: 0, symbol: "x" }], ["x"]), gives: "object/undefined-symbol" },
  { rule: "an instruction that has no place",   bytes: file([xdp], [{ section: "xdp", at: 8, symbol: "p" }]),                   gives: "object/bad-relocation" },
  { rule: "a relocation of nothing",            bytes: file([xdp], [{ section: "xdp", at: 80, symbol: "p" }]),                  gives: "object/bad-relocation" },
  { rule: "a call into the middle",             bytes: file([{ ...xdp, data: change(CALL, 4, 5, 0, 0, 0) }]),                   gives: "object/bad-relocation" },
  { rule: "a function as data",                 bytes: file([{ ...xdp, data: LOAD }], [{ section: "xdp", at: 0, symbol: "p" }]), gives: "object/bad-relocation" },
  { rule: "maps without BTF",                   bytes: file([xdp, { section: ".maps", data: new Uint8Array(8), flags: DATA_FLAGS }]), gives: "object/bad-map" },
  { rule: "two sections of one name",           bytes: file([{ section: ".data", data: EXIT, flags: DATA_FLAGS }, { section: ".data", data: EXIT, flags: DATA_FLAGS }]), gives: "object/bad-section" },
  { rule: "a version that is none",             bytes: file([{ section: "version", data: EXIT, flags: DATA_FLAGS }]),           gives: "object/bad-section" },
  { rule: "BTF that is none",                   bytes: file([xdp, { section: ".BTF", data: EXIT, flags: 0 }]),                  gives: "object/bad-btf" },
  { rule: "records that are none",              bytes: file([xdp, { section: ".BTF", data: new BtfBuilder().finish(), flags: 0 }, { section: ".BTF.ext", data: EXIT, flags: 0 }]), gives: "object/bad-btf-ext" },
])("a file with $rule", ({ bytes, gives }) => expect(codeOf(bytes)).toBe(gives));

test("an error names the section and the place in it", () => {
  const bytes = file([{ ...xdp, data: EXIT.map((b, i) => (i === 8 ? 0xff : b)) }]);
  expect(() => fromElf(bytes)).toThrow(expect.objectContaining({ section: "xdp", offset: 8 }));
});

const SAMPLE = toElf(sampleObject());
const TARGET = kernelOf("struct task { long x; int pid; }; int bpf_kfunc(int a); int kernel_var;", {
  kconfig: () => "CONFIG_HZ=250\n",
});

/** Processor time of this process so far: the machine may be busy with other things. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Whatever the bytes: an object or an error of ours, and soon. */
function survives(bytes: Uint8Array): void {
  const started = cpuMs();
  for (const use of [
    (): unknown => relocate(fromElf(bytes), TARGET),
    () => toElf(fromElf(bytes)),
    () =>
      linkFiles([
        { name: "a", bytes },
        { name: "b", bytes: SAMPLE },
      ]),
  ])
    try {
      use();
    } catch (error) {
      if (!(error instanceof SkepError)) throw error;
    }
  expect(cpuMs() - started).toBeLessThan(2000);
}

test("a file that is cut anywhere gives an error", () => {
  for (let length = 0; length < SAMPLE.length; length += 13) survives(SAMPLE.subarray(0, length));
});

test("bytes that are changed anywhere give an object or an error", () => {
  const sections = parseElf(SAMPLE).sections.filter((s) => s.size > 0);
  const at = fc.oneof(
    fc.nat(SAMPLE.length - 1),
    fc.constantFrom(...sections).chain((s) => fc.integer({ min: s.offset, max: s.offset + s.size - 1 })),
  );
  const edit = fc.record({ at, value: fc.oneof(fc.constantFrom(0, 1, 0x7f, 0x80, 0xff), fc.nat(255)) });
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 8 }), (edits) => {
      const bytes = SAMPLE.slice();
      for (const { at, value } of edits) bytes[at] = value;
      survives(bytes);
    }),
    { numRuns: 400 },
  );
});

test("many programs that call many functions do not take memory without end", () => {
  const count = 2000;
  const text = new Uint8Array(count * 16);
  for (let i = 0; i < count; i++) {
    text.set(i === count - 1 ? EXIT.subarray(0, 8) : Uint8Array.of(0x85, 0x10, 0, 0, 1, 0, 0, 0), i * 16);
    text.set(EXIT.subarray(8), i * 16 + 8);
  }
  const functions = Array.from(
    { length: count },
    (_, i) => ({ name: `f${i}`, value: i * 16, size: 16, binding: "local" }) as const,
  );
  const main = new Uint8Array(count * 16);
  for (let i = 0; i < count; i++) main.set(CALL, i * 16);
  const programs = Array.from({ length: count }, (_, i) => ({ name: `p${i}`, value: i * 16, size: 16 }));
  const bytes = file(
    [
      { section: ".text", data: text, symbols: functions },
      { section: "xdp", data: main, symbols: programs },
    ],
    programs.map((_, i) => ({ section: "xdp", at: i * 16, symbol: "f0", type: 10 })),
  );
  const started = cpuMs();
  expect(codeOf(bytes)).toBe("object/too-large");
  expect(cpuMs() - started).toBeLessThan(10_000);
});
