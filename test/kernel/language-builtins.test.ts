import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { cpus } from "node:os";
import { afterAll, expect, test } from "vitest";
import { needs } from "./needs.ts";
import { ScriptLab } from "./script-lab.ts";
import { TracedProgram } from "./traced-program.ts";

// What builtins say about this machine and about processes of the test, compared to other sources of the same truth.

const lab = new ScriptLab();
const program = new TracedProgram();
const path = program.path ?? "";
afterAll(() => {
  lab[Symbol.dispose]();
  program[Symbol.dispose]();
});

const here = readFileSync("/proc/self/comm", "utf8").trim();
const getppid = "tracepoint:syscalls:sys_enter_getppid";

test("ids and names of this process", () => {
  const { uid, gid } = { uid: process.getuid?.(), gid: process.getgid?.() };
  const user = /^root:/m.test(readFileSync("/etc/passwd", "utf8")) && uid === 0 ? "root" : "";
  expect(
    lab.lines("BEGIN { print((pid, tid, uid, gid, comm, ppid, username)); print((pid(init), tid(init))); }"),
  ).toEqual([
    `(${process.pid}, ${process.pid}, ${uid}, ${gid}, ${here}, ${process.ppid}, ${user})`,
    `(${process.pid}, ${process.pid})`,
  ]);
});

test("ids of a process of another user", async (t) => {
  if (program.path === undefined) return t.skip("needs a C compiler");
  const { printed } = await lab.trace(
    `${getppid} { print((uid, gid, pid == $PID)); exit(); }`,
    ["/bin/sh", "-c", "true"],
    { uid: 65534 },
  );
  expect(printed).toBe("(65534, 0, true)\n");
});

test("processors, random numbers, clocks", () => {
  const script = `BEGIN {
    print((cpu < ncpus, ncpus, numaid < 64));
    $a = rand; $b = rand; print($a == $b);
    $n = nsecs; $m = nsecs(monotonic); $b2 = nsecs(boot); print(($n <= $b2, $m <= nsecs(monotonic), nsecs(tai) > $m));
    print(elapsed < 10000000000); print(elapsed > 0); print(jiffies > 0);
    printf("%llu\\n", nsecs(monotonic)); printf("%llu\\n", nsecs(tai));
  }`;
  const [began, beganMs] = [process.hrtime.bigint(), Date.now()];
  const [first, random, clocks, started, moved, ticks, monotonic, tai] = lab.lines(script);
  const ended = process.hrtime.bigint();
  const possible = readFileSync("/sys/devices/system/cpu/possible", "utf8").trim().split("-").map(Number);
  expect(first).toBe(`(true, ${(possible[1] ?? 0) + 1}, true)`);
  expect(cpus().length).toBeLessThanOrEqual((possible[1] ?? 0) + 1);
  expect([random, clocks, started, moved, ticks]).toEqual([
    "false",
    "(true, true, true)",
    "true",
    "true",
    "true",
  ]);
  expect(BigInt(monotonic ?? 0)).toBeGreaterThan(began);
  expect(BigInt(monotonic ?? 0)).toBeLessThan(ended);
  const aheadMs = Number(tai) / 1e6 - beganMs; // up to 37 leap seconds
  expect(aheadMs).toBeGreaterThan(-10_000);
  expect(aheadMs - Number(ended - began) / 1e6).toBeLessThan(60_000);
});

test("times of the day", () => {
  const before = new Date();
  const script = `BEGIN { printf("%s\\n", strftime("%Y-%m-%dT%H:%M:%S", nsecs)); time("%Y %j\\n"); time("%H:%M:%S\\n"); time(); print(strftime("%f", nsecs)); @t = strftime("%Y", nsecs); }`;
  const { printed, maps } = lab.run(script);
  const after = new Date();
  const [stamp = "", year, clock, same, micros] = printed.split("\n");
  const local = new Date(stamp);
  expect(local.getTime()).toBeGreaterThan(before.getTime() - 5000); // clocks are set while a machine runs
  expect(local.getTime()).toBeLessThan(after.getTime() + 5000);
  expect(year).toMatch(new RegExp(`^${before.getFullYear()} \\d{3}$`));
  expect(clock).toMatch(/^\d\d:\d\d:\d\d$/);
  expect(same).toMatch(/^\d\d:\d\d:\d\d$/);
  expect(micros).toMatch(/^\d{6}$/);
  expect(maps).toBe(`@t: ${before.getFullYear()}\n`);
});

test("the running task and what hangs on it", (t) => {
  needs(t, "btf");
  const status = readFileSync("/proc/self/status", "utf8");
  const field = (name: string) => new RegExp(`^${name}:\\s*(.*)$`, "m").exec(status)?.[1];
  const parent = readFileSync(`/proc/${process.ppid}/comm`, "utf8").trim();
  const script = `BEGIN {
    print((curtask->pid, curtask->tgid, curtask.comm, curtask->real_parent->tgid, curtask->real_parent->comm));
    $t = curtask; print(($t->group_leader->pid, $t->real_parent->real_parent->tgid, $t == curtask));
    $t = (struct task_struct *)curtask->real_parent; print($t->tgid);
    print((curtask->cred->uid.val, curtask->mm->pgd != 0, curtask->nsproxy->uts_ns->name.sysname));
    $f = curtask->files; print($f->fdt->max_fds > 0);
    $null = (struct task_struct *)0; print(($null->pid, $null->real_parent->pid, $null->comm));
    @t = curtask; print(@t->pid); print(((struct task_struct *)@t)->tgid);
    print((curtask->flags & 0x200000) >> 21); // PF_KTHREAD
    print(sizeof(struct task_struct) == sizeof(*curtask));
    print(offsetof(struct task_struct, comm) - offsetof(struct task_struct, pid) != 0);
  }`;
  const grandparent = /^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${process.ppid}/status`, "utf8"))?.[1];
  expect(lab.lines(script)).toEqual([
    `(${process.pid}, ${process.pid}, ${here}, ${process.ppid}, ${parent})`,
    `(${process.pid}, ${grandparent}, true)`,
    `${process.ppid}`,
    `(${field("Uid")?.split("\t")[0]}, true, Linux)`,
    "true",
    "(0, 0, )",
    `${process.pid}`,
    `${process.pid}`,
    "0",
    "true",
    "true",
  ]);
});

test("kernel symbols", () => {
  const kallsyms = readFileSync("/proc/kallsyms", "latin1");
  const address = /^([0-9a-f]{16}) [Tt] vfs_read$/m.exec(kallsyms)?.[1];
  const script = `BEGIN { printf("%llx\\n", kaddr("vfs_read")); print(ksym(kaddr("vfs_read"))); print(ksym(kaddr("vfs_read") + 5)); printf("%s|%s\\n", ksym(kaddr("vfs_read")), ksym(1)); @[ksym(kaddr("vfs_read"))] = count(); $s = ksym(kaddr("vfs_read")); print($s); }`;
  const { printed, maps } = lab.run(script);
  expect(printed.split("\n").slice(0, -1)).toEqual([
    address,
    "vfs_read",
    "vfs_read",
    "vfs_read|0x1",
    "vfs_read",
  ]);
  expect(maps).toBe("@[vfs_read]: 1\n");
});

test("memory of the kernel through casts", () => {
  const script = `BEGIN {
    $p = (uint8 *)&curtask->comm; print(($p[0], *($p + 1), *$p == $p[0])); print(*(int8 *)&curtask->comm);
    print((str($p), str(&curtask->comm), kstr($p, 2), str($p + 1))); $k = kptr($p); print(*$k); print(buf($p, 2));
    $i = 1; print($p[$i]); $q = (uint16 *)$p; print(*$q == $p[0] + ($p[1] << 8));
  }`;
  const [a, b] = [here.charCodeAt(0), here.charCodeAt(1)];
  expect(lab.lines(script)).toEqual([
    `(${a}, ${b}, true)`,
    `${a}`,
    `(${here}, ${here}, ${here.slice(0, 2)}, ${here.slice(1)})`,
    `${a}`,
    here.slice(0, 2),
    `${b}`,
    "true",
  ]);
});

test("cgroups", (t) => {
  needs(t, "cgroup2");
  const mount =
    /^cgroup2 (\S+) /m.exec(readFileSync("/proc/mounts", "utf8"))?.[1] ?? t.skip("no cgroup2 is mounted");
  const own = /^0::(.*)$/m.exec(readFileSync("/proc/self/cgroup", "utf8"))?.[1] ?? "/";
  const folder = `${mount}${own}`.replace(/\/$/, "");
  if (!existsSync(folder)) return t.skip("this process's cgroup is not below the mount");
  expect(
    lab.lines(`BEGIN { print(cgroup); print(cgroup == cgroupid("${folder}")); print(cgroup_path(cgroup)); }`),
  ).toEqual([`${statSync(folder).ino}`, "true", expect.stringContaining(own)]);
});

test("addresses of networks and hardware", () => {
  const script = `BEGIN {
    print((ntop(0x0100007f), ntop(2, 0x0100007f), ntop(pton("10.1.2.3")), ntop(pton("2001:db8::ff")), ntop(10, pton("::1"))));
    print(pton("10.1.2.3")); $a = pton("10.1.2.3"); print(($a[0], $a[3])); @[ntop(pton("::1"))] = count(); print(pton("1.2.3.4") == pton("1.2.3.4"));
    print((bswap((uint16)0x1234), bswap((uint32)0x12345678), bswap((uint64)1), bswap((uint8)5)));
    print(macaddr((uint8 *)&curtask->comm) == macaddr(curtask->comm));
  }`;
  expect(lab.lines(script)).toEqual([
    "(127.0.0.1, 127.0.0.1, 10.1.2.3, 2001:db8::ff, ::1)",
    "[10,1,2,3]",
    "(10, 3)",
    "true",
    "(13330, 2018915346, 72057594037927936, 5)",
    "true",
  ]);
});

test("error messages", () => {
  expect(
    lab.lines(
      'BEGIN { print(strerror(2)); $e = -13; print(strerror($e)); @ = strerror(1); printf("%s %d\\n", strerror(9), strerror(9)); }',
    ),
  ).toEqual(["No such file or directory", "Permission denied", "Bad file descriptor 9"]);
});

test("files are shown and commands run", async (t) => {
  if (program.path === undefined) return t.skip("needs a C compiler");
  const { printed } = await lab.trace(
    // the file of its parent, which is this process: the traced one may be gone when its event is read
    `${getppid} { cat("/proc/%d/comm", ppid); cat("/nonexistent"); system("echo %s %d", comm, 5); } END { system("echo end"); }`,
    [path, "getppid"],
  );
  const [name, failure, echoed, end] = printed.split("\n");
  expect([name, echoed, end]).toEqual([here, "traced 5", "end"]);
  expect(failure).toContain("/nonexistent");
});

test("a signal reaches the process", async (t) => {
  if (program.path === undefined) return t.skip("needs a C compiler");
  for (const which of ['"KILL"', "9", '"SIGTERM"']) {
    const { printed } = await lab.trace(
      `${getppid} { signal(${which}); } tracepoint:syscalls:sys_enter_pause { print("still there"); }`,
      ["/bin/sh", "-c", `${path} getppid; exec ${path} getppid 2`],
      {},
    );
    expect(printed).toBe("");
  }
});

test("stacks of the program", async (t) => {
  needs(t, "uprobe");
  if (program.path === undefined) return t.skip("needs a C compiler");
  const script = `uprobe:${path}:leaf { @[ustack] = count(); @three[ustack(3)] = count(); @perf[ustack(perf, 2)] = count(); print(len(ustack(3))); printf("%s\\n", ustack(2)); print(usym(reg("ip"))); @u[usym(reg("ip"))] = count(); }`;
  const { printed, maps } = await lab.trace(`${script} tracepoint:syscalls:sys_enter_pause { exit(); }`, [
    path,
    "stack",
    "2",
    "wait",
  ]);
  // At a function's entry its frame is not there yet: kernels differ in whether they find the caller all the same.
  const functions = (text: string) =>
    [...text.matchAll(/^ +([\w.]+)\+\d+(?:@\S+:\d+)?$/gm)].map(([, name]) => name);
  const stack = functions(/@\[\n([^\]]*)\]: 2\n/.exec(maps)?.[1] ?? "").filter((name) => name !== "middle");
  expect(stack.slice(0, 3)).toEqual(["leaf", "top", "main"]);
  const three = functions(/@three\[\n([^\]]*)\]: 2\n/.exec(maps)?.[1] ?? "");
  expect(three).toHaveLength(3);
  expect(three[0]).toBe("leaf");
  expect(maps).toMatch(
    new RegExp(`@perf\\[\\n\\s*[0-9a-f]+ leaf\\+0 \\(${path}\\)\\n.*\\(${path}\\)\\n\\]: 2\\n`),
  );
  expect(maps).toContain("@u[leaf]: 2\n");
  expect(printed).toMatch(/^3\n\n +leaf\+0@\S+:\d+\n +middle\+\d+@\S+:\d+\n\nleaf\n3\n/);
});

test("stacks of the kernel", async (t) => {
  needs(t, "tracefs");
  if (program.path === undefined) return t.skip("needs a C compiler");
  const script = `tracepoint:sched:sched_switch { @[kstack(4)] = count(); @raw[kstack(raw, 2)] = count(); @perf[kstack(perf, 1)] = count(); print(len(kstack(2))); }`;
  const { printed, maps } = await lab.trace(script, [path, "sleep", "20"]);
  expect(maps).toMatch(/@\[\n(?: +[\w.]+\+\d+\n){4}\]: \d+\n/);
  expect(maps).toMatch(/@raw\[\n(?: +[0-9a-f]+\n){2}\]: \d+\n/);
  expect(maps).toMatch(/schedule/);
  expect(printed).toMatch(/^(2\n)+$/);
});

test("variables of the program by their symbols", async (t) => {
  needs(t, "uprobe");
  if (program.path === undefined) return t.skip("needs a C compiler");
  const fixed = `${program.folder}/fixed`;
  const source = new URL("fixtures/traced.c", import.meta.url).pathname;
  execFileSync("gcc", ["-O1", "-no-pie", "-pthread", "-o", fixed, source]);
  const script = `uprobe:${fixed}:leaf { print((*uaddr("byte_variable"), *uaddr("word_variable"), str(uaddr("text_variable")), str(uptr((uint8 *)uaddr("text_variable")), 6))); exit(); }`;
  const { printed } = await lab.trace(script, [fixed, "stack"]);
  expect(printed).toBe("(200, 123456, in the data section, in the)\n");
});

test("unsafe functions are named in the plan, safe ones are not", () => {
  const outcome = lab.run('BEGIN { printf("x"); } END { }');
  expect(outcome.printed).toBe("x");
});
