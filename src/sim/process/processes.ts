import type { ResolvedSymbol } from "../../runtime/resolver.ts";
import type { KernelObject } from "../memory/kernel-object.ts";
import { PAGE_BYTES } from "../memory/user-memory.ts";
import type { Behaviour } from "../thread.ts";
import type { Cpu } from "../world/cpu.ts";
import { Task } from "../world/task.ts";
import type { World } from "../world/world.ts";
import { EndedMappings } from "./ended-mappings.ts";
import { CLONE } from "./fork.ts";
import { PROCESS_FUNCTIONS } from "./functions.ts";
import { loadProgram, makeMm } from "./mm.ts";
import { NamespaceMaker, type Namespaces, type PidNamespace } from "./namespaces.ts";
import { findInPerfMap } from "./perf-map.ts";
import { PidEntry } from "./pids.ts";
import { type Credentials, Process } from "./process.ts";
import { startCode } from "./run-task.ts";
import { linkTask, unlinkTask } from "./task-struct.ts";

/** How a process begins that nobody forks: what the machine starts. */
export type SpawnOptions = Readonly<{
  /** Default: the last part of `executable`, or "task". */
  comm?: string;
  executable?: string;
  argv?: readonly string[];
  env?: Readonly<Record<string, string>>;
  uid?: number;
  gid?: number;
  /** Path of its cgroup. Default: its parent's. */
  cgroup?: string;
  /** Default: its parent's. */
  namespaces?: Namespaces;
  nice?: number;
  /** CPUs that it may run on. */
  cpus?: readonly number[];
  /** Default: init. */
  parent?: Process;
  /** Who logged in, for processes of a session. */
  loginUid?: number;
  session?: number;
}>;

const ROOT: Credentials = { uid: 0, gid: 0 };
const ENVIRONMENT = { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", LANG: "C.UTF-8" };
const FIRST_PID = 400; // of what runs once the machine has started
const MOST_TASKS = 32_768; // kernel.pid_max of a small machine

const PID_TYPE = { pid: 0, tgid: 1 } as const; // enum pid_type

/** All processes and tasks of the machine. */
export class Processes {
  readonly namespaces: NamespaceMaker;
  readonly #world: World;
  readonly #tasks = new Map<number, Task>();
  readonly #processes = new Map<number, Process>();
  readonly #idle: Task[] = [];
  readonly #ended = new EndedMappings();
  #init: Process | undefined;
  #kthreadd: Process | undefined;
  #observer: Task | undefined;
  #signalInfo: KernelObject | undefined;

  constructor(world: World) {
    this.#world = world;
    this.namespaces = new NamespaceMaker(world);
  }

  /** A task by what the kernel calls its pid. */
  task(tid: number): Task | undefined {
    return this.#tasks.get(tid);
  }

  /** A process by its pid as a namespace shows it. */
  find(pid: number, namespace: PidNamespace): Process | undefined {
    if (namespace.level === 0) return this.#processes.get(pid);
    for (const process of this.#processes.values()) if (process.leader.pidIn(namespace) === pid) return process;
    return undefined;
  }

  process(pid: number): Process | undefined {
    return this.#processes.get(pid);
  }

  /** All processes, zombies too, in the order of their making. */
  get all(): readonly Process[] {
    return [...this.#processes.values()];
  }

  get count(): number {
    return this.#tasks.size;
  }

  /** The swapper of CPU 0: the kernel's init_task. */
  get initTask(): Task {
    const [task] = this.#idle;
    if (task === undefined) throw new Error("bug: the world has no CPU yet");
    return task;
  }

  /** Room for what a signal's tracepoints show. */
  get signalInfo(): KernelObject {
    this.#signalInfo ??= this.#world.memory.make("kernel_siginfo");
    return this.#signalInfo;
  }

  /** The swapper of a CPU. */
  makeIdle(cpu: Cpu): Task {
    const world = this.#world;
    const process = this.#make(0, undefined, ROOT, { kind: "kernel" });
    const pid = new PidEntry(world, process.namespaces.pid, 0);
    const task = new Task(process, 0, `swapper/${cpu.index}`, pid);
    process.threads.push(task);
    this.#idle.push(task);
    linkTask(task, undefined);
    task.struct.set("thread_pid", pid.struct);
    if (cpu.index === 0) world.hooks.symbols.defineVariable("init_task", task.struct.address);
    return task;
  }

  /** Starts init (1) and the kernel's own threads. */
  boot(): void {
    this.#init = this.spawn(reapChildren, {
      executable: "/usr/lib/systemd/systemd",
      comm: "systemd",
      cgroup: "/init.scope",
    });
    this.#kthreadd = this.spawnKernelThread("kthreadd", sleepForever).process;
    for (const { index } of this.#world.cpus) this.spawnKernelThread(`migration/${index}`, sleepForever, index);
    for (const name of ["rcu_preempt", "kcompactd0", "khugepaged", "kswapd0"])
      this.spawnKernelThread(name, this.#behaviourOf(name));
    this.namespaces.initial.pid.skipTo(FIRST_PID);
  }

  /** What a kernel thread does that some subsystem knows. */
  #behaviourOf(thread: string): Behaviour {
    for (const { kernelThreads } of this.#world.subsystems) {
      const known = kernelThreads?.[thread];
      if (known !== undefined) return known;
    }
    return sleepForever;
  }

  /** Starts a process that runs `body`. */
  spawn(body: Behaviour, options: SpawnOptions = {}): Process {
    const { uid = 0, gid = uid, executable = "" } = options;
    const world = this.#world;
    const parent = options.parent ?? this.#init;
    const process = this.#make(this.#takePid(), parent, { uid, gid }, { kind: "user", ...options });
    if (options.loginUid !== undefined) process.loginUid = options.loginUid;
    if (options.session !== undefined) process.session = options.session;
    process.executable = executable;
    process.binary = world.hooks.binary(executable);
    process.argv = options.argv ?? [executable];
    process.env = options.env ?? parent?.env ?? ENVIRONMENT;
    loadProgram(process);
    const comm = options.comm ?? (executable.split("/").at(-1) || "task");
    const task = this.#addTask(process, process.pid, comm);
    if (options.cpus) task.allowedCpus = new Set(options.cpus);
    this.#begin(task, body, options.nice ?? 0);
    for (const { newProcess } of world.subsystems) newProcess?.(process, undefined);
    world.scheduler.wakeNew(task);
    return process;
  }

  /** Starts a thread of the kernel. `cpu`: the only one that it may run on. */
  spawnKernelThread(comm: string, body: Behaviour, cpu?: number): Task {
    const process = this.#make(this.#takePid(), this.#kthreadd, ROOT, { kind: "kernel", cgroup: "/" });
    const task = this.#addTask(process, process.pid, comm);
    if (cpu !== undefined) task.allowedCpus = new Set([cpu]);
    this.#begin(task, body, 0);
    this.#world.scheduler.wakeNew(task);
    return task;
  }

  /** The child of fork(2) or vfork(2), not woken yet; -EAGAIN when there are too many tasks. */
  makeChild(task: Task, body: Behaviour, flags: number): Task | number {
    if (this.#tasks.size >= MOST_TASKS) return -EAGAIN;
    const parent = task.process;
    const child = this.#make(this.#takePid(), parent, parent.credentials, { kind: "user" });
    child.executable = parent.executable;
    child.binary = parent.binary;
    child.argv = parent.argv;
    child.env = parent.env;
    if ((flags & CLONE.vm) !== 0) child.borrowMemory(parent);
    else {
      child.memory = parent.memory?.fork();
      child.mm = copyMm(child, parent);
      for (const [binary, base] of parent.mappings) child.mappings.set(binary, base);
    }
    parent.signals.forkTo(child.signals);
    const made = this.#addTask(child, child.pid, task.comm);
    made.allowedCpus = task.allowedCpus;
    made.userStack.push(
      ...task.userStack.filter(({ function: { name } }) => name !== "fork" && name !== "vfork"),
    );
    parent.states.forkTo(child.states); // before subsystems look at the new task
    task.states.forkTo(made.states);
    this.#begin(made, body, task.nice);
    for (const { newProcess } of this.#world.subsystems) newProcess?.(child, parent);
    return made;
  }

  /** One more thread of a task's process, not woken yet; -EAGAIN when there are too many tasks. */
  makeThread(task: Task, body: Behaviour): Task | number {
    if (this.#tasks.size >= MOST_TASKS) return -EAGAIN;
    const made = this.#addTask(task.process, this.#takePid(), task.comm);
    made.allowedCpus = task.allowedCpus;
    this.#begin(made, body, task.nice);
    return made;
  }

  /** Before another program takes over: all other threads end. */
  becomeOnlyThread(task: Task): void {
    for (const other of [...task.process.threads]) {
      if (other === task) continue;
      this.#world.scheduler.remove(other);
      other.states.release();
      if (other !== task.process.leader) this.vanish(other);
    }
  }

  /** Who gets the children of a process that has ended. */
  reaperOf(process: Process): Process {
    const init = this.#init;
    if (init === undefined) throw new Error("bug: there is no init");
    const { pid } = process.namespaces;
    if (pid.level === 0) return init;
    const reaper = this.all.find((other) => other.leader.pidIn(pid) === 1 && other.leader.state !== "zombie");
    return reaper === undefined || reaper === process ? init : reaper;
  }

  /** A thread that nobody waits for is gone. */
  vanish(task: Task): void {
    const { threads } = task.process;
    task.setState("dead");
    unlinkTask(task);
    threads.splice(threads.indexOf(task), 1);
    this.#tasks.delete(task.tid);
    this.#free(task);
  }

  /** A process is about to lose its memory: where its code was stays known for a while. */
  rememberCode(process: Process): void {
    this.#ended.add(process.pid, process.mappings);
  }

  /** A zombie was waited for: nothing is left of it. */
  reap(process: Process): void {
    const { leader, parent } = process;
    this.#world.get(PROCESS_FUNCTIONS).events.free.fire(() => ({
      args: [leader.struct],
      fields: { comm: leader.comm, pid: leader.tid, prio: leader.prio },
    }));
    if (parent !== undefined) parent.children.splice(parent.children.indexOf(process), 1);
    this.#processes.delete(process.pid);
    this.vanish(leader);
    // The last one still runs through its end: its memory goes once it has left the CPU.
    this.#world.scheduler.whenGone(leader, () => process.free());
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
    const process = this.#processes.get(pid) ?? this.#tasks.get(pid)?.process;
    if (process?.memory === undefined) return this.#ended.find(pid, address);
    const region = process.memory.regionAt(address);
    if (region === undefined || region.name.startsWith("[")) return undefined;
    if (region.name === "") return this.#compiledSymbol(process, address);
    const offset = address - region.start + region.pageOffset * PAGE_BYTES;
    const found = this.#world.hooks.binary(region.name)?.functionAt(offset);
    if (found === undefined) return undefined;
    return { name: found.name, offset: BigInt(offset - found.offset), module: region.name };
  }

  /** Code that a just-in-time compiler made and wrote down in /tmp. */
  #compiledSymbol({ pid }: Process, address: number): ResolvedSymbol | undefined {
    const path = `/tmp/perf-${pid}.map`;
    const bytes = this.#world.readFile(path);
    const found = bytes && findInPerfMap(new TextDecoder().decode(bytes), address);
    return found && { name: found.name, offset: BigInt(address - found.start), module: path };
  }

  #make(
    pid: number,
    parent: Process | undefined,
    credentials: Credentials,
    options: Readonly<{ kind: "user" | "kernel"; cgroup?: string; namespaces?: Namespaces }>,
  ): Process {
    const { cgroups } = this.#world;
    const cgroup =
      options.cgroup === undefined ? (parent?.cgroup ?? cgroups.root) : cgroups.make(options.cgroup);
    const namespaces = options.namespaces ?? parent?.namespaces ?? this.namespaces.initial;
    const process = new Process(this.#world, {
      pid,
      parent,
      credentials,
      cgroup,
      namespaces,
      kind: options.kind,
    });
    if (pid === 0) return process;
    this.#processes.set(pid, process);
    parent?.children.push(process);
    return process;
  }

  #addTask(process: Process, tid: number, comm: string): Task {
    const pid = new PidEntry(this.#world, process.namespaces.pid, tid);
    const task = new Task(process, tid, comm, pid);
    process.threads.push(task);
    this.#tasks.set(tid, task);
    return task;
  }

  #begin(task: Task, body: Behaviour, nice: number): void {
    task.nice = nice;
    linkTask(task, this.initTask.struct);
    task.pid.attach(task.struct, PID_TYPE.pid);
    if (task.process.leader === task) task.pid.attach(task.struct, PID_TYPE.tgid);
    task.struct.set("thread_pid", task.pid.struct);
    for (const { newTask } of this.#world.subsystems) newTask?.(task);
    task.code = startCode(task, body);
  }

  #free(task: Task): void {
    this.#world.scheduler.whenGone(task, () => {
      for (const object of [task.struct, task.registers, task.pid]) object.free();
    });
  }

  #takePid(): number {
    return this.namespaces.initial.pid.takePid();
  }

  #makeObserver(): Task {
    const process = this.#make(this.#takePid(), this.#init, ROOT, { kind: "user" });
    process.executable = "/usr/bin/skep";
    process.argv = ["skep"];
    loadProgram(process);
    const task = this.#addTask(process, process.pid, "skep");
    this.#begin(task, sleepForever, 0);
    task.setState("sleeping");
    return task;
  }
}

const EAGAIN = 11;

function copyMm(child: Process, parent: Process): KernelObject {
  const mm = makeMm(child);
  for (const path of [
    "start_code",
    "end_code",
    "start_data",
    "end_data",
    "start_brk",
    "brk",
    "start_stack",
    "arg_start",
    "arg_end",
    "env_start",
    "env_end",
    "total_vm",
  ])
    mm.set(path, parent.mm?.get(path) ?? 0n);
  return mm;
}

const reapChildren: Behaviour = function* (p) {
  for (;;) {
    const { pid } = yield* p.wait();
    if (pid < 0) yield* p.task.process.childChanged.wait("S");
  }
};

const sleepForever: Behaviour = function* () {
  for (;;) yield { kind: "block", state: "S" };
};
