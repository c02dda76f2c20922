import type { Scalar } from "../number/scalar.ts";
import type { Slot } from "./slot.ts";
import { EMPTY_SLOT } from "./slot.ts";
import type { Value } from "./value.ts";
import { pointer, UNSET } from "./value.ts";

/** What a callback must return, and what happens then. */
export type CallbackKind = "sync" | "async" | "exception";

/** One active function. `slots[0]` is the 8 bytes below the frame's top, r10 - 8. */
export type Frame = {
  readonly subprogram: number;
  /** The calling instruction, in the frame below; -1 for the program's entry. */
  readonly callsite: number;
  readonly callback: CallbackKind | undefined;
  /** For callbacks: least and greatest result. */
  readonly returns: readonly [number, number] | undefined;
  /** How often the callback that this frame calls was entered on this path. */
  callbackDepth: number;
  regs: Value[];
  slots: Slot[];
};

/** What must be given back: a reference, or a lock. `insn` is where it was taken. */
export type Held = Readonly<
  | { kind: "reference"; id: number; insn: number; what: string }
  | { kind: "lock"; id: number; insn: number; of: unknown; resilient: boolean; irq: boolean }
  | { kind: "irq"; id: number; insn: number }
>;

/** Everything known at one point of one path. Frames are replaced or changed only by their owner; values are shared. */
export type State = {
  frames: Frame[];
  held: readonly Held[];
  rcuDepth: number;
  preemptDepth: number;
  sleepable: boolean;
  mayGotoDepth: number;
  /** How many callbacks that run later, each set by the one before, led here. */
  asyncDepth: number;
  /** Rounds of callbacks, so that loops of them are not taken for endless ones. */
  callbackRounds: number;
  /** The last point that was remembered on the way, and the way since then. */
  parent: Checkpoint | undefined;
  trail: Trail;
  insn: number;
  /** Only a processor that guessed wrongly comes here. */
  speculative: boolean;
  /** Something was found wrong on this path: what follows from it is not reported. */
  tainted: boolean;
};

/**
 * The instructions of a path since a checkpoint, one number for each: the instruction's index, STACK_UNIT times what it
 * spilled to or filled from (0: nothing, else 1 + frame * 64 + slot), and DEPTH_UNIT times the frame that it ran in.
 */
export type Trail = {
  steps: number[];
  /** Families of linked values that a jump's outcome was learnt for, by position in `steps`. */
  links: LinkedPlaces[];
};

export type LinkedPlaces = Readonly<{ at: number; members: readonly Place[] }>;

export const STACK_UNIT = 2 ** 20;
export const DEPTH_UNIT = 2 ** 31;

/** A register or slot of a frame: `index` counts registers 0 to 10, then slots from 16. */
export type Place = Readonly<{ frame: number; index: number }>;
export const FIRST_SLOT_PLACE = 16;

/** Registers and slots, as two bit sets per frame: registers in `regs`, slots 0-31 in `low`, 32-63 in `high`. */
export type PlaceSet = { regs: number; low: number; high: number };

/** A state that was remembered, so that a path that comes along again with nothing new can end. */
export type Checkpoint = {
  readonly state: State;
  readonly insn: number;
  readonly parent: Checkpoint | undefined;
  /** The loop that it is in, as it was entered on its way. */
  readonly visit: LoopVisit | undefined;
  /** The way from the parent to here. */
  readonly trail: Trail;
  /** By frame: numbers whose exact range mattered somewhere after this point. */
  readonly precise: PlaceSet[];
  /** Paths from here that are still to be followed. */
  branches: number;
  hits: number;
  misses: number;
  /** What of its stack is not read any more is forgotten. */
  cleaned: boolean;
};

/**
 * One time that a loop is gone through: from `entry`, the first point in it, until all paths from there have ended. Paths
 * that ended where they came back to a point of the loop are kept until then, since what must be precise at that point
 * may not be known yet.
 */
export type LoopVisit = {
  entry: Checkpoint | undefined;
  returns: { readonly state: State; readonly to: Checkpoint }[];
};

export const MAX_SLOTS = 64; // 512 bytes

export function newFrame(
  subprogram: number,
  callsite: number,
  index: number,
  callback?: { kind: CallbackKind; returns: readonly [number, number] | undefined },
): Frame {
  const regs: Value[] = Array.from({ length: 11 }, () => UNSET);
  regs[10] = pointer("stack", { frame: index });
  return {
    subprogram,
    callsite,
    callback: callback?.kind,
    returns: callback?.returns,
    callbackDepth: 0,
    regs,
    slots: [],
  };
}

function copyFrame(frame: Frame): Frame {
  return { ...frame, regs: frame.regs.slice(), slots: frame.slots.slice() };
}

/** A state that can be changed without changing this one. */
export function copyState(s: State): State {
  return {
    ...s,
    frames: s.frames.map(copyFrame),
    trail: { steps: s.trail.steps.slice(), links: s.trail.links.slice() },
  };
}

export function topFrame(s: State): Frame {
  const frame = s.frames[s.frames.length - 1];
  if (frame === undefined) throw new Error("bug: a state without frames");
  return frame;
}

export function frameAt(s: State, index: number): Frame {
  const frame = s.frames[index];
  if (frame === undefined) throw new Error(`bug: no frame ${index}`);
  return frame;
}

export function reg(s: State, index: number): Value {
  return topFrame(s).regs[index] ?? UNSET;
}

export function setReg(s: State, index: number, value: Value): void {
  topFrame(s).regs[index] = value;
}

/** A slot of a frame; never written ones are empty. */
export function slotAt(frame: Frame, index: number): Slot {
  return frame.slots[index] ?? EMPTY_SLOT;
}

/** Writes a slot; those between it and the frame's top come into being. */
export function setSlot(frame: Frame, index: number, slot: Slot): void {
  for (let i = frame.slots.length; i < index; i++) frame.slots.push(EMPTY_SLOT);
  frame.slots[index] = slot;
}

/** Calls `change` for each value that the state holds, in registers and on stacks, and keeps what it returns. */
export function mapValues(s: State, change: (value: Value) => Value): void {
  for (const frame of s.frames) {
    const { regs, slots } = frame;
    for (let i = 0; i < 11; i++) {
      const old = regs[i] ?? UNSET;
      const value = change(old);
      if (value !== old) regs[i] = value;
    }
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i];
      if (slot === undefined || slot.value.kind === "unset") continue;
      const value = change(slot.value);
      if (value !== slot.value) slots[i] = { ...slot, value };
    }
  }
}

/** The numbers of a pointer's offset: for messages. */
export function rangeOf(num: Scalar): readonly [bigint, bigint] {
  return [num.smin, num.smax];
}
