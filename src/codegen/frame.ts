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
  const timed = func.slots
    .filter((slot) => used[slot.id] === 1 && started[slot.id] === 1)
    .map((slot) => slot.id);
  if (timed.length < 2) return () => true;
  const meets = new Uint8Array(count * count);
  const live = new LiveSlots(func, cfg, timed);
  live.visit((slots, starting) => {
    for (const slot of slots) {
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
  private readonly ins: (Set<number> | undefined)[];
  private readonly timed: ReadonlySet<number>;

  constructor(func: Func, cfg: Cfg, timed: readonly number[]) {
    this.func = func;
    this.cfg = cfg;
    this.timed = new Set(timed);
    this.ins = func.blocks.map(() => undefined);
    this.solve();
  }

  /** Calls `meet` at each start of a slot, with the slots that are live there. */
  visit(meet: (live: ReadonlySet<number>, starting: number) => void): void {
    for (const index of this.cfg.order) this.walk(index, meet);
  }

  private solve(): void {
    for (let changed = true; changed; ) {
      changed = false;
      for (const index of this.cfg.order) {
        const out = this.walk(index, undefined);
        for (const succ of this.cfg.succs[index] as readonly number[]) {
          const into = this.ins[succ];
          if (!into) {
            this.ins[succ] = new Set(out);
            changed = true;
            continue;
          }
          for (const slot of out)
            if (!into.has(slot)) {
              into.add(slot);
              changed = true;
            }
        }
      }
    }
  }

  private walk(
    index: number,
    meet: ((live: ReadonlySet<number>, starting: number) => void) | undefined,
  ): ReadonlySet<number> {
    const live = new Set(this.ins[index]);
    for (const inst of (this.func.blocks[index] as Block).insts) {
      if (inst.kind === "slotStart" && this.timed.has(inst.slot)) {
        meet?.(live, inst.slot);
        live.add(inst.slot);
      } else if (inst.kind === "slotEnd") live.delete(inst.slot);
    }
    return live;
  }
}
