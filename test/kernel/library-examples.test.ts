import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { libraryObject } from "./library-lab.ts";
import { Netns } from "./linux-lab.ts";
import { needs } from "./needs.ts";

// The examples of docs/library.md, run as a reader would run them.

const FOLDER = join(import.meta.dirname, "../../examples/library");

/** Runs an example with the object of its name; what it printed. */
function run(name: string, ...args: string[]): string {
  const file = libraryObject(name, join(FOLDER, `${name}.bpf.c`));
  const done = spawnSync(process.execPath, [join(FOLDER, `${name}.mjs`), file, ...args], { encoding: "utf8" });
  expect({ status: done.status, stderr: done.stderr }).toEqual({ status: 0, stderr: "" });
  return done.stdout;
}

test("every example is run here", () => {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith(".mjs"));
  expect(names.sort()).toEqual(["block.mjs", "calls.mjs", "execs.mjs", "tasks.mjs"]);
});

test("execs: events from a ring buffer", (t) => {
  needs(t, "ringbuf", "btf");
  const lines = run("execs", "sh", "-c", "id; date; true").trimEnd().split("\n");
  expect(lines.at(-1)).toBe("3 started, 0 lost");
  expect(lines.slice(0, -1).map((line) => line.split(" ")[2])).toEqual(["sh", "id", "date"]);
});

test("calls: maps and a variable that changes", (t) => {
  needs(t, "raw-tp");
  const text = run("calls");
  expect(text.match(/^call \d+: 100$/gm)?.length).toBeGreaterThanOrEqual(3);
  const [, all] = /^in all (\d+) on \d+ CPUs$/m.exec(text) ?? [];
  expect(Number(all)).toBeGreaterThanOrEqual(400); // and what Node's other threads call meanwhile
});

test("block: run by hand, and at an interface", (t) => {
  needs(t, "xdp-link");
  expect(run("block")).toBe("10.1.2.3: drop\n10.2.2.3: pass\n10.1.0.0/16: 1 packets, 64 bytes\n");
  using netns = new Netns();
  netns.run("ip link add va type veth peer name vb && ip link set va up && ip link set vb up");
  const file = libraryObject("block", join(FOLDER, "block.bpf.c"));
  const shown = netns.run(`${process.execPath} ${FOLDER}/block.mjs ${file} va 1; ip link show va`);
  expect(shown).toContain("10.1.0.0/16: 0 packets, 0 bytes");
  expect(shown).not.toContain("prog/xdp");
});

test("tasks: an iterator, line by line", (t) => {
  needs(t, "iter", "iter-task", "btf");
  const lines = run("tasks").trimEnd().split("\n");
  expect(lines.length).toBeGreaterThan(3);
  expect(new Set(lines.map((line) => line.split(" ")[0])).size).toBe(1);
});
