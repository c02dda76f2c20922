import { findLiveIns } from "./liveness.ts";
import type { MBlock, MFunc, MInst, Src, VReg } from "./machine.ts";
import { isCommutative, NONE } from "./machine.ts";

// Positions: instruction i reads its operands at 2i and writes its result at 2i + 1, so that the result may take the
// register of an operand that ends there. An operand that must outlive the writing is also read at 2i + 1. What a call
// (or cmpxchg) gives is written at 2i + 2, after registers were clobbered. Blocks start and end at even positions.

export const MEMORY = -1;
export const UNASSIGNED = -2;

/** A piece of a VReg's life in one place. The pieces of a VReg follow each other through `next`. */
export type Interval = {
  readonly vreg: VReg;
  /** from, to (exclusive), from, to …, ascending and apart. */
  ranges: number[];
  /** Index of the first range that does not end before the allocator's position. */
  cursor: number;
  /** Register 0 … 9, MEMORY or UNASSIGNED. */
  reg: number;
  next: Interval | undefined;
};

/** Everything about lives that the allocator asks. */
export type Lives = Readonly<{
  intervals: readonly (Interval | undefined)[];
  /** Per VReg its reads and its definition, ascending: position << 1, plus 1 where a register is required. */
  uses: readonly (readonly number[])[];
  /** Positions where r0 … r5 lose what they hold. */
  calls: readonly number[];
  /** Further positions where r0 alone does. */
  clobbersR0: readonly number[];
  /** Register that a VReg would best be in, or -1. */
  fixedHint: Int8Array;
  /** VReg whose register it would best share, or -1. */
  hint: Int32Array;
  liveIns: readonly (readonly VReg[])[];
  /** Block of each instruction. */
  blockOf: Int32Array;
}>;

export function blockStart(block: MBlock): number {
  return block.first * 2;
}

export function blockEnd(block: MBlock): number {
  return block.last * 2 + 2;
}

/** Computes lives by one walk backwards. Exchanges operands of commutative operations where that saves a copy. */
export function buildLives(func: MFunc): Lives {
  const builder = new LifeBuilder(func);
  return builder.build();
}

class LifeBuilder {
  private readonly func: MFunc;
  /** Descending pairs (from, to) while building. */
  private readonly ranges: number[][];
  private readonly uses: number[][];
  private readonly calls: number[] = [];
  private readonly clobbersR0: number[] = [];
  private readonly fixedHint: Int8Array;
  private readonly hint: Int32Array;
  private start = 0;

  constructor(func: MFunc) {
    this.func = func;
    this.ranges = new Array(func.vregCount).fill(NOTHING);
    this.uses = new Array(func.vregCount).fill(NOTHING);
    this.fixedHint = new Int8Array(func.vregCount).fill(-1);
    this.hint = new Int32Array(func.vregCount).fill(-1);
  }

  build(): Lives {
    const { func } = this;
    const liveIns = findLiveIns(func);
    const blockOf = new Int32Array(func.insts.length);
    for (let b = func.blocks.length - 1; b >= 0; b--) {
      const block = func.blocks[b] as MBlock;
      blockOf.fill(b, block.first, block.last + 1);
      this.start = blockStart(block);
      this.liveOut(block, liveIns);
      for (let i = block.last; i >= block.first; i--) this.visit(func.insts[i] as MInst, i * 2);
      for (const param of block.params) this.define(param, this.start, false);
    }
    for (const [i, vreg] of func.incoming.entries()) {
      if (vreg === undefined || vreg < 0) continue;
      this.define(vreg, 0, false);
      if (this.fixedHint[vreg] === -1) this.fixedHint[vreg] = i + 1;
    }
    return {
      intervals: this.ranges.map((ranges, vreg) => toInterval(ranges, vreg)),
      uses: this.uses.map((uses) => (uses.length > 1 ? uses.reverse() : uses)),
      calls: this.calls.reverse(),
      clobbersR0: this.clobbersR0.reverse(),
      fixedHint: this.fixedHint,
      hint: this.hint,
      liveIns,
      blockOf,
    };
  }

  private liveOut(block: MBlock, liveIns: readonly (readonly VReg[])[]): void {
    const end = blockEnd(block);
    for (let s = 0; s < block.succs.length; s++) {
      const succ = block.succs[s] as number;
      const live = liveIns[succ] as readonly VReg[];
      for (let l = 0; l < live.length; l++) this.extend(live[l] as VReg, end);
      const { params } = this.func.blocks[succ] as MBlock;
      const args = block.edgeArgs[s] as readonly Src[];
      for (let i = 0; i < args.length; i++) {
        const arg = args[i] as Src;
        if (arg < 0) continue;
        this.extend(arg, end);
        const param = params[i] as VReg;
        if (this.hint[arg] === -1) this.hint[arg] = param;
        if (this.fixedHint[arg] === -1) this.fixedHint[arg] = this.fixedHint[param] as number;
        this.hint[param] = arg;
      }
    }
  }

  private visit(inst: MInst, pos: number): void {
    switch (inst.kind) {
      case "call":
        this.visitCall(inst, pos);
        return;
      case "cmpxchg":
        this.clobbersR0.push(pos);
        this.define(inst.def, pos + 2, false, 0);
        this.use(inst.a, pos, true, true);
        this.use(inst.b, pos, true, true);
        this.use(inst.c, pos, false, false);
        return;
      case "alu":
        this.visitAlu(inst, pos);
        return;
      case "fetch":
        this.define(inst.def, pos + 1, true);
        this.use(inst.a, pos, true, true);
        this.tie(inst.def, inst.b, pos);
        this.use(inst.b, pos, false, false);
        return;
      case "select":
        this.define(inst.def, pos + 1, true);
        this.use(inst.d, pos, false, true);
        this.use(inst.a, pos, true, true);
        this.use(inst.b, pos, true, true);
        this.tie(inst.def, inst.c, pos);
        this.use(inst.c, pos, false, false);
        return;
      case "return":
        if (inst.a >= 0 && this.fixedHint[inst.a] === -1) this.fixedHint[inst.a] = 0;
        this.use(inst.a, pos, false, false);
        return;
      case "mov":
      case "neg":
      case "endian":
        this.define(inst.def, pos + 1, true);
        this.tie(inst.def, inst.a, pos);
        this.use(inst.a, pos, false, false);
        return;
      default:
        // zext, movsx, load, store, atomic, branch, jump
        if (inst.def >= 0) this.define(inst.def, pos + 1, true);
        if (inst.kind === "zext" || inst.kind === "movsx") this.tie(inst.def, inst.a, pos);
        this.use(inst.a, pos, true, false);
        this.use(inst.b, pos, true, false);
    }
  }

  private visitCall(inst: MInst, pos: number): void {
    this.calls.push(pos + 1);
    if (inst.def !== NONE) {
      if (this.isLive(inst.def, pos + 2)) this.define(inst.def, pos + 2, false, 0);
      else this.ranges[inst.def] = NOTHING; // nobody looks at the result
    }
    for (let i = 0; i < inst.args.length; i++) {
      const arg = inst.args[i] as Src;
      if (arg >= 0 && !this.isLive(arg, pos + 1)) this.fixedHint[arg] = i + 1;
      this.use(arg, pos, false, false);
    }
  }

  private visitAlu(inst: MInst, pos: number): void {
    this.define(inst.def, pos + 1, true);
    const swap =
      inst.a >= 0 &&
      inst.b >= 0 &&
      isCommutative(inst.op) &&
      this.isLive(inst.a, pos + 1) &&
      !this.isLive(inst.b, pos + 1);
    if (swap) [inst.a, inst.b] = [inst.b, inst.a];
    this.tie(inst.def, inst.a, pos);
    // The second operand must survive the copy of the first into the result's register.
    this.use(inst.b, pos, true, inst.a !== inst.b);
    this.use(inst.a, pos, false, false);
  }

  /** Result and operand would best share a register. */
  private tie(def: VReg, a: Src, pos: number): void {
    if (a < 0 || this.isLive(a, pos + 1)) return; // unless the operand is needed longer
    this.hint[def] = a;
    if (this.hint[a] === -1) this.hint[a] = def;
    if (this.fixedHint[a] === -1) this.fixedHint[a] = this.fixedHint[def] as number;
  }

  /** Whether a VReg of the block at hand is live at `pos`, as far as the walk backwards has seen. */
  private isLive(vreg: VReg, pos: number): boolean {
    const ranges = this.ranges[vreg] as number[];
    const last = ranges.length - 1;
    return last > 0 && (ranges[last - 1] as number) <= pos && (ranges[last] as number) > pos;
  }

  /** Live from the start of the block at hand to `to`. */
  private extend(vreg: VReg, to: number): void {
    const ranges = this.ranges[vreg] as number[];
    const last = ranges.length - 1;
    if (last > 0 && (ranges[last - 1] as number) <= to) {
      ranges[last - 1] = this.start;
      if ((ranges[last] as number) < to) ranges[last] = to;
    } else if (ranges === NOTHING) this.ranges[vreg] = [this.start, to];
    else ranges.push(this.start, to);
  }

  private use(src: Src, pos: number, register: boolean, late: boolean): void {
    if (src < 0) return;
    this.extend(src, late ? pos + 2 : pos + 1);
    const must = register ? 1 : 0;
    if (this.uses[src] === NOTHING) {
      this.uses[src] = late ? [((pos + 1) << 1) | must, (pos << 1) | must] : [(pos << 1) | must];
      return;
    }
    const uses = this.uses[src] as number[];
    if (late) record(uses, pos + 1, must);
    record(uses, pos, must);
  }

  private define(vreg: VReg, pos: number, register: boolean, fixed = -1): void {
    const ranges = this.ranges[vreg] as number[];
    if (ranges === NOTHING) this.ranges[vreg] = [pos, pos + 1];
    else ranges[ranges.length - 2] = pos;
    const use = (pos << 1) | (register ? 1 : 0);
    if (this.uses[vreg] === NOTHING) this.uses[vreg] = [use];
    else (this.uses[vreg] as number[]).push(use);
    if (fixed >= 0) this.fixedHint[vreg] = fixed;
  }
}

/** Of VRegs that are not met yet; never written to. Lists begin as literals: what is pushed to takes room for more. */
const NOTHING: number[] = [];

/** Adds a use to the list, which descends: at most one entry per position, and of one instruction's two the later first. */
function record(uses: number[], pos: number, must: number): void {
  let at = uses.length;
  while (at > 0 && (uses[at - 1] as number) >> 1 < pos) at--;
  const same = uses[at - 1];
  if (same !== undefined && same >> 1 === pos) uses[at - 1] = same | must;
  else if (at === uses.length) uses.push((pos << 1) | must);
  else uses.splice(at, 0, (pos << 1) | must);
}

function toInterval(descending: number[], vreg: VReg): Interval | undefined {
  if (descending.length === 0) return undefined;
  if (descending.length === 2) return { vreg, ranges: descending, cursor: 0, reg: UNASSIGNED, next: undefined };
  const ranges: number[] = [];
  for (let i = descending.length - 2; i >= 0; i -= 2)
    ranges.push(descending[i] as number, descending[i + 1] as number);
  return { vreg, ranges, cursor: 0, reg: UNASSIGNED, next: undefined };
}
