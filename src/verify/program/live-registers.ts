import type { Insn, Operand, Reg } from "../../isa/insn.ts";
import { successors } from "./flow.ts";

const ARGUMENTS = 0b111110; // r1 to r5
const CLOBBERED = 0b111111; // r0 to r5

/** What an instruction reads and writes, as bits. r10 is always there and does not count. */
export type RegisterUse = Readonly<{ reads: number; writes: number }>;

const bit = (reg: Reg): number => (reg === 10 ? 0 : 1 << reg);
const operand = (src: Operand): number => (src.kind === "reg" ? bit(src.reg) : 0);

/** `argumentsOf` says how many arguments a call takes. */
export function registerUse(insn: Insn, argumentsOf: (insn: Insn) => number): RegisterUse {
  switch (insn.kind) {
    case "alu":
      return { reads: operand(insn.src) | (insn.op === "mov" ? 0 : bit(insn.dst)), writes: bit(insn.dst) };
    case "neg":
    case "endian":
      return { reads: bit(insn.dst), writes: bit(insn.dst) };
    case "movsx":
    case "addrSpaceCast":
      return { reads: bit(insn.src), writes: bit(insn.dst) };
    case "load":
    case "loadAcquire":
      return { reads: bit(insn.base), writes: bit(insn.dst) };
    case "store":
      return { reads: bit(insn.base) | operand(insn.src), writes: 0 };
    case "storeRelease":
      return { reads: bit(insn.base) | bit(insn.src), writes: 0 };
    case "atomic": {
      const compares = insn.op === "cmpxchg";
      const fetched = insn.fetch || insn.op === "xchg" || compares ? (compares ? 1 : bit(insn.src)) : 0;
      return { reads: bit(insn.base) | bit(insn.src) | (compares ? 1 : 0), writes: fetched };
    }
    case "loadImm64":
      return { reads: 0, writes: bit(insn.dst) };
    case "loadPacket":
      return { reads: bit(6) | (insn.mode === "ind" ? bit(insn.src) : 0), writes: CLOBBERED };
    case "jump":
      return { reads: bit(insn.dst) | operand(insn.src), writes: 0 };
    case "call":
      return { reads: ARGUMENTS & ((2 << argumentsOf(insn)) - 1), writes: CLOBBERED };
    case "exit":
      return { reads: 1, writes: 0 };
    default:
      return { reads: 0, writes: 0 };
  }
}

/**
 * For each instruction, the registers whose value may still be read when it runs or later. `postorder` holds the
 * reachable instructions, successors first.
 */
export function liveRegisters(
  insns: readonly Insn[],
  targetOf: Int32Array,
  postorder: readonly number[],
  argumentsOf: (insn: Insn) => number,
): Uint16Array {
  const live = new Uint16Array(insns.length);
  const uses = insns.map((insn) => registerUse(insn, argumentsOf));
  for (let changed = true; changed; ) {
    changed = false;
    for (const i of postorder) {
      const use = uses[i];
      if (use === undefined) continue;
      let after = 0;
      successors(insns, targetOf, i, (next) => {
        after |= live[next] ?? 0;
      });
      const before = (after & ~use.writes) | use.reads;
      if (before === live[i]) continue;
      live[i] = before;
      changed = true;
    }
  }
  return live;
}
