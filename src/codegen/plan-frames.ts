import type { Func, Slot, Value } from "../ir/ir.ts";
import type { CallGraph } from "./call-graph.ts";
import { callersFirst } from "./call-graph.ts";
import type { CompileContext, FramePlan, FunctionCode } from "./compile-function.ts";
import { compileFunction, findDemotable } from "./compile-function.ts";

/** Stack of a call chain, and of the frames above a function that makes tail calls: kernel/bpf/verifier.c, v6.12. */
const MOST_STACK = 512;
const MOST_ABOVE_TAIL_CALL = 255;
const FRAME_UNIT = 32; // the verifier rounds each frame up to this

/** Helpers that take stack memory alone: callbacks' contexts, dynptrs, timers. */
const STACK_ONLY = /^(?:bpf_)?(?:loop|for_each_map_elem|find_vma|user_ringbuf_drain|\w*dynptr\w*|timer_\w+)$/;

/** Frames that cannot be made small enough. `func` has the largest one of the chain. */
export type FrameProblem = Readonly<{ kind: "stack" | "recursion" | "scratch"; func: number; bytes: number }>;

/**
 * Decides what each function keeps off the stack: nothing while all chains of calls fit, else the largest slots, and
 * then spilled integers.
 */
export class FramePlanner {
  private readonly funcs: readonly Func[];
  private readonly graph: CallGraph;
  private readonly context: CompileContext;
  private readonly plans: FramePlan[];
  private readonly codes: (FunctionCode | undefined)[];

  constructor(funcs: readonly Func[], graph: CallGraph, context: CompileContext) {
    this.funcs = funcs;
    this.graph = graph;
    this.context = context;
    this.plans = funcs.map(() => ({ moved: [], demoted: [] }));
    this.codes = funcs.map(() => undefined);
  }

  planOf(func: number): FramePlan {
    return this.plans[func] as FramePlan;
  }

  /** The function's code with its scratch area at the map's start; final for functions that use none. */
  codeOf(func: number): FunctionCode {
    const known = this.codes[func];
    if (known) return known;
    const code = compileFunction(
      this.funcs[func] as Func,
      this.planOf(func),
      { key: 0, offset: 0 },
      this.context,
    );
    this.codes[func] = code;
    return code;
  }

  /** Makes the frames below program `root` fit. */
  fit(root: number): FrameProblem | undefined {
    const order = callersFirst(this.graph, root);
    if (!order) return { kind: "recursion", func: root, bytes: 0 };
    for (;;) {
      const worst = this.worstChain(order);
      if (worst.over <= 0) return undefined;
      const largest = worst.chain.slice().sort((a, b) => this.codeOf(b).frameBytes - this.codeOf(a).frameBytes);
      if (!largest.some((func) => this.shrink(func, worst.over)))
        return { kind: "stack", func: largest[0] as number, bytes: MOST_STACK + worst.over };
    }
  }

  /** The chain of calls that is furthest over its limit, from the root down, and by how many bytes. */
  private worstChain(order: readonly number[]): { over: number; chain: number[] } {
    const above = new Map<number, number>(); // most bytes of frames above the function
    const caller = new Map<number, number>();
    let over = Number.NEGATIVE_INFINITY;
    let last = order[0] as number;
    const consider = (bytes: number, func: number) => {
      if (bytes <= over) return;
      over = bytes;
      last = func;
    };
    for (const func of order) {
      const before = above.get(func) ?? 0;
      const total = before + frameSize(this.codeOf(func).frameBytes);
      consider(total + (this.graph.below[func] ?? 0) - MOST_STACK, func);
      for (const callee of this.graph.callees[func] as readonly number[]) {
        if (this.graph.tailCalls[callee] === 1) consider(total - MOST_ABOVE_TAIL_CALL, func);
        if (total <= (above.get(callee) ?? -1)) continue;
        above.set(callee, total);
        caller.set(callee, func);
      }
    }
    const chain: number[] = [];
    for (let func: number | undefined = last; func !== undefined; func = caller.get(func)) chain.push(func);
    return { over, chain };
  }

  /** Takes something off the function's frame; false when nothing is left to take. */
  private shrink(index: number, bytes: number): boolean {
    const plan = this.planOf(index);
    const slot = this.largestMovable(this.funcs[index] as Func, plan);
    if (slot) this.plans[index] = { ...plan, moved: [...plan.moved, slot.id] };
    else {
      const count = Math.ceil(bytes / 8) + 4; // demoting needs some registers itself
      const demotable = findDemotable(this.funcs[index] as Func, plan, this.context);
      const values = demotable.filter((value) => !plan.demoted.includes(value));
      if (values.length === 0) return false;
      this.plans[index] = { ...plan, demoted: [...plan.demoted, ...values.slice(0, count)] };
    }
    this.codes[index] = undefined;
    return true;
  }

  private largestMovable(func: Func, plan: FramePlan): Slot | undefined {
    const fixed = stackOnlySlots(func);
    const moved = new Set<number>(plan.moved);
    let largest: Slot | undefined;
    for (const slot of func.slots)
      if (
        slot.place === "auto" &&
        fixed[slot.id] === 1 &&
        !moved.has(slot.id) &&
        slot.bytes > (largest?.bytes ?? 8)
      )
        largest = slot;
    return largest;
  }
}

function frameSize(bytes: number): number {
  return Math.ceil(Math.max(bytes, 1) / FRAME_UNIT) * FRAME_UNIT;
}

/** 1 for slots that are used and may move. */
function stackOnlySlots(func: Func): Uint8Array {
  const movable = new Uint8Array(func.slots.length);
  const slotOf = new Map<Value, number>();
  for (const block of func.blocks)
    for (const inst of block.insts)
      if (inst.kind === "slotAddr") {
        movable[inst.slot] = 1;
        slotOf.set(inst.result, inst.slot);
      }
  for (const block of func.blocks)
    for (const inst of block.insts)
      if (inst.kind === "call" && STACK_ONLY.test(inst.target.name))
        for (const arg of inst.args) {
          const slot = slotOf.get(arg);
          if (slot !== undefined) movable[slot] = 0;
        }
  return movable;
}
