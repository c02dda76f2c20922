import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findBinary, resolveInRoot } from "./find-binary.ts";

let root = "";

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "find-binary-"));
  for (const folder of ["bin", "usr/bin", "lib"]) mkdirSync(join(root, folder), { recursive: true });
  for (const file of ["usr/bin/tool", "usr/bin/data", "lib/libx.so.1.2"]) writeFileSync(join(root, file), "x");
  chmodSync(join(root, "usr/bin/tool"), 0o755);
  symlinkSync("/usr/bin/tool", join(root, "bin/absolute"));
  symlinkSync("../usr/bin/tool", join(root, "bin/relative"));
  symlinkSync("../../../../../../../../../usr/bin/tool", join(root, "bin/outside"));
  symlinkSync("loop", join(root, "bin/loop"));
  symlinkSync("/lib", join(root, "lib64"));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

// biome-ignore format: one case per line
test.each([
  { rule: "a plain file",                         path: "/usr/bin/tool",          gives: "/usr/bin/tool" },
  { rule: "an absolute link stays in the root",   path: "/bin/absolute",          gives: "/usr/bin/tool" },
  { rule: "a relative link",                      path: "/bin/relative",          gives: "/usr/bin/tool" },
  { rule: "no link leads out of the root",        path: "/bin/outside",           gives: "/usr/bin/tool" },
  { rule: "a link in the middle",                 path: "/lib64/libx.so.1.2",     gives: "/lib/libx.so.1.2" },
  { rule: "dots",                                 path: "/usr/./lib/../bin/tool", gives: undefined },
  { rule: "dots along what there is",             path: "/usr/bin/../../lib/libx.so.1.2", gives: "/lib/libx.so.1.2" },
  { rule: "a circle",                             path: "/bin/loop",              gives: undefined },
  { rule: "nothing there",                        path: "/bin/none",              gives: undefined },
])("in another root: $rule", ({ path, gives }) => {
  expect(resolveInRoot(root, path)).toBe(gives === undefined ? undefined : root + gives);
});

test("a program is found along the path, if it can be run", () => {
  const path = `${root}/bin:${root}/usr/bin`;
  expect(findBinary("tool", { path })).toBe(`${root}/usr/bin/tool`);
  expect(findBinary("relative", { path })).toBe(`${root}/usr/bin/tool`);
  expect(findBinary("data", { path })).toBeUndefined();
});

test("a name with a slash is a path", () => {
  expect(findBinary(`${root}/usr/bin/data`)).toBe(`${root}/usr/bin/data`);
  expect(findBinary(`${root}/usr/bin`)).toBeUndefined();
  expect(findBinary("./no/such/thing")).toBeUndefined();
});

test("libc is found by any of its names, in a process's own mappings too", () => {
  const libc = findBinary("libc.so.6");
  expect(libc).toMatch(/libc[.-]/);
  for (const name of ["libc", "c", "libc.so"]) expect(findBinary(name)).toBe(libc);
  expect(findBinary("libc", { pid: process.pid })).toBe(libc);
});
