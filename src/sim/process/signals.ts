import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import type { Process } from "./process.ts";

/** Signals of one process. */
export class Signals {
  readonly #process: Process;
  readonly #pending: number[] = [];

  constructor(process: Process) {
    this.#process = process;
  }

  get isPending(): boolean {
    return this.#pending.length > 0;
  }

  isPendingFor(task: Task): boolean {
    return task.process === this.#process && this.isPending;
  }

  /** As kill(2), once what runs now has returned: programs may ask for it. */
  sendLater(signal: number, _to: Task | undefined): void {
    this.#pending.push(signal);
  }

  /** Handles what is pending; on the way back to the program. */
  *deliver(task: Task): Code {
    yield* task.world.compute(1000);
    this.#pending.length = 0;
  }
}
