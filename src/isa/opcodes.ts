import type { AluOp, AtomicOp, JumpOp, MemSize } from "./insn.ts";

// The numbers of RFC 9669 that encoder and decoder share. Load-acquire, store-release, may_goto and address space casts
// are the kernel's own: include/uapi/linux/bpf.h and kernel/bpf/verifier.c, v6.18.

/** Low three bits of the opcode (RFC 9669, section 3). */
export const CLASS = { ld: 0, ldx: 1, st: 2, stx: 3, alu: 4, jmp: 5, jmp32: 6, alu64: 7 } as const;

/** Opcode bit of arithmetic and jumps: the second operand is a register. */
export const FROM_REG = 0x08;

/** Operation in the top four bits of an arithmetic opcode; sdiv and smod are div and mod with offset 1. */
export const ALU_CODE: Readonly<Record<AluOp, number>> = {
  add: 0x00,
  sub: 0x10,
  mul: 0x20,
  div: 0x30,
  sdiv: 0x30,
  or: 0x40,
  and: 0x50,
  lsh: 0x60,
  rsh: 0x70,
  mod: 0x90,
  smod: 0x90,
  xor: 0xa0,
  mov: 0xb0,
  arsh: 0xc0,
};
export const ALU_NEG = 0x80;
export const ALU_END = 0xd0;

export const JUMP_CODE: Readonly<Record<JumpOp, number>> = {
  eq: 0x10,
  gt: 0x20,
  ge: 0x30,
  set: 0x40,
  ne: 0x50,
  sgt: 0x60,
  sge: 0x70,
  lt: 0xa0,
  le: 0xb0,
  slt: 0xc0,
  sle: 0xd0,
};
export const JUMP_ALWAYS = 0x00;
export const JUMP_CALL = 0x80;
export const JUMP_EXIT = 0x90;
export const JUMP_MAY_GOTO = 0xe0;

/** Access mode in the top three bits of a load or store opcode. */
export const MODE = { imm: 0x00, abs: 0x20, ind: 0x40, mem: 0x60, memsx: 0x80, atomic: 0xc0 } as const;

export const SIZE_CODE: Readonly<Record<MemSize, number>> = { 4: 0x00, 2: 0x08, 1: 0x10, 8: 0x18 };

/** `imm` of an atomic instruction, without FETCH where that is a choice. */
export const ATOMIC_CODE: Readonly<Record<AtomicOp, number>> = {
  add: 0x00,
  or: 0x40,
  and: 0x50,
  xor: 0xa0,
  xchg: 0xe1,
  cmpxchg: 0xf1,
};
export const ATOMIC_FETCH = 0x01;
export const ATOMIC_LOAD_ACQUIRE = 0x100;
export const ATOMIC_STORE_RELEASE = 0x110;

/** `src` field of a 64-bit immediate load (RFC 9669, section 5.4). */
export const PSEUDO = { mapFd: 1, mapValueFd: 2, btfVar: 3, func: 4, mapIdx: 5, mapValueIdx: 6 } as const;

/** `src` field of a call. */
export const CALL = { helper: 0, local: 1, kfunc: 2 } as const;
