import { type CodeWriter, TYPE, W } from "./code-writer.ts";
import { type BlockList, childrenOf, type FlowGraph } from "./flow-graph.ts";

/** What a block contains is somebody else's business. */
export type BlockEmitter = Readonly<{
  /** Everything but where it goes next; leaves a condition on the stack when the block ends in a conditional jump. */
  block(block: number): void;
  /** Whether the block, which jumps to itself, is written by `loop`. */
  hasLoop(block: number): boolean;
  /** What stands before that loop. */
  beforeLoop(block: number): void;
  /** Leaves for another part of the function, at this place. */
  leave(place: number): void;
  /** The loop, but for its label, which is `depth` labels away; ends where the loop is left. */
  loop(block: number, depth: number): void;
}>;

const MAX_NESTING = 5_000;

/** Local that says which block is next, for `emitDispatch`. */
type Dispatch = Readonly<{ label: number }>;

/**
 * Turns the graph into WebAssembly's blocks and loops, along the dominator tree (Ramsey, "Beyond Relooper", 2022):
 * a block stands inside the one that dominates it; one that several edges lead to follows a WebAssembly block that
 * they leave. False, with nothing useful written, when the graph is irreducible or would be nested too deep.
 */
export function emitStructured(out: CodeWriter, graph: FlowGraph, emitter: BlockEmitter): boolean {
  return graph.isReducible && new Structure(out, graph, emitter).run();
}

const TREE = 0; // the block and all that it dominates
const WITHIN = 1; // the block, inside the blocks that its merge children follow
const BRANCH = 2; // an edge
const ELSE = 3;
const END = 4;

class Structure {
  readonly #out: CodeWriter;
  readonly #graph: FlowGraph;
  readonly #emitter: BlockEmitter;
  readonly #heads: Int32Array;
  readonly #links: Int32Array;
  /** Depth of the label to branch to, for loops and merge blocks that are open. */
  readonly #loopDepth: Int32Array;
  readonly #blockDepth: Int32Array;
  readonly #tasks: number[] = []; // triples: kind, block, block
  #depth = 0;

  constructor(out: CodeWriter, graph: FlowGraph, emitter: BlockEmitter) {
    this.#out = out;
    this.#graph = graph;
    this.#emitter = emitter;
    const { heads, links } = childrenOf(graph.dominator);
    this.#heads = heads;
    this.#links = links;
    this.#loopDepth = new Int32Array(graph.count);
    this.#blockDepth = new Int32Array(graph.count);
  }

  run(): boolean {
    this.#push(TREE, 0, 0);
    while (this.#tasks.length > 0) {
      const b = this.#tasks.pop() as number;
      const a = this.#tasks.pop() as number;
      const kind = this.#tasks.pop();
      if (kind === TREE) this.#tree(a);
      else if (kind === WITHIN) this.#within(a, b);
      else if (kind === BRANCH) this.#branch(a, b);
      else if (kind === ELSE) this.#out.byte(W.else);
      else this.#close();
      if (this.#depth > MAX_NESTING) return false;
    }
    this.#out.byte(W.unreachable);
    return true;
  }

  #push(kind: number, a: number, b: number): void {
    this.#tasks.push(kind, a, b);
  }

  #tree(block: number): void {
    if (this.#graph.backEdges[block] !== 0) {
      this.#emitter.beforeLoop(block);
      this.#open(W.loop);
      this.#loopDepth[block] = this.#depth;
      this.#push(END, 0, 0);
    }
    this.#push(WITHIN, block, this.#nextMerge(this.#heads[block] as number));
  }

  /** `child`: the merge child to enclose next, or -1 when all are. The later in order, the farther outside. */
  #within(block: number, child: number): void {
    if (child === -1) {
      this.#body(block);
      return;
    }
    this.#open(W.block);
    this.#blockDepth[child] = this.#depth;
    this.#push(TREE, child, 0);
    this.#push(END, 0, 0);
    this.#push(WITHIN, block, this.#nextMerge(this.#links[child] as number));
  }

  #nextMerge(from: number): number {
    let child = from;
    while (child !== -1 && this.#graph.isMerge[child] === 0) child = this.#links[child] as number;
    return child;
  }

  #body(block: number): void {
    const { taken, next } = this.#graph;
    const [to, otherwise] = [taken[block] as number, next[block] as number];
    if (this.#emitter.hasLoop(block)) {
      this.#emitter.loop(block, this.#depth - (this.#loopDepth[block] as number));
      this.#push(BRANCH, block, otherwise);
      return;
    }
    this.#emitter.block(block);
    if (to === -1) {
      if (otherwise !== -1) this.#push(BRANCH, block, otherwise);
      return;
    }
    if (to === otherwise) {
      this.#out.byte(W.drop);
      this.#push(BRANCH, block, to);
    } else if (this.#isLabel(block, to)) {
      this.#out.op(W.brIf, this.#depthOf(block, to));
      this.#push(BRANCH, block, otherwise);
    } else if (this.#isLabel(block, otherwise)) {
      this.#out.byte(W.i32Eqz);
      this.#out.op(W.brIf, this.#depthOf(block, otherwise));
      this.#push(BRANCH, block, to);
    } else {
      this.#open(W.if);
      this.#push(END, 0, 0);
      this.#push(BRANCH, block, otherwise);
      this.#push(ELSE, 0, 0);
      this.#push(BRANCH, block, to);
    }
  }

  #branch(from: number, to: number): void {
    if (this.#isLabel(from, to)) this.#out.op(W.br, this.#depthOf(from, to));
    else this.#tree(to);
  }

  #isLabel(from: number, to: number): boolean {
    return to <= from || this.#graph.isMerge[to] === 1;
  }

  #depthOf(from: number, to: number): number {
    return this.#depth - ((to <= from ? this.#loopDepth[to] : this.#blockDepth[to]) as number);
  }

  #open(instruction: number): void {
    this.#out.byte(instruction);
    this.#out.byte(TYPE.none);
    this.#depth++;
  }

  #close(): void {
    this.#out.byte(W.end);
    this.#depth--;
  }
}

/** Any graph at all: a loop around a table of jumps to every block. `label` is a local of 32 bits: the first block. */
export function emitDispatch(
  out: CodeWriter,
  graph: BlockList,
  emitter: BlockEmitter,
  { label }: Dispatch,
): void {
  const { count, taken, next } = graph;
  const open = (instruction: number) => {
    out.byte(instruction);
    out.byte(TYPE.none);
  };
  open(W.loop);
  for (let block = 0; block < count; block++) open(W.block);
  out.get(label);
  out.op(W.brTable, count - 1);
  for (let block = 0; block < count; block++) out.u32(block);
  for (let block = 0; block < count; block++) {
    out.byte(W.end);
    const top = count - 1 - block;
    const go = (to: number, depth: number) => {
      if (to < -1) return emitter.leave(-2 - to);
      out.i32(to);
      out.set(label);
      out.op(W.br, depth);
    };
    emitter.block(block);
    const [to, otherwise] = [taken[block] as number, next[block] as number];
    if (to !== -1) {
      open(W.if);
      go(to, top + 1);
      out.byte(W.end);
    }
    if (otherwise !== -1 && otherwise !== block + 1) go(otherwise, top);
  }
  out.byte(W.end);
  out.byte(W.unreachable);
}
