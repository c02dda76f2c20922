import type { AsmCursor } from "./asm-cursor.ts";
import {
  address,
  atomicPlace,
  type ImmRule,
  immediate,
  integer,
  integerIn,
  isSign,
  memoryRegister,
  memoryType,
  operand,
  type RegText,
  register,
  registerOf,
  tryInteger,
  tryRegister,
  unsignedPlace,
  wideRegister,
} from "./asm-operand.ts";
import { tryReference } from "./asm-reference.ts";
import { longestFirst, type SymbolTable, symbolOf } from "./asm-symbol.ts";
import type { AluOp, AtomicOp, InsnBody, MemSize } from "./insn.ts";
import { ALU_SYMBOL } from "./text-syntax.ts";

const LOAD_IMM64_OPCODE = 0x18;

const ASSIGNMENTS: SymbolTable<AluOp> = longestFirst(ALU_SYMBOL);

/** What stands after the register on the left: `= …`, `+= …`. Throws AsmSyntaxError. */
export function assignment(cursor: AsmCursor, dst: RegText, opcode: number | undefined): InsnBody {
  const op =
    symbolOf(cursor, ASSIGNMENTS) ??
    cursor.fail(
      `expected an operation, found ${cursor.found()}`,
      "use = += -= *= /= s/= %= s%= &= |= ^= <<= >>= or s>>=",
    );
  if (op === "mov") return moved(cursor, dst, opcode);
  const rule: ImmRule = dst.bits === 32 ? "wraps" : "signed";
  return { kind: "alu", op, bits: dst.bits, dst: dst.reg, src: operand(cursor, dst.bits, rule) };
}

/** What stands after `r1 =`. */
function moved(cursor: AsmCursor, dst: RegText, opcode: number | undefined): InsnBody {
  const src = tryRegister(cursor);
  if (src !== undefined) {
    if (src.bits !== dst.bits)
      cursor.fail(
        "both registers must have the same width",
        "write r for 64 bits on both sides, or w for 32",
        src.start,
      );
    return { kind: "alu", op: "mov", bits: dst.bits, dst: dst.reg, src: { kind: "reg", reg: src.reg } };
  }
  if (cursor.next === "-" && cursor.match(/-[ \t]*(?=[rw]\d)/y)) return negation(cursor, dst);
  if (cursor.eat("*")) return load(cursor, dst);
  if (cursor.eat("(")) return extension(cursor, dst);
  const constant = constantOrReference(cursor, dst, opcode);
  return constant ?? namedOperation(cursor, dst);
}

function negation(cursor: AsmCursor, dst: RegText): InsnBody {
  const start = cursor.position;
  const src = registerOf(cursor, dst.bits);
  if (src !== dst.reg) sameRegister(cursor, dst, start);
  return { kind: "neg", bits: dst.bits, dst: dst.reg };
}

function sameRegister(cursor: AsmCursor, dst: RegText, start: number): never {
  const name = `${dst.bits === 64 ? "r" : "w"}${dst.reg}`;
  return cursor.fail(
    "this instruction works on one register",
    `write ${name} on both sides, after a move`,
    start,
  );
}

function extension(cursor: AsmCursor, dst: RegText): InsnBody {
  const start = cursor.position;
  const from = Number(cursor.match(/s(8|16|32)\s*\)/y)?.[1] ?? 0);
  if (from === 0)
    cursor.fail("expected a sign extension", "write (s8), (s16) or (s32) before the register", start);
  if (from === 32 && dst.bits === 32)
    cursor.fail(
      "32 bits cannot be extended to 32 bits",
      `write w${dst.reg} = … without (s32), or r${dst.reg}`,
      start,
    );
  return {
    kind: "movsx",
    bits: dst.bits,
    from: from as 8 | 16 | 32,
    dst: dst.reg,
    src: registerOf(cursor, dst.bits),
  };
}

function load(cursor: AsmCursor, dst: RegText): InsnBody {
  cursor.expect("(", "write the type of the memory: *(u64 *)");
  const start = cursor.position;
  const { size, signed } = memoryType(cursor);
  if (cursor.eat("skb")) return packetLoad(cursor, dst, size, signed || size === 8 ? start : undefined);
  cursor.expect("(", "write the address: (r1 +8)");
  const { base, off } = address(cursor);
  cursor.expect(")", "close the address");
  if (signed && size === 8) cursor.fail("8 bytes have no sign to extend", "write u64", start);
  if (signed && dst.bits === 32)
    cursor.fail("a signed load fills the whole register", `write r${dst.reg}`, dst.start);
  return { kind: "load", size, signed, dst: memoryRegister(cursor, dst, size), base, off };
}

function packetLoad(cursor: AsmCursor, dst: RegText, size: MemSize, badType: number | undefined): InsnBody {
  if (badType !== undefined || size === 8)
    cursor.fail("packet loads read 1, 2 or 4 unsigned bytes", "write u8, u16 or u32", badType);
  if (dst.reg !== 0) cursor.fail("a packet load always writes r0", "write r0 = …", dst.start);
  cursor.expect("[", "write skb[12] or skb[r1 + 12]");
  const base = tryRegister(cursor);
  if (base === undefined) {
    const imm = immediate(cursor, integer(cursor), "signed");
    cursor.expect("]", "close the bracket");
    return { kind: "loadPacket", mode: "abs", size, src: 0, imm };
  }
  cursor.match(/\+[ \t]*(?=-)/y); // the kernel writes `r1 + -4`
  const imm = isSign(cursor.next) ? immediate(cursor, integer(cursor), "signed") : 0;
  cursor.expect("]", "close the bracket");
  return { kind: "loadPacket", mode: "ind", size, src: base.reg, imm };
}

function constantOrReference(
  cursor: AsmCursor,
  dst: RegText,
  opcode: number | undefined,
): InsnBody | undefined {
  const start = cursor.position;
  const ref = tryReference(cursor);
  const number = ref === undefined ? tryInteger(cursor) : undefined;
  if (ref === undefined && number === undefined) return undefined;
  const long = cursor.eat("ll") || opcode === LOAD_IMM64_OPCODE || ref !== undefined;
  if (number !== undefined && !long) {
    const imm = immediate(cursor, number, dst.bits === 32 ? "wraps" : "signed");
    return { kind: "alu", op: "mov", bits: dst.bits, dst: dst.reg, src: { kind: "imm", imm } };
  }
  if (dst.bits === 32) cursor.fail("a 64-bit load fills the whole register", `write r${dst.reg}`, dst.start);
  if (ref !== undefined) return { kind: "loadImm64", dst: dst.reg, imm: 0n, ref };
  const value = number?.value ?? 0n;
  if (value < -(1n << 63n) || value >= 1n << 64n)
    cursor.fail(`${value} does not fit in 64 bits`, "use a value in -2^63..2^64-1", start, "asm/range");
  return { kind: "loadImm64", dst: dst.reg, imm: BigInt.asUintN(64, value) };
}

const ENDIAN = /(be|le|bswap)(16|32|64)\b/y;
const FETCH = /atomic(?:64)?_fetch_(add|or|and|xor)\b/y;
const EXCHANGE = /(?:atomic(?:64)?_xchg|xchg_64|xchg32_32)\b/y;
const COMPARE = /(?:atomic(?:64)?_cmpxchg|cmpxchg_64|cmpxchg32_32)\b/y;

/** `be16 r1`, `atomic_fetch_add(…)`, `load_acquire(…)` and the like. */
function namedOperation(cursor: AsmCursor, dst: RegText): InsnBody {
  const endian = cursor.match(ENDIAN);
  if (endian !== undefined) {
    const start = cursor.position;
    if (wideRegister(cursor) !== dst.reg) sameRegister(cursor, dst, start);
    if (dst.bits === 32) cursor.fail("a byte swap writes the whole register", `write r${dst.reg}`, dst.start);
    return {
      kind: "endian",
      op: endian[1] as "be" | "le" | "bswap",
      width: Number(endian[2]) as 16 | 32 | 64,
      dst: dst.reg,
    };
  }
  const fetch = cursor.match(FETCH);
  if (fetch !== undefined) return fetchOperation(cursor, dst, fetch[1] as AtomicOp, undefined);
  const exchange = cursor.match(EXCHANGE) ?? undefined;
  if (exchange !== undefined) return fetchOperation(cursor, dst, "xchg", exchange[0]);
  const compare = cursor.match(COMPARE);
  if (compare !== undefined) return fetchOperation(cursor, dst, "cmpxchg", compare[0]);
  if (cursor.eat("load_acquire")) {
    cursor.expect("(", "write load_acquire((u64 *)(r1 +0))");
    const { size, base, off } = unsignedPlace(cursor);
    cursor.expect(")", "close the parenthesis");
    return { kind: "loadAcquire", size, dst: memoryRegister(cursor, dst, size), base, off };
  }
  if (cursor.eat("addr_space_cast")) return addrSpaceCast(cursor, dst);
  return cursor.fail(
    `${cursor.found()} is no value`,
    "write a register, a number, `*(u64 *)(r1 +0)`, `map[name]`, `be16 r1` or an atomic operation",
  );
}

/** The rest of an atomic that returns the old value. `llvmName`: the spelling tells the size and leaves out the type. */
function fetchOperation(cursor: AsmCursor, dst: RegText, op: AtomicOp, llvmName: string | undefined): InsnBody {
  cursor.expect("(", "write the address and the operands in parentheses");
  const bare = llvmName !== undefined && !llvmName.startsWith("atomic");
  const { size, base, off } = bare
    ? { size: llvmName.endsWith("_64") ? (8 as const) : (4 as const), ...address(cursor) }
    : atomicPlace(cursor);
  cursor.expect(",", "then the operand");
  if (op === "cmpxchg") {
    const start = cursor.position;
    const old = memoryRegister(cursor, register(cursor), size);
    if (old !== 0)
      cursor.fail("compare-and-exchange compares with r0", "write r0 as the second operand", start);
    if (dst.reg !== 0)
      cursor.fail("compare-and-exchange returns the old value in r0", "write r0 = …", dst.start);
    cursor.expect(",", "then the new value");
  }
  const start = cursor.position;
  const src = memoryRegister(cursor, register(cursor), size);
  cursor.expect(")", "close the parenthesis");
  if (op !== "cmpxchg" && src !== dst.reg) sameRegister(cursor, dst, start);
  memoryRegister(cursor, dst, size);
  return { kind: "atomic", op, fetch: true, size, base, off, src };
}

function addrSpaceCast(cursor: AsmCursor, dst: RegText): InsnBody {
  if (dst.bits === 32) cursor.fail("an address has 64 bits", `write r${dst.reg}`, dst.start);
  cursor.expect("(", "write addr_space_cast(r1, 0, 1)");
  const src = wideRegister(cursor);
  cursor.expect(",", "then the address space to cast to");
  const toSpace = integerIn(cursor, "address space", 0, 0xffff);
  cursor.expect(",", "then the address space to cast from");
  const fromSpace = integerIn(cursor, "address space", 0, 0xffff);
  cursor.expect(")", "close the parenthesis");
  return { kind: "addrSpaceCast", dst: dst.reg, src, toSpace, fromSpace };
}
