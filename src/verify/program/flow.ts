import type { Insn } from "../../isa/insn.ts";

/** Calls `visit` with each instruction that may run after instruction `i` in the same function. */
export function successors(
  insns: readonly Insn[],
  targetOf: Int32Array,
  i: number,
  visit: (next: number) => void,
): void {
  const insn = insns[i];
  if (insn === undefined || insn.kind === "exit") return;
  const target = targetOf[i] ?? -1;
  if (insn.kind === "ja") {
    if (target >= 0) visit(target);
    return;
  }
  if (i + 1 < insns.length) visit(i + 1);
  if ((insn.kind === "jump" || insn.kind === "mayGoto") && target >= 0) visit(target);
}

/** Those of a list of instructions, with no instruction twice in a row. */
export function successorList(insns: readonly Insn[], targetOf: Int32Array, i: number): number[] {
  const found: number[] = [];
  successors(insns, targetOf, i, (next) => found.push(next));
  return found;
}
