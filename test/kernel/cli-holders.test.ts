import { execFileSync } from "node:child_process";
import { mkdirSync, rmdirSync } from "node:fs";
import { afterAll, beforeEach, expect, test } from "vitest";
import { Caller, CliLab } from "./cli-lab.ts";
import { Cgroup } from "./linux-lab.ts";
import { needs } from "./needs.ts";
import { runSkep, startSkep } from "./skep-command.ts";

// Who holds what: programs of cgroups, and probes and events of processes.

const lab = new CliLab();
const object = lab.compile("network");
afterAll(() => lab[Symbol.dispose]());

beforeEach((context) => needs(context, "btf", "cgroup2"));

type Row = Readonly<Record<string, unknown>>;

const json = async (...args: string[]) => JSON.parse((await runSkep(...args, "--json")).out) as Row[];
const bpftool = (...args: string[]) =>
  JSON.parse(execFileSync("bpftool", ["-j", ...args], { encoding: "utf8" })) as Row[];

const CONNECT = 'timeout 30 bash -c "exec 3<>/dev/tcp/127.0.0.1/9" 2>&1';

test("cgroups: attached, seen to deny, shown as bpftool shows them, detached", async () => {
  using cgroup = new Cgroup("cli");
  const below = `${cgroup.path}/below`;
  mkdirSync(below);
  try {
    expect(cgroup.run(CONNECT).output).toMatch(/refused/);
    const attached = await runSkep("cgroup", "attach", cgroup.path, "connect4", object);
    expect([attached.err, attached.out]).toEqual([
      "",
      expect.stringMatching(/program \d+ \(cg_connect\), cgroup_inet4_connect/),
    ]);
    expect(cgroup.run(CONNECT).output).toMatch(/not permitted/);
    expect((await runSkep("cgroup", "attach", cgroup.path, "cgroup_inet_egress", object, "multi")).status).toBe(
      0,
    );
    const mine = ({ link_id: _, ...row }: Row) => row;
    expect((await json("cgroup", "show", cgroup.path)).map(mine)).toEqual(
      bpftool("cgroup", "show", cgroup.path),
    );
    expect(await json("cgroup", "tree", cgroup.path)).toEqual(bpftool("cgroup", "tree", cgroup.path));
    expect(await json("cgroup", "tree", cgroup.path, "effective")).toEqual(
      bpftool("cgroup", "tree", cgroup.path, "effective"),
    );
    expect(await json("cgroup", "show", below)).toEqual([]);
    expect((await json("cgroup", "show", below, "effective")).length).toBe(2);
    for (const [place, name] of [
      ["cgroup/connect4", "cg_connect"],
      ["egress", "cg_deny"],
    ] as const)
      expect((await runSkep("cgroup", "detach", cgroup.path, place, "name", name)).status).toBe(0);
    expect(cgroup.run(CONNECT).output).toMatch(/refused/);
  } finally {
    rmdirSync(below);
  }
});

test("a program that a link holds is shown with it, and detached", async () => {
  using cgroup = new Cgroup("link");
  const running = await startSkep(
    "load",
    object,
    "--program",
    "cg_connect",
    "--attach",
    `cg_connect=cgroup:${cgroup.path}`,
  );
  try {
    const [row] = await json("cgroup", "show", cgroup.path);
    expect(row).toMatchObject({ name: "cg_connect", link_id: expect.any(Number) });
    expect((await runSkep("cgroup", "detach", cgroup.path, "connect4", "id", String(row?.["id"]))).status).toBe(
      0,
    );
    expect(await json("cgroup", "show", cgroup.path)).toEqual([]);
  } finally {
    running.child.kill("SIGINT");
    await running.done;
  }
});

// biome-ignore format: one case per line
test.each([
  { rule: "no cgroup",            args: (_: string) => ["show", "/tmp"],                                        status: 3, says: /linux\/no-cgroup/ },
  { rule: "no such folder",       args: (_: string) => ["show", "/sys/fs/cgroup/nosuch"],                       status: 3, says: /linux\/no-cgroup/ },
  { rule: "no such place",        args: (c: string) => ["attach", c, "conect4", object],                        status: 2, says: /did you mean `connect4`/ },
  { rule: "another type",         args: (c: string) => ["attach", c, "device", object, "-p", "cg_deny"],        status: 3, says: /attach\/wrong-type/ },
  { rule: "an LSM hook",          args: (c: string) => ["attach", c, "lsm_cgroup", object],                     status: 2, says: /skep load/ },
  { rule: "which cgroup",         args: (_: string) => ["show"],                                                status: 2, says: /which cgroup/ },
])("cgroups, wrong use: $rule", async ({ args, status, says }) => {
  using cgroup = new Cgroup("wrong");
  const said = await runSkep("cgroup", ...args(cgroup.path));
  expect([said.status, said.err]).toEqual([status, expect.stringMatching(says)]);
  expect(await json("cgroup", "show", cgroup.path)).toEqual([]);
});

test("perf list tells which process holds which probe", async (context) => {
  needs(context, "tracefs", "uprobe", "raw-tp");
  using caller = new Caller();
  const filter = `/pid == ${caller.pid}/`;
  const script = `tracepoint:sched:sched_process_exit ${filter} { @a = count(); }
    rawtracepoint:sched_process_fork ${filter} { @b = count(); }
    uprobe:libc:getcwd ${filter} { @c = count(); }
    software:page-faults:1000 ${filter} { @d = count(); }`;
  const running = await startSkep("-e", script);
  try {
    const rows = await json("perf", "list", "--pid", String(running.child.pid));
    const types = rows.map((row) => row["fd_type"]);
    expect(types).toContain("raw_tracepoint");
    expect(types.some((type) => type === "uprobe" || type === "uprobe_multi")).toBe(true);
    expect(types).toContain("perf_event");
    const theirs = bpftool("perf", "list").filter((row) => row["pid"] === running.child.pid);
    const shared = rows.map(({ comm: _, ...row }) => row);
    for (const row of theirs) expect(shared).toContainEqual(row);
    expect((await runSkep("perf", "list")).out).toMatch(/raw_tracepoint +tracepoint sched_process_fork/);
  } finally {
    running.child.kill("SIGINT");
    await running.done;
  }
});
