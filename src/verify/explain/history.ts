import type { Insn } from "../../isa/insn.ts";
import type { ProgramSpec } from "../../object/object.ts";
import type { HistoryStep } from "../finding/finding.ts";
import { lineAt } from "../finding/line-at.ts";
import { registerUse } from "../program/live-registers.ts";
import { brief } from "../state/describe.ts";
import type { Analysis, FaultRecord } from "../walk/analysis.ts";
import { type Place, placeOf, samePlace, slotOf, valueAt } from "./places.ts";
import { type PathStep, replay } from "./replay.ts";
import { tellJump, tellStep } from "./tell-step.ts";

const MOST_TOLD = 12;

/** How it came to a fault along its path, oldest first: where the value came from, what became of it, what was tested. */
export function historyOf(a: Analysis, program: ProgramSpec, fault: FaultRecord): readonly HistoryStep[] {
  const { subject } = fault.fault;
  if (subject === undefined || subject.kind === "none") return [];
  const path = replay(a, fault);
  const told =
    subject.kind === "held" ? tellHolding(program, path, subject.insn) : tellValue(a, program, path, fault);
  return told.length <= MOST_TOLD ? told : [...told.slice(0, 3), ...told.slice(3 - MOST_TOLD)];
}

function toldStep(program: ProgramSpec, insnIndex: number, text: string, known?: string): HistoryStep {
  const line = lineAt(program, insnIndex);
  return { insnIndex, ...(line && { line }), text, ...(known !== undefined && { known }) };
}

/** The life of something that must be given back: where it was taken, and the tests since then. */
function tellHolding(program: ProgramSpec, path: readonly PathStep[], taken: number): HistoryStep[] {
  const start = path.findLastIndex((step) => step.insn === taken);
  const told: HistoryStep[] = [];
  for (const [i, step] of path.entries()) {
    const insn = program.insns[step.insn];
    if (i < start || insn === undefined) continue;
    if (i === start) told.push(toldStep(program, step.insn, "taken here"));
    else if (insn.kind === "jump") told.push(toldStep(program, step.insn, tellJump(insn, wasTaken(path, i))));
  }
  return told;
}

function wasTaken(path: readonly PathStep[], i: number): boolean {
  const next = path[i + 1]?.insn;
  return next !== undefined && next !== (path[i]?.insn ?? 0) + 1;
}

/** The life of a value, backwards from the fault to where it came from. */
function tellValue(
  a: Analysis,
  program: ProgramSpec,
  path: readonly PathStep[],
  fault: FaultRecord,
): HistoryStep[] {
  const last = path.at(-1);
  const place = placeOf(fault.fault.subject, last?.depth ?? 0);
  if (place === undefined) return [];
  const told: HistoryStep[] = [];
  let followed: Place[] = [place];
  for (let i = path.length - 2; i >= 0 && followed.length > 0; i--) {
    const step = path[i];
    const insn = step && program.insns[step.insn];
    if (step === undefined || insn === undefined) continue;
    const { next, event } = undoStep(insn, step, path[i + 1], followed);
    if (event === "made") {
      const value = changedPlace(insn, step, followed);
      const known = value && valueAt(step.after, value);
      told.push(toldStep(program, step.insn, tellStep(a.env, insn, step), known && brief(known)));
    } else if (event === "tested") {
      const tested = followed.find((p) => valueAt(step.after, p) !== valueAt(step.before, p)) ?? followed[0];
      const known = tested && valueAt(step.after, tested);
      told.push(toldStep(program, step.insn, tellJump(insn, wasTaken(path, i)), known && brief(known)));
    }
    followed = next;
  }
  return told.reverse();
}

type Undone = Readonly<{ next: Place[]; event: "made" | "tested" | "nothing" }>;

/** The register or slot that an instruction writes. */
function changedPlace(insn: Insn, step: PathStep, followed: readonly Place[]): Place | undefined {
  const { writes } = registerUse(insn, () => 5);
  if (insn.kind === "store") return slotOf(step.before.frames[step.depth]?.regs[insn.base], insn.off);
  const written = followed.find(
    (p) => p.kind === "reg" && p.frame === step.depth && ((writes >> p.reg) & 1) !== 0,
  );
  return written;
}

/** What is followed before the instruction, where `followed` is after it. */
function undoStep(insn: Insn, step: PathStep, after: PathStep | undefined, followed: readonly Place[]): Undone {
  const { depth } = step;
  const nextDepth = after?.depth ?? depth;
  if (nextDepth > depth) return enterCallee(followed, depth, nextDepth);
  if (nextDepth < depth && insn.kind === "exit") return leaveCallee(followed, depth, nextDepth);
  if (insn.kind === "jump") {
    const tested = followed.some((p) => p.kind === "reg" && p.frame === depth && compares(insn, p.reg));
    const learnt = followed.some((p) => valueAt(step.after, p) !== valueAt(step.before, p));
    return { next: [...followed], event: tested || learnt ? "tested" : "nothing" };
  }
  const changed = changedPlace(insn, step, followed);
  const hit = changed && followed.find((p) => samePlace(p, changed));
  if (hit === undefined) return { next: [...followed], event: "nothing" };
  const rest = followed.filter((p) => p !== hit);
  return { next: [...rest, ...sourcesOf(insn, step, hit)], event: "made" };
}

function compares(insn: Extract<Insn, { kind: "jump" }>, reg: number): boolean {
  return insn.dst === reg || (insn.src.kind === "reg" && insn.src.reg === reg);
}

function enterCallee(followed: readonly Place[], caller: number, callee: number): Undone {
  const next = followed.flatMap((p): Place[] => {
    if (p.frame !== callee || p.kind !== "reg") return p.frame === callee ? [] : [p];
    return p.reg >= 1 && p.reg <= 5 ? [{ ...p, frame: caller }] : [];
  });
  return { next, event: "nothing" };
}

function leaveCallee(followed: readonly Place[], callee: number, caller: number): Undone {
  const next = followed.map((p) =>
    p.kind === "reg" && p.reg === 0 && p.frame === caller ? { ...p, frame: callee } : p,
  );
  return { next, event: "nothing" };
}

/** Where what an instruction leaves comes from. */
function sourcesOf(insn: Insn, step: PathStep, place: Place): Place[] {
  const own = (reg: number): Place => ({ kind: "reg", frame: step.depth, reg });
  switch (insn.kind) {
    case "alu": {
      const right = insn.src.kind === "reg" ? [own(insn.src.reg)] : [];
      return insn.op === "mov" ? right : [place, ...right];
    }
    case "neg":
    case "endian":
      return [place];
    case "movsx":
    case "addrSpaceCast":
      return [own(insn.src)];
    case "store":
      return insn.src.kind === "reg" ? [own(insn.src.reg)] : [];
    case "load": {
      const slot = slotOf(step.before.frames[step.depth]?.regs[insn.base], insn.off);
      return slot ? [slot] : [];
    }
    default:
      return [];
  }
}
