import { MISC_SLOT } from "../state/slot.ts";
import type { State } from "../state/state.ts";
import { frameAt, mapValues, setSlot, slotAt } from "../state/state.ts";
import { isPointer } from "../state/value.ts";
import type { Analysis } from "../walk/analysis.ts";
import { refuse } from "./report.ts";

/**
 * Before a stack slot is overwritten: a dynptr in it ends, and with it the slices made of it. One that holds a reference
 * cannot end this way, even if a copy of it lives on. Iterators and saved interrupt flags just become bytes.
 */
export function releaseObject(a: Analysis, s: State, frameIndex: number, index: number, reg: number): boolean {
  const frame = frameAt(s, frameIndex);
  const { object } = slotAt(frame, index);
  if (object?.kind !== "dynptr") return true;
  if (object.ref !== 0) {
    const message = "a dynptr that still holds its record is overwritten";
    return refuse(a, s, { reg }, "verify/dynptr-overwrite", message);
  }
  endDynptr(a, s, frameIndex, index);
  return true;
}

/** The dynptr at a slot is none any more; its other half is cleared too, and slices of it are no pointers any more. */
export function endDynptr(a: Analysis, s: State, frameIndex: number, index: number): void {
  const frame = frameAt(s, frameIndex);
  const { object } = slotAt(frame, index);
  if (object?.kind !== "dynptr") return;
  const other = object.first ? index - 1 : index + 1;
  setSlot(frame, index, { ...MISC_SLOT, bytes: 0 });
  if (other >= 0) setSlot(frame, other, { ...MISC_SLOT, bytes: 0 });
  if (object.ref !== 0) return;
  mapValues(s, (value) => (isPointer(value) && value.dynptrId === object.id ? a.voided : value));
}
