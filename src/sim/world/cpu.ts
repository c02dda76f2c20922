import type { TimedEvent } from "./event-queue.ts";
import type { Task } from "./task.ts";

/** One CPU: the task on it and those that want to be. */
export class Cpu {
  readonly index: number;
  /** The swapper: runs when nothing else does. */
  readonly idle: Task;
  current: Task;
  /** Runnable tasks other than `current`, in no order. */
  readonly queue: Task[] = [];
  /** When the current task has run long enough, if others wait; Infinity otherwise. */
  sliceEndNs = Number.POSITIVE_INFINITY;
  /** The scheduler is to choose anew before the current task goes on. */
  needsResched = false;
  /** What will bring it forward. */
  event: TimedEvent | undefined;
  /** Since when `current` computes without a break; meaningful while it computes. */
  segmentStartNs = 0;
  /** Time that interrupts took from the running computation. */
  stolenNs = 0;
  minVruntime = 0;
  /** Total time with nothing to do. */
  idleNs = 0;
  idleSinceNs = 0;

  constructor(index: number, makeIdle: (cpu: Cpu) => Task) {
    this.index = index;
    this.idle = makeIdle(this);
    this.current = this.idle;
  }

  get isIdle(): boolean {
    return this.current === this.idle;
  }

  /** Tasks that run or want to. */
  get load(): number {
    return this.queue.length + (this.isIdle ? 0 : 1);
  }
}
