import type { Subprogram } from "../program/prepared.ts";
import { POINT } from "../program/prepared.ts";
import type { State } from "../state/state.ts";
import { DEPTH_UNIT } from "../state/state.ts";
import type { Analysis } from "./analysis.ts";
import { endPath, isCovered } from "./revisit.ts";
import { startState } from "./start-state.ts";
import { step } from "./step.ts";

/** Instructions that are still followed once something was found wrong, to find what else is. */
const AFTER_FAULT = 30_000;

/** Follows the program from its entry, then each global function that is called, until nothing is left. */
export function walkProgram(a: Analysis): void {
  for (const own of functionsToFollow(a)) {
    if (a.stopped) return;
    const start = startState(a, own);
    if (start) follow(a, start);
  }
}

/** The entry, what is called when it throws, and global functions as calls of them are found. */
function* functionsToFollow(a: Analysis): Iterable<Subprogram> {
  const [entry] = a.program.subprograms;
  if (entry) yield entry;
  const { index, fault } = a.exceptionCallback;
  const callback = a.program.subprograms[index ?? -1];
  if (callback !== undefined && fault === undefined) yield callback;
  for (const index of a.calledGlobals) {
    const callee = a.program.subprograms[index];
    if (callee) yield callee;
  }
}

/** Follows all paths from a state: each to its end, those that branch off later. */
function follow(a: Analysis, start: State): void {
  a.pending.push(start);
  for (let s = a.pending.pop(); s !== undefined && !a.stopped; s = a.pending.pop()) {
    followPath(a, s);
    endPath(a, s);
  }
  a.pending.length = 0;
}

function followPath(a: Analysis, s: State): void {
  const { stats, program } = a;
  while (s.insn >= 0 && !a.stopped) {
    const { insn } = s;
    if (++stats.insnsProcessed > a.budget) return exhaust(a, s);
    if (((program.points[insn] ?? 0) & POINT.prune) !== 0 && isCovered(a, s)) return;
    stats.visits[insn] = (stats.visits[insn] ?? 0) + 1;
    s.trail.steps.push(insn + DEPTH_UNIT * (s.frames.length - 1));
    if (isJump(a, insn)) stats.jumpsProcessed++;
    const faults = a.faults.length;
    if (s.speculative && a.barriers?.has(insn)) return;
    s.insn = step(a, s);
    if (s.speculative && a.barriers && (s.tainted || a.resultBarriers.has(insn))) return;
    if (faults === 0 && a.faults.length > 0) a.budget = Math.min(a.budget, stats.insnsProcessed + AFTER_FAULT);
    a.observe?.(insn, s);
  }
}

function isJump(a: Analysis, insn: number): boolean {
  switch (a.program.insns[insn]?.kind) {
    case "jump":
    case "ja":
    case "mayGoto":
    case "call":
    case "exit":
      return true;
    default:
      return false;
  }
}

/** The walk has taken too long; after a fault that is no other one. */
function exhaust(a: Analysis, s: State): void {
  a.stopped = true;
  if (a.faults.length > 0) return;
  const jump = costliest(a);
  const times = a.stats.visits[jump] ?? 0;
  const message = `after ${a.budget} instructions not all paths have been followed; this branch was followed ${times} times`;
  a.fault(s, { code: "verify/too-complex", message }, jump);
}

/** The conditional jump that was followed most often: where the paths multiply. */
function costliest(a: Analysis): number {
  const { visits } = a.stats;
  let most = 0;
  for (let i = 0; i < visits.length; i++) {
    const isBranch = a.program.insns[i]?.kind === "jump";
    if (isBranch && ((visits[i] ?? 0) > (visits[most] ?? 0) || a.program.insns[most]?.kind !== "jump"))
      most = i;
  }
  return most;
}
