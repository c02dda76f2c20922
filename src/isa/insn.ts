import type { SourceLine } from "../base/source-line.ts";

/** Register number: r0 result, r1-r5 arguments, r6-r9 preserved across calls, r10 frame pointer (read-only). */
export type Reg = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10;

export type Operand = Readonly<{ kind: "reg"; reg: Reg } | { kind: "imm"; imm: number }>;

// biome-ignore format: one line per group
export type AluOp =
  | "add" | "sub" | "mul" | "div" | "sdiv" | "mod" | "smod"
  | "or" | "and" | "xor" | "lsh" | "rsh" | "arsh" | "mov";

// biome-ignore format: one line per group
export type JumpOp =
  | "eq" | "ne" | "gt" | "ge" | "lt" | "le"
  | "sgt" | "sge" | "slt" | "sle" | "set";

export type AtomicOp = "add" | "or" | "and" | "xor" | "xchg" | "cmpxchg";

/** Bytes that a load or store moves. */
export type MemSize = 1 | 2 | 4 | 8;

/**
 * What a 64-bit immediate load refers to (its `src` register field in RFC 9669, section 5.4).
 * By name while an object is being built; by number once it is bound to a kernel (or was decoded from bytes).
 */
export type ImmRef = Readonly<
  | { kind: "map"; map: string } // address of the map
  | { kind: "mapValue"; map: string; off: number } // address in the first value of an array map
  | { kind: "mapFd"; fd: number }
  | { kind: "mapValueFd"; fd: number; off: number }
  | { kind: "mapIdx"; index: number }
  | { kind: "mapValueIdx"; index: number; off: number }
  | { kind: "btfVar"; btfId: number; btfFd: number } // address of a kernel variable (ksym)
  | { kind: "func"; name: string } // address of a subprogram, for callbacks
  | { kind: "funcOff"; off: number } // the same, as slots from the second slot of this load
  | { kind: "ksym"; name: string; weak: boolean } // extern kernel symbol, not yet resolved
>;

export type CallTarget = Readonly<
  | { kind: "helper"; id: number }
  | { kind: "local"; off: number } // BPF-to-BPF: slots from the next instruction
  | { kind: "func"; name: string } // the same, by name
  | { kind: "kfunc"; btfId: number; btfFd: number }
  | { kind: "ksym"; name: string; weak: boolean } // kernel function by name, not yet resolved
  | { kind: "reg"; reg: Reg } // callx
>;

/**
 * One eBPF instruction: all of RFC 9669. `off` of memory operations counts bytes from `base`; `off` of jumps counts
 * 8-byte slots from the next instruction; `imm` is sign-extended to 64 bits where the operation is 64 bits wide.
 */
export type InsnBody = Readonly<
  | { kind: "alu"; op: AluOp; bits: 32 | 64; dst: Reg; src: Operand }
  | { kind: "neg"; bits: 32 | 64; dst: Reg }
  | { kind: "movsx"; bits: 32 | 64; from: 8 | 16 | 32; dst: Reg; src: Reg }
  | { kind: "endian"; op: "le" | "be" | "bswap"; width: 16 | 32 | 64; dst: Reg }
  | { kind: "addrSpaceCast"; dst: Reg; src: Reg; toSpace: number; fromSpace: number } // arena pointers, Linux 6.9; 1: arena, 0: kernel
  | { kind: "load"; size: MemSize; signed: boolean; dst: Reg; base: Reg; off: number }
  | { kind: "store"; size: MemSize; base: Reg; off: number; src: Operand }
  | { kind: "atomic"; op: AtomicOp; fetch: boolean; size: 4 | 8; base: Reg; off: number; src: Reg }
  | { kind: "loadAcquire"; size: MemSize; dst: Reg; base: Reg; off: number }
  | { kind: "storeRelease"; size: MemSize; base: Reg; off: number; src: Reg }
  | { kind: "loadImm64"; dst: Reg; imm: bigint; ref?: ImmRef }
  | { kind: "loadPacket"; mode: "abs" | "ind"; size: 1 | 2 | 4; src: Reg; imm: number }
  | { kind: "ja"; off: number; wide: boolean } // wide: gotol, 32-bit offset
  | { kind: "jump"; op: JumpOp; bits: 32 | 64; dst: Reg; src: Operand; off: number }
  | { kind: "mayGoto"; off: number } // jcond, Linux 6.10
  | { kind: "call"; target: CallTarget }
  | { kind: "exit" }
>;

/** What travels with an instruction and is not part of its bytes. */
export type InsnMeta = Readonly<{
  /** The name of the subprogram that starts here. */
  symbol?: string;
  line?: SourceLine;
  /** CO-RE relocation or the like, resolved in object/. */
  reloc?: unknown;
}>;

export type Insn = InsnBody & Readonly<{ meta?: InsnMeta }>;

/** 8-byte slots that the instruction takes: 2 for a 64-bit immediate load, else 1. */
export function slotsOf(insn: InsnBody): 1 | 2 {
  return insn.kind === "loadImm64" ? 2 : 1;
}
