import type { Losses } from "../base/output-record.ts";
import type { LossCounter } from "../plan/plan.ts";
import { LOSS_COUNTERS } from "../plan/plan.ts";
import type { MapHandle } from "./backend.ts";

const NONE: Losses = { events: 0n, mapFull: 0n, stacks: 0n, truncatedStrings: 0n, unread: 0n };

/** Adds up what programs could not record and what user space could not take, and tells what is new since last asked. */
export class LossMeter {
  readonly #map: MapHandle;
  #inUserSpace = { events: 0n, unread: 0n };
  #told: Losses = NONE;

  /** `map`: per-CPU array with one value of u64 counters, in the order of LOSS_COUNTERS. */
  constructor(map: MapHandle) {
    this.#map = map;
  }

  /** Events that a buffer dropped and counted itself. */
  addEvents(count: number): void {
    this.#inUserSpace.events += BigInt(count);
  }

  /** Events that arrived and could not be read. */
  addUnread(count: number): void {
    this.#inUserSpace.unread += BigInt(count);
  }

  /** All losses since tracing began. */
  total(): Losses {
    const kernel = readCounters(this.#map);
    return { ...kernel, events: kernel.events + this.#inUserSpace.events, unread: this.#inUserSpace.unread };
  }

  /** Losses since the last call, or undefined when there are none. */
  takeNew(): Losses | undefined {
    const now = this.total();
    const since = subtract(now, this.#told);
    this.#told = now;
    return Object.values(since).some((count) => count > 0n) ? since : undefined;
  }
}

function subtract(a: Losses, b: Losses): Losses {
  return {
    events: a.events - b.events,
    mapFull: a.mapFull - b.mapFull,
    stacks: a.stacks - b.stacks,
    truncatedStrings: a.truncatedStrings - b.truncatedStrings,
    unread: a.unread - b.unread,
  };
}

function readCounters(map: MapHandle): Record<LossCounter, bigint> {
  const totals: Record<LossCounter, bigint> = { events: 0n, mapFull: 0n, stacks: 0n, truncatedStrings: 0n };
  const value = map.lookup(new Uint8Array(map.spec.keySize));
  if (value === undefined) return totals;
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  const stride = LOSS_COUNTERS.length * 8;
  for (let cpu = 0; cpu + stride <= value.byteLength; cpu += stride)
    for (const [i, name] of LOSS_COUNTERS.entries()) totals[name] += view.getBigUint64(cpu + i * 8, true);
  return totals;
}
