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
  const all: Move[] = [];
  for (let i = 0; i < moves.length; i += 2) {
    const [from, to] = [moves[i] as number, moves[i + 1] as number];
    all.push({ from, to, done: from === to }); // what stays in place must not be borrowed
  }
  new Sequence(all, target).run();
}

type Move = { from: number; readonly to: number; done: boolean };

class Sequence {
  private readonly moves: readonly Move[];
  private readonly target: CopyTarget;
  private left: number;

  constructor(moves: readonly Move[], target: CopyTarget) {
    this.moves = moves;
    this.target = target;
    this.left = moves.filter((move) => !move.done).length;
  }

  run(): void {
    while (this.left > 0) {
      const before = this.left;
      for (const move of this.moves) {
        if (move.done || this.isRead(move.to, move)) continue;
        this.copy(move.from, move.to);
        move.done = true;
        this.left--;
      }
      if (this.left === before) this.breakCycle();
    }
  }

  /** Whether a copy that is still to come, other than `except`, reads `place`. */
  private isRead(place: number, except: Move | undefined): boolean {
    return this.moves.some((move) => !move.done && move !== except && move.from === place);
  }

  /** Every place left is read by another copy: set one aside. */
  private breakCycle(): void {
    const place = this.moves.find((move) => !move.done)?.to as number;
    const aside = this.freeRegister() ?? this.target.emergencySlot(0);
    this.copy(place, aside);
    for (const move of this.moves) if (!move.done && move.from === place) move.from = aside;
  }

  private copy(from: number, to: number): void {
    const direct = to < FIRST_SLOT || (from < 0 ? !this.target.needsRegister(from) : from < FIRST_SLOT);
    if (direct) {
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
      if (this.isRead(r, undefined)) continue;
      const written = this.moves.find((move) => move.to === r);
      if (written ? !written.done : !this.target.isBusy(r)) return r;
    }
    return undefined;
  }
}
