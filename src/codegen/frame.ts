import type { Cfg } from "../ir/cfg.ts";
import type { Block, Func, Slot, SlotId } from "../ir/ir.ts";

/** Bytes of all slots together, a multiple of 8, and where each slot starts, counted down from the frame pointer. */
export type SlotFrame = Readonly<{ bytes: number; offsets: readonly number[] }>;

/**
 * Lays out the slots that are used; those that are never live at the same time share bytes. A slot lives from
 * `slotStart` to `slotEnd` on every way between them, and all the time where it has no start. `include` leaves slots out.
 */
export function layOutSlots(func: Func, cfg: Cfg, include: (slot: SlotId) => boolean = () => true): SlotFrame {
  if (func.slots.length === 0) return { bytes: 0, offsets: [] };
  const used = usedSlots(func);
  for (const slot of func.slots) if (!include(slot.id)) used[slot.id] = 0;
  const offsets = func.slots.map(() => 0);
  const meets = findConflicts(func, cfg, used);
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

function usedSlots(func: Func): Uint8Array {
  const used = new Uint8Array(func.slots.length);
  for (const block of func.blocks)
    for (const inst of block.insts) if (inst.kind === "slotAddr") used[inst.slot] = 1;
  return used;
}

/** Tells of two slots whether they are ever live together. */
function findConflicts(func: Func, cfg: Cfg, used: Uint8Array): (a: number, b: number) => boolean {
  const count = func.slots.length;
  const started = new Uint8Array(count);
  for (const block of func.blocks)
    for (const inst of block.insts) if (inst.kind === "slotStart") started[inst.slot] = 1;
  let timed = 0;
  for (let slot = 0; slot < count; slot++) {
    started[slot] = (started[slot] as number) & (used[slot] as number);
    timed += started[slot] as number;
  }
  if (timed < 2) return () => true;
  const meets = new Uint8Array(count * count);
  new LiveSlots(func, cfg, started).visit((live, starting) => {
    for (let slot = 0; slot < count; slot++)
      if (live[slot] === 1) {
        meets[slot * count + starting] = 1;
        meets[starting * count + slot] = 1;
      }
  });
  return (a, b) => started[a] === 0 || started[b] === 0 || meets[a * count + b] === 1;
}

/** Which slots may be live where blocks start: forwards, the union over all ways. */
class LiveSlots {
  private readonly func: Func;
  private readonly cfg: Cfg;
  private readonly count: number;
  /** By block, then by slot: 1 for those that are live at its start. */
  private readonly ins: Uint8Array;
  /** 1 for slots that have a start. */
  private readonly timed: Uint8Array;
  /** Live at the point that a walk has come to. */
  private readonly live: Uint8Array;

  constructor(func: Func, cfg: Cfg, timed: Uint8Array) {
    this.func = func;
    this.cfg = cfg;
    this.count = timed.length;
    this.timed = timed;
    this.ins = new Uint8Array(func.blocks.length * this.count);
    this.live = new Uint8Array(this.count);
    this.solve();
  }

  /** Calls `meet` at each start of a slot, with the slots that are live there. */
  visit(meet: (live: Uint8Array, starting: number) => void): void {
    for (const index of this.cfg.order) this.walk(index, meet);
  }

  private solve(): void {
    for (let again = true; again; ) {
      again = false;
      for (const index of this.cfg.order) {
        this.walk(index, undefined);
        for (const succ of this.cfg.succs[index] as readonly number[])
          if (this.flow(succ) && (this.cfg.rank[succ] as number) <= (this.cfg.rank[index] as number))
            again = true;
      }
    }
  }

  /** Adds what is live to what is live at the block's start; whether something was new. */
  private flow(block: number): boolean {
    const { ins, live, count } = this;
    let changed = false;
    for (let slot = 0; slot < count; slot++)
      if (live[slot] === 1 && ins[block * count + slot] === 0) {
        ins[block * count + slot] = 1;
        changed = true;
      }
    return changed;
  }

  private walk(index: number, meet: ((live: Uint8Array, starting: number) => void) | undefined): void {
    const { live, count } = this;
    for (let slot = 0; slot < count; slot++) live[slot] = this.ins[index * count + slot] as number;
    for (const inst of (this.func.blocks[index] as Block).insts) {
      if (inst.kind === "slotStart" && this.timed[inst.slot] === 1) {
        meet?.(live, inst.slot);
        live[inst.slot] = 1;
      } else if (inst.kind === "slotEnd") live[inst.slot] = 0;
    }
  }
}
