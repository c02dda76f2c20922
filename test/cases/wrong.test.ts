import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { type Diagnostic, Report, renderDiagnostic } from "../../src/base/diagnostic.ts";
import { compileBt } from "../../src/lang/bt/compile-bt.ts";
import { parseCase, printCase } from "../support/case-file.ts";
import { fakeTarget } from "../support/fake-target.ts";

// Each file in wrong/ is a program with one fault: what is said of it, and the program that follows the advice, which
// compiles. UPDATE=1 rewrites what is said: read the difference before you commit it.

const folder = fileURLToPath(new URL("wrong/", import.meta.url));
const update = process.env["UPDATE"] === "1";
const target = fakeTarget({ functions: ["main", "malloc", "free", "readline"] });
const cases = readdirSync(folder).filter((name) => name.endsWith(".case"));

function errorsOf(text: string): readonly Diagnostic[] {
  const report = new Report();
  compileBt({ name: "wrong.bt", text }, target, report);
  return report.diagnostics.filter((d) => d.severity === "error");
}

test.each(cases)("%s", (name) => {
  const text = readFileSync(folder + name, "utf8");
  const file = parseCase(text);
  const source = file.sections.get("source") ?? "";
  const errors = errorsOf(source);
  expect(errors.length).toBe(1);
  for (const error of errors) {
    expect(name.startsWith(`${error.code.replace("/", "-")}-`), error.code).toBe(true);
    expect(error.help).toMatch(/\S/);
    expect(error.span.end).toBeGreaterThanOrEqual(error.span.start);
  }
  const fixed = file.sections.get("fixed");
  expect(fixed).toMatch(/\S/);
  expect(
    errorsOf(fixed ?? "").map((d) => renderDiagnostic(d, { name: "fixed.bt", text: fixed ?? "" })),
  ).toEqual([]);
  const sections = new Map(file.sections);
  const said = errors.map((d) => renderDiagnostic(d, { name: "wrong.bt", text: source })).join("\n");
  sections.set("diagnostics", said);
  if (update) writeFileSync(folder + name, printCase({ ...file, sections }));
  else expect(printCase({ ...file, sections })).toBe(text);
});

test("there are at least 200", () => expect(cases.length).toBeGreaterThanOrEqual(200));
