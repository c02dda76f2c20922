import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

// docs/testing.md shows files of examples/: as they are, so that what readers copy is what is tested.

const page = readFileSync("docs/testing.md", "utf8");
const shown = [...page.matchAll(/<!-- file: (\S+) -->\n```\w*\n([\s\S]*?)```\n/g)];

test("the page shows its examples", () => {
  expect(shown.map(([, path]) => path)).toEqual([
    "examples/testing/login-watch.bt",
    "examples/testing/login-watch.test.ts",
  ]);
});

test.each(shown.map(([, path = "", text = ""]) => ({ path, text })))(
  "$path is shown as it is",
  ({ path, text }) => {
    expect(text).toBe(readFileSync(path, "utf8"));
  },
);
