import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, type TestContext, test } from "vitest";
import { needs } from "./needs.ts";
import { ScriptLab } from "./script-lab.ts";
import { runSkep } from "./skep-command.ts";

// Functions that the kernel lends to programs, called by their names.

const lab = new ScriptLab();
const folder = mkdtempSync(join(tmpdir(), "skep-kfuncs-"));
afterAll(() => {
  lab[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

const SCRIPT = `
rawtracepoint:sched_process_exec / pid == cpid / {
  $task = bpf_task_from_pid(cpid);
  if ($task) { printf("%s %d;", $task.comm, $task.tgid == pid); bpf_task_release($task); }
  $other = bpf_task_acquire(args.p);
  if ($other != 0) { printf("%s;", str(args.bprm.filename)); bpf_task_release($other); }
  $none = bpf_task_from_pid(2147483647);
  if ($none == 0) { printf("none;"); } else { bpf_task_release($none); }
}`;
const SAYS = "true 1;/bin/true;none;";

function needsTaskFunctions(context: TestContext): void {
  needs(context, "btf", "raw-tp");
  const [id] = lab.backend.target.kernelBtf()?.find("bpf_task_from_pid", "func") ?? [];
  if (id === undefined) context.skip("needs the kernel's bpf_task_from_pid(), Linux 6.2");
}

test("with the kernel's objects, which are given back", async (t) => {
  needsTaskFunctions(t);
  const { printed } = await lab.trace(SCRIPT, "/bin/true");
  expect(printed).toBe(SAYS);
});

test("in a built script", async (t) => {
  needsTaskFunctions(t);
  const [script, built] = [join(folder, "k.bt"), join(folder, "k.skep")];
  writeFileSync(script, SCRIPT);
  expect((await runSkep("build", script, "-o", built)).status).toBe(0);
  const { out, err } = await runSkep("-c", "/bin/true", built);
  expect(out, err).toContain(SAYS);
});

test("one that is not given back is named with its line", async (t) => {
  needsTaskFunctions(t);
  const script = "rawtracepoint:sched_process_exec / pid == cpid / { $task = bpf_task_from_pid(1); }";
  const { err, status } = await runSkep("-c", "/bin/true", "-e", script);
  expect(err).toContain("verify/reference-leak");
  expect(err).toContain("change the call that the explanation points at");
  expect(status).toBe(1);
});

test("what changes the system is refused without --unsafe", async (t) => {
  needsTaskFunctions(t);
  const [lent] = ["bpf_sock_destroy", "bpf_set_dentry_xattr"].filter(
    (name) => lab.backend.target.kernelBtf()?.find(name, "func").length,
  );
  if (lent === undefined) return t.skip("needs a function that changes the system");
  const arguments_ = lent === "bpf_sock_destroy" ? "0" : "0, 0, 0, 0";
  const { err } = await runSkep("-e", `rawtracepoint:sched_process_exec { ${lent}(${arguments_}); }`);
  expect(err).toContain(`${lent}() changes the system`);
});
