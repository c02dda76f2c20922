import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { compiledOnce } from "./compiled-once.ts";
import { BpfFs } from "./linux-lab.ts";
import { needs } from "./needs.ts";
import { ScriptLab } from "./script-lab.ts";
import { type RunningSkep, runSkep, startSkep } from "./skep-command.ts";

// Probes that no event of the kernel's code fires: iterators, watchpoints, signals of one's own, tests, benchmarks.

const isGuest = hostname() === "guest"; // its emulated processor is slow
const lab = new ScriptLab();
const folder = mkdtempSync(join(tmpdir(), "skep-own-"));
afterAll(() => {
  lab[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

test("an iterator over tasks shows this process, and its script ends by itself", async (t) => {
  needs(t, "iter");
  const script = `iter:task /ctx.task.tgid == ${process.pid}/ { @[ctx.task.tgid] = count(); } END { print("end"); }`;
  const { out, status } = await runSkep("-e", script);
  expect(out).toMatch(new RegExp(`end\\n.*\\n*@\\[${process.pid}\\]: [1-9]`));
  expect(status).toBe(0);
});

test("a long walk loses nothing: the ring is read in between", async (t) => {
  needs(t, "iter");
  const { out, err } = await runSkep(
    "-e",
    'iter:task_file { printf("%s %d %s\\n", ctx.task.comm, ctx.fd, str(ctx.file.f_path.dentry.d_name.name)); @n = count(); }',
  );
  const lines = out.split("\n").filter((line) => / \d+ /.test(line) && !line.startsWith("@"));
  expect(out).toContain(`@n: ${lines.length - 1}`); // but for "Attached 1 probe"
  expect(err).toBe("");
});

test("an iterator over the memory of one process", async (t) => {
  needs(t, "iter", "iter-task");
  const { out } = await runSkep(
    "-p",
    String(process.pid),
    "-e",
    'iter:task_vma { printf("%d %lx-%lx\\n", ctx.task.tgid, ctx.vma.vm_start, ctx.vma.vm_end); }',
  );
  const lines = out.split("\n").filter((line) => line.includes("-"));
  expect(lines.length).toBeGreaterThan(10);
  for (const line of lines) expect(line).toMatch(new RegExp(`^${process.pid} [0-9a-f]+-[0-9a-f]+$`));
});

const WATCHED = `#include <unistd.h>
volatile long counter;
int main(void) { for (int n = 0; n < 5; n++) counter++; return 0; }
`;

test("a watchpoint sees each write of the traced command", async (t) => {
  needs(t, "breakpoint");
  const program = compiledOnce({
    source: { name: "watched.c", text: WATCHED },
    compilers: ["gcc", "cc"],
    flags: ["-O1", "-no-pie"],
  });
  if (program === undefined) return t.skip("needs a C compiler");
  const symbols = execFileSync("nm", [program], { encoding: "utf8" });
  const address = /^([0-9a-f]+) \w counter$/m.exec(symbols)?.[1] ?? "";
  const script = `watchpoint:0x${address}:8:w /usermode/ { @n = count(); @p[probe] = count(); }`;
  const { maps } = await lab.trace(script, [program]);
  expect(maps.split("\n").sort()).toEqual(["", "@n: 5", `@p[watchpoint:0x${address}:8:w]: 5`]);
});

test("a signal runs its probe", async (t) => {
  if (isGuest) t.skip("runs on the host");
  const script = 'self:signal:SIGUSR1 { print("first"); } self:signal:USR2 { print("second"); exit(3); }';
  const skep: RunningSkep = await startSkep("-e", script);
  skep.child.kill("SIGUSR1");
  await skep.until("first");
  skep.child.kill("SIGUSR2");
  const { out, status } = await skep.done;
  expect(out).toContain("first\nsecond\n");
  expect(status).toBe(3);
});

const OWN = `
test:okay { print("hidden"); }
test:fails { print("shown"); return 3; }
test:fails_in_loop { for ($i : 0..3) { if ($i == 2) { return 7; } } }
test:exits { exit(4); }
test:exits_well { exit(); print("no"); }
bench:second { @n = count(); }
bench:first { $a = 1; }
BEGIN { @begun = 1; }
`;

test("--test runs test probes, shows what failed ones print, and fails", async (t) => {
  if (isGuest) t.skip("runs on the host");
  const script = join(folder, "own.bt");
  writeFileSync(script, OWN);
  const { out, status } = await runSkep("--test", script);
  expect(out).toBe(
    "PASS okay\nFAIL fails: it returned 3\nshown\nFAIL fails_in_loop: it returned 7\nFAIL exits: it called exit(4)\nPASS exits_well\n2 of 5 tests passed\n",
  );
  expect(status).toBe(1);
});

test("--bench measures bench probes", async (t) => {
  if (isGuest) t.skip("runs on the host");
  const script = join(folder, "own.bt");
  writeFileSync(script, OWN);
  const { out, status } = await runSkep("--bench", script);
  expect(out).toMatch(
    /^Attached 3 probes\n\n\n\+-+\+-+\+\n\| BENCHMARK \| NANOSECONDS \|\n\+-+\+-+\+\n\| first {5}\| \d+ +\|\n\| second {4}\| \d+ +\|\n/,
  );
  expect(status).toBe(0);
});

test("without them a script's tests are passed over", async (t) => {
  if (isGuest) t.skip("runs on the host");
  const { out, status } = await runSkep("-e", 'test:a { print("no"); } BEGIN { print("yes"); exit(); }');
  expect(out).toContain("yes\n");
  expect(out).not.toContain("no\n");
  expect(status).toBe(0);
});

test("a pinned iterator is a file whose text its printf writes", async (t) => {
  needs(t, "iter");
  using files = new BpfFs(lab.backend.kernel);
  const path = join(files.path.replace("self", String(process.pid)), "tasks");
  const script = `iter:task:${path} /ctx.task.pid == ${process.pid}/ { printf("%s %5d 100%%\\n", ctx.task.comm, ctx.task.pid); }`;
  const { out, err } = await runSkep("-e", script);
  expect(err).toBe("");
  expect(out).toContain(`pinned to ${path}`);
  expect(readFileSync(path, "utf8")).toMatch(new RegExp(`^.+ +${process.pid} 100%\n$`));
});
