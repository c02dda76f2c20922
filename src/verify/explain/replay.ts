import type { Checkpoint, State } from "../state/state.ts";
import { copyState, DEPTH_UNIT, STACK_UNIT } from "../state/state.ts";
import { Analysis, type FaultRecord } from "../walk/analysis.ts";
import { startOf } from "../walk/start-state.ts";
import { step } from "../walk/step.ts";

/** One instruction of a path, with what was known before and after it. `depth` is the frame that it ran in. */
export type PathStep = Readonly<{ insn: number; depth: number; before: State; after: State }>;

const MOST_STEPS = 20_000; // the last ones of a path; what led to a fault is near its end

/**
 * Goes along the path to a fault once more, keeping what was known at each instruction. The states that were remembered
 * on the way are where it starts and what it is set right by, so that it comes to the same values.
 */
export function replay(a: Analysis, fault: FaultRecord): readonly PathStep[] {
  const again = new Analysis(a.env, a.program);
  again.isReplay = true;
  const out: PathStep[] = [];
  for (const { start, steps, next } of segments(a, fault)) {
    let s = copyState(start);
    for (let i = 0; i < steps.length; i++) {
      const insn = (steps[i] ?? 0) % STACK_UNIT;
      const following = i + 1 < steps.length ? (steps[i + 1] ?? 0) % STACK_UNIT : next;
      s.insn = insn;
      const before = copyState(s);
      s.trail = { steps: [insn], links: [] };
      s.insn = step(again, s);
      s = chooseWay(again, s, following);
      out.push({ insn, depth: Math.floor((steps[i] ?? 0) / DEPTH_UNIT), before, after: copyState(s) });
    }
  }
  return out;
}

/** Of the ways that an instruction leads, the one that the path took. */
function chooseWay(again: Analysis, s: State, following: number | undefined): State {
  const others = again.pending.splice(0);
  again.stopped = false;
  if (following === undefined || s.insn === following) return s;
  return others.find((other) => other.insn === following) ?? s;
}

type Segment = { start: State; steps: readonly number[]; next: number | undefined };

/** The path in pieces, oldest first, each from a state that was remembered. */
function segments(a: Analysis, fault: FaultRecord): readonly Segment[] {
  const found: Segment[] = [];
  let steps = fault.steps;
  let next: number | undefined;
  let count = 0;
  for (let point = fault.parent; ; ) {
    const start = point?.state ?? startOf(a, firstInsn(steps, fault.insn));
    found.push({ start, steps, next });
    count += steps.length;
    if (point === undefined || count > MOST_STEPS) break;
    next = firstInsn(steps, fault.insn);
    steps = point.trail.steps;
    point = parentOf(point);
  }
  return found.reverse();
}

function parentOf(point: Checkpoint): Checkpoint | undefined {
  return point.parent;
}

function firstInsn(steps: readonly number[], otherwise: number): number {
  return steps.length > 0 ? (steps[0] ?? 0) % STACK_UNIT : otherwise;
}
