import type { Insn } from "../../isa/insn.ts";
import { successorList } from "./flow.ts";

/**
 * Numbers the loops: instructions that can reach each other (strongly connected components) get one number, from 1;
 * those in no loop get 0. Tarjan's algorithm with a stack of its own.
 */
export function findLoops(
  insns: readonly Insn[],
  targetOf: Int32Array,
  reachable: readonly number[],
): Int32Array {
  const loopOf = new Int32Array(insns.length);
  const search = new Components(insns, targetOf, loopOf);
  for (const i of reachable) search.run(i);
  return loopOf;
}

class Components {
  readonly #insns: readonly Insn[];
  readonly #targetOf: Int32Array;
  readonly #loopOf: Int32Array;
  readonly #order: Int32Array;
  readonly #lowest: Int32Array;
  readonly #isOpen: Uint8Array;
  readonly #open: number[] = [];
  #visited = 0;
  #loops = 0;

  constructor(insns: readonly Insn[], targetOf: Int32Array, loopOf: Int32Array) {
    this.#insns = insns;
    this.#targetOf = targetOf;
    this.#loopOf = loopOf;
    this.#order = new Int32Array(insns.length);
    this.#lowest = new Int32Array(insns.length);
    this.#isOpen = new Uint8Array(insns.length);
  }

  run(start: number): void {
    if (this.#order[start] !== 0) return;
    const path = [this.#enter(start)];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const to = top.next.pop();
      if (to === undefined) {
        path.pop();
        const caller = path.at(-1);
        if (caller) this.#lower(caller.at, this.#lowest[top.at] ?? 0);
        this.#close(top.at);
      } else if (this.#order[to] === 0) path.push(this.#enter(to));
      else if (this.#isOpen[to]) this.#lower(top.at, this.#order[to] ?? 0);
    }
  }

  #enter(at: number): { at: number; next: number[] } {
    this.#order[at] = this.#lowest[at] = ++this.#visited;
    this.#open.push(at);
    this.#isOpen[at] = 1;
    return { at, next: successorList(this.#insns, this.#targetOf, at) };
  }

  #lower(at: number, to: number): void {
    if (to < (this.#lowest[at] ?? 0)) this.#lowest[at] = to;
  }

  #close(at: number): void {
    if (this.#lowest[at] !== this.#order[at]) return;
    const members: number[] = [];
    for (let member = -1; member !== at; ) {
      member = this.#open.pop() ?? at;
      this.#isOpen[member] = 0;
      members.push(member);
    }
    const isLoop = members.length > 1 || successorList(this.#insns, this.#targetOf, at).includes(at);
    if (!isLoop) return;
    this.#loops++;
    for (const member of members) this.#loopOf[member] = this.#loops;
  }
}
