import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { afterAll, expect, test } from "vitest";
import { needs } from "./needs.ts";
import { ScriptLab } from "./script-lab.ts";
import { TracedProgram } from "./traced-program.ts";

// Kernel probes: tracepoints, raw tracepoints, timers, perf events; what they see of a process that the test started.

const lab = new ScriptLab();
const program = new TracedProgram();
const path = program.path ?? "";
afterAll(() => {
  lab[Symbol.dispose]();
  program[Symbol.dispose]();
});

type Case = Readonly<{ rule: string; does: readonly string[]; script: string; prints?: string; maps?: string }>;

const enter = (name: string) => `tracepoint:syscalls:sys_enter_${name}`;
const exit = (name: string) => `tracepoint:syscalls:sys_exit_${name}`;
const long = "/nonexistent/abcdefghijklmnopqrstuvwxyz/abcdefghijklmnopqrstuvwxyz/abcdefghijklmnopqrstuvwxyz";

// biome-ignore format: one case per line
const CASES: readonly Case[] = [
  { rule: "arguments of a system call, with their signs", does: ["syscalls"], script: `${enter("openat")} /str(args.filename, 8) == "/nonexis"/ { printf("%d %s %d %o\\n", args.dfd, str(args->filename), args.flags, args.mode); }`, prints: `-100 /nonexistent/a 524288 0\n-5 ${long} 2 644\n-100 /nonexistent/\\xff\\x01z 0 0\n` },
  { rule: "a pointer that is null",              does: ["syscalls"], script: `${enter("openat")} /args.filename == 0/ { printf("%d [%s] %p\\n", args.dfd, str(args.filename), args.filename); }`, prints: "1000000 [] (nil)\n" },
  { rule: "results of a system call",            does: ["syscalls"], script: `${exit("openat")} /args.ret < 0/ { @[args.ret] = count(); } ${exit("lseek")} { print(args.ret); }`, prints: "-9\n", maps: "@[-14]: 1\n@[-2]: 3\n" },
  { rule: "the system call's number",            does: ["getppid"], script: `${enter("getppid")} { print(args.__syscall_nr); }`, prints: "110\n" },
  { rule: "numbers of 64 bits",                  does: ["syscalls"], script: `${enter("lseek")} { print((args.fd, args.offset, args.whence)); }`, prints: "(4294967293, -77, 1)\n" },
  { rule: "from entry to exit by thread",        does: ["getppid", "20"], script: `${enter("getppid")} { @start[tid] = nsecs; } ${exit("getppid")} /@start[tid]/ { @n = count(); @ok = sum(nsecs - @start[tid] < 100000000000); delete(@start[tid]); }`, maps: "@n: 20\n@ok: 20\n" },
  { rule: "raw_syscalls: number and arguments",  does: ["syscalls"], script: `tracepoint:raw_syscalls:sys_enter /args.id == 8/ { print((args.id, (int64)args.args[1], args.args[2])); } tracepoint:raw_syscalls:sys_exit /args.id == 8/ { print(args.ret); }`, prints: "(8, -77, 1)\n-9\n" },
  { rule: "raw_syscalls: an argument by a computed index", does: ["syscalls"], script: `tracepoint:raw_syscalls:sys_enter /args.id == 8/ { $i = 1; print((int64)args.args[$i]); for ($j : 1..3) { print((int64)args.args[$j]); } }`, prints: "-77\n-77\n1\n" },
  { rule: "raw tracepoints: arguments by name and number", does: ["syscalls"], script: `rawtracepoint:sys_enter /args.id == 8/ { print((arg1, args.id, (int64)((struct pt_regs *)arg0)->si, (int64)args.regs->si)); } rawtracepoint:sys_exit /(int64)arg1 == -9/ { @ = count(); }`, prints: "(8, 8, -77, -77)\n", maps: "@: 2\n" },
  { rule: "all calls at once share one program", does: ["syscalls"], script: `tracepoint:syscalls:sys_enter_* { @[probe] = count(); } tracepoint:syscalls:sys_enter_* /probe == "tracepoint:syscalls:sys_enter_lseek"/ { print(probe); }`, prints: "tracepoint:syscalls:sys_enter_lseek\n" },
  { rule: "a few calls by pattern",              does: ["syscalls"], script: `tracepoint:syscalls:sys_enter_lsee? { print(probe); } tracepoint:syscalls:sys_*_lseek { print(probe); }`, prints: "tracepoint:syscalls:sys_enter_lseek\ntracepoint:syscalls:sys_enter_lseek\ntracepoint:syscalls:sys_exit_lseek\n" },
  { rule: "several probes for one action, with different arguments", does: ["syscalls"], script: `${enter("lseek")}, ${enter("write")} /args.fd > 4000000000/ { print((probe, args.fd)); }`, prints: `(${enter("write")}, 4294967295)\n(${enter("lseek")}, 4294967293)\n` },
  { rule: "results of all calls",                does: ["syscalls"], script: `tracepoint:syscalls:sys_exit_* /args.ret == -9/ { @[probe] = count(); }`, maps: `@[${exit("write")}]: 1\n@[${exit("lseek")}]: 1\n` },
  { rule: "several predicates in one script",    does: ["getppid", "10"], script: `${enter("getppid")} /@n++ < 3/ { @a = count(); } ${enter("getppid")} /@n > 3 && @n < 7/ { @b = count(); } ${enter("getppid")} { @c = count(); }`, maps: "@a: 3\n@b: 3\n@c: 10\n@n: 10\n" },
  { rule: "exit() from a probe ends the trace",  does: ["getppid", "1000"], script: `${enter("getppid")} { if (@++ == 4) { print("five"); exit(); } } END { print("end"); }`, prints: "five\nend\n" },
  { rule: "text inside of a tracepoint's record", does: ["sleep", "1"], script: `tracepoint:sched:sched_process_exec { printf("%s %d %d\\n", args.filename, args.pid == pid, strlen(args.filename) > 5); if (args.filename == "${path}") { print("yes"); } @[args.filename] = count(); }`, prints: `${path} 1 1\nyes\n`, maps: `@[${path}]: 1\n` },
  { rule: "fixed text in a tracepoint's record", does: ["threads"], script: `tracepoint:task:task_rename { print((args.oldcomm, args.newcomm)); if (args.newcomm == "first thread") { @[args.newcomm] = count(); } }`, prints: "(sh, traced)\n(traced, first thread)\n(traced, a-name-of-15-ch)\n", maps: "@[first thread]: 1\n" },
  { rule: "threads have their own names and ids", does: ["threads"], script: `${enter("getppid")} { print((comm, tid != pid, pid == $PID)); }`, prints: "(first thread, true, true)\n(a-name-of-15-ch, true, true)\n" },
  { rule: "page faults of the process",          does: ["faults", "300"], script: `software:page-faults:1 { @ = count(); } software:faults:1 /pid != $PID/ { print("no"); }`, prints: "" },
  { rule: "the names of probes and their short forms", does: ["getppid"], script: `t:syscalls:sys_enter_getppid { print(probe); } rt:sys_enter /arg1 == 110/ { print(probe); }`, prints: "tracepoint:syscalls:sys_enter_getppid\nrawtracepoint:sys_enter\n" },
  { rule: "nothing of other processes",          does: ["sleep", "50"], script: `tracepoint:raw_syscalls:sys_enter /pid != $PID/ { @ = count(); } tracepoint:syscalls:sys_enter_* /pid != $PID/ { @a = count(); } tracepoint:sched:sched_switch /pid != $PID/ { @b = count(); } rawtracepoint:sched_switch /pid != $PID/ { @c = count(); } profile:hz:999 /pid != $PID/ { @d = count(); }`, maps: "" },
];

const syscallNumbersOfX86 = process.arch === "x64";

test.for(CASES)("$rule", async ({ does, script, prints, maps }, t) => {
  needs(t, "tracefs", "btf");
  if (program.path === undefined) return t.skip("needs a C compiler");
  if (!syscallNumbersOfX86) return t.skip("expects the numbers of x86-64");
  const outcome = await lab.trace(script, [path, ...does]);
  if (prints !== undefined) expect(outcome.printed).toBe(prints);
  if (maps !== undefined) expect(outcome.maps.split("\n").sort()).toEqual(maps.split("\n").sort());
});

test("page faults and time on the processor are sampled", async (t) => {
  if (program.path === undefined) return t.skip("needs a C compiler");
  const script = `software:page-faults:1 { @faults = count(); } software:cpu-clock:1000000 { @clock = count(); } profile:hz:200 { @hz[comm] = count(); @mode[usermode] = count(); } profile:ms:5 { @ms = count(); }`;
  const faults = await lab.trace(script, [path, "faults", "300"]);
  expect(Number(/@faults: (\d+)/.exec(faults.maps)?.[1])).toBeGreaterThanOrEqual(300);
  const spin = await lab.trace(script, [path, "spin", "1"]);
  const share = hostname() === "guest" ? 20 : 1; // an emulated processor misses ticks while its own has other work
  for (const [name, least] of [
    ["@clock", 300],
    ["@hz[traced]", 60],
    ["@ms", 60],
    ["@mode[1]", 30],
  ] as const) {
    const line = spin.maps.split("\n").find((l) => l.startsWith(`${name}:`));
    expect(Number(line?.split(": ")[1]), name).toBeGreaterThanOrEqual(Math.ceil(least / share));
  }
});

test("intervals come at their times, once each", async (t) => {
  if (program.path === undefined) return t.skip("needs a C compiler");
  const script = `interval:ms:100 { @a = count(); } interval:hz:20 { @b = count(); } i:50ms { @c = count(); } interval:us:100000 { @d = count(); } interval:100000000 { @e = count(); } interval:s:1 { @f = count(); } END { printf("%d", elapsed / 1000000); }`;
  const { maps, printed } = await lab.trace(script, [path, "sleep", "1250"]);
  const counts = Object.fromEntries(
    [...maps.matchAll(/@(\w): (\d+)/g)].map(([, name, n]) => [name, Number(n)]),
  );
  const tracedMs = Number(printed); // a slow machine takes its time to start and stop
  for (const [name, periodMs] of Object.entries({ a: 100, b: 50, c: 50, d: 100, e: 100, f: 1000 })) {
    const most = tracedMs / periodMs;
    expect(counts[name], name).toBeGreaterThanOrEqual(Math.floor(Math.min(most, 1250 / periodMs) * 0.7) - 1);
    expect(counts[name], name).toBeLessThanOrEqual(most + 2);
  }
});

test("exit() of an interval ends a trace that has no command", async (t) => {
  if (program.path === undefined) return t.skip("needs a C compiler");
  const { printed, exitCode } = await lab.trace(
    "interval:ms:50 { @n++; print(@n); if (@n == 3) { exit(5); } }",
    [path, "pause"],
  );
  expect(printed).toBe("@n: 1\n@n: 2\n@n: 3\n");
  expect(exitCode).toBe(5);
});

test("a process that was there before", async (t) => {
  if (program.path === undefined) return t.skip("needs a C compiler");
  const { printed } = await lab.trace(
    `rawtracepoint:sched_process_exec { print((pid == $PID, args.p->pid == pid, args.p->comm, str(args.bprm->filename))); }`,
    [path, "getppid"],
  );
  expect(printed).toBe(`(true, true, traced, ${path})\n`);
  expect(readFileSync("/proc/self/comm", "utf8")).not.toBe("traced\n");
});
