import type { Binary } from "../hooks/binary.ts";
import type { KernelObject } from "../memory/kernel-object.ts";
import { UserMemory } from "../memory/user-memory.ts";
import type { Cgroup } from "../world/cgroups.ts";
import { type StateKey, StateTable } from "../world/state-key.ts";
import type { Task } from "../world/task.ts";
import { WaitQueue } from "../world/wait-queue.ts";
import type { World } from "../world/world.ts";
import { Signals } from "./signals.ts";

/** Who a process acts as. */
export type Credentials = Readonly<{ uid: number; gid: number; euid?: number; egid?: number }>;

/** How a process ended: its exit code, or the signal that killed it. */
export type ExitStatus = Readonly<{ code: number } | { signal: number }>;

/** A process: threads that share memory, files and signal handlers. Kernel threads are processes without memory. */
export class Process {
  readonly world: World;
  /** What the kernel calls tgid. */
  readonly pid: number;
  readonly threads: Task[] = [];
  readonly children: Process[] = [];
  readonly signals: Signals;
  /** Woken when a child ends. */
  readonly childEnded = new WaitQueue("do_wait");
  parent: Process | undefined;
  /** undefined: a kernel thread. */
  memory: UserMemory | undefined;
  /** Its struct mm_struct. */
  mm: KernelObject | undefined;
  /** Its struct cred. */
  readonly cred: KernelObject;
  credentials: Credentials;
  cgroup: Cgroup;
  /** Path of the program that it runs. */
  executable = "";
  binary: Binary | undefined;
  argv: readonly string[] = [];
  env: Readonly<Record<string, string>> = {};
  readonly startNs: number;
  /** Set once it has ended. */
  exitStatus: ExitStatus | undefined;
  /** A vfork parent that waits until this process has memory of its own or has ended. */
  vforkDone: WaitQueue | undefined;
  readonly #states = new StateTable<Process>(this);

  /** Use Processes: spawn, fork. */
  constructor(
    world: World,
    pid: number,
    parent: Process | undefined,
    credentials: Credentials,
    cgroup: Cgroup,
  ) {
    this.world = world;
    this.pid = pid;
    this.parent = parent;
    this.credentials = credentials;
    this.cgroup = cgroup;
    this.startNs = world.nowNs;
    this.signals = new Signals(this);
    const { uid, gid, euid = uid, egid = gid } = credentials;
    this.cred = world.memory.make("cred", {
      "uid.val": uid, "gid.val": gid, "suid.val": uid, "sgid.val": gid, "euid.val": euid, "egid.val": egid, "fsuid.val": euid, "fsgid.val": egid,
    }); // biome-ignore format: one object
  }

  /** Its first thread, whose tid is the pid. */
  get leader(): Task {
    const [leader] = this.threads;
    if (leader === undefined) throw new Error(`bug: process ${this.pid} has no thread`);
    return leader;
  }

  get comm(): string {
    return this.leader.comm;
  }

  get isKernelThread(): boolean {
    return this.memory === undefined;
  }

  /** Address of the program's first instruction. */
  get entryPoint(): number {
    return UserMemory.textStart + 0x1000;
  }

  get stackPointer(): number {
    return UserMemory.stackTop - 0x800;
  }

  /** What a subsystem keeps for this process. */
  get<T>(key: StateKey<Process, T>): T {
    return this.#states.get(key);
  }

  get states(): StateTable<Process> {
    return this.#states;
  }
}
