import { expect, test } from "vitest";
import { fakeTarget } from "../../../test/support/fake-target.ts";
import { compile } from "../../pipeline.ts";
import type { Feature } from "../../plan/target.ts";

const warning = { code: "probe/not-found", severity: "warning" };
const error = { code: "probe/not-found", severity: "error" };
const unsupported = { code: "probe/unsupported", severity: "error" };

// biome-ignore format: one case per line
test.each<{ rule: string; source: string; lacks?: readonly Feature[]; told: readonly object[]; points: number }>([
  { rule: "a probe alone must be there",              source: "kprobe:blk_start { }",                                             told: [error],                points: 0 },
  { rule: "also in a list",                           source: "kprobe:blk_start, kprobe:vfs_read { }",                            told: [error],                points: 0 },
  { rule: "also a pattern of a list",                 source: "kprobe:blk_start_*, kprobe:vfs_read { }",                          told: [error],                points: 0 },
  { rule: "another name of the same function stands for it", source: "kprobe:__vfs_read, kprobe:vfs_read { }",                    told: [warning],              points: 1 },
  { rule: "in any place",                             source: "kprobe:vfs_read, kprobe:vfs_read.isra.0, kprobe:do_nanosleep { }", told: [warning],              points: 1 },
  { rule: "asked for, a list goes on with the rest",  source: "config = { missing_probes = warn } kprobe:blk_start, kprobe:vfs_read { }", told: [warning],      points: 1 },
  { rule: "also a pattern",                           source: "kprobe:vfs_read, kprobe:vfs_read.constprop.* { }",                 told: [warning],              points: 1 },
  { rule: "also a system call that this kernel lacks", source: "tracepoint:syscalls:sys_enter_renameat, tracepoint:syscalls:sys_enter_openat { @ = args.filename; }", told: [warning], points: 1 },
  { rule: "not one that there never was",             source: "tracepoint:syscalls:sys_enter_old, tracepoint:syscalls:sys_enter_openat { }", told: [error], points: 0 },
  { rule: "one of the list must be there",            source: "kprobe:a_start, kprobe:b_start { }",                               told: [error, error],         points: 0 },
  { rule: "asked for, each must be there",            source: "config = { missing_probes = error } kprobe:a_start, kprobe:vfs_read { }", told: [error],         points: 0 },
  { rule: "asked for, none must be there",            source: "config = { missing_probes = warn } kprobe:a_start { } kprobe:vfs_read { }", told: [warning],     points: 1 },
  { rule: "asked for, nothing is said",               source: "config = { missing_probes = ignore } kprobe:a_start, kprobe:vfs_read { }", told: [],             points: 1 },
  { rule: "what is there but cannot be probed is no spare name", source: "kprobe:vfs_read, BEGIN { }",                          lacks: ["kprobe", "fentry"], told: [unsupported], points: 0 },
  { rule: "nor one that the kernel lacks, beside other probes", source: "kprobe:a_start, BEGIN { }",                          lacks: ["kprobe", "fentry"], told: [unsupported], points: 0 },
])("$rule", ({ source, lacks = [], told, points }) => {
  const { compiled, report } = compile({ name: "-e", text: source }, fakeTarget({ lacks }));
  expect(report.diagnostics).toMatchObject(told);
  expect(compiled?.plan.programs.flatMap((program) => program.points) ?? []).toHaveLength(points);
});

test.each([
  {
    rule: "a function that is inlined is seen by its tracepoint",
    source: "kprobe:blk_account_io_start { @ = count(); }",
    told: [],
  },
  {
    rule: "also where its other name is missing",
    source: "kprobe:blk_account_io_start, kprobe:__blk_account_io_start { }",
    told: [warning],
  },
  {
    rule: "with a stack, which begins in the function that it is in",
    source: "kprobe:blk_account_io_start { @[kstack] = count(); }",
    told: [],
  },
])("$rule", ({ source, told }) => {
  const known = { ...fakeTarget(), rawTracepoints: () => ["block_io_start"] };
  const { compiled, report } = compile({ name: "-e", text: source }, known);
  expect(report.diagnostics).toMatchObject(told);
  const points = compiled?.plan.programs.flatMap((program) => program.points) ?? [];
  expect(points.map(({ attach }) => attach)).toEqual([{ kind: "rawTracepoint", name: "block_io_start" }]);
});
