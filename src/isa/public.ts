// `skep/isa`: eBPF instructions as data.
export { type AssembleOptions, assemble } from "./assemble.ts";
export { type BtfPlace, bindNames, hasName, type MapPlace, MISSING_KFUNC, type Names } from "./bind-names.ts";
export { decodeInsn, decodeProgram } from "./decode.ts";
export {
  disassemble,
  formatInsn,
  type ListingOptions,
  type TextOptions,
  type TextStyle,
} from "./disassemble.ts";
export { disassembleXlated } from "./disassemble-xlated.ts";
export { type ByteOrder, type EncodeOptions, encodeInsn, encodeProgram } from "./encode.ts";
export {
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
export {
  type AluOp,
  type AtomicOp,
  type CallTarget,
  type ImmRef,
  type Insn,
  type InsnBody,
  type InsnMeta,
  type JumpOp,
  type MemSize,
  type Operand,
  type Reg,
  slotsOf,
} from "./insn.ts";
export { DecodeError, EncodeError } from "./isa-error.ts";
