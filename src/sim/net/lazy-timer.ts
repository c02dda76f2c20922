import type { NetSystem, Planned } from "./system.ts";

/**
 * A timer that is put off again and again: moving its end to later costs nothing, since what was planned first looks
 * whether the end is still to come.
 */
export class LazyTimer {
  readonly #system: NetSystem;
  readonly #name: string | undefined;
  readonly #run: () => void;
  #planned: Planned | undefined;
  #plannedNs = 0;
  /** When it ends; undefined while it is off. */
  #endNs: number | undefined;

  /** `name`: of the kernel function that runs at its end; undefined for the timer of a device. */
  constructor(system: NetSystem, name: string | undefined, run: () => void) {
    this.#system = system;
    this.#name = name;
    this.#run = run;
  }

  get isOn(): boolean {
    return this.#endNs !== undefined;
  }

  /** undefined while it is off. */
  get endNs(): number | undefined {
    return this.#endNs;
  }

  /** Starts it, or moves its end. */
  start(ns: number): void {
    const end = this.#system.now() + Math.max(0, ns);
    this.#endNs = end;
    if (this.#planned !== undefined && this.#plannedNs <= end) return;
    this.#planned?.cancel();
    this.#plan(end);
  }

  stop(): void {
    this.#endNs = undefined;
  }

  /** Off, with nothing planned. */
  close(): void {
    this.stop();
    this.#planned?.cancel();
    this.#planned = undefined;
  }

  #plan(end: number): void {
    this.#plannedNs = end;
    const ns = end - this.#system.now();
    const due = () => this.#due();
    this.#planned =
      this.#name === undefined ? this.#system.later(ns, due) : this.#system.timer(ns, this.#name, due);
  }

  #due(): void {
    this.#planned = undefined;
    const end = this.#endNs;
    if (end === undefined) return;
    if (end > this.#system.now()) return this.#plan(end);
    this.#endNs = undefined;
    this.#run();
  }
}
