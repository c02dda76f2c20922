import type { ProgramSpec } from "../../object/object.ts";
import { brief } from "../state/describe.ts";
import { BYTE, byteAt, type Slot } from "../state/slot.ts";
import type { State } from "../state/state.ts";
import { type ProgramVerdict, type Surroundings, type VerifyOptions, verifyProgram } from "../verify.ts";

/** What is known after an instruction, over all paths that come by. */
export type InsnStates = Readonly<{
  insnIndex: number;
  /** How often it was followed; 0: no path leads here. */
  visits: number;
  /** Registers and stack, as different paths left them: at most MOST_STATES. */
  states: readonly string[];
}>;

export type StatesReport = Readonly<{
  verdict: ProgramVerdict;
  insns: readonly InsnStates[];
  /** Branches by how often they were followed, the most often first. */
  branches: readonly InsnStates[];
}>;

export const MOST_STATES = 4;
const MOST_LOOKED_AT = 200; // visits of one instruction; loops repeat themselves
const MOST_BRANCHES = 8;

/** Verifies a program and keeps what was known on the way: to see why it is near the limit, or what a register holds. */
export function programStates(
  program: ProgramSpec,
  surroundings: Surroundings,
  options: VerifyOptions = {},
): StatesReport {
  const visits = new Float64Array(program.insns.length);
  const states = program.insns.map((): string[] => []);
  const observe = (insn: number, s: State): void => {
    const count = (visits[insn] ?? 0) + 1;
    visits[insn] = count;
    const known = states[insn];
    if (known === undefined || known.length >= MOST_STATES || count > MOST_LOOKED_AT) return;
    const text = stateText(s);
    if (!known.includes(text)) known.push(text);
  };
  const verdict = verifyProgram(program, surroundings, { ...options, observe });
  const insns = states.map((known, insnIndex) => ({
    insnIndex,
    visits: visits[insnIndex] ?? 0,
    states: known,
  }));
  const branches = insns
    .filter(({ insnIndex, visits: count }) => program.insns[insnIndex]?.kind === "jump" && count > 1)
    .sort((a, b) => b.visits - a.visits)
    .slice(0, MOST_BRANCHES);
  return { verdict, insns, branches };
}

/** "r1: the context, r2: 0..255, stack -8: 7": registers and slots of the running function that hold something. */
function stateText(s: State): string {
  const frame = s.frames.at(-1);
  if (frame === undefined || s.insn < 0) return "the end";
  const regs = frame.regs.flatMap((value, r) =>
    r === 10 || value.kind === "unset" ? [] : [`r${r}: ${brief(value)}`],
  );
  const slots = frame.slots.flatMap((slot, i) => {
    const text = slotText(slot);
    return text === undefined ? [] : [`stack ${-(i + 1) * 8}: ${text}`];
  });
  const held = s.held.map(({ kind, insn }) => `${kind} taken at ${insn}`);
  return [...regs, ...slots, ...held].join("; ");
}

function slotText(slot: Slot): string | undefined {
  if (slot.object)
    return `a part of ${slot.object.kind === "iterator" ? "an iterator" : `a ${slot.object.kind}`}`;
  if (slot.value.kind !== "unset") return brief(slot.value);
  let written = 0;
  for (let i = 0; i < 8; i++) if (byteAt(slot, i) !== BYTE.invalid) written++;
  return written === 0 ? undefined : `${written} bytes written`;
}
