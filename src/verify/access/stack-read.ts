import type { MemSize } from "../../isa/insn.ts";
import { isConst } from "../number/scalar.ts";
import { BYTE, byteAt, isWholeSpill, type Slot, spillSize, withByte } from "../state/slot.ts";
import type { Frame, State } from "../state/state.ts";
import { frameAt, setSlot, slotAt } from "../state/state.ts";
import { isPointer, type Pointer, UNKNOWN_VALUE, UNSET, type Value, ZERO_VALUE } from "../state/value.ts";
import { found } from "../transfer/linked-values.ts";
import type { Analysis } from "../walk/analysis.ts";
import { type Access, refuse } from "./report.ts";
import { type StackRange, stackRange } from "./stack-range.ts";

/** What a load from a stack frame gives, before it is cut to its size; undefined, and a fault, if it is not possible. */
export function readStack(a: Analysis, s: State, p: Pointer, access: Access): Value | undefined {
  const range = stackRange(a, s, p, access);
  if (range === undefined) return undefined;
  if (!range.fixed) return readSomewhere(a, s, p, access, range);
  const frame = frameAt(s, p.frame);
  const index = Math.ceil(-range.first / 8) - 1;
  const slot = slotAt(frame, index);
  a.noteRead(s, p.frame, index);
  const start = range.first + (index + 1) * 8;
  if (isWholeSpill(slot) && access.size === 8) return fill(a, s, p.frame, index, slot);
  const size = spillSize(slot);
  if (size > 0) {
    if (isPointer(slot.value)) {
      refuse(a, s, access, "verify/partial-spill", `${access.size} bytes of a pointer on the stack are read`);
      return undefined;
    }
    if (slot.value.kind === "poison") return slot.value;
    if (start === 0 && (access.size === size || (access.size < size && a.env.profile.has("narrowFills"))))
      return fillPart(a, s, p.frame, index, slot, access.size as MemSize, size);
  }
  return readBytes(a, s, access, slot, { frame: p.frame, index, start, ofSpill: size > 0 });
}

/** A whole value comes back, and stays linked with the slot. */
function fill(a: Analysis, s: State, frameIndex: number, index: number, slot: Slot): Value {
  a.noteTransfer(s, frameIndex, index);
  if (slot.value.kind !== "scalar") return slot.value;
  const value = a.env.profile.has("spilledLinks") ? found(a, slot.value) : slot.value;
  if (value !== slot.value) setSlot(frameAt(s, frameIndex), index, { ...slot, value });
  return value;
}

/** The low bytes of a number on the stack. */
function fillPart(
  a: Analysis,
  s: State,
  frameIndex: number,
  index: number,
  slot: Slot,
  size: MemSize,
  spilled: number,
): Value {
  a.noteTransfer(s, frameIndex, index);
  let { value } = slot;
  if (value.kind !== "scalar") return value;
  if (size === 4 && spilled === 4 && value.num.umax <= 0xffffffffn) {
    value = a.env.profile.has("spilledLinks") ? found(a, value) : value;
    setSlot(frameAt(s, frameIndex), index, { ...slot, value });
  }
  const fits = value.num.umax < 1n << BigInt(size * 8);
  return fits ? value : { ...value, id: 0, linked: 0, delta: 0 };
}

/** Bytes of a slot that are not one value: 0 if all are known to be. */
function readBytes(
  a: Analysis,
  s: State,
  access: Access,
  slot: Slot,
  { frame, index, start, ofSpill }: Readonly<{ frame: number; index: number; start: number; ofSpill: boolean }>,
): Value | undefined {
  let zeros = 0;
  let spills = 0;
  for (let i = start; i < start + access.size; i++) {
    const byte = byteAt(slot, i);
    if (byte === BYTE.zero) zeros++;
    else if (byte === BYTE.spill && ofSpill) spills++;
    else if (byte !== BYTE.misc && !(byte === BYTE.invalid && a.env.readsUnwrittenStack)) {
      const at = -(index + 1) * 8 + i;
      const what = byte === BYTE.invalid ? "was never written to" : "belongs to an object of the kernel's";
      refuse(a, s, access, "verify/uninit-stack", `stack byte ${at} is read, and ${what}`);
      return undefined;
    }
  }
  if (zeros === access.size) return ZERO_VALUE;
  const { value } = slot;
  const zeroSpill =
    spills === access.size && value.kind === "scalar" && isConst(value.num) && value.num.value === 0n;
  if (!zeroSpill) return UNKNOWN_VALUE;
  a.noteTransfer(s, frame, index); // it is 0 because the spilled number is
  return ZERO_VALUE;
}

/** A load at an offset that varies: a number of which nothing is known, unless all the bytes are 0. */
function readSomewhere(
  a: Analysis,
  s: State,
  p: Pointer,
  access: Access,
  range: StackRange,
): Value | undefined {
  if (!a.env.privileged) {
    refuse(a, s, access, "verify/privilege", "the stack is read at an offset that varies");
    return undefined;
  }
  if (!checkWritten(a, s, p, access, range, false)) return undefined;
  const frame = frameAt(s, p.frame);
  for (let at = range.first; at < range.end; at++) {
    const index = Math.ceil(-at / 8) - 1;
    if (byteAt(slotAt(frame, index), at + (index + 1) * 8) !== BYTE.zero) return UNKNOWN_VALUE;
  }
  return ZERO_VALUE;
}

/** Checks that bytes were written, for a reader other than a load at a fixed place. `clobbers`: it also writes. */
export function checkWritten(
  a: Analysis,
  s: State,
  p: Pointer,
  access: Access,
  range: StackRange,
  clobbers: boolean,
): boolean {
  const frame = frameAt(s, p.frame);
  for (let at = range.first; at < range.end; at++) {
    const index = Math.ceil(-at / 8) - 1;
    const i = at + (index + 1) * 8;
    if (i === 0 || at === range.first) a.noteRead(s, p.frame, index);
    const slot = slotAt(frame, index);
    const byte = byteAt(slot, i);
    if (!isReadable(a, slot, byte)) {
      const what =
        byte === BYTE.invalid ? "was never written to" : "holds a pointer, or an object of the kernel's";
      return refuse(a, s, access, "verify/uninit-stack", `stack byte ${at} is read, and ${what}`);
    }
    if (clobbers) clobberByte(frame, index, i, slot);
  }
  return true;
}

/** Where a slot begins with a spilled number, the kernel takes all of its bytes for written. */
function isReadable(a: Analysis, slot: Slot, byte: number): boolean {
  if (byte === BYTE.misc || byte === BYTE.zero) return true;
  if (byte === BYTE.invalid && a.env.readsUnwrittenStack) return true;
  if (byte === BYTE.object || byteAt(slot, 0) !== BYTE.spill || slot.value.kind === "unset") return false;
  return a.env.privileged || !isPointer(slot.value);
}

function clobberByte(frame: Frame, index: number, i: number, slot: Slot): void {
  if (byteAt(slot, i) !== BYTE.spill) {
    setSlot(frame, index, { ...slot, bytes: withByte(slot.bytes, i, BYTE.misc) });
    return;
  }
  let { bytes } = slot;
  for (let k = 0; k < 8; k++) if (byteAt(slot, k) === BYTE.spill) bytes = withByte(bytes, k, BYTE.misc);
  setSlot(frame, index, { bytes, value: UNSET, object: undefined });
}
