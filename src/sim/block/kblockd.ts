import type { StateKey } from "../world/state-key.ts";
import type { Code } from "../world/wait.ts";
import { WaitQueue } from "../world/wait-queue.ts";
import type { World } from "../world/world.ts";
import { along } from "./kernel-path.ts";

const RUN_NS = 1_200;

/** What it runs: a queue of requests. */
type Runnable = Readonly<{ run(): void }>;
type Worker = { readonly waiting: WaitQueue; readonly items: Runnable[] };

/**
 * Kernel threads of high priority, one for each CPU, that give disks their next requests: kworker/0:1H. They are threads of
 * their own, since other workers may wait for what these do.
 */
export class Kblockd {
  readonly #world: World;
  readonly #workers: (Worker | undefined)[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  /** Runs a queue soon, in the worker of the current CPU. */
  queue(item: Runnable): void {
    const { index } = this.#world.cpu;
    const worker = this.#workers[index] ?? this.#start(index);
    worker.items.push(item);
    worker.waiting.wake(1);
  }

  #start(cpu: number): Worker {
    const worker: Worker = { waiting: new WaitQueue("worker_thread"), items: [] };
    this.#workers[cpu] = worker;
    const task = this.#world.processes.spawnKernelThread(`kworker/${cpu}:1H`, () => this.#work(worker), cpu);
    this.#world.scheduler.setNice(task, -20);
    return worker;
  }

  *#work(worker: Worker): Code {
    for (;;) {
      const item = worker.items.shift();
      if (item === undefined) yield* worker.waiting.wait("I");
      else yield* along(this.#world, [["blk_mq_run_work_fn", null]], () => this.#run(item));
    }
  }

  *#run(item: Runnable): Code {
    const wait = this.#world.spend(RUN_NS);
    if (wait !== undefined) yield wait;
    item.run();
  }
}

/** The machine's kblockd. */
export const KBLOCKD: StateKey<World, Kblockd> = { name: "block.kblockd", make: (world) => new Kblockd(world) };
