import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { simKernelTables } from "../../src/sim/btf/types.ts";
import type { Duration } from "../../src/sim/world/duration.ts";
import { simulate } from "../../src/simulate.ts";
import { parseCase, printCase } from "../support/case-file.ts";
import { simulatedOf } from "./command-line.ts";

// Each file in golden/ is a tool or a script on a scenario, and what it prints: the same on every machine, to the byte.
// UPDATE=1 rewrites the section `output`: read the difference before you commit it.

const folder = fileURLToPath(new URL("golden/", import.meta.url));
const update = process.env["UPDATE"] === "1";
const tables = simKernelTables();

test.each(readdirSync(folder).filter((name) => name.endsWith(".case")))("%s", (name) => {
  const text = readFileSync(folder + name, "utf8");
  const file = parseCase(text);
  const section = (key: string) => file.sections.get(key) ?? "";
  using run = simulate(simulatedOf(section("source")), {
    scenario: section("scenario"),
    seed: Number(section("seed") || 1),
    duration: section("duration") as Duration,
    tables,
  });
  const output = run.text.replace(/[ \t]+$/gm, "").trimEnd();
  const now = printCase({ ...file, sections: new Map(file.sections).set("output", output) });
  if (update) writeFileSync(folder + name, now);
  else expect(now).toBe(text);
  expect(run.losses).toEqual({
    events: 0n,
    mapFull: 0n,
    stacks: 0n,
    truncatedStrings: 0n,
    unread: 0n,
    unnamed: 0n,
  });
});
