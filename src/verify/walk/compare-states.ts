import { holdsScalar, sameScalar } from "../number/scalar.ts";
import { isPrecise, isPreciseSlot } from "../state/places.ts";
import {
  BYTE,
  byteAt,
  EMPTY_SLOT,
  isWholeSpill,
  MISC_SLOT,
  type Slot,
  type StackObject,
} from "../state/slot.ts";
import type { Checkpoint, Frame, Held, PlaceSet, State } from "../state/state.ts";
import { type Pointer, type ScalarValue, UNKNOWN_VALUE, type Value } from "../state/value.ts";
import type { IdPairs } from "./id-pairs.ts";
import type { StackLiveness } from "./stack-liveness.ts";

/**
 * How alike two states must be. "covered": everything that mattered after the old one, from which all paths have been
 * followed, is at least as good in the new one. "within": the same, but every number and all of the stack matter.
 * "exact": nothing differs. Registers that are written before they are read never matter. Source: func_states_equal, v6.15.
 */
export type Likeness = "covered" | "within" | "exact";

export type Comparison = {
  readonly ids: IdPairs;
  readonly liveRegs: Uint16Array;
  readonly liveStack: StackLiveness;
  /** Reading stack that was never written is allowed, so that bytes of which nothing is known cover all. */
  readonly unwrittenIsMisc: boolean;
  /** Without CAP_BPF the range of every number matters. */
  readonly allPrecise: boolean;
  /** Numbers must be the same: how pointer arithmetic is made safe depends on them. */
  strict: boolean;
};

const EVERYTHING = 0x3ff;

/** Whether a path in state `s` can end at `old`: what is safe from there on is safe for it. */
export function isLike(c: Comparison, old: Checkpoint, s: State, likeness: Likeness): boolean {
  const was = old.state;
  if (was.frames.length !== s.frames.length) return false;
  if (was.rcuDepth !== s.rcuDepth || was.preemptDepth !== s.preemptDepth) return false;
  if (was.sleepable !== s.sleepable || was.tainted !== s.tainted) return false;
  if (was.speculative && !s.speculative) return false;
  c.ids.reset();
  if (!sameHeld(c, was.held, s.held)) return false;
  for (let i = s.frames.length - 1; i >= 0; i--) {
    const older = was.frames[i];
    const newer = s.frames[i];
    if (older === undefined || newer === undefined) return false;
    if (older.callsite !== newer.callsite || older.callback !== newer.callback) return false;
    const at = s.frames[i + 1]?.callsite ?? old.insn;
    const precise = old.precise[i];
    if (!framesAlike(c, older, newer, at, precise, likeness)) return false;
  }
  return true;
}

function framesAlike(
  c: Comparison,
  older: Frame,
  newer: Frame,
  at: number,
  precise: PlaceSet | undefined,
  likeness: Likeness,
): boolean {
  if (older.callbackDepth > newer.callbackDepth) return false;
  const live = c.liveRegs[at] ?? EVERYTHING;
  for (let i = 0; i < 10; i++) {
    if (((live >> i) & 1) === 0) continue;
    const a = older.regs[i];
    const b = newer.regs[i];
    if (a === undefined || b === undefined) return false;
    if (!valuesAlike(c, a, b, likeness, isPrecise(precise, i))) return false;
  }
  const count = Math.max(older.slots.length, likeness === "exact" ? newer.slots.length : 0);
  for (let i = 0; i < count; i++) {
    const a = older.slots[i] ?? EMPTY_SLOT;
    const b = newer.slots[i] ?? EMPTY_SLOT;
    if (likeness === "covered" && !c.liveStack.isLive(at, i)) continue;
    if (!slotsAlike(c, a, b, likeness, isPreciseSlot(precise, i))) return false;
  }
  return true;
}

/** Whether a value is as good as one that was there before. */
export function valuesAlike(c: Comparison, a: Value, b: Value, likeness: Likeness, precise: boolean): boolean {
  if (a.kind === "unset") return likeness === "covered" || b.kind === "unset";
  if (a.kind === "scalar") return b.kind === "scalar" && numbersAlike(c, a, b, likeness, precise);
  if (a.kind === "poison" || b.kind !== a.kind) return a.kind === b.kind;
  return pointersAlike(c, a, b, likeness);
}

function numbersAlike(
  c: Comparison,
  a: ScalarValue,
  b: ScalarValue,
  likeness: Likeness,
  precise: boolean,
): boolean {
  if (likeness === "exact" || c.strict) return sameScalar(a.num, b.num) && c.ids.matchNumbers(a.id, b.id);
  if (likeness === "covered" && !precise && !c.allPrecise) return true;
  if (a.linked !== b.linked || a.delta !== b.delta) return false;
  return holdsScalar(a.num, b.num) && c.ids.matchNumbers(a.id, b.id);
}

function pointersAlike(c: Comparison, a: Pointer, b: Pointer, likeness: Likeness): boolean {
  if (a.kind === "arena") return true;
  if (a !== b && !samePointee(a, b)) return false;
  if (!c.ids.match(a.id, b.id) || !c.ids.match(a.ref, b.ref) || !c.ids.match(a.dynptrId, b.dynptrId))
    return false;
  if (likeness === "exact" || !isRanged(a)) return a.size === b.size && sameScalar(a.vary, b.vary);
  const isPacket = a.kind === "packet" || a.kind === "packetMeta";
  return (isPacket ? a.size <= b.size : a.size === b.size) && holdsScalar(a.vary, b.vary);
}

function isRanged(p: Pointer): boolean {
  switch (p.kind) {
    case "mapValue":
    case "mapKey":
    case "mem":
    case "buf":
    case "tpBuffer":
    case "packet":
    case "packetMeta":
      return true;
    default:
      return false;
  }
}

function samePointee(a: Pointer, b: Pointer): boolean {
  return (
    a.off === b.off &&
    a.nullable === b.nullable &&
    a.attrs === b.attrs &&
    a.map === b.map &&
    a.mapUid === b.mapUid &&
    a.frame === b.frame &&
    a.btf === b.btf &&
    a.type === b.type &&
    a.subprogram === b.subprogram &&
    a.dynptr === b.dynptr
  );
}

function slotsAlike(c: Comparison, a: Slot, b: Slot, likeness: Likeness, precise: boolean): boolean {
  if (likeness === "exact" && a.bytes !== b.bytes) return false;
  if (a.bytes === 0 || (c.unwrittenIsMisc && a.bytes === MISC_SLOT.bytes && likeness === "covered"))
    return true;
  const x = wholeNumber(c, a);
  const y = wholeNumber(c, b);
  if (x && y) return valuesAlike(c, x, y, likeness, precise);
  for (let i = 0; i < 8; i++) {
    const was = byteAt(a, i);
    const is = byteAt(b, i);
    if (was === BYTE.invalid || (was === BYTE.misc && c.unwrittenIsMisc)) continue;
    if (was === is || (was === BYTE.misc && is === BYTE.zero)) continue;
    return false;
  }
  if (a.object || b.object) return a.object && b.object ? objectsAlike(c, a.object, b.object) : false;
  return byteAt(a, 0) !== BYTE.spill || valuesAlike(c, a.value, b.value, likeness, precise);
}

/** What an 8-byte load of the slot would give, where that is a number. */
function wholeNumber(c: Comparison, slot: Slot): ScalarValue | undefined {
  if (isWholeSpill(slot)) return slot.value.kind === "scalar" ? slot.value : undefined;
  if (slot.bytes === MISC_SLOT.bytes) return UNKNOWN_VALUE;
  if (!c.unwrittenIsMisc) return undefined;
  for (let i = 0; i < 8; i++) {
    const byte = byteAt(slot, i);
    if (byte !== BYTE.misc && byte !== BYTE.invalid) return undefined;
  }
  return slot.bytes === 0 ? undefined : UNKNOWN_VALUE;
}

function objectsAlike(c: Comparison, a: StackObject, b: StackObject): boolean {
  if (a.kind === "dynptr" && b.kind === "dynptr")
    return a.of === b.of && a.first === b.first && a.readOnly === b.readOnly && c.ids.match(a.ref, b.ref);
  if (a.kind === "iterator" && b.kind === "iterator") {
    const same = a.of === b.of && a.first === b.first && a.active === b.active && a.rcu === b.rcu;
    return same && c.ids.match(a.ref, b.ref);
  }
  if (a.kind === "irqFlag" && b.kind === "irqFlag") return a.class === b.class && c.ids.match(a.ref, b.ref);
  return false;
}

function sameHeld(c: Comparison, older: readonly Held[], newer: readonly Held[]): boolean {
  if (older === newer && older.length === 0) return true;
  if (older.length !== newer.length) return false;
  return older.every((a, i) => {
    const b = newer[i];
    if (b === undefined || a.kind !== b.kind || !c.ids.match(a.id, b.id)) return false;
    return a.kind !== "lock" || (b.kind === "lock" && a.of === b.of);
  });
}
