// Random programs: the kernel's verifier accepts what we compile, and its JIT computes what the IR means, with the
// optimizer on and off and for both instruction sets.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import type { TestContext } from "vitest";
import { expect, test } from "vitest";
import type { Module } from "../../src/ir/ir.ts";
import { parseModule } from "../../src/ir/parse.ts";
import { printModule } from "../../src/ir/print.ts";
import { optimize } from "../../src/opt/pipeline.ts";
import { arbitraryCase } from "../support/arbitrary-module.ts";
import { compileModule, runIr } from "../support/differential.ts";
import { longFunction, manyValues, nestedCalls } from "../support/large-modules.ts";
import { OWN_PID_TGID, runInKernel } from "../support/run-in-kernel.ts";
import { isOlder, needs } from "./needs.ts";

const release = readFileSync("/proc/sys/kernel/osrelease", "utf8").trim();
const RUNS = 150;

function needsCpu(context: TestContext, cpu: 3 | 4): void {
  needs(context, "raw-tp", "bpf-loop");
  if (cpu === 4 && isOlder(release, "6.6")) context.skip("needs cpu v4: Linux 6.6 or later");
}

/** What the verifier gives up on, however it was compiled: too many ways through the program. */
const TOO_COMPLEX = /processed 1000001 insns|sequence of \d+ jumps/;

// biome-ignore format: one case per line
test.for([
  { rule: "cpu v3",            cpu: 3, optimized: false },
  { rule: "cpu v3, optimized", cpu: 3, optimized: true },
  { rule: "cpu v4",            cpu: 4, optimized: false },
  { rule: "cpu v4, optimized", cpu: 4, optimized: true },
] as const)("random programs: $rule", ({ cpu, optimized }, context) => {
  needsCpu(context, cpu);
  let ran = 0;
  fc.assert(
    fc.property(arbitraryCase({ size: 60 }), ({ module, inputs }) => {
      const given = { ...inputs, pidTgid: OWN_PID_TGID };
      const subject = parseModule(printModule(module));
      if (optimized) optimize(subject, undefined, { check: true });
      try {
        const { result, ...maps } = runIr(module, given);
        expect(runInKernel(compileModule(subject, cpu), given)).toEqual({ result: BigInt.asUintN(32, result), ...maps });
        ran++;
      } catch (error) {
        if (!TOO_COMPLEX.test(String(error))) throw error;
      }
    }),
    { numRuns: RUNS },
  );
  expect(ran).toBeGreaterThan(RUNS * 0.95);
});

const LARGE: readonly { rule: string; make: () => Module }[] = [
  { rule: "40 values across calls", make: () => manyValues(40) },
  { rule: "150 values across calls: more than a frame holds", make: () => manyValues(150) },
  { rule: "6 nested functions with 200 bytes each", make: () => nestedCalls(6, 200) },
  { rule: "3 nested functions with 2,000 bytes each", make: () => nestedCalls(3, 2000) },
  { rule: "10,000 steps", make: () => longFunction(10_000) },
  { rule: "60,000 steps: jumps beyond 16 bits", make: () => longFunction(60_000) },
];

test.for(LARGE.flatMap(({ rule, make }) => [3, 4].map((cpu) => ({ rule, make, cpu: cpu as 3 | 4 }))))(
  "$rule, cpu v$cpu",
  ({ make, cpu }, context) => {
    needsCpu(context, cpu);
    const module = make();
    const inputs = { ctx: [3n, 5n, 7n, 11n, 13n], pidTgid: OWN_PID_TGID };
    const { result, ...maps } = runIr(module, inputs);
    const expected = { result: BigInt.asUintN(32, result), ...maps };
    expect(runInKernel(compileModule(module, cpu), inputs)).toEqual(expected);
    optimize(module, undefined, { check: true });
    expect(runInKernel(compileModule(module, cpu), inputs)).toEqual(expected);
  },
);
