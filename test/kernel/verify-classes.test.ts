// Small programs of every class of check before the running kernel's verifier and ours, with all rights and with fewer.
import { release } from "node:os";
import { afterAll, describe, expect, test } from "vitest";
import { kernelProfile } from "../../src/verify/profile/profile.ts";
import { type Compared, compare } from "./verify-agreement.ts";
import { classNames, programsOf } from "./verify-classes.ts";
import { possibleCpus } from "./verify-cpus.ts";
import { MAPS, TYPES_OF_PROGRAMS } from "./verify-maps.ts";
import { OracleMaps } from "./verify-oracle.ts";

const TIMEOUT_MS = 600_000;

const series = /^\d+\.\d+/.exec(release())?.[0] ?? "";
const here: Compared = { profile: kernelProfile(series), possibleCpus: possibleCpus() };
const maps = new OracleMaps(MAPS, TYPES_OF_PROGRAMS.btf);
afterAll(() => maps[Symbol.dispose]());

const BASIC = ["flow", "numbers", "stack", "packets"];

// biome-ignore format: one way of loading per line
const WAYS: readonly Readonly<{ way: string; how: Compared; classes: readonly string[] }>[] = [
  { way: "as root",                    how: here,                              classes: classNames() },
  { way: "with CAP_BPF alone",         how: { ...here, privileged: false },    classes: BASIC },
  { way: "with strict alignment",      how: { ...here, strictAlignment: true }, classes: BASIC },
  { way: "with states compared often", how: { ...here, compareOften: true },   classes: [...BASIC, "iterators", "callbacks"] },
];

describe.each(WAYS)("$way", ({ how, classes }) => {
  test.each(classes)("%s", { timeout: TIMEOUT_MS }, (name) => {
    const disagree: string[] = [];
    let asked = 0;
    for (const program of programsOf(name)) {
      const { kind, about } = compare(program, maps, how);
      if (kind !== "unasked") asked++;
      if (kind.startsWith("false")) disagree.push(`${kind}: ${program.what}: ${about}`);
    }
    expect(disagree).toEqual([]);
    expect(asked).toBeGreaterThan(0);
  });
});
