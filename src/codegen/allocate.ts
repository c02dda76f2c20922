import type { Interval, Lives } from "./intervals.ts";
import { blockStart, buildLives, MEMORY, UNASSIGNED } from "./intervals.ts";
import type { MBlock, MFunc } from "./machine.ts";

const REGS = 10;
const FIRST_PRESERVED = 6; // r6 … r9 survive calls
const NEVER = 0x7fffffff;

/** Order in which registers are tried: those that results and first arguments want come late. */
const PREFERENCE = [5, 4, 3, 0, 2, 1, 6, 7, 8, 9];

/**
 * Gives each piece of each VReg's life a register or a place in memory. Linear scan over lifetime intervals with
 * holes, in the manner of Wimmer and Franz, "Linear Scan Register Allocation on SSA Form" (CGO 2010): what does not fit
 * is split, and the part that is needed last waits in memory. It cannot run out of registers, since no instruction
 * needs more than four at a time.
 */
export function allocateRegisters(func: MFunc): Lives {
  const lives = buildLives(func);
  new Allocator(func, lives).run();
  return lives;
}

/** Position after the interval's last. */
export function intervalEnd(interval: Interval): number {
  return interval.ranges[interval.ranges.length - 1] as number;
}

export function intervalStart(interval: Interval): number {
  return interval.ranges[0] as number;
}

/** Whether the interval is live at `pos`. */
export function covers(interval: Interval, pos: number): boolean {
  const { ranges } = interval;
  for (let i = 0; i < ranges.length; i += 2) {
    if ((ranges[i] as number) > pos) return false;
    if ((ranges[i + 1] as number) > pos) return true;
  }
  return false;
}

class Allocator {
  private readonly func: MFunc;
  private readonly lives: Lives;
  /** Descending by start: the next one is last. */
  private readonly waiting: Interval[] = [];
  private readonly active: (Interval | undefined)[] = Array.from({ length: REGS }, () => undefined);
  /** Intervals with a register that are in a hole. */
  private resting: Interval[] = [];
  private readonly freeUntil = new Int32Array(REGS);
  private readonly nextUse = new Int32Array(REGS);
  private readonly blocked = new Int32Array(REGS);
  private position = 0;
  /** The first call that is not before the position. */
  private nextCall = 0;

  constructor(func: MFunc, lives: Lives) {
    this.func = func;
    this.lives = lives;
  }

  run(): void {
    this.sortByStart();
    for (let current = this.waiting.pop(); current; current = this.waiting.pop()) {
      this.position = intervalStart(current);
      this.advance();
      if (!this.takeFree(current)) this.takeOccupied(current);
    }
  }

  /** Fills `waiting`; of those that start together the last VReg comes first. Numbers sort without calls of ours. */
  private sortByStart(): void {
    const { intervals } = this.lives;
    const keys: number[] = [];
    for (let vreg = 0; vreg < intervals.length; vreg++) {
      const interval = intervals[vreg];
      if (interval) keys.push(vreg - intervalStart(interval) * intervals.length);
    }
    const sorted = Float64Array.from(keys).sort();
    for (let i = 0; i < sorted.length; i++) {
      const key = sorted[i] as number;
      const vreg = key - Math.floor(key / intervals.length) * intervals.length;
      this.waiting.push(intervals[vreg] as Interval);
    }
  }

  /** Brings `active` and `resting` to the position. */
  private advance(): void {
    const pos = this.position;
    const { active } = this;
    const { calls } = this.lives;
    while (this.nextCall < calls.length && (calls[this.nextCall] as number) < pos) this.nextCall++;
    for (let r = 0; r < REGS; r++) {
      const interval = active[r];
      if (!interval || liveNow(interval, pos)) continue;
      active[r] = undefined;
      if (intervalEnd(interval) > pos) this.resting.push(interval);
    }
    let kept = 0;
    for (let i = 0; i < this.resting.length; i++) {
      const interval = this.resting[i] as Interval;
      if (intervalEnd(interval) <= pos) continue;
      if (liveNow(interval, pos)) active[interval.reg] = interval;
      else this.resting[kept++] = interval;
    }
    this.resting.length = kept;
  }

  // ---- a register that nobody holds

  private takeFree(current: Interval): boolean {
    const { freeUntil, active } = this;
    const start = this.position;
    freeUntil.fill(NEVER);
    this.limitByClobbers(current, freeUntil);
    for (let r = 0; r < REGS; r++) if (active[r]) freeUntil[r] = 0;
    // Two values meet only if one is live where the other is defined, so a whole life never meets one that rests.
    const isWhole = this.lives.intervals[current.vreg] === current;
    for (let i = isWhole ? this.resting.length : 0; i < this.resting.length; i++) {
      const other = this.resting[i] as Interval;
      if ((freeUntil[other.reg] as number) === 0) continue;
      const meeting = firstMeeting(other, current);
      if (meeting < (freeUntil[other.reg] as number)) freeUntil[other.reg] = meeting;
    }
    const end = intervalEnd(current);
    const reg = this.chooseFree(current, end);
    const until = freeUntil[reg] as number;
    if (until >= end) {
      this.assign(current, reg);
      return true;
    }
    const split = this.splitPoint(Math.max(start, this.lastUseBefore(current, until)), until);
    if (split <= start) return false;
    this.wait(this.split(current, split));
    this.assign(current, reg);
    return true;
  }

  private chooseFree(current: Interval, end: number): number {
    const { freeUntil, lives } = this;
    const fixed = lives.fixedHint[current.vreg] as number;
    if (fixed >= 0 && (freeUntil[fixed] as number) >= end) return fixed;
    const hinted = this.hintedRegister(current);
    if (hinted >= 0 && (freeUntil[hinted] as number) >= end) return hinted;
    let best = PREFERENCE[0] as number;
    for (let p = 1; p < REGS; p++) {
      const r = PREFERENCE[p] as number;
      const until = freeUntil[r] as number;
      const most = freeUntil[best] as number;
      // The one that is free just long enough, else the one that is free longest.
      if (most >= end ? until >= end && until < most : until > most) best = r;
    }
    return best;
  }

  private hintedRegister(current: Interval): number {
    const other = this.lives.hint[current.vreg] as number;
    if (other < 0) return -1;
    // A later piece of the other VReg may be in another register: the one nearest to here counts.
    let reg = -1;
    for (let piece = this.lives.intervals[other]; piece; piece = piece.next)
      if (piece.reg >= 0) {
        reg = piece.reg;
        if (intervalEnd(piece) >= this.position) break;
      }
    return reg;
  }

  /** r0 … r5 are free until the next call in the interval's life. */
  private limitByClobbers(current: Interval, until: Int32Array): void {
    const { calls, clobbersR0 } = this.lives;
    const call = firstCovered(current, calls, this.nextCall);
    if (call !== NEVER) until.fill(call, 0, FIRST_PRESERVED);
    if (clobbersR0.length === 0) return;
    const other = firstCovered(current, clobbersR0, 0);
    if (other < (until[0] as number)) until[0] = other;
  }

  // ---- no register is free

  private takeOccupied(current: Interval): void {
    const { nextUse, blocked } = this;
    const start = this.position;
    nextUse.fill(NEVER);
    blocked.fill(NEVER);
    this.limitByClobbers(current, blocked);
    for (let r = 0; r < REGS; r++) {
      const holder = this.active[r];
      if (holder) nextUse[r] = this.needAfter(holder, start);
    }
    for (const other of this.resting)
      if (firstMeeting(other, current) !== NEVER)
        nextUse[other.reg] = Math.min(nextUse[other.reg] as number, this.needAfter(other, start));
    let reg = -1;
    for (const r of PREFERENCE) {
      if (this.splitPoint(start, blocked[r] as number) <= start) continue; // clobbered at once
      if (reg === -1 || (nextUse[r] as number) > (nextUse[reg] as number)) reg = r;
    }
    const required = this.requiredAfter(current, start);
    const wanted = this.useAfter(current, start);
    if (reg === -1 || (nextUse[reg] as number) <= wanted) {
      if (required > start) {
        this.spill(current);
        return;
      }
      if (reg === -1) throw new Error(`bug: no register at all in ${this.func.name}`);
    }
    this.evict(reg, current);
    const limit = blocked[reg] as number;
    if (limit < intervalEnd(current)) {
      const after = Math.max(start, this.lastUseBefore(current, limit));
      this.wait(this.split(current, this.splitPoint(after, limit)));
    }
    this.assign(current, reg);
  }

  /** Frees `reg` from the position on. */
  private evict(reg: number, current: Interval): void {
    const holder = this.active[reg];
    if (holder) {
      this.active[reg] = undefined;
      if (intervalStart(holder) < this.position) {
        const split = this.earlierSplit(holder);
        this.spill(this.split(holder, split));
      } else this.spill(holder);
    }
    let kept = 0;
    for (const other of this.resting) {
      if (other.reg !== reg || firstMeeting(other, current) === NEVER) this.resting[kept++] = other;
      else this.wait(this.split(other, this.position)); // it goes on, elsewhere, where its hole ends
    }
    this.resting.length = kept;
  }

  /** Leaves the interval in memory up to its next use that requires a register. */
  private spill(interval: Interval): void {
    interval.reg = MEMORY;
    const from = Math.max(intervalStart(interval), this.position);
    const required = this.requiredAfter(interval, from);
    if (required === NEVER) return;
    if (required <= from) throw new Error(`bug: v${interval.vreg} of ${this.func.name} must be in a register`);
    const at = this.splitPoint(from, required);
    if (at <= intervalStart(interval))
      throw new Error(`bug: cannot reload v${interval.vreg} of ${this.func.name}`);
    this.wait(this.split(interval, at));
  }

  // ---- splitting

  /** The part from `pos` on as an interval of its own. */
  private split(interval: Interval, pos: number): Interval {
    const { ranges } = interval;
    let i = 0;
    while ((ranges[i + 1] as number) <= pos) i += 2;
    const rest = ranges.slice(i);
    interval.ranges = ranges.slice(0, i);
    if ((rest[0] as number) < pos) {
      interval.ranges.push(rest[0] as number, pos);
      rest[0] = pos;
    }
    if (interval.ranges.length === 0) throw new Error(`bug: split before the start of v${interval.vreg}`);
    const child: Interval = {
      vreg: interval.vreg,
      ranges: rest,
      cursor: 0,
      reg: UNASSIGNED,
      next: interval.next,
    };
    interval.cursor = 0;
    interval.next = child;
    return child;
  }

  private wait(interval: Interval): void {
    const start = intervalStart(interval);
    const { waiting } = this;
    let low = 0;
    let high = waiting.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (intervalStart(waiting[middle] as Interval) > start) low = middle + 1;
      else high = middle;
    }
    waiting.splice(low, 0, interval);
  }

  /**
   * The best place in (after, before] for a copy: outside of loops, and late. Copies stand before an instruction;
   * only before a call may one be made after the operands were read (see `resolve.ts`).
   */
  private splitPoint(after: number, before: number): number {
    if (before === NEVER) return NEVER;
    const { func, lives } = this;
    let best = before;
    const inst = func.insts[before >> 1];
    if ((before & 1) === 1 && inst?.kind !== "call") best = before - 1;
    const firstBlock = lives.blockOf[after >> 1] as number;
    let block = lives.blockOf[Math.min(best >> 1, lives.blockOf.length - 1)] as number;
    let depth = (func.blocks[block] as MBlock).depth;
    for (; block > firstBlock; block--) {
      const candidate = func.blocks[block] as MBlock;
      const before = func.blocks[block - 1] as MBlock;
      if (before.depth >= depth) continue;
      depth = before.depth;
      best = blockStart(candidate);
    }
    return best;
  }

  /** Where an interval that loses its register now best leaves it: before the loop in which it is not used. */
  private earlierSplit(holder: Interval): number {
    const from = Math.max(intervalStart(holder), this.lastUseBefore(holder, this.position));
    const at = this.splitPoint(from, this.position & 1 ? this.position - 1 : this.position);
    return at > from && this.lives.blockOf[at >> 1] !== this.lives.blockOf[this.position >> 1]
      ? at
      : this.position;
  }

  // ---- uses

  /** Position of the first read or write at or after `pos`, NEVER if there is none. */
  private useAfter(interval: Interval, pos: number): number {
    const uses = this.lives.uses[interval.vreg] as readonly number[];
    const use = uses[firstUse(uses, pos)];
    return use !== undefined && use >> 1 < intervalEnd(interval) ? use >> 1 : NEVER;
  }

  /** As `useAfter`; a use at `pos` itself counts only if it requires a register: others can be served in memory. */
  private needAfter(interval: Interval, pos: number): number {
    const uses = this.lives.uses[interval.vreg] as readonly number[];
    let i = firstUse(uses, pos);
    while (((uses[i] ?? 1) & 1) === 0 && (uses[i] as number) >> 1 === pos) i++;
    const use = uses[i];
    return use !== undefined && use >> 1 < intervalEnd(interval) ? use >> 1 : NEVER;
  }

  /** As `useAfter`, for uses that require a register. */
  private requiredAfter(interval: Interval, pos: number): number {
    const uses = this.lives.uses[interval.vreg] as readonly number[];
    const end = intervalEnd(interval);
    for (let i = firstUse(uses, pos); i < uses.length; i++) {
      const use = uses[i] as number;
      if (use >> 1 >= end) return NEVER;
      if ((use & 1) === 1) return use >> 1;
    }
    return NEVER;
  }

  private lastUseBefore(interval: Interval, pos: number): number {
    const uses = this.lives.uses[interval.vreg] as readonly number[];
    const use = uses[firstUse(uses, pos) - 1];
    return use === undefined ? 0 : use >> 1;
  }

  private assign(interval: Interval, reg: number): void {
    interval.reg = reg;
    this.active[reg] = interval;
  }
}

/** As `covers`, for positions that only grow. */
function liveNow(interval: Interval, pos: number): boolean {
  const { ranges } = interval;
  let i = interval.cursor;
  while (i < ranges.length && (ranges[i + 1] as number) <= pos) i += 2;
  interval.cursor = i;
  return i < ranges.length && (ranges[i] as number) <= pos;
}

/** Index of the first use at or after `pos`. */
function firstUse(uses: readonly number[], pos: number): number {
  let low = 0;
  let high = uses.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((uses[middle] as number) >> 1 < pos) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** First position where both are live, NEVER if there is none. */
function firstMeeting(a: Interval, b: Interval): number {
  let i = a.cursor;
  let j = b.cursor;
  while (i < a.ranges.length && j < b.ranges.length) {
    const from = Math.max(a.ranges[i] as number, b.ranges[j] as number);
    const aTo = a.ranges[i + 1] as number;
    const bTo = b.ranges[j + 1] as number;
    if (from < aTo && from < bTo) return from;
    if (aTo <= bTo) i += 2;
    else j += 2;
  }
  return NEVER;
}

/**
 * The first of the ascending positions at which the interval is live, NEVER if there is none. Those before `first` are
 * known to lie before the interval.
 */
function firstCovered(interval: Interval, positions: readonly number[], first: number): number {
  const { ranges } = interval;
  let low = first;
  for (let i = 0; i < ranges.length; i += 2) {
    const from = ranges[i] as number;
    let high = low < positions.length && (positions[low] as number) < from ? positions.length : low;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((positions[middle] as number) < from) low = middle + 1;
      else high = middle;
    }
    const found = positions[low];
    if (found === undefined) return NEVER;
    if (found < (ranges[i + 1] as number)) return found;
  }
  return NEVER;
}
