import { expect, test } from "vitest";
import { fakeTarget } from "../../../test/support/fake-target.ts";
import { type CompileOptions, compile } from "../../pipeline.ts";

const SCRIPT = `BEGIN { } END { } self:signal:USR1 { }
kprobe:vfs_read, kretprobe:vfs_read { @ = count(); } interval:s:1 { } test:one { return 0; } test:two { return 0; }`;

// biome-ignore format: one case per line
test.each<{ rule: string; wanted: RegExp; own?: "test"; gives: readonly string[] }>([
  { rule: "a place of a list",                        wanted: /^kprobe:/,        gives: ["kprobe:vfs_read"] },
  { rule: "a part of a name",                         wanted: /vfs/,             gives: ["kprobe:vfs_read", "kretprobe:vfs_read"] },
  { rule: "whole names, where the expression says so", wanted: /^interval:s:1$/, gives: ["interval:s:1"] },
  { rule: "one of the script's own tests",            wanted: /two/,             own: "test", gives: ["test:two"] },
])("$rule is kept, and what is special", ({ wanted, own, gives }) => {
  const options: CompileOptions = { keptProbes: wanted, ...(own && { own }) };
  const { compiled, report } = compile({ name: "-e", text: SCRIPT }, fakeTarget(), options);
  expect(report.diagnostics).toEqual([]);
  const names = compiled?.plan.probeNames.filter((_, index) => index % 2 === 0) ?? [];
  expect(names.filter((name) => !/^(BEGIN|END|self:.*)$/.test(name))).toEqual(gives);
  expect(names).toHaveLength(gives.length + 3);
});

test("of many system calls by one program, those are kept whose names match", () => {
  const syscalls = ["openat", "read", "write", "close", "lseek", "fsync", "sync", "mmap", "dup", "pipe"];
  const target = {
    ...fakeTarget(),
    tracepoints: () => syscalls.map((name) => ({ category: "syscalls", name: `sys_enter_${name}` })),
    rawTracepoints: () => ["sys_enter"],
    syscallNumber: (name: string) => 100 + syscalls.indexOf(name),
  };
  const text = "tracepoint:syscalls:sys_enter_* { @[probe] = count(); }";
  const { compiled, report } = compile({ name: "-e", text }, target, { keptProbes: /_(read|sync)$/ });
  expect(report.diagnostics).toEqual([]);
  expect(compiled?.plan.probeNames.filter((name) => name !== "")).toEqual([
    "tracepoint:syscalls:sys_enter_read",
    "tracepoint:syscalls:sys_enter_sync",
  ]);
  expect(compiled?.plan.programs.flatMap(({ points }) => points.map(({ places }) => places))).toEqual([2]);
});

test("it is an error when nothing is left", () => {
  const { report } = compile({ name: "-e", text: SCRIPT }, fakeTarget(), { keptProbes: /nothing/ });
  expect(report.diagnostics).toMatchObject([{ code: "probe/filtered", severity: "error" }]);
});
