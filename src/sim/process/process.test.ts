import { expect, test } from "vitest";
import { createTestWorld, traced } from "../test-world.ts";
import type { Behaviour } from "../thread.ts";

test("a shell forks, execs, waits and sees how its child ended", () => {
  const world = createTestWorld();
  const log: unknown[] = [];
  world.programs.add(
    "/usr/bin/ls",
    (argv) =>
      function* (p) {
        log.push(["ls", argv, p.comm, p.task.process.executable]);
        yield* p.sleep("5 ms");
        yield* p.exit(3);
      },
  );
  const shell: Behaviour = function* (p) {
    const child = yield* p.fork(function* (c) {
      log.push(["child", c.comm, c.task.process.parent?.pid === p.pid]);
      yield* c.exec("/usr/bin/ls", ["ls", "-l"]);
    });
    const waited = yield* p.wait(child);
    log.push(["waited", waited.pid === child, waited.status]);
    log.push(["none left", (yield* p.wait()).pid]);
    log.push(["no such program", yield* p.exec("/no/such")]);
  };
  world.processes.spawn(shell, { executable: "/bin/bash" });
  world.play("1 s");
  expect(log).toEqual([
    ["child", "bash", true],
    ["ls", ["ls", "-l"], "ls", "/usr/bin/ls"],
    ["waited", true, { code: 3 }],
    ["none left", -10],
    ["no such program", -2],
  ]);
  expect(world.processes.all.map((process) => process.comm)).not.toContain("ls");
});

test("life-cycle tracepoints come in order", () => {
  const world = createTestWorld();
  const seen = traced(world, [
    "sched:sched_process_fork",
    "task:task_newtask",
    "task:task_rename",
    "sched:sched_process_exec",
    "sched:sched_process_exit",
    "sched:sched_process_free",
  ]);
  world.processes.spawn(
    function* (p) {
      yield* p.vfork(function* (c) {
        yield* c.exec("/usr/bin/true", ["true"], { body: function* () {} });
      });
      yield* p.wait();
    },
    { executable: "/bin/sh" },
  );
  world.play("1 s");
  expect(seen).toEqual([
    "sched_process_fork", "task_newtask", "task_rename", "sched_process_exec", "sched_process_exit", "sched_process_free", "sched_process_exit", "sched_process_free",
  ]); // biome-ignore format: one list
});

test("signals: a handler runs, a fatal one ends, a stopped process goes on", () => {
  const world = createTestWorld();
  const log: unknown[] = [];
  const worker: Behaviour = function* (p) {
    p.onSignal("SIGUSR1", function* (_, signal) {
      log.push(["handler", signal]);
      yield* p.compute("1 us");
    });
    for (;;) yield* p.compute("10 ms");
  };
  const victim = world.processes.spawn(worker, { comm: "victim" });
  world.processes.spawn(function* (p) {
    yield* p.sleep("20 ms");
    yield* p.kill(victim.pid, "SIGUSR1");
    yield* p.sleep("20 ms");
    yield* p.kill(victim.pid, "SIGSTOP");
    yield* p.sleep("20 ms");
    const stoppedAt = world.scheduler.runtimeOf(victim.leader);
    yield* p.sleep("20 ms");
    log.push(["stood still", world.scheduler.runtimeOf(victim.leader) === stoppedAt]);
    yield* p.kill(victim.pid, "SIGCONT");
    yield* p.sleep("20 ms");
    log.push(["went on", world.scheduler.runtimeOf(victim.leader) > stoppedAt]);
    yield* p.kill(victim.pid, "SIGKILL");
    yield* p.sleep("20 ms");
    log.push(["gone", yield* p.kill(victim.pid, 0)]);
  });
  world.play("1 s");
  expect(log).toEqual([
    ["handler", 10],
    ["stood still", true],
    ["went on", true],
    ["gone", -3],
  ]);
  expect(victim.exitStatus).toEqual({ signal: 9 });
});

test("exit of one thread leaves the others, exit of the process ends them", () => {
  const world = createTestWorld();
  const log: string[] = [];
  const process = world.processes.spawn(function* (p) {
    yield* p.spawnThread(function* (t) {
      yield* t.sleep("1 ms");
      log.push("first");
    });
    yield* p.spawnThread(function* (t) {
      for (;;) yield* t.sleep("1 ms");
    });
    yield* p.sleep("10 ms");
    log.push(`threads ${p.task.process.threads.length}`);
    yield* p.exit(7);
  });
  world.play("1 s");
  expect(log).toEqual(["first", "threads 2"]);
  expect(process.exitStatus).toEqual({ code: 7 });
  expect(world.processes.process(process.pid)).toBeUndefined();
});

test("orphans go to init", () => {
  const world = createTestWorld();
  let parentPid = 0;
  world.processes.spawn(function* (p) {
    yield* p.fork(function* (c) {
      yield* c.sleep("50 ms");
      parentPid = c.task.struct.num("real_parent.pid");
    });
  });
  world.play("1 s");
  expect(parentPid).toBe(1);
});
