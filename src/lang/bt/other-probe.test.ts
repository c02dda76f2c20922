import { expect, test } from "vitest";
import { fakeTarget } from "../../../test/support/fake-target.ts";
import { globMatcher } from "../../base/glob.ts";
import { compile } from "../../pipeline.ts";
import type { Feature } from "../../plan/target.ts";

// Where a kernel lacks one way to probe a function, another that shows the same is used.

// biome-ignore format: one case per line
test.each<{ source: string; lacks: readonly Feature[]; attach: object | undefined; probe?: string; note?: RegExp }>([
  { source: "kprobe:vfs_read { @ = arg1; }", lacks: [], attach: { kind: "kprobe" }, probe: "kprobe:vfs_read" },
  { source: "fentry:__probestub_sched_switch { @ = args.next; }", lacks: ["fentry"], attach: { kind: "kprobe", return: false }, probe: "fentry:vmlinux:__probestub_sched_switch", note: /no fentry; kprobe is used/ },
  { source: "fexit:vfs_read { @ = retval; }", lacks: ["fentry"], attach: { kind: "kprobe", return: true }, probe: "fexit:vmlinux:vfs_read", note: /kretprobe is used/ },
  { source: "fexit:vfs_read { @ = args.count; }", lacks: ["fentry"], attach: undefined },
  { source: "kprobe:__probestub_sched_switch { @ = arg1; }", lacks: ["kprobe"], attach: { kind: "fentry" }, probe: "kprobe:__probestub_sched_switch", note: /fentry is used/ },
  { source: "kretprobe:__probestub_sched_switch { @ = 1; }", lacks: ["kprobe"], attach: { kind: "fexit" }, note: /fexit is used/ },
  { source: 'kprobe:vfs_read { @ = reg("ip"); }', lacks: ["kprobe"], attach: undefined },
  { source: "kprobe:vfs_read+4 { @ = 1; }", lacks: ["kprobe"], attach: undefined },
  { source: "kprobe:__x64_sys_openat { @[probe, func] = arg0; }", lacks: ["kprobe", "fentry"], attach: { kind: "rawTracepoint", name: "sys_enter" }, probe: "kprobe:__x64_sys_openat", note: /rawtracepoint:sys_enter is used/ },
  { source: "kretprobe:__x64_sys_openat { @ = retval; }", lacks: ["kprobe", "fentry"], attach: { kind: "rawTracepoint", name: "sys_exit" }, note: /sys_exit is used/ },
  { source: "kprobe:vfs_read { @ = arg1; }", lacks: ["kprobe", "fentry"], attach: undefined },
])("$source without $lacks", ({ source, lacks, attach, probe, note }) => {
  const notes: string[] = [];
  const known = [{ name: "vfs_read" }, { name: "__probestub_sched_switch" }];
  const kernelFunctions = (pattern: string) => known.filter((fn) => globMatcher(pattern)(fn.name));
  const target = { ...fakeTarget({ lacks }), kernelFunctions };
  const options = { onNote: (text: string) => void notes.push(text) };
  const { compiled, report } = compile({ name: "-e", text: source }, target, options);
  const point = compiled?.plan.programs[0]?.points[0];
  if (attach === undefined) expect(report.diagnostics.map(({ code }) => code)).toEqual(["probe/unsupported"]);
  else expect(point?.attach, JSON.stringify(report.diagnostics)).toMatchObject(attach);
  if (probe !== undefined) expect(point?.probe).toBe(probe);
  if (note === undefined) expect(notes).toEqual([]);
  else expect(notes).toEqual([expect.stringMatching(note)]);
});
