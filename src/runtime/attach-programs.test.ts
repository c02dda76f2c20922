import { expect, test } from "vitest";
import { SkepError } from "../base/errors.ts";
import type { AttachPlan, ProgramPlan } from "../plan/plan.ts";
import { attachPrograms, leftOut } from "./attach-programs.ts";
import type { AttachFailure, AttachRequest } from "./backend.ts";

/** `bad` names are refused. Like the real one: strict, or when nothing could be attached, the first refusal is thrown. */
function loadedWithout(bad: readonly string[]) {
  const attached: string[] = [];
  return {
    attached,
    attach(
      _program: string,
      requests: readonly AttachRequest[],
      options?: { strict?: boolean },
    ): AttachFailure[] {
      const failures: AttachFailure[] = [];
      const good: string[] = [];
      for (const { attach } of requests) {
        const name = attach.kind === "kprobe" ? attach.function : "";
        if (bad.includes(name))
          failures.push({
            attach,
            error: new SkepError(`no ${name}`, { code: "linux/no-target", remedy: "…" }),
          });
        else good.push(name);
      }
      const [first] = failures;
      if (first && (options?.strict !== false || good.length === 0)) throw first.error;
      attached.push(...good);
      return failures;
    },
  };
}

function program(names: string, wild = true): ProgramPlan {
  const points = names.split(" ").map(
    (name): AttachPlan => ({
      attach: { kind: "kprobe", function: name, return: false },
      probe: `kprobe:${name}`,
      ...(wild && { wild: true }),
    }),
  );
  return { program: `p_${names}`, phase: "trace", points };
}

// biome-ignore format: one case per line
test.each<{ rule: string; programs: ProgramPlan[]; bad: string[]; gives: string[]; probes: number }>([
  { rule: "all of a pattern",                        programs: [program("a b c")],                 bad: [],         gives: ["a", "b", "c"], probes: 3 },
  { rule: "a pattern without what is refused",       programs: [program("a b c")],                 bad: ["b"],      gives: ["a", "c"],      probes: 2 },
  { rule: "a program for each, without one",         programs: [program("a"), program("b")],       bad: ["a"],      gives: ["b"],           probes: 1 },
  { rule: "named beside a pattern's",                programs: [program("n", false), program("a b")], bad: ["a"],   gives: ["n", "b"],      probes: 2 },
])("attached: $rule", ({ programs, bad, gives, probes }) => {
  const loaded = loadedWithout(bad);
  const attached = attachPrograms(loaded, programs);
  expect(loaded.attached).toEqual(gives);
  expect(attached.probes).toBe(probes);
  expect(attached.failures).toHaveLength(bad.length);
});

// biome-ignore format: one case per line
test.each<{ rule: string; programs: ProgramPlan[]; bad: string[] }>([
  { rule: "a name that was asked for",               programs: [program("a", false)],              bad: ["a"] },
  { rule: "a name beside a pattern's in a program",  programs: [{ ...program("a b"), points: [...program("a", false).points, ...program("b").points] }], bad: ["a"] },
  { rule: "everything that a pattern found",         programs: [program("a b")],                   bad: ["a", "b"] },
  { rule: "… with a program for each",               programs: [program("a"), program("b")],       bad: ["a", "b"] },
  { rule: "… while another probe could be had",      programs: [program("n", false), program("a")], bad: ["a"] },
])("an error: $rule", ({ programs, bad }) => {
  expect(() => attachPrograms(loadedWithout(bad), programs)).toThrow("no a");
});

test("a bug is no refusal", () => {
  const attach = () => {
    throw new Error("bug: here");
  };
  expect(() => attachPrograms({ attach }, [program("a"), program("b")])).toThrow("bug: here");
});

// biome-ignore format: one case per line
test.each([
  { rule: "nothing",  bad: [],         says: undefined },
  { rule: "one",      bad: ["b"],      says: "one place that a pattern found is left out: no b" },
  { rule: "several",  bad: ["c", "b"], says: "2 places that patterns found are left out; the first: no b" },
])("what is left out is told: $rule", ({ bad, says }) => {
  expect(leftOut(attachPrograms(loadedWithout(bad), [program("a b c")]))).toBe(says);
});
