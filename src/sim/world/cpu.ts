import type { KernelObject } from "../memory/kernel-object.ts";
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

  /** Its run queue: struct rq. */
  readonly rq: KernelObject;

  constructor(index: number, rq: KernelObject, makeIdle: (cpu: Cpu) => Task) {
    this.index = index;
    this.rq = rq;
    this.idle = makeIdle(this);
    this.current = this.idle;
    rq.fill({ cpu: index, online: 1, curr: this.idle.struct, idle: this.idle.struct, "cfs.rq": rq });
  }

  /** Tells the run queue how many there are. */
  noteLoad(): void {
    const running = this.load;
    this.rq.set("nr_running", running);
    this.rq.set("cfs.nr_running", running);
    this.rq.set("cfs.h_nr_running", running);
  }

  get isIdle(): boolean {
    return this.current === this.idle;
  }

  /** Tasks that run or want to. */
  get load(): number {
    return this.queue.length + (this.isIdle ? 0 : 1);
  }
}
