import { execFileSync } from "node:child_process";
import { release } from "node:os";
import { expect, test } from "vitest";
import { HELPERS, mayCall } from "../../src/abi/helpers.ts";
import { PROGRAM_TYPES } from "../../src/abi/program-types.ts";
import { PROGRAM_TYPE_NAMES } from "../../src/linux/probe-features.ts";
import { runSkep } from "./skep-command.ts";

type Report = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const bpftool = (...args: string[]) =>
  JSON.parse(execFileSync("bpftool", ["-j", ...args], { encoding: "utf8" })) as Report;

test("the probe says what bpftool's says, under its names", async () => {
  const { out, status } = await runSkep("feature", "probe", "--json");
  expect(status).toBe(0);
  const ours = JSON.parse(out) as Report;
  const theirs = bpftool("feature", "probe");
  for (const [section, rows] of Object.entries(theirs)) {
    if (section === "helpers") continue; // the bpftool of Debian 12 does not know how newer kernels refuse a helper
    for (const [name, value] of Object.entries(rows)) {
      // Where a policy refuses fentry alone, tracing programs load all the same.
      if (name === "have_tracing_prog_type" && value === false) continue;
      expect([name, ours[section]?.[name]]).toEqual([name, value]);
    }
  }
});

test("helpers per program type are those of the table", async () => {
  const { out } = await runSkep("feature", "probe", "full", "--json");
  const { helpers = {}, program_types = {} } = JSON.parse(out) as Report;
  for (const program of PROGRAM_TYPE_NAMES) {
    const word = PROGRAM_TYPES[program].kernelName.slice("BPF_PROG_TYPE_".length).toLowerCase();
    if (program_types[`have_${word}_prog_type`] !== true || program === "ext") continue;
    // What else a kernel was built without is missing too.
    const known = HELPERS.filter((helper) => mayCall(helper, { program, release: release() })).map(
      (h) => h.name,
    );
    const found = helpers[`${word}_available_helpers`] as string[];
    expect([word, found.filter((name) => !known.includes(name))]).toEqual([word, []]);
    expect(found.length).toBeGreaterThan(known.length * 0.8);
  }
});

// biome-ignore format: one group per line
test.each([
  { group: "prog_types",  has: "raw_tracepoint_writable" },
  { group: "map_types",   has: "lru_percpu_hash" },
  { group: "attach_types", has: "cgroup_inet4_connect" },
  { group: "link_types",  has: "kprobe_multi" },
  { group: "helpers",     has: "bpf_user_ringbuf_drain" },
])("built-in names of $group hold bpftool's", async ({ group, has }) => {
  const ours = JSON.parse((await runSkep("feature", "list_builtins", group, "--json")).out) as string[];
  const theirs = bpftool("feature", "list_builtins", group) as unknown as string[];
  expect(ours).toContain(has);
  expect(theirs.filter((name) => !ours.includes(name))).toEqual([]);
});

test("without privileges there is less, and no error", async () => {
  const { out, status } = await runSkep("feature", "probe", "unprivileged", "--json");
  expect(status).toBe(0);
  const { program_types = {} } = JSON.parse(out) as Report;
  expect(program_types["have_kprobe_prog_type"]).toBe(false);
});

test("macros compile, with a prefix", async () => {
  const { out } = await runSkep("feature", "probe", "macros", "prefix", "MY_");
  const program = `${out}
#if !MY_HAVE_PROG_TYPE_HELPER(xdp, bpf_xdp_adjust_head)
#error xdp programs can move their head
#endif
#ifndef MY_HAVE_XDP_PROG_TYPE
#error no xdp
#endif
int x;`;
  execFileSync("clang-14", ["-fsyntax-only", "-Werror", "-x", "c", "-"], { input: program });
});

// biome-ignore format: one line per case
test.each([
  { rule: "an unknown word",      args: ["probe", "everything"],         status: 2, says: /not known here/ },
  { rule: "an unknown group",     args: ["list_builtins", "colours"],    status: 2, says: /there is no group/ },
  { rule: "no such interface",    args: ["probe", "dev", "nosuchif0"],   status: 3, says: /load\/no-interface/ },
])("wrong use: $rule", async ({ args, status, says }) => {
  const said = await runSkep("feature", ...args);
  expect([said.status, says.test(said.err)]).toEqual([status, true]);
});
