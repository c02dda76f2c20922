import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ScriptLab } from "./script-lab.ts";

// Watchpoints on what a function is called with: the process stops until its memory is watched, so nothing is missed.

const CALLS = 40;
const SOURCE = `
#include <stdlib.h>
#include <unistd.h>
__attribute__((noinline)) void increment(int unused, int *i) { (*i)++; }
int main() {
  int *i = malloc(sizeof(int));
  for (int n = 0; n < ${CALLS}; n++) { increment(0, i); (*i)++; usleep(1000); }
  return 0;
}`;

const lab = new ScriptLab();
const folder = mkdtempSync(join(tmpdir(), "skep-watch-"));
const program = join(folder, "watched");
let refusal: string | undefined;

beforeAll(async () => {
  try {
    writeFileSync(join(folder, "watched.c"), SOURCE);
    execFileSync("gcc", ["-O0", "-o", program, join(folder, "watched.c")], { stdio: "ignore" });
    await lab.trace("watchpoint:0x10000000:8:w { }", ["/bin/true"]);
  } catch (error) {
    refusal = error instanceof Error ? error.message : String(error);
  }
});
afterAll(() => {
  lab[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

const COUNTED = /^@: (\d+)$/m;

test("every write to the argument of a function is seen", async ({ skip }) => {
  if (refusal) skip(refusal);
  const { maps } = await lab.trace("watchpoint:increment+arg1:4:w { @ = count(); }", [program], { program });
  expect(Number(COUNTED.exec(maps)?.[1])).toBe(2 * CALLS);
});

test("the function may be one of a file that is named", async ({ skip }) => {
  if (refusal) skip(refusal);
  const script = `watchpoint:${program}:increment+arg1:4:w { @[probe] = count(); }`;
  const { maps } = await lab.trace(script, [program], { program: "/bin/true" });
  expect(maps).toContain(`@[watchpoint:${program}:increment+arg1:4:w]: ${2 * CALLS}`);
});

test("without stopping the process the first writes may be missed", async ({ skip }) => {
  if (refusal) skip(refusal);
  const script = "asyncwatchpoint:increment+arg1:4:w { @ = count(); }";
  const { maps } = await lab.trace(script, [program], { program });
  expect(Number(COUNTED.exec(maps)?.[1] ?? 0)).toBeLessThanOrEqual(2 * CALLS);
});

test("unwatch() ends the watchpoints of an address", async ({ skip }) => {
  if (refusal) skip(refusal);
  const script = `watchpoint:increment+arg1:4:w { @ = count(); }
    uprobe:${program}:increment { @calls++; if (@calls == 20) { unwatch(arg1); } }`;
  const { maps } = await lab.trace(script, [program], { program });
  const seen = Number(COUNTED.exec(maps)?.[1]);
  expect(seen).toBeGreaterThanOrEqual(2 * 19);
  expect(seen).toBeLessThan(2 * CALLS);
});

test("an address that nobody watches is told", () => {
  const { records } = lab.run("BEGIN { unwatch(4096); }");
  expect(records).toContainEqual({ kind: "message", level: "warn", text: "0x1000 was not watched" });
});
