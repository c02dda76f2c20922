import type { Hooks } from "../hooks/hooks.ts";
import type { Tracepoint } from "../hooks/tracepoint.ts";
import type { Cpu } from "./cpu.ts";
import type { TimedEvent } from "./event-queue.ts";
import type { World } from "./world.ts";

const TICK_NS = 4_000_000; // 250 a second
const LOCAL_TIMER_VECTOR = 236;
const TIMER_NS = 1_100;
const SCHED_NS = 700;
const RCU_NS = 500;
const BALANCE_EVERY = 8; // ticks
const RCU_EVERY = 3;

/** Tracepoints at which the timer tick can be seen: it is played only while somebody looks. */
const SEEN_AT = [
  "irq:softirq_raise",
  "irq:softirq_entry",
  "irq:softirq_exit",
  "irq_vectors:local_timer_entry",
  "irq_vectors:local_timer_exit",
] as const;

/**
 * The timer tick of CPUs that run a task (idle ones have none), and the softirqs that it leaves behind. It changes nothing
 * in the world but what is seen of it.
 */
export class Ticks {
  readonly #world: World;
  readonly #watched: readonly Tracepoint[];
  readonly #entry: Tracepoint;
  readonly #exit: Tracepoint;
  #event: TimedEvent | undefined;
  #count = 0;

  constructor(world: World, hooks: Hooks) {
    this.#world = world;
    this.#watched = SEEN_AT.map((name) => hooks.tracepoint(name));
    this.#entry = hooks.tracepoint("irq_vectors:local_timer_entry");
    this.#exit = hooks.tracepoint("irq_vectors:local_timer_exit");
    for (const tracepoint of this.#watched) tracepoint.onChange(() => this.#update());
  }

  #update(): void {
    const wanted = this.#watched.some((tracepoint) => tracepoint.active);
    if (!wanted && this.#event !== undefined) {
      this.#event.run = undefined;
      this.#event = undefined;
    } else if (wanted && this.#event === undefined) this.#plan();
  }

  #plan(): void {
    const world = this.#world;
    const next = (Math.floor(world.nowNs / TICK_NS) + 1) * TICK_NS;
    this.#event = world.at(next, () => {
      this.#plan();
      this.#count++;
      for (const cpu of world.cpus) if (!cpu.isIdle) world.onCpu(cpu, () => this.#tick(cpu));
    });
  }

  #tick(cpu: Cpu): void {
    const { interrupts } = this.#world;
    const data = { args: [LOCAL_TIMER_VECTOR], fields: { vector: LOCAL_TIMER_VECTOR } };
    this.#entry.fire(() => data);
    interrupts.steal(TIMER_NS);
    this.#exit.fire(() => data);
    interrupts.softirq("TIMER", TIMER_NS, () => undefined);
    const turn = this.#count + cpu.index;
    if (turn % RCU_EVERY === 0) interrupts.softirq("RCU", RCU_NS, () => undefined);
    if (turn % BALANCE_EVERY === 0) interrupts.softirq("SCHED", SCHED_NS, () => undefined);
  }
}
