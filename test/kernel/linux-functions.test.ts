import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { AttachSpec } from "../../src/abi/attach-spec.ts";
import { openLinux } from "../../src/linux/backend.ts";
import { startHeld } from "../../src/linux/spawn.ts";
import { asm, Cgroup, count, countAndReturn, expectGone, functionBtf, NetLab, programs } from "./linux-lab.ts";
import { countByCookie, exit, ifProcess, mov, objectOf, readCounts } from "./linux-programs.ts";
import { needs } from "./needs.ts";

// Programs on functions: of the kernel, of other programs, of its security hooks.

const NAME = "skep_fn_prog";
const backend = openLinux();
const { kernel, target } = backend;

afterAll(() => {
  backend[Symbol.dispose]();
  expectGone(NAME);
});

/** Reads a device `times` times in this process: vfs_read and the system call read. */
function readSome(times: number): void {
  const fd = openSync("/dev/zero", "r");
  for (let i = 0; i < times; i++) readSync(fd, new Uint8Array(1));
  closeSync(fd);
}

/** This process's events, by their cookies. */
const byCookie = ifProcess(process.pid, countByCookie);

function loadProbe(section: string, notes: string[] = []) {
  return backend.load(objectOf({ name: NAME, type: "kprobe", section, insns: byCookie }), {
    onNote: (note) => notes.push(note),
  });
}

// biome-ignore format: one case per line
test.for<{ rule: string; section: string; attach: () => AttachSpec }>([
  { rule: "by name",               section: "kprobe",       attach: () => ({ kind: "kprobe", function: "vfs_read", return: false }) },
  { rule: "on return",             section: "kretprobe",    attach: () => ({ kind: "kprobe", function: "vfs_read", return: true }) },
  { rule: "by address",            section: "kprobe",       attach: () => ({ kind: "kprobe", function: "vfs_read", address: target.kernelSymbol("vfs_read") ?? 0n, return: false }) },
  { rule: "a system call",         section: "ksyscall",     attach: () => ({ kind: "ksyscall", name: "read", return: false }) },
  { rule: "a system call's end",   section: "kretsyscall",  attach: () => ({ kind: "ksyscall", name: "read", return: true }) },
  { rule: "many, of one",          section: "kprobe.multi", attach: () => ({ kind: "kprobe", function: "vfs_read", return: false }) },
])("a kernel function's program runs: $rule", ({ section, attach }, t) => {
  needs(t, "kprobe", "cookie");
  using loaded = loadProbe(section);
  using link = loaded.link(NAME, attach(), { cookie: 3n });
  readSome(20);
  expect(readCounts(loaded.map("counts"))[3]).toBeGreaterThanOrEqual(20n);
  expect(["perfEvent", "kprobeMulti"]).toContain(link.info().details.kind);
  link.close();
  const before = readCounts(loaded.map("counts"))[3];
  readSome(5);
  expect(readCounts(loaded.map("counts"))[3]).toBe(before);
});

test("many functions are attached by one link where the kernel can, else one by one; cookies tell them apart", (t) => {
  needs(t, "kprobe", "cookie");
  const notes: string[] = [];
  using loaded = loadProbe("kprobe.multi", notes);
  const functions = ["vfs_read", "vfs_write"];
  const link = loaded.link(NAME, { kind: "kprobeMulti", functions, cookies: [1n, 2n], return: false });
  readSome(10);
  const counts = readCounts(loaded.map("counts"));
  expect(counts[1]).toBeGreaterThanOrEqual(10n);
  if (target.has("kprobeMulti")) {
    expect(notes).toEqual([]);
    expect(link.info().details).toMatchObject({ kind: "kprobeMulti", return: false });
    const details = link.info().details;
    if (details.kind === "kprobeMulti") expect([...details.cookies].sort()).toEqual([1n, 2n]);
  } else expect(notes[0]).toContain("one by one");
  link.close();
  expect(() => loaded.link(NAME, { kind: "kprobeMulti", functions, cookies: [1n], return: false })).toThrow(
    expect.objectContaining({ code: "linux/list-lengths" }),
  );
});

test("a session runs on entry and on return", (t) => {
  needs(t, "kprobe-session");
  using loaded = loadProbe("kprobe.session");
  loaded.attach(NAME, [
    { attach: { kind: "kprobeMulti", functions: ["vfs_read"], return: false, session: true }, cookie: 1n },
  ]);
  readSome(10);
  expect(readCounts(loaded.map("counts"))[1]).toBeGreaterThanOrEqual(20n);
});

test("a pattern finds functions, and a name that there is not is answered with what is near", (t) => {
  needs(t, "kprobe");
  const found = target.kernelFunctions("vfs_rea*").map((f) => f.name);
  expect(found).toContain("vfs_read");
  using loaded = loadProbe("kprobe.multi");
  expect(() => loaded.link(NAME, { kind: "kprobe", function: "vfs_reed", return: false })).toThrow(
    expect.objectContaining({ code: "linux/no-target", remedy: expect.stringContaining("vfs_read") }),
  );
  const failures = loaded.attach(
    NAME,
    ["vfs_read", "vfs_reed", "vfs_write"].map((name) => ({
      attach: { kind: "kprobe", function: name, return: false },
    })),
    { strict: false },
  );
  expect(failures.map((f) => f.attach)).toMatchObject([{ function: "vfs_reed" }]);
  expect(() => loaded.link(NAME, { kind: "ksyscall", name: "opennat", return: false })).toThrow(
    expect.objectContaining({ code: "linux/no-target" }),
  );
});

test("the list of functions is kept, and those of a module that comes are not missed", (t) => {
  needs(t, "kprobe");
  const folder = mkdtempSync(join(tmpdir(), "skep-kept-"));
  try {
    const keepIn = join(folder, "kept");
    const found = (pattern: string) => {
      using own = openLinux({ keepIn });
      return own.target.kernelFunctions(pattern);
    };
    const fresh = target.kernelFunctions("vfs_*");
    const listed = target.kernelFunctions("*vfs_re*"); // a pattern that only the list answers
    expect(found("vfs_*")).toEqual(fresh);
    expect(statSync(join(keepIn, "kernel-functions-found")).mode & 0o777).toBe(0o600);
    expect(found("*vfs_re*")).toEqual(listed);
    expect(statSync(join(keepIn, "kernel-functions")).mode & 0o777).toBe(0o600);
    expect([found("vfs_*"), found("*vfs_re*")]).toEqual([fresh, listed]);
    using _lab = new NetLab(); // loads the module
    expect(found("veth_xmit")).toEqual([{ name: "veth_xmit", module: "veth" }]);
    expect([found("vfs_*"), found("*vfs_re*")]).toEqual([fresh, listed]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("many functions one by one, by their addresses where that is faster", (t) => {
  needs(t, "kprobe", "cookie");
  using loaded = loadProbe("kprobe");
  const names = target
    .kernelFunctions("vfs_*")
    .filter((f) => f.module === undefined)
    .map((f) => f.name);
  const points = names.slice(0, 45).map((name) => ({
    attach: { kind: "kprobe", function: name, return: false } as const,
    cookie: 1n,
  }));
  const read = { attach: { kind: "kprobe", function: "vfs_read", return: false } as const, cookie: 2n };
  expect(loaded.attach(NAME, [...points.filter((p) => p.attach.function !== "vfs_read"), read])).toEqual([]);
  readSome(10);
  expect(readCounts(loaded.map("counts"))[2]).toBeGreaterThanOrEqual(10n);
});

// biome-ignore format: one case per line
test.for([
  { kind: "fentry", section: "fentry/bpf_fentry_test1" },
  { kind: "fexit",  section: "fexit/bpf_fentry_test1" },
] as const)("a program runs on a function's $kind, and is run by itself", ({ kind, section }, t) => {
  needs(t, "fentry");
  using loaded = backend.load(programs(NAME, [{ type: "tracing", section, text: countAndReturn(0) }]));
  using link = loaded.link(NAME, { kind, function: "bpf_fentry_test1" });
  loaded.program(NAME).testRun();
  expect(readCounts(loaded.map("counts"))[0]).toBe(1n);
  expect(link.info()).toMatchObject({ type: "tracing", details: { kind: "tracing" } });
});

// biome-ignore format: one case per line
test.for<{ rule: string; type: "tracing" | "kprobe"; section: string; needed: "fentry" | "kprobe"; attach: AttachSpec }>([
  { rule: "by BTF",  needed: "fentry", type: "tracing", section: "fentry/veth:veth_xmit", attach: { kind: "fentry", function: "veth_xmit", module: "veth" } },
  { rule: "by name", needed: "kprobe", type: "kprobe",  section: "kprobe/veth:veth_xmit", attach: { kind: "kprobe", function: "veth_xmit", module: "veth", return: false } },
])("a module's function is found, too: $rule", ({ type, section, needed, attach }, t) => {
  needs(t, needed);
  using lab = new NetLab(); // loads the module
  const own = openLinux(); // modules are looked at once
  using loaded = own.load(programs(NAME, [{ type, section, text: countAndReturn(0) }]));
  using _link = loaded.link(NAME, attach);
  lab.sendToNear(2);
  expect(readCounts(loaded.map("counts"))[0]).toBeGreaterThanOrEqual(2n);
  loaded.close();
  own[Symbol.dispose]();
});

test("cookies reach programs on functions", (t) => {
  needs(t, "fentry-cookie");
  const insns = [mov(6, 1), ...countByCookie, mov(0, 0n), exit];
  using loaded = backend.load(
    objectOf({ name: NAME, type: "tracing", section: "fentry/bpf_fentry_test1", insns }),
  );
  loaded.attach(NAME, [{ attach: { kind: "fentry", function: "bpf_fentry_test1" }, cookie: 5n }]);
  loaded.program(NAME).testRun();
  expect(readCounts(loaded.map("counts"))[5]).toBe(1n);
});

test("the target may be said when loading; one that there is not is named with what is near", (t) => {
  needs(t, "btf");
  const object = programs(NAME, [{ type: "tracing", section: "fentry", text: countAndReturn(0) }]);
  expect(() => backend.load(object)).toThrow(expect.objectContaining({ code: "linux/unknown-section" }));
  const wrong = { [NAME]: { kind: "fentry", function: "bpf_fentry_tset1" } } as const;
  expect(() => backend.load(object, { targets: wrong })).toThrow(
    expect.objectContaining({ code: "linux/no-target", remedy: expect.stringContaining("bpf_fentry_test1") }),
  );
  needs(t, "fentry");
  const right = { kind: "fentry", function: "bpf_fentry_test1" } as const;
  using loaded = backend.load(object, { targets: { [NAME]: right } });
  loaded.attach(NAME, [{ attach: right }]);
  loaded.program(NAME).testRun();
  expect(readCounts(loaded.map("counts"))[0]).toBe(1n);
});

test("a program runs at a tracepoint by its BTF", (t) => {
  needs(t, "tp-btf");
  const insns = ifProcess(process.pid, asm(count(0)));
  using loaded = backend.load(objectOf({ name: NAME, type: "tracing", section: "tp_btf/sys_enter", insns }));
  using link = loaded.link(NAME, { kind: "btfTracepoint", name: "sys_enter" });
  for (let i = 0; i < 10; i++) kernel.call("getpid");
  expect(readCounts(loaded.map("counts"))[0]).toBeGreaterThanOrEqual(10n);
  expect(link.info()).toMatchObject({ type: "rawTracepoint", details: { name: "sys_enter" } });
});

test("a program changes what a writable tracepoint passes on", (t) => {
  needs(t, "raw-tp");
  const write = asm("r1 = *(u64 *)(r6 + 0)\n r2 = -7\n *(u32 *)(r1 + 0) = r2");
  const insns = ifProcess(process.pid, write);
  const type = "rawTracepointWritable";
  using loaded = backend.load(objectOf({ name: NAME, type, section: "raw_tp.w/bpf_test_finish", insns }));
  using other = backend.load(
    programs(`${NAME}2`, [{ type: "socketFilter", section: "socket", text: "r0 = 0\nexit" }]),
  );
  const run = () => other.program(`${NAME}2`).testRun({ data: new Uint8Array(64) });
  run();
  using link = loaded.link(NAME, { kind: "rawTracepoint", name: "bpf_test_finish" });
  expect(run).toThrow(expect.objectContaining({ code: "system/E2BIG" }));
  expect(link.info().details).toMatchObject({ kind: "rawTracepoint", name: "bpf_test_finish" });
  link.close();
  run();
});

// biome-ignore format: one case per line
test.for<{ rule: string; type: "lsm" | "tracing"; section: string; needed: "lsm" | "fentry"; attach: AttachSpec }>([
  { rule: "a security hook",                  needed: "lsm",    type: "lsm",     section: "lsm/inode_mkdir",               attach: { kind: "lsm", hook: "inode_mkdir" } },
  { rule: "in place of a function's result",  needed: "fentry", type: "tracing", section: "fmod_ret/security_inode_mkdir", attach: { kind: "fmodRet", function: "security_inode_mkdir" } },
])("a program denies, one process only: $rule", async ({ type, section, needed, attach }, t) => {
  needs(t, needed);
  const folder = mkdtempSync(join(tmpdir(), "skep-lsm-"));
  const child = await startHeld(["mkdir", join(folder, "new")], { stdio: "ignore" });
  try {
    const insns = [...ifProcess(child.pid, [...asm(count(0)), mov(0, -1n), exit])];
    using loaded = backend.load(objectOf({ name: NAME, type, section, insns }));
    loaded.attach(NAME, [{ attach }]);
    child.release();
    expect(await child.exited).toMatchObject({ code: 1 });
    expect(readCounts(loaded.map("counts"))[0]).toBe(1n);
    execFileSync("mkdir", [join(folder, "new")]); // another process may
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a security hook's program denies in one cgroup", (t) => {
  needs(t, "lsm", "lsm-cgroup", "cgroup2");
  using cgroup = new Cgroup("lsm");
  using loaded = backend.load(
    programs(NAME, [{ type: "lsm", section: "lsm_cgroup/socket_create", text: countAndReturn(0) }]),
  );
  const command = "echo x > /dev/udp/127.0.0.1/9";
  expect(cgroup.run(command).output).not.toContain("not permitted");
  {
    using link = loaded.link(NAME, { kind: "lsmCgroup", hook: "socket_create", cgroup: { path: cgroup.path } });
    expect(cgroup.run(command).output).toContain("not permitted");
    expect(link.info().details).toMatchObject({ kind: "cgroup", attachType: "lsmCgroup" });
  }
  expect(cgroup.run(command).output).not.toContain("not permitted");
});

test("a program takes the place of another's function, and leaves it again", (t) => {
  needs(t, "fentry"); // the same policy
  const main = functionBtf(["skep_fn_main", "skep_fn_part"], [0, 2]);
  const object = {
    ...programs(NAME, [
      {
        type: "schedCls",
        section: "tc",
        text: "call part\n exit\n part: r0 = 1\n exit",
        functions: main.functions,
      },
    ]),
    btf: main.btf,
  };
  using old = backend.load(object);
  const part = functionBtf(["skep_fn_new"], [0]);
  const replacement = {
    ...programs(`${NAME}2`, [
      { type: "ext", section: "freplace/skep_fn_part", text: countAndReturn(2), functions: part.functions },
    ]),
    btf: part.btf,
  };
  const program = { id: old.program(NAME).id };
  const attach = { kind: "freplace", program, function: "skep_fn_part" } as const;
  expect(() => backend.load(replacement)).toThrow(
    expect.objectContaining({ code: "linux/no-replaced-program" }),
  );
  const wrong = { ...attach, function: "skep_fn_past" };
  expect(() => backend.load(replacement, { targets: { [`${NAME}2`]: wrong } })).toThrow(
    expect.objectContaining({ code: "linux/no-target", remedy: expect.stringContaining("skep_fn_part") }),
  );
  using loaded = backend.load(replacement, { targets: { [`${NAME}2`]: attach } });
  const run = () => old.program(NAME).testRun({ data: new Uint8Array(64) }).returned;
  expect(run()).toBe(1);
  {
    using link = loaded.link(`${NAME}2`, attach);
    expect(run()).toBe(2);
    expect(link.info()).toMatchObject({ type: "tracing", details: { targetObjectId: program.id } });
  }
  expect(run()).toBe(1);
});

test("what no kernel here offers is refused with a reason", (t) => {
  needs(t, "kprobe");
  const text = "r2 = -1\n call bpf_override_return\n r0 = 0\n exit";
  const object = programs(NAME, [{ type: "kprobe", section: "kprobe/vfs_read", text }]);
  expect(() => backend.load(object)).toThrow(expect.objectContaining({ code: "system/verifier-refused" }));
});
