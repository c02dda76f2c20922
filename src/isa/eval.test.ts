import fc from "fast-check";
import { expect, test } from "vitest";
import {
  byteSwap,
  evalAlu,
  evalAtomic,
  evalEndian,
  evalJump,
  evalLoad,
  evalMovsx,
  evalNeg,
  evalStore,
  immValue,
  signExtend,
} from "./eval.ts";
import type { AluOp, AtomicOp, JumpOp } from "./insn.ts";

const MIN64 = 1n << 63n;
const NEG1 = (1n << 64n) - 1n;
const HIGH = 0xdeadbeef00000000n; // what 32-bit operations must not see

// biome-ignore format: one case per line
test.each<{ rule: string; op: AluOp; bits: 32 | 64; a: bigint; b: bigint; gives: bigint }>([
  { rule: "wraps",                              op: "add",  bits: 64, a: NEG1,              b: 2n,              gives: 1n },
  { rule: "32 bits clear the upper half",       op: "add",  bits: 32, a: HIGH | 0xffffffffn, b: HIGH | 2n,      gives: 1n },
  { rule: "wraps below zero",                   op: "sub",  bits: 32, a: 0n,                b: 1n,              gives: 0xffffffffn },
  { rule: "keeps the low half",                 op: "mul",  bits: 64, a: MIN64 | 3n,        b: 2n,              gives: 6n },
  { rule: "unsigned",                           op: "div",  bits: 64, a: NEG1,              b: 2n,              gives: MIN64 - 1n },
  { rule: "by zero is 0",                       op: "div",  bits: 64, a: 7n,                b: 0n,              gives: 0n },
  { rule: "by zero in the low half",            op: "div",  bits: 32, a: 7n,                b: HIGH,            gives: 0n },
  { rule: "by zero is the dividend",            op: "mod",  bits: 64, a: NEG1,              b: 0n,              gives: NEG1 },
  { rule: "by zero, 32 bits: upper half gone",  op: "mod",  bits: 32, a: HIGH | 7n,         b: 0n,              gives: 7n },
  { rule: "towards zero",                       op: "sdiv", bits: 64, a: immValue(-13),     b: 3n,              gives: immValue(-4) },
  { rule: "smallest by -1",                     op: "sdiv", bits: 64, a: MIN64,             b: NEG1,            gives: MIN64 },
  { rule: "smallest by -1, 32 bits",            op: "sdiv", bits: 32, a: 0x80000000n,       b: 0xffffffffn,     gives: 0x80000000n },
  { rule: "by zero is 0",                       op: "sdiv", bits: 32, a: 5n,                b: 0n,              gives: 0n },
  { rule: "sign of the dividend",               op: "smod", bits: 64, a: immValue(-13),     b: 3n,              gives: immValue(-1) },
  { rule: "smallest by -1 is 0",                op: "smod", bits: 64, a: MIN64,             b: NEG1,            gives: 0n },
  { rule: "by zero is the dividend",            op: "smod", bits: 32, a: HIGH | 5n,         b: 0n,              gives: 5n },
  { rule: "or",                                 op: "or",   bits: 32, a: HIGH | 1n,         b: HIGH | 2n,       gives: 3n },
  { rule: "and",                                op: "and",  bits: 64, a: 0xffn,             b: NEG1,            gives: 0xffn },
  { rule: "xor",                                op: "xor",  bits: 64, a: NEG1,              b: NEG1,            gives: 0n },
  { rule: "amount modulo 64",                   op: "lsh",  bits: 64, a: 1n,                b: 65n,             gives: 2n },
  { rule: "amount modulo 32",                   op: "lsh",  bits: 32, a: 1n,                b: 33n,             gives: 2n },
  { rule: "fills with zeros",                   op: "rsh",  bits: 64, a: MIN64,             b: 63n,             gives: 1n },
  { rule: "fills with the sign",                op: "arsh", bits: 64, a: MIN64,             b: 63n,             gives: NEG1 },
  { rule: "fills with the sign of 32 bits",     op: "arsh", bits: 32, a: 0x80000000n,       b: 31n,             gives: 0xffffffffn },
  { rule: "32 bits clear the upper half",       op: "mov",  bits: 32, a: NEG1,              b: HIGH | 5n,       gives: 5n },
])("$op $bits: $rule", ({ op, bits, a, b, gives }) => {
  expect(evalAlu(op, bits, a, b)).toBe(gives);
});

// biome-ignore format: one case per line
test.each<{ op: JumpOp; bits: 32 | 64; a: bigint; b: bigint; gives: boolean }>([
  { op: "eq",  bits: 32, a: HIGH | 1n, b: 1n,   gives: true },
  { op: "eq",  bits: 64, a: HIGH | 1n, b: 1n,   gives: false },
  { op: "ne",  bits: 64, a: 1n,        b: 2n,   gives: true },
  { op: "gt",  bits: 64, a: NEG1,      b: 1n,   gives: true },
  { op: "sgt", bits: 64, a: NEG1,      b: 1n,   gives: false },
  { op: "ge",  bits: 32, a: HIGH,      b: 0n,   gives: true },
  { op: "lt",  bits: 32, a: HIGH,      b: 0n,   gives: false },
  { op: "le",  bits: 64, a: 1n,        b: 1n,   gives: true },
  { op: "slt", bits: 32, a: 0x80000000n, b: 0n, gives: true },
  { op: "slt", bits: 64, a: 0x80000000n, b: 0n, gives: false },
  { op: "sge", bits: 64, a: 0n,        b: NEG1, gives: true },
  { op: "sle", bits: 64, a: MIN64,     b: NEG1, gives: true },
  { op: "set", bits: 32, a: HIGH,      b: HIGH, gives: false },
  { op: "set", bits: 64, a: HIGH,      b: HIGH, gives: true },
])("$op $bits of $a and $b", ({ op, bits, a, b, gives }) => {
  expect(evalJump(op, bits, a, b)).toBe(gives);
});

test("moves, swaps and memory keep to their width", () => {
  expect(evalNeg(64, 1n)).toBe(NEG1);
  expect(evalNeg(32, HIGH | 1n)).toBe(0xffffffffn);
  expect(evalMovsx(64, 8, 0x1ffn)).toBe(NEG1);
  expect(evalMovsx(32, 16, 0x8000n)).toBe(0xffff8000n);
  expect(signExtend(0x80000000n, 32)).toBe(immValue(-0x80000000));
  expect(evalEndian("le", 16, 0x123456n)).toBe(0x3456n);
  expect(evalEndian("be", 16, 0x123456n)).toBe(0x5634n);
  expect(evalEndian("bswap", 64, 0x0102030405060708n)).toBe(0x0807060504030201n);
  expect(evalLoad(1, true, 0x180n)).toBe(immValue(-128));
  expect(evalLoad(4, false, NEG1)).toBe(0xffffffffn);
  expect(evalLoad(8, true, NEG1)).toBe(NEG1);
  expect(evalStore(2, 0x12345n)).toBe(0x2345n);
});

// biome-ignore format: one case per line
test.each<{ op: AtomicOp; size: 4 | 8; old: bigint; src: bigint; r0: bigint; stored: bigint; fetched: bigint }>([
  { op: "add",     size: 4, old: 0xffffffffn, src: HIGH | 2n, r0: 0n,        stored: 1n,        fetched: 0xffffffffn },
  { op: "or",      size: 8, old: 1n,          src: 2n,        r0: 0n,        stored: 3n,        fetched: 1n },
  { op: "and",     size: 8, old: 3n,          src: 2n,        r0: 0n,        stored: 2n,        fetched: 3n },
  { op: "xor",     size: 4, old: 3n,          src: 1n,        r0: 0n,        stored: 2n,        fetched: 3n },
  { op: "xchg",    size: 4, old: 5n,          src: HIGH | 6n, r0: 0n,        stored: 6n,        fetched: 5n },
  { op: "cmpxchg", size: 4, old: 5n,          src: 9n,        r0: HIGH | 5n, stored: 9n,        fetched: 5n },
  { op: "cmpxchg", size: 8, old: 5n,          src: 9n,        r0: HIGH | 5n, stored: 5n,        fetched: 5n },
])("atomic $op of $size bytes", ({ op, size, old, src, r0, stored, fetched }) => {
  expect(evalAtomic(op, size, old, src, r0)).toEqual({ stored, fetched });
});

test("quotient and remainder give back the dividend; swapping twice gives back the value", () => {
  const u64 = fc.bigInt({ min: 0n, max: NEG1 });
  const bits = fc.constantFrom<(32 | 64)[]>(32, 64);
  fc.assert(
    fc.property(u64, u64, bits, (a, b, bits) => {
      for (const [div, mod] of [
        ["div", "mod"],
        ["sdiv", "smod"],
      ] as const) {
        const back = evalAlu(
          "add",
          bits,
          evalAlu("mul", bits, evalAlu(div, bits, a, b), b),
          evalAlu(mod, bits, a, b),
        );
        expect(back).toBe(BigInt.asUintN(bits, a));
      }
      expect(byteSwap(64, byteSwap(64, a))).toBe(a);
    }),
  );
});
