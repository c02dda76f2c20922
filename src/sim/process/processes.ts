import type { ResolvedSymbol } from "../../runtime/resolver.ts";
import { PAGE_BYTES, UserMemory } from "../memory/user-memory.ts";
import type { Behaviour } from "../thread.ts";
import type { Cpu } from "../world/cpu.ts";
import { Task } from "../world/task.ts";
import type { World } from "../world/world.ts";
import { Process } from "./process.ts";
import { runTask } from "./run-task.ts";

/** How a process begins that nobody forks: what the machine starts. */
export type SpawnOptions = Readonly<{
  /** Default: the last part of `executable`, or "task". */
  comm?: string;
  executable?: string;
  argv?: readonly string[];
  env?: Readonly<Record<string, string>>;
  uid?: number;
  gid?: number;
  /** Path of its cgroup. Default: its parent's, "/" for the first. */
  cgroup?: string;
  nice?: number;
  /** CPUs that it may run on. */
  cpus?: readonly number[];
  /** Default: init, or nobody for init itself. */
  parent?: Process;
}>;

/** All processes and tasks of the machine. */
export class Processes {
  readonly #world: World;
  readonly #tasks = new Map<number, Task>();
  readonly #processes = new Map<number, Process>();
  #nextPid = 1;
  #observer: Task | undefined;

  constructor(world: World) {
    this.#world = world;
  }

  /** A task by what the kernel calls its pid. */
  task(tid: number): Task | undefined {
    return this.#tasks.get(tid);
  }

  process(pid: number): Process | undefined {
    return this.#processes.get(pid);
  }

  get all(): readonly Process[] {
    return [...this.#processes.values()];
  }

  /** The swapper of a CPU. */
  makeIdle(cpu: Cpu): Task {
    const process = new Process(this.#world, 0, undefined, { uid: 0, gid: 0 }, this.#world.cgroups.root);
    const task = new Task(process, 0, `swapper/${cpu.index}`);
    process.threads.push(task);
    return task;
  }

  /** Starts a process that runs `body`. */
  spawn(body: Behaviour, options: SpawnOptions = {}): Process {
    const { uid = 0, gid = uid, executable = "" } = options;
    const world = this.#world;
    const cgroup = options.cgroup === undefined ? world.cgroups.root : world.cgroups.make(options.cgroup);
    const process = new Process(world, this.#nextPid++, options.parent, { uid, gid }, cgroup);
    process.memory = new UserMemory();
    process.executable = executable;
    process.argv = options.argv ?? [executable];
    const comm = options.comm ?? (executable.split("/").at(-1) || "task");
    const task = new Task(process, process.pid, comm);
    task.struct.fill({ pid: task.tid, tgid: process.pid });
    task.nice = options.nice ?? 0;
    if (options.cpus) task.allowedCpus = new Set(options.cpus);
    process.threads.push(task);
    this.#processes.set(process.pid, process);
    this.#tasks.set(task.tid, task);
    task.code = runTask(task, body);
    world.scheduler.wakeNew(task);
    return process;
  }

  /** Does something as the process that watches the machine: `skep`. */
  asObserver(run: () => void): void {
    this.#observer ??= this.#makeObserver();
    const { cpu } = this.#world;
    const before = cpu.current;
    cpu.current = this.#observer;
    try {
      run();
    } finally {
      cpu.current = before;
    }
  }

  /** What an address of a process belongs to. */
  userSymbol(pid: number, address: number): ResolvedSymbol | undefined {
    const process = this.#processes.get(pid);
    const region = process?.memory?.regionAt(address);
    if (region === undefined || region.name === "" || region.name.startsWith("[")) return undefined;
    const offset = address - region.start + region.pageOffset * PAGE_BYTES;
    const found = this.#world.hooks.binary(region.name)?.functionAt(offset);
    if (found === undefined) return undefined;
    return { name: found.name, offset: BigInt(offset - found.offset), module: region.name };
  }

  #makeObserver(): Task {
    const world = this.#world;
    const process = new Process(world, this.#nextPid++, undefined, { uid: 0, gid: 0 }, world.cgroups.root);
    process.memory = new UserMemory();
    const task = new Task(process, process.pid, "skep");
    process.threads.push(task);
    task.setState("sleeping");
    return task;
  }

  /** A task has ended. */
  ended(task: Task): void {
    task.setState("dead");
    this.#tasks.delete(task.tid);
    this.#processes.delete(task.process.pid);
  }
}
