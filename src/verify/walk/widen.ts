import { sameScalar } from "../number/scalar.ts";
import { isPrecise, isPreciseSlot } from "../state/places.ts";
import type { Checkpoint, State } from "../state/state.ts";
import { UNKNOWN_VALUE, type Value } from "../state/value.ts";

/** The last time that this path was at `insn`, in the same functions; `again`: the visit that goes on now aside. */
export function lastVisit(s: State, insn: number, again = false): Checkpoint | undefined {
  for (let point = again ? s.parent?.parent : s.parent; point !== undefined; point = point.parent)
    if (point.insn === insn && point.branches > 0 && sameCallers(point.state, s)) return point;
  return undefined;
}

function sameCallers(was: State, s: State): boolean {
  if (was.frames.length !== s.frames.length) return false;
  return was.frames.every((frame, i) => frame.callsite === s.frames[i]?.callsite);
}

/**
 * Numbers that changed since the last visit, and whose ranges mattered nowhere, become any number: so that a loop whose
 * end the verifier need not know is followed only a few times.
 */
export function widenNumbers(point: Checkpoint, s: State): void {
  for (const [index, frame] of s.frames.entries()) {
    const was = point.state.frames[index];
    const precise = point.precise[index];
    if (was === undefined) continue;
    for (let i = 0; i < 10; i++) {
      const value = frame.regs[i];
      if (value && isPassing(was.regs[i], value) && !isPrecise(precise, i)) frame.regs[i] = UNKNOWN_VALUE;
    }
    for (let i = 0; i < frame.slots.length; i++) {
      const slot = frame.slots[i];
      if (slot && isPassing(was.slots[i]?.value, slot.value) && !isPreciseSlot(precise, i))
        frame.slots[i] = { ...slot, value: UNKNOWN_VALUE };
    }
  }
}

function isPassing(was: Value | undefined, is: Value): boolean {
  return was?.kind === "scalar" && is.kind === "scalar" && !sameScalar(was.num, is.num);
}
