import type { Insn } from "../../isa/insn.ts";
import { registerUse } from "../program/live-registers.ts";
import { addPlace, addSlot, emptyPlaces, hasPlace, isEmpty, removeSlot } from "../state/places.ts";
import type { Checkpoint, PlaceSet, State, Trail } from "../state/state.ts";
import { DEPTH_UNIT, FIRST_SLOT_PLACE, STACK_UNIT } from "../state/state.ts";

// Most numbers only pass by: two states that differ in them are alike. Where the exact range of a number decides
// something, it is followed back along the path, through the instructions that it was computed by, and marked in every
// state that was remembered on the way.

/** Which places matter, by frame. */
type Wanted = PlaceSet[];

/**
 * Notes that the range of these places decides something: in the instruction that runs now (`running`), which the trail
 * holds already, or after the point where the path is. Uses `wanted` up. Returns whether a mark was new.
 */
export function demandPrecision(insns: readonly Insn[], s: State, wanted: Wanted, running: boolean): boolean {
  let changed = false;
  let trail = s.trail;
  let parent = s.parent;
  let depth = s.frames.length - 1;
  let count = trail.steps.length - (running ? 1 : 0);
  while (wanted.some((set) => !isEmpty(set))) {
    goBack(insns, trail, count, depth, wanted);
    if (parent === undefined) return changed;
    if (markPrecise(parent, wanted)) changed = true;
    depth = parent.state.frames.length - 1;
    trail = parent.trail;
    count = trail.steps.length;
    parent = parent.parent;
  }
  return changed;
}

/** Marks what is wanted and leaves in `wanted` what was not marked before; whether there was anything. */
function markPrecise(point: Checkpoint, wanted: Wanted): boolean {
  let changed = false;
  for (const [index, set] of wanted.entries()) {
    const frame = point.state.frames[index];
    const marked = point.precise[index];
    if (frame === undefined || marked === undefined) {
      set.regs = set.low = set.high = 0;
      continue;
    }
    for (let i = 0; i < 10; i++) if (frame.regs[i]?.kind !== "scalar") set.regs &= ~(1 << i);
    for (let i = 0; i < 64; i++)
      if (hasPlace(set, FIRST_SLOT_PLACE + i) && frame.slots[i]?.value.kind !== "scalar") removeSlot(set, i);
    set.regs &= ~marked.regs;
    set.low &= ~marked.low;
    set.high &= ~marked.high;
    if (isEmpty(set)) continue;
    changed = true;
    marked.regs |= set.regs;
    marked.low |= set.low;
    marked.high |= set.high;
  }
  return changed;
}

/** Follows what is wanted back over the first `count` steps. `depth` is that of what runs after them. */
function goBack(insns: readonly Insn[], trail: Trail, count: number, depth: number, wanted: Wanted): void {
  let below = depth; // depth of the instruction that ran after this one
  let link = trail.links.length - 1;
  while (link >= 0 && (trail.links[link]?.at ?? 0) >= count) link--;
  for (let i = count - 1; i >= 0; i--) {
    const step = trail.steps[i] ?? 0;
    const own = Math.floor(step / DEPTH_UNIT);
    const linked = trail.links[link]?.at === i ? trail.links[link--] : undefined;
    if (linked) spread(linked.members, wanted);
    const insn = insns[step % STACK_UNIT];
    if (insn) undo(insn, Math.floor((step % DEPTH_UNIT) / STACK_UNIT), own, below, wanted);
    if (linked) spread(linked.members, wanted);
    below = own;
    if (wanted.every(isEmpty)) return;
  }
}

/** Linked values learnt the same: where one is wanted, all are. */
function spread(members: readonly Readonly<{ frame: number; index: number }>[], wanted: Wanted): void {
  const any = members.some(({ frame, index }) => {
    const set = wanted[frame];
    return set !== undefined && hasPlace(set, index);
  });
  if (any) for (const { frame, index } of members) addPlace(setOf(wanted, frame), index);
}

function setOf(wanted: Wanted, frame: number): PlaceSet {
  for (let i = wanted.length; i <= frame; i++) wanted.push(emptyPlaces());
  return wanted[frame] ?? emptyPlaces();
}

const ARGUMENTS = 0b111110;
const CLOBBERED = 0b111111;

/** What was wanted after the instruction, in terms of what was there before it. `touched` is its stack slot, if any. */
function undo(insn: Insn, touched: number, depth: number, below: number, wanted: Wanted): void {
  const set = setOf(wanted, depth);
  if (below > depth) return undoEntry(insn, set, setOf(wanted, below));
  if (below < depth && insn.kind === "exit") {
    const caller = setOf(wanted, below);
    set.regs = caller.regs & 1;
    caller.regs &= ~1;
    return;
  }
  const slot = touched === 0 ? undefined : { set: setOf(wanted, (touched - 1) >> 6), slot: (touched - 1) & 63 };
  switch (insn.kind) {
    case "alu":
    case "movsx":
    case "neg":
    case "endian": {
      const { reads, writes } = registerUse(insn, () => 5);
      if ((set.regs & writes) !== 0) set.regs = (set.regs & ~writes) | reads;
      return;
    }
    case "jump": {
      const { reads } = registerUse(insn, () => 5);
      if (insn.src.kind === "reg" && (set.regs & reads) !== 0) set.regs |= reads;
      return;
    }
    case "load":
    case "loadAcquire":
      if ((set.regs & (1 << insn.dst)) === 0) return;
      set.regs &= ~(1 << insn.dst);
      if (slot) addSlot(slot.set, slot.slot);
      return;
    case "store":
    case "storeRelease":
      if (!slot || !hasPlace(slot.set, FIRST_SLOT_PLACE + slot.slot)) return;
      removeSlot(slot.set, slot.slot);
      if (insn.kind === "storeRelease") addPlace(set, insn.src);
      else if (insn.src.kind === "reg") addPlace(set, insn.src.reg);
      return;
    case "call":
      set.regs &= ~CLOBBERED;
      return;
    case "atomic": {
      const { writes } = registerUse(insn, () => 5);
      if ((set.regs & writes) === 0) return;
      set.regs &= ~writes;
      if (slot) addSlot(slot.set, slot.slot);
      return;
    }
    default:
      set.regs &= ~registerUse(insn, () => 5).writes;
  }
}

/** A call that entered a function: its arguments come from the caller's; a callback's come from the kernel. */
function undoEntry(insn: Insn, caller: PlaceSet, callee: PlaceSet): void {
  const isLocal = insn.kind === "call" && (insn.target.kind === "local" || insn.target.kind === "func");
  if (isLocal) caller.regs = (caller.regs & ~CLOBBERED) | (callee.regs & ARGUMENTS);
  callee.regs = callee.low = callee.high = 0;
}
