import { unreachable } from "../base/errors.ts";
import type { AluOp, AtomicOp, JumpOp, MemSize } from "./insn.ts";

// What the machine computes (RFC 9669, section 4). Every value, in and out, is a 64-bit register in unsigned form:
// 0 <= value < 2^64. Operations 32 bits wide look at the low half only and clear the upper half of their result.

const MASK32 = 0xffffffffn;
const MASK64 = 0xffffffffffffffffn;

function mask(bits: 32 | 64): bigint {
  return bits === 64 ? MASK64 : MASK32;
}

/** An instruction's immediate as the register value that 64-bit operations see: sign-extended. */
export function immValue(imm: number): bigint {
  return BigInt.asUintN(64, BigInt(imm));
}

/** The low `from` bits of `value`, sign-extended to 64 bits. */
export function signExtend(value: bigint, from: 8 | 16 | 32): bigint {
  return BigInt.asUintN(64, BigInt.asIntN(from, value));
}

/**
 * `a op b`, the new value of the destination register that held `a`. Division by zero gives 0, remainder by zero gives
 * `a`; the smallest number divided by -1 gives itself, with remainder 0; shifts use the low 5 or 6 bits of `b`.
 */
export function evalAlu(op: AluOp, bits: 32 | 64, a: bigint, b: bigint): bigint {
  const m = mask(bits);
  const x = a & m;
  const y = b & m;
  const shift = y & BigInt(bits - 1);
  switch (op) {
    case "add":
      return (x + y) & m;
    case "sub":
      return (x - y) & m;
    case "mul":
      return (x * y) & m;
    case "div":
      return y === 0n ? 0n : x / y;
    case "mod":
      return y === 0n ? x : x % y;
    case "sdiv":
      return y === 0n ? 0n : (BigInt.asIntN(bits, x) / BigInt.asIntN(bits, y)) & m;
    case "smod":
      return y === 0n ? x : (BigInt.asIntN(bits, x) % BigInt.asIntN(bits, y)) & m;
    case "or":
      return x | y;
    case "and":
      return x & y;
    case "xor":
      return x ^ y;
    case "lsh":
      return (x << shift) & m;
    case "rsh":
      return x >> shift;
    case "arsh":
      return (BigInt.asIntN(bits, x) >> shift) & m;
    case "mov":
      return y;
    default:
      return unreachable(op);
  }
}

/** `-a`. */
export function evalNeg(bits: 32 | 64, a: bigint): bigint {
  return -a & mask(bits);
}

/** A move with sign extension: the low `from` bits of `a`, extended to `bits`. */
export function evalMovsx(bits: 32 | 64, from: 8 | 16 | 32, a: bigint): bigint {
  return signExtend(a, from) & mask(bits);
}

/**
 * A byte swap instruction on a little-endian machine: "le" only cuts `a` to `width` bits, "be" and "bswap" reverse its
 * low `width / 8` bytes; the bits above are cleared.
 */
export function evalEndian(op: "le" | "be" | "bswap", width: 16 | 32 | 64, a: bigint): bigint {
  return op === "le" ? BigInt.asUintN(width, a) : byteSwap(width, a);
}

/** The low `width / 8` bytes of `a` in reverse order, the bits above cleared. */
export function byteSwap(width: 16 | 32 | 64, a: bigint): bigint {
  let result = 0n;
  for (let bit = 0n; bit < width; bit += 8n) result = (result << 8n) | ((a >> bit) & 0xffn);
  return result;
}

/** Whether a conditional jump is taken. */
export function evalJump(op: JumpOp, bits: 32 | 64, a: bigint, b: bigint): boolean {
  const x = BigInt.asUintN(bits, a);
  const y = BigInt.asUintN(bits, b);
  switch (op) {
    case "eq":
      return x === y;
    case "ne":
      return x !== y;
    case "gt":
      return x > y;
    case "ge":
      return x >= y;
    case "lt":
      return x < y;
    case "le":
      return x <= y;
    case "sgt":
      return BigInt.asIntN(bits, x) > BigInt.asIntN(bits, y);
    case "sge":
      return BigInt.asIntN(bits, x) >= BigInt.asIntN(bits, y);
    case "slt":
      return BigInt.asIntN(bits, x) < BigInt.asIntN(bits, y);
    case "sle":
      return BigInt.asIntN(bits, x) <= BigInt.asIntN(bits, y);
    case "set":
      return (x & y) !== 0n;
    default:
      return unreachable(op);
  }
}

/** What a load leaves in its register; `raw` is what memory holds, in little-endian order. */
export function evalLoad(size: MemSize, signed: boolean, raw: bigint): bigint {
  const value = BigInt.asUintN(size * 8, raw);
  if (!signed || size === 8) return value;
  return BigInt.asUintN(64, BigInt.asIntN(size * 8, value));
}

/** The bits of a register that a store of `size` bytes writes. */
export function evalStore(size: MemSize, value: bigint): bigint {
  return BigInt.asUintN(size * 8, value);
}

/**
 * Effect of an atomic operation on memory that holds `old`. `stored` is what memory holds afterwards, `fetched` what
 * the fetching forms put into their register: r0 for cmpxchg, else the source register. `r0` is only read by cmpxchg,
 * which compares it with memory at the operation's width.
 */
export function evalAtomic(
  op: AtomicOp,
  size: 4 | 8,
  old: bigint,
  src: bigint,
  r0: bigint,
): Readonly<{ stored: bigint; fetched: bigint }> {
  const bits = size === 8 ? 64 : 32;
  const fetched = BigInt.asUintN(bits, old);
  const value = BigInt.asUintN(bits, src);
  switch (op) {
    case "add":
    case "or":
    case "and":
    case "xor":
      return { stored: evalAlu(op, bits, fetched, value), fetched };
    case "xchg":
      return { stored: value, fetched };
    case "cmpxchg":
      return { stored: fetched === BigInt.asUintN(bits, r0) ? value : fetched, fetched };
    default:
      return unreachable(op);
  }
}
