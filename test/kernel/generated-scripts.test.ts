import { afterAll, expect, test } from "vitest";
import { simKernelTables } from "../../src/sim/btf/types.ts";
import { simulate } from "../../src/simulate.ts";
import { generateScript } from "../support/generate-script.ts";
import { ScriptLab } from "./script-lab.ts";

// Scripts that a generator makes: the kernel's verifier takes them, and they say what they say on the simulated machine.

const lab = new ScriptLab();
const tables = simKernelTables();
afterAll(() => lab[Symbol.dispose]());

test.each(Array.from({ length: 24 }, (_, seed) => 1000 + seed))("script %i", (seed) => {
  const source = generateScript(seed);
  using simulated = simulate(source, { tables, duration: "10 ms" });
  simulated.stop();
  const { printed, maps } = lab.run(source);
  const plain = (text: string) => text.replace(/\s+/g, " ").trim();
  expect(plain(`${printed} ${maps}`), source).toBe(plain(simulated.text));
});
