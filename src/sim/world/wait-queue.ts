import type { Task } from "./task.ts";
import type { Code, SleepState, Wait, Woken } from "./wait.ts";

/** Tasks that sleep until something happens. `name` says what for: it is the task's wchan. */
export class WaitQueue {
  readonly name: string;
  readonly #tasks: Task[] = [];
  #listeners: readonly (() => void)[] = [];

  constructor(name: string) {
    this.name = name;
  }

  get length(): number {
    return this.#tasks.length;
  }

  get tasks(): readonly Task[] {
    return this.#tasks;
  }

  /** Sleeps until `wake`, the timeout, or (in state "S") a signal. */
  *wait(state: SleepState = "S", timeoutNs?: number): Code<Woken> {
    const wait: Wait =
      timeoutNs === undefined
        ? { kind: "block", on: this, state }
        : { kind: "block", on: this, state, timeoutNs };
    return yield wait;
  }

  /** Sleeps until `isReady()`; gives what ended the last sleep, "done" when it was ready at once. */
  *until(isReady: () => boolean, state: SleepState = "S", timeoutNs?: number): Code<Woken> {
    let woken: Woken = "done";
    while (!isReady()) {
      woken = yield* this.wait(state, timeoutNs);
      if (woken === "timeout" || woken === "signal") return isReady() ? "woken" : woken;
    }
    return woken;
  }

  /** Calls `listener` at each `wake`, whoever sleeps; returns what ends that. For those who wait for one of several. */
  listen(listener: () => void): () => void {
    this.#listeners = [...this.#listeners, listener];
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener);
    };
  }

  /** Wakes the first `count` tasks; how many there were. */
  wake(count = Number.POSITIVE_INFINITY): number {
    if (this.#listeners.length > 0) for (const listener of this.#listeners) listener();
    let woken = 0;
    for (let task = this.#tasks[0]; task !== undefined && woken < count; task = this.#tasks[0]) {
      this.#tasks.shift();
      task.world.scheduler.wake(task, "woken");
      woken++;
    }
    return woken;
  }

  /** For the scheduler. */
  add(task: Task): void {
    this.#tasks.push(task);
  }

  /** For the scheduler: a task that something else woke. */
  remove(task: Task): void {
    const at = this.#tasks.indexOf(task);
    if (at !== -1) this.#tasks.splice(at, 1);
  }
}
