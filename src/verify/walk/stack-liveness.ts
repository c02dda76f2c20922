import { successors } from "../program/flow.ts";
import type { Prepared } from "../program/prepared.ts";

/**
 * Which slots of its own frame may still be read from an instruction on. Found out on the way: each read that the walk
 * makes is noted at its instruction (at the call, for reads by called functions) and carried back to where the slot is
 * filled. Complete for a point once all paths from it have been followed.
 */
export class StackLiveness {
  readonly #program: Prepared;
  readonly #low: Int32Array;
  readonly #high: Int32Array;
  readonly #firstBefore: Int32Array;
  readonly #before: Int32Array;

  constructor(program: Prepared) {
    const count = program.insns.length;
    this.#program = program;
    this.#low = new Int32Array(count);
    this.#high = new Int32Array(count);
    this.#firstBefore = new Int32Array(count + 2);
    const each = (visit: (from: number, to: number) => void) => {
      for (let i = 0; i < count; i++) successors(program.insns, program.targetOf, i, (next) => visit(i, next));
    };
    each((_, to) => bump(this.#firstBefore, to + 2));
    for (let i = 2; i < count + 2; i++) bump(this.#firstBefore, i, this.#firstBefore[i - 1] ?? 0);
    this.#before = new Int32Array(this.#firstBefore[count + 1] ?? 0);
    each((from, to) => {
      this.#before[this.#firstBefore[to + 1] ?? 0] = from;
      bump(this.#firstBefore, to + 1);
    });
  }

  /** Whether slot `slot` may be read at instruction `insn` or later. */
  isLive(insn: number, slot: number): boolean {
    const bits = (slot < 32 ? this.#low : this.#high)[insn] ?? 0;
    return ((bits >>> (slot & 31)) & 1) !== 0;
  }

  /** Notes that `insn` read the slot. */
  noteRead(insn: number, slot: number): void {
    if (this.isLive(insn, slot)) return;
    const bits = slot < 32 ? this.#low : this.#high;
    const bit = 1 << (slot & 31);
    const pending = [insn];
    bits[insn] = (bits[insn] ?? 0) | bit;
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      const end = this.#firstBefore[at + 1] ?? 0;
      for (let i = this.#firstBefore[at] ?? 0; i < end; i++) {
        const from = this.#before[i] ?? 0;
        if (this.#program.fillsSlot[from] === slot || ((bits[from] ?? 0) & bit) !== 0) continue;
        bits[from] = (bits[from] ?? 0) | bit;
        pending.push(from);
      }
    }
  }
}

function bump(counts: Int32Array, at: number, by = 1): void {
  counts[at] = (counts[at] ?? 0) + by;
}
