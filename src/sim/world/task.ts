import type { KernelFunction } from "../hooks/kernel-function.ts";
import { PT_REGS_BYTES } from "../hooks/registers.ts";
import type { SyscallEntry } from "../hooks/syscall-entry.ts";
import type { UserFrame } from "../hooks/user-frame.ts";
import type { KernelObject } from "../memory/kernel-object.ts";
import type { UserMemory } from "../memory/user-memory.ts";
import type { PidNamespace } from "../process/namespaces.ts";
import type { PidEntry } from "../process/pids.ts";
import type { Process } from "../process/process.ts";
import type { Thread } from "../thread.ts";
import type { Cpu } from "./cpu.ts";
import type { TimedEvent } from "./event-queue.ts";
import type { Random } from "./random.ts";
import { type StateKey, StateTable } from "./state-key.ts";
import { type Code, type SleepState, TASK_STATE, type Woken } from "./wait.ts";
import type { WaitQueue } from "./wait-queue.ts";
import type { World } from "./world.ts";

/** Where a task stands: it computes or wants to, sleeps, was stopped, ended and is not waited for, or is gone. */
export type TaskState = "runnable" | "sleeping" | "stopped" | "zombie" | "dead";

/** Code that was interrupted, and how it was to go on. */
export type Suspended = Readonly<{ code: Code; remainingNs: number; woken: Woken }>;

const NAME_BYTES = 15; // TASK_COMM_LEN less the NUL
const NICE_0_PRIO = 120;

/** A thread as the kernel sees it: what it runs, where it stands, its task_struct. */
export class Task {
  readonly world: World;
  readonly process: Process;
  /** What the kernel calls pid. */
  readonly tid: number;
  /** Its struct pid: its numbers in all its namespaces. */
  readonly pid: PidEntry;
  readonly startNs: number;
  /** Its task_struct. */
  readonly struct: KernelObject;
  /** Its struct pt_regs, at the top of its kernel stack. */
  readonly registers: KernelObject;
  /** End of its kernel stack. */
  readonly stackTop: bigint;
  /** Kernel functions that it is in, the innermost last. */
  readonly kernelStack: KernelFunction[] = [];
  /** Functions of its program that it is in, the innermost last. */
  readonly userStack: UserFrame[] = [];
  /** What its program can do. */
  readonly thread: Thread;
  /** The system call that it is in. */
  syscall: SyscallEntry | undefined;
  state: TaskState = "runnable";
  sleepState: SleepState = "S";
  /** What it sleeps on. */
  blockedOn: WaitQueue | undefined;
  /** What wakes it when nothing else does. */
  timeout: TimedEvent | undefined;
  code: Code | undefined;
  /** What it did before a signal interrupted it; the innermost last. */
  readonly suspended: Suspended[] = [];
  /** What its code is resumed with. */
  woken: Woken = "done";
  /** Thrown into its code when it runs next: it was killed. */
  thrown: unknown;
  /** Nanoseconds of computing that are still to be done before its code goes on. */
  remainingNs = 0;
  /** It is in do_exit(): signals do not reach it any more. */
  isExiting = false;
  /** The CPU that it runs on, or ran on last. */
  cpu: Cpu | undefined;
  vruntime = 0;
  /** -20 … 19. */
  nice = 0;
  /** Only these CPUs; undefined: all. */
  allowedCpus: ReadonlySet<number> | undefined;
  /** When it became runnable, came on a CPU, went to sleep. */
  readyNs = 0;
  runStartNs = 0;
  sleepStartNs = 0;
  /** Time on CPUs up to the last switch. */
  ranNs = 0;
  /** Of it in system calls. */
  kernelNs = 0;
  /** Total time that it wanted to run and could not. */
  runDelayNs = 0;
  /** It sleeps for a disk: set by whoever lets it sleep. */
  inIoWait = false;
  voluntarySwitches = 0;
  involuntarySwitches = 0;
  readonly #states = new StateTable<Task>(this);
  #comm = "";
  #random: Random | undefined;

  /** Use process/: spawn, fork, clone. */
  constructor(process: Process, tid: number, comm: string, pid: PidEntry) {
    this.world = process.world;
    this.pid = pid;
    this.startNs = this.world.nowNs;
    this.process = process;
    this.tid = tid;
    const { memory } = this.world;
    this.struct = memory.make("task_struct");
    this.struct.owner = this;
    this.registers = memory.make("pt_regs");
    this.stackTop = this.registers.address + BigInt(PT_REGS_BYTES);
    this.thread = this.world.makeThread(this);
    this.comm = comm;
  }

  get tgid(): number {
    return this.process.pid;
  }

  /** At most 15 bytes. */
  get comm(): string {
    return this.#comm;
  }

  set comm(name: string) {
    this.#comm = name.slice(0, NAME_BYTES);
    this.struct.set("comm", this.#comm);
  }

  get isIdle(): boolean {
    return this.tid === 0;
  }

  /** As tracepoints show it: 120 for nice 0. */
  get prio(): number {
    return NICE_0_PRIO + this.nice;
  }

  /** The address at which its program runs, or will go on after the system call. */
  get userIp(): number {
    return this.userStack.at(-1)?.ip ?? this.process.entryPoint;
  }

  get userSp(): number {
    return this.process.stackPointer - 64 * (this.userStack.length + 1);
  }

  /** Its number as a PID namespace shows it; 0 where it cannot be seen. */
  pidIn(namespace: PidNamespace): number {
    return this.pid.in(namespace);
  }

  /** A stream of random numbers of its own. */
  get random(): Random {
    this.#random ??= this.world.random.stream(`task ${this.tid}`);
    return this.#random;
  }

  /** Address of a text in its process's memory, as its program would pass it to a system call. */
  userText(text: string): number {
    return this.#memory.text(text);
  }

  /** Address of a copy of `bytes` in its process's memory; reused after some 256 KiB more. */
  userBytes(bytes: Uint8Array): number {
    return this.#memory.bytes(bytes);
  }

  /** Address of zeroed memory of its process that stays: a program's variables. */
  userReserve(bytes: number): number {
    return this.#memory.reserve(bytes);
  }

  /** Address of a buffer of its process; what is in it is what was there before. */
  userBuffer(bytes: number): number {
    return this.#memory.scratch(bytes);
  }

  get #memory(): UserMemory {
    const { memory } = this.process;
    if (memory === undefined) throw new Error(`bug: kernel thread ${this.#comm} has no user memory`);
    return memory;
  }

  /** What a subsystem keeps for this task. */
  get<T>(key: StateKey<Task, T>): T {
    return this.#states.get(key);
  }

  get states(): StateTable<Task> {
    return this.#states;
  }

  /** In its task_struct, as it comes on a CPU. */
  noteArrival(cpu: Cpu): void {
    const { struct } = this;
    struct.set("on_cpu", 1);
    struct.set("thread_info.cpu", cpu.index);
    struct.set("wake_cpu", cpu.index);
    struct.set("se.cfs_rq", cpu.rq.addressOf("cfs"));
    struct.set("se.exec_start", this.runStartNs);
    struct.set("sched_info.last_arrival", this.runStartNs);
    if (this.readyNs > 0) this.runDelayNs += this.runStartNs - this.readyNs;
    struct.set("sched_info.run_delay", this.runDelayNs);
  }

  /** In its task_struct, as it leaves a CPU on which `waiting` others want to run. */
  noteDeparture(waiting: number): void {
    const { struct } = this;
    struct.set("on_cpu", 0);
    struct.set("on_rq", this.state === "runnable" ? 1 : 0);
    struct.set("se.sum_exec_runtime", this.ranNs);
    struct.set("se.vruntime", Math.round(this.vruntime));
    struct.set("nvcsw", this.voluntarySwitches);
    struct.set("nivcsw", this.involuntarySwitches);
    struct.set("stime", this.kernelNs);
    struct.set("utime", Math.max(0, this.ranNs - this.kernelNs));
    struct.set("sched_info.pcount", this.voluntarySwitches + this.involuntarySwitches);
    if (waiting > 0) struct.set("sched_info.last_queued", this.readyNs);
  }

  /** Also in its task_struct. */
  setState(state: TaskState, sleepState: SleepState = "S"): void {
    this.state = state;
    this.sleepState = sleepState;
    this.struct.set("__state", this.stateNumber);
  }

  /** As in sched_switch and task_struct.__state. */
  get stateNumber(): number {
    if (this.state === "sleeping") return TASK_STATE[this.sleepState];
    return this.state === "runnable" ? TASK_STATE.running : TASK_STATE[this.state];
  }
}
