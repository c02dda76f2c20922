import type { BtfId } from "../../btf/types.ts";
import type { Insn } from "../../isa/insn.ts";

/** A function of the program: the entry first. `end` is exclusive; both are instruction indexes. */
export type Subprogram = Readonly<{
  index: number;
  name: string;
  start: number;
  end: number;
  /** Static functions are followed at each call, global ones verified once by their prototype. */
  linkage: "main" | "static" | "global";
  /** FUNC in the program's BTF; 0: none. */
  btfId: BtfId;
}>;

/** What a function does, itself or through those that it calls. */
export type SubprogramFacts = Readonly<{
  /** It calls something that may sleep. */
  maySleep: boolean;
  /** It calls something after which pointers into the packet are void. */
  movesPacket: boolean;
  tailCalls: boolean;
}>;

/** A program whose jumps all lead somewhere, with what the walk asks about its instructions at hand. */
export type Prepared = Readonly<{
  insns: readonly Insn[];
  /** Slot of each instruction, and of the end. */
  slotOf: Int32Array;
  /** Instruction that a jump, a local call or the address of a function leads to; -1 for the others. */
  targetOf: Int32Array;
  subprograms: readonly Subprogram[];
  subprogramOf: Int32Array;
  facts: readonly SubprogramFacts[];
  /** Registers 0 to 9 that may be read after this point before they are written, as bits. */
  liveRegs: Uint16Array;
  /** 8-byte slots of its own frame that the instruction fills whole: at most one, -1 for none. */
  fillsSlot: Int8Array;
  /** Number of the loop (strongly connected component) that the instruction is in; 0 for none. */
  loopOf: Int32Array;
  /** Bits of POINT. */
  points: Uint8Array;
}>;

/** What the walk does at an instruction before it follows it. */
export const POINT = {
  /** A path that comes by with nothing new ends here. */
  prune: 1,
  /** The state is remembered at every visit: loops turn around here. */
  checkpoint: 2,
  /** The address of a function is taken here or a callback is called. */
  callback: 4,
} as const;
