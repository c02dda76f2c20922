import type { State } from "../state/state.ts";
import type { Analysis } from "../walk/analysis.ts";
import { lastVisit, widenNumbers } from "../walk/widen.ts";

/** A jump that the kernel takes when the program has gone around often enough: it may be any time. */
export function transferMayGoto(a: Analysis, s: State): number {
  const on = a.fork(s, s.insn + 1);
  on.mayGotoDepth++;
  const point = lastVisit(s, s.insn, true);
  if (point) widenNumbers(point, on);
  return a.program.targetOf[s.insn] ?? -1;
}
