import type { Moves } from "./resolve.ts";
import { FIRST_SLOT } from "./spill-slots.ts";

/** What a group of copies needs of the code around it. Places are registers, slots (FIRST_SLOT and up) or constants (negative). */
export type CopyTarget = Readonly<{
  /** One copy with a register on at least one side, or of a constant that `needsRegister` denies. */
  copy(from: number, to: number): void;
  /** Whether a constant can only reach memory through a register. */
  needsRegister(constant: number): boolean;
  /** Whether the register holds something at this place in the code, the copies of the group aside. */
  isBusy(reg: number): boolean;
  /** A slot that nothing else uses: 0 for cycles, 1 for a register that is borrowed. */
  emergencySlot(index: 0 | 1): number;
}>;

const REGS = 10;

/** Makes copies that are meant to happen all at once one after the other. */
export function emitParallelCopy(moves: Moves, target: CopyTarget): void {
  if (!isPlain(moves, target)) {
    new Sequence(moves, target).run();
    return;
  }
  for (let i = 0; i < moves.length; i += 2)
    if (moves[i] !== moves[i + 1]) target.copy(moves[i] as number, moves[i + 1] as number);
}

/** Whether the copies can be made as they come: none needs a register in between, none overwrites what a later one reads. */
function isPlain(moves: Moves, target: CopyTarget): boolean {
  for (let i = 0; i < moves.length; i += 2) {
    const to = moves[i + 1] as number;
    if (moves[i] === to) continue;
    if (!isDirect(moves[i] as number, to, target)) return false;
    for (let j = i + 2; j < moves.length; j += 2) if (moves[j] === to && moves[j + 1] !== to) return false;
  }
  return true;
}

/** Whether the copy takes no register besides its own. */
function isDirect(from: number, to: number, target: CopyTarget): boolean {
  return to < FIRST_SLOT || (from < 0 ? !target.needsRegister(from) : from < FIRST_SLOT);
}

/** The moves as lists of numbers. */
class Sequence {
  private readonly from: number[] = [];
  private readonly to: number[] = [];
  private readonly done: boolean[] = []; // what stays in place is, and must not be borrowed
  private readonly target: CopyTarget;
  private left = 0;

  constructor(moves: Moves, target: CopyTarget) {
    this.target = target;
    for (let i = 0; i < moves.length; i += 2) {
      const [from, to] = [moves[i] as number, moves[i + 1] as number];
      this.from.push(from);
      this.to.push(to);
      this.done.push(from === to);
      if (from !== to) this.left++;
    }
  }

  run(): void {
    while (this.left > 0) {
      const before = this.left;
      for (let i = 0; i < this.to.length; i++) {
        if (this.done[i] || this.isRead(this.to[i] as number, i)) continue;
        this.copy(this.from[i] as number, this.to[i] as number);
        this.done[i] = true;
        this.left--;
      }
      if (this.left === before) this.breakCycle();
    }
  }

  /** Whether a copy that is still to come, other than number `except`, reads `place`. */
  private isRead(place: number, except: number): boolean {
    const { from, done } = this;
    for (let i = 0; i < from.length; i++) if (from[i] === place && !done[i] && i !== except) return true;
    return false;
  }

  /** Every place left is read by another copy: set one aside. */
  private breakCycle(): void {
    const place = this.to[this.done.indexOf(false)] as number;
    const aside = this.freeRegister() ?? this.target.emergencySlot(0);
    this.copy(place, aside);
    for (let i = 0; i < this.from.length; i++)
      if (!this.done[i] && this.from[i] === place) this.from[i] = aside;
  }

  private copy(from: number, to: number): void {
    if (isDirect(from, to, this.target)) {
      this.target.copy(from, to);
      return;
    }
    const free = this.freeRegister();
    if (free !== undefined) {
      this.target.copy(from, free);
      this.target.copy(free, to);
      return;
    }
    // Every register holds a value, so any may be saved: it can be read.
    const [borrowed, slot] = [0, this.target.emergencySlot(1)];
    this.target.copy(borrowed, slot);
    this.target.copy(from, borrowed);
    this.target.copy(borrowed, to);
    this.target.copy(slot, borrowed);
  }

  /** A register whose content nobody wants at this moment. */
  private freeRegister(): number | undefined {
    for (let r = 0; r < REGS; r++) {
      if (this.isRead(r, -1)) continue;
      const writer = this.to.indexOf(r);
      if (writer === -1 ? !this.target.isBusy(r) : !this.done[writer]) return r;
    }
    return undefined;
  }
}
