// Users without any capability load socket filters and programs for cgroups' packets, where the machine lets them: what
// the running kernel says of theirs, and what we say. The machine is told to let them, so this runs in guests only.
import { readFileSync, writeFileSync } from "node:fs";
import { hostname, release } from "node:os";
import { afterAll, beforeAll, expect, type TestContext, test } from "vitest";
import type { ProgramType } from "../../src/abi/attach-spec.ts";
import { compareReleases } from "../../src/abi/release.ts";
import { kernelProfile } from "../../src/verify/profile/profile.ts";
import { type Compared, compare, type Outcome } from "./verify-agreement.ts";
import { programsOf } from "./verify-classes.ts";
import { possibleCpus } from "./verify-cpus.ts";
import { generate } from "./verify-generator.ts";
import { MAPS, TYPES_OF_PROGRAMS } from "./verify-maps.ts";
import { OracleMaps } from "./verify-oracle.ts";
import type { GeneratedProgram } from "./verify-programs.ts";
import { contextAccesses, helperCalls, results } from "./verify-sweeps.ts";

const TIMEOUT_MS = 300_000;
const SWITCH = "/proc/sys/kernel/unprivileged_bpf_disabled";
const FOR_EVERYBODY: readonly ProgramType[] = ["socketFilter", "cgroupSkb"];
const SEEDS = { first: 95_000, count: Number(process.env["SKEP_PROGRAMS"] ?? 120) };
const CONTEXT_BYTES = 200;

const series = /^\d+\.\d+/.exec(release())?.[0] ?? "";
const how: Compared = {
  profile: kernelProfile(series),
  possibleCpus: possibleCpus(),
  privileged: false,
  capBpf: false,
};
const maps = new OracleMaps(MAPS, TYPES_OF_PROGRAMS.btf);
// Where the machine was told not to care for what processors guess, kernels since 6.7 do not look for it in programs.
const looksAtGuesses =
  compareReleases(series, "6.7") < 0 || !readFileSync("/proc/cmdline", "utf8").includes("mitigations=off");
const isGuest = hostname() === "guest";
let before = "";

beforeAll(() => {
  if (!isGuest) return;
  before = readFileSync(SWITCH, "utf8");
  writeFileSync(SWITCH, "0");
});
afterAll(() => {
  maps[Symbol.dispose]();
  if (isGuest) writeFileSync(SWITCH, before);
});

function inGuest(t: TestContext): void {
  if (!isGuest) t.skip("lets everybody on the machine load programs: in guests only");
}

function compareAll(programs: Iterable<GeneratedProgram>) {
  const outcomes: Outcome[] = [];
  const disagree: string[] = [];
  for (const program of programs) {
    const outcome = compare(program, maps, how);
    if (outcome.kind === "unasked") continue;
    outcomes.push(outcome);
    if (outcome.kind === "false accept" || (outcome.kind === "false reject" && looksAtGuesses))
      disagree.push(`${outcome.kind}: ${program.type} ${program.what}: ${outcome.about}`);
  }
  return { outcomes, disagree };
}

test("generated programs", { timeout: TIMEOUT_MS }, (t) => {
  inGuest(t);
  const programs = function* () {
    let found = 0;
    for (let seed = SEEDS.first; found < SEEDS.count; seed++) {
      const program = generate(seed);
      if (!FOR_EVERYBODY.includes(program.type)) continue;
      found++;
      yield { ...program, what: `seed ${seed}, ${program.what}` };
    }
  };
  const { outcomes, disagree } = compareAll(programs());
  expect(disagree).toEqual([]);
  expect(outcomes.filter(({ kind }) => kind === "both accept").length).toBeGreaterThan(SEEDS.count * 0.05);
  const refused = outcomes.filter(({ kind }) => kind === "both refuse");
  expect(refused.filter(({ sameReason }) => sameReason).length).toBeGreaterThan(refused.length * 0.65);
});

test("programs of the classes flow, numbers, stack and packets", { timeout: TIMEOUT_MS }, (t) => {
  inGuest(t);
  const programs = ["flow", "numbers", "stack", "packets"]
    .flatMap((name) => programsOf(name))
    .filter(({ type }, index) => FOR_EVERYBODY.includes(type) && index % 7 === 0);
  const { outcomes, disagree } = compareAll(programs);
  expect(disagree).toEqual([]);
  expect(outcomes.length).toBeGreaterThan(5);
});

test.for(FOR_EVERYBODY)("%s: fields of the context, helpers, results", { timeout: TIMEOUT_MS }, (type, t) => {
  inGuest(t);
  const kind = { type, attach: {} };
  const all = [...results(kind), ...helperCalls(kind), ...contextAccesses(kind, CONTEXT_BYTES)];
  const { disagree } = compareAll(all.filter((_, index) => index % 31 === 0));
  expect(disagree).toEqual([]);
});
