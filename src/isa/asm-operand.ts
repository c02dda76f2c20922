import type { AsmCursor } from "./asm-cursor.ts";
import type { MemSize, Operand, Reg } from "./insn.ts";

/** A register as written: `r1` is 64 bits, `w1` its low half. */
export type RegText = Readonly<{ reg: Reg; bits: 32 | 64; start: number }>;

const REGISTER = /([rw])(\d+)\b/y;
const INTEGER = /[+-]?[ \t]*(0[xX][0-9a-fA-F]+|\d+)\b/y;
const MEMORY_TYPE = /([us])(8|16|32|64)\b/y;

export function tryRegister(cursor: AsmCursor): RegText | undefined {
  const start = cursor.position;
  const found = cursor.match(REGISTER);
  if (found === undefined) return undefined;
  const number = Number(found[2]);
  if (number > 10)
    cursor.fail(`there is no register ${found[0]}`, "use r0 to r10 (w0 to w10 for 32 bits)", start);
  return { reg: number as Reg, bits: found[1] === "r" ? 64 : 32, start };
}

export function register(cursor: AsmCursor): RegText {
  return (
    tryRegister(cursor) ??
    cursor.fail(`expected a register, found ${cursor.found()}`, "write r0 to r10, or w0 to w10")
  );
}

/** A register that must be written with 64 bits: bases of addresses, pointers. */
export function wideRegister(cursor: AsmCursor): Reg {
  const { reg, bits, start } = register(cursor);
  if (bits === 32) cursor.fail(`w${reg} is only half a register`, `write r${reg} here`, start);
  return reg;
}

/** A register that must be as wide as its partner. */
export function registerOf(cursor: AsmCursor, bits: 32 | 64): Reg {
  const { reg, bits: own, start } = register(cursor);
  if (own !== bits)
    cursor.fail(
      "both registers must have the same width",
      `write ${bits === 64 ? "r" : "w"}${reg} here`,
      start,
    );
  return reg;
}

/** A register that moves `size` bytes: `w` is accepted up to 4 bytes, as LLVM writes it. */
export function memoryRegister(cursor: AsmCursor, given: RegText, size: MemSize): Reg {
  if (given.bits === 32 && size === 8)
    cursor.fail(`w${given.reg} holds 4 bytes, not 8`, `write r${given.reg} here`, given.start);
  return given.reg;
}

export type IntegerText = Readonly<{ value: bigint; hex: boolean; start: number }>;

export function tryInteger(cursor: AsmCursor): IntegerText | undefined {
  const start = cursor.position;
  const found = cursor.match(INTEGER);
  if (found === undefined) return undefined;
  const digits = found[1] ?? "0";
  if (digits.length > 40)
    cursor.fail("the number has too many digits", "constants have at most 64 bits", start);
  const magnitude = BigInt(digits);
  return { value: found[0].startsWith("-") ? -magnitude : magnitude, hex: /^0[xX]/.test(digits), start };
}

export function integer(cursor: AsmCursor): IntegerText {
  return (
    tryInteger(cursor) ??
    cursor.fail(`expected a number, found ${cursor.found()}`, "write a number, such as 8 or 0x8")
  );
}

/** A number in `min..max`. */
export function integerIn(cursor: AsmCursor, what: string, min: number, max: number): number {
  const { value, start } = integer(cursor);
  if (value < min || value > max)
    cursor.fail(`${what} ${value} is out of range`, `use a value in ${min}..${max}`, start, "asm/range");
  return Number(value);
}

/**
 * An immediate of 32 bits. "wraps": bit 31 may be written unsigned, since the operation sees 32 bits only.
 * "hexWraps": only in hex, as the kernel prints comparisons. "signed": the machine would sign-extend it, so an unsigned
 * spelling is refused.
 */
export type ImmRule = "wraps" | "hexWraps" | "signed";

export function immediate(cursor: AsmCursor, given: IntegerText, rule: ImmRule): number {
  const { value, start } = given;
  const unsignedToo = rule === "wraps" || (rule === "hexWraps" && given.hex);
  if (value >= -0x80000000n && value <= (unsignedToo ? 0xffffffffn : 0x7fffffffn))
    return Number(BigInt.asIntN(32, value));
  const help =
    value > 0n && value <= 0xffffffffn
      ? "the machine sign-extends bit 31: load the constant with `r1 = … ll` first, or write it as a negative number"
      : "load the constant with `r1 = … ll` first";
  return cursor.fail(`${value} does not fit in a signed immediate of 32 bits`, help, start, "asm/range");
}

export function operand(cursor: AsmCursor, bits: 32 | 64, rule: ImmRule): Operand {
  const number = tryInteger(cursor);
  if (number !== undefined) return { kind: "imm", imm: immediate(cursor, number, rule) };
  return { kind: "reg", reg: registerOf(cursor, bits) };
}

export type MemoryType = Readonly<{ size: MemSize; signed: boolean }>;

/** `(u64 *)`; the opening parenthesis is consumed already. */
export function memoryType(cursor: AsmCursor): MemoryType {
  const start = cursor.position;
  const found = cursor.match(MEMORY_TYPE);
  if (found === undefined || found[0] === "s64")
    cursor.fail(
      "not a type of memory",
      "write u8, u16, u32 or u64, or s8, s16 or s32 for a signed load",
      start,
    );
  cursor.expect("*", "types are written (u64 *)");
  cursor.expect(")", "types are written (u64 *)");
  return { size: (Number(found[2]) / 8) as MemSize, signed: found[1] === "s" };
}

export function isSign(character: string): boolean {
  return character === "+" || character === "-";
}

/** `r1 + 8` or `r10 -8` or `r1`, without parentheses. */
export function address(cursor: AsmCursor): Readonly<{ base: Reg; off: number }> {
  const base = wideRegister(cursor);
  if (!isSign(cursor.next)) return { base, off: 0 };
  return { base, off: integerIn(cursor, "offset", -0x8000, 0x7fff) };
}

/** `(u64 *)(r1 + 8)`. */
export function typedAddress(cursor: AsmCursor): Readonly<MemoryType & { base: Reg; off: number }> {
  cursor.expect("(", "write the type of the memory: (u64 *)");
  const type = memoryType(cursor);
  cursor.expect("(", "write the address: (r1 + 8)");
  const place = address(cursor);
  cursor.expect(")", "close the address");
  return { ...type, ...place };
}

/** Like `typedAddress`, for operations that never extend a sign. */
export function unsignedPlace(cursor: AsmCursor): Readonly<{ size: MemSize; base: Reg; off: number }> {
  const start = cursor.position;
  const { size, signed, base, off } = typedAddress(cursor);
  if (signed) cursor.fail("only loads extend a sign", `write (u${size * 8} *)`, start);
  return { size, base, off };
}

/** Like `typedAddress`, for atomic operations. */
export function atomicPlace(cursor: AsmCursor): Readonly<{ size: 4 | 8; base: Reg; off: number }> {
  const start = cursor.position;
  const { size, signed, base, off } = typedAddress(cursor);
  if (signed || (size !== 4 && size !== 8))
    cursor.fail("atomic operations work on 4 or 8 bytes", "write (u32 *) or (u64 *)", start);
  return { size, base, off };
}
