import { Hooks } from "../hooks/hooks.ts";
import type { KernelTables } from "../kernel-tables.ts";
import { KernelMemory } from "../memory/kernel-memory.ts";
import { Processes } from "../process/processes.ts";
import { Programs } from "../process/programs.ts";
import type { Subsystem } from "../subsystem.ts";
import type { Thread } from "../thread.ts";
import { Cgroups } from "./cgroups.ts";
import { Cpu } from "./cpu.ts";
import { CpuFrequency } from "./cpu-frequency.ts";
import { type Duration, nanoseconds } from "./duration.ts";
import { EventQueue, type TimedEvent } from "./event-queue.ts";
import { Finished, giveAfter, NOTHING, waitOnce } from "./finished.ts";
import { Interrupts } from "./interrupts.ts";
import { makeLoadAverages } from "./load-averages.ts";
import { Random } from "./random.ts";
import { Scheduler } from "./scheduler.ts";
import { SchedulerEvents } from "./scheduler-events.ts";
import { type StateKey, StateTable } from "./state-key.ts";
import type { Task } from "./task.ts";
import { Ticks } from "./ticks.ts";
import { Users } from "./users.ts";
import type { Code, Wait } from "./wait.ts";
import { Workqueues } from "./workqueue.ts";

export type WorldOptions = Readonly<{
  /** 32 bits; equal seeds give equal worlds. Default 1. */
  seed?: number;
  /** Default 4. */
  cpus?: number;
  /** Nanoseconds since 1970 when the machine was started. */
  bootTimeNs?: bigint;
  hostName?: string;
}>;

/** What a world is made of that subsystems bring. */
export type WorldParts = Readonly<{
  tables: KernelTables;
  subsystems: readonly Subsystem[];
  /** Gives a task what its program can do; see thread.ts. */
  makeThread(task: Task): Thread;
}>;

/** What the rest of the machine asks the files subsystem. */
export type FileAnswers = Readonly<{
  /** The path that a struct path in kernel memory names. */
  pathOf(address: bigint): string | undefined;
  /** Whether a path leads to something. */
  exists(path: string): boolean;
  /** All of a file's content. */
  read(path: string): Uint8Array | undefined;
}>;

const UPTIME_NS = 600_000_000_000; // when a world begins its machine has been up for ten minutes
const BOOT_TIME_NS = 1_767_225_600_000_000_000n; // 2026-01-01 00:00:00 UTC

/**
 * The simulated machine: its clock, CPUs, memory, tasks, and the places where programs attach. Nothing in it depends on
 * anything but its options and what is done to it, so that equal seeds give equal runs.
 */
export class World {
  readonly tables: KernelTables;
  readonly subsystems: readonly Subsystem[];
  readonly memory: KernelMemory;
  readonly hooks: Hooks;
  readonly random: Random;
  readonly cpuCount: number;
  readonly cpus: readonly Cpu[];
  readonly scheduler: Scheduler;
  readonly interrupts: Interrupts;
  readonly workqueues: Workqueues;
  readonly cpuFrequency: CpuFrequency;
  readonly cgroups: Cgroups;
  readonly processes: Processes;
  readonly users = new Users();
  readonly programs = new Programs();
  /** Set by the files subsystem. */
  files: FileAnswers | undefined;
  readonly bootTimeNs: bigint;
  readonly hostName: string;
  /** Nanoseconds since the machine was started. */
  nowNs = UPTIME_NS;
  /** The CPU on which what happens now happens. */
  cpu: Cpu;
  /** Whether a task's code runs at the moment. */
  isStepping = false;
  readonly #makeThread: (task: Task) => Thread;
  readonly #events = new EventQueue();
  readonly #states = new StateTable<World>(this);
  readonly #durations = new Map<string, number>();
  #untilNs = UPTIME_NS;
  #horizonNs = UPTIME_NS;

  /** Use createWorld. */
  constructor(parts: WorldParts, options: WorldOptions = {}) {
    this.tables = parts.tables;
    this.subsystems = parts.subsystems;
    this.#makeThread = parts.makeThread;
    this.cpuCount = Math.max(1, Math.min(options.cpus ?? 4, 256));
    this.random = new Random(options.seed ?? 1);
    this.bootTimeNs = options.bootTimeNs ?? BOOT_TIME_NS;
    this.hostName = options.hostName ?? "sim";
    this.memory = new KernelMemory(parts.tables.btf);
    this.hooks = new Hooks(parts.tables, () => this.cpu.current);
    this.cgroups = new Cgroups(this);
    this.processes = new Processes(this);
    this.cpus = Array.from(
      { length: this.cpuCount },
      (_, i) => new Cpu(i, this.memory.make("rq"), (cpu) => this.processes.makeIdle(cpu)),
    );
    this.cpu = this.cpus[0] as Cpu;
    this.hooks.symbols.defineVariable("runqueues", this.cpu.rq.address);
    this.hooks.symbols.defineVariable("avenrun", makeLoadAverages(this.memory));
    this.scheduler = new Scheduler(this, new SchedulerEvents(this.hooks), this.cpus);
    this.interrupts = new Interrupts(this, this.hooks);
    this.workqueues = new Workqueues(this);
    this.cpuFrequency = new CpuFrequency(this);
    new Ticks(this, this.hooks);
  }

  /** The task that runs where things happen now; a CPU's swapper when none does. */
  get task(): Task {
    return this.cpu.current;
  }

  makeThread(task: Task): Thread {
    return this.#makeThread(task);
  }

  /** The path that a struct path names, for bpf_d_path. */
  pathOf(address: bigint): string | undefined {
    return this.files?.pathOf(address);
  }

  /** A file of the machine. */
  readFile(path: string): Uint8Array | undefined {
    return this.files?.read(path);
  }

  /** What a subsystem keeps for this world. */
  get<T>(key: StateKey<World, T>): T {
    return this.#states.get(key);
  }

  /** Nanoseconds of a duration; texts are parsed once. */
  ns(duration: Duration): number {
    if (typeof duration === "number") return Math.round(duration);
    const known = this.#durations.get(duration);
    if (known !== undefined) return known;
    const ns = nanoseconds(duration);
    this.#durations.set(duration, ns);
    return ns;
  }

  /** Calls `run` at a time, as an interrupt of the CPU that is the current one now. */
  at(atNs: number, run: () => void): TimedEvent {
    const time = Math.max(Math.round(atNs), this.nowNs);
    if (time < this.#horizonNs) this.#horizonNs = time;
    return this.#events.add(time, run);
  }

  /** Calls `run` after some time, on the CPU that is the current one now. */
  after(duration: Duration, run: () => void): TimedEvent {
    const { cpu } = this;
    return this.at(this.nowNs + this.ns(duration), () => this.onCpu(cpu, run));
  }

  /** Does something as if on another CPU: its task is the current one meanwhile. */
  onCpu<T>(cpu: Cpu, run: () => T): T {
    const before = this.cpu;
    this.cpu = cpu;
    try {
      return run();
    } finally {
      this.cpu = before;
    }
  }

  /**
   * Uses the current task's CPU for some time. Undefined when the time has passed already (nothing else happens
   * meanwhile); otherwise the wait that the caller must yield:
   *
   *     const wait = world.spend(500);
   *     if (wait !== undefined) yield wait;
   */
  spend(ns: number): Wait | undefined {
    const end = this.nowNs + Math.round(ns);
    if (end > this.#horizonNs) return { kind: "compute", ns: Math.round(ns) };
    this.nowNs = end;
    return undefined;
  }

  /** Takes time, then gives what `then` gives: the body of a call that waits for nothing else. */
  spendThen<T>(ns: number, then: () => T): Code<T> {
    const wait = this.spend(ns);
    return wait === undefined ? new Finished(then()) : giveAfter(wait, then);
  }

  /** As `spend`, for `yield*`. */
  compute(duration: Duration): Code {
    const wait = this.spend(this.ns(duration));
    return wait === undefined ? NOTHING : waitOnce(wait);
  }

  /** Plays what happens in the next `duration`; the clock stands at its end afterwards. */
  play(duration: Duration): void {
    this.playUntil(this.nowNs + this.ns(duration));
  }

  /** Plays until the clock shows `untilNs`, or until `stop` says so (asked after each event). */
  playUntil(untilNs: number, stop?: () => boolean): void {
    this.#untilNs = untilNs;
    for (;;) {
      if (this.#events.nextNs > untilNs) break;
      const event = this.#events.take();
      if (event?.run === undefined) break;
      if (event.atNs > this.nowNs) this.nowNs = event.atNs; // interrupts may have taken time beyond it
      event.run();
      if (stop?.()) return;
    }
    this.nowNs = Math.max(this.nowNs, untilNs);
  }

  /** When the next thing happens; Infinity when nothing will. */
  get nextEventNs(): number {
    return this.#events.nextNs;
  }

  /** For the scheduler: moves the clock when nothing happens until then. */
  advanceTo(ns: number): boolean {
    if (ns > this.#events.nextNs || ns > this.#untilNs) return false;
    this.nowNs = ns;
    return true;
  }

  /** For the scheduler: a task's code begins to run. */
  beginStep(cpu: Cpu): void {
    this.isStepping = true;
    this.#horizonNs = Math.min(this.#events.nextNs, this.#untilNs, cpu.sliceEndNs);
  }

  endStep(): void {
    this.isStepping = false;
  }

  /** For the scheduler: the running code must wait the next time it takes time. */
  interruptStep(): void {
    this.#horizonNs = Math.min(this.#horizonNs, this.nowNs);
  }

  /** For the scheduler: the running code must wait before this time. */
  limitStep(untilNs: number): void {
    this.#horizonNs = Math.min(this.#horizonNs, untilNs);
  }
}
