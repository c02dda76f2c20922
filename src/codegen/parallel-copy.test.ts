import fc from "fast-check";
import { expect, test } from "vitest";
import { emitParallelCopy } from "./parallel-copy.ts";
import { FIRST_SLOT } from "./spill-slots.ts";

const EMERGENCY = 100;
const CONSTANTS: Readonly<Record<number, string>> = { [-2]: "one", [-3]: "big" };

/** Runs the copies on a machine whose places hold their own names. */
function run(moves: number[], isBusy: (reg: number) => boolean) {
  const state = new Map<number, string>();
  const read = (place: number) => CONSTANTS[place] ?? state.get(place) ?? `value ${place}`;
  emitParallelCopy(moves, {
    copy(from, to) {
      const throughMemory = to >= FIRST_SLOT && (from >= FIRST_SLOT || from === -3);
      if (throughMemory) throw new Error(`no instruction copies ${from} to ${to}`);
      state.set(to, read(from));
    },
    needsRegister: (constant) => constant === -3,
    isBusy,
    emergencySlot: (index) => EMERGENCY + index,
  });
  return { state, read };
}

const arbitraryMoves = fc
  .uniqueArray(fc.oneof(fc.nat(9), fc.integer({ min: FIRST_SLOT, max: FIRST_SLOT + 4 })), { maxLength: 12 })
  .chain((targets) =>
    fc
      .tuple(
        ...targets.map(() =>
          fc.oneof(fc.nat(9), fc.integer({ min: FIRST_SLOT, max: FIRST_SLOT + 4 }), fc.constantFrom(-2, -3)),
        ),
      )
      .map((sources) => targets.flatMap((to, i) => [sources[i] as number, to])),
  );

test("all targets get what their sources held before, and busy registers keep theirs", () => {
  fc.assert(
    fc.property(arbitraryMoves, fc.array(fc.boolean(), { minLength: 10, maxLength: 10 }), (moves, busy) => {
      const targets = new Map<number, number>();
      for (let i = 0; i < moves.length; i += 2) targets.set(moves[i + 1] as number, moves[i] as number);
      const { state, read } = run(moves, (reg) => busy[reg] ?? false);
      for (const [to, from] of targets) expect(read(to)).toBe(CONSTANTS[from] ?? `value ${from}`);
      for (const [place] of state) {
        const free = place < 10 && !busy[place];
        if (!targets.has(place) && place < EMERGENCY && !free) expect(read(place)).toBe(`value ${place}`);
      }
    }),
    { numRuns: 1000 },
  );
});

test("a cycle goes through a free register, or memory where none is free", () => {
  const copies: string[] = [];
  const target = (free: boolean) => ({
    copy: (from: number, to: number) => void copies.push(`${to}=${from}`),
    needsRegister: () => false,
    isBusy: (reg: number) => !(free && reg === 5),
    emergencySlot: (index: number) => EMERGENCY + index,
  });
  emitParallelCopy([1, 2, 2, 1], target(true));
  emitParallelCopy([1, 2, 2, 1], target(false));
  expect(copies).toEqual(["5=2", "2=1", "1=5", "100=2", "2=1", "1=100"]);
});
