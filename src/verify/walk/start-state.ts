import { promiseArguments } from "../call/global-arguments.ts";
import type { Subprogram } from "../program/prepared.ts";
import type { State } from "../state/state.ts";
import { newFrame } from "../state/state.ts";
import { pointer } from "../state/value.ts";
import type { Analysis } from "./analysis.ts";

/** What is known where the program or a global function begins; undefined, and a fault, if its prototype promises nothing. */
export function startState(a: Analysis, from: Subprogram): State | undefined {
  const frame = newFrame(from.index, -1, 0);
  const state: State = {
    frames: [frame],
    held: [],
    rcuDepth: 0,
    preemptDepth: 0,
    sleepable: a.env.sleepable,
    mayGotoDepth: 0,
    asyncDepth: 0,
    callbackRounds: 0,
    parent: undefined,
    trail: { steps: [], links: [] },
    insn: from.start,
    speculative: false,
    tainted: false,
  };
  if (from.index !== 0) return promiseArguments(a, state, frame, from.index) ? state : undefined;
  frame.regs[1] = pointer("ctx");
  return state;
}

/** The same for the function that an instruction is in. */
export function startOf(a: Analysis, insn: number): State {
  const own = a.program.subprograms[a.program.subprogramOf[insn] ?? 0];
  const state = own && startState(a, own);
  if (state === undefined) throw new Error(`bug: a path that begins nowhere, at ${insn}`);
  return state;
}
