import { expect, test } from "vitest";
import { SkepError } from "../base/errors.ts";
import { parseBtf } from "../btf/decode.ts";
import { BtfBuilder } from "../btf/encode.ts";
import type { BtfId, BtfType } from "../btf/types.ts";
import { MACHINE, SECTION_TYPE } from "../elf/elf.ts";
import { CODE_FLAGS, DATA_FLAGS, ElfWriter, UNDEFINED } from "../elf/write.ts";
import { fromElf } from "./from-elf.ts";
import { link, linkFiles } from "./link.ts";
import type { ObjectSpec } from "./object.ts";
import { sampleObject } from "./testing.ts";
import { toElf } from "./to-elf.ts";

type Binding = "local" | "global" | "weak";
type Sample = Readonly<{
  /** A subprogram that returns `value`. */
  defines?: Readonly<{ name: string; value: number; binding?: Binding }>;
  /** A program that calls the subprogram. */
  calls?: string;
  program?: string;
  data?: Readonly<{ name: string; bytes: readonly number[] }>;
  license?: string;
  params?: number;
}>;

const call = Uint8Array.of(0x85, 0x10, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x95, 0, 0, 0, 0, 0, 0, 0);

/** A small object file, with types for what it defines and declares. */
function file({ defines, calls, program = "p", data, license = "GPL", params = 1 }: Sample): Uint8Array {
  const b = new BtfBuilder();
  const int = b.addInt(4, true);
  const list = Array.from({ length: params }, (_, i) => ({ name: `a${i}`, type: int }));
  const proto = b.add({ kind: "funcProto", returns: int, params: list, variadic: false });
  const elf = new ElfWriter(MACHINE.bpf);
  const progbits = (name: string, bytes: Uint8Array, flags: number) =>
    elf.addSection({ name, type: SECTION_TYPE.progbits, flags, data: bytes, align: 8 });
  if (defines) {
    const { name, value, binding = "global" } = defines;
    b.add({ kind: "func", name, proto, linkage: binding === "local" ? "static" : "global" });
    const text = progbits(
      ".text",
      Uint8Array.of(0xb7, 0, 0, 0, value, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0),
      CODE_FLAGS,
    );
    elf.addSymbol({ name, type: "func", binding, section: text, size: 16 });
  }
  if (calls) {
    if (calls !== defines?.name) b.add({ kind: "func", name: calls, proto, linkage: "extern" });
    const code = progbits("xdp", call.slice(), CODE_FLAGS);
    elf.addSymbol({ name: program, type: "func", binding: "global", section: code, size: 16 });
    const isOwn = calls === defines?.name;
    const target = isOwn
      ? elf.addSymbol({ name: "", type: "section", binding: "local", section: 1 })
      : elf.addSymbol({ name: calls, type: "none", binding: "global", section: UNDEFINED });
    elf.addRelocation(code, 0, target, 10);
  }
  if (data) {
    const variable = b.add({ kind: "var", name: data.name, type: int, linkage: "global" });
    b.add({
      kind: "section",
      name: ".data",
      bytes: 0,
      vars: [{ type: variable, offset: 0, size: data.bytes.length }],
    });
    const section = progbits(".data", Uint8Array.from(data.bytes), DATA_FLAGS);
    elf.addSymbol({ name: data.name, type: "object", binding: "global", section, size: data.bytes.length });
  }
  progbits("license", new TextEncoder().encode(`${license}\0`), DATA_FLAGS);
  progbits(".BTF", b.finish(), 0);
  return elf.finish();
}

const linked = (...samples: readonly Sample[]): ObjectSpec =>
  fromElf(linkFiles(samples.map((sample, i) => ({ name: `${i}.o`, bytes: file(sample) }))));

/** What the program's subprogram returns. */
function returned(object: ObjectSpec, program = "p"): number | undefined {
  const found = object.programs.find((p) => p.name === program);
  const start = found?.functions[1]?.insnIndex;
  const insn = start === undefined ? undefined : found?.insns[start];
  return insn?.kind === "alu" && insn.src.kind === "imm" ? insn.src.imm : undefined;
}

// biome-ignore format: one case per line
test.each<{ rule: string; samples: Sample[]; gives: number | string }>([
  { rule: "what one declares another defines",    samples: [{ calls: "f" }, { defines: { name: "f", value: 5 } }],                                            gives: 5 },
  { rule: "in any order",                         samples: [{ defines: { name: "f", value: 5 } }, { calls: "f" }],                                            gives: 5 },
  { rule: "a strong one rather than a weak one",  samples: [{ calls: "f" }, { defines: { name: "f", value: 5, binding: "weak" } }, { defines: { name: "f", value: 6 } }], gives: 6 },
  { rule: "also when the weak one comes later",   samples: [{ calls: "f" }, { defines: { name: "f", value: 6 } }, { defines: { name: "f", value: 5, binding: "weak" } }], gives: 6 },
  { rule: "the first of two weak ones",           samples: [{ calls: "f" }, { defines: { name: "f", value: 5, binding: "weak" } }, { defines: { name: "f", value: 6, binding: "weak" } }], gives: 5 },
  { rule: "static ones are each file's own",      samples: [{ defines: { name: "f", value: 1, binding: "local" } }, { calls: "f", defines: { name: "f", value: 2, binding: "local" } }], gives: 2 },
  { rule: "two strong ones",                      samples: [{ calls: "f", defines: { name: "f", value: 5 } }, { defines: { name: "f", value: 6 } }],          gives: "object/duplicate-symbol" },
  { rule: "another prototype",                    samples: [{ calls: "f" }, { defines: { name: "f", value: 5 }, params: 2 }],                                 gives: "object/cannot-link" },
  { rule: "another licence",                      samples: [{ calls: "f" }, { defines: { name: "f", value: 5 }, license: "MIT" }],                            gives: "object/cannot-link" },
  { rule: "nobody defines it",                    samples: [{ calls: "f" }, { data: { name: "x", bytes: [1, 0, 0, 0] } }],                                    gives: "object/undefined-symbol" },
])("functions: $rule", ({ samples, gives }) => {
  if (typeof gives === "number") return expect(returned(linked(...samples))).toBe(gives);
  try {
    linked(...samples);
  } catch (error) {
    expect(error).toBeInstanceOf(SkepError);
    return expect((error as SkepError).code).toBe(gives);
  }
  throw new Error("it was linked");
});

test("variables of a section follow each other, and types know where", () => {
  const object = linked(
    { data: { name: "a", bytes: [1, 0, 0, 0] } },
    { data: { name: "b", bytes: [2, 0, 0, 0] } },
    { calls: "f", defines: { name: "f", value: 0, binding: "local" } },
  );
  const [data] = object.maps;
  expect(data).toMatchObject({
    name: ".data",
    valueSize: 12,
    initial: Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0),
  });
  expect(data?.section?.variables).toMatchObject([
    { name: "a", offset: 0 },
    { name: "b", offset: 8 },
  ]);
  expect(object.license).toBe("GPL");
  const btf = parseBtf(object.btf ?? new Uint8Array());
  const all = Array.from({ length: btf.count - 1 }, (_, i) => btf.type((i + 1) as BtfId));
  expect(all.filter((type: BtfType) => type.kind === "int")).toHaveLength(1);
  expect(all.filter((type: BtfType) => type.kind === "section")).toHaveLength(1);
});

test("one object linked alone stays what it was", () => {
  const object = fromElf(toElf(sampleObject()));
  const alone = link([object]);
  const names = (o: ObjectSpec) => o.maps.map((map) => map.name).sort();
  expect(names(alone)).toEqual(names(object));
  const code = (o: ObjectSpec) => o.programs.map((p) => p.insns.map(({ meta: _, ...insn }) => insn));
  expect(code(alone)).toEqual(code(object));
  expect(alone.programs.map((p) => p.functions.map((f) => f.name))).toEqual(
    object.programs.map((p) => p.functions.map((f) => f.name)),
  );
  expect(alone.programs[0]?.insns[5]?.meta?.line).toEqual(object.programs[0]?.insns[5]?.meta?.line);
  expect(link([alone])).toEqual(alone);
});
