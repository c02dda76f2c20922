import type { Tracepoint } from "../hooks/tracepoint.ts";
import type { KernelObject } from "../memory/kernel-object.ts";
import type { Duration } from "./duration.ts";
import type { Task } from "./task.ts";
import type { Code } from "./wait.ts";
import { WaitQueue } from "./wait-queue.ts";
import type { World } from "./world.ts";

const WORK_CPU_UNBOUND = 8192; // NR_CPUS

/** Work for a kernel thread. `function`: the kernel function that does it, for tracepoints and stacks. */
export type Work = Readonly<{
  function: string;
  /** "events", "writeback", "kblockd" … Default: "events". */
  queue?: string;
  run(task: Task): Code;
}>;

type Item = Readonly<{ work: Work; struct: KernelObject; address: bigint }>;
type Worker = { readonly waiting: WaitQueue; readonly items: Item[]; started: boolean };

/** The kernel's workqueues: a worker thread (kworker) for each CPU does what is queued there, in order. */
export class Workqueues {
  readonly #world: World;
  readonly #workers: Worker[];
  readonly #queued: Tracepoint;
  readonly #activated: Tracepoint;
  readonly #started: Tracepoint;
  readonly #ended: Tracepoint;
  readonly #structs = new Map<string, KernelObject>();

  constructor(world: World) {
    this.#world = world;
    this.#workers = Array.from({ length: world.cpuCount }, () => ({
      waiting: new WaitQueue("worker_thread"),
      items: [],
      started: false,
    }));
    const { hooks } = world;
    this.#queued = hooks.tracepoint("workqueue:workqueue_queue_work");
    this.#activated = hooks.tracepoint("workqueue:workqueue_activate_work");
    this.#started = hooks.tracepoint("workqueue:workqueue_execute_start");
    this.#ended = hooks.tracepoint("workqueue:workqueue_execute_end");
  }

  /** Queues work on the current CPU: queue_work(). */
  queue(work: Work): void {
    const { cpu, hooks } = this.#world;
    const worker = this.#workers[cpu.index] as Worker;
    const address = hooks.symbols.define(work.function);
    const item = { work, struct: this.#structOf(work, address), address };
    this.#queued.fire(() => ({
      args: [WORK_CPU_UNBOUND, null, item.struct],
      fields: {
        work: item.struct,
        function: address,
        workqueue: work.queue ?? "events",
        req_cpu: WORK_CPU_UNBOUND,
        cpu: cpu.index,
      },
    }));
    this.#activated.fire(() => ({ args: [item.struct], fields: { work: item.struct, function: address } }));
    worker.items.push(item);
    if (!worker.started) this.#start(worker, cpu.index);
    else worker.waiting.wake(1);
  }

  /** Queues work later: queue_delayed_work(). */
  queueAfter(delay: Duration, work: Work): void {
    this.#world.after(delay, () => this.#world.interrupts.softirq("TIMER", 400, () => this.queue(work)));
  }

  #start(worker: Worker, cpu: number): void {
    worker.started = true;
    const { processes } = this.#world;
    processes.spawnKernelThread(`kworker/${cpu}:1`, (p) => this.#run(worker, p.task), cpu);
  }

  *#run(worker: Worker, task: Task): Code {
    for (;;) {
      const item = worker.items.shift();
      if (item === undefined) yield* worker.waiting.wait("I");
      else yield* this.#execute(item, task);
    }
  }

  *#execute({ work, struct, address }: Item, task: Task): Code {
    const fields = { work: struct, function: address };
    this.#started.fire(() => ({ args: [struct], fields }));
    const fn = this.#world.hooks.function(work.function);
    yield* fn.call([struct], () => work.run(task));
    this.#ended.fire(() => ({ args: [struct, address], fields }));
  }

  /** One for each function: real work items are parts of what they work on. */
  #structOf(work: Work, address: bigint): KernelObject {
    const known = this.#structs.get(work.function);
    if (known !== undefined) return known;
    const made = this.#world.memory.make("work_struct", { func: address });
    this.#structs.set(work.function, made);
    return made;
  }
}
