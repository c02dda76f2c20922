import type { Checkpoint, LoopVisit, State } from "../state/state.ts";
import type { Analysis } from "./analysis.ts";
import { carryPrecision, demandEverything } from "./carry-precision.ts";

const MAX_ROUNDS = 64;

/** The loop that a state is in, as it was entered from its callers; undefined outside of loops. */
export function enterLoop(a: Analysis, s: State): LoopVisit | undefined {
  for (let i = s.frames.length - 1; i >= 0; i--) {
    const at = s.frames[i + 1]?.callsite ?? s.insn;
    const loop = a.program.loopOf[at] ?? 0;
    if (loop === 0) continue;
    const callers = s.frames.slice(1, i + 1).map((frame) => frame.callsite);
    const key = `${loop} ${callers.join(" ")}`;
    const known = a.visits.get(key);
    if (known) return known;
    const visit: LoopVisit = { entry: undefined, returns: [] };
    a.visits.set(key, visit);
    return visit;
  }
  return undefined;
}

/** Whether what must be precise in a state may still grow, because paths that ended in its loop are not settled. */
export function isUnsettled(point: Checkpoint): boolean {
  return point.visit !== undefined && point.visit.returns.length > 0;
}

/** All paths through the loop have ended: what mattered goes around it until nothing is new. */
export function endVisit(a: Analysis, visit: LoopVisit): void {
  const { returns } = visit;
  let changed = returns.length > 0;
  for (let round = 0; changed && round < MAX_ROUNDS; round++) {
    changed = false;
    for (const { state, to } of returns) if (carryPrecision(a, state, to)) changed = true;
  }
  if (changed) for (const { state } of returns) demandEverything(a, state);
  visit.entry = undefined;
  visit.returns = [];
}
