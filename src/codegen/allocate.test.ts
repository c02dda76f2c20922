import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryCase } from "../../test/support/arbitrary-module.ts";
import { buildCfg } from "../ir/cfg.ts";
import type { Module } from "../ir/ir.ts";
import { allocateRegisters, covers, intervalEnd, intervalStart } from "./allocate.ts";
import type { Interval } from "./intervals.ts";
import { MEMORY } from "./intervals.ts";
import { legalize } from "./legalize.ts";
import type { MInst } from "./machine.ts";
import { selectInstructions } from "./select.ts";

/** Everything that must hold of an allocation, checked without knowing how it was made. */
function checkAllocation(module: Module): { pieces: number; spilled: number } {
  let pieces = 0;
  let spilled = 0;
  for (const func of module.funcs) {
    const legal = legalize(func, 3);
    const machine = selectInstructions(legal, buildCfg(legal), {
      helperId: () => 1,
      maps: module.maps,
      cpuVersion: 3,
    });
    const lives = allocateRegisters(machine);
    const all: Interval[] = [];
    for (const first of lives.intervals)
      for (let piece = first; piece; piece = piece.next) {
        all.push(piece);
        if (piece.next) expect(intervalEnd(piece)).toBeLessThanOrEqual(intervalStart(piece.next));
      }
    pieces += all.length;
    spilled += all.filter((piece) => piece.reg === MEMORY).length;
    expect(all.every((piece) => piece.reg === MEMORY || (piece.reg >= 0 && piece.reg <= 9))).toBe(true);
    for (let pos = 0; pos < machine.insts.length * 2; pos++) {
      const holders = new Map<number, number>();
      const isCall = (pos & 1) === 1 && (machine.insts[pos >> 1] as MInst).kind === "call";
      for (const piece of all) {
        if (piece.reg < 0 || !covers(piece, pos)) continue;
        expect(holders.get(piece.reg), `two values in r${piece.reg} at ${pos}`).toBeUndefined();
        holders.set(piece.reg, piece.vreg);
        if (isCall) expect(piece.reg, "a value in a register that the call clobbers").toBeGreaterThanOrEqual(6);
      }
    }
    for (const piece of all)
      for (const use of lives.uses[piece.vreg] ?? [])
        if ((use & 1) === 1 && covers(piece, use >> 1)) expect(piece.reg).toBeGreaterThanOrEqual(0);
  }
  return { pieces, spilled };
}

test("no register holds two values at once, nor anything that a call destroys", () => {
  let spilled = 0;
  fc.assert(
    fc.property(arbitraryCase({ size: 60 }), ({ module }) => {
      spilled += checkAllocation(module).spilled;
    }),
    { numRuns: 60 },
  );
  expect(spilled).toBeGreaterThan(100); // else the test shows nothing
});
