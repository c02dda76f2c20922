import { expect, test } from "vitest";
import { fakeTarget } from "../../../test/support/fake-target.ts";
import { compile } from "../../pipeline.ts";

// biome-ignore format: one case per line
test.each<{ rule: string; body: string }>([
  { rule: "a text of a list of texts, whose type has a const between its stars", body: "print(str(args.argv[1]));" },
  { rule: "the same with a variable",             body: "$i = 1; while ($i < 8 && args.argv[$i] != 0) { print(str(args->argv[$i])); $i++; }" },
  { rule: "the same by a pointer",                body: "$list = args.argv; print(str($list[1])); print(str(*(args.argv + 1)));" },
  { rule: "a byte of a text",                     body: "if (args.argv[0][0] == 47) { print(1); }" },
])("$rule", ({ body }) => {
  const text = `tracepoint:syscalls:sys_enter_execve { ${body} }`;
  const { compiled, report } = compile({ name: "-e", text }, fakeTarget());
  expect(report.diagnostics).toEqual([]);
  expect(compiled).toBeDefined();
});
