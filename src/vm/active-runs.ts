import type { MachineError } from "./machine-error.ts";
import { CONTROL, MAX_RUNS, stackTop } from "./memory.ts";
import type { Packet } from "./packet.ts";
import type { Program } from "./program.ts";
import type { RunEffects } from "./run-effects.ts";
import type { RunState } from "./run-state.ts";

const ARGUMENT_WORDS = 10;

/** What a run leaves off with when a helper of it begins another one. */
type Suspended = {
  program: Program | undefined;
  insnIndex: number;
  packet: Packet | undefined;
  effects: RunEffects | undefined;
  tailCalls: number;
  maxSteps: number;
  fuel: number;
  frame: number;
  /** r1 … r5 of the helper call. */
  readonly args: Int32Array;
};

/**
 * The runs that are active: a helper of one may begin another, which has a stack and a count of steps of its own. Its
 * steps also count for the run that began it, so that all of them end.
 */
export class ActiveRuns {
  /** How many are active. */
  depth = 0;
  /** How many runs began that no other one began. */
  count = 0;
  readonly #suspended: Suspended[] = [];

  /** Begins a run; its r10. Throws MachineError when too many are active. Every `begin` needs its `end`. */
  begin(state: RunState, program: Program, maxSteps: number): number {
    if (this.depth === 0)
      state.packet?.close(); // of the run before: kept until now for whoever looks at it
    else this.#suspend(state);
    const frame = stackTop(this.depth++);
    const { i32 } = state.space;
    i32[CONTROL.fuel >> 2] = maxSteps;
    i32[CONTROL.frame >> 2] = frame;
    state.maxSteps = maxSteps;
    state.tailCalls = 0;
    state.packet = undefined;
    state.effects = undefined;
    state.program = program;
    state.insnIndex = 0;
    if (program.usesFacts) state.env.placeFacts?.(i32, CONTROL.facts >> 2);
    return frame;
  }

  end(state: RunState): void {
    if (--this.depth === 0) return;
    state.packet?.close();
    const kept = this.#suspended[this.depth - 1] as Suspended;
    const { i32 } = state.space;
    const spent = state.maxSteps - (i32[CONTROL.fuel >> 2] as number);
    i32[CONTROL.fuel >> 2] = Math.max(kept.fuel - spent, -1);
    i32[CONTROL.frame >> 2] = kept.frame;
    for (let i = 0; i < ARGUMENT_WORDS; i++) i32[(CONTROL.args >> 2) + i] = kept.args[i] as number;
    state.program = kept.program;
    state.insnIndex = kept.insnIndex;
    state.packet = kept.packet;
    state.effects = kept.effects;
    state.tailCalls = kept.tailCalls;
    state.maxSteps = kept.maxSteps;
    if (kept.program?.usesFacts === true) state.env.placeFacts?.(i32, CONTROL.facts >> 2);
  }

  #suspend(state: RunState): void {
    if (this.depth === MAX_RUNS) throw tooMany(state);
    const at = this.depth - 1;
    const { i32 } = state.space;
    const kept = this.#suspended[at] ?? emptyRun();
    this.#suspended[at] = kept;
    kept.program = state.program;
    kept.insnIndex = state.insnIndex;
    kept.packet = state.packet;
    kept.effects = state.effects;
    kept.tailCalls = state.tailCalls;
    kept.maxSteps = state.maxSteps;
    kept.fuel = i32[CONTROL.fuel >> 2] as number;
    kept.frame = i32[CONTROL.frame >> 2] as number;
    for (let i = 0; i < ARGUMENT_WORDS; i++) kept.args[i] = i32[(CONTROL.args >> 2) + i] as number;
  }
}

function emptyRun(): Suspended {
  return {
    program: undefined,
    insnIndex: 0,
    packet: undefined,
    effects: undefined,
    tailCalls: 0,
    maxSteps: 0,
    fuel: 0,
    frame: 0,
    args: new Int32Array(ARGUMENT_WORDS),
  };
}

function tooMany(state: RunState): MachineError {
  return state.fail(
    "vm/call-depth",
    `more than ${MAX_RUNS} programs run, each begun by a helper of the one before`,
  );
}
