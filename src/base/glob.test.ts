import { expect, test } from "vitest";
import { cpuMs } from "../../test/support/cpu-time.ts";
import { globMatcher } from "./glob.ts";

// biome-ignore format: one case per line
test.each<{ rule: string; pattern: string; name: string; matches: boolean }>([
  { rule: "a plain name is itself",            pattern: "sys_enter_read",  name: "sys_enter_read",  matches: true },
  { rule: "a plain name is nothing else",      pattern: "sys_enter_read",  name: "sys_enter_readv", matches: false },
  { rule: "* is any text",                     pattern: "sys_*_read",      name: "sys_enter_read",  matches: true },
  { rule: "* is also nothing",                 pattern: "*read*",          name: "read",            matches: true },
  { rule: "* goes back when it took too much", pattern: "*aab",            name: "aaaab",           matches: true },
  { rule: "two * in a row",                    pattern: "a**b",            name: "ab",              matches: true },
  { rule: "? is one character",                pattern: "re?d",            name: "read",            matches: true },
  { rule: "? is not nothing",                  pattern: "read?",           name: "read",            matches: false },
  { rule: "a set",                             pattern: "[rw]*",           name: "write",           matches: true },
  { rule: "a range",                           pattern: "cpu[0-9]",        name: "cpu7",            matches: true },
  { rule: "a negated set",                     pattern: "cpu[!0-9]",       name: "cpu7",            matches: false },
  { rule: "a ] first in a set",                pattern: "[]a]",            name: "]",               matches: true },
  { rule: "a [ without ] is itself",           pattern: "a[b",             name: "a[b",             matches: true },
  { rule: "a dot is no wildcard",              pattern: "a.c*",            name: "abc",             matches: false },
])("$rule: $pattern against $name", ({ pattern, name, matches }) => {
  expect(globMatcher(pattern)(name)).toBe(matches);
});

test("a pattern of many * takes bounded time", () => {
  const start = cpuMs();
  expect(globMatcher("*a".repeat(40).concat("b"))("a".repeat(2000))).toBe(false);
  expect(cpuMs() - start).toBeLessThan(1000);
});
