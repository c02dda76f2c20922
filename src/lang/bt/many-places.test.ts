import { expect, test } from "vitest";
import { fakeTarget } from "../../../test/support/fake-target.ts";
import { compile } from "../../pipeline.ts";
import type { Feature } from "../../plan/target.ts";

// How many programs the places of a list take, and which of them may be missing.

const LIST = "rawtracepoint:sched_switch, rawtracepoint:sys_enter, rawtracepoint:sys_exit";

// biome-ignore format: one case per line
test.each<{ rule: string; source: string; lacks?: readonly Feature[]; programs: number }>([
  { rule: "one for all, when nothing depends on the place",      source: `${LIST} { @ = count(); }`,         programs: 1 },
  { rule: "one that reads where it is by its cookie",            source: `${LIST} { @[probe] = count(); }`,  programs: 1 },
  { rule: "one for each where there are no cookies",             source: `${LIST} { @[probe] = count(); }`,  programs: 3, lacks: ["rawTracepointCookie"] },
  { rule: "one for each list of arguments, when they are read",                             source: `${LIST} { @ = arg0; }`,            programs: 3 },
])("programs: $rule", ({ source, lacks = [], programs }) => {
  const { compiled, report } = compile({ name: "-e", text: source }, fakeTarget({ lacks }));
  expect(report.diagnostics.filter((d) => d.severity === "error")).toEqual([]);
  expect(compiled?.plan.programs).toHaveLength(programs);
});

// biome-ignore format: one case per line
test.each([
  { rule: "found by a pattern",                        source: "rawtracepoint:sched_s* { @ = 1; }",   wild: true },
  { rule: "named",                                     source: "rawtracepoint:sched_switch { @ = 1; }", wild: undefined },
  { rule: "by a pattern that must be there as a whole", source: 'config = { missing_probes = "error"; } rawtracepoint:sched_s* { @ = 1; }', wild: undefined },
])("a place may be missing: $rule", ({ source, wild }) => {
  const { compiled, report } = compile({ name: "-e", text: source }, fakeTarget({}));
  expect(report.diagnostics).toEqual([]);
  expect(compiled?.plan.programs[0]?.points[0]?.wild).toBe(wild);
});
