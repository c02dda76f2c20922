import type { Hooks } from "../hooks/hooks.ts";
import type { Tracepoint } from "../hooks/tracepoint.ts";
import type { KernelMemory } from "../memory/kernel-memory.ts";
import type { KernelObject } from "../memory/kernel-object.ts";
import type { Task } from "./task.ts";

const CLOCK_MONOTONIC = 1;
const MODE_REL = 1; // HRTIMER_MODE_REL, include/linux/hrtimer.h, v6.12

/** Tracepoints of the high resolution timers that wake sleeping tasks. Their arguments follow include/trace/events/timer.h. */
export class TimerEvents {
  readonly #memory: KernelMemory;
  readonly #function: bigint;
  readonly #setup: Tracepoint;
  readonly #start: Tracepoint;
  readonly #entry: Tracepoint;
  readonly #exit: Tracepoint;
  readonly #cancel: Tracepoint;
  /** Each sleeping task has its timer on its stack; here they share those of their CPU. */
  readonly #timers = new Map<number, KernelObject>();

  constructor(hooks: Hooks, memory: KernelMemory) {
    this.#memory = memory;
    this.#function = hooks.symbols.define("hrtimer_wakeup");
    this.#setup = hooks.tracepoint("timer:hrtimer_setup");
    this.#start = hooks.tracepoint("timer:hrtimer_start");
    this.#entry = hooks.tracepoint("timer:hrtimer_expire_entry");
    this.#exit = hooks.tracepoint("timer:hrtimer_expire_exit");
    this.#cancel = hooks.tracepoint("timer:hrtimer_cancel");
  }

  started(task: Task, expires: number): void {
    this.#setup.fire(() => {
      const hrtimer = this.#timerOf(task);
      return {
        args: [hrtimer, CLOCK_MONOTONIC, MODE_REL],
        fields: { hrtimer, clockid: CLOCK_MONOTONIC, mode: MODE_REL },
      };
    });
    this.#start.fire(() => {
      const hrtimer = this.#timerOf(task).fill({ "node.expires": expires, _softexpires: expires });
      return {
        args: [hrtimer, MODE_REL, false],
        fields: {
          hrtimer,
          function: this.#function,
          expires,
          softexpires: expires,
          mode: MODE_REL,
          was_armed: 0,
        },
      };
    });
  }

  /** Runs `wake` as the timer's function. */
  expired(task: Task, nowNs: number, wake: () => void): void {
    this.#entry.fire(() => {
      const hrtimer = this.#timerOf(task);
      return { args: [hrtimer, null], fields: { hrtimer, now: nowNs, function: this.#function } };
    });
    wake();
    this.#ended(this.#exit, task);
  }

  cancelled(task: Task): void {
    this.#ended(this.#cancel, task);
  }

  #ended(tracepoint: Tracepoint, task: Task): void {
    tracepoint.fire(() => {
      const hrtimer = this.#timerOf(task);
      return { args: [hrtimer], fields: { hrtimer } };
    });
  }

  #timerOf(task: Task): KernelObject {
    const cpu = task.cpu?.index ?? 0;
    const known = this.#timers.get(cpu);
    if (known !== undefined) return known;
    const made = this.#memory.make("hrtimer", { function: this.#function });
    this.#timers.set(cpu, made);
    return made;
  }
}
