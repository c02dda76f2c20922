import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import type { AttachSpec } from "../../src/abi/attach-spec.ts";
import { openLinux } from "../../src/linux/backend.ts";
import { runByTestOfAnother } from "../../src/linux/run-once.ts";
import { startHeld } from "../../src/linux/spawn.ts";
import { eventually } from "../support/eventually.ts";
import { expectGone } from "./linux-lab.ts";
import { countAt, countByCookie, exit, ifProcess, mov, objectOf, readCounts } from "./linux-programs.ts";
import { needs } from "./needs.ts";

const backend = openLinux();
const { target } = backend;
const libc = target.resolveBinary("libc") ?? "";

afterAll(() => {
  backend[Symbol.dispose]();
  expectGone("skep_t_");
});

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function openSomeFiles(count: number): void {
  for (let i = 0; i < count; i++) closeSync(openSync("/dev/null", "r"));
}

test("a tracepoint program counts this process's system calls until it is detached", (t) => {
  needs(t, "tracefs");
  const insns = ifProcess(process.pid, countAt(0));
  const program = {
    name: "skep_t_openat",
    type: "tracepoint",
    section: "tracepoint/syscalls/sys_enter_openat",
    insns,
  } as const;
  using loaded = backend.load(objectOf(program));
  loaded.attach("skep_t_openat", [
    { attach: { kind: "tracepoint", category: "syscalls", name: "sys_enter_openat" } },
  ]);
  openSomeFiles(25);
  expect(readCounts(loaded.map("counts"))[0]).toBe(25n);
  loaded.detach();
  openSomeFiles(5);
  expect(readCounts(loaded.map("counts"))[0]).toBe(25n);
});

test("cookies tell points apart", (t) => {
  needs(t, "tracefs", "cookie");
  const insns = ifProcess(process.pid, countByCookie);
  const program = { name: "skep_t_cookie", type: "tracepoint", section: "tracepoint", insns } as const;
  using loaded = backend.load(objectOf(program));
  const at = (name: string): AttachSpec => ({ kind: "tracepoint", category: "syscalls", name });
  loaded.attach("skep_t_cookie", [
    { attach: at("sys_enter_openat"), cookie: 3n },
    { attach: at("sys_enter_close"), cookie: 5n },
  ]);
  loaded.map("counts").clear(); // attaching opens and closes files itself
  openSomeFiles(10);
  const counts = readCounts(loaded.map("counts"));
  expect(counts[3]).toBe(10n);
  expect(counts[5]).toBe(10n);
});

test("a raw tracepoint fires, and a name that there is not is refused", (t) => {
  needs(t, "raw-tp");
  const insns = ifProcess(process.pid, countAt(0));
  using loaded = backend.load(
    objectOf({ name: "skep_t_raw", type: "rawTracepoint", section: "raw_tp", insns }),
  );
  loaded.attach("skep_t_raw", [{ attach: { kind: "rawTracepoint", name: "sys_enter" } }]);
  openSomeFiles(10);
  expect(readCounts(loaded.map("counts"))[0]).toBeGreaterThanOrEqual(20n);
  const wrong = [{ attach: { kind: "rawTracepoint", name: "no_such_thing" } as const }];
  expect(() => loaded.attach("skep_t_raw", wrong)).toThrow(expect.objectContaining({ code: "system/ENOENT" }));
});

test("a tracepoint that there is not is named with what is near; loosely, only it fails", (t) => {
  needs(t, "tracefs");
  const insns = ifProcess(process.pid, countAt(0));
  using loaded = backend.load(
    objectOf({ name: "skep_t_none", type: "tracepoint", section: "tracepoint", insns }),
  );
  const wrong = { attach: { kind: "tracepoint", category: "syscalls", name: "sys_enter_opennat" } } as const;
  const right = { attach: { kind: "tracepoint", category: "syscalls", name: "sys_enter_openat" } } as const;
  expect(() => loaded.attach("skep_t_none", [right, wrong])).toThrow(
    expect.objectContaining({
      code: "linux/no-tracepoint",
      remedy: expect.stringContaining("sys_enter_openat"),
    }),
  );
  loaded.map("counts").clear(); // attaching opens files itself
  openSomeFiles(3);
  expect(readCounts(loaded.map("counts"))[0]).toBe(0n);
  expect(loaded.attach("skep_t_none", [right, wrong], { strict: false })).toHaveLength(1);
  loaded.map("counts").clear();
  openSomeFiles(3);
  expect(readCounts(loaded.map("counts"))[0]).toBe(3n);
  expect(() => loaded.attach("skep_t_none", [wrong], { strict: false })).toThrow();
});

const dd = (count: number) => ["dd", "if=/dev/zero", "of=/dev/null", "bs=1", `count=${count}`, "status=none"];

function libcFunction(name: string): number {
  const [found] = target.userFunctions(libc, name);
  if (found === undefined) throw new Error(`libc has no ${name}`);
  return found.offset;
}

// biome-ignore format: one case per line
test.for([
  { rule: "one link for many",          section: "uprobe",    return: false },
  { rule: "one link, on return",        section: "uretprobe", return: true },
  { rule: "an event each",              section: "kprobe",    return: false },
  { rule: "an event each, on return",   section: "kprobe",    return: true },
])("probes in libc see one process only: $rule", async ({ section, return: onReturn }, t) => {
  needs(t, "uprobe", "cookie");
  const child = await startHeld(dd(2000), { stdio: "ignore" });
  const insns = [mov(6, 1), ...countByCookie, mov(0, 0n), exit];
  const program = { name: "skep_t_uprobe", type: "kprobe", section, insns } as const;
  using loaded = backend.load(objectOf(program));
  const at = (name: string, cookie: bigint) => ({
    attach: { kind: "uprobe", path: libc, offset: libcFunction(name), return: onReturn, pid: child.pid } as const,
    cookie,
  });
  loaded.attach("skep_t_uprobe", [at("write", 1n), at("read", 2n)]);
  const other = spawn("dd", dd(50).slice(1), { stdio: "ignore" });
  await new Promise((resolve) => other.once("exit", resolve));
  expect(readCounts(loaded.map("counts")).slice(1, 3)).toEqual([0n, 0n]);
  child.release();
  await child.exited;
  const counts = readCounts(loaded.map("counts"));
  expect(counts[1]).toBe(2000n);
  expect(counts[2]).toBeGreaterThanOrEqual(2000n);
});

test("a place that is no instruction fails alone", (t) => {
  needs(t, "uprobe");
  const insns = [mov(0, 0n), exit];
  using loaded = backend.load(objectOf({ name: "skep_t_place", type: "kprobe", section: "uprobe", insns }));
  const at = (offset: number) => ({
    attach: { kind: "uprobe", path: libc, offset, return: false, pid: process.pid } as const,
  });
  const good = libcFunction("getppid");
  const failures = loaded.attach("skep_t_place", [at(good), at(0x7fff_0000), at(libcFunction("nice"))], {
    strict: false,
  });
  expect(failures.map((f) => f.attach)).toEqual([at(0x7fff_0000).attach]);
});

test("software events count what one process does", async () => {
  const child = await startHeld(["sh", "-c", "i=0; while [ $i -lt 200 ]; do i=$((i+1)); /bin/true; done"], {
    stdio: "ignore",
  });
  const insns = [...countAt(0), mov(0, 0n), exit];
  using loaded = backend.load(
    objectOf({ name: "skep_t_soft", type: "perfEvent", section: "perf_event", insns }),
  );
  const attach = { kind: "software", event: "page-faults", period: 1, pid: child.pid } as const;
  loaded.attach("skep_t_soft", [{ attach }]);
  child.release();
  await child.exited;
  expect(readCounts(loaded.map("counts"))[0]).toBeGreaterThan(50n);
});

test("a profile samples a busy process at its rate", async () => {
  const child = await startHeld(["sh", "-c", "while :; do :; done"], { stdio: "ignore" });
  const insns = [...countAt(0), mov(0, 0n), exit];
  using loaded = backend.load(
    objectOf({ name: "skep_t_prof", type: "perfEvent", section: "perf_event", insns }),
  );
  loaded.attach("skep_t_prof", [{ attach: { kind: "profile", freqHz: 1000, pid: child.pid } }]);
  child.release();
  const ranMs = () => Number(readFileSync(`/proc/${child.pid}/schedstat`, "utf8").split(" ")[0]) / 1e6;
  await eventually(() => ranMs() > 1000); // on the processor: however many others want it
  child.kill("SIGSTOP");
  const [count, atMost] = [Number(readCounts(loaded.map("counts"))[0]), ranMs()];
  child.kill("SIGKILL");
  await child.exited;
  expect(count).toBeGreaterThan(200);
  expect(count).toBeLessThan(atMost * 1.3);
});

test("an interval fires on one CPU, at its period", async () => {
  const insns = [...countAt(0), mov(0, 0n), exit];
  using loaded = backend.load(
    objectOf({ name: "skep_t_tick", type: "perfEvent", section: "perf_event", insns }),
  );
  const began = performance.now();
  loaded.attach("skep_t_tick", [{ attach: { kind: "interval", periodNs: 10_000_000 } }]);
  const attached = performance.now();
  await later(1000);
  const atLeast = (performance.now() - attached) / 10;
  const count = Number(readCounts(loaded.map("counts"))[0]);
  const atMost = (performance.now() - began) / 10;
  expect(count).toBeGreaterThan(atLeast * 0.6);
  expect(count).toBeLessThan(atMost * 1.1 + 2);
});

test("a program is run once by hand, in this process", (t) => {
  needs(t, "raw-tp");
  const insns = ifProcess(process.pid, countAt(0));
  using loaded = backend.load(
    objectOf({ name: "skep_t_begin", type: "rawTracepoint", section: "raw_tp", insns }),
  );
  expect(loaded.attach("skep_t_begin", [{ attach: { kind: "manual" } }])).toEqual([]);
  loaded.run("skep_t_begin");
  expect(readCounts(loaded.map("counts"))[0]).toBe(1n);
});

test("before 5.10 it is run by the end of another program's test run", (t) => {
  needs(t, "raw-tp");
  const insns = ifProcess(process.pid, countAt(0));
  using loaded = backend.load(
    objectOf({ name: "skep_t_begin", type: "rawTracepoint", section: "raw_tp", insns }),
  );
  const spec = {
    name: "skep_t_begin",
    type: "rawTracepoint",
    section: "raw_tp",
    insns,
    functions: [],
  } as const;
  runByTestOfAnother(backend.kernel, { spec, fd: loaded.programFd("skep_t_begin"), multi: false });
  expect(readCounts(loaded.map("counts"))[0]).toBe(1n);
});

test("hundreds of tracepoints go up and down quickly", (t) => {
  needs(t, "tracefs");
  const insns = ifProcess(process.pid, countAt(0));
  const names = target.tracepoints("syscalls", "sys_enter_*");
  expect(names.length).toBeGreaterThan(300);
  using loaded = backend.load(
    objectOf({ name: "skep_t_many", type: "tracepoint", section: "tracepoint", insns }),
  );
  const start = process.cpuUsage();
  loaded.attach(
    "skep_t_many",
    names.map((name) => ({ attach: { kind: "tracepoint", ...name } })),
  );
  const { user, system } = process.cpuUsage(start);
  const upMs = (user + system) / 1000;
  openSomeFiles(5);
  expect(readCounts(loaded.map("counts"))[0]).toBeGreaterThanOrEqual(10n);
  const detaching = performance.now();
  loaded.detach();
  const downMs = performance.now() - detaching;
  console.log(`${names.length} tracepoints: up ${upMs.toFixed(0)} ms, down ${downMs.toFixed(0)} ms`);
  const before = readCounts(loaded.map("counts"))[0];
  openSomeFiles(5);
  expect(readCounts(loaded.map("counts"))[0]).toBe(before);
  expect(upMs).toBeLessThan(names.length * 20);
  expect(downMs).toBeLessThan(names.length * 30); // one after the other they would take 70 ms each
});
