import type { Insn } from "../../isa/insn.ts";
import type { ProgramSpec } from "../../object/object.ts";
import type { HistoryStep } from "../finding/finding.ts";
import { lineAt } from "../finding/line-at.ts";
import { brief } from "../state/describe.ts";
import { isPointer } from "../state/value.ts";
import type { Analysis, FaultRecord } from "../walk/analysis.ts";
import { changedPlace, undoStep } from "./follow-back.ts";
import { type Place, placeName, placeOf, valueAt } from "./places.ts";
import { type PathStep, replay } from "./replay.ts";
import { codeOf, compared, noteOf } from "./tell-step.ts";

const MOST_TOLD = 12;

/** How it came to a fault along its path. */
export type History = Readonly<{
  /** Oldest first: where the value came from, what became of it, what was tested. */
  steps: readonly HistoryStep[];
  /** Instructions that made the value, oldest first; equal for faults of one cause. */
  origin: readonly number[];
  /** What is known of the value where the fault is. */
  here?: string;
  /** Bytes of the pointer's constant part. */
  offset?: number;
  /** Register of the number that was added to the pointer last: the index. */
  index?: number;
}>;

const NONE: History = { steps: [], origin: [] };

/** Tells how it came to a fault, along the path on which it was found. */
export function historyOf(a: Analysis, program: ProgramSpec, fault: FaultRecord): History {
  const { subject } = fault.fault;
  if (subject === undefined || subject.kind === "none") return NONE;
  const path = replay(a, fault);
  const told =
    subject.kind === "held" ? tellHolding(program, path, subject.insn) : tellValue(a, program, path, fault);
  const { steps } = told;
  if (steps.length <= MOST_TOLD) return told;
  return { ...told, steps: [...steps.slice(0, 3), ...steps.slice(3 - MOST_TOLD)] };
}

function toldStep(
  program: ProgramSpec,
  insnIndex: number,
  told: Readonly<{ note?: string; known?: string }>,
): HistoryStep {
  const line = lineAt(program, insnIndex);
  return { insnIndex, ...(line && { line }), code: codeOf(program.insns[insnIndex]), ...told };
}

/** The life of something that must be given back: where it was taken, and the tests since then. */
function tellHolding(program: ProgramSpec, path: readonly PathStep[], taken: number): History {
  const start = path.findLastIndex((step) => step.insn === taken);
  const steps: HistoryStep[] = [];
  for (const [i, step] of path.entries()) {
    const insn = program.insns[step.insn];
    if (i < start || insn === undefined) continue;
    if (i === start) steps.push(toldStep(program, step.insn, { note: "taken here" }));
    else if (insn.kind === "jump") steps.push(toldStep(program, step.insn, { note: outcome(path, i) }));
  }
  return { steps, origin: [taken] };
}

/** How a jump went. */
function outcome(path: readonly PathStep[], i: number): string {
  const next = path[i + 1]?.insn;
  return next !== undefined && next !== (path[i]?.insn ?? 0) + 1 ? "taken" : "not taken";
}

/** The life of a value, backwards from the fault to where it came from. */
function tellValue(a: Analysis, program: ProgramSpec, path: readonly PathStep[], fault: FaultRecord): History {
  const last = path.at(-1);
  const place = placeOf(fault.fault.subject, last?.depth ?? 0);
  if (place === undefined) return NONE;
  const steps: HistoryStep[] = [];
  const origin: number[] = [];
  let index: number | undefined;
  let followed: Place[] = [place];
  for (let i = path.length - 2; i >= 0 && followed.length > 0; i--) {
    const step = path[i];
    const insn = step && program.insns[step.insn];
    if (step === undefined || insn === undefined) continue;
    const { next, event } = undoStep(insn, step, path[i + 1], followed);
    if (event === "made") {
      origin.push(step.insn);
      index ??= indexOf(insn, step);
      steps.push(toldStep(program, step.insn, tellMade(a, insn, step, changedPlace(insn, step, followed))));
    } else if (event === "tested") {
      steps.push(toldStep(program, step.insn, tellTested(insn, step, followed, outcome(path, i))));
    }
    followed = next;
  }
  const value = last && valueAt(last.before, place);
  return {
    steps: steps.reverse(),
    origin: origin.reverse(),
    ...(value && value.kind !== "poison" && { here: `${placeName(place)}: ${brief(value)}` }),
    ...(value && isPointer(value) && { offset: value.off }),
    ...(index !== undefined && { index }),
  };
}

function tellMade(
  a: Analysis,
  insn: Insn,
  step: PathStep,
  place: Place | undefined,
): Readonly<{ note?: string; known?: string }> {
  const value = place && valueAt(step.after, place);
  const note = noteOf(a.env, insn, step);
  return {
    ...(note !== undefined && { note }),
    ...(place && value && { known: `${placeName(place)}: ${brief(value)}` }),
  };
}

function tellTested(
  insn: Insn,
  step: PathStep,
  followed: readonly Place[],
  how: string,
): Readonly<{ note: string; known?: string }> {
  const learnt = followed.find((p) => valueAt(step.after, p) !== valueAt(step.before, p));
  const tested = learnt ?? followed.find((p) => compared(insn, step, p));
  const [before, after] = [tested && valueAt(step.before, tested), tested && valueAt(step.after, tested)];
  if (tested === undefined || after === undefined || before === undefined) return { note: how };
  if (brief(before) === brief(after))
    return { note: `${how}, which tells nothing new of ${placeName(tested)}` };
  return { note: `${how}, so`, known: `${placeName(tested)}: ${brief(after)}` };
}

/** The register of a number that is added to a pointer. */
function indexOf(insn: Insn, step: PathStep): number | undefined {
  if (insn.kind !== "alu" || insn.op !== "add" || insn.src.kind !== "reg") return undefined;
  const regs = step.before.frames[step.depth]?.regs;
  const [left, right] = [regs?.[insn.dst], regs?.[insn.src.reg]];
  if (right?.kind === "scalar" && left !== undefined && left.kind !== "scalar") return insn.src.reg;
  return left?.kind === "scalar" && right !== undefined && right.kind !== "scalar" ? insn.dst : undefined;
}
