import { readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { needs } from "./needs.ts";
import { ScriptLab } from "./script-lab.ts";

// comm(pid): names of other processes, found in the kernel's tree of pids.

const lab = new ScriptLab();
afterAll(() => lab[Symbol.dispose]());

const nameOf = (pid: number) => readFileSync(`/proc/${pid}/comm`, "utf8").trimEnd();

test("comm(pid) is the name of the process with that pid, and empty where there is none", (t) => {
  needs(t, "btf");
  if (process.ppid === 0) return t.skip("needs a parent in the first pid namespace");
  const known = [process.pid, process.ppid];
  const asked = [...known, 0, -1, 0x3ffffff].map((pid) => `print(comm(${pid}));`).join(" ");
  expect(lab.lines(`BEGIN { ${asked} @[comm(pid)] = 1; print(@[comm]); clear(@); }`)).toEqual([
    ...known.map(nameOf),
    ...["", "", "", "1"],
  ]);
});
