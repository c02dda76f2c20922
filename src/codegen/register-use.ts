import { covers } from "./allocate.ts";
import type { Interval, Lives } from "./intervals.ts";

/** Tells which registers hold something at a position. Built when it is first asked, which is seldom. */
export class RegisterUse {
  private readonly pieces: Interval[][] = Array.from({ length: 10 }, () => []);

  constructor(lives: Lives) {
    for (const interval of lives.intervals)
      for (let piece = interval; piece; piece = piece.next)
        if (piece.reg >= 0) this.pieces[piece.reg]?.push(piece);
  }

  isBusy(reg: number, pos: number): boolean {
    return this.pieces[reg]?.some((piece) => covers(piece, pos)) ?? false;
  }
}
