import { expect, test } from "vitest";
import { simKernelTables } from "../../src/sim/btf/types.ts";
import { SCENARIOS } from "../../src/sim/scenarios/table.ts";
import { simulate } from "../../src/simulate.ts";
import { programOf, simulatedOf } from "./command-line.ts";

const tables = simKernelTables();
const LINES = SCENARIOS.flatMap(({ name, tryWith }) => tryWith.map((line) => ({ name, line })));

test.each(LINES)(
  "$name shows something with: $line",
  ({ name, line }) => {
    using run = simulate(simulatedOf(programOf(line)), { scenario: name, duration: "2 s", tables });
    expect(run.text).toMatch(/@.*: \d|\w.{9}/s);
  },
  60_000,
);
