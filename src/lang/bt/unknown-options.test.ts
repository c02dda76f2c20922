import { expect, test } from "vitest";
import { fakeTarget } from "../../../test/support/fake-target.ts";
import { compile } from "../../pipeline.ts";

const READS = 'macro width() { getopt("width", 80) } BEGIN { print((getopt("count", 5), width())); }';

// biome-ignore format: one case per line
test.each([
  { rule: "options that are read", source: READS,                 given: ["count", "width"], told: [] },
  { rule: "a misspelt one",        source: READS,                 given: ["coutn"],          told: [{ message: "the script has no option --coutn", help: expect.stringContaining("count") }] },
  { rule: "another",               source: READS,                 given: ["zz"],             told: [{ help: "its options are --width, --count" }] },
  { rule: "where there are none",  source: "BEGIN { print(1); }", given: ["zz"],             told: [{ help: "leave --zz away" }] },
])("$rule", ({ source, given, told }) => {
  const named = new Map(given.map((name) => [name, "1"]));
  const { compiled, report } = compile({ name: "-e", text: source }, fakeTarget(), { named, namedForScript: true });
  expect(compiled).toBeDefined();
  const warning = { code: "lint/unknown-option", severity: "warning" };
  expect(report.diagnostics).toMatchObject(told.map((of) => ({ ...warning, ...of })));
});
