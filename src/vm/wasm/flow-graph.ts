import type { InsnBody } from "../../isa/insn.ts";
import type { FunctionCode, Program } from "../program.ts";

/** Basic blocks. `taken` and `next` are blocks, or -1. */
export type BlockList = Readonly<{
  count: number;
  /** First and last instruction of each block. */
  first: Int32Array;
  last: Int32Array;
  /** Where the block's jump goes, for blocks that end in a jump. */
  taken: Int32Array;
  /** Where execution goes otherwise. */
  next: Int32Array;
}>;

/**
 * The basic blocks of a function that can be reached, in reverse post-order: block 0 is the entry, and an edge to a
 * block with a lower number is a jump backwards.
 */
export type FlowGraph = BlockList &
  Readonly<{
    /** The block that every path to this one passes last; -1 for the entry. */
    dominator: Int32Array;
    /** How many edges lead back to this block. */
    backEdges: Int32Array;
    /** Whether more than one edge leads forward to it. */
    isMerge: Uint8Array;
    /** Every jump backwards goes to a block that dominates it. */
    isReducible: boolean;
  }>;

export function flowGraph(program: Program, code: FunctionCode): FlowGraph {
  const blocks = findBlocks(program, code);
  const order = reversePostOrder(blocks);
  const rank = new Int32Array(blocks.count).fill(-1);
  order.forEach((block, i) => {
    rank[block] = i;
  });
  const pick = (list: Int32Array) => Int32Array.from(order, (block) => list[block] as number);
  const renumber = (list: Int32Array) =>
    Int32Array.from(order, (block) => {
      const to = list[block] as number;
      return to === -1 ? -1 : (rank[to] as number);
    });
  const [taken, next] = [renumber(blocks.taken), renumber(blocks.next)];
  const dominator = findDominators(taken, next);
  return {
    count: order.length,
    first: pick(blocks.first),
    last: pick(blocks.last),
    taken,
    next,
    dominator,
    ...classify(taken, next, dominator),
  };
}

/** All blocks of a function, in the order of its code. */
export function findBlocks(program: Program, { start, end }: FunctionCode): BlockList {
  const { insns, costs, targets } = program;
  const firsts: number[] = [];
  const blockAt = new Int32Array(end - start + 1).fill(-1);
  for (let i = start; i < end; i++) {
    if (costs[i] === 0) continue;
    blockAt[i - start] = firsts.length;
    firsts.push(i);
  }
  const at = (insn: number): number => blockAt[insn - start] ?? -1;
  const first = Int32Array.from(firsts);
  const last = first.map((insn) => insn + (costs[insn] as number) - 1);
  const taken = new Int32Array(first.length).fill(-1);
  const next = new Int32Array(first.length).fill(-1);
  for (let block = 0; block < first.length; block++) {
    const insn = last[block] as number;
    const { kind } = insns[insn] as InsnBody;
    if (kind === "jump" || kind === "mayGoto") taken[block] = at(targets[insn] as number);
    if (kind === "ja") next[block] = at(targets[insn] as number);
    else if (kind !== "exit") next[block] = at(insn + 1);
  }
  return { count: first.length, first, last, taken, next };
}

function reversePostOrder({ taken, next }: BlockList): number[] {
  const seen = new Uint8Array(taken.length);
  const progress = new Uint8Array(taken.length);
  const stack = [0];
  const order: number[] = [];
  seen[0] = 1;
  while (stack.length > 0) {
    const block = stack.at(-1) as number;
    const step = progress[block] as number;
    if (step === 2) {
      order.push(block);
      stack.pop();
      continue;
    }
    progress[block] = step + 1;
    const to = (step === 0 ? taken[block] : next[block]) as number;
    if (to === -1 || seen[to] === 1) continue;
    seen[to] = 1;
    stack.push(to);
  }
  return order.reverse();
}

/** Lengauer and Tarjan's algorithm with path compression; no recursion. Blocks are numbered in any order. */
function findDominators(taken: Int32Array, next: Int32Array): Int32Array {
  const count = taken.length;
  const { vertex, number, parent } = depthFirst(taken, next);
  const { heads, links, sources } = predecessors(taken, next);
  const semi = Int32Array.from({ length: count }, (_, i) => i);
  const label = Int32Array.from(semi);
  const ancestor = new Int32Array(count).fill(-1);
  const bucketHead = new Int32Array(count).fill(-1);
  const bucketNext = new Int32Array(count).fill(-1);
  const dom = new Int32Array(count).fill(-1);
  const path: number[] = [];
  const best = (v: number): number => {
    if (ancestor[v] === -1) return label[v] as number;
    for (let at = v; ancestor[ancestor[at] as number] !== -1; at = ancestor[at] as number) path.push(at);
    while (path.length > 0) {
      const at = path.pop() as number;
      const above = ancestor[at] as number;
      if ((semi[label[above] as number] as number) < (semi[label[at] as number] as number))
        label[at] = label[above] as number;
      ancestor[at] = ancestor[above] as number;
    }
    return label[v] as number;
  };
  for (let w = count - 1; w > 0; w--) {
    for (let e = heads[vertex[w] as number] as number; e !== -1; e = links[e] as number) {
      const u = best(number[sources[e] as number] as number);
      if ((semi[u] as number) < (semi[w] as number)) semi[w] = semi[u] as number;
    }
    const s = semi[w] as number;
    bucketNext[w] = bucketHead[s] as number;
    bucketHead[s] = w;
    const p = parent[w] as number;
    ancestor[w] = p;
    for (let v = bucketHead[p] as number; v !== -1; v = bucketNext[v] as number) {
      const u = best(v);
      dom[v] = (semi[u] as number) < (semi[v] as number) ? u : p;
    }
    bucketHead[p] = -1;
  }
  const result = new Int32Array(count).fill(-1);
  for (let w = 1; w < count; w++) {
    if (dom[w] !== semi[w]) dom[w] = dom[dom[w] as number] as number;
    result[vertex[w] as number] = vertex[dom[w] as number] as number;
  }
  return result;
}

/** Numbers blocks in the order of a depth-first walk; `parent` is in these numbers. */
function depthFirst(
  taken: Int32Array,
  next: Int32Array,
): { vertex: Int32Array; number: Int32Array; parent: Int32Array } {
  const count = taken.length;
  const vertex = new Int32Array(count);
  const number = new Int32Array(count).fill(-1);
  const parent = new Int32Array(count).fill(-1);
  let used = 0;
  const stack: number[] = [0, -1];
  while (stack.length > 0) {
    const from = stack.pop() as number;
    const block = stack.pop() as number;
    if (number[block] !== -1) continue;
    number[block] = used;
    vertex[used] = block;
    parent[used] = from;
    for (const to of [taken[block] as number, next[block] as number])
      if (to !== -1 && number[to] === -1) stack.push(to, used);
    used++;
  }
  return { vertex, number, parent };
}

/** Edges by their target, as linked lists. */
function predecessors(
  taken: Int32Array,
  next: Int32Array,
): { heads: Int32Array; links: Int32Array; sources: Int32Array } {
  const count = taken.length;
  const heads = new Int32Array(count).fill(-1);
  const links = new Int32Array(count * 2).fill(-1);
  const sources = new Int32Array(count * 2);
  for (let e = 0; e < count * 2; e++) {
    const block = e >> 1;
    const to = ((e & 1) === 0 ? taken[block] : next[block]) as number;
    if (to === -1) continue;
    sources[e] = block;
    links[e] = heads[to] as number;
    heads[to] = e;
  }
  return { heads, links, sources };
}

function classify(
  taken: Int32Array,
  next: Int32Array,
  dominator: Int32Array,
): Pick<FlowGraph, "backEdges" | "isMerge" | "isReducible"> {
  const count = taken.length;
  const backEdges = new Int32Array(count);
  const incoming = new Int32Array(count);
  const { enter, leave } = intervals(dominator);
  let isReducible = true;
  for (let block = 0; block < count; block++) {
    for (const to of [taken[block] as number, next[block] as number]) {
      if (to === -1) continue;
      if (to > block) {
        incoming[to] = (incoming[to] as number) + 1;
        continue;
      }
      backEdges[to] = (backEdges[to] as number) + 1;
      const dominates =
        (enter[to] as number) <= (enter[block] as number) && (leave[block] as number) <= (leave[to] as number);
      if (!dominates) isReducible = false;
    }
  }
  return { backEdges, isMerge: Uint8Array.from(incoming, (edges) => (edges > 1 ? 1 : 0)), isReducible };
}

/** When a walk of the dominator tree enters and leaves each block. */
function intervals(dominator: Int32Array): { enter: Int32Array; leave: Int32Array } {
  const { heads, links } = childrenOf(dominator);
  const enter = new Int32Array(dominator.length);
  const leave = new Int32Array(dominator.length);
  let clock = 0;
  const stack = [0];
  while (stack.length > 0) {
    const block = stack.pop() as number;
    if (block < 0) {
      leave[~block] = clock++;
      continue;
    }
    enter[block] = clock++;
    stack.push(~block);
    for (let child = heads[block] as number; child !== -1; child = links[child] as number) stack.push(child);
  }
  return { enter, leave };
}

/** Children in the dominator tree as linked lists, highest number first. */
export function childrenOf(dominator: Int32Array): { heads: Int32Array; links: Int32Array } {
  const heads = new Int32Array(dominator.length).fill(-1);
  const links = new Int32Array(dominator.length).fill(-1);
  for (let block = 1; block < dominator.length; block++) {
    const above = dominator[block] as number;
    links[block] = heads[above] as number;
    heads[above] = block;
  }
  return { heads, links };
}
