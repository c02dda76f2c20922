import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseBtf } from "../../src/btf/decode.ts";
import { idsOfKind } from "../../src/btf/lookup.ts";
import { coreRelocation } from "../../src/object/core-relocation.ts";
import { fromElf } from "../../src/object/from-elf.ts";
import { relocate } from "../../src/object/relocate.ts";
import { ObjectLab } from "./clang-object.ts";
import { CliLab } from "./cli-lab.ts";
import { runSkep } from "./skep-command.ts";

test("gen object holds what bpftool's has", async () => {
  using lab = new CliLab();
  const inputs = [lab.compile("values"), lab.compile("events")];
  const [ours, theirs] = [lab.path("ours.o"), lab.path("theirs.o")];
  const { err, status } = await runSkep("gen", "object", ours, ...inputs);
  expect(err).toBe("");
  expect(status).toBe(0);
  execFileSync("bpftool", ["gen", "object", theirs, ...inputs]);
  const content = (path: string) => {
    const { programs, maps } = fromElf(readFileSync(path), { name: "all" });
    return {
      programs: programs.map((p) => [p.name, p.section, p.insns.length]),
      maps: maps.map((m) => [m.name, m.type]).sort(),
    };
  };
  expect(content(ours)).toEqual(content(theirs));
});

test("min_core_btf holds what bpftool's has, and relocates as the whole does", async () => {
  using lab = new CliLab();
  using objects = new ObjectLab();
  const object = objects.compile("fields.c");
  const [ours, theirs] = [lab.path("ours.btf"), lab.path("theirs.btf")];
  const whole = "/sys/kernel/btf/vmlinux";
  const { err, status } = await runSkep("gen", "min_core_btf", whole, ours, object);
  expect(err).toBe("");
  expect(status).toBe(0);
  execFileSync("bpftool", ["gen", "min_core_btf", whole, theirs, object]);
  const structs = (path: string) => {
    const btf = parseBtf(readFileSync(path));
    const named = [...idsOfKind(btf, "struct"), ...idsOfKind(btf, "union")].map((id) => btf.type(id));
    return named
      .map((type) =>
        "members" in type && type.kind !== "enum" ? `${type.name} ${type.members.map((m) => m.name)}` : "",
      )
      .sort();
  };
  expect(structs(ours)).toEqual(structs(theirs));
  const spec = fromElf(readFileSync(object), { name: "fields" });
  const insns = (path: string) => {
    const btf = parseBtf(readFileSync(path));
    const target = { kernelVersion: 0x60c00, kernelBtf: () => btf, kernelSymbol: () => 0n, kconfig: () => "" };
    const asked = spec.programs.map(({ insns: list }) => list.map((insn) => coreRelocation(insn)?.what));
    // The number of a type is its number in the types that were given.
    return relocate(spec, target).programs.map(({ insns: list }, p) =>
      list.map(({ meta: _, ...insn }, i) => (asked[p]?.[i] === "typeIdTarget" ? "a number" : insn)),
    );
  };
  expect(insns(ours)).toEqual(insns(whole));
});

test("skeletons are pointed elsewhere", async () => {
  for (const verb of ["skeleton", "subskeleton"]) {
    const said = await runSkep("gen", verb, "x.o");
    expect(said.status).toBe(2);
    expect(said.err).toContain("skep types");
  }
});

test("wrong use leaves no file behind", async () => {
  using lab = new CliLab();
  const out = lab.path("out.o");
  const none = await runSkep("gen", "object", out);
  expect(none.status).toBe(2);
  const missing = await runSkep("gen", "object", out, lab.path("missing.o"));
  expect(missing.status).toBe(3);
  expect(missing.err).toContain("help: ");
  expect(existsSync(out)).toBe(false);
});

test("gen types is the command types", async () => {
  using lab = new CliLab();
  const object = lab.compile("events");
  const { out, status } = await runSkep("gen", "types", object);
  expect(out).toMatch(/^export /m);
  expect(status).toBe(0);
  expect(out).toBe((await runSkep("types", object)).out);
});
