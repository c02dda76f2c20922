import { intervalEnd, intervalStart } from "./allocate.ts";
import type { Interval, Lives } from "./intervals.ts";
import { blockEnd, blockStart, MEMORY } from "./intervals.ts";
import type { MBlock, MFunc, Src, VReg } from "./machine.ts";
import type { SpillSlots } from "./spill-slots.ts";
import { FIRST_SLOT } from "./spill-slots.ts";

/** Copies that happen all at once: from (a place, or a constant operand), to, from, to … */
export type Moves = number[];

/**
 * The copies that join the pieces of each life.
 * `before`: by position; those at an even one stand before the instruction; those at an odd one too, except that a
 * call makes them together with its arguments. `edges`: by block, then by successor.
 */
export type Resolution = Readonly<{
  before: ReadonlyMap<number, Moves>;
  edges: readonly (readonly (Moves | undefined)[])[];
}>;

/** Where values are at each position. */
export class Places {
  private readonly lives: Lives;
  private readonly slots: SpillSlots;

  constructor(lives: Lives, slots: SpillSlots) {
    this.lives = lives;
    this.slots = slots;
  }

  /** The place of a VReg, or the operand itself when it is a constant. */
  at(src: Src, pos: number): number {
    if (src < 0) return src;
    let piece = this.lives.intervals[src];
    while (piece?.next && intervalStart(piece.next) <= pos) piece = piece.next;
    if (!piece) throw new Error(`bug: VReg ${src} has no place at ${pos}`);
    return this.of(piece);
  }

  slotOf(vreg: VReg): number {
    return this.slots.slotOf[vreg] as number;
  }

  of(piece: Interval): number {
    return piece.reg === MEMORY ? FIRST_SLOT + (this.slots.slotOf[piece.vreg] as number) : piece.reg;
  }
}

export function resolvePieces(func: MFunc, lives: Lives, places: Places): Resolution {
  const before = new Map<number, Moves>();
  const edges = func.blocks.map((): (Moves | undefined)[] => []);
  const stores = new StorePlan(func, lives, places);
  for (const interval of lives.intervals) if (interval?.next) stores.addPieces(interval);
  for (let b = 0; b < func.blocks.length; b++) stores.addEdges(b);
  stores.write(before, edges);
  return { before, edges };
}

/** One copy of a VReg between two of its pieces. `edge` is -1 inside a block. */
type Transition = Readonly<{ vreg: VReg; from: number; to: number; pos: number; block: number; edge: number }>;

/** Collects transitions, then decides for each VReg whether to store it where it loses its register or once, early. */
class StorePlan {
  private readonly func: MFunc;
  private readonly lives: Lives;
  private readonly places: Places;
  private readonly transitions: Transition[] = [];

  constructor(func: MFunc, lives: Lives, places: Places) {
    this.func = func;
    this.lives = lives;
    this.places = places;
  }

  addPieces(first: Interval): void {
    for (let piece = first; piece.next; piece = piece.next) {
      const pos = intervalStart(piece.next);
      const block = this.blockAt(pos);
      // Where a block starts, the edges into it join the pieces.
      if (pos !== intervalEnd(piece) || pos === blockStart(this.func.blocks[block] as MBlock)) continue;
      this.add(piece.vreg, this.places.of(piece), this.places.of(piece.next), pos, block, -1);
    }
  }

  addEdges(block: number): void {
    const { succs } = this.func.blocks[block] as MBlock;
    const end = blockEnd(this.func.blocks[block] as MBlock) - 1;
    for (let edge = 0; edge < succs.length; edge++) {
      const succ = succs[edge] as number;
      const start = blockStart(this.func.blocks[succ] as MBlock);
      const live = this.lives.liveIns[succ] as readonly VReg[];
      for (let l = 0; l < live.length; l++) {
        const vreg = live[l] as VReg;
        if (this.lives.intervals[vreg]?.next)
          this.add(vreg, this.places.at(vreg, end), this.places.at(vreg, start), end, block, edge);
      }
    }
  }

  write(before: Map<number, Moves>, edges: (Moves | undefined)[][]): void {
    const early = this.chooseEarly();
    for (const { vreg, from, to, pos, block, edge } of this.transitions) {
      if (early.has(vreg) && isStore(from, to)) continue;
      if (edge === -1) push(before, pos, from, to);
      else addTo(edges[block] as (Moves | undefined)[], edge, from, to);
    }
    for (const vreg of early) this.storeEarly(vreg, before);
    for (let b = 0; b < this.func.blocks.length; b++) this.passArguments(b, edges[b] as (Moves | undefined)[]);
  }

  /** VRegs for which one store at the definition costs less than those at the transitions. */
  private chooseEarly(): Set<VReg> {
    if (this.transitions.length === 0) return new Set();
    const bounded = this.func.findBounded();
    const cost = new Map<VReg, number>();
    for (const { vreg, from, to, block } of this.transitions)
      if (isStore(from, to) && bounded[vreg] !== 1) cost.set(vreg, (cost.get(vreg) ?? 0) + this.weight(block));
    const early = new Set<VReg>();
    for (const [vreg, weight] of cost) {
      const first = this.lives.intervals[vreg] as Interval;
      const def = this.weight(this.blockAt(intervalStart(first)));
      if (first.reg === MEMORY || weight > def) early.add(vreg);
    }
    return early;
  }

  private storeEarly(vreg: VReg, before: Map<number, Moves>): void {
    const first = this.lives.intervals[vreg] as Interval;
    if (first.reg === MEMORY) return; // it starts there
    const start = intervalStart(first);
    const slot = FIRST_SLOT + this.places.slotOf(vreg);
    push(before, start + (start & 1), first.reg, slot);
  }

  private passArguments(b: number, edges: (Moves | undefined)[]): void {
    const block = this.func.blocks[b] as MBlock;
    for (let edge = 0; edge < block.succs.length; edge++) {
      const succ = this.func.blocks[block.succs[edge] as number] as MBlock;
      const args = block.edgeArgs[edge] as readonly Src[];
      for (let i = 0; i < args.length; i++) {
        const from = this.places.at(args[i] as Src, blockEnd(block) - 1);
        const to = this.places.at(succ.params[i] as VReg, blockStart(succ));
        if (from !== to) addTo(edges, edge, from, to);
      }
    }
  }

  private add(vreg: VReg, from: number, to: number, pos: number, block: number, edge: number): void {
    if (from !== to) this.transitions.push({ vreg, from, to, pos, block, edge });
  }

  private blockAt(pos: number): number {
    return this.lives.blockOf[pos >> 1] as number;
  }

  private weight(block: number): number {
    return 10 ** Math.min((this.func.blocks[block] as MBlock).depth, 6);
  }
}

function isStore(from: number, to: number): boolean {
  return from < FIRST_SLOT && to >= FIRST_SLOT;
}

function push(before: Map<number, Moves>, pos: number, from: number, to: number): void {
  const moves = before.get(pos);
  if (moves) moves.push(from, to);
  else before.set(pos, [from, to]);
}

function addTo(edges: (Moves | undefined)[], edge: number, from: number, to: number): void {
  const moves = edges[edge];
  if (moves) moves.push(from, to);
  else edges[edge] = [from, to];
}
