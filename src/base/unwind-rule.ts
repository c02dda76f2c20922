/**
 * How a function's caller is found, for x86-64, as one 32-bit word: kind in bits 0–2, `amount` in 3–18, `saved` in
 * 19–31. CFA is the stack pointer's value in the caller; the return address lies right below it. `saved`, if not zero:
 * the caller's rbp lies so many words of 8 bytes below the CFA.
 */
export const UNWIND_RULE = {
  /** CFA is rsp, or rbp, plus `amount` words of 8 bytes. */
  stackPointer: 0,
  framePointer: 1,
  /** A stub of the procedure linkage table: CFA is rsp + 8, and 8 more from byte `amount` of its 16 on. */
  linkage: 2,
  /** CFA lies in memory, `amount` words below rbp; the caller's rbp where rbp points to. */
  realigned: 3,
  /** The return from a signal's handler: the kernel put the registers on the stack, see `struct rt_sigframe`. */
  signal: 4,
  /** Nothing called this code. */
  outermost: 5,
  /** Nothing is known, or nothing that fits in here. */
  unknown: 6,
} as const;
