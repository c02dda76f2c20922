import { UserMemory } from "../memory/user-memory.ts";
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

  /** A task has ended. */
  ended(task: Task): void {
    task.setState("dead");
    this.#tasks.delete(task.tid);
    this.#processes.delete(task.process.pid);
  }
}
