import { expect, test } from "vitest";
import { fakeTarget } from "../test/support/fake-target.ts";
import { fitPlan } from "./fit-plan.ts";
import { type Compiled, compile } from "./pipeline.ts";
import type { AttachPlan, Plan } from "./plan/plan.ts";
import { asCompiled, isShipped, packScript, unpackScript } from "./shipped.ts";

const FACTS = { name: "x.bt", arch: "x86_64" } as const;

function built(text: string): Compiled {
  const { compiled, report } = compile({ name: "x.bt", text }, fakeTarget(), { relocatable: true });
  if (!compiled) throw new Error(JSON.stringify(report.diagnostics));
  return compiled;
}

const SCRIPT =
  'tracepoint:sched:sched_switch { @[args.next_comm] = lhist(args.prev_prio, 0, 100, 10); } uprobe:made-up:main { printf("%d %s\\n", pid, comm); } kprobe:vfs_* { @k[probe] = count(); } BEGIN { print(curtask->pid); }';

test("a script's file gives its plan and its object again", () => {
  const compiled = built(SCRIPT);
  const bytes = packScript(compiled, FACTS);
  expect(isShipped(bytes)).toBe(true);
  const { compiled: again, facts } = unpackScript(bytes);
  expect(facts).toEqual(FACTS);
  expect(again.plan).toEqual(compiled.plan);
  expect(packScript(again, FACTS)).toEqual(packScript(unpackScript(packScript(again, FACTS)).compiled, FACTS));
});

test("each damage is an error of its own kind, and none is a crash", () => {
  const bytes = packScript(built(SCRIPT), FACTS);
  for (let cut = 0; cut < bytes.length; cut += 97)
    expect(() => unpackScript(bytes.subarray(0, cut))).toThrow(/no shipped script/);
  const other = bytes.slice();
  other.set(new TextEncoder().encode("SKEP 9"), "#!/usr/bin/env skep\n".length);
  expect(() => unpackScript(other)).toThrow(/format SKEP 9/);
});

test("on the kernel of its build nothing is left to fit", () => {
  const object = asCompiled(built(SCRIPT).object);
  expect(object.programs.flatMap(({ insns }) => insns.filter((insn) => insn.meta?.reloc))).toEqual([]);
});

test("fields of the kernel's carry relocations, and other places do not", () => {
  const { programs } = built("BEGIN { print((curtask->pid, curtask->comm, nsecs)); }").object;
  const relocs = programs.flatMap(({ insns }) => insns.flatMap((insn) => insn.meta?.reloc ?? []));
  expect(relocs).toMatchObject([{ what: "fieldByteOffset" }, { what: "fieldByteOffset" }]);
});

const point = (more: Partial<AttachPlan>): Plan => ({
  programs: [
    {
      program: "p",
      phase: "trace",
      points: [{ attach: { kind: "manual" }, probe: "x", ...more } as AttachPlan],
    },
  ],
  actions: [],
  maps: [],
  probeNames: [],
  rings: { events: "", control: "", losses: "" },
  unsafe: [],
});
const uprobe = { kind: "uprobe", path: "/old", offset: 1, return: false } as const;
const main = { kind: "function", binary: "made-up", name: "main", extra: 4 } as const;
const multi = {
  kind: "kprobeMulti",
  functions: ["gone", "vfs_read"],
  return: false,
  cookies: [2n, 4n],
} as const;
const record = (offset: number) =>
  ({ kind: "record", category: "sched", name: "sched_switch", fields: { prev_pid: [offset, 4] } }) as const;

// biome-ignore format: one case per line
test.each<{ rule: string; plan: Plan; pid?: number; gives: object | string }>([
  { rule: "a function is looked up again", plan: point({ attach: uprobe, again: main }), gives: { path: "/bin/made-up", offset: 0x1004 } },
  { rule: "a function that is not here",  plan: point({ attach: uprobe, again: { ...main, name: "x" } }), gives: "ship/no-probe" },
  { rule: "a process of one's choice",    plan: point({ attach: uprobe, again: main }), pid: 7, gives: { pid: 7 } },
  { rule: "functions that a pattern found elsewhere", plan: point({ attach: multi, wild: true, places: 2 }), gives: { functions: ["vfs_read"], cookies: [4n] } },
  { rule: "none of a pattern's functions", plan: point({ attach: { ...multi, functions: ["gone"] }, wild: true }), gives: "ship/no-probe" },
  { rule: "a record as it was",           plan: point({ again: record(24) }), gives: { kind: "tracepoint", name: "sched_switch" } },
  { rule: "a record that has changed",    plan: point({ again: record(25) }), gives: "ship/changed" },
])("a plan on another machine: $rule", ({ plan, pid, gives }) => {
  const fitted = () => fitPlan(plan, fakeTarget(), { ...(pid !== undefined && { pid }) });
  if (typeof gives === "string") expect(fitted).toThrow(expect.objectContaining({ code: gives }));
  else expect(fitted().programs[0]?.points[0]?.attach).toMatchObject(gives);
});
