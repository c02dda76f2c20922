import type { Hooks } from "../hooks/hooks.ts";
import type { KernelFunction } from "../hooks/kernel-function.ts";
import type { Tracepoint } from "../hooks/tracepoint.ts";
import type { KernelObject } from "../memory/kernel-object.ts";
import type { World } from "./world.ts";

/** Numbers of softirqs. Source: include/linux/interrupt.h, v6.12. */
// biome-ignore format: one list
export const SOFTIRQ = { HI: 0, TIMER: 1, NET_TX: 2, NET_RX: 3, BLOCK: 4, IRQ_POLL: 5, TASKLET: 6, SCHED: 7, HRTIMER: 8, RCU: 9 } as const;
export type Softirq = keyof typeof SOFTIRQ;

const HANDLED = 1; // IRQ_HANDLED

/** Interrupts of the current CPU. Call these from `World.after` and the like: handlers must not wait. */
export class Interrupts {
  readonly #world: World;
  readonly #irqEntry: Tracepoint;
  readonly #irqExit: Tracepoint;
  readonly #raise: Tracepoint;
  readonly #softEntry: Tracepoint;
  readonly #softExit: Tracepoint;
  readonly #common: KernelFunction;
  readonly #handleIrq: KernelFunction;
  readonly #handleSoftirqs: KernelFunction;
  readonly #actions = new Map<string, KernelObject>();

  constructor(world: World, hooks: Hooks) {
    this.#world = world;
    this.#irqEntry = hooks.tracepoint("irq:irq_handler_entry");
    this.#irqExit = hooks.tracepoint("irq:irq_handler_exit");
    this.#raise = hooks.tracepoint("irq:softirq_raise");
    this.#softEntry = hooks.tracepoint("irq:softirq_entry");
    this.#softExit = hooks.tracepoint("irq:softirq_exit");
    this.#common = hooks.function("common_interrupt");
    this.#handleIrq = hooks.function("handle_irq_event");
    this.#handleSoftirqs = hooks.function("handle_softirqs");
  }

  /** A device's interrupt: `ns` is how long its handler takes. */
  irq(irq: number, name: string, ns: number, handler: () => void): void {
    this.#inInterrupt([this.#common, this.#handleIrq], () => {
      const action = () => this.#actionOf(irq, name);
      this.#irqEntry.fire(() => ({ args: [irq, action()], fields: { irq, name } }));
      handler();
      this.steal(ns);
      this.#irqExit.fire(() => ({ args: [irq, action(), HANDLED], fields: { irq, ret: HANDLED } }));
    });
  }

  /** Work that an interrupt leaves for later, done at once: `ns` is how long it takes. */
  softirq(kind: Softirq, ns: number, handler: () => void): void {
    const vec = SOFTIRQ[kind];
    const data = { args: [vec], fields: { vec } };
    this.#raise.fire(() => data);
    this.#inInterrupt([this.#handleSoftirqs], () => {
      this.#softEntry.fire(() => data);
      handler();
      this.steal(ns);
      this.#softExit.fire(() => data);
    });
  }

  /** Takes time from whatever the current CPU does; the clock moves at once. */
  steal(ns: number): void {
    const world = this.#world;
    world.nowNs += ns;
    if (!world.cpu.isIdle) world.cpu.stolenNs += ns;
  }

  #inInterrupt(functions: readonly KernelFunction[], run: () => void): void {
    const { kernelStack } = this.#world.task;
    const depth = kernelStack.length;
    kernelStack.push(...functions);
    run();
    kernelStack.length = depth;
  }

  #actionOf(irq: number, name: string): KernelObject {
    const known = this.#actions.get(name);
    if (known !== undefined) return known;
    const { memory } = this.#world;
    const action = memory.make("irqaction", { irq, name: memory.text(name) });
    this.#actions.set(name, action);
    return action;
  }
}
