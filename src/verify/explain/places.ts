import type { Subject } from "../finding/finding.ts";
import type { State } from "../state/state.ts";
import { isFixed, type Pointer, type Value } from "../state/value.ts";

/** Where a value is on a path: a register or a stack slot of a frame. */
export type Place = Readonly<
  { kind: "reg"; frame: number; reg: number } | { kind: "slot"; frame: number; slot: number }
>;

export function samePlace(a: Place, b: Place): boolean {
  if (a.kind === "reg") return b.kind === "reg" && a.frame === b.frame && a.reg === b.reg;
  return b.kind === "slot" && a.frame === b.frame && a.slot === b.slot;
}

export function valueAt(s: State, place: Place): Value | undefined {
  const frame = s.frames[place.frame];
  return place.kind === "reg" ? frame?.regs[place.reg] : frame?.slots[place.slot]?.value;
}

/** The slot that an access through a pointer to the stack is to, where that is one. */
export function slotOf(base: Value | undefined, off: number): Place | undefined {
  if (base?.kind !== "stack" || !isFixed(base)) return undefined;
  const at = (base as Pointer).off + off + Number(BigInt.asIntN(64, base.vary.value));
  return at < 0 && at >= -512 ? { kind: "slot", frame: base.frame, slot: Math.ceil(-at / 8) - 1 } : undefined;
}

export function placeOf(subject: Subject | undefined, depth: number): Place | undefined {
  if (subject?.kind === "reg") return { kind: "reg", frame: depth, reg: subject.reg };
  return subject?.kind === "slot" ? { kind: "slot", frame: subject.frame, slot: subject.slot } : undefined;
}

/** "r6", or "stack -8": bytes from the frame's top. */
export function placeName(place: Place): string {
  return place.kind === "reg" ? `r${place.reg}` : `stack ${-(place.slot + 1) * 8}`;
}
