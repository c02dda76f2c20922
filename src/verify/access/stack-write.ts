import { isConst, isUnknown } from "../number/scalar.ts";
import { BYTE, type Byte, byteAt, type Slot, withByte } from "../state/slot.ts";
import type { Frame, State } from "../state/state.ts";
import { frameAt, setSlot, slotAt, topFrame } from "../state/state.ts";
import {
  isNull,
  isPointer,
  type Pointer,
  type ScalarValue,
  UNKNOWN_VALUE,
  UNSET,
  type Value,
} from "../state/value.ts";
import { found } from "../transfer/linked-values.ts";
import type { Analysis } from "../walk/analysis.ts";
import { type Access, refuse } from "./report.ts";
import { releaseObject } from "./stack-objects.ts";
import { type StackRange, stackRange } from "./stack-range.ts";

/** What is written: a register (-1: a constant of the instruction, or bytes of which nothing is known). */
export type Written = Readonly<{ value: Value | undefined; reg: number }>;

/** Writes to a stack frame: whole values are kept, anything else becomes bytes. */
export function writeStack(a: Analysis, s: State, p: Pointer, access: Access, written: Written): boolean {
  const range = stackRange(a, s, p, access);
  if (range === undefined) return false;
  const frame = frameAt(s, p.frame);
  if (!range.fixed) return writeSomewhere(a, s, p, access, range, written);
  const { first } = range;
  const index = Math.ceil(-first / 8) - 1;
  const old = slotAt(frame, index);
  if (!a.env.privileged && isPointer(old.value) && access.size !== 8) {
    const message = `a part of the pointer at stack byte ${-(index + 1) * 8} is overwritten`;
    return refuse(a, s, access, "verify/corrupt-spill", message);
  }
  if (!releaseObject(a, s, p.frame, index, access.reg)) return false;
  const aligned = first % 8 === 0;
  const { value } = written;
  if (!a.env.privileged && hidesMore(old, first + (index + 1) * 8, access.size, value))
    a.resultBarriers.add(s.insn);
  if (value?.kind === "scalar" && aligned && a.env.capBpf) {
    spill(a, s, p.frame, index, access.size, value, written.reg);
    return true;
  }
  if (value?.kind === "poison") return spillWhole(frame, index, value);
  if (value !== undefined && isPointer(value)) return spillPointer(a, s, p, access, index, value);
  writeBytes(a, s, frame, index, first, access.size, written);
  return true;
}

/** Whether the bytes that are written held, or will hold, more than a number of no interest. */
function hidesMore(old: Slot, start: number, size: number, value: Value | undefined): boolean {
  if (value !== undefined && isPointer(value)) return true;
  for (let i = start; i < start + size; i++) {
    const byte = byteAt(old, i);
    if (byte !== BYTE.misc && byte !== BYTE.zero) return true;
  }
  return false;
}

function spillWhole(frame: Frame, index: number, value: Value): true {
  setSlot(frame, index, { bytes: 0x33333333, value, object: undefined });
  return true;
}

function spillPointer(
  a: Analysis,
  s: State,
  p: Pointer,
  access: Access,
  index: number,
  value: Pointer,
): boolean {
  if (access.size !== 8) {
    const message = `only ${access.size} of the 8 bytes of a pointer are stored`;
    return refuse(a, s, access, "verify/partial-spill", message);
  }
  if (p.frame !== s.frames.length - 1 && value.kind === "stack") {
    const message = "an address in this function's frame is stored in its caller's";
    return refuse(a, s, access, "verify/caller-frame", message);
  }
  a.noteTransfer(s, p.frame, index);
  return spillWhole(frameAt(s, p.frame), index, value);
}

/** Keeps a number on the stack, in the low `size` bytes of a slot. */
function spill(
  a: Analysis,
  s: State,
  frameIndex: number,
  index: number,
  size: number,
  value: ScalarValue,
  from: number,
): void {
  const frame = frameAt(s, frameIndex);
  const old = slotAt(frame, index);
  const fits = value.num.umax < 1n << BigInt(size * 8);
  let kept = value;
  if (!a.env.profile.has("spilledLinks") && isUnknown(value.num)) kept = UNKNOWN_VALUE;
  else if (!fits) kept = { ...value, id: 0, linked: 0, delta: 0 };
  else if (from >= 0) {
    kept = linked(a, value);
    topFrame(s).regs[from] = kept;
  }
  let bytes = old.bytes;
  for (let i = 0; i < 8; i++) {
    if (i < size) bytes = withByte(bytes, i, BYTE.spill);
    else if (byteAt(old, i) !== BYTE.zero && byteAt(old, i) !== BYTE.invalid)
      bytes = withByte(bytes, i, BYTE.misc);
  }
  setSlot(frame, index, { bytes, value: kept, object: undefined });
  a.noteTransfer(s, frameIndex, index);
}

/** Before Linux 6.8 a copy on the stack has the family that the register has already, and none if nothing is known of it. */
function linked(a: Analysis, value: ScalarValue): ScalarValue {
  if (a.env.profile.has("spilledLinks")) return found(a, value);
  return value;
}

function writeBytes(
  a: Analysis,
  s: State,
  frame: Frame,
  index: number,
  first: number,
  size: number,
  { value, reg }: Written,
): void {
  const zero = value !== undefined && isNull(value);
  if (zero && reg >= 0) a.needPrecise(s, reg);
  const old = scrubbed(slotAt(frame, index));
  let { bytes } = old;
  const start = first + (index + 1) * 8;
  for (let i = 0; i < size; i++) bytes = withByte(bytes, start + i, zero ? BYTE.zero : BYTE.misc);
  setSlot(frame, index, { bytes, value: UNSET, object: undefined });
}

/** A slot whose whole value is no longer one: what was of it are bytes now. */
export function scrubbed(slot: Slot): Slot {
  if (slot.value.kind === "unset" && slot.object === undefined) return slot;
  let { bytes } = slot;
  for (let i = 0; i < 8; i++) {
    const byte = byteAt(slot, i);
    if (byte === BYTE.spill || byte === BYTE.object) bytes = withByte(bytes, i, BYTE.misc);
  }
  return { bytes, value: UNSET, object: undefined };
}

/** A write at an offset that varies: every byte in the range may be the one. */
function writeSomewhere(
  a: Analysis,
  s: State,
  p: Pointer,
  access: Access,
  range: StackRange,
  { value, reg }: Written,
): boolean {
  const frame = frameAt(s, p.frame);
  const zero = value !== undefined && isNull(value);
  let keptZero = false;
  const lowest = Math.ceil(-range.first / 8) - 1;
  const highest = Math.ceil(-(range.end - 1) / 8) - 1;
  for (let index = lowest; index >= highest; index--) {
    if (!releaseObject(a, s, p.frame, index, access.reg)) return false;
    const slot = slotAt(frame, index);
    const spilledZero = zero && slot.value.kind === "scalar" && isConst(slot.value.num) && isNull(slot.value);
    const old = spilledZero ? slot : scrubbed(slot);
    let { bytes } = old;
    for (let i = 0; i < 8; i++) {
      const at = -(index + 1) * 8 + i;
      if (at < range.first || at >= range.end) continue;
      const byte = byteAt(old, i);
      if (spilledZero && byte === BYTE.spill) {
        keptZero = true;
        continue;
      }
      if (!mayHide(a, s, access, byte, at)) return false;
      keptZero ||= zero && byte === BYTE.zero;
      bytes = withByte(bytes, i, zero && byte === BYTE.zero ? BYTE.zero : BYTE.misc);
    }
    setSlot(frame, index, { ...old, bytes });
  }
  if (keptZero && reg >= 0) a.needPrecise(s, reg);
  return true;
}

function mayHide(a: Analysis, s: State, access: Access, byte: Byte, at: number): boolean {
  if (byte !== BYTE.invalid || a.env.readsUnwrittenStack) return true;
  const message = `stack byte ${at} was never written, and this write at a varying offset may or may not write it`;
  return refuse(a, s, access, "verify/uninit-stack", message);
}

/** Forgets what a helper may have written to: `count` bytes from `first`. */
export function clobberStack(frame: Frame, first: number, count: number): void {
  for (let at = first; at < first + count; ) {
    const index = Math.ceil(-at / 8) - 1;
    const start = at + (index + 1) * 8;
    const size = Math.min(8 - start, first + count - at);
    let { bytes } = scrubbed(slotAt(frame, index));
    for (let i = start; i < start + size; i++) bytes = withByte(bytes, i, BYTE.misc);
    setSlot(frame, index, { bytes, value: UNSET, object: undefined });
    at += size;
  }
}
