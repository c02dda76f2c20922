import type { WaitQueue } from "./wait-queue.ts";

/** As in task_struct.__state: "S" interruptible, "D" uninterruptible, "K" killable, "I" idle kernel thread. */
export type SleepState = "S" | "D" | "K" | "I";

/** Numbers of states in task_struct.__state and sched_switch. Source: include/linux/sched.h, v6.12. */
export const TASK_STATE = {
  running: 0,
  S: 0x1,
  D: 0x2,
  stopped: 0x4,
  dead: 0x10,
  zombie: 0x20,
  K: 0x102,
  I: 0x402,
} as const;

/** What a task's code can wait for; all else it does takes no time. */
export type Wait = Readonly<
  /** Uses a CPU for that long. */
  | { kind: "compute"; ns: number }
  /** Sleeps until it is woken through the queue, or the time is over. `on` absent: until the time is over. */
  | { kind: "block"; on?: WaitQueue; state: SleepState; timeoutNs?: number }
  /** Stands still until a signal lets it go on: SIGSTOP. */
  | { kind: "stop" }
  /** Lets others run: sched_yield(2). */
  | { kind: "yield" }
>;

/** Why a wait is over. "signal": one is pending and the state was "S", or "K" and the signal kills. */
export type Woken = "done" | "woken" | "timeout" | "signal";

/**
 * Code of a task: a system call, a kernel function, a program. Mostly a generator; resumed with why its wait is over.
 * Hand it to `yield*` at once: what it does before its first wait may have been done when it was made.
 */
export interface Code<T = void> {
  next(woken: Woken): IteratorResult<Wait, T>;
  throw(error: unknown): IteratorResult<Wait, T>;
  [Symbol.iterator](): Code<T>;
}
