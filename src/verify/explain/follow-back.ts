import type { Insn } from "../../isa/insn.ts";
import { registerUse } from "../program/live-registers.ts";
import { type Place, samePlace, slotOf, valueAt } from "./places.ts";
import type { PathStep } from "./replay.ts";
import { compared } from "./tell-step.ts";

type Undone = Readonly<{ next: Place[]; event: "made" | "tested" | "nothing" }>;

/** The register or slot that an instruction writes. */
export function changedPlace(insn: Insn, step: PathStep, followed: readonly Place[]): Place | undefined {
  const { writes } = registerUse(insn, () => 5);
  if (insn.kind === "store") return slotOf(step.before.frames[step.depth]?.regs[insn.base], insn.off);
  const written = followed.find(
    (p) => p.kind === "reg" && p.frame === step.depth && ((writes >> p.reg) & 1) !== 0,
  );
  return written;
}

/** What is followed before the instruction, where `followed` is after it. */
export function undoStep(
  insn: Insn,
  step: PathStep,
  after: PathStep | undefined,
  followed: readonly Place[],
): Undone {
  const { depth } = step;
  const nextDepth = after?.depth ?? depth;
  if (nextDepth > depth) return enterCallee(followed, depth, nextDepth);
  if (nextDepth < depth && insn.kind === "exit") return leaveCallee(followed, depth, nextDepth);
  if (insn.kind === "jump") {
    const tested = followed.some((p) => compared(insn, step, p));
    const learnt = followed.some((p) => valueAt(step.after, p) !== valueAt(step.before, p));
    return { next: [...followed], event: tested || learnt ? "tested" : "nothing" };
  }
  const changed = changedPlace(insn, step, followed);
  const hit = changed && followed.find((p) => samePlace(p, changed));
  if (hit === undefined) return { next: [...followed], event: "nothing" };
  const rest = followed.filter((p) => p !== hit);
  return { next: [...rest, ...sourcesOf(insn, step, hit)], event: "made" };
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
