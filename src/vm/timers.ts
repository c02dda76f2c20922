import type { VmMap } from "./maps/vm-map.ts";
import type { Program } from "./program.ts";

/** A bpf_timer in a map value. */
export type Timer = {
  map: VmMap;
  /** What runs when it is due; undefined until it is set. */
  callback?: { program: Program; address: bigint };
  /** In nanoseconds of the clock "monotonic"; undefined while it is not running. */
  dueNs: bigint | undefined;
};

/** Timers by the address of their `struct bpf_timer`. */
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

  /** Takes the timer that is due first, at or before `now`; it does not run any more. */
  takeDue(now: bigint): { address: number; timer: Timer } | undefined {
    let first: { address: number; timer: Timer; dueNs: bigint } | undefined;
    for (const [address, timer] of this.#timers) {
      const { dueNs } = timer;
      if (dueNs === undefined || dueNs > now || (first && first.dueNs <= dueNs)) continue;
      first = { address, timer, dueNs };
    }
    if (first === undefined) return undefined;
    first.timer.dueNs = undefined;
    return first;
  }
}
