import type { KernelObject } from "../memory/kernel-object.ts";
import type { Thread } from "../thread.ts";
import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import type { ExitStatus, Process } from "./process.ts";
import { SIGNALS, signalDefault } from "./signal-numbers.ts";
import { TaskEnd } from "./task-end.ts";

/** What a program does on a signal. */
export type SignalHandler = (p: Thread, signal: number) => Code;

/** Where a signal comes from: siginfo's si_code. Source: include/uapi/asm-generic/siginfo.h, v6.12. */
export const SIGNAL_CODE = {
  user: 0,
  kernel: 0x80,
  thread: -6,
  exited: 1,
  killed: 2,
  dumped: 3,
  stopped: 5,
  continued: 6,
} as const;

type Pending = Readonly<{ signal: number; code: number; to: Task | undefined }>;
type Outcome = 0 | 1 | 2; // enum in include/trace/events/signal.h, v6.12: delivered, ignored, already pending

const HANDLER_ADDRESS = 0x5555_5555_6000;
const RESTORER_FLAG = 0x0400_0000;
const DELIVER_NS = 1_200;

/** Signals of one process: what is pending, what is done on which. */
export class Signals {
  readonly #process: Process;
  readonly #handlers = new Map<number, SignalHandler | "ignore">();
  #pending: Pending[] = [];
  #isStopped = false;
  /** Set when all threads are to end. */
  #groupEnd: Readonly<{ status: ExitStatus; by: Task }> | undefined;

  constructor(process: Process) {
    this.#process = process;
  }

  /** Whether a thread on its way back to its program has something to do first. */
  get isPending(): boolean {
    return this.#pending.length > 0 || this.#isStopped || this.#groupEnd !== undefined;
  }

  isPendingFor(task: Task): boolean {
    if (this.#groupEnd !== undefined) return this.#groupEnd.by !== task;
    return this.#isStopped || this.#pending.some(({ to }) => to === undefined || to === task);
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Whether all threads are to end. */
  get isEnding(): boolean {
    return this.#groupEnd !== undefined;
  }

  /** What the program does on a signal: sigaction(2). "default" as if it had never said. */
  handle(signal: number, handler: SignalHandler | "ignore" | "default"): void {
    if (handler === "default") this.#handlers.delete(signal);
    else this.#handlers.set(signal, handler);
    const action = handler === "ignore" ? 1 : handler === "default" ? 0 : HANDLER_ADDRESS;
    const path = `action[${signal - 1}].sa`;
    this.#process.sighandStruct.fill({
      [`${path}.sa_handler`]: action,
      [`${path}.sa_flags`]: action > 1 ? RESTORER_FLAG : 0,
    });
  }

  isIgnored(signal: number): boolean {
    const handler = this.#handlers.get(signal);
    return handler === "ignore" || (handler === undefined && signalDefault(signal) === "ignore");
  }

  /** Whether children that end are not kept for wait(2): SIGCHLD is ignored on purpose. */
  get ignoresChildren(): boolean {
    return this.#handlers.get(SIGNALS.SIGCHLD) === "ignore";
  }

  /** Another program has taken over: only "ignore" stays. */
  resetHandlers(): void {
    for (const [signal, handler] of this.#handlers) if (handler !== "ignore") this.handle(signal, "default");
  }

  forkTo(child: Signals): void {
    for (const [signal, handler] of this.#handlers) child.handle(signal, handler);
  }

  /** Sends a signal to the process, or to one thread of it. */
  send(signal: number, options: { to?: Task; code?: number } = {}): void {
    const { to, code = SIGNAL_CODE.user } = options;
    const process = this.#process;
    if (process.threads.length === 0 || process.isKernelThread) return;
    if (signal === SIGNALS.SIGCONT) this.#continue();
    const outcome = this.#outcome(signal);
    this.#generated(signal, code, to, outcome);
    if (outcome !== 0) return;
    this.#pending.push({ signal, code, to });
    this.#notify(to ?? this.#anyThread(), signal === SIGNALS.SIGKILL);
  }

  /** As `send`, once what runs now has returned: for programs that ask for it. */
  sendLater(signal: number, to: Task | undefined): void {
    const { world } = this.#process;
    world.at(world.nowNs, () =>
      world.onCpu(world.cpu, () => this.send(signal, to === undefined ? {} : { to })),
    );
  }

  /** All other threads are to end: exit_group(2), a fatal signal. */
  endGroup(status: ExitStatus, by: Task): void {
    if (this.#groupEnd !== undefined) return;
    this.#groupEnd = { status, by };
    this.#process.exitStatus = status;
    this.#isStopped = false;
    for (const task of [...this.#process.threads]) if (task !== by) this.#notify(task, true);
  }

  /** The status with which all threads end, and who began it. */
  get groupEnd(): Readonly<{ status: ExitStatus; by: Task }> | undefined {
    return this.#groupEnd;
  }

  /** Handles what is pending, on a thread's way back to its program. Throws TaskEnd when it ends by it. */
  *deliver(task: Task): Code {
    for (;;) {
      const end = this.#groupEnd;
      if (end !== undefined && end.by !== task) throw new TaskEnd(end.status, false);
      if (this.#isStopped) {
        yield { kind: "stop" };
        continue;
      }
      const next = this.#take(task);
      if (next === undefined) return;
      yield* this.#act(task, next);
    }
  }

  *#act(task: Task, { signal, code }: Pending): Code {
    const handler = this.#handlers.get(signal);
    if (handler === "ignore") return;
    const { world } = task;
    world.hooks.fire("signal:signal_deliver", () => {
      const action = this.#process.sighandStruct.inner(`action[${signal - 1}]`);
      const fields = {
        sig: signal,
        errno: 0,
        code,
        sa_handler: action.get("sa.sa_handler"),
        sa_flags: action.get("sa.sa_flags"),
      };
      return { args: [signal, this.#info(signal, code), action], fields };
    });
    if (handler !== undefined) {
      yield* world.compute(DELIVER_NS);
      yield* handler(task.thread, signal);
      return;
    }
    const what = signalDefault(signal);
    if (what === "stop") this.#stop();
    else if (what !== "ignore" && what !== "continue") {
      const status: ExitStatus = what === "core" ? { signal, core: true } : { signal };
      throw new TaskEnd(status, true);
    }
  }

  #outcome(signal: number): Outcome {
    if (this.#groupEnd !== undefined || this.isIgnored(signal)) return 1;
    return this.#pending.some((other) => other.signal === signal) ? 2 : 0;
  }

  #take(task: Task): Pending | undefined {
    const at = this.#pending.findIndex(({ to }) => to === undefined || to === task);
    return at === -1 ? undefined : this.#pending.splice(at, 1)[0];
  }

  #stop(): void {
    this.#isStopped = true;
    for (const task of this.#process.threads) this.#notify(task, false);
    this.#process.parent?.childChanged.wake();
  }

  #continue(): void {
    this.#pending = this.#pending.filter(({ signal }) => signalDefault(signal) !== "stop");
    if (!this.#isStopped) return;
    this.#isStopped = false;
    for (const task of this.#process.threads) this.#process.world.scheduler.wake(task, "done");
    this.#process.parent?.childChanged.wake();
  }

  /** Makes a thread look at what is pending as soon as it may. */
  #notify(task: Task, isFatal: boolean): void {
    const { scheduler } = task.world;
    if (task.isExiting) return;
    if (task.state === "stopped" && isFatal) scheduler.wake(task, "done");
    else if (task.state === "sleeping" && (task.sleepState === "S" || (isFatal && task.sleepState === "K")))
      scheduler.wake(task, "signal");
    if (task.syscall === undefined) scheduler.interrupt(task, () => this.deliver(task));
  }

  #anyThread(): Task {
    const { threads } = this.#process;
    return threads.find((task) => !task.isExiting) ?? this.#process.leader;
  }

  #generated(signal: number, code: number, to: Task | undefined, result: Outcome): void {
    const { world } = this.#process;
    world.hooks.fire("signal:signal_generate", () => {
      const target = to ?? this.#process.leader;
      const group = to === undefined;
      const fields = { sig: signal, errno: 0, code, comm: target.comm, pid: target.tid, group, result };
      return { args: [signal, this.#info(signal, code), target.struct, group, result], fields };
    });
  }

  #info(signal: number, code: number): KernelObject {
    const { world } = this.#process;
    const info = world.processes.signalInfo;
    const sender = world.task;
    return info.fill({
      si_signo: signal,
      si_errno: 0,
      si_code: code,
      "_sifields._kill._pid": sender.tgid,
      "_sifields._kill._uid": sender.process.credentials.uid,
    });
  }
}
