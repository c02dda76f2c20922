import type { HelperArg } from "../../abi/helper-types.ts";
import { refuse } from "../access/report.ts";
import { endDynptr } from "../access/stack-objects.ts";
import { EMPTY_SLOT, objectSlot, type StackObject } from "../state/slot.ts";
import type { State } from "../state/state.ts";
import { frameAt, mapValues, setSlot, slotAt } from "../state/state.ts";
import { type DynptrKind, fixedOffset, isFixed, isPointer, type Pointer } from "../state/value.ts";
import type { Analysis } from "../walk/analysis.ts";
import type { CallSite } from "./call-site.ts";
import { isInFrame } from "./in-frame.ts";

export const DYNPTR_SIZE = 16;

export type Dynptr = Extract<StackObject, { kind: "dynptr" }>;
type DynptrArg = Extract<HelperArg, { kind: "dynptr" }>;

/** The slot of the frame that holds the low 8 bytes of a 16-byte object at a pointer to the stack. */
export function lowSlot(p: Pointer): number | undefined {
  const at = isFixed(p) ? fixedOffset(p) : 1;
  return at % 8 === 0 && at <= -16 && at >= -512 ? -at / 8 - 1 : undefined;
}

/** The dynptr that a pointer leads to, if it does. */
export function dynptrAt(s: State, p: Pointer): Dynptr | undefined {
  const index = lowSlot(p);
  if (index === undefined) return undefined;
  const { object } = slotAt(frameAt(s, p.frame), index);
  return object?.kind === "dynptr" && object.first ? object : undefined;
}

/** Checks a dynptr argument: one to be made needs bytes that are none, others must be there. */
export function checkDynptr(
  a: Analysis,
  s: State,
  site: CallSite,
  arg: DynptrArg,
  r: number,
  p: Pointer,
): boolean {
  const refused = (message: string) => refuse(a, s, { reg: r }, "verify/dynptr-argument", message);
  if ("make" in arg && isFixed(p) && !isInFrame(a, s, r, p, fixedOffset(p), DYNPTR_SIZE)) return false;
  if (p.kind === "stack" && lowSlot(p) === undefined)
    return refused(`r${r} does not point to 16 aligned bytes of the stack, at an offset that is known`);
  if ("make" in arg) {
    const of: DynptrKind = arg.of === "ringbuf" ? "ringbuf" : "local";
    return p.kind === "stack"
      ? makeDynptr(a, s, site, r, p, of, of === "ringbuf")
      : refused(`${site.name} makes a dynptr on the stack`);
  }
  if (p.kind === "dynptr") {
    site.dynptr = { id: p.dynptrId, ref: p.ref, of: p.dynptr ?? "local" };
    return !("release" in arg) || refused(`${site.name} cannot take the kernel's own dynptr`);
  }
  const found = dynptrAt(s, p);
  if (found === undefined) return refused(`r${r} does not point to a dynptr that was made`);
  if (arg.of === "ringbuf" && found.of !== "ringbuf")
    return refused(`${site.name} takes a ring buffer's dynptr`);
  noteSlots(a, s, p);
  site.dynptr = { id: found.id, ref: found.ref, of: found.of };
  if ("release" in arg) site.releases = r;
  return true;
}

function noteSlots(a: Analysis, s: State, p: Pointer): void {
  const index = lowSlot(p) ?? 0;
  a.noteRead(s, p.frame, index);
  a.noteRead(s, p.frame, index - 1);
}

/** Promises a dynptr at the pointer, once the call's other arguments are checked. */
export function makeDynptr(
  a: Analysis,
  s: State,
  site: CallSite,
  r: number,
  p: Pointer,
  of: DynptrKind,
  acquires: boolean,
  readOnly = false,
  copiedRef = 0,
): boolean {
  const frame = frameAt(s, p.frame);
  const index = lowSlot(p) ?? 0;
  for (const at of [index, index - 1]) {
    const slot = slotAt(frame, at);
    if (slot.object?.kind === "dynptr") {
      if (slot.object.ref !== 0) {
        const message = "a dynptr that still holds its record is made again";
        return refuse(a, s, { reg: r }, "verify/dynptr-overwrite", message);
      }
      continue;
    }
    if (slot.object === undefined) continue;
    return refuse(
      a,
      s,
      { reg: r },
      "verify/dynptr-argument",
      `r${r} points to an object of the kernel's on the stack`,
    );
  }
  a.useStack(p.frame, s, (index + 1) * 8);
  site.makes.push(() => {
    endDynptr(a, s, p.frame, index);
    endDynptr(a, s, p.frame, index - 1);
    const ref = acquires ? a.acquire(s, "bpf_ringbuf_submit_dynptr()") : copiedRef;
    const id = a.newId();
    const object: Dynptr = { kind: "dynptr", of, first: true, id, ref, readOnly, sizeId: 0 };
    setSlot(frame, index, objectSlot(object));
    setSlot(frame, index - 1, objectSlot({ ...object, first: false }));
  });
  return true;
}

/** A dynptr is given back: it, its copies and every slice of them are gone. */
export function releaseDynptr(a: Analysis, s: State, ref: number): void {
  for (const frame of s.frames)
    for (let i = 0; i < frame.slots.length; i++) {
      const { object } = slotAt(frame, i);
      if (object?.kind !== "dynptr" || object.ref !== ref) continue;
      forgetSlices(a, s, object.id);
      setSlot(frame, i, EMPTY_SLOT);
    }
  a.release(s, ref);
}

function forgetSlices(a: Analysis, s: State, id: number): void {
  mapValues(s, (value) => (isPointer(value) && value.dynptrId === id ? a.voided : value));
}

/** Slices of a packet's dynptr may be stale after the packet was changed. */
export function forgetPacketSlices(a: Analysis, s: State): void {
  mapValues(s, (value) => {
    if (!isPointer(value) || value.kind !== "mem") return value;
    return value.dynptr === "skb" || value.dynptr === "xdp" || value.dynptr === "skbMeta" ? a.voided : value;
  });
}
