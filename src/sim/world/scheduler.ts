import { SkepError } from "../../base/errors.ts";
import type { KernelObject } from "../memory/kernel-object.ts";
import { setPriority } from "../process/task-struct.ts";
import type { Cpu } from "./cpu.ts";
import type { SchedulerEvents } from "./scheduler-events.ts";
import type { Suspended, Task } from "./task.ts";
import { TimerEvents } from "./timer-events.ts";
import type { Code, Wait, Woken } from "./wait.ts";
import type { World } from "./world.ts";

const SLICE_NS = 3_000_000; // sysctl_sched_base_slice of a small machine, kernel/sched/fair.c, v6.12
const WAKE_CREDIT_NS = 1_500_000;
const PREEMPT_NS = 1_000_000;
const SWITCH_NS = 900;
const IPI_NS = 1_400; // until an idle CPU has left its sleep
const MOST_STEPS_AT_ONCE = 1_000_000;
const NICE_STEP = 1.25; // a task with one nice less gets 1.25 times as much

/**
 * Chooses which task runs where: fair by virtual runtime, in slices, with wake-up preemption and pulling of tasks by
 * CPUs that have none.
 */
export class Scheduler {
  readonly cpus: readonly Cpu[];
  readonly #world: World;
  readonly #events: SchedulerEvents;
  readonly #timers: TimerEvents;
  #gone: { task: Task; run: () => void }[] = [];
  #stepsAtOnce = 0;
  #stepsTime = 0;

  constructor(world: World, events: SchedulerEvents, cpus: readonly Cpu[]) {
    this.#world = world;
    this.#events = events;
    this.#timers = new TimerEvents(world.hooks, world.memory);
    this.cpus = cpus;
  }

  /** Makes a sleeping or stopped task runnable. False when it was neither. */
  wake(task: Task, woken: Woken): boolean {
    if (task.state !== "sleeping" && task.state !== "stopped") return false;
    return this.#events.wakeUp(task, () => this.#wake(task, woken));
  }

  /** The run queue of the CPU that a task is or was on. */
  rqOf(task: Task): KernelObject | null {
    return task.cpu?.rq ?? null;
  }

  #wake(task: Task, woken: Woken): boolean {
    task.blockedOn?.remove(task);
    task.blockedOn = undefined;
    if (task.timeout !== undefined) {
      task.timeout.run = undefined;
      task.timeout = undefined;
      this.#timers.cancelled(task);
    }
    task.woken = woken;
    const cpu = this.#choose(task);
    this.#events.waking(task, cpu);
    this.#events.slept(task, this.#world.nowNs - task.sleepStartNs);
    if (task.cpu !== undefined && task.cpu !== cpu) this.#migrate(task, cpu);
    task.setState("runnable");
    this.#events.wakeup(task, cpu);
    this.#enqueue(task, cpu, true);
    return true;
  }

  /** Lets a new task run for the first time. */
  wakeNew(task: Task): void {
    const cpu = this.#choose(task);
    task.setState("runnable");
    task.vruntime = cpu.minVruntime;
    task.cpu = cpu;
    this.#events.wakeupNew(task, cpu);
    this.#enqueue(task, cpu, false);
  }

  /**
   * Lets a task do something before its program goes on: a signal's handler. Not for the task whose code runs at the
   * moment, nor for one in a system call: those look for signals themselves.
   */
  interrupt(task: Task, makeCode: () => Code): void {
    if (task.code === undefined || (this.#world.isStepping && task === this.#world.task)) return;
    const { cpu } = task;
    if (cpu?.current === task) this.#settle(cpu);
    task.suspended.push({ code: task.code, remainingNs: task.remainingNs, woken: task.woken });
    task.code = makeCode();
    task.remainingNs = 0;
    task.woken = "done";
    if (cpu?.current === task) this.#plan(cpu, this.#world.nowNs);
  }

  /** The current task of a CPU must be chosen anew as soon as can be. */
  reschedule(cpu: Cpu): void {
    cpu.needsResched = true;
    if (cpu === this.#world.cpu && this.#world.isStepping) this.#world.interruptStep();
    else this.#plan(cpu, this.#world.nowNs);
  }

  /** Changes how much of a CPU a task gets. */
  setNice(task: Task, nice: number): void {
    task.nice = nice;
    setPriority(task);
  }

  /** Takes a task off its CPU or queue for good. */
  remove(task: Task): void {
    task.blockedOn?.remove(task);
    if (task.timeout !== undefined) task.timeout.run = undefined;
    task.setState("dead");
    for (const cpu of this.cpus) {
      const at = cpu.queue.indexOf(task);
      if (at !== -1) cpu.queue.splice(at, 1);
      if (cpu.current === task && cpu !== this.#world.cpu) this.reschedule(cpu);
    }
  }

  /** Calls `run` once a task that has ended is on no CPU any more. */
  whenGone(task: Task, run: () => void): void {
    if (this.cpus.some((cpu) => cpu.current === task)) this.#gone.push({ task, run });
    else run();
  }

  /** Where its time so far is counted in, while it runs. */
  runtimeOf(task: Task): number {
    const running = task.cpu?.current === task;
    return task.ranNs + (running ? this.#world.nowNs - task.runStartNs : 0);
  }

  /** Brings a CPU forward until it waits for time to pass or has nothing to do. */
  run(cpu: Cpu): void {
    const world = this.#world;
    cpu.event = undefined;
    this.#settle(cpu);
    for (;;) {
      const task = cpu.current;
      if (task === cpu.idle || cpu.needsResched || task.state !== "runnable") {
        if (!this.#switch(cpu)) return;
        continue;
      }
      if (task.remainingNs > 0) {
        const endNs = world.nowNs + task.remainingNs;
        if (endNs > cpu.sliceEndNs || !world.advanceTo(endNs)) {
          cpu.segmentStartNs = world.nowNs;
          this.#plan(cpu, Math.min(endNs, cpu.sliceEndNs));
          return;
        }
        task.remainingNs = 0;
      }
      this.#step(cpu, task);
    }
  }

  /** Counts what was computed since the CPU was planned. */
  #settle(cpu: Cpu): void {
    const task = cpu.current;
    if (task === cpu.idle) return;
    const now = this.#world.nowNs;
    if (task.remainingNs > 0) {
      const done = now - cpu.segmentStartNs - cpu.stolenNs;
      task.remainingNs = Math.max(0, task.remainingNs - Math.max(0, done));
      cpu.stolenNs = 0;
      cpu.segmentStartNs = now;
    }
    if (now < cpu.sliceEndNs) return;
    if (cpu.queue.length > 0) cpu.needsResched = true;
    else cpu.sliceEndNs = Number.POSITIVE_INFINITY; // who waited went elsewhere
  }

  /** Lets the current task's code go on to its next wait. */
  #step(cpu: Cpu, task: Task): void {
    const world = this.#world;
    this.#countStep(task);
    const { woken, thrown, code } = task;
    task.woken = "done";
    task.thrown = undefined;
    if (code === undefined) throw new Error(`bug: task ${task.tid} has no code`);
    world.beginStep(cpu);
    let step: IteratorResult<Wait, void>;
    try {
      step = thrown === undefined ? code.next(woken) : code.throw(thrown);
    } catch (error) {
      if (task.suspended.length === 0) throw error;
      this.#resume(task);
      task.thrown = error;
      return;
    } finally {
      world.endStep();
    }
    if (!step.done) this.#wait(cpu, task, step.value);
    else if (task.suspended.length > 0) this.#resume(task);
    else if (task.state === "runnable")
      throw new Error(`bug: task ${task.tid} (${task.comm}) ended and did not say so`);
  }

  /** Goes back to what `interrupt` interrupted. */
  #resume(task: Task): void {
    const { code, remainingNs, woken } = task.suspended.pop() as Suspended;
    task.code = code;
    task.remainingNs = remainingNs;
    task.woken = woken;
  }

  #wait(cpu: Cpu, task: Task, wait: Wait): void {
    switch (wait.kind) {
      case "compute":
        task.remainingNs += wait.ns;
        return;
      case "stop":
        task.setState("stopped");
        return;
      case "yield":
        task.vruntime = Math.max(task.vruntime, ...cpu.queue.map((other) => other.vruntime));
        cpu.needsResched = true;
        return;
      case "block": {
        if (wait.state === "S" && task.process.signals.isPendingFor(task)) {
          task.woken = "signal";
          return;
        }
        task.setState("sleeping", wait.state);
        task.blockedOn = wait.on;
        wait.on?.add(task);
        if (wait.timeoutNs !== undefined) this.#armTimeout(task, cpu, wait.timeoutNs);
      }
    }
  }

  #armTimeout(task: Task, cpu: Cpu, ns: number): void {
    const world = this.#world;
    const expires = world.nowNs + ns;
    this.#timers.started(task, expires);
    task.timeout = world.at(expires, () =>
      world.onCpu(task.cpu ?? cpu, () => {
        task.timeout = undefined;
        this.#timers.expired(task, world.nowNs, () => this.wake(task, "timeout"));
      }),
    );
  }

  /** Chooses the next task; false when there is none and the CPU sleeps. */
  #switch(cpu: Cpu): boolean {
    const previous = cpu.current;
    const wasIdle = previous === cpu.idle;
    cpu.needsResched = false;
    if (!wasIdle) this.#account(cpu, previous);
    if (!wasIdle && previous.state === "runnable") cpu.queue.push(previous);
    const next = takeNext(cpu) ?? this.#pull(cpu) ?? cpu.idle;
    if (next !== previous) {
      this.#leave(cpu, previous);
      this.#world.hooks.softwareEvent("context-switches");
      this.#events.switched(previous, next); // programs still see the previous task as the current one
      cpu.current = next;
      if (this.#gone.length > 0) this.#forget(previous);
      this.#arrive(cpu, next);
      this.#events.finished(previous);
    }
    cpu.sliceEndNs = cpu.queue.length > 0 ? this.#world.nowNs + SLICE_NS : Number.POSITIVE_INFINITY;
    return next !== cpu.idle || cpu.queue.length > 0;
  }

  #arrive(cpu: Cpu, next: Task): void {
    const { nowNs, cpuFrequency } = this.#world;
    next.runStartNs = nowNs;
    next.cpu = cpu;
    next.noteArrival(cpu);
    cpu.rq.set("curr", next.struct);
    cpu.noteLoad();
    cpuFrequency.update(cpu);
    if (next !== cpu.idle) {
      next.remainingNs += SWITCH_NS;
      this.#events.waited(next, nowNs - next.readyNs);
      return;
    }
    cpu.idleSinceNs = nowNs;
    this.#events.idle(cpu, true);
  }

  #forget(previous: Task): void {
    const gone = this.#gone;
    this.#gone = gone.filter(({ task }) => task !== previous);
    for (const { task, run } of gone) if (task === previous) run();
  }

  #leave(cpu: Cpu, task: Task): void {
    const now = this.#world.nowNs;
    cpu.stolenNs = 0;
    if (task === cpu.idle) {
      cpu.idleNs += now - cpu.idleSinceNs;
      this.#events.idle(cpu, false);
      return;
    }
    if (task.state === "runnable") {
      task.involuntarySwitches++;
      task.readyNs = now;
    } else {
      task.voluntarySwitches++;
      task.sleepStartNs = now;
    }
    task.noteDeparture(cpu.queue.length);
  }

  /** Counts the time that the current task ran since this was last done: update_curr(). */
  #account(cpu: Cpu, task: Task): void {
    const now = this.#world.nowNs;
    const ranNs = now - task.runStartNs;
    task.runStartNs = now;
    task.ranNs += ranNs;
    task.vruntime += ranNs / weightOf(task);
    cpu.minVruntime = Math.max(cpu.minVruntime, Math.min(task.vruntime, ...cpu.queue.map((t) => t.vruntime)));
    this.#events.ran(task, ranNs);
  }

  #enqueue(task: Task, cpu: Cpu, isWakeUp: boolean): void {
    const now = this.#world.nowNs;
    task.readyNs = now;
    task.cpu = cpu;
    if (isWakeUp) task.vruntime = Math.max(task.vruntime, cpu.minVruntime - WAKE_CREDIT_NS);
    cpu.queue.push(task);
    cpu.noteLoad();
    if (cpu.isIdle) {
      if (cpu.event?.run === undefined) this.#plan(cpu, now + IPI_NS);
      return;
    }
    if (cpu.sliceEndNs === Number.POSITIVE_INFINITY) this.#limitSlice(cpu);
    const { current } = cpu;
    const behind = current.vruntime + (now - current.runStartNs) / weightOf(current) - task.vruntime;
    if (isWakeUp && behind > PREEMPT_NS) this.reschedule(cpu);
  }

  /** Somebody waits for the CPU now: the running task has a slice. */
  #limitSlice(cpu: Cpu): void {
    cpu.sliceEndNs = Math.max(this.#world.nowNs, cpu.current.runStartNs + SLICE_NS);
    if (cpu === this.#world.cpu && this.#world.isStepping) this.#world.limitStep(cpu.sliceEndNs);
    else if (cpu.event?.run !== undefined && cpu.event.atNs > cpu.sliceEndNs) this.#plan(cpu, cpu.sliceEndNs);
  }

  /** A CPU for a task that wakes: where it ran before, if that is idle; else another idle one; else the least loaded. */
  #choose(task: Task): Cpu {
    const before = task.cpu ?? this.#world.cpu;
    const may = (cpu: Cpu) => task.allowedCpus?.has(cpu.index) ?? true;
    if (may(before) && before.load === 0) return before;
    let best: Cpu | undefined;
    for (const cpu of this.cpus) {
      if (!may(cpu)) continue;
      if (cpu.load === 0) return cpu;
      if (best === undefined || cpu.load < best.load || (cpu.load === best.load && cpu === before)) best = cpu;
    }
    return best ?? before;
  }

  /** A waiting task of the busiest other CPU, for one that has nothing to do. */
  #pull(cpu: Cpu): Task | undefined {
    let busiest: Cpu | undefined;
    for (const other of this.cpus)
      if (other !== cpu && other.queue.length > (busiest?.queue.length ?? 0)) busiest = other;
    const task = busiest?.queue.find((waiting) => waiting.allowedCpus?.has(cpu.index) ?? true);
    if (busiest === undefined || task === undefined) return undefined;
    busiest.queue.splice(busiest.queue.indexOf(task), 1);
    busiest.noteLoad();
    this.#migrate(task, cpu);
    return task;
  }

  #migrate(task: Task, to: Cpu): void {
    const from = task.cpu ?? to;
    this.#events.migrated(task, from, to);
    this.#world.hooks.softwareEvent("cpu-migrations");
    task.vruntime += to.minVruntime - from.minVruntime;
    task.cpu = to;
  }

  #plan(cpu: Cpu, atNs: number): void {
    if (cpu.event?.run !== undefined) cpu.event.run = undefined;
    cpu.event = this.#world.at(atNs, () => {
      this.#world.cpu = cpu;
      this.run(cpu);
    });
  }

  #countStep(task: Task): void {
    const { nowNs } = this.#world;
    if (nowNs !== this.#stepsTime) this.#stepsAtOnce = 0;
    this.#stepsTime = nowNs;
    if (++this.#stepsAtOnce <= MOST_STEPS_AT_ONCE) return;
    throw new SkepError(`task ${task.tid} (${task.comm}) does ever more things and no time passes`, {
      code: "sim/no-progress",
      remedy: "let each turn of its loop sleep or compute for some time",
    });
  }
}

function takeNext(cpu: Cpu): Task | undefined {
  let best = 0;
  const { queue } = cpu;
  for (let i = 1; i < queue.length; i++)
    if ((queue[i] as Task).vruntime < (queue[best] as Task).vruntime) best = i;
  return queue.length === 0 ? undefined : queue.splice(best, 1)[0];
}

function weightOf(task: Task): number {
  return NICE_STEP ** -task.nice;
}
