import type { Losses } from "../base/output-record.ts";
import type { LossCounter } from "../plan/plan.ts";
import { LOSS_COUNTERS } from "../plan/plan.ts";
import type { MapHandle } from "./backend.ts";

const NONE: Losses = { events: 0n, mapFull: 0n, stacks: 0n, truncatedStrings: 0n, unread: 0n, unnamed: 0n };
const MOST_PLACES = 65_536;

/** Adds up what programs could not record and what user space could not take, and tells what is new since last asked. */
export class LossMeter {
  readonly #map: MapHandle;
  #inUserSpace = { events: 0n, unread: 0n, unnamed: 0n };
  readonly #unnamed = new Set<string>();
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

  /** An address of a process that is shown as a number; 0 is the kernel's. Counted once, or anew after very many others. */
  addUnnamed(process: number, address: bigint): void {
    const place = `${process} ${address}`;
    if (address === 0n || this.#unnamed.has(place)) return;
    if (this.#unnamed.size >= MOST_PLACES) this.#unnamed.clear();
    this.#unnamed.add(place);
    this.#inUserSpace.unnamed++;
  }

  /** All losses since tracing began. */
  total(): Losses {
    const kernel = readCounters(this.#map);
    const { events, unread, unnamed } = this.#inUserSpace;
    return { ...kernel, events: kernel.events + events, unread, unnamed };
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
    unnamed: a.unnamed - b.unnamed,
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
