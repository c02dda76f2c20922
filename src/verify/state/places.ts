import type { PlaceSet } from "./state.ts";
import { FIRST_SLOT_PLACE } from "./state.ts";

// Sets of registers and slots of one frame.

export function emptyPlaces(): PlaceSet {
  return { regs: 0, low: 0, high: 0 };
}

export function isEmpty(set: PlaceSet): boolean {
  return (set.regs | set.low | set.high) === 0;
}

export function isPrecise(set: PlaceSet | undefined, reg: number): boolean {
  return set !== undefined && ((set.regs >>> reg) & 1) !== 0;
}

export function isPreciseSlot(set: PlaceSet | undefined, slot: number): boolean {
  if (set === undefined) return false;
  return (((slot < 32 ? set.low : set.high) >>> (slot & 31)) & 1) !== 0;
}

/** `place` counts registers from 0 and slots from FIRST_SLOT_PLACE. */
export function hasPlace(set: PlaceSet, place: number): boolean {
  return place < FIRST_SLOT_PLACE ? isPrecise(set, place) : isPreciseSlot(set, place - FIRST_SLOT_PLACE);
}

export function addPlace(set: PlaceSet, place: number): void {
  if (place < FIRST_SLOT_PLACE) set.regs |= 1 << place;
  else addSlot(set, place - FIRST_SLOT_PLACE);
}

export function removePlace(set: PlaceSet, place: number): void {
  if (place < FIRST_SLOT_PLACE) set.regs &= ~(1 << place);
  else removeSlot(set, place - FIRST_SLOT_PLACE);
}

export function addSlot(set: PlaceSet, slot: number): void {
  if (slot < 32) set.low |= 1 << slot;
  else set.high |= 1 << (slot & 31);
}

export function removeSlot(set: PlaceSet, slot: number): void {
  if (slot < 32) set.low &= ~(1 << slot);
  else set.high &= ~(1 << (slot & 31));
}
