import { expect, test } from "vitest";
import { FEATURES, type FeatureName } from "./features.ts";
import { isOlder, needs, whyMissing } from "./needs.ts";

// biome-ignore format: one case per line
test.each([
  { rule: "an older series",            release: "5.4.0-1-amd64",       version: "5.8",  gives: true },
  { rule: "the very series",            release: "5.8.0",               version: "5.8",  gives: false },
  { rule: "minor numbers as numbers",   release: "6.12.100+deb12",      version: "6.6",  gives: false },
  { rule: "a newer major number",       release: "6.1.0-50-cloud",      version: "5.18", gives: false },
])("isOlder: $rule", ({ release, version, gives }) => {
  expect(isOlder(release, version)).toBe(gives);
});

test("every feature is there, or this kernel has an excuse", () => {
  const names = Object.keys(FEATURES).filter((name): name is FeatureName => name in FEATURES);
  for (const name of names) expect(whyMissing(name) ?? "present").toMatch(/^(present$|needs )/);
});

test("a missing feature skips with the reason", () => {
  const reasons: (string | undefined)[] = [];
  const skip = ((note?: string) => void reasons.push(note)) as never;
  needs({ skip }, "hw-counters", "btf");
  expect(reasons.every((reason) => reason?.startsWith("needs "))).toBe(true);
});
