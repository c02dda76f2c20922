import { expect, test } from "vitest";
import { fakeTarget } from "../../../test/support/fake-target.ts";
import { compile } from "../../pipeline.ts";

// biome-ignore format: one case per line
test.each([
  { source: "BEGIN { for ($i : ⟦0..100000000⟧) { @ = count(); } }",          help: /shorter range/ },
  { source: "BEGIN { while ⟦(1)⟧ { @ = count(); } }",                        help: /`break`/ },
  { source: "BEGIN { for ($i : 0..8388608) { @ = count(); } }",             help: undefined },
  { source: "BEGIN { while (1) { @++; if (@ > 5) { break; } } }",           help: undefined },
  { source: "BEGIN { while (1) { @++; if (@ > 5) { return; } } }",          help: undefined },
  { source: "BEGIN { $i = 0; while ($i < 5) { $i++; } }",                   help: undefined },
  { source: "BEGIN { while (0) { @++; } }",                                 help: undefined },
])("$source", ({ source, help }) => {
  const text = source.replace(/[⟦⟧]/g, "");
  const { compiled, report } = compile({ name: "-e", text }, fakeTarget());
  expect(compiled).toBeDefined();
  const [warning, ...more] = report.diagnostics;
  expect(more).toEqual([]);
  if (help === undefined) return expect(warning).toBeUndefined();
  expect(warning).toMatchObject({ code: "lint/long-loop", severity: "warning", help: expect.stringMatching(help) });
  expect(text.slice(warning?.span.start, warning?.span.end)).toBe(/⟦(.*)⟧/.exec(source)?.[1]);
});
