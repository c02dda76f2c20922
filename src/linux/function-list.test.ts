import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { listOfFunctions } from "./function-list.ts";
import { functionListKey } from "./function-list-key.ts";
import { folderForKept } from "./kept-folder.ts";

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "skep-functions-"));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const LIVE =
  "nf_tables 311296 0 - Live 0xffffffffc0400000\nlibcrc32c 12288 1 nf_tables, Live 0xffffffffc0300000 (E)\n";

/** A kernel's files, some of them changed; undefined takes one away. */
function keyOf(changed: Partial<Record<"boot" | "modules" | "total", string | undefined>> = {}) {
  const files = { boot: "b00-7\n", modules: LIVE, total: "36335 pages:153 groups: 10\n", ...changed };
  const paths = {
    boot: "proc/sys/kernel/random/boot_id",
    modules: "proc/modules",
    total: "tracing/dyn_ftrace_total_info",
  };
  for (const [name, path] of Object.entries(paths)) {
    const text = files[name as keyof typeof files];
    mkdirSync(join(base, path, ".."), { recursive: true });
    if (text === undefined) rmSync(join(base, path), { force: true });
    else writeFileSync(join(base, path), text);
  }
  for (const name of ["nf_tables", "libcrc32c", "extra"])
    mkdirSync(join(base, "sys", name), { recursive: true });
  return functionListKey(join(base, "tracing"), { proc: join(base, "proc"), modules: join(base, "sys") });
}

// biome-ignore format: one case per line
test.each([
  { rule: "another boot",               changed: { boot: "b00-8\n" } },
  { rule: "a module more",              changed: { modules: `extra 4096 0 - Live 0xffffffffc0200000\n${LIVE}` } },
  { rule: "a module less",              changed: { modules: LIVE.split("\n")[0] } },
  { rule: "no modules",                 changed: { modules: undefined } },
  { rule: "a module at another place",  changed: { modules: LIVE.replace("c0400000", "c0500000") } },
  { rule: "a module of another size",   changed: { modules: LIVE.replace("311296", "311297") } },
  { rule: "more functions",             changed: { total: "36336 pages:153 groups: 10\n" } },
])("another key: $rule", ({ changed }) => {
  expect(keyOf(changed)).not.toBe(keyOf());
  expect(keyOf(changed)).toBeDefined();
});

test("another key: a module that went and came again", () => {
  const before = keyOf();
  mkdirSync(join(base, "sys", "new"));
  rmSync(join(base, "sys", "nf_tables"), { recursive: true });
  mkdirSync(join(base, "sys", "kept"), { recursive: true }); // takes the number that became free, where numbers are given again
  expect(keyOf()).not.toBe(before);
});

// biome-ignore format: one case per line
test.each([
  { rule: "the users of a module",      changed: { modules: LIVE.replace("311296 0 -", "311296 3 other,") } },
  { rule: "the order of modules",       changed: { modules: `${LIVE.trim().split("\n").reverse().join("\n")}\n` } },
])("the same key: $rule", ({ changed }) => {
  const key = keyOf();
  expect(keyOf(changed)).toBe(key);
});

// biome-ignore format: one case per line
test.each([
  { rule: "no boot",                    changed: { boot: undefined } },
  { rule: "no count of functions",      changed: { total: undefined } },
  { rule: "a count that is none",       changed: { total: "?" } },
  { rule: "a module that is coming",    changed: { modules: LIVE.replace("Live", "Loading") } },
  { rule: "a module that is going",     changed: { modules: LIVE.replace("Live", "Unloading") } },
  { rule: "a module that sysfs lacks",  changed: { modules: LIVE.replace("nf_tables 3", "gone 3") } },
  { rule: "a torn line",                changed: { modules: "nf_tables" } },
])("no key: $rule", ({ changed }) => {
  expect(keyOf(changed)).toBeUndefined();
});

function lister(list: string | undefined) {
  let asked = 0;
  return {
    root: () => "/tracing",
    functionList() {
      asked++;
      return list;
    },
    asked: () => asked,
  };
}

test("the kernel is asked once per key", () => {
  const folder = join(base, "skep");
  const first = lister("a\nb\n");
  expect(listOfFunctions(first, folder, () => "k1")).toBe("a\nb\n");
  expect(listOfFunctions(first, folder, () => "k1")).toBe("a\nb\n");
  expect(first.asked()).toBe(1);
  const later = lister("a\nb\nc [m]\n");
  expect(listOfFunctions(later, folder, () => "k2")).toBe("a\nb\nc [m]\n");
  expect(listOfFunctions(later, folder, () => "k2")).toBe("a\nb\nc [m]\n");
  expect(later.asked()).toBe(1);
});

test("a list that was written while modules came is not kept", () => {
  const folder = join(base, "skep");
  const keys = ["k1", "k2", "k1"];
  const kernel = lister("half");
  expect(listOfFunctions(kernel, folder, () => keys.shift())).toBe("half");
  expect(listOfFunctions(kernel, folder, () => "k1")).toBe("half");
  expect(kernel.asked()).toBe(2);
});

// biome-ignore format: one case per line
test.each([
  { rule: "no folder",  folder: undefined, key: "k" },
  { rule: "no key",     folder: "skep",    key: undefined },
])("always asked: $rule", ({ folder, key }) => {
  const kernel = lister("a\n");
  for (let i = 0; i < 2; i++)
    expect(listOfFunctions(kernel, folder === undefined ? undefined : join(base, folder), () => key)).toBe("a\n");
  expect(kernel.asked()).toBe(2);
});

test("a kernel without a list", () => {
  expect(listOfFunctions(lister(undefined), join(base, "skep"), () => "k")).toBeUndefined();
});

// biome-ignore format: one case per line
test.each([
  { rule: "root's own",                       uid: 0,    runtime: undefined,        gives: "/run/skep" },
  { rule: "root's own, in another's session", uid: 0,    runtime: "/run/user/1000", gives: "/run/skep" },
  { rule: "a user's",                         uid: 1000, runtime: "/run/user/1000", gives: "/run/user/1000/skep" },
  { rule: "none without a session",           uid: 1000, runtime: undefined,        gives: undefined },
  { rule: "none in a place of no name",       uid: 1000, runtime: "run",            gives: undefined },
  { rule: "as wished",                        uid: 0,    runtime: undefined, wish: "/var/cache/skep", gives: "/var/cache/skep" },
  { rule: "switched off",                     uid: 0,    runtime: undefined, wish: "0", gives: undefined },
  { rule: "switched off by nothing",          uid: 1000, runtime: "/run/user/1000", wish: "", gives: undefined },
])("kept in: $rule", ({ uid, runtime, wish, gives }) => {
  expect(folderForKept(wish, runtime, uid)).toBe(gives);
});
