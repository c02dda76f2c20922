import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { buildId } from "./notes.ts";
import { parseElf } from "./read.ts";
import { readRelocations } from "./relocations.ts";
import { readSymbols } from "./symbols.ts";

const run = (command: string, ...args: string[]) =>
  execFileSync(command, args, { encoding: "utf8", maxBuffer: 1 << 26 });
const has = (command: string) => {
  try {
    run(command, "--version");
    return true;
  } catch {
    return false;
  }
};
const missing = ["gcc", "readelf"].filter((command) => !has(command));

const dir = mkdtempSync(join(tmpdir(), "skep-elf-"));
afterAll(() => rmSync(dir, { recursive: true }));

const SOURCE = `
  #include <stdio.h>
  static int hidden(int x) { return x * 3; }
  int shown(int x) { return hidden(x) + 1; }
  int __attribute__((weak)) weak_one(void) { return 7; }
  int table[4] = { 1, 2, 3, 4 };
  int zeroed[1000];
  int main(int argc, char **argv) { printf("%d", shown(argc) + table[argc] + zeroed[argc] + weak_one()); return 0; }
`;

function build(...flags: string[]): string {
  const source = join(dir, "a.c");
  const out = join(dir, `out${flags.join("")}`);
  writeFileSync(source, SOURCE);
  run("gcc", "-g", "-O0", ...flags, source, "-o", out);
  return out;
}

// Skipped visibly: without gcc there is nothing to read.
test.skipIf(missing.length > 0).each([
  { rule: "a program", flags: [] },
  { rule: "a program without PIE", flags: ["-no-pie"] },
  { rule: "a shared library", flags: ["-shared", "-fPIC"] },
  { rule: "an object with a section per function", flags: ["-c", "-ffunction-sections"] },
])("$rule reads as readelf reads it", ({ flags }) => {
  const path = build(...flags);
  const elf = parseElf(new Uint8Array(readFileSync(path)));

  const sections = run("readelf", "-SW", path).matchAll(
    /^ +\[ *([1-9]\d*)\] (\S*) +(\S+) +([0-9a-f]{16}) ([0-9a-f]+) ([0-9a-f]+) /gm,
  );
  const expected = [...sections].map((m) => [
    Number(m[1]),
    m[2],
    BigInt(`0x${m[4]}`),
    parseInt(m[5] ?? "", 16),
    parseInt(m[6] ?? "", 16),
  ]);
  expect(expected.length).toBeGreaterThan(10);
  expect(
    elf.sections.filter((s) => s.index > 0).map((s) => [s.index, s.name, s.address, s.offset, s.size]),
  ).toEqual(expected);

  const rows = run("readelf", "-sW", path).matchAll(
    /^ +(\d+): ([0-9a-f]{16}) +(\w+) (\w+) +(\w+) +(\w+) +(\w+) *(\S*)/gm,
  );
  const wanted = [...rows].map((m) => [
    Number(m[1]),
    BigInt(`0x${m[2]}`),
    Number(m[3]),
    m[4],
    m[5],
    (m[8] ?? "").replace(/@.*/, ""),
  ]);
  const word = {
    func: "FUNC",
    object: "OBJECT",
    none: "NOTYPE",
    section: "SECTION",
    file: "FILE",
    tls: "TLS",
  } as const;
  const symbols = [...(readSymbols(elf, "dynsym") ?? []), ...(readSymbols(elf, "symtab") ?? [])];
  const got = symbols.map((s) => [
    s.index,
    s.value,
    s.size,
    word[s.type as keyof typeof word],
    s.binding.toUpperCase(),
    s.type === "section" ? elf.sections[s.section]?.name : s.name.replace(/@.*/, ""),
  ]);
  expect(got).toEqual(wanted);

  const relocations = run("readelf", "-rW", path).matchAll(/^([0-9a-f]{16}) +([0-9a-f]{16}) R_/gm);
  const found = elf.sections.filter((s) => s.type === 4).flatMap((s) => readRelocations(elf, s));
  expect(found.map((r) => [r.offset, r.symbol, r.type])).toEqual(
    [...relocations].map((m) => [
      parseInt(m[1] ?? "", 16),
      parseInt((m[2] ?? "").slice(0, 8), 16),
      parseInt((m[2] ?? "").slice(8), 16),
    ]),
  );

  expect(buildId(elf)).toBe(/Build ID: ([0-9a-f]+)/.exec(run("readelf", "-nW", path))?.[1]);
});
