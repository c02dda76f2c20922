import { expect, test } from "vitest";
import { needs } from "./needs.ts";
import { afterReady, RunningSkep, runSkep, startSkep } from "./skep-command.ts";

// The command line as bpftrace's manual page has it, where it takes a kernel to see it.

test("--dry-run attaches, and runs neither BEGIN nor END nor shows maps", async (context) => {
  needs(context, "tracefs");
  const script =
    'BEGIN { printf("begun\\n"); @ = 1; } tracepoint:sched:sched_switch { @n = count(); } END { printf("over\\n"); }';
  expect(await runSkep("--dry-run", "-e", script)).toEqual({ out: "Attached 3 probes\n", err: "", status: 0 });
});

test("a signal that the script has no probe for changes nothing", async () => {
  const running = await startSkep(
    "-q",
    "-e",
    'interval:ms:50 { @n++; if (@n == 8) { printf("still there\\n"); exit(); } }',
  );
  running.child.kill("SIGUSR1");
  const { out, err, status } = await running.done;
  expect(afterReady(out)).toContain("still there\n");
  expect({ err, status }).toEqual({ err: "", status: 0 });
});

test("--probe-filter leaves of a pattern's places those that match, and all are counted", async (context) => {
  needs(context, "tracefs");
  const script = "tracepoint:syscalls:sys_enter_* { @ = count(); } interval:s:9 { }";
  const all = await runSkep("--dry-run", "-e", script);
  expect(Number(/^Attached (\d+) probes\n$/.exec(all.out)?.[1])).toBeGreaterThan(200);
  const some = await runSkep("--dry-run", "--probe-filter", "_(openat|close)$|^interval:", "-e", script);
  expect(some).toEqual({ out: "Attached 3 probes\n", err: "", status: 0 });
});

test("stages of the compilation can be asked for one by one", async () => {
  const { out, status } = await runSkep("-d", "ast", "-d", "dis", "-e", "BEGIN { exit(); }");
  expect(out).toMatch(/^script\n[\s\S]*^BEGIN_0:$/m);
  expect(status).toBe(0);
});

test("options by bpftrace's other names", async () => {
  const running = new RunningSkep(["--cmd", "echo hi", "--out", "/dev/null", "--warnings", "-e", "BEGIN { }"]);
  expect(await running.done).toEqual({ out: "hi\n", err: "", status: 0 });
});

test("--info tells under bpftrace's headings what there is", async () => {
  const { out, err, status } = await runSkep("--info");
  const headings = out.split("\n").filter((line) => /^\S/.test(line) && !line.includes("`"));
  expect(headings).toEqual([
    "System",
    "Build",
    "Kernel helpers",
    "Kernel features",
    "Map types",
    "Probe types",
  ]);
  expect(out).toMatch(/^ {2}uprobe: yes$/m);
  expect(out).toMatch(/^ {2}ringbuf: yes$/m);
  expect({ err, status }).toEqual({ err: "", status: 0 });
});

test("-lv shows the arguments of a script's probes", async (context) => {
  needs(context, "tracefs");
  const { out, err, status } = await runSkep("-lv", "-e", "BEGIN { } tracepoint:syscalls:sys_enter_close { }");
  expect(out).toBe("BEGIN\ntracepoint:syscalls:sys_enter_close\n    int __syscall_nr\n    unsigned int fd\n");
  expect({ err, status }).toEqual({ err: "", status: 0 });
});

test("of iterators only those are listed that can be attached", async (context) => {
  needs(context, "btf");
  const { out, err, status } = await runSkep("-l", "iter:*");
  expect(out).toMatch(/^iter:task$/m);
  expect(out).not.toContain("__safe_"); // what BTF keeps for the verifier alone
  expect({ err, status }).toEqual({ err: "", status: 0 });
  const refused = await runSkep("-e", "iter:task__safe_trusted { }");
  expect(refused.err).toContain("error[probe/not-found]");
});
