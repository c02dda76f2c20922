import { expect, test } from "vitest";
import { lanesOf, matches } from "../../scripts/lanes.mjs";

// biome-ignore format: one case per line
test.each([
  { rule: "** spans folders",            path: "src/a/b/c.test.ts",   glob: "src/**/*.test.ts",         gives: true },
  { rule: "** may span none",            path: "src/c.test.ts",       glob: "src/**/*.test.ts",         gives: true },
  { rule: "* stays in its folder",       path: "src/a/c.ts",          glob: "src/*.ts",                 gives: false },
  { rule: "braces list alternatives",    path: "test/guest/a.ts",     glob: "test/{kernel,guest}/**",   gives: true },
  { rule: "a dot is a dot",              path: "src/atest.ts",        glob: "src/a.test.ts",            gives: false },
  { rule: "the whole path must match",   path: "web/src/a.test.ts",   glob: "src/**/*.test.ts",         gives: false },
])("matches: $rule", ({ path, glob, gives }) => {
  expect(matches(path, glob)).toBe(gives);
});

// biome-ignore format: one case per line
test.each([
  { path: "src/isa/decode.test.ts",        lanes: ["unit"] },
  { path: "test/house/lanes.test.ts",      lanes: ["unit"] },
  { path: "test/kernel/deep/a.test.ts",    lanes: ["kernel"] },
  { path: "test/browser/page.test.ts",     lanes: ["browser"] },
  { path: "test/guest/boots.test.ts",      lanes: ["guest"] },
  { path: "bench/a.test.ts",               lanes: [] },
])("$path runs in $lanes", ({ path, lanes }) => {
  expect(lanesOf(path)).toEqual(lanes);
});
