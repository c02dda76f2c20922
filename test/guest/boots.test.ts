import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { FEATURES, type FeatureName } from "../kernel/features.ts";
import { whyMissing } from "../kernel/needs.ts";
import guests from "./features.json" with { type: "json" };

const series = process.env["SKEP_GUEST_KERNEL"] ?? "";
const lists: Readonly<Record<string, readonly string[]>> = guests;

test("the guest runs the kernel that was asked for", () => {
  const release = readFileSync("/proc/sys/kernel/osrelease", "utf8");
  expect(release.startsWith(`${series}.`)).toBe(true);
});

test("the kernel has what test/guest/features.json promises", () => {
  const promised = lists[series] ?? [];
  const known = promised.filter((name): name is FeatureName => name in FEATURES);
  expect(known).toEqual(promised);
  expect(known.filter((name) => whyMissing(name) !== undefined)).toEqual([]);
});
