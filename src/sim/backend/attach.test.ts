// Each kind of attachment sees what happens, with the right values.
import { expect, test } from "vitest";
import type { AttachSpec } from "../../abi/attach-spec.ts";
import { helperByName } from "../../abi/helpers.ts";
import { SkepError } from "../../base/errors.ts";
import { assemble } from "../../isa/assemble.ts";
import type { ObjectSpec } from "../../object/object.ts";
import { simulate } from "../../simulate.ts";
import { simKernelTables } from "../btf/types.ts";
import type { MachineBuilder } from "../scenarios/machine-builder.ts";

const tables = simKernelTables();

/** A program with functions and a probe of its own, which opens a file in one of them. */
function machine(m: MachineBuilder): void {
  m.binary({
    path: "/usr/bin/app",
    functions: ["main", "work", "helper"],
    usdt: [{ provider: "app", name: "done", args: [8, -4] }],
  });
  m.start("/usr/bin/app", function* (p) {
    yield* p.enter("main", [1, 2], function* () {
      for (let i = 0; i < 3; i++) {
        yield* p.enter("work", [i, -i], function* () {
          yield* p.open("/etc/passwd");
          yield* p.compute("2 ms");
          return i * 10;
        });
        p.usdt("app", "done", () => [i, -i]);
      }
      yield* p.open("/etc/missing");
      return 0;
    });
  });
}

// biome-ignore format: one kind per line
test.each<{ rule: string; script: string; gives: string }>([
  { rule: "tracepoint",         script: 'tracepoint:syscalls:sys_enter_openat /comm == "app"/ { printf("%s ", str(args.filename)); }', gives: "/etc/passwd /etc/passwd /etc/passwd /etc/missing" },
  { rule: "result of a call",   script: 'tracepoint:syscalls:sys_exit_openat /comm == "app"/ { printf("%d ", args.ret); }', gives: "3 4 5 -2" },
  { rule: "raw tracepoint",     script: 'rawtracepoint:sys_enter /comm == "app" && arg1 == 257/ { @n = count(); } END { printf("%d", (int64)@n); clear(@n); }', gives: "4" },
  { rule: "kprobe",             script: 'kprobe:do_sys_openat2 /comm == "app"/ { printf("%s ", str(uptr(arg1))); }', gives: "/etc/passwd /etc/passwd /etc/passwd /etc/missing" },
  { rule: "kretprobe",          script: 'kretprobe:do_sys_openat2 /comm == "app"/ { printf("%d ", (int32)retval); }', gives: "3 4 5 -2" },
  { rule: "fentry",             script: 'fentry:do_sys_openat2 /comm == "app"/ { printf("%d ", args.dfd); }', gives: "-100 -100 -100 -100" },
  { rule: "fexit",              script: 'fexit:do_sys_openat2 /comm == "app"/ { printf("%s=%d ", str(uptr(args.filename)), retval); }', gives: "/etc/passwd=3 /etc/passwd=4 /etc/passwd=5 /etc/missing=-2" },
  { rule: "uprobe",             script: 'uprobe:/usr/bin/app:work { printf("%d,%d ", arg0, arg1); }', gives: "0,0 1,-1 2,-2" },
  { rule: "uretprobe",          script: 'uretprobe:/usr/bin/app:work { printf("%d ", retval); }', gives: "0 10 20" },
  { rule: "usdt",               script: 'usdt:/usr/bin/app:app:done { printf("%d,%d ", arg0, arg1); }', gives: "0,0 1,-1 2,-2" },
  { rule: "user stack",         script: 'kprobe:do_sys_openat2 /comm == "app" && str(uptr(arg1)) == "/etc/missing"/ { printf("%s", ustack(2)); }', gives: "main" },
  { rule: "kernel stack",       script: 'kprobe:vfs_open /comm == "app"/ { printf("%s", kstack(3)); exit(); }', gives: "vfs_open" },
])("$rule", ({ script, gives }) => {
  using run = simulate(script, { scenario: machine, duration: "100 ms", tables });
  const text = run.text.trim();
  if (gives.includes(" ") || /^[\d-]/.test(gives)) expect(text).toBe(gives);
  else expect(text).toContain(gives);
});

test("a kernel stack leads from the probed function to the system call", () => {
  using run = simulate('kprobe:vfs_open /comm == "app"/ { printf("%s", kstack()); exit(); }', {
    scenario: machine,
    duration: "100 ms",
    tables,
  });
  const names = [...run.text.matchAll(/^\s*(\w+)\+/gm)].map(([, name]) => name);
  expect(names[0]).toBe("vfs_open");
  expect(names).toContain("do_sys_openat2");
  expect(names.at(-1)).toBe("entry_SYSCALL_64_after_hwframe");
});

test("profile samples what runs, as often as it is asked", () => {
  using run = simulate("profile:hz:100 { @[comm] = count(); } interval:ms:100 { @ticks = count(); }", {
    scenario(m) {
      m.start("/usr/bin/spin", function* (p) {
        for (;;) yield* p.compute("1 s");
      });
    },
    cpus: 2,
    duration: "1 s",
    tables,
  });
  const counts = new Map(run.readMap("@")?.entries.map(({ key, value }) => [key, Number(value)]));
  expect(counts.get("spin")).toBeGreaterThanOrEqual(99);
  expect(
    (counts.get("spin") ?? 0) + (counts.get("swapper/0") ?? 0) + (counts.get("swapper/1") ?? 0),
  ).toBeGreaterThanOrEqual(198);
  expect(Number(run.readMap("@ticks")?.entries[0]?.value)).toBe(10);
});

test("software events are counted", () => {
  using run = simulate("software:context-switches:1 { @ = count(); }", {
    scenario: machine,
    duration: "100 ms",
    tables,
  });
  expect(Number(run.readMap("@")?.entries[0]?.value)).toBeGreaterThan(2);
});

/** One program that counts its runs in an array map: at 0, and its return value comes from 1. */
function counting(type: ObjectSpec["programs"][number]["type"], body: string): ObjectSpec {
  const text = `
    r6 = r1
    ${body}
    exit`;
  const { insns, report } = assemble({ name: "p", text }, { helperId: (name) => helperByName(name)?.id });
  if (insns === undefined) throw new Error(report.diagnostics.map((d) => d.message).join("\n"));
  return {
    programs: [{ name: "p", type, section: type, insns, functions: [{ name: "p", insnIndex: 0, btfId: 0 }] }],
    maps: [{ name: "m", type: "array", keySize: 4, valueSize: 8, maxEntries: 1, flags: 0 }],
    license: "GPL",
  };
}

const COUNT = `
    r1 = map[m][0]
    r2 = *(u64 *)(r1 + 0)
    r2 += 1
    *(u64 *)(r1 + 0) = r2`;

function countOf(object: ObjectSpec, attach: AttachSpec): number {
  using run = simulate(object, { scenario: machine, duration: "100 ms", tables, attach: { p: [{ attach }] } });
  const value = run.map("m").lookup(new Uint8Array(4)) as Uint8Array;
  return Number(new DataView(value.buffer).getBigUint64(0, true));
}

test("a session runs at both ends, or only at the first when it gives 1", () => {
  const functions = ["do_sys_openat2"];
  const attach = { kind: "kprobeMulti", functions, return: false, session: true } as const;
  expect(countOf(counting("kprobe", `${COUNT}\n r0 = 0`), attach)).toBe(
    8 + countOf(counting("kprobe", `${COUNT}\n r0 = 1`), attach) - 4,
  );
});

test("an LSM program refuses, and the caller is told", () => {
  const object = counting("lsm", "r0 = -1");
  let result = 0;
  using run = simulate(object, {
    scenario: (m) =>
      m.start("/usr/bin/denied", function* (p) {
        result = yield* p.open("/etc/passwd");
      }),
    duration: "100 ms",
    tables,
    attach: { p: [{ attach: { kind: "lsm", hook: "file_open" } }] },
  });
  expect(run.world.nowNs).toBeGreaterThan(0);
  expect(result).toBe(-1);
});

test("an override makes a function return at once", () => {
  const object = counting("kprobe", "r1 = r6\n r2 = -12\n call bpf_override_return\n r0 = 0");
  let result = 0;
  using _run = simulate(object, {
    scenario: (m) =>
      m.start("/usr/bin/denied", function* (p) {
        result = yield* p.open("/etc/passwd");
      }),
    duration: "100 ms",
    tables,
    attach: { p: [{ attach: { kind: "kprobe", function: "__x64_sys_openat", return: false } }] },
  });
  expect(result).toBe(-12);
});

test("an iterator shows every process, and says when it is over", () => {
  const object = counting(
    "tracing",
    `r1 = *(u64 *)(r6 + 8)
    if r1 == 0 goto end
    r3 = r1
    r1 = r10
    r1 += -8
    r2 = 4
    call bpf_probe_read_kernel
    r2 = *(u32 *)(r10 - 8)
    r0 = 0
    exit
  end:
    ${COUNT}
    r0 = 0`,
  );
  using run = simulate(object, {
    scenario: machine,
    duration: 0,
    tables,
    attach: { p: [{ attach: { kind: "iter", target: "task" } }] },
  });
  expect(run.iterate("p")).toBe("");
  const value = run.map("m").lookup(new Uint8Array(4)) as Uint8Array;
  expect(new DataView(value.buffer).getBigUint64(0, true)).toBe(1n);
});

// biome-ignore format: one refusal per line
test.each<{ rule: string; attach: AttachSpec; code: string }>([
  { rule: "no such tracepoint", attach: { kind: "tracepoint", category: "sched", name: "nonsense" },       code: "sim/no-tracepoint" },
  { rule: "no such function",   attach: { kind: "kprobe", function: "nonsense", return: false },           code: "sim/no-function" },
  { rule: "inside a function",  attach: { kind: "kprobe", function: "vfs_open", return: false, offset: 4 }, code: "sim/unsupported-attach" },
  { rule: "no such binary",     attach: { kind: "uprobe", path: "/bin/none", offset: 0, return: false },   code: "sim/no-binary" },
  { rule: "no such place",      attach: { kind: "uprobe", path: "/usr/bin/app", offset: 1, return: false }, code: "sim/no-code" },
  { rule: "no such cgroup",     attach: { kind: "cgroup", cgroup: { path: "/none" }, hook: "cgroupDevice" }, code: "sim/no-cgroup" },
  { rule: "no such kind",       attach: { kind: "lirc", device: "/dev/lirc0" },                            code: "sim/unsupported-attach" },
])("refused: $rule", ({ attach, code }) => {
  const object = counting("kprobe", "r0 = 0");
  const go = () => simulate(object, { scenario: machine, tables, attach: { p: [{ attach }] } });
  expect(go).toThrow(SkepError);
  try {
    go();
  } catch (error) {
    expect((error as SkepError).code).toBe(code);
  }
});
