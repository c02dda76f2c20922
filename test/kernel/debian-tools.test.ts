import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { simKernelTables } from "../../src/sim/btf/types.ts";
import { simulate } from "../../src/simulate.ts";

// The tools of Debian's package bpftrace, as they are installed: each compiles and attaches on the simulated machine.

const FOLDER = "/usr/sbin/";
const tools = existsSync(FOLDER) ? readdirSync(FOLDER).filter((name) => name.endsWith(".bt")) : [];
const tables = simKernelTables();

test.skipIf(tools.length === 0).each(tools)("%s of Debian's package runs in the simulated machine", (name) => {
  const source = readFileSync(FOLDER + name, "utf8");
  using run = simulate(source, { tables, args: ["1"], scenario: "idle-desktop", duration: "20 ms" });
  run.stop();
  expect(run.records).toContainEqual(expect.objectContaining({ kind: "attached" }));
});
