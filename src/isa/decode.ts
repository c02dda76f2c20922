import type { ByteOrder } from "./encode.ts";
import type {
  AluOp,
  AtomicOp,
  CallTarget,
  ImmRef,
  Insn,
  InsnBody,
  JumpOp,
  MemSize,
  Operand,
  Reg,
} from "./insn.ts";
import { slotsOf } from "./insn.ts";
import { DecodeError } from "./isa-error.ts";
import {
  ALU_CODE,
  ALU_END,
  ALU_NEG,
  ATOMIC_CODE,
  ATOMIC_FETCH,
  ATOMIC_LOAD_ACQUIRE,
  ATOMIC_STORE_RELEASE,
  CALL,
  CLASS,
  FROM_REG,
  JUMP_ALWAYS,
  JUMP_CALL,
  JUMP_CODE,
  JUMP_EXIT,
  JUMP_MAY_GOTO,
  MODE,
  PSEUDO,
} from "./opcodes.ts";

/**
 * The instructions that `bytes` hold: RFC 9669 with every conformance group, and the kernel's load-acquire,
 * store-release, may_goto and address space casts (v6.18). Throws DecodeError for anything else: an unknown opcode, a
 * register above r10, a reserved field that is not zero, half a 64-bit load, bytes left over. Says nothing about where
 * jumps lead; writes to r10 are the verifier's business.
 */
export function decodeProgram(bytes: Uint8Array, order: ByteOrder = "little"): Insn[] {
  const slots = Math.floor(bytes.length / 8);
  if (bytes.length % 8 !== 0)
    throw fail(slots, `${bytes.length % 8} bytes are left after the last whole instruction of 8 bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const insns: Insn[] = [];
  for (let slot = 0; slot < slots; ) {
    const insn = decodeInsn(view, slot, order);
    insns.push(insn);
    slot += slotsOf(insn);
  }
  return insns;
}

/** The instruction that starts at slot `slotIndex`; it takes `slotsOf` slots. Throws DecodeError. */
export function decodeInsn(view: DataView, slotIndex: number, order: ByteOrder = "little"): InsnBody {
  const at = slotIndex * 8;
  if (slotIndex < 0 || at + 8 > view.byteLength) throw fail(slotIndex, "the program ends before this slot");
  const little = order === "little";
  const registers = view.getUint8(at + 1);
  const low = registers & 15;
  const high = registers >> 4;
  const slot: Slot = {
    index: slotIndex,
    code: view.getUint8(at),
    dst: register(slotIndex, "destination", little ? low : high),
    src: register(slotIndex, "source", little ? high : low),
    off: view.getInt16(at + 2, little),
    imm: view.getInt32(at + 4, little),
  };
  if (slot.code === LOAD_IMM64) return loadImm64(view, slot, little);
  return CLASS_DECODERS[slot.code & 7]?.(slot) ?? unknownOpcode(slot);
}

const LOAD_IMM64 = 0x18;

type Slot = Readonly<{ index: number; code: number; dst: Reg; src: Reg; off: number; imm: number }>;

function fail(slotIndex: number, what: string): DecodeError {
  return new DecodeError(slotIndex, what, {
    code: "isa/bad-encoding",
    remedy:
      "check that the bytes are eBPF of this byte order, whole and uncompressed; rebuild the object if they are not",
  });
}

function hex(code: number): string {
  return `0x${code.toString(16).padStart(2, "0")}`;
}

function unknownOpcode(slot: Slot): never {
  throw fail(slot.index, `opcode ${hex(slot.code)} is no instruction`);
}

function register(slotIndex: number, role: string, reg: number): Reg {
  if (reg > 10) throw fail(slotIndex, `${role} register r${reg} does not exist; the last is r10`);
  return reg as Reg;
}

type Field = "dst" | "src" | "off" | "imm";
const FIELD_WORDS: Readonly<Record<Field, string>> = {
  dst: "destination register",
  src: "source register",
  off: "offset",
  imm: "immediate",
};

function expectZero(slot: Slot, ...fields: readonly Field[]): void {
  for (const field of fields) {
    if (slot[field] === 0) continue;
    const what = `${FIELD_WORDS[field]} of opcode ${hex(slot.code)} is reserved and must be 0, but holds ${slot[field]}`;
    throw fail(slot.index, what);
  }
}

/** Second operand of arithmetic and jumps; the field that it does not use must be zero. */
function operand(slot: Slot): Operand {
  if (slot.code & FROM_REG) {
    expectZero(slot, "imm");
    return { kind: "reg", reg: slot.src };
  }
  expectZero(slot, "src");
  return { kind: "imm", imm: slot.imm };
}

type Decoder = (slot: Slot) => InsnBody | undefined;

const CLASS_DECODERS: Readonly<Record<number, Decoder>> = {
  [CLASS.ld]: loadLegacy,
  [CLASS.ldx]: load,
  [CLASS.st]: storeImm,
  [CLASS.stx]: storeReg,
  [CLASS.alu]: (slot) => arithmetic(slot, 32),
  [CLASS.jmp]: (slot) => jump(slot, 64),
  [CLASS.jmp32]: (slot) => jump(slot, 32),
  [CLASS.alu64]: (slot) => arithmetic(slot, 64),
};

/** The table with numbers as keys; of names that share a number the first stays, so that div and mod win. */
function byNumber<K extends string>(codes: Readonly<Record<K, number>>): ReadonlyMap<number, K> {
  return new Map((Object.keys(codes) as K[]).reverse().map((name) => [codes[name], name]));
}

const ALU_OPS: ReadonlyMap<number, AluOp> = byNumber(ALU_CODE);
const JUMP_OPS: ReadonlyMap<number, JumpOp> = byNumber(JUMP_CODE);
const ATOMIC_OPS: ReadonlyMap<number, AtomicOp> = byNumber(ATOMIC_CODE);
const SIZES: readonly MemSize[] = [4, 2, 1, 8]; // by the size bits of the opcode

function sizeOf(slot: Slot): MemSize {
  return SIZES[(slot.code >> 3) & 3] ?? 8;
}

function arithmetic(slot: Slot, bits: 32 | 64): InsnBody | undefined {
  const code = slot.code & 0xf0;
  if (code === ALU_END) return endian(slot, bits);
  if (code === ALU_NEG) {
    if (slot.code & FROM_REG) return undefined;
    expectZero(slot, "src", "off", "imm");
    return { kind: "neg", bits, dst: slot.dst };
  }
  const op = ALU_OPS.get(code);
  if (op === undefined) return undefined;
  if (op === "mov" && slot.off !== 0) return moveVariant(slot, bits);
  if ((op === "div" || op === "mod") && slot.off === 1)
    return { kind: "alu", op: op === "div" ? "sdiv" : "smod", bits, dst: slot.dst, src: operand(slot) };
  if (slot.off !== 0)
    throw fail(slot.index, `offset ${slot.off} of opcode ${hex(slot.code)} (${op}) selects no known variant`);
  return { kind: "alu", op, bits, dst: slot.dst, src: operand(slot) };
}

function moveVariant(slot: Slot, bits: 32 | 64): InsnBody {
  const { off, dst, src } = slot;
  if (slot.code & FROM_REG) {
    if (off === 8 || off === 16 || (off === 32 && bits === 64)) {
      expectZero(slot, "imm");
      return { kind: "movsx", bits, from: off, dst, src };
    }
    if (off === 1 && bits === 64)
      return { kind: "addrSpaceCast", dst, src, toSpace: slot.imm >>> 16, fromSpace: slot.imm & 0xffff };
  }
  throw fail(slot.index, `offset ${off} of opcode ${hex(slot.code)} (mov) selects no known variant`);
}

function endian(slot: Slot, bits: 32 | 64): InsnBody | undefined {
  const toBig = (slot.code & FROM_REG) !== 0;
  if (bits === 64 && toBig) return undefined;
  expectZero(slot, "src", "off");
  const width = slot.imm;
  if (width !== 16 && width !== 32 && width !== 64)
    throw fail(slot.index, `byte swap of ${width} bits; the immediate must be 16, 32 or 64`);
  return { kind: "endian", op: bits === 64 ? "bswap" : toBig ? "be" : "le", width, dst: slot.dst };
}

function jump(slot: Slot, bits: 32 | 64): InsnBody | undefined {
  const code = slot.code & 0xf0;
  const op = JUMP_OPS.get(code);
  if (op !== undefined) return { kind: "jump", op, bits, dst: slot.dst, src: operand(slot), off: slot.off };
  if (code === JUMP_CALL && bits === 64) return { kind: "call", target: callTarget(slot) };
  if (slot.code & FROM_REG) return undefined;
  if (code === JUMP_ALWAYS) {
    expectZero(slot, "dst", "src", bits === 64 ? "imm" : "off");
    return { kind: "ja", off: bits === 64 ? slot.off : slot.imm, wide: bits === 32 };
  }
  if (bits === 32) return undefined;
  if (code === JUMP_EXIT) {
    expectZero(slot, "dst", "src", "off", "imm");
    return { kind: "exit" };
  }
  if (code === JUMP_MAY_GOTO) {
    expectZero(slot, "dst", "src", "imm");
    return { kind: "mayGoto", off: slot.off };
  }
  return undefined;
}

function callTarget(slot: Slot): CallTarget {
  if (slot.code & FROM_REG) {
    expectZero(slot, "src", "off", "imm"); // clang before 19 put the register into the immediate
    return { kind: "reg", reg: slot.dst };
  }
  expectZero(slot, "dst");
  if (slot.src === CALL.kfunc) return { kind: "kfunc", btfId: slot.imm, btfFd: slot.off };
  expectZero(slot, "off");
  if (slot.src === CALL.helper) return { kind: "helper", id: slot.imm };
  if (slot.src === CALL.local) return { kind: "local", off: slot.imm };
  throw fail(
    slot.index,
    `call of kind ${slot.src}; known are 0 (helper), 1 (subprogram) and 2 (kernel function)`,
  );
}

function load(slot: Slot): InsnBody | undefined {
  const mode = slot.code & 0xe0;
  const size = sizeOf(slot);
  const signed = mode === MODE.memsx;
  if ((mode !== MODE.mem && !signed) || (signed && size === 8)) return undefined;
  expectZero(slot, "imm");
  return { kind: "load", size, signed, dst: slot.dst, base: slot.src, off: slot.off };
}

function storeImm(slot: Slot): InsnBody | undefined {
  if ((slot.code & 0xe0) !== MODE.mem) return undefined;
  expectZero(slot, "src");
  return {
    kind: "store",
    size: sizeOf(slot),
    base: slot.dst,
    off: slot.off,
    src: { kind: "imm", imm: slot.imm },
  };
}

function storeReg(slot: Slot): InsnBody | undefined {
  const mode = slot.code & 0xe0;
  if (mode === MODE.atomic) return atomic(slot);
  if (mode !== MODE.mem) return undefined;
  expectZero(slot, "imm");
  return {
    kind: "store",
    size: sizeOf(slot),
    base: slot.dst,
    off: slot.off,
    src: { kind: "reg", reg: slot.src },
  };
}

function atomic(slot: Slot): InsnBody {
  const { dst, src, off, imm } = slot;
  const size = sizeOf(slot);
  if (imm === ATOMIC_LOAD_ACQUIRE) return { kind: "loadAcquire", size, dst, base: src, off };
  if (imm === ATOMIC_STORE_RELEASE) return { kind: "storeRelease", size, base: dst, off, src };
  const fetch = (imm & ATOMIC_FETCH) !== 0;
  const op = ATOMIC_OPS.get(imm) ?? (fetch ? ATOMIC_OPS.get(imm & ~ATOMIC_FETCH) : undefined);
  if (op === undefined) throw fail(slot.index, `immediate ${imm} names no atomic operation`);
  if (size !== 4 && size !== 8)
    throw fail(slot.index, `atomic ${op} of ${size} bytes; only 4 and 8 are possible`);
  return { kind: "atomic", op, fetch, size, base: dst, off, src };
}

function loadLegacy(slot: Slot): InsnBody | undefined {
  const mode = slot.code & 0xe0;
  const size = sizeOf(slot);
  if ((mode !== MODE.abs && mode !== MODE.ind) || size === 8) return undefined;
  expectZero(slot, "dst", "off");
  if (mode === MODE.ind) return { kind: "loadPacket", mode: "ind", size, src: slot.src, imm: slot.imm };
  expectZero(slot, "src");
  return { kind: "loadPacket", mode: "abs", size, src: 0, imm: slot.imm };
}

function loadImm64(view: DataView, slot: Slot, little: boolean): InsnBody {
  expectZero(slot, "off");
  const at = slot.index * 8 + 8;
  if (at + 8 > view.byteLength)
    throw fail(slot.index, "a 64-bit immediate load needs a second slot, but the program ends");
  if (view.getUint32(at, little) !== 0)
    throw fail(
      slot.index + 1,
      "the second slot of a 64-bit immediate load must be zero except for its immediate",
    );
  const next = view.getInt32(at + 4, little);
  if (slot.src !== 0) return { kind: "loadImm64", dst: slot.dst, imm: 0n, ref: reference(slot, next) };
  const imm = (BigInt(next >>> 0) << 32n) | BigInt(slot.imm >>> 0);
  return { kind: "loadImm64", dst: slot.dst, imm };
}

function reference(slot: Slot, next: number): ImmRef {
  const { src, imm } = slot;
  switch (src) {
    case PSEUDO.mapValueFd:
      return { kind: "mapValueFd", fd: imm, off: next };
    case PSEUDO.mapValueIdx:
      return { kind: "mapValueIdx", index: imm, off: next };
    case PSEUDO.btfVar:
      return { kind: "btfVar", btfId: imm, btfFd: next };
    case PSEUDO.mapFd:
    case PSEUDO.mapIdx:
    case PSEUDO.func:
      break;
    default:
      throw fail(slot.index, `64-bit immediate load of kind ${src}; known are 0 to 6`);
  }
  if (next !== 0)
    throw fail(slot.index + 1, `immediate ${next} is reserved and must be 0 in a 64-bit load of kind ${src}`);
  if (src === PSEUDO.func) return { kind: "funcOff", off: imm };
  return src === PSEUDO.mapFd ? { kind: "mapFd", fd: imm } : { kind: "mapIdx", index: imm };
}
