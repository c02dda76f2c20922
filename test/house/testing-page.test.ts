import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseCase } from "../support/case-file.ts";

// docs/testing.md shows files of examples/: as they are, so that what readers copy is what is tested.

const page = readFileSync("docs/testing.md", "utf8");
const shown = [...page.matchAll(/<!-- file: (\S+) -->\n```\w*\n([\s\S]*?)```\n/g)];

test("the page shows its examples", () => {
  expect(shown.map(([, path]) => path)).toEqual([
    "examples/testing/login-watch.bt",
    "examples/testing/login-watch.test.ts",
    "examples/testing/verifies.test.ts",
  ]);
});

test.each(shown.map(([, path = "", text = ""]) => ({ path, text })))(
  "$path is shown as it is",
  ({ path, text }) => {
    expect(text).toBe(readFileSync(path, "utf8"));
  },
);

// docs/verify.md shows explanations of test/verify-cases: as they are printed.

const explained = [
  ...readFileSync("docs/verify.md", "utf8").matchAll(/<!-- case: (\S+) (\w+) -->\n```\w*\n([\s\S]*?)```\n/g),
].map(([, name = "", section = "", text = ""]) => ({ name, section, text }));

test("the page of refusals shows cases", () => expect(explained.length).toBeGreaterThan(4));

test.each(explained)("$name: $section is shown as it is", ({ name, section, text }) => {
  const file = parseCase(readFileSync(`test/verify-cases/${name}.case`, "utf8"));
  expect(text.trimEnd()).toBe(file.sections.get(section));
});
