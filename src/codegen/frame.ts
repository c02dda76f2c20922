import type { Cfg } from "../ir/cfg.ts";
import type { Block, Func, Inst, Slot, SlotId } from "../ir/ir.ts";

/** Bytes of all slots together, a multiple of 8, and where each slot starts, counted down from the frame pointer. */
export type SlotFrame = Readonly<{ bytes: number; offsets: readonly number[] }>;

/**
 * Lays out the slots that are used; those that are never live at the same time share bytes. A slot lives from
 * `slotStart` to `slotEnd` on every way between them, and all the time where it has no start. `include` leaves slots out.
 */
export function layOutSlots(func: Func, cfg: Cfg, include: (slot: SlotId) => boolean = () => true): SlotFrame {
  if (func.slots.length === 0) return { bytes: 0, offsets: [] };
  const marks = findMarks(func);
  const { used } = marks;
  for (const slot of func.slots) if (!include(slot.id)) used[slot.id] = 0;
  const offsets = func.slots.map(() => 0);
  const meets = findConflicts(func, cfg, marks);
  const placed: Slot[] = [];
  let bytes = 0;
  const bySize = func.slots
    .filter((slot) => used[slot.id] === 1)
    .sort((a, b) => b.bytes - a.bytes || a.id - b.id);
  for (const slot of bySize) {
    const neighbours = placed.filter((other) => meets(slot.id, other.id));
    const top = lowestFit(slot, neighbours, offsets);
    offsets[slot.id] = -(top + sizeOf(slot));
    placed.push(slot);
    bytes = Math.max(bytes, top + sizeOf(slot));
  }
  return { bytes: roundUp(bytes, 8), offsets };
}

/** Whole words, so that neighbours never share one: the verifier knows what each 8 bytes hold. */
function sizeOf(slot: Slot): number {
  return roundUp(slot.bytes, 8);
}

function roundUp(bytes: number, to: number): number {
  return Math.ceil(bytes / to) * to;
}

/** The first gap below the frame pointer that no neighbour takes. */
function lowestFit(slot: Slot, neighbours: readonly Slot[], offsets: readonly number[]): number {
  const taken = neighbours
    .map((other) => ({
      to: -(offsets[other.id] as number),
      from: -(offsets[other.id] as number) - sizeOf(other),
    }))
    .sort((a, b) => a.from - b.from);
  let top = 0;
  for (const { from, to } of taken) {
    if (from >= top + sizeOf(slot)) break;
    top = Math.max(top, to);
  }
  return top;
}

/**
 * `used`: 1 for slots whose address is taken; `started` for those with a start. `events`: starts and ends in their
 * order, from `first[b]` on those of block b; a start of slot s as s, an end as -1 - s.
 */
type Marks = Readonly<{ used: Uint8Array; started: Uint8Array; events: readonly number[]; first: Int32Array }>;

function findMarks(func: Func): Marks {
  const used = new Uint8Array(func.slots.length);
  const started = new Uint8Array(func.slots.length);
  const events: number[] = [];
  const first = new Int32Array(func.blocks.length + 1);
  for (let b = 0; b < func.blocks.length; b++) {
    const { insts } = func.blocks[b] as Block;
    for (let i = 0; i < insts.length; i++) {
      const inst = insts[i] as Inst;
      if (inst.kind === "slotAddr") used[inst.slot] = 1;
      else if (inst.kind === "slotStart") {
        started[inst.slot] = 1;
        events.push(inst.slot);
      } else if (inst.kind === "slotEnd") events.push(-1 - inst.slot);
    }
    first[b + 1] = events.length;
  }
  return { used, started, events, first };
}

/** Tells of two slots whether they are ever live together. */
function findConflicts(func: Func, cfg: Cfg, marks: Marks): (a: number, b: number) => boolean {
  const count = func.slots.length;
  const { used, started } = marks;
  let timed = 0;
  for (let slot = 0; slot < count; slot++) {
    started[slot] = (started[slot] as number) & (used[slot] as number);
    timed += started[slot] as number;
  }
  if (timed < 2) return () => true;
  const words = wordsFor(count);
  const metBy = new Int32Array(count * words); // per slot the set of those that are live where it starts
  new LiveSlots(cfg, marks).visit((live, starting) => {
    for (let w = 0; w < words; w++) {
      const at = starting * words + w;
      metBy[at] = (metBy[at] as number) | (live[w] as number);
    }
  });
  const has = (at: number, slot: number) => (((metBy[at * words + (slot >> 5)] as number) >> slot) & 1) === 1;
  return (a, b) => started[a] === 0 || started[b] === 0 || has(a, b) || has(b, a);
}

/** Words of a set of slots: slot s is bit s mod 32 of word s / 32. */
function wordsFor(slots: number): number {
  return (slots + 31) >> 5;
}

/** Which slots may be live where blocks start: forwards, the union over all ways. */
class LiveSlots {
  private readonly cfg: Cfg;
  private readonly marks: Marks;
  private readonly words: number;
  /** Per block the set of those that are live at its start. */
  private readonly ins: Int32Array;
  /** The set of those that are live at the point that a walk has come to. */
  private readonly live: Int32Array;

  constructor(cfg: Cfg, marks: Marks) {
    this.cfg = cfg;
    this.marks = marks;
    this.words = wordsFor(marks.started.length);
    this.ins = new Int32Array(cfg.succs.length * this.words);
    this.live = new Int32Array(this.words);
    this.solve();
  }

  /** Calls `meet` at each start of a slot, with the slots that are live there. */
  visit(meet: (live: Int32Array, starting: number) => void): void {
    for (const index of this.cfg.order) this.walk(index, meet);
  }

  private solve(): void {
    for (let again = true; again; ) {
      again = false;
      for (const index of this.cfg.order) {
        this.walk(index, undefined);
        const succs = this.cfg.succs[index] as readonly number[];
        for (let s = 0; s < succs.length; s++) {
          const succ = succs[s] as number;
          if (this.flow(succ) && (this.cfg.rank[succ] as number) <= (this.cfg.rank[index] as number))
            again = true;
        }
      }
    }
  }

  /** Adds what is live to what is live at the block's start; whether something was new. */
  private flow(block: number): boolean {
    const { ins, live, words } = this;
    let changed = false;
    for (let w = 0; w < words; w++) {
      const before = ins[block * words + w] as number;
      const after = before | (live[w] as number);
      if (after === before) continue;
      ins[block * words + w] = after;
      changed = true;
    }
    return changed;
  }

  private walk(index: number, meet: ((live: Int32Array, starting: number) => void) | undefined): void {
    const { live, words } = this;
    const { started, events, first } = this.marks;
    for (let w = 0; w < words; w++) live[w] = this.ins[index * words + w] as number;
    const end = first[index + 1] as number;
    for (let e = first[index] as number; e < end; e++) {
      const event = events[e] as number;
      if (event < 0) {
        const slot = -1 - event;
        live[slot >> 5] = (live[slot >> 5] as number) & ~(1 << slot);
      } else if (started[event] === 1) {
        meet?.(live, event);
        live[event >> 5] = (live[event >> 5] as number) | (1 << event);
      }
    }
  }
}
