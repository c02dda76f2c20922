import type { InsnBody, MemSize, Reg } from "../../isa/insn.ts";
import type { FunctionCode, Program } from "../program.ts";
import { type CodeWriter, TYPE } from "./code-writer.ts";

/**
 * Locals of every compiled function. r1 … r5 and r10 are its parameters; r10 is kept as `frameStart`, the lowest byte
 * of the frame, so that accesses to the stack need no arithmetic.
 */
export const LOCAL = {
  frameStart: 5, // i32
  r10: 11, // i64
  fuel: 12, // i32
  mayGotos: 13, // i32: how often may_goto may still go on
  label: 14, // i32: the next block, for dispatch
  epoch: 15, // i32: what CONTROL.epoch was when the windows were read
  at: 16, // i32: an address
  target: 17, // i64: an address that is not checked yet
  value: 18, // i64
} as const;
const FIRST_WINDOW = 19;

/** The local that holds a register. */
export function registerLocal(reg: Reg): number {
  if (reg === 0) return 6;
  if (reg <= 5) return reg - 1;
  return reg === 10 ? LOCAL.r10 : reg + 1;
}

/** Position of a limit in CONTROL.window: reads, then writes, of 1, 2, 4, 8 bytes. */
export function limitIndex(size: MemSize, write: boolean): number {
  return (write ? 5 : 1) + Math.log2(size);
}

/** What a function remembers per register: where a region starts, and how far in an access of some kind may begin. */
export type Windows = Readonly<{
  /** Locals of register `base`, by position in CONTROL.window; 0 is the start. */
  of(base: Reg): ReadonlyMap<number, number>;
  /** All limits: where they are 0, nothing is remembered. */
  limits: readonly number[];
  count: number;
  /** The first local behind them. */
  nextLocal: number;
}>;

/** Gives locals to the kinds of access that occur in the function. */
export function planWindows(program: Program, { start, end }: FunctionCode): Windows {
  const byBase = new Map<Reg, Map<number, number>>();
  const limits: number[] = [];
  let count = 0;
  const add = (windows: Map<number, number>, index: number): void => {
    if (windows.has(index)) return;
    const local = FIRST_WINDOW + count++;
    windows.set(index, local);
    if (index !== 0) limits.push(local);
  };
  for (let i = start; i < end; i++) {
    const access = accessOf(program.insns[i] as InsnBody);
    if (access === undefined || access.base === 10) continue;
    const windows = byBase.get(access.base) ?? new Map<number, number>();
    byBase.set(access.base, windows);
    add(windows, 0);
    add(windows, limitIndex(access.size, access.write));
  }
  return { of: (base) => byBase.get(base) ?? new Map(), limits, count, nextLocal: FIRST_WINDOW + count };
}

export type Access = Readonly<{ base: Reg; off: number; size: MemSize; write: boolean }>;

/** The memory that an instruction touches. */
export function accessOf(insn: InsnBody): Access | undefined {
  switch (insn.kind) {
    case "load":
    case "loadAcquire":
      return { base: insn.base, off: insn.off, size: insn.size, write: false };
    case "store":
    case "storeRelease":
    case "atomic":
      return { base: insn.base, off: insn.off, size: insn.size, write: true };
    default:
      return undefined;
  }
}

/** Declares the locals behind the parameters; `more` of 64 bits come last. */
export function declareLocals(out: CodeWriter, more: number): void {
  const groups: readonly (readonly [number, number])[] = [
    [6, TYPE.i64], // r0, r6 … r9, r10
    [5, TYPE.i32],
    [2 + more, TYPE.i64],
  ];
  out.u32(groups.length);
  for (const [count, type] of groups) {
    out.u32(count);
    out.byte(type);
  }
}
