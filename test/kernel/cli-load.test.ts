import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { Caller, CliLab } from "./cli-lab.ts";
import { Netns } from "./linux-lab.ts";
import { jsonRows, noneLoaded, programsOf, runSkep, startSkep } from "./skep-command.ts";

let lab: CliLab;
let object: string;
beforeAll(() => {
  lab = new CliLab();
  object = lab.compile("events");
});
afterAll(() => lab[Symbol.dispose]());

test("records are decoded by the object's types, maps follow at the end", async () => {
  using caller = new Caller();
  const args = ["--set", `target=${caller.pid}`, "--set", "label=zest", "--program", "on_getcwd"];
  const running = await startSkep("load", object, ...args, "--record", "perf=other", "--json");
  await eventually(() => jsonRows(running.out).filter((row) => row["map"] === "events").length > 3);
  await caller.stop(); // what is told of the same moment is compared
  running.child.kill("SIGINT");
  const { out, err, status } = await running.done;
  expect(err).toBe("");
  expect(status).toBe(0);
  const rows = jsonRows(out);
  const events = rows.filter((row) => row["map"] === "events").map((row) => row["value"]);
  expect(events.length).toBeGreaterThan(3);
  expect(events[0]).toEqual({ pid: caller.pid, comm: "python3", nr: 1 });
  expect(events).toEqual(events.map((_, i) => ({ pid: caller.pid, comm: "python3", nr: i + 1 })));
  const perf = rows.filter((row) => row["map"] === "perf");
  expect(perf).toEqual(events.map(() => ({ map: "perf", value: { left: 1, right: 2 } })));

  const maps = new Map(rows.map((row) => [row["name"], row["entries"]]));
  expect(maps.get("pairs")).toEqual([{ key: caller.pid, value: { left: 1, right: 2 } }]);
  const [counted] = maps.get("per_cpu") as { key: number; value: number[] }[];
  expect(counted?.key).toBe(1);
  expect(counted?.value.reduce((sum, n) => sum + n)).toBe(events.length);
  const globals = new Map(
    (maps.get(".bss") as { name: string; value: unknown }[]).map(({ name, value }) => [name, value]),
  );
  expect(globals.get("seen")).toBe(events.length);
  expect(globals.get("first")).toBe("z".charCodeAt(0));
});

test("text shows fields by name; unknown records are bytes; Ctrl-C ends it", async () => {
  using caller = new Caller();
  const running = await startSkep(
    "load",
    object,
    "--set",
    `target=${caller.pid}`,
    "--attach",
    "on_packet=none",
  );
  const programs = programsOf(running);
  expect(programs).toHaveLength(2);
  await running.until("nr=2");
  running.child.kill("SIGINT");
  const { out, err, status } = await running.done;
  expect(err).toContain("does not tell the type of the records of perf");
  expect(status).toBe(0);
  expect(out).toContain(`events: pid=${caller.pid} comm=python3 nr=1\n`);
  expect(out).toContain("perf: 01 00 02 00");
  expect(out).toContain(`map pairs: hash, 1 of 64 entries\n  [${caller.pid}] = { .left = 1, .right = 2 }`);
  await noneLoaded(programs);
});

test("a program without a place is attached where --attach says", async () => {
  using netns = new Netns();
  netns.run("ip link add va type veth peer name vb && ip link set va up && ip link set vb up");
  const script = `${process.execPath} bin/skep.cjs load ${object} --program on_packet --attach on_packet=xdp:va:generic -v > ${lab.path("xdp.log")} 2>&1 &
    until ip link show va | grep 'prog/xdp'; do kill -0 $! || break; sleep 0.1; done; kill -TERM $!; wait`;
  // The command finds interfaces in its own namespace; /sys shows those of the namespace that mounted it.
  const shown = netns.run(
    `unshare -m bash -c 'mount -t sysfs none /sys 2> /dev/null; ${script.replaceAll("'", "")}'`,
  );
  expect(shown).toContain("prog/xdp");
  expect(netns.run("ip link show va")).not.toContain("prog/xdp");
});

// biome-ignore format: one case per line
test.each([
  { rule: "no place at all",       args: ["--program", "on_packet"],                                    code: "load/nothing-attached" },
  { rule: "no such program",       args: ["--program", "on_getcw"],                                     code: "load/no-program" },
  { rule: "no such variable",      args: ["--set", "targe=1"],                                          code: "load/no-variable" },
  { rule: "text for a number",     args: ["--set", "target=abc"],                                       code: "load/bad-value" },
  { rule: "too large a number",    args: ["--set", "target=4294967296"],                                code: "load/bad-value" },
  { rule: "too long a text",       args: ["--set", "label=eightchr"],                                   code: "load/bad-value" },
  { rule: "no such struct",        args: ["--record", "perf=othr"],                                     code: "load/no-struct" },
  { rule: "no such buffer",        args: ["--record", "pairs=other"],                                   code: "load/no-buffer" },
  { rule: "no such interface",     args: ["--attach", "on_packet=xdp:none0"],                           code: "load/no-interface" },
  { rule: "a place of other type", args: ["--attach", "on_packet=tracepoint/sched/sched_switch"],       code: "load/bad-place" },
  { rule: "no such tracepoint",    args: ["--attach", "on_getcwd=tracepoint/syscalls/sys_enter_getcwt"], code: "linux/" },
])("$rule is refused with $code", async ({ args, code }) => {
  const { out, err, status } = await runSkep("load", object, "-d", "1s", ...args);
  expect(err).toContain(`error[${code}`);
  expect(err).toContain("help: ");
  expect(status).toBe(3);
  expect(out).toBe("");
});

test("a simulated machine runs the same object", async () => {
  const place = "on_getcwd=tracepoint/syscalls/sys_enter_openat";
  const { out, err, status } = await runSkep(
    "load",
    object,
    "--sim",
    "--attach",
    place,
    "--attach",
    "on_packet=none",
    "--record",
    "perf=other",
    "-d",
    "2s",
    "--json",
  );
  expect(err).toBe("");
  expect(status).toBe(0);
  expect(jsonRows(out).map((row) => row["name"])).toContain("pairs");
});
