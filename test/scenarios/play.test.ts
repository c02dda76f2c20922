import { expect, test } from "vitest";
import { simKernelTables } from "../../src/sim/btf/types.ts";
import { createWorld } from "../../src/sim/create-world.ts";
import { buildScenario, type Scenario } from "../../src/sim/scenarios/scenario.ts";
import { SCENARIOS } from "../../src/sim/scenarios/table.ts";
import type { World } from "../../src/sim/world/world.ts";

const MOST_CPU_MS = 25_000; // of 5 virtual seconds, on a slow machine
const tables = simKernelTables();
const EVENTS = ["raw_syscalls:sys_enter", "raw_syscalls:sys_exit", "sched:sched_switch"];

/** A hash of the bytes and times of what happens. */
type Course = { hash: number; events: number };

function begin(scenario: Scenario, seed: number): { world: World; course: Course } {
  const world = createWorld(tables, { ...scenario.machine, seed });
  buildScenario(world, scenario);
  const course = { hash: 0x811c_9dc5, events: 0 };
  const mix = (byte: number) => {
    course.hash = Math.imul(course.hash ^ byte, 0x0100_0193) >>> 0;
  };
  const run = (ctx: Uint8Array) => {
    course.events++;
    for (const byte of ctx) mix(byte);
    mix(world.nowNs);
    return 0;
  };
  const runPacket = () => ({ verdict: 0, packet: new Uint8Array(0), ctx: new Uint8Array(0) });
  for (const name of EVENTS) world.hooks.tracepoint(name).records.add({ run, runPacket, pid: 0 });
  return { world, course };
}

test.each(SCENARIOS)(
  "$name plays, the same with the same seed, otherwise with another",
  (scenario) => {
    const cpu = process.cpuUsage();
    const { world, course } = begin(scenario, 1);
    world.play("1 s");
    const first = { ...course };
    world.play("4 s");
    expect(process.cpuUsage(cpu).user / 1000).toBeLessThan(MOST_CPU_MS);
    expect(first.events).toBeGreaterThan(20);
    expect(course.events).toBeGreaterThan(first.events * 1.5);

    const again = begin(scenario, 1);
    again.world.play("1 s");
    expect(again.course).toEqual(first);

    const other = begin(scenario, 2);
    other.world.play("1 s");
    expect(other.course.hash).not.toBe(first.hash);
  },
  120_000,
);

test("every scenario says what it is and what to try, under a name of its own", () => {
  for (const { name, summary, tryWith } of SCENARIOS) {
    expect(name).toMatch(/^[a-z][a-z0-9-]*$/);
    expect(summary.length).toBeGreaterThan(20);
    expect(tryWith.length).toBeGreaterThan(1);
  }
  expect(new Set(SCENARIOS.map(({ name }) => name)).size).toBe(SCENARIOS.length);
});
