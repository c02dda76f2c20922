import type { Insn } from "../../isa/insn.ts";
import { findLoops } from "./find-loops.ts";
import type { FaultAt, Shape } from "./find-subprograms.ts";
import { successorList } from "./flow.ts";

/** What the shape of the control flow says of each instruction. */
export type FlowGraph = Readonly<{
  /** Every instruction that can be reached, each after those that follow it (loops aside). */
  postorder: readonly number[];
  /** Number of the loop that an instruction is in; 0 for none. */
  loopOf: Int32Array;
  faults: readonly FaultAt[];
}>;

/**
 * Walks the entry, the function that is called when it throws, and each that reachable code names. Reports instructions that nothing leads to (the first of
 * each run), and jumps back where loops are not allowed.
 */
export function flowGraph(
  insns: readonly Insn[],
  shape: Shape,
  loopsAllowed: boolean,
  thrownTo: number | undefined,
): FlowGraph {
  const walk = new DepthFirst(insns, shape, loopsAllowed);
  walk.run(0);
  if (thrownTo !== undefined) walk.functions.add(thrownTo);
  for (const start of walk.functions) walk.run(start);
  const faults = [...walk.faults];
  for (let i = 0; i < insns.length; i++) {
    if (walk.isReached(i)) continue;
    faults.push({
      insn: i,
      fault: { code: "verify/unreachable", message: "no path leads to this instruction" },
    });
    while (i + 1 < insns.length && !walk.isReached(i + 1)) i++;
  }
  const { postorder } = walk;
  return { postorder, loopOf: findLoops(insns, shape.targetOf, postorder), faults };
}

const OPEN = 1;
const DONE = 2;

class DepthFirst {
  readonly faults: FaultAt[] = [];
  readonly postorder: number[] = [];
  /** Starts of functions, in the order in which they were first named; grows while it is walked. */
  readonly functions = new Set<number>();
  readonly #insns: readonly Insn[];
  readonly #shape: Shape;
  readonly #loopsAllowed: boolean;
  readonly #status: Uint8Array;

  constructor(insns: readonly Insn[], shape: Shape, loopsAllowed: boolean) {
    this.#insns = insns;
    this.#shape = shape;
    this.#loopsAllowed = loopsAllowed;
    this.#status = new Uint8Array(insns.length);
  }

  isReached(insn: number): boolean {
    return this.#status[insn] === DONE;
  }

  run(start: number): void {
    if (this.#status[start] !== 0) return;
    const path = [{ at: start, next: this.#enter(start) }];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const to = top.next.shift();
      if (to === undefined) {
        this.#status[top.at] = DONE;
        this.postorder.push(top.at);
        path.pop();
      } else if (this.#status[to] === 0) path.push({ at: to, next: this.#enter(to) });
      else if (this.#status[to] === OPEN && !this.#loopsAllowed) this.#reportLoop(top.at, to);
    }
  }

  #enter(at: number): number[] {
    this.#status[at] = OPEN;
    const insn = this.#insns[at];
    const target = this.#shape.targetOf[at] ?? -1;
    if ((insn?.kind === "call" || insn?.kind === "loadImm64") && target >= 0) this.functions.add(target);
    return successorList(this.#insns, this.#shape.targetOf, at);
  }

  #reportLoop(from: number, to: number): void {
    const message = `a loop: this jump leads back to instruction ${to}`;
    this.faults.push({ insn: from, fault: { code: "verify/back-edge", message } });
  }
}
