import type { VmMap } from "./maps/vm-map.ts";
import type { Program } from "./program.ts";

/** A function of a program that is called later, with the map, the key and the value that it belongs to. */
export type Later = { readonly map: VmMap; callback?: { program: Program; address: bigint } };

/** A bpf_timer or a bpf_wq in a map value. */
export type Timer = Later & {
  /** In nanoseconds of the clock "monotonic"; undefined while it is not running. */
  dueNs: bigint | undefined;
};

const WORD = 8;

/** Timers and work queues by the addresses of their structs in map values. Work is due at once. */
export class Timers {
  readonly #timers = new Map<number, Timer>();

  /** False when there is one already. */
  init(address: number, map: VmMap): boolean {
    if (this.#timers.has(address)) return false;
    this.#timers.set(address, { map, dueNs: undefined });
    return true;
  }

  at(address: number): Timer | undefined {
    return this.#timers.get(address);
  }

  /** Forgets those in a map value that is no more. */
  drop(start: number, size: number): void {
    if (this.#timers.size === 0) return;
    for (let at = start; at < start + size; at += WORD) this.#timers.delete(at);
  }

  /** When the next one is due; undefined when none runs. */
  get nextNs(): bigint | undefined {
    return this.#first()?.dueNs;
  }

  /** Takes the timer that is due first, at or before `now`; it does not run any more. */
  takeDue(now: bigint): { address: number; timer: Timer } | undefined {
    const first = this.#first();
    if (first === undefined || first.dueNs > now) return undefined;
    first.timer.dueNs = undefined;
    return first;
  }

  #first(): { address: number; timer: Timer; dueNs: bigint } | undefined {
    let first: { address: number; timer: Timer; dueNs: bigint } | undefined;
    for (const [address, timer] of this.#timers) {
      const { dueNs } = timer;
      if (dueNs === undefined || (first && first.dueNs <= dueNs)) continue;
      first = { address, timer, dueNs };
    }
    return first;
  }
}
