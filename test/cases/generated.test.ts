import { expect, test } from "vitest";
import { simKernelTables } from "../../src/sim/btf/types.ts";
import { simulate } from "../../src/simulate.ts";
import { generateScript } from "../support/generate-script.ts";

// Scripts that a generator makes say the same in both engines; test/kernel/generated-scripts.test.ts compares with the kernel.

const tables = simKernelTables();

test.each(Array.from({ length: 40 }, (_, seed) => seed))("script %i in both engines", (seed) => {
  const source = generateScript(seed);
  const [jit, interpreter] = (["jit", "interpreter"] as const).map((engine) => {
    using run = simulate(source, { tables, engine, duration: "10 ms" });
    run.stop();
    return run.text;
  });
  expect(jit, source).toBe(interpreter);
  expect(jit).toMatch(/\S/);
});
