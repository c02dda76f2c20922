import { expect, test } from "vitest";
import { compileGlob, hasWildcard } from "./glob.ts";

// biome-ignore format: one case per line
test.each<{ rule: string; pattern: string; yes: string[]; no: string[] }>([
  { rule: "a plain name matches itself only", pattern: "vfs_read", yes: ["vfs_read"], no: ["vfs_readv", "xvfs_read", ""] },
  { rule: "a star at the end", pattern: "sys_enter_*", yes: ["sys_enter_", "sys_enter_open"], no: ["sys_exit_open"] },
  { rule: "stars on both sides", pattern: "*sock*", yes: ["sock", "asocket", "sosock"], no: ["soc", "so_ck"] },
  { rule: "several stars backtrack", pattern: "a*b*c", yes: ["abc", "aXbYc", "abcbc"], no: ["ab", "acb"] },
  { rule: "only a star", pattern: "*", yes: ["", "x", "a/b"], no: [] },
  { rule: "doubled stars are one", pattern: "a**b", yes: ["ab", "axb"], no: ["a"] },
  { rule: "a question mark is one character", pattern: "sd?", yes: ["sda"], no: ["sd", "sdaa"] },
  { rule: "a set", pattern: "sys_[er]*", yes: ["sys_e", "sys_rx"], no: ["sys_x", "sys_"] },
  { rule: "a range", pattern: "cpu[0-3]", yes: ["cpu0", "cpu3"], no: ["cpu4", "cpu-"] },
  { rule: "a set turned round", pattern: "[!a-c]x", yes: ["dx"], no: ["ax", "x"] },
  { rule: "a set turned round by a caret", pattern: "[^a]", yes: ["b"], no: ["a", "^^"] },
  { rule: "a bracket that comes first is in the set", pattern: "[]x]", yes: ["]", "x"], no: ["[", ""] },
  { rule: "a dash at the end is a dash", pattern: "[a-]", yes: ["a", "-"], no: ["b"] },
  { rule: "an open bracket without end is itself", pattern: "a[b", yes: ["a[b"], no: ["ab"] },
  { rule: "a backslash takes the meaning away", pattern: "a\\*b", yes: ["a*b"], no: ["axb"] },
])("glob: $rule", ({ pattern, yes, no }) => {
  const match = compileGlob(pattern);
  for (const name of yes) expect(match(name), name).toBe(true);
  for (const name of no) expect(match(name), name).toBe(false);
});

test("a hostile pattern takes no exponential time", () => {
  const match = compileGlob("*a*a*a*a*a*a*a*a*a*a*b");
  const started = performance.now();
  expect(match("a".repeat(5000))).toBe(false);
  expect(performance.now() - started).toBeLessThan(1000);
});

test("names without wildcards are told apart", () => {
  expect(["a*", "a?", "a[b]", "a"].map(hasWildcard)).toEqual([true, true, true, false]);
});
