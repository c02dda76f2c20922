import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { FEATURES, type FeatureName } from "./features.ts";
import { expectGone } from "./linux-lab.ts";
import { runSkep } from "./skep-command.ts";

const SKEP = fileURLToPath(new URL("../../bin/skep.cjs", import.meta.url));

type Finding = Readonly<{
  name: string;
  status: string;
  says: string;
  why?: string;
  remedy?: string;
  lacks: string[];
}>;
type Report = Readonly<{ can_trace: boolean; checks: Finding[] }>;

// biome-ignore format: one check per line
const SAME: readonly (readonly [check: string, feature: FeatureName])[] = [
  ["kprobes",                "kprobe"],
  ["many kprobes at once",   "kprobe-multi"],
  ["uprobes",                "uprobe"],
  ["many uprobes at once",   "uprobe-multi"],
  ["raw tracepoints",        "raw-tp"],
  ["typed tracepoints",      "tp-btf"],
  ["fentry, fexit",          "fentry"],
  ["LSM",                    "lsm"],
  ["TC by tcx",              "tcx"],
  ["netfilter",              "netfilter"],
  ["netkit",                 "netkit"],
  ["socket lookup",          "sk-lookup"],
  ["struct_ops",             "struct-ops"],
  ["iterators",              "iter"],
  ["perf: hardware counters", "hw-counters"],
];

test("the doctor finds what this kernel has, and leaves nothing behind", async () => {
  const { out, err, status } = await runSkep("doctor", "--json");
  expect([status, err]).toEqual([0, ""]);
  const { can_trace, checks } = JSON.parse(out) as Report;
  expect(can_trace).toBe(true);
  for (const [name, feature] of SAME) {
    const found = checks.find((check) => check.name === name)?.status;
    expect([name, found === "works"]).toEqual([name, FEATURES[feature].present() === "yes"]);
  }
  for (const { name, status: state, why, remedy, lacks } of checks) {
    expect([name, lacks]).toEqual([name, []]);
    if (state !== "works") expect([name, why, remedy]).not.toContain(undefined);
  }
  expectGone("skep_trial");
});

test("as text, what is missing stands with its reason and remedy", async () => {
  const { out, status } = await runSkep("doctor", "--quiet");
  expect(status).toBe(0);
  expect(out).not.toMatch(/^ {2}yes/m);
  expect(out).toMatch(/^ {2}no .*sched_ext/m);
  expect(out).toMatch(/mend: use a kernel with CONFIG_SCHED_CLASS_EXT/);
  expect(out).toMatch(/skep can trace here/);
});

test("without privileges it tells what each capability would give, and ends with 3", () => {
  const run = spawnSync(
    "setpriv",
    ["--reuid=65534", "--clear-groups", process.execPath, SKEP, "doctor", "--json"],
    {
      encoding: "utf8",
    },
  );
  expect([run.status, run.stderr]).toEqual([3, ""]);
  const { can_trace, checks } = JSON.parse(run.stdout) as Report;
  expect(can_trace).toBe(false);
  const of = (name: string) => checks.find((check) => check.name === name);
  expect(of("tracepoints")?.lacks).toEqual(["CAP_BPF", "CAP_PERFMON"]);
  expect(of("XDP")?.lacks).toEqual(["CAP_BPF", "CAP_NET_ADMIN"]);
  expect(of("privileges")?.remedy).toMatch(/sudo setcap cap_bpf,cap_perfmon/);
  expect(of("kernel types (BTF)")?.status).toBe("works");
});

test("a word too many is wrong use", async () => {
  expect((await runSkep("doctor", "who")).status).toBe(2);
});
