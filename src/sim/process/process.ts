import type { Binary } from "../hooks/binary.ts";
import type { KernelObject } from "../memory/kernel-object.ts";
import { initList } from "../memory/lists.ts";
import { UserMemory } from "../memory/user-memory.ts";
import type { Cgroup } from "../world/cgroups.ts";
import { type StateKey, StateTable } from "../world/state-key.ts";
import type { Task } from "../world/task.ts";
import { WaitQueue } from "../world/wait-queue.ts";
import type { World } from "../world/world.ts";
import type { Namespaces } from "./namespaces.ts";
import { Signals } from "./signals.ts";
import { fillCred } from "./task-struct.ts";
import { type MappedFunction, type MappedUsdt, UserNames } from "./user-code.ts";

/** Who a process acts as; effective ids are those of the user when left out. */
export type Credentials = Readonly<{ uid: number; gid: number; euid?: number; egid?: number }>;

/** How a process ended: its exit code, or the signal that killed it. */
export type ExitStatus = Readonly<{ code: number } | { signal: number; core?: boolean }>;

export type ProcessParts = Readonly<{
  pid: number;
  parent: Process | undefined;
  credentials: Credentials;
  cgroup: Cgroup;
  namespaces: Namespaces;
  kind: "user" | "kernel";
}>;

/** A process: threads that share memory, files and signal handlers. Kernel threads are processes without memory. */
export class Process {
  readonly world: World;
  /** What the kernel calls tgid. */
  readonly pid: number;
  readonly isKernelThread: boolean;
  /** Those that have not ended; the leader stays until the process is reaped. */
  readonly threads: Task[] = [];
  readonly children: Process[] = [];
  readonly signals: Signals;
  /** Woken when a child ends, stops or goes on. */
  readonly childChanged = new WaitQueue("do_wait");
  readonly namespaces: Namespaces;
  parent: Process | undefined;
  memory: UserMemory | undefined;
  /** Its struct mm_struct. */
  mm: KernelObject | undefined;
  /** Its struct cred. */
  readonly cred: KernelObject;
  readonly signalStruct: KernelObject;
  readonly sighandStruct: KernelObject;
  /** Path of the program that it runs. */
  executable = "";
  binary: Binary | undefined;
  /** Where binaries are mapped. */
  readonly mappings = new Map<Binary, number>();
  argv: readonly string[] = [];
  env: Readonly<Record<string, string>> = {};
  readonly startNs: number;
  /** The uid that logged in; undefined: nobody, as for services. */
  loginUid: number | undefined;
  session = 0;
  /** Set once it has ended, or is about to. */
  exitStatus: ExitStatus | undefined;
  /** A parent that waits after vfork(2) until this process has memory of its own or has ended. */
  vforkDone: WaitQueue | undefined;
  readonly #names = new UserNames(this);
  #borrowsMemory = false;
  #credentials: Credentials;
  #cgroup: Cgroup;
  readonly #states = new StateTable<Process>(this);

  /** Use Processes: spawn, fork. */
  constructor(world: World, parts: ProcessParts) {
    this.world = world;
    this.pid = parts.pid;
    this.parent = parts.parent;
    this.isKernelThread = parts.kind === "kernel";
    this.namespaces = parts.namespaces;
    this.#credentials = parts.credentials;
    this.#cgroup = parts.cgroup;
    this.loginUid = parts.parent?.loginUid;
    this.session = parts.parent?.session ?? 0;
    this.startNs = world.nowNs;
    this.signals = new Signals(this);
    const { memory } = world;
    this.cred = memory.make("cred");
    fillCred(this.cred, this);
    this.signalStruct = memory.make("signal_struct", { "sigcnt.refs.counter": 1 });
    initList(this.signalStruct, "thread_head");
    this.sighandStruct = memory.make("sighand_struct", { "count.refs.counter": 1 });
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

  get credentials(): Credentials {
    return this.#credentials;
  }

  set credentials(credentials: Credentials) {
    this.#credentials = credentials;
    fillCred(this.cred, this);
  }

  get cgroup(): Cgroup {
    return this.#cgroup;
  }

  /** Moves it, with all threads. */
  set cgroup(cgroup: Cgroup) {
    this.#cgroup = cgroup;
    for (const { struct } of this.threads) struct.set("cgroups", cgroup.cssSet);
  }

  /** Address of the program's first instruction. */
  get entryPoint(): number {
    return UserMemory.textStart + 0x1000;
  }

  get stackPointer(): number {
    return UserMemory.stackTop - 0x2000;
  }

  /** A function of its program, or of a library. Throws for a name that none has. */
  functionNamed(name: string): MappedFunction {
    return this.#names.function(name);
  }

  /** A function of its program, or of a library, if one has it. */
  findFunction(name: string): MappedFunction | undefined {
    return this.#names.find(name);
  }

  /** Whether its program or a library has a function of that name. */
  hasFunction(name: string): boolean {
    return this.#names.find(name) !== undefined;
  }

  /** Maps code that is in no file, such as that of a just-in-time compiler; where it begins. */
  mapCode(binary: Binary): number {
    const region = this.memory?.mapAnywhere(binary.bytes, { access: "rwxp", name: "" });
    if (region === undefined) throw new Error("bug: kernel threads have no code of their own");
    this.mappings.set(binary, region.start);
    this.#names.clear();
    return region.start;
  }

  usdtNamed(provider: string, name: string): MappedUsdt {
    return this.#names.usdt(provider, name);
  }

  /** Whether `memory` is its own: a child of vfork(2) uses its parent's until it calls exec. */
  get ownsMemory(): boolean {
    return !this.#borrowsMemory;
  }

  /** Uses the parent's memory: vfork(2). */
  borrowMemory(parent: Process): void {
    this.memory = parent.memory;
    this.mm = parent.mm;
    this.#borrowsMemory = true;
    for (const [binary, base] of parent.mappings) this.mappings.set(binary, base);
  }

  /** Gives its memory back, or stops borrowing it. */
  dropMemory(): void {
    if (!this.#borrowsMemory) this.mm?.free();
    this.#borrowsMemory = false;
    this.mm = undefined;
    this.memory = undefined;
    this.mappings.clear();
    this.#names.clear();
  }

  /** What a subsystem keeps for this process. */
  get<T>(key: StateKey<Process, T>): T {
    return this.#states.get(key);
  }

  get states(): StateTable<Process> {
    return this.#states;
  }

  /** Gives back its objects; the last of it. */
  free(): void {
    for (const object of [this.cred, this.signalStruct, this.sighandStruct]) object.free();
  }
}
