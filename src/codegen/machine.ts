import type { Span } from "../base/span.ts";
import type { CoreQuestion, SlotId } from "../ir/ir.ts";
import type { AluOp, AtomicOp, ImmRef, JumpOp, MemSize } from "../isa/insn.ts";

/** A register before allocation. Each is defined once: machine code is in SSA form until `emit`. */
export type VReg = number;

/** The `width` of a call of a function that is in another object. */
export const EXTERN_CALL = -1;

/** An operand: a VReg (0 and up), `NONE`, or a constant by `constantSrc`. Plain numbers, for the allocator's loops. */
export type Src = number;
export const NONE: Src = -1;

/** What needs no register of its own: it is written into the one where it is wanted. */
export type Constant = Readonly<
  | { kind: "int"; value: bigint } // as a 64-bit register holds it
  | { kind: "slot"; slot: SlotId; off: number } // address of a byte of the frame
  | { kind: "core"; question: CoreQuestion } // what the kernel's types say
  | { kind: "ref"; ref: ImmRef } // map, map value or function address
>;

export function constantSrc(index: number): Src {
  return -2 - index;
}

/** Index in `MFunc.constants` of a constant operand. */
export function constantIndex(src: Src): number {
  return -2 - src;
}

/**
 * | kind    | effect                                                              | operands |
 * |---------|---------------------------------------------------------------------|----------|
 * | mov     | def = a                                                             | a: any   |
 * | zext    | def = low half of a                                                 | a: register |
 * | alu     | def = a op b                                                        | a: any, b: register or int |
 * | neg     | def = -a                                                            | a: any   |
 * | endian  | def = low `width` bits of a, bytes reversed                         | a: any   |
 * | movsx   | def = low `width` bits of a, sign-extended to `bits`                | a: register |
 * | load    | def = memory at a + off                                             | a: register or slot |
 * | store   | memory at a + off = b                                               | a: register or slot, b: register or int |
 * | atomic  | memory at a + off op= b                                             | a: register or slot, b: register |
 * | fetch   | the same, def = old value                                           | a: register or slot, b: any |
 * | cmpxchg | if memory at a + off == c then it = b; def = old value              | a: register or slot, b: register, c: any |
 * | call    | def = helper `width`, or function `name` (`EXTERN_CALL`: elsewhere)   | args: any |
 * | select  | def = c if a op b else d                                            | a: register, b: register or int, c and d: any |
 * | branch  | to the block's first successor if a op b, else to the second        | a: register, b: register or int |
 * | jump    | to the block's only successor                                       |          |
 * | return  | r0 = a; exit                                                        | a: any   |
 */
export type MKind =
  | "mov"
  | "zext"
  | "alu"
  | "neg"
  | "endian"
  | "movsx"
  | "load"
  | "store"
  | "atomic"
  | "fetch"
  | "cmpxchg"
  | "call"
  | "select"
  | "branch"
  | "jump"
  | "return";

/** One machine instruction; all have the same shape, so that loops over them stay fast. */
export type MInst = {
  readonly kind: MKind;
  readonly def: VReg;
  /** `alu`: the allocator may exchange a and b where the operation allows it. */
  a: Src;
  b: Src;
  c: Src;
  d: Src;
  args: readonly Src[];
  op: AluOp | JumpOp | AtomicOp;
  bits: 32 | 64;
  size: MemSize;
  signed: boolean;
  off: number;
  /** Bits for endian and movsx, the helper's number for calls. */
  width: number;
  /** The function that is called; empty for helpers. */
  name: string;
  readonly span: Span | undefined;
};

const NO_ARGS: readonly Src[] = [];

/** An instruction with what most kinds have; all else is at its default, for the caller to set. */
export function machineInst(kind: MKind, def: VReg, a: Src, b: Src, span: Span | undefined): MInst {
  const args = NO_ARGS;
  // Defaults are literals (-1 is NONE): the engine copies them all at once.
  // biome-ignore format: what is given, what is not
  return {
    kind, def, a, b, args, span,
    c: -1, d: -1, op: "mov", bits: 64, size: 8, signed: false, off: 0, width: 0, name: "",
  };
}

/** A block: instructions `first` … `last` of the function, the last one being its terminator. */
export type MBlock = Readonly<{
  params: readonly VReg[];
  first: number;
  last: number;
  /** Indices of blocks; a branch has two. */
  succs: readonly number[];
  preds: readonly number[];
  /** Values for the successors' parameters, in the order of `succs`. */
  edgeArgs: readonly (readonly Src[])[];
  /** How many loops the block is in. */
  depth: number;
}>;

/** A function in machine instructions; blocks stand in the order in which they will be laid out. */
export type MFunc = Readonly<{
  name: string;
  blocks: readonly MBlock[];
  insts: readonly MInst[];
  /** What r1, r2 … hold at the start: the parameters, or the context; NONE where nobody asks. */
  incoming: readonly VReg[];
  constants: readonly Constant[];
  /** VRegs are 0 … vregCount - 1. */
  vregCount: number;
  /**
   * 1 for VRegs whose bounds the verifier must know (offsets, sizes): they are stored again at every spill, because
   * kernels before 6.4 forget that a stored scalar and its register are the same number. Most functions spill nothing,
   * so that nobody asks.
   */
  findBounded: () => Uint8Array;
  /** Operand that stands for each IR value; NONE where the value needed none. */
  operandOf: Int32Array;
}>;

/** `a op b` as `b swapped a`; undefined where there is no such operation. */
export const SWAPPED_JUMP: Readonly<Record<JumpOp, JumpOp>> = {
  eq: "eq",
  ne: "ne",
  gt: "lt",
  ge: "le",
  lt: "gt",
  le: "ge",
  sgt: "slt",
  sge: "sle",
  slt: "sgt",
  sle: "sge",
  set: "set",
};

/** The comparison that is true when the other is false; `set` has none. */
export const INVERSE_JUMP: Readonly<Record<Exclude<JumpOp, "set">, JumpOp>> = {
  eq: "ne",
  ne: "eq",
  gt: "le",
  ge: "lt",
  lt: "ge",
  le: "gt",
  sgt: "sle",
  sge: "slt",
  slt: "sge",
  sle: "sgt",
};

/** Whether `a op b` equals `b op a`. */
export function isCommutative(op: MInst["op"]): boolean {
  return op === "add" || op === "mul" || op === "and" || op === "or" || op === "xor";
}

/** The number as a signed 32-bit immediate that sign-extends to it, or undefined. */
export function asImm32(value: bigint): number | undefined {
  const signed = BigInt.asIntN(64, value);
  return signed >= -0x80000000n && signed <= 0x7fffffffn ? Number(signed) : undefined;
}
