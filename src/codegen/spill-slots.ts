import { intervalEnd, intervalStart } from "./allocate.ts";
import type { Interval, Lives } from "./intervals.ts";
import { MEMORY } from "./intervals.ts";

/** Place of a value: a register (0 … 9) or, from here on, spill slots of 8 bytes. */
export const FIRST_SLOT = 16;

/** Spill slot of each VReg that is ever in memory, -1 for the others; VRegs whose lives do not meet share slots. */
export type SpillSlots = Readonly<{ slotOf: Int32Array; count: number }>;

export function assignSpillSlots(lives: Lives): SpillSlots {
  const slotOf = new Int32Array(lives.intervals.length).fill(-1);
  const spilled = lives.intervals.filter((interval): interval is Interval => isSpilled(interval));
  spilled.sort((a, b) => intervalStart(a) - intervalStart(b));
  const freeFrom: number[] = [];
  for (const interval of spilled) {
    const start = intervalStart(interval);
    const hinted = slotOf[lives.hint[interval.vreg] as number] ?? -1;
    let slot = hinted >= 0 && (freeFrom[hinted] as number) <= start ? hinted : 0;
    while (slot < freeFrom.length && (freeFrom[slot] as number) > start) slot++;
    slotOf[interval.vreg] = slot;
    freeFrom[slot] = lifeEnd(interval);
  }
  return { slotOf, count: freeFrom.length };
}

function isSpilled(interval: Interval | undefined): boolean {
  for (let piece = interval; piece; piece = piece.next) if (piece.reg === MEMORY) return true;
  return false;
}

function lifeEnd(interval: Interval): number {
  let last = interval;
  while (last.next) last = last.next;
  return intervalEnd(last);
}
