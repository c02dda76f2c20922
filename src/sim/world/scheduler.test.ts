import fc from "fast-check";
import { expect, test } from "vitest";
import { simKernelTables } from "../btf/types.ts";
import { createWorld } from "../create-world.ts";
import type { Behaviour } from "../thread.ts";
import type { Task } from "./task.ts";
import type { World } from "./world.ts";

const tables = simKernelTables();

type Op = Readonly<{ kind: "compute" | "sleep"; us: number } | { kind: "yield" | "fork" | "open" }>;

const op: fc.Arbitrary<Op> = fc.oneof(
  fc.record({ kind: fc.constantFrom("compute", "sleep"), us: fc.integer({ min: 0, max: 20_000 }) }),
  fc.record({ kind: fc.constantFrom("yield", "fork", "open") }),
);
const plan = fc.record({
  seed: fc.integer({ min: 0, max: 0xffff_ffff }),
  cpus: fc.integer({ min: 1, max: 4 }),
  tasks: fc.array(fc.record({ ops: fc.array(op, { maxLength: 6 }), nice: fc.integer({ min: -20, max: 19 }) }), {
    minLength: 1,
    maxLength: 8,
  }),
});

function behaviour(ops: readonly Op[], done: { computedNs: number }, depth = 0): Behaviour {
  return function* (p) {
    for (const one of ops) {
      if (one.kind === "compute") {
        yield* p.compute(one.us * 1000);
        done.computedNs += one.us * 1000;
      } else if (one.kind === "sleep") yield* p.sleep(one.us * 1000);
      else if (one.kind === "yield") yield* p.yieldCpu();
      else if (one.kind === "open") yield* p.open("/etc/passwd");
      else if (depth < 1) {
        yield* p.fork(behaviour(ops, done, depth + 1));
        yield* p.wait();
      }
    }
  };
}

/** Watches every switch, and says what is wrong with it. */
class SwitchWatch {
  readonly wrong: string[] = [];
  readonly ranNs = new Map<Task, number>();
  readonly #world: World;
  readonly #current: Task[];
  #lastNs = 0;

  constructor(world: World) {
    this.#world = world;
    this.#current = world.cpus.map((cpu) => cpu.current);
    const runPacket = () => ({ verdict: 0, packet: new Uint8Array(0), ctx: new Uint8Array(0) });
    world.hooks
      .tracepoint("sched:sched_switch")
      .raw.add({ run: (ctx) => this.#switched(ctx), runPacket, pid: 0 });
    world.hooks
      .tracepoint("sched:sched_stat_runtime")
      .raw.add({ run: (ctx) => this.#ran(ctx), runPacket, pid: 0 });
  }

  #switched(ctx: Uint8Array): number {
    const previous = this.#task(ctx, 8);
    const next = this.#task(ctx, 16);
    const { index } = this.#world.cpu;
    if (this.#world.nowNs < this.#lastNs) this.wrong.push("time went back");
    this.#lastNs = this.#world.nowNs;
    if (this.#current[index] !== previous) this.wrong.push(`CPU ${index} left a task that it did not run`);
    if (next.state !== "runnable" && !next.isIdle)
      this.wrong.push(`CPU ${index} runs a task that is ${next.state}`);
    if (this.#current.some((task, cpu) => cpu !== index && task === next))
      this.wrong.push(`${next.tid} runs twice`);
    if (this.#world.task !== previous) this.wrong.push("the previous task is not the current one");
    this.#current[index] = next;
    return 0;
  }

  #ran(ctx: Uint8Array): number {
    const task = this.#task(ctx, 0);
    const ns = Number(new DataView(ctx.buffer, ctx.byteOffset).getBigUint64(8, true));
    this.ranNs.set(task, (this.ranNs.get(task) ?? 0) + ns);
    return 0;
  }

  #task(ctx: Uint8Array, at: number): Task {
    const address = new DataView(ctx.buffer, ctx.byteOffset).getBigUint64(at, true);
    return this.#world.memory.objectAt(address)?.owner as Task;
  }
}

test("no task is on two CPUs, and every nanosecond is accounted for", () => {
  fc.assert(
    fc.property(plan, ({ seed, cpus, tasks }) => {
      const world = createWorld(tables, { seed, cpus });
      world.play("1 ms");
      const startNs = world.nowNs;
      const idleBefore = world.cpus.map((cpu) => cpu.idleNs + (cpu.isIdle ? startNs - cpu.idleSinceNs : 0));
      const watch = new SwitchWatch(world);
      const done = { computedNs: 0 };
      const before = new Map(world.processes.all.map(({ leader }) => [leader, leader.ranNs]));
      for (const { ops, nice } of tasks) world.processes.spawn(behaviour(ops, done), { nice });
      world.play("30 s");
      expect(watch.wrong).toEqual([]);
      for (const [task, ns] of watch.ranNs) expect(task.ranNs - (before.get(task) ?? 0)).toBe(ns);
      const total = [...watch.ranNs.values()].reduce((sum, ns) => sum + ns, 0);
      const idle = world.cpus.map((cpu, i) => {
        const now = cpu.idleNs + (cpu.isIdle ? world.nowNs - cpu.idleSinceNs : 0);
        return now - (idleBefore[i] ?? 0);
      });
      expect(total + idle.reduce((sum, ns) => sum + ns, 0)).toBe((world.nowNs - startNs) * cpus);
      expect(total).toBeGreaterThanOrEqual(done.computedNs);
      expect(world.processes.all.filter(({ comm }) => comm === "task")).toEqual([]);
    }),
    { numRuns: 40 },
  );
});

test("niceness divides a CPU", () => {
  const world = createWorld(tables, { cpus: 1 });
  const spin: Behaviour = function* (p) {
    for (;;) yield* p.compute("1 ms");
  };
  const [low, high] = [5, 0].map((nice) => world.processes.spawn(spin, { nice }).leader);
  world.play("2 s");
  if (low === undefined || high === undefined) throw new Error("bug");
  const ratio = world.scheduler.runtimeOf(high) / world.scheduler.runtimeOf(low);
  expect(ratio).toBeGreaterThan(2.5);
  expect(ratio).toBeLessThan(3.8); // 1.25⁵ = 3.05
});

test("a task that waits for a busy CPU is seen to wait", () => {
  const world = createWorld(tables, { cpus: 1 });
  for (let i = 0; i < 3; i++)
    world.processes.spawn(function* (p) {
      for (;;) yield* p.compute("5 ms");
    });
  world.play("1 s");
  const delays = world.processes.all
    .filter(({ comm }) => comm === "task")
    .map(({ leader }) => leader.runDelayNs);
  for (const ns of delays) expect(ns / 1e6).toBeGreaterThan(500);
});

test("tasks are spread over the CPUs", () => {
  const world = createWorld(tables, { cpus: 4 });
  for (let i = 0; i < 4; i++)
    world.processes.spawn(function* (p) {
      for (;;) yield* p.compute("5 ms");
    });
  world.play("100 ms");
  expect(new Set(world.cpus.map((cpu) => cpu.current.comm))).toEqual(new Set(["task"]));
});
