// Our verdicts against those of the running kernel's verifier, on generated programs and on whole tables.
import { release } from "node:os";
import { afterAll, describe, expect, test } from "vitest";
import { kernelProfile } from "../../src/verify/profile/profile.ts";
import { type Compared, compare, type Outcome } from "./verify-agreement.ts";
import { possibleCpus } from "./verify-cpus.ts";
import { generate } from "./verify-generator.ts";
import { MAPS, TYPES_OF_PROGRAMS } from "./verify-maps.ts";
import { OracleMaps } from "./verify-oracle.ts";
import type { GeneratedProgram } from "./verify-programs.ts";
import { contextAccesses, helperCalls, kinds, results } from "./verify-sweeps.ts";

const FIRST_SEED = Number(process.env["SKEP_SEED"] ?? 20261121);
const PROGRAMS = Number(process.env["SKEP_PROGRAMS"] ?? 1000);
const CONTEXT_BYTES = 232; // as many as the largest context with fields has, and a few more
const TIMEOUT_MS = 600_000;

const series = /^\d+\.\d+/.exec(release())?.[0] ?? "";
const how: Compared = { profile: kernelProfile(series), possibleCpus: possibleCpus() };
const maps = new OracleMaps(MAPS, TYPES_OF_PROGRAMS.btf);
afterAll(() => maps[Symbol.dispose]());

function compareAll(programs: Iterable<GeneratedProgram>): { asked: Outcome[]; disagree: string[] } {
  const asked: Outcome[] = [];
  const disagree: string[] = [];
  for (const program of programs) {
    const outcome = compare(program, maps, how);
    if (outcome.kind === "unasked") continue;
    asked.push(outcome);
    if (outcome.kind.startsWith("false"))
      disagree.push(`${outcome.kind}: ${program.type} ${program.what}: ${outcome.about}`);
  }
  return { asked, disagree };
}

function* generated(): Iterable<GeneratedProgram> {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + PROGRAMS; seed++) {
    const program = generate(seed);
    yield { ...program, what: `seed ${seed}, ${program.what}` };
  }
}

test("generated programs: verdicts and their reasons", { timeout: TIMEOUT_MS }, () => {
  const { asked, disagree } = compareAll(generated());
  const refused = asked.filter(({ kind }) => kind === "both refuse");
  const sameReason = refused.filter((outcome) => outcome.sameReason);
  expect(asked.length).toBeGreaterThan(PROGRAMS * 0.7);
  expect(refused.length).toBeGreaterThan(PROGRAMS * 0.2);
  expect(disagree.length, disagree.join("\n")).toBeLessThanOrEqual(asked.length * 0.005);
  expect(sameReason.length).toBeGreaterThanOrEqual(refused.length * 0.95);
});

describe.each(kinds())("$type $attach.attachType", (kind) => {
  test("every access to its context, every helper, its results", { timeout: TIMEOUT_MS }, () => {
    const { disagree } = compareAll([
      ...results(kind),
      ...contextAccesses(kind, CONTEXT_BYTES),
      ...helperCalls(kind),
    ]);
    expect(disagree).toEqual([]);
  });
});
