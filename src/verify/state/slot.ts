import type { DynptrKind, Value } from "./value.ts";
import { UNSET } from "./value.ts";

/**
 * Eight bytes of a stack frame, aligned. Each byte is one of BYTE; `bytes` holds four bits for each, the lowest address
 * in the lowest bits. Where bytes are of a spilled value, `value` is it: all of it, or its low part when fewer bytes are.
 */
export type Slot = Readonly<{
  bytes: number;
  value: Value;
  /** The object of which these bytes are a part. */
  object: StackObject | undefined;
}>;

export const BYTE = { invalid: 0, misc: 1, zero: 2, spill: 3, object: 4 } as const;
export type Byte = (typeof BYTE)[keyof typeof BYTE];

/** Kernel objects that live on the stack, which the program must not touch. `first`: this slot is the lowest of it. */
export type StackObject = Readonly<
  | {
      kind: "dynptr";
      of: DynptrKind;
      first: boolean;
      id: number;
      ref: number;
      readOnly: boolean;
      sizeId: number;
    }
  | { kind: "iterator"; of: string; first: boolean; ref: number; active: boolean; depth: number; rcu: boolean }
  | { kind: "irqFlag"; first: true; ref: number; class: "native" | "lock" }
>;

const EIGHT = 0x11111111; // one in each group of four bits

/** All eight bytes the same. */
export function allBytes(byte: Byte): number {
  return Math.imul(EIGHT, byte);
}

export const EMPTY_SLOT: Slot = { bytes: 0, value: UNSET, object: undefined };
export const MISC_SLOT: Slot = { bytes: allBytes(BYTE.misc), value: UNSET, object: undefined };
export const ZERO_SLOT: Slot = { bytes: allBytes(BYTE.zero), value: UNSET, object: undefined };

export function byteAt(slot: Slot, index: number): Byte {
  return ((slot.bytes >>> (index * 4)) & 15) as Byte;
}

export function withByte(bytes: number, index: number, byte: Byte): number {
  const shift = index * 4;
  return (bytes & ~(15 << shift)) | (byte << shift);
}

/** A whole value on the stack. */
export function spilled(value: Value): Slot {
  return { bytes: allBytes(BYTE.spill), value, object: undefined };
}

export function objectSlot(object: StackObject): Slot {
  return { bytes: allBytes(BYTE.object), value: UNSET, object };
}

/** Whether all eight bytes are of one spilled value. */
export function isWholeSpill(slot: Slot): boolean {
  return slot.bytes === allBytes(BYTE.spill);
}

/** How many bytes, from the lowest, are of a spilled value: 0 when none. */
export function spillSize(slot: Slot): number {
  let size = 0;
  while (size < 8 && byteAt(slot, size) === BYTE.spill) size++;
  return size;
}
