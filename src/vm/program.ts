import type { ProgramType } from "../abi/attach-spec.ts";
import type { Btf } from "../btf/types.ts";
import type { CallTarget, InsnBody } from "../isa/insn.ts";
import type { Arena } from "./arena.ts";
import type { HelperRecord, KfuncRecord } from "./helpers/helper.ts";

/** One function of a program: instructions `start` up to, not including, `end`. */
export type FunctionCode = Readonly<{ name: string; start: number; end: number }>;

/** A program that passed the checks at load; what both engines run. */
export type Program = Readonly<{
  id: number;
  name: string;
  type: ProgramType;
  /** References are numbers by now: `loadImm64` has no `ref`. */
  insns: readonly InsnBody[];
  /** Per instruction: where it jumps to or which instruction it calls; -1 for others. */
  targets: Int32Array;
  /** Per instruction that starts a basic block: how many instructions the block has; 0 for others. */
  costs: Int32Array;
  /** In code order; the first is where a run begins. */
  functions: readonly FunctionCode[];
  /** Helpers and kernel functions that are called, by `calleeId`. */
  callees: ReadonlyMap<number, HelperRecord | KfuncRecord>;
  /** Those of them that are helpers, by number. */
  helpers: readonly (HelperRecord | KfuncRecord | undefined)[];
  /** Whether any of them asks for what Environment.placeFacts tells. */
  usesFacts: boolean;
  /** Value of r6 is a packet context: legacy packet loads are used. */
  loadsPacket: boolean;
  /** Of the object that it comes from. */
  btf: Btf | undefined;
  /** Where the function starts that an exception calls; -1 for none. */
  exceptionCallback: number;
  /** The arena that it uses. */
  arena: Arena | undefined;
  /** How much of the stack a run may use: it is cleared first. */
  stackBytes: number;
}>;

/** The `btfFd` of calls of kernel functions once they are bound: `btfId` counts the machine's own then. */
export const OWN_KFUNC = -1;
const FIRST_KFUNC = 0x4000_0000;

/** Number by which engines ask for a helper or a kernel function; undefined for functions of the program. */
export function calleeId(target: CallTarget): number | undefined {
  if (target.kind === "helper") return target.id;
  return target.kind === "kfunc" ? FIRST_KFUNC + target.btfId : undefined;
}

const FUNCTION_SPACE = 0xffff_f000_0000_0000n;

/** What a program sees as the address of its function that starts at `insnIndex`: far from all memory. */
export function functionAddress(programId: number, insnIndex: number): bigint {
  return FUNCTION_SPACE + (BigInt(programId) << 28n) + BigInt(insnIndex * 8);
}

/** The function of `program` that has this address, or undefined. */
export function functionAt(program: Program, address: bigint): FunctionCode | undefined {
  const offset = address - functionAddress(program.id, 0);
  if (offset < 0n || offset >= BigInt(program.insns.length * 8) || offset % 8n !== 0n) return undefined;
  const start = Number(offset / 8n);
  return program.functions.find((code) => code.start === start);
}

/** The last function that starts at or before the instruction. */
export function functionOf(program: Program, insnIndex: number): FunctionCode {
  const found = program.functions.findLast((code) => code.start <= insnIndex);
  if (found === undefined) throw new Error("bug: a program without functions");
  return found;
}
