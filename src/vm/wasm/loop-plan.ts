import type { InsnBody, MemSize, Reg } from "../../isa/insn.ts";
import type { Program } from "../program.ts";
import { type Affine, AffineRegisters, plus, times } from "./affine.ts";
import { type Access, accessOf } from "./locals.ts";

/** Accesses of a loop that move by the same step each time around, and differ by constants only. */
export type AccessGroup = Readonly<{
  base: Reg;
  size: MemSize;
  write: boolean;
  /** Of the lowest one, in terms of the registers at the beginning of the loop's block. */
  address: Affine;
  /** How much higher the highest one is. */
  span: number;
  /** From one time around to the next, in terms of registers that the loop leaves alone. */
  step: Affine;
}>;

/**
 * How a loop of one block is written out: `copies` times in a row, after one check of the steps that are left, and,
 * when `groups` is there, of all memory that these copies touch; they check nothing then.
 */
export type LoopPlan = Readonly<{ copies: number; groups: readonly AccessGroup[] | undefined }>;

const MAX_GROUPS = 3;
const TINY = 8; // instructions
const SMALL = 16;

/** A plan for the block, which jumps to itself; undefined when it is too long, or calls something. */
export function planLoop(program: Program, first: number, last: number): LoopPlan | undefined {
  const length = last - first + 1;
  if (length > SMALL || program.insns[last]?.kind !== "jump") return undefined;
  for (let i = first; i < last; i++) {
    const { kind } = program.insns[i] as InsnBody;
    if (kind === "call" || kind === "loadPacket") return undefined;
  }
  return { copies: length <= TINY ? 12 : 4, groups: groupAccesses(program, first, last) };
}

function groupAccesses(program: Program, first: number, last: number): AccessGroup[] | undefined {
  const registers = new AffineRegisters();
  const found: { access: Access; address: Affine }[] = [];
  for (let i = first; i <= last; i++) {
    const insn = program.insns[i] as InsnBody;
    const access = accessOf(insn);
    if (access !== undefined && access.base !== 10) {
      const address = plus(registers.of(access.base), { terms: new Map(), constant: access.off });
      if (address === undefined) return undefined;
      found.push({ access, address });
    }
    registers.apply(insn);
  }
  const groups: AccessGroup[] = [];
  for (const { access, address } of found) {
    const step = stepOf(address, registers);
    if (step === undefined) return undefined;
    merge(groups, access, address, step);
  }
  return groups.length > MAX_GROUPS ? undefined : groups;
}

/** By how much an address grows each time around; undefined when that is not the same each time. */
function stepOf(address: Affine, after: AffineRegisters): Affine | undefined {
  let step: Affine | undefined = { terms: new Map(), constant: 0 };
  for (const [reg, factor] of address.terms) {
    const growth = plus(after.of(reg), { terms: new Map([[reg, -1]]), constant: 0 });
    step = plus(step, times(growth, factor));
  }
  if (step === undefined) return undefined;
  return [...step.terms.keys()].every((reg) => isUntouched(reg, after)) ? step : undefined;
}

function isUntouched(reg: Reg, after: AffineRegisters): boolean {
  const value = after.of(reg);
  return value !== undefined && value.constant === 0 && value.terms.size === 1 && value.terms.get(reg) === 1;
}

function merge(groups: AccessGroup[], access: Access, address: Affine, step: Affine): void {
  const at = groups.findIndex(
    (group) =>
      group.base === access.base &&
      group.size === access.size &&
      group.write === access.write &&
      isSame(group.address.terms, address.terms),
  );
  const old = groups[at];
  if (old === undefined) {
    const { base, size, write } = access;
    groups.push({ base, size, write, address, span: 0, step });
    return;
  }
  const low = Math.min(old.address.constant, address.constant);
  const high = Math.max(old.address.constant + old.span, address.constant);
  groups[at] = { ...old, address: { ...address, constant: low }, span: high - low };
}

function isSame(a: ReadonlyMap<Reg, number>, b: ReadonlyMap<Reg, number>): boolean {
  return a.size === b.size && [...a].every(([reg, factor]) => b.get(reg) === factor);
}
