import type { Insn } from "../../isa/insn.ts";
import type { ProgramSpec } from "../../object/object.ts";
import type { FindingCode } from "../finding/codes.ts";
import type { HistoryStep } from "../finding/finding.ts";
import { lineAt } from "../finding/line-at.ts";
import { brief } from "../state/describe.ts";
import { isPacket, isPointer } from "../state/value.ts";
import type { Analysis, FaultRecord } from "../walk/analysis.ts";
import { codeOf } from "./code-text.ts";
import { changedPlace, undoStep } from "./follow-back.ts";
import { type Place, placeName, placeOf, valueAt } from "./places.ts";
import { type PathStep, replay } from "./replay.ts";
import { compared, noteOf } from "./tell-step.ts";

const MOST_TOLD = 12;
const MOST_BRANCHES = 4;

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
  /** A call took away what the value was a pointer to. */
  voided?: "given back" | "packet changed";
  /** It is an argument of a global function, of which only the type is known. */
  isArgument?: true;
}>;

const NONE: History = { steps: [], origin: [] };

/** Tells how it came to a fault, along the path on which it was found. */
export function historyOf(a: Analysis, program: ProgramSpec, fault: FaultRecord): History {
  const { subject, code } = fault.fault;
  const opener = OPENERS[code];
  if ((subject === undefined || subject.kind === "none") && opener === undefined) return NONE;
  const path = replay(a, fault);
  if (opener !== undefined) return tellSection(program, path, opener);
  if (subject === undefined || subject.kind === "none") return NONE;
  const told =
    subject.kind === "held" ? tellHolding(program, path, subject.insn) : tellValue(a, program, path, fault);
  const steps = withoutRounds(told.steps);
  if (steps.length <= MOST_TOLD) return { ...told, steps };
  return { ...told, steps: [...steps.slice(0, 3), ...steps.slice(3 - MOST_TOLD)] };
}

/** What opens the sections whose end is missing. */
const OPENERS: Readonly<Partial<Record<FindingCode, RegExp>>> = {
  "verify/rcu-section": /rcu_read_lock$/,
  "verify/preemption-section": /preempt_disable$/,
};

/** A section that is open: where it was opened, and the tests since then. */
function tellSection(program: ProgramSpec, path: readonly PathStep[], opener: RegExp): History {
  const opened = path.findLast(({ insn }) => opener.test(codeOf(program.insns[insn])));
  return opened === undefined ? NONE : tellHolding(program, path, opened.insn);
}

/** Of a loop's rounds only the last is told, with their number. */
function withoutRounds(steps: readonly HistoryStep[]): readonly HistoryStep[] {
  const rounds = new Map<number, number>();
  for (const { insnIndex } of steps) rounds.set(insnIndex, (rounds.get(insnIndex) ?? 0) + 1);
  const lasts = steps.filter(
    (step, i) => !steps.slice(i + 1).some((later) => later.insnIndex === step.insnIndex),
  );
  return lasts.map((step) => {
    const count = rounds.get(step.insnIndex) ?? 1;
    if (count === 1) return step;
    const round = `round ${count}`;
    return step.note === undefined ? { ...step, note: round } : { ...step, note: `${round}: ${step.note}` };
  });
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

/** The way to a place at which something was never written: the branches that led past it. */
function lastBranches(program: ProgramSpec, path: readonly PathStep[]): HistoryStep[] {
  const jumps = path.flatMap((step, i) =>
    program.insns[step.insn]?.kind === "jump" ? [toldStep(program, step.insn, { note: outcome(path, i) })] : [],
  );
  return jumps.slice(-MOST_BRANCHES);
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
  let voided: History["voided"];
  let followed: Place[] = [place];
  for (let i = path.length - 2; i >= 0 && followed.length > 0; i--) {
    const step = path[i];
    const insn = step && program.insns[step.insn];
    if (step === undefined || insn === undefined) continue;
    const { next, event } = undoStep(insn, step, path[i + 1], followed);
    const lost = event === "nothing" ? voidedBy(insn, step, followed) : undefined;
    if (lost !== undefined) {
      voided ??= lost.how;
      steps.push(toldStep(program, step.insn, { note: lost.note }));
    }
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
  if (value?.kind === "unset" && !value.lost) return { steps: lastBranches(program, path), origin: [] };
  return {
    steps: steps.reverse(),
    origin: origin.reverse(),
    ...(value && value.kind !== "poison" && { here: `${placeName(place)}: ${brief(value)}` }),
    ...(value && isPointer(value) && { offset: value.off }),
    ...(index !== undefined && { index }),
    ...(voided && { voided }),
    ...(isArgument(a, path, followed) && { isArgument: true }),
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

/** A call after which a pointer that was kept is none any more. */
function voidedBy(
  insn: Insn,
  step: PathStep,
  followed: readonly Place[],
): Readonly<{ how: NonNullable<History["voided"]>; note: string }> | undefined {
  if (insn.kind !== "call") return undefined;
  for (const place of followed) {
    const [before, after] = [valueAt(step.before, place), valueAt(step.after, place)];
    if (!before || !after || !isPointer(before) || isPointer(after) || after.kind === "poison") continue;
    const name = placeName(place);
    if (isPacket(before))
      return { how: "packet changed", note: `may move the packet: ${name} and all pointers into it are void` };
    return { how: "given back", note: `gives it back: ${name} is no pointer any more` };
  }
  return undefined;
}

/** Whether what is followed came in from outside, into a global function. */
function isArgument(a: Analysis, path: readonly PathStep[], followed: readonly Place[]): boolean {
  const start = path[0]?.insn ?? 0;
  const own = a.program.subprograms[a.program.subprogramOf[start] ?? 0];
  if (own === undefined || own.index === 0 || own.start !== start) return false;
  return followed.some((p) => p.kind === "reg" && p.frame === 0 && p.reg >= 1 && p.reg <= 5);
}

/** The register of a number that is added to a pointer. */
function indexOf(insn: Insn, step: PathStep): number | undefined {
  if (insn.kind !== "alu" || insn.op !== "add" || insn.src.kind !== "reg") return undefined;
  const regs = step.before.frames[step.depth]?.regs;
  const [left, right] = [regs?.[insn.dst], regs?.[insn.src.reg]];
  if (right?.kind === "scalar" && left !== undefined && left.kind !== "scalar") return insn.src.reg;
  return left?.kind === "scalar" && right !== undefined && right.kind !== "scalar" ? insn.dst : undefined;
}
