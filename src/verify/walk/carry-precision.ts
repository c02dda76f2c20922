import { addPlace, emptyPlaces, isPrecise, isPreciseSlot } from "../state/places.ts";
import type { Checkpoint, PlaceSet, State } from "../state/state.ts";
import { FIRST_SLOT_PLACE } from "../state/state.ts";
import type { Analysis } from "./analysis.ts";

/** Demands in `s` what is precise in `old`; whether anything was new. */
export function carryPrecision(a: Analysis, s: State, old: Checkpoint): boolean {
  const wanted: PlaceSet[] = s.frames.map(emptyPlaces);
  let any = false;
  for (const [index, frame] of old.state.frames.entries()) {
    const precise = old.precise[index];
    const set = wanted[index];
    if (precise === undefined || set === undefined) continue;
    for (let i = 0; i < 10; i++) if (isPrecise(precise, i)) addPlace(set, i);
    for (let i = 0; i < frame.slots.length; i++)
      if (isPreciseSlot(precise, i)) addPlace(set, FIRST_SLOT_PLACE + i);
    any ||= (set.regs | set.low | set.high) !== 0;
  }
  return any && a.demandAll(s, wanted, false);
}

/** Demands every number of `s`: what to do when going around a loop does not settle soon. */
export function demandEverything(a: Analysis, s: State): void {
  const everything = s.frames.map(() => ({ regs: 0x3ff, low: -1, high: -1 }));
  a.demandAll(s, everything, false);
}
