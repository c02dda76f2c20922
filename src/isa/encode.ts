import { unreachable } from "../base/errors.ts";
import { bindNames, type Names } from "./bind-names.ts";
import type { AluOp, CallTarget, ImmRef, Insn, InsnBody, Operand } from "./insn.ts";
import { slotsOf } from "./insn.ts";
import { EncodeError } from "./isa-error.ts";
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
  SIZE_CODE,
} from "./opcodes.ts";

export type ByteOrder = "little" | "big";

export type EncodeOptions = Readonly<{
  /** Order of the target machine; "little" when left out. */
  order?: ByteOrder;
  /** What names stand for; without it an instruction that refers to something by name cannot be encoded. */
  names?: Names;
}>;

/** One slot before it is checked and written; `next` is the immediate of a second slot. */
type Fields = { code: number; dst?: number; src?: number; off?: number; imm?: number; next?: number };

/**
 * The bytes of a program. Calls and references to functions by name become slot offsets to the instruction whose
 * `meta.symbol` is that name, unless `names.func` says otherwise; other names are bound by `names`.
 * Throws EncodeError.
 */
export function encodeProgram(insns: readonly Insn[], options: EncodeOptions = {}): Uint8Array<ArrayBuffer> {
  const bound = bindNames(insns, options.names ?? {});
  let slots = 0;
  for (const insn of bound) slots += slotsOf(insn);
  const bytes = new Uint8Array(slots * 8);
  const view = new DataView(bytes.buffer);
  let at = 0;
  let index = 0;
  for (const insn of bound) at += encodeInsn(insn, view, at, index++, options.order);
  return bytes;
}

/**
 * Writes `insn` at byte `at`; returns the bytes it took: 16 for `loadImm64`, else 8. `insnIndex` is for messages only.
 * Throws EncodeError when a field is out of range or a reference is still a name.
 */
export function encodeInsn(
  insn: InsnBody,
  out: DataView,
  at: number,
  insnIndex = 0,
  order: ByteOrder = "little",
): 8 | 16 {
  const { code, dst = 0, src = 0, off = 0, imm = 0, next } = fieldsOf(insn, insnIndex);
  const fit = (off << 16) >> 16 === off && (imm | 0) === imm && dst >>> 0 === dst && src >>> 0 === src;
  if (!fit || dst > 10 || src > 10) {
    checkRange(insnIndex, "destination register", dst, 0, 10);
    checkRange(insnIndex, "source register", src, 0, 10);
    checkRange(insnIndex, "offset", off, -0x8000, 0x7fff);
    checkRange(insnIndex, "immediate", imm, -0x80000000, 0x7fffffff);
  }
  const little = order === "little";
  out.setUint8(at, code);
  out.setUint8(at + 1, little ? (src << 4) | dst : (dst << 4) | src);
  out.setInt16(at + 2, off, little);
  out.setInt32(at + 4, imm, little);
  if (next === undefined) return 8;
  checkRange(insnIndex, "second immediate", next, -0x80000000, 0x7fffffff);
  out.setUint32(at + 8, 0, little);
  out.setInt32(at + 12, next, little);
  return 16;
}

/** The opcode byte; of an instruction with a name, too. */
export function opcodeOf(insn: InsnBody): number {
  if (insn.kind === "loadImm64") return CLASS.ld | MODE.imm | SIZE_CODE[8];
  if (insn.kind === "call") return CLASS.jmp | JUMP_CALL | (insn.target.kind === "reg" ? FROM_REG : 0);
  return fieldsOf(insn, 0).code;
}

function checkRange(insnIndex: number, what: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new EncodeError(insnIndex, `${what} ${value} is not an integer in ${min}..${max}`, {
    code: "isa/field-range",
    remedy: `give the ${what} a value in ${min}..${max}; larger constants need a 64-bit immediate load, longer jumps gotol`,
  });
}

function fieldsOf(insn: InsnBody, at: number): Fields {
  switch (insn.kind) {
    case "alu":
      return withOperand(
        aluClass(insn.bits) | ALU_CODE[insn.op],
        insn.dst,
        insn.src,
        isSignedDivision(insn.op) ? 1 : 0,
      );
    case "neg":
      return { code: aluClass(insn.bits) | ALU_NEG, dst: insn.dst };
    case "movsx":
      if (insn.bits === 32 && insn.from === 32)
        throw unencodable(at, "a sign extension from 32 to 32 bits", 'use a plain "mov" of 32 bits');
      return {
        code: aluClass(insn.bits) | ALU_CODE.mov | FROM_REG,
        dst: insn.dst,
        src: insn.src,
        off: insn.from,
      };
    case "endian":
      return {
        code: (insn.op === "bswap" ? CLASS.alu64 : CLASS.alu) | ALU_END | (insn.op === "be" ? FROM_REG : 0),
        dst: insn.dst,
        imm: insn.width,
      };
    case "addrSpaceCast":
      return addrSpaceCast(insn, at);
    case "load":
      if (insn.signed && insn.size === 8)
        throw unencodable(
          at,
          "a sign-extending load of 8 bytes",
          "leave `signed` false: there is nothing to extend",
        );
      return {
        code: CLASS.ldx | (insn.signed ? MODE.memsx : MODE.mem) | SIZE_CODE[insn.size],
        dst: insn.dst,
        src: insn.base,
        off: insn.off,
      };
    case "store":
      if (insn.src.kind === "imm")
        return {
          code: CLASS.st | MODE.mem | SIZE_CODE[insn.size],
          dst: insn.base,
          off: insn.off,
          imm: insn.src.imm,
        };
      return {
        code: CLASS.stx | MODE.mem | SIZE_CODE[insn.size],
        dst: insn.base,
        src: insn.src.reg,
        off: insn.off,
      };
    case "atomic":
      return atomic(insn, at);
    case "loadAcquire":
      return {
        code: CLASS.stx | MODE.atomic | SIZE_CODE[insn.size],
        dst: insn.dst,
        src: insn.base,
        off: insn.off,
        imm: ATOMIC_LOAD_ACQUIRE,
      };
    case "storeRelease":
      return {
        code: CLASS.stx | MODE.atomic | SIZE_CODE[insn.size],
        dst: insn.base,
        src: insn.src,
        off: insn.off,
        imm: ATOMIC_STORE_RELEASE,
      };
    case "loadImm64":
      return loadImm64(insn, at);
    case "loadPacket":
      if (insn.mode === "abs" && insn.src !== 0)
        throw unencodable(at, `register r${insn.src} in an absolute packet load`, "set `src` to 0");
      return { code: CLASS.ld | MODE[insn.mode] | SIZE_CODE[insn.size], src: insn.src, imm: insn.imm };
    case "ja":
      return insn.wide
        ? { code: CLASS.jmp32 | JUMP_ALWAYS, imm: insn.off }
        : { code: CLASS.jmp | JUMP_ALWAYS, off: insn.off };
    case "jump":
      return withOperand(
        (insn.bits === 64 ? CLASS.jmp : CLASS.jmp32) | JUMP_CODE[insn.op],
        insn.dst,
        insn.src,
        insn.off,
      );
    case "mayGoto":
      return { code: CLASS.jmp | JUMP_MAY_GOTO, off: insn.off };
    case "call":
      return call(insn.target, at);
    case "exit":
      return { code: CLASS.jmp | JUMP_EXIT };
    default:
      return unreachable(insn);
  }
}

function aluClass(bits: 32 | 64): number {
  return bits === 64 ? CLASS.alu64 : CLASS.alu;
}

function isSignedDivision(op: AluOp): boolean {
  return op === "sdiv" || op === "smod";
}

function withOperand(code: number, dst: number, operand: Operand, off: number): Fields {
  if (operand.kind === "imm") return { code, dst, off, imm: operand.imm };
  return { code: code | FROM_REG, dst, src: operand.reg, off };
}

function addrSpaceCast(insn: InsnBody & { kind: "addrSpaceCast" }, at: number): Fields {
  checkRange(at, "address space", insn.toSpace, 0, 0xffff);
  checkRange(at, "address space", insn.fromSpace, 0, 0xffff);
  const imm = (insn.toSpace << 16) | insn.fromSpace;
  return { code: CLASS.alu64 | ALU_CODE.mov | FROM_REG, dst: insn.dst, src: insn.src, off: 1, imm };
}

function atomic(insn: InsnBody & { kind: "atomic" }, at: number): Fields {
  const exchange = insn.op === "xchg" || insn.op === "cmpxchg";
  if (exchange && !insn.fetch)
    throw unencodable(at, `${insn.op} without fetch`, "set `fetch`: an exchange always returns the old value");
  return {
    code: CLASS.stx | MODE.atomic | SIZE_CODE[insn.size],
    dst: insn.base,
    src: insn.src,
    off: insn.off,
    imm: ATOMIC_CODE[insn.op] | (insn.fetch ? ATOMIC_FETCH : 0),
  };
}

function loadImm64(insn: InsnBody & { kind: "loadImm64" }, at: number): Fields {
  const code = CLASS.ld | MODE.imm | SIZE_CODE[8];
  if (insn.ref === undefined) {
    if (insn.imm < -(1n << 63n) || insn.imm >= 1n << 64n)
      throw new EncodeError(at, `immediate ${insn.imm} does not fit in 64 bits`, {
        code: "isa/field-range",
        remedy: "give a value in -2^63..2^64-1",
      });
    return { code, dst: insn.dst, imm: Number(BigInt.asIntN(32, insn.imm)), next: highHalf(insn.imm) };
  }
  if (insn.imm !== 0n)
    throw unencodable(at, `immediate ${insn.imm} beside a reference (${insn.ref.kind})`, "set `imm` to 0n");
  return { code, dst: insn.dst, ...referenceFields(insn.ref, at) };
}

function highHalf(imm: bigint): number {
  return Number(BigInt.asIntN(32, imm >> 32n));
}

function referenceFields(ref: ImmRef, at: number): Omit<Fields, "code"> {
  switch (ref.kind) {
    case "mapFd":
      return { src: PSEUDO.mapFd, imm: ref.fd, next: 0 };
    case "mapValueFd":
      return { src: PSEUDO.mapValueFd, imm: ref.fd, next: ref.off };
    case "mapIdx":
      return { src: PSEUDO.mapIdx, imm: ref.index, next: 0 };
    case "mapValueIdx":
      return { src: PSEUDO.mapValueIdx, imm: ref.index, next: ref.off };
    case "btfVar":
      return { src: PSEUDO.btfVar, imm: ref.btfId, next: ref.btfFd };
    case "funcOff":
      return { src: PSEUDO.func, imm: ref.off, next: 0 };
    case "map":
    case "mapValue":
      throw unbound(at, `map \`${ref.map}\``);
    case "func":
      throw unbound(at, `function \`${ref.name}\``);
    case "ksym":
      throw unbound(at, `kernel symbol \`${ref.name}\``);
    default:
      return unreachable(ref);
  }
}

function call(target: CallTarget, at: number): Fields {
  const code = CLASS.jmp | JUMP_CALL;
  switch (target.kind) {
    case "helper":
      return { code, src: CALL.helper, imm: target.id };
    case "local":
      return { code, src: CALL.local, imm: target.off };
    case "kfunc":
      return { code, src: CALL.kfunc, imm: target.btfId, off: target.btfFd };
    case "reg":
      return { code: code | FROM_REG, dst: target.reg };
    case "func":
      throw unbound(at, `function \`${target.name}\``);
    case "ksym":
      throw unbound(at, `kernel function \`${target.name}\``);
    default:
      return unreachable(target);
  }
}

function unencodable(at: number, what: string, remedy: string): EncodeError {
  return new EncodeError(at, `${what} has no encoding`, { code: "isa/no-encoding", remedy });
}

function unbound(at: number, what: string): EncodeError {
  return new EncodeError(at, `${what} is not bound to a number`, {
    code: "isa/unbound-name",
    remedy: "encode the whole program with encodeProgram and say in `names` what the name stands for",
  });
}
