import { expect, test } from "vitest";
import { fakeTarget } from "../../../test/support/fake-target.ts";
import { compile } from "../../pipeline.ts";

// What a map holds may be told by a later program than the one that reads it.

const WRITES = "END { @from[tid] = comm; @stack[tid] = kstack; }";

// biome-ignore format: one case per line
test.each<{ rule: string; reads: string }>([
  { rule: "its value is kept in another map",        reads: "BEGIN { @to[tid] = @from[tid]; print(@to[tid]); }" },
  { rule: "its value is a key",                      reads: "BEGIN { @seen[@from[tid]] = count(); @both[1, @from[tid]] = 1; }" },
  { rule: "its value goes through a variable",       reads: "BEGIN { $x = @from[tid]; @to[tid] = $x; if ($x == \"sh\") { print($x); } }" },
  { rule: "its value is a field of a record",        reads: "BEGIN { if (@worst[tid].ns < 5) { @worst[tid] = (ns = 1, stack = @stack[tid]); } print(@worst[tid].stack); }" },
  { rule: "its value is a part of a tuple",          reads: "BEGIN { $t = (1, @from[tid]); @to[tid] = $t; print(@to[tid].1); }" },
  { rule: "its entries are gone through",            reads: "BEGIN { for ($kv : @from) { @to[$kv.1] = $kv.0; } @to[\"sh\"] = 1; }" },
  { rule: "its value is chosen",                     reads: "BEGIN { @to[tid] = pid ? @from[tid] : \"none\"; }" },
  { rule: "its value goes on to a third",            reads: "BEGIN { @third = @second; } END { @second = @from[tid]; }" },
])("a map is read before it is written: $rule", ({ reads }) => {
  const { compiled, report } = compile({ name: "-e", text: `${reads} ${WRITES}` }, fakeTarget());
  expect(report.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  expect(compiled).toBeDefined();
});

test("maps that only hold each other's values hold numbers", () => {
  const text = "BEGIN { @a = @b; } END { @b = @a; print((@a, @b)); }";
  expect(compile({ name: "-e", text }, fakeTarget()).compiled).toBeDefined();
});

test("a map that nothing is stored in is still reported", () => {
  const text = "BEGIN { @a = @never; print(@a); }";
  const { report } = compile({ name: "-e", text }, fakeTarget());
  expect(report.diagnostics.map(({ code }) => code)).toEqual(["name/map"]);
});
