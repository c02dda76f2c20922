import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryNumber, arbitraryScalar } from "../../../test/support/arbitrary-scalar.ts";
import { evalAlu, evalJump, evalLoad, evalMovsx, evalNeg } from "../../isa/eval.ts";
import type { AluOp, JumpOp } from "../../isa/insn.ts";
import { compute, negate } from "./arithmetic.ts";
import { decide } from "./compare.ts";
import { refine } from "./refine.ts";
import { includes, isConst, known, type Scalar, UNKNOWN } from "./scalar.ts";
import * as tnum from "./tnum.ts";
import { signExtend32, signExtend64, truncate } from "./width.ts";

const ALU: readonly AluOp[] = [
  "add",
  "sub",
  "mul",
  "div",
  "sdiv",
  "mod",
  "smod",
  "or",
  "and",
  "xor",
  "lsh",
  "rsh",
  "arsh",
  "mov",
];
const JUMPS: readonly JumpOp[] = ["eq", "ne", "gt", "ge", "lt", "le", "sgt", "sge", "slt", "sle", "set"];
const WIDTHS = [32, 64] as const;
const RUNS = { numRuns: 1500 };

function expectHeld(scalar: Scalar, x: bigint): void {
  if (!includes(scalar, x)) expect({ scalar, x }).toBe("a scalar that includes x");
}

/** Every tnum of `bits` bits. */
function tnums(bits: number): tnum.Tnum[] {
  const all: tnum.Tnum[] = [];
  for (let mask = 0n; mask < 1n << BigInt(bits); mask++)
    for (let value = 0n; value < 1n << BigInt(bits); value++)
      if ((value & mask) === 0n) all.push({ value, mask });
  return all;
}

const members = (t: tnum.Tnum, bits: number) =>
  Array.from({ length: 1 << bits }, (_, i) => BigInt(i)).filter((x) => (x & ~t.mask) === t.value);

// biome-ignore format: one case per line
test.each<{ rule: string; bits: number; of: (a: tnum.Tnum, b: tnum.Tnum) => tnum.Tnum; machine: (x: bigint, y: bigint) => bigint }>([
  { rule: "add", bits: 4, of: tnum.tnumAdd, machine: (x, y) => x + y },
  { rule: "sub", bits: 4, of: tnum.tnumSub, machine: (x, y) => x - y },
  { rule: "mul", bits: 4, of: tnum.tnumMul, machine: (x, y) => x * y },
  { rule: "and", bits: 4, of: tnum.tnumAnd, machine: (x, y) => x & y },
  { rule: "or",  bits: 4, of: tnum.tnumOr,  machine: (x, y) => x | y },
  { rule: "xor", bits: 4, of: tnum.tnumXor, machine: (x, y) => x ^ y },
])("known bits, every pair of $bits bits: $rule", ({ bits, of, machine }) => {
  for (const a of tnums(bits))
    for (const b of tnums(bits)) {
      const result = of(a, b);
      expect(result.value & result.mask).toBe(0n);
      for (const x of members(a, bits))
        for (const y of members(b, bits)) {
          const z = BigInt.asUintN(64, machine(x, y));
          if ((z & ~result.mask) !== result.value) expect({ a, b, x, y, result }).toBe("sound");
        }
    }
});

test("known bits: ranges, inclusion, intersection and overlap of 4 bits, exhaustively", () => {
  const all = tnums(4);
  for (let min = 0n; min < 16n; min++)
    for (let max = min; max < 16n; max++)
      for (let x = min; x <= max; x++)
        expect(x & ~tnum.tnumRange(min, max).mask).toBe(tnum.tnumRange(min, max).value);
  for (const a of all)
    for (const b of all) {
      const inB = new Set(members(b, 4));
      const both = members(a, 4).filter((x) => inB.has(x));
      expect(tnum.tnumOverlap(a, b)).toBe(both.length > 0);
      expect(tnum.tnumHolds(b, a)).toBe(both.length === members(a, 4).length);
      if (both.length > 0) expect(members(tnum.tnumIntersect(a, b), 4)).toEqual(both);
      const union = members(tnum.tnumUnion(a, b), 4);
      for (const x of [...members(a, 4), ...inB]) expect(union).toContain(x);
    }
});

test.each(ALU.flatMap((op) => WIDTHS.map((bits) => ({ op, bits }))))(
  "$op of $bits bits holds what the machine computes",
  ({ op, bits }) => {
    const amounts = fc.oneof(
      arbitraryScalar,
      fc.bigInt({ min: 0n, max: 70n }).map((x) => ({ scalar: known(x), numbers: [x] })),
    );
    fc.assert(
      fc.property(arbitraryScalar, amounts, (a, b) => {
        const result = compute(op, bits, a.scalar, b.scalar);
        for (const x of a.numbers) for (const y of b.numbers) expectHeld(result, evalAlu(op, bits, x, y));
      }),
      RUNS,
    );
  },
);

test.each(WIDTHS)(
  "negation, sign extension and truncation of %s bits hold what the machine computes",
  (bits) => {
    fc.assert(
      fc.property(arbitraryScalar, ({ scalar, numbers }) => {
        for (const x of numbers) {
          expectHeld(negate(bits, scalar), evalNeg(bits, x));
          for (const from of [8, 16] as const) {
            const extended = bits === 64 ? signExtend64(scalar, from) : signExtend32(scalar, from);
            expectHeld(extended, evalMovsx(bits, from, x));
          }
          expectHeld(signExtend64(scalar, 32), evalMovsx(64, 32, x));
          for (const size of [1, 2, 4, 8] as const)
            expectHeld(truncate(scalar, size), evalLoad(size, false, x));
        }
      }),
      RUNS,
    );
  },
);

test.each(JUMPS.flatMap((op) => WIDTHS.map((bits) => ({ op, bits }))))(
  "if a $op b, $bits bits: the decision and what is learnt hold",
  ({ op, bits }) => {
    fc.assert(
      fc.property(arbitraryScalar, arbitraryScalar, (a, b) => {
        const outcome = decide(op, bits, a.scalar, b.scalar);
        for (const x of a.numbers)
          for (const y of b.numbers) {
            const taken = evalJump(op, bits, x, y);
            if (outcome !== "depends") expect(taken ? "always" : "never").toBe(outcome);
            const learnt = refine(op, bits, taken, a.scalar, b.scalar);
            expectHeld(learnt.a, x);
            expectHeld(learnt.b, y);
          }
      }),
      RUNS,
    );
  },
);

test("constants stay constants", () => {
  const folded = ALU.filter((op) => !["div", "sdiv", "mod", "smod"].includes(op));
  fc.assert(
    fc.property(arbitraryNumber, fc.bigInt({ min: 0n, max: 31n }), fc.constantFrom(...folded), (x, y, op) => {
      expect(isConst(compute(op, 64, known(x), known(y)))).toBe(true);
      expect(isConst(compute(op, 32, known(x), known(y)))).toBe(true);
    }),
    RUNS,
  );
});

// biome-ignore format: one case per line
test.each<{ rule: string; got: Scalar; range: Partial<Scalar> }>([
  { rule: "a byte",                       got: truncate(UNKNOWN, 1), range: { umin: 0n, umax: 255n } },
  { rule: "a masked byte",                got: compute("and", 64, UNKNOWN, known(7n)), range: { umin: 0n, umax: 7n } },
  { rule: "an index times its size",      got: compute("mul", 64, truncate(UNKNOWN, 1), known(8n)), range: { umin: 0n, umax: 2040n } },
  { rule: "a bounded number",             got: refine("lt", 64, true, UNKNOWN, known(64n)).a, range: { umin: 0n, umax: 63n } },
  { rule: "bounded on both sides",        got: refine("sge", 64, true, refine("slt", 64, true, UNKNOWN, known(9n)).a, known(0n)).a, range: { umin: 0n, umax: 8n, smin: 0n, smax: 8n } },
  { rule: "a signed bound alone",         got: refine("slt", 64, true, UNKNOWN, known(9n)).a, range: { umin: 0n, umax: (1n << 64n) - 1n, smax: 8n } },
  { rule: "a sum of numbers above zero",  got: compute("add", 64, truncate(UNKNOWN, 2), known(1n)), range: { umin: 1n, umax: 65536n } },
])("$rule", ({ got, range }) => {
  expect(got).toMatchObject(range);
});
