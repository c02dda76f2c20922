import { POINT } from "../program/prepared.ts";
import { emptyPlaces } from "../state/places.ts";
import { EMPTY_SLOT } from "../state/slot.ts";
import type { Checkpoint, State } from "../state/state.ts";
import { copyState, topFrame } from "../state/state.ts";
import type { Analysis } from "./analysis.ts";
import { carryPrecision } from "./carry-precision.ts";
import { isLike } from "./compare-states.ts";
import { endVisit, enterLoop, isUnsettled } from "./loop-visits.ts";
import { isActiveIteratorCall, isIteratorCall } from "./turning-points.ts";

const LONGEST_TRAIL = 150; // instructions; followed back at each demand for precision
const NEW_AFTER = { jumps: 2, insns: 8 };
const NEW_IN_LOOP_AFTER = { jumps: 20, insns: 100 };

/** Whether the path may end here, because one that was here before covers it. Remembers the state if not. */
export function isCovered(a: Analysis, s: State): boolean {
  const insn = s.insn;
  const isTurn = ((a.program.points[insn] ?? 0) & POINT.checkpoint) !== 0;
  const mustAdd = isTurn || s.trail.steps.length > LONGEST_TRAIL;
  const jumps = a.stats.jumpsProcessed - a.jumpsAtCheckpoint;
  const insns = a.stats.insnsProcessed - a.insnsAtCheckpoint;
  let add = mustAdd || (jumps >= NEW_AFTER.jumps && insns >= NEW_AFTER.insns);
  const known = a.checkpoints[insn] ?? [];
  let kept = 0;
  let covered = false;
  for (let i = 0; i < known.length; i++) {
    const old = known[i];
    if (old === undefined) continue;
    if (covered) {
      known[kept++] = old;
      continue;
    }
    const verdict = old.branches > 0 ? compareInLoop(a, s, old) : compareEnded(a, s, old);
    if (verdict === "covered") {
      covered = true;
      old.hits++;
    } else if (verdict === "endless") return true;
    else {
      const soon = jumps < NEW_IN_LOOP_AFTER.jumps && insns < NEW_IN_LOOP_AFTER.insns;
      if (old.branches > 0 && !mustAdd && soon) add = false;
      if (add) old.misses++;
      const patience = isTurn && old.branches > 0 ? 64 : 3;
      if (old.misses > old.hits * patience + patience) {
        a.stats.states--;
        continue;
      }
    }
    known[kept++] = old;
  }
  known.length = kept;
  if (!covered && add) remember(a, s, known);
  return covered;
}

type Verdict = "covered" | "differs" | "endless";

/** All paths from the old state have ended: what mattered to them is known. */
function compareEnded(a: Analysis, s: State, old: Checkpoint): Verdict {
  const unsettled = isUnsettled(old);
  if (!unsettled && !old.cleaned) clean(a, old);
  if (!isLike(a.comparison, old, s, unsettled ? "within" : "covered")) return "differs";
  return follow(a, s, old, unsettled);
}

/**
 * All paths from the state have ended, so what they read is known: the rest of the stack is forgotten, and no longer
 * keeps later states from being like this one. Source: clean_live_states, kernel/bpf/verifier.c, v6.18.
 */
function clean(a: Analysis, old: Checkpoint): void {
  const { frames } = old.state;
  for (const [index, frame] of frames.entries()) {
    const at = frames[index + 1]?.callsite ?? old.insn;
    for (let i = 0; i < frame.slots.length; i++)
      if (!a.comparison.liveStack.isLive(at, i)) frame.slots[i] = EMPTY_SLOT;
  }
  old.cleaned = true;
}

/** The old state is on this very path, or on one that waits: this is a loop. */
function compareInLoop(a: Analysis, s: State, old: Checkpoint): Verdict {
  const was = old.state;
  if (was.asyncDepth > 0 && was.asyncDepth !== s.asyncDepth) return "differs"; // another callback that runs later
  const insn = a.program.insns[s.insn];
  const isTurn = ((a.program.points[s.insn] ?? 0) & POINT.checkpoint) !== 0;
  if (isTurn && insn?.kind === "mayGoto") {
    if (was.mayGotoDepth !== s.mayGotoDepth && isLike(a.comparison, old, s, "within"))
      return follow(a, s, old, true);
  } else if (isTurn) {
    const isIterator = insn !== undefined && isIteratorCall(a.env, insn);
    if (!isIterator || isActiveIteratorCall(s)) {
      if (isLike(a.comparison, old, s, "within")) return follow(a, s, old, true);
    }
    return "differs";
  }
  const mayBeEndless =
    was.mayGotoDepth === s.mayGotoDepth &&
    was.callbackRounds === s.callbackRounds &&
    !iteratorsMoved(was, s) &&
    topFrame(was).regs.every((value, i) => value.kind === topFrame(s).regs[i]?.kind);
  if (!mayBeEndless || !isLike(a.comparison, old, s, "exact")) return "differs";
  if (!s.tainted) {
    const message = "the loop comes back here with the same values as before: it never ends";
    a.fault(s, { code: "verify/infinite-loop", message });
  }
  return "endless";
}

/** Lets the path end, and carries what mattered after the old state to this path. */
function follow(a: Analysis, s: State, old: Checkpoint, inLoop: boolean): Verdict {
  carryPrecision(a, s, old);
  if (inLoop) old.visit?.returns.push({ state: copyState(s), to: old });
  return "covered";
}

function remember(a: Analysis, s: State, known: Checkpoint[]): void {
  const { trail, parent } = s;
  s.trail = { steps: [], links: [] };
  const point: Checkpoint = {
    state: copyState(s),
    insn: s.insn,
    parent,
    visit: enterLoop(a, s),
    trail,
    precise: s.frames.map(emptyPlaces),
    branches: 1,
    hits: 0,
    misses: 0,
    cleaned: false,
  };
  if (point.visit && !point.visit.entry) point.visit.entry = point;
  known.push(point);
  s.parent = point;
  a.stats.states++;
  a.stats.peakStates = Math.max(a.stats.peakStates, a.stats.states);
  a.jumpsAtCheckpoint = a.stats.jumpsProcessed;
  a.insnsAtCheckpoint = a.stats.insnsProcessed;
}

/** A path has ended: the points on its way have one less to wait for. */
export function endPath(a: Analysis, s: State): void {
  for (let point = s.parent; point !== undefined; point = point.parent) {
    point.branches--;
    if (point.branches > 0) return;
    if (point.visit?.entry === point) endVisit(a, point.visit);
  }
}

function iteratorsMoved(was: State, s: State): boolean {
  return was.frames.some((frame, f) =>
    frame.slots.some((slot, i) => {
      const now = s.frames[f]?.slots[i]?.object;
      const { object } = slot;
      return object?.kind === "iterator" && now?.kind === "iterator" && object.depth !== now.depth;
    }),
  );
}
