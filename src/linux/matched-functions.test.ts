import { existsSync, mkdtempSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { matchedFunctions } from "./matched-functions.ts";
import type { PlacedFunction } from "./traceable-symbols.ts";

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "skep-matched-")), "skep");
});
afterEach(() => rmSync(join(folder, ".."), { recursive: true, force: true }));

const FOUND: readonly PlacedFunction[] = [
  { name: "vfs_read" },
  { name: "vfs_write", module: "other" },
  { name: "vfs_open", address: 0xffffffff8134d3d0n },
  { name: "vfs_link", module: "other", address: 0xffffffffc0000010n },
];
const FILE = "kernel-functions-found";

type Run = { keys?: (string | undefined)[]; functions?: readonly PlacedFunction[]; isListed?: boolean };

/** One run: what it finds, and how often it had to look. The key changes while it looks when there are two. */
function run(pattern: string, { keys = ["boot 1"], functions = FOUND, isListed = true }: Run = {}) {
  let looked = 0;
  let asked = 0;
  const key = () => keys[Math.min(asked++, keys.length - 1)];
  const found = matchedFunctions({ folder, key }, pattern, () => {
    looked++;
    return { functions, isListed };
  });
  return { found, looked };
}

test("what a pattern matched is known in the next run", () => {
  expect(run("vfs_*")).toEqual({ found: FOUND, looked: 1 });
  expect(run("vfs_*", { functions: [] })).toEqual({ found: FOUND, looked: 0 });
  expect(run("tcp_*", { functions: [{ name: "tcp_ack" }] }).looked).toBe(1);
  expect(run("vfs_*")).toEqual({ found: FOUND, looked: 0 });
  expect(run("tcp_*").found).toEqual([{ name: "tcp_ack" }]);
});

test("another boot, or other modules: it is looked for again", () => {
  run("vfs_*");
  const functions = [{ name: "vfs_new" }];
  expect(run("vfs_*", { keys: ["boot 2"], functions })).toEqual({ found: functions, looked: 1 });
});

// biome-ignore format: one case per line
test.each<{ rule: string; pattern?: string; how?: Run }>([
  { rule: "a name that is no pattern",              pattern: "vfs_read" },
  { rule: "a pattern that is no word",              pattern: "vfs_* x" },
  { rule: "a machine without a list",               how: { isListed: false } },
  { rule: "one that cannot tell what it depends on", how: { keys: [undefined] } },
  { rule: "a module that came meanwhile",           how: { keys: ["boot 1", "boot 1 new"] } },
  { rule: "nothing",                                how: { functions: [] } },
  { rule: "more than is worth it",                  how: { functions: Array.from({ length: 4_097 }, (_, i) => ({ name: `f${i}` })) } },
  { rule: "a name that could be read otherwise",    how: { functions: [{ name: "a,b" }] } },
])("not kept: $rule", ({ pattern = "vfs_*", how }) => {
  expect(run(pattern, how).looked).toBe(1);
  expect(existsSync(join(folder, FILE))).toBe(false);
});

test("the latest patterns are kept", () => {
  for (let i = 0; i < 20; i++) run(`p${i}_*`);
  expect([3, 4, 19].map((i) => run(`p${i}_*`, { keys: ["boot 1", "another"] }).looked)).toEqual([1, 0, 0]);
});

test("a damaged file counts for nothing", () => {
  run("vfs_*");
  truncateSync(join(folder, FILE), 40);
  expect(run("vfs_*")).toEqual({ found: FOUND, looked: 1 });
});
