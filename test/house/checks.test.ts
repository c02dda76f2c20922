import { expect, test } from "vitest";
import { checkLanes, checkMarks, checkSizes, errorCodes } from "../../scripts/check-source.mjs";
import { writeCpio } from "../../scripts/guest/cpio.mjs";

const ROOT = process.cwd();
const lines = (count: number): string => "x\n".repeat(count);

// biome-ignore format: one case per line
test.each([
  { rule: "500 lines are fine",                   path: "src/a/x.ts",       text: lines(500),                                     found: 0 },
  { rule: "501 are not",                          path: "src/a/x.ts",       text: lines(501),                                     found: 1 },
  { rule: "generated files may be longer",        path: "src/a/x.gen.ts",   text: `// by scripts/x.mjs\n${lines(900)}`,           found: 0 },
  { rule: "… if they name their generator",       path: "src/a/x.gen.ts",   text: lines(3),                                       found: 1 },
  { rule: "… and stay below 5,000 lines in all",  path: "src/a/x.gen.ts",   text: `// by scripts/x.mjs\n${lines(5000)}`,          found: 1 },
])("sizes: $rule", ({ path, text, found }) => {
  expect(checkSizes(ROOT, [{ path, text }])).toHaveLength(found);
});

test("a test that no lane runs is found", () => {
  const text = 'import { test } from "vitest";\ntest("x", () => {});\n';
  expect(checkLanes(ROOT, [{ path: "bench/x.test.ts", text }]).join()).toContain("no lane");
  expect(checkLanes(ROOT, [{ path: "src/a/x.ts", text }]).join()).toContain("no lane");
  expect(checkLanes(ROOT, [{ path: "src/a/x.test.ts", text }])).toEqual([]);
});

test("codes are found where they are raised, and where they travel; paths are none", () => {
  const text = `
    report.error("area/one", span, "m", "h");
    const row = { place: 1, code2: ["area/two"] };
    throw new SkepError("m", { code: "area/three", remedy: "r" });
    read("area/file"); import { x } from "area/module"; other("some/thing");`;
  expect([...errorCodes([{ path: "src/a/x.ts", text }]).keys()].sort()).toEqual([
    "area/one",
    "area/three",
    "area/two",
  ]);
});

test.each([
  { rule: "an unfinished note", text: `// TO${"DO"}: later\n`, path: "src/a/x.ts", found: 1 },
  { rule: "a variable of a module", text: "let count = 0;\n", path: "src/a/x.ts", found: 1 },
  { rule: "a constant of a module is fine", text: "const COUNT = 0;\n", path: "src/a/x.ts", found: 0 },
  { rule: "a re-export of everything", text: 'export * from "./y.ts";\n', path: "src/a/public.ts", found: 1 },
])("marks: $rule", ({ path, text, found }) => {
  expect(checkMarks(ROOT, [{ path, text }])).toHaveLength(found);
});

test("an archive for the kernel holds its files whole, each at a multiple of 4", () => {
  const archive: Buffer = writeCpio({ "bin/a": Buffer.from("12345"), init: Buffer.from("#!") });
  const found: { name: string; data: string; mode: number }[] = [];
  const hex = (from: number): number => Number.parseInt(archive.toString("latin1", from, from + 8), 16);
  for (let at = 0; at < archive.length; ) {
    expect(archive.toString("latin1", at, at + 6)).toBe("070701");
    const [mode, size, nameBytes] = [hex(at + 14), hex(at + 54), hex(at + 94)];
    const dataAt = (at + 110 + nameBytes + 3) & ~3;
    const name = archive.toString("latin1", at + 110, at + 110 + nameBytes - 1);
    found.push({ name, mode, data: archive.toString("latin1", dataAt, dataAt + size) });
    at = (dataAt + size + 3) & ~3;
  }
  expect(found).toEqual([
    { name: "bin", mode: 0o040755, data: "" },
    { name: "bin/a", mode: 0o100755, data: "12345" },
    { name: "init", mode: 0o100755, data: "#!" },
    { name: "TRAILER!!!", mode: expect.any(Number), data: "" },
  ]);
});
