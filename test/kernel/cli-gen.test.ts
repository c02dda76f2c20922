import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fromElf } from "../../src/object/from-elf.ts";
import { CliLab } from "./cli-lab.ts";
import { runSkep } from "./skep-command.ts";

test("gen object holds what bpftool's has", { timeout: 20_000 }, async () => {
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

test("wrong use leaves no file behind", { timeout: 20_000 }, async () => {
  using lab = new CliLab();
  const out = lab.path("out.o");
  const none = await runSkep("gen", "object", out);
  expect(none.status).toBe(2);
  const missing = await runSkep("gen", "object", out, lab.path("missing.o"));
  expect(missing.status).toBe(3);
  expect(missing.err).toContain("help: ");
  expect(existsSync(out)).toBe(false);
});
