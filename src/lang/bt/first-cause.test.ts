import { expect, test } from "vitest";
import { fakeTarget } from "../../../test/support/fake-target.ts";
import { compile } from "../../pipeline.ts";

// What goes wrong in an assignment is told once, not again wherever the variable or the map is read.

// biome-ignore format: one case per line
test.each([
  { rule: "a variable",                  source: "BEGIN { $x = ((struct task_struct *)curtask)->nope; $y = $x + 1; printf(\"%d %d\", $x, $y); }", codes: ["type/field"] },
  { rule: "a type that does not exist",  source: "BEGIN { $r = (struct nope *)5; print($r->a); }",                                codes: ["type/unknown"] },
  { rule: "a map, read elsewhere",       source: "BEGIN { @a[tid] = curtask->nope; } END /@a[tid]/ { print(@a[tid]); clear(@a); }",       codes: ["type/field"] },
  { rule: "a map, read before",          source: "END { print(@a); } BEGIN { @a = curtask->nope; }",                                      codes: ["type/field"] },
  { rule: "variables that hang on one",  source: "BEGIN { $x = $nope; $y = $x; print($y); }",                                             codes: ["name/variable"] },
  { rule: "nothing but itself",          source: "BEGIN { $x = $x; }",                                                                    codes: ["name/variable"] },
  { rule: "another variable",            source: "BEGIN { $x = curtask->nope; print($z); }",                                              codes: ["type/field", "name/variable"] },
])("$rule", ({ source, codes }) => {
  const { compiled, report } = compile({ name: "-e", text: source }, fakeTarget());
  expect(report.diagnostics.filter((d) => d.severity === "error").map((d) => d.code)).toEqual(codes);
  expect(compiled).toBeUndefined();
});
