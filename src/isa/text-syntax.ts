import type { AluOp, AtomicOp, JumpOp, MemSize } from "./insn.ts";

/** How arithmetic is written: `r1 += r2`. */
export const ALU_SYMBOL: Readonly<Record<AluOp, string>> = {
  add: "+=",
  sub: "-=",
  mul: "*=",
  div: "/=",
  sdiv: "s/=",
  mod: "%=",
  smod: "s%=",
  or: "|=",
  and: "&=",
  xor: "^=",
  lsh: "<<=",
  rsh: ">>=",
  arsh: "s>>=",
  mov: "=",
};

/** How a condition is written: `if r1 s> r2`. */
export const JUMP_SYMBOL: Readonly<Record<JumpOp, string>> = {
  eq: "==",
  ne: "!=",
  gt: ">",
  ge: ">=",
  lt: "<",
  le: "<=",
  sgt: "s>",
  sge: "s>=",
  slt: "s<",
  sle: "s<=",
  set: "&",
};

/** How an atomic operation without fetch is written: `lock *(u64 *)(r1 +0) += r2`. */
export const ATOMIC_SYMBOL: Readonly<Partial<Record<AtomicOp, string>>> = {
  add: "+=",
  or: "|=",
  and: "&=",
  xor: "^=",
};

export const UNSIGNED_TYPE: Readonly<Record<MemSize, string>> = { 1: "u8", 2: "u16", 4: "u32", 8: "u64" };
export const SIGNED_TYPE: Readonly<Record<1 | 2 | 4, string>> = { 1: "s8", 2: "s16", 4: "s32" };

/** A name that may stand inside `map[…]`, `subprog[…]` and `ksym[…]`: no spaces, brackets or commas. */
export const BRACKET_NAME = /[^\s[\],:+-][^\s[\],:]*/y;
