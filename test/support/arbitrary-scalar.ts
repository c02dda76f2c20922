import fc from "fast-check";
import { draftOf, type Scalar, UNKNOWN } from "../../src/verify/number/scalar.ts";
import { settle } from "../../src/verify/number/settle.ts";

// For tests: numbers near the places where ranges wrap, and what can be known of a few of them.

const EDGES = [
  0n,
  1n,
  2n,
  0x7fn,
  0x80n,
  0xffn,
  0x7fffn,
  0x8000n,
  0x7fffffffn,
  0x80000000n,
  0xffffffffn,
  1n << 32n,
  1n << 62n,
  1n << 63n,
];

export const arbitraryNumber: fc.Arbitrary<bigint> = fc.oneof(
  fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
  fc
    .tuple(fc.constantFrom(...EDGES), fc.bigInt({ min: -3n, max: 3n }), fc.boolean())
    .map(([edge, by, negative]) => BigInt.asUintN(64, negative ? by - edge : edge + by)),
  fc.bigInt({ min: 0n, max: 300n }),
);

/** The tightest scalar that holds all the numbers, before what it says is exchanged between bits and ranges. */
export function hull(numbers: readonly bigint[]): Scalar {
  const d = draftOf(UNKNOWN);
  const pick = <T>(of: (x: bigint) => T, better: (a: T, b: T) => boolean) =>
    numbers.map(of).reduce((best, x) => (better(x, best) ? x : best));
  const signed = (x: bigint) => BigInt.asIntN(64, x);
  const low = (x: bigint) => Number(BigInt.asUintN(32, x));
  d.umin = pick(
    (x) => x,
    (a, b) => a < b,
  );
  d.umax = pick(
    (x) => x,
    (a, b) => a > b,
  );
  d.smin = pick(signed, (a, b) => a < b);
  d.smax = pick(signed, (a, b) => a > b);
  d.u32min = pick(low, (a, b) => a < b);
  d.u32max = pick(low, (a, b) => a > b);
  d.s32min = pick(
    (x) => low(x) | 0,
    (a, b) => a < b,
  );
  d.s32max = pick(
    (x) => low(x) | 0,
    (a, b) => a > b,
  );
  const ones = numbers.reduce((a, b) => a & b);
  d.mask = numbers.reduce((a, b) => a | b) & ~ones;
  d.value = ones;
  return settle(d);
}

/** Some numbers and a scalar that holds them, sometimes with less known than could be. */
export const arbitraryScalar: fc.Arbitrary<{ scalar: Scalar; numbers: readonly bigint[] }> = fc
  .tuple(fc.array(arbitraryNumber, { minLength: 1, maxLength: 4 }), fc.integer({ min: 0, max: 5 }))
  .map(([numbers, forget]) => {
    const scalar = draftOf(hull(numbers));
    if (forget === 1) Object.assign(scalar, { value: UNKNOWN.value, mask: UNKNOWN.mask });
    if (forget === 2) Object.assign(scalar, { umin: UNKNOWN.umin, umax: UNKNOWN.umax });
    if (forget === 3) Object.assign(scalar, { smin: UNKNOWN.smin, smax: UNKNOWN.smax });
    return { scalar: settle(scalar), numbers };
  });
