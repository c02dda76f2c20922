import { beforeEach, expect, test } from "vitest";
import { needs } from "./needs.ts";
import { jsonRows, runSkep } from "./skep-command.ts";

// `skep list` and `skep -l` on this kernel.

beforeEach((context) => needs(context, "btf"));

// biome-ignore format: one case per line
test.each<{ rule: string; args: readonly string[]; has: readonly string[] }>([
  { rule: "tracepoints",           args: ["list", "tracepoint:syscalls:sys_enter_openat*"], has: ["tracepoint:syscalls:sys_enter_openat", "tracepoint:syscalls:sys_enter_openat2"] },
  { rule: "their arguments",       args: ["list", "-v", "tracepoint:syscalls:sys_enter_openat"], has: ["    int dfd", "    const char * filename", "    umode_t mode"] },
  { rule: "as bpftrace is asked",  args: ["-lv", "tracepoint:sched:sched_process_fork"], has: ["    pid_t child_pid"] },
  { rule: "-v behind the pattern", args: ["-l", "tracepoint:sched:sched_process_fork", "-v"], has: ["    pid_t child_pid"] },
  { rule: "raw tracepoints",       args: ["list", "-v", "rawtracepoint:sched_process_exec"], has: ["rawtracepoint:sched_process_exec", "    struct linux_binprm * bprm"] },
  { rule: "everything",            args: ["-l"], has: ["tracepoint:sched:sched_switch", "rawtracepoint:sched_switch", "software:page-faults:"] },
  { rule: "kernel probes by word", args: ["list", "*sched_switch*"], has: ["tracepoint:sched:sched_switch", "rawtracepoint:sched_switch"] },
  { rule: "a struct",              args: ["list", "struct path"], has: ["struct path {", "\tstruct vfsmount *mnt;"] },
  { rule: "one with offsets",      args: ["list", "-v", "struct path"], has: ["\tstruct vfsmount *mnt; /* 0, 8 */"] },
  { rule: "as bpftrace prints it", args: ["-lv", "struct path"], has: ["struct path {", "\tstruct vfsmount *mnt;"] },
  { rule: "an enum",               args: ["list", "enum pid_type"], has: ["\tPIDTYPE_PID = 0,"] },
  { rule: "names of structs",      args: ["list", "struct task_str*"], has: ["struct task_struct"] },
])("lists $rule", async ({ args, has }) => {
  const { out, err, status } = await runSkep(...args);
  expect({ err, status }).toEqual({ err: "", status: 0 });
  const lines = out.split("\n");
  for (const line of has) expect(lines).toContain(line);
});

test("functions of a library", async () => {
  const { out } = await runSkep("list", "uprobe:libc:mallo*");
  expect(out).toMatch(/^uprobe:\/\S*libc\S*:malloc$/m);
});

test("as JSON", async () => {
  const { out } = await runSkep("list", "--json", "-v", "tracepoint:sched:sched_process_exit", "enum pid_type");
  const [probe, type] = jsonRows(out);
  expect(probe).toMatchObject({ probe: "tracepoint:sched:sched_process_exit" });
  expect(probe?.["args"]).toContainEqual({ type: "pid_t", name: "pid" });
  expect(type).toMatchObject({ type: "enum pid_type", declaration: expect.stringContaining("PIDTYPE_MAX") });
});

test("quotes as articles print them", async () => {
  const { out, err, status } = await runSkep("list", "\u2018tracepoint:sched:sched_switch\u2019");
  expect({ out, status }).toEqual({ out: "tracepoint:sched:sched_switch\n", status: 0 });
  expect(err).toContain("write 'tracepoint:sched:sched_switch'");
});

// biome-ignore format: one case per line
test.each<{ rule: string; pattern: string; says: RegExp }>([
  { rule: "another subsystem", pattern: "tracepoint:inet:inet_sock_set_state", says: /sock:inet_sock_set_state/ },
  { rule: "a misspelt name",   pattern: "tracepoint:sched:sched_swich", says: /sched:sched_switch/ },
  { rule: "a misspelt struct", pattern: "struct task_strukt", says: /struct task_struct/ },
])("nothing: $rule", async ({ pattern, says }) => {
  const { out, err, status } = await runSkep("list", pattern);
  expect({ out, status }).toEqual({ out: "", status: 1 });
  expect(err).toMatch(says);
});
