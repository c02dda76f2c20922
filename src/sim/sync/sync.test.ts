import { expect, test } from "vitest";
import { createTestWorld, traced } from "../test-world.ts";
import { KernelMutex, RwSemaphore } from "./kernel-lock.ts";
import { POLL } from "./poll.ts";

test("a mutex lets one thread in at a time; without contention there is no system call", () => {
  const world = createTestWorld();
  const calls = traced(world, ["syscalls:sys_enter_futex"]);
  let inside = 0;
  let most = 0;
  let count = 0;
  world.processes.spawn(function* (p) {
    const mutex = p.makeMutex();
    yield* p.lock(mutex);
    yield* p.unlock(mutex);
    expect(calls).toEqual([]);
    for (let i = 0; i < 4; i++)
      yield* p.spawnThread(function* (t) {
        for (let turn = 0; turn < 5; turn++) {
          yield* t.lock(mutex);
          most = Math.max(most, ++inside);
          yield* t.compute("200 us");
          inside--;
          count++;
          yield* t.unlock(mutex);
        }
      });
    yield* p.sleep("100 ms");
  });
  world.play("1 s");
  expect([most, count]).toEqual([1, 20]);
  expect(calls.length).toBeGreaterThan(4);
});

test("a condition wakes who waits for it, and times out", () => {
  const world = createTestWorld();
  const log: unknown[] = [];
  world.processes.spawn(function* (p) {
    const mutex = p.makeMutex();
    const condition = p.makeCondition();
    yield* p.spawnThread(function* (t) {
      yield* t.lock(mutex);
      log.push(["woken", yield* t.waitCondition(condition, mutex)]);
      log.push(["late", yield* t.waitCondition(condition, mutex, "5 ms")]);
      yield* t.unlock(mutex);
    });
    yield* p.sleep("10 ms");
    yield* p.signalCondition(condition);
    yield* p.sleep("50 ms");
  });
  world.play("1 s");
  expect(log).toEqual([
    ["woken", 0],
    ["late", -110],
  ]);
});

test("kernel locks: contention is traced, writers exclude", () => {
  const world = createTestWorld();
  const seen = traced(world, ["lock:contention_begin", "lock:contention_end"]);
  const mutex = new KernelMutex("test_mutex", world.memory.make("mutex"));
  const semaphore = new RwSemaphore("test_rwsem", world.memory.make("rw_semaphore"));
  const log: string[] = [];
  for (const name of ["a", "b"])
    world.processes.spawn(function* (p) {
      yield* mutex.lock(p.task);
      log.push(`${name} in`);
      yield* p.sleep("1 ms");
      log.push(`${name} out`);
      mutex.unlock(p.task);
      yield* semaphore.downRead(p.task);
      yield* p.sleep("5 ms");
      semaphore.upRead(p.task);
      yield* semaphore.downWrite(p.task);
      log.push(`${name} writes`);
      semaphore.upWrite(p.task);
    });
  world.play("1 s");
  const [first, second] = log[0] === "a in" ? ["a", "b"] : ["b", "a"]; // they begin at the same time
  expect(log.slice(0, 4)).toEqual([`${first} in`, `${first} out`, `${second} in`, `${second} out`]);
  expect(log.slice(4).sort()).toEqual(["a writes", "b writes"]);
  expect(seen.filter((name) => name === "contention_begin").length).toBe(
    seen.filter((name) => name === "contention_end").length,
  );
  expect(seen.length).toBeGreaterThanOrEqual(2);
});

test("poll and epoll wait for pipes and eventfds", () => {
  const world = createTestWorld();
  const log: unknown[] = [];
  world.processes.spawn(function* (p) {
    const ends = yield* p.pipe();
    if (typeof ends === "number") throw new Error(`pipe: ${ends}`);
    const counter = yield* p.eventfd();
    yield* p.spawnThread(function* (t) {
      yield* t.sleep("3 ms");
      yield* t.write(ends.write, "hello");
      yield* t.sleep("3 ms");
      yield* t.write(counter, new Uint8Array(BigUint64Array.of(5n).buffer));
    });
    log.push(yield* p.poll([{ fd: ends.read, events: POLL.in }], "1 ms"));
    const found = yield* p.poll([{ fd: ends.read, events: POLL.in }]);
    log.push(typeof found === "number" ? found : found.map(({ fd, events }) => [fd === ends.read, events]));
    yield* p.read(ends.read, 10);
    const epfd = yield* p.epollCreate();
    yield* p.epollWatch(epfd, ends.read);
    yield* p.epollWatch(epfd, counter);
    const ready = yield* p.epollWait(epfd, "1 s");
    log.push(typeof ready === "number" ? ready : ready.map(({ fd }) => fd === counter));
  });
  world.play("2 s");
  expect(log).toEqual([[], [[true, POLL.in]], [true]]);
});
