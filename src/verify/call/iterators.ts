import { isInRcuSection } from "../access/object.ts";
import { refuse } from "../access/report.ts";
import type { Environment } from "../environment.ts";
import { EMPTY_SLOT, objectSlot, type StackObject } from "../state/slot.ts";
import type { State } from "../state/state.ts";
import { frameAt, setReg, setSlot, slotAt, topFrame } from "../state/state.ts";
import { changed, fixedOffset, isFixed, isPointer, type Pointer, ZERO_VALUE } from "../state/value.ts";
import type { Analysis } from "../walk/analysis.ts";
import { lastVisit, widenNumbers } from "../walk/widen.ts";
import { isInFrame } from "./in-frame.ts";
import type { KfuncSite } from "./kfunc-site.ts";

type Iterator = Extract<StackObject, { kind: "iterator" }>;

/** Checks the iterator in `r` of `slots` 8-byte slots, and makes or ends it. */
export function checkIterator(
  a: Analysis,
  s: State,
  site: KfuncSite,
  r: number,
  p: Pointer,
  of: string,
  slots: number,
): boolean {
  const refused = (message: string) => refuse(a, s, { reg: r }, "verify/iterator-argument", message);
  if (site.kfunc.name === "bpf_iter_css_task_new" && !mayGoOverCssTasks(a.env))
    return refused(`${site.name} is only for LSM programs, iterators and programs that may sleep`);
  const at = p.kind === "stack" && isFixed(p) ? fixedOffset(p) : 1;
  if (site.kfunc.iterator === "new" && !isInFrame(a, s, r, p, at, slots * 8)) return false;
  if (at % 8 !== 0 || at > -8 * slots || at < -512)
    return refused(`r${r} does not point to ${slots * 8} aligned bytes of the stack`);
  const slot = -at / 8 - 1;
  site.iterator = { frame: p.frame, slot };
  if (site.kfunc.iterator === "new") return makeIterator(a, s, site, r, of, slots);
  const found = iteratorAt(s, p.frame, slot);
  if (found === undefined || !isWhole(s, p.frame, slot, of, slots))
    return refused(`r${r} does not point to an iterator that was made by bpf_iter_${of}_new()`);
  site.ref = found.ref;
  for (let i = 0; i < slots; i++) a.noteRead(s, p.frame, slot - i);
  if (!found.rcu && isProtected(site)) {
    const message = `the iterator goes over objects that RCU protects, and there is no RCU section any more`;
    return refuse(a, s, { reg: r }, "verify/rcu-section", message);
  }
  if (site.kfunc.iterator !== "destroy") return true;
  for (let i = 0; i < slots; i++) setSlot(frameAt(s, p.frame), slot - i, EMPTY_SLOT);
  a.release(s, found.ref);
  return true;
}

function mayGoOverCssTasks({ programType, attachType, sleepable }: Environment): boolean {
  return programType === "lsm" || attachType === "traceIter" || sleepable;
}

/** Whether none of its slots was written to since it was made. */
function isWhole(s: State, frame: number, slot: number, of: string, slots: number): boolean {
  for (let i = 0; i < slots; i++) {
    const part = iteratorAt(s, frame, slot - i);
    if (part?.of !== of || part.first !== (i === 0)) return false;
  }
  return true;
}

/** Iterators of tasks and of cgroups' parts: their elements live as long as an RCU section. */
function isProtected(site: KfuncSite): boolean {
  return /^bpf_iter_(?:task|css)_(?:new|next|destroy)$/.test(site.kfunc.name);
}

function makeIterator(a: Analysis, s: State, site: KfuncSite, r: number, of: string, slots: number): boolean {
  const { frame: frameIndex, slot } = site.iterator ?? { frame: 0, slot: 0 };
  const frame = frameAt(s, frameIndex);
  for (let i = 0; i < slots; i++) {
    if (slotAt(frame, slot - i).object === undefined) continue;
    const message = `r${r} points to stack bytes that hold an iterator, or another object, already`;
    return refuse(a, s, { reg: r }, "verify/iterator-argument", message);
  }
  const rcu = !isProtected(site) || isInRcuSection(s);
  a.useStack(frameIndex, s, (slot + 1) * 8);
  site.makes.push(() => {
    const ref = a.acquire(s, `bpf_iter_${of}_destroy()`);
    const object: Iterator = { kind: "iterator", of, first: true, ref, active: true, depth: 0, rcu };
    setSlot(frame, slot, objectSlot(object));
    for (let i = 1; i < slots; i++) setSlot(frame, slot - i, objectSlot({ ...object, first: false, ref: 0 }));
  });
  return true;
}

function iteratorAt(s: State, frame: number, slot: number): Iterator | undefined {
  const { object } = slotAt(frameAt(s, frame), slot);
  return object?.kind === "iterator" ? object : undefined;
}

/** The next element: it is there on a way that is followed later, and there is none on this one. */
export function advanceIterator(a: Analysis, s: State, site: KfuncSite): void {
  const place = site.iterator;
  const current = place && iteratorAt(s, place.frame, place.slot);
  if (place === undefined || current === undefined) return;
  if (current.active) {
    const more = a.fork(s, s.insn + 1);
    setSlot(frameAt(more, place.frame), place.slot, objectSlot({ ...current, depth: current.depth + 1 }));
    const point = lastVisit(s, s.insn, true);
    if (point) widenNumbers(point, more);
    const element = topFrame(more).regs[0];
    if (element && isPointer(element)) setReg(more, 0, changed(element, { nullable: false, id: 0 }));
  }
  setSlot(frameAt(s, place.frame), place.slot, objectSlot({ ...current, active: false }));
  setReg(s, 0, ZERO_VALUE);
}

/** After an RCU section ends, iterators of what it protected are of no use. */
export function endRcuIterators(s: State): void {
  for (const frame of s.frames)
    for (let i = 0; i < frame.slots.length; i++) {
      const { object } = slotAt(frame, i);
      if (object?.kind === "iterator" && (object.of === "task" || object.of === "css") && object.rcu)
        setSlot(frame, i, objectSlot({ ...object, rcu: false }));
    }
}
