import type { Value } from "../../ir/ir.ts";
import { blockParam } from "./lower-memory.ts";
import type { Lowering } from "./lowering.ts";
import { histBuckets, lhistBuckets } from "./map-layout.ts";
import type { Type } from "./types.ts";

/**
 * The bucket of a value in hist(value, bits), as Plan's "hist" describes: 0 for negatives, then the values below
 * 2^bits one by one, then 2^bits steps for each power of two.
 */
export function lowerHistIndex(l: Lowering, value: Value, bits: number): Value {
  const { b } = l;
  const done = b.block("i64");
  const notNegative = b.block();
  const large = b.block();
  const small = b.block();
  b.branchWith("slt", 64, value, b.const(0), [done, [b.const(0)]], [notNegative, []]);
  b.enter(notNegative);
  b.branch("lt", 64, value, b.const(1 << bits), small, large);
  b.enter(small);
  b.jump(done, b.binary("add", value, b.const(1)));
  b.enter(large);
  const exponent = log2(l, value);
  const steps = 1n << BigInt(bits);
  // The bits behind the highest choose the step: (value >> (exponent - bits)) is 2^bits + step.
  const above = b.binary("sub", exponent, b.const(bits));
  const step = bits === 0 ? b.const(1) : b.binary("rsh", value, above);
  const index = b.binary("add", b.binary("mul", above, b.const(steps)), b.binary("add", step, b.const(1)));
  b.jump(done, index);
  b.enter(done);
  return l.atMost(blockParam(done), histBuckets(bits) - 1);
}

/** Position of the highest bit that is set, for values that are not 0. Without branches: six halvings. */
function log2(l: Lowering, value: Value): Value {
  const { b } = l;
  let rest = value;
  let result: Value | undefined;
  for (const half of [32, 16, 8, 4, 2, 1]) {
    const over = b.extend(b.compare("gt", rest, b.const((1n << BigInt(half)) - 1n)), 32, false);
    const shift = half === 1 ? over : b.binary("lsh", over, b.const(Math.log2(half)));
    rest = b.binary("rsh", rest, shift);
    result = result === undefined ? shift : b.binary("add", result, shift);
  }
  return result ?? b.const(0);
}

/** The bucket of a value in lhist(): 0 below min, the last at max and above. */
export function lowerLinearIndex(l: Lowering, value: Value, type: Extract<Type, { kind: "lhist" }>): Value {
  const { b } = l;
  const last = lhistBuckets(type) - 1;
  const min = b.const(BigInt.asUintN(64, type.min));
  const done = b.block("i64");
  const notBelow = b.block();
  const inside = b.block();
  b.branchWith("slt", 64, value, min, [done, [b.const(0)]], [notBelow, []]);
  b.enter(notBelow);
  b.branchWith("sge", 64, value, b.const(BigInt.asUintN(64, type.max)), [done, [b.const(last)]], [inside, []]);
  b.enter(inside);
  const index = b.binary("div", b.binary("sub", value, min), b.const(type.step));
  b.jump(done, b.binary("add", index, b.const(1)));
  b.enter(done);
  return l.atMost(blockParam(done), last);
}
