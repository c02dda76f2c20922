import { CONTROL } from "../memory.ts";
import type { FunctionCode, Program } from "../program.ts";
import { CodeWriter, TYPE, W } from "./code-writer.ts";
import { type BlockList, findBlocks } from "./flow-graph.ts";

const LABEL_BITS = 16;

/** When functions are compiled in parts: engines take very long over large ones. */
export type CompileLimits = Readonly<{
  /** Instructions of a function from which on that is done. */
  functionInsns: number;
  /** Blocks of a graph that WebAssembly has no structure for, from which on it is done. */
  graphBlocks: number;
  /** Most instructions and blocks of a part; of single blocks that are longer, one. */
  partInsns: number;
  partBlocks: number;
}>;

export const COMPILE_LIMITS: CompileLimits = {
  functionInsns: 10_000,
  graphBlocks: 1_000,
  partInsns: 2_000,
  partBlocks: 500,
};

/**
 * A function's blocks in groups, in the order of its code. An edge to another group is -2 less its place there: the
 * group's number, shifted by 16 bits, and the block's.
 */
export function partsOf(program: Program, code: FunctionCode, limits: CompileLimits): readonly BlockList[] {
  const all = findBlocks(program, code);
  const partOf = new Int32Array(all.count);
  const starts: number[] = [];
  let insns = Number.POSITIVE_INFINITY;
  for (let block = 0; block < all.count; block++) {
    const size = (all.last[block] as number) - (all.first[block] as number) + 1;
    if (insns + size > limits.partInsns || block - (starts.at(-1) ?? 0) >= limits.partBlocks) {
      starts.push(block);
      insns = 0;
    }
    insns += size;
    partOf[block] = starts.length - 1;
  }
  return starts.map((start, part) => {
    const end = starts[part + 1] ?? all.count;
    const aim = (to: number): number => {
      if (to === -1 || partOf[to] === part) return to === -1 ? -1 : to - start;
      const other = partOf[to] as number;
      return -2 - ((other << LABEL_BITS) | (to - (starts[other] as number)));
    };
    return {
      count: end - start,
      first: all.first.slice(start, end),
      last: all.last.slice(start, end),
      taken: all.taken.slice(start, end).map(aim),
      next: all.next.slice(start, end).map(aim),
    };
  });
}

/** Registers while one part hands over to the next: r0 … r9, 64 bits each. */
export function savedRegister(reg: number): number {
  return CONTROL.saved + reg * 8;
}

const FRAME = 5; // the sixth parameter
const NEXT = 6;
const MAX_MAY_GOTOS_AT = CONTROL.savedMayGotos;

/**
 * The function around the parts: calls one after the other, each of which says where to go on, or -1 at the end.
 * `firstPart` is the first one's place in the table, `type` the number of their type.
 */
export function driverBody(firstPart: number, type: number, mayGotos: number): Uint8Array {
  const out = new CodeWriter(256);
  out.u32(1); // one local, 32 bits
  out.u32(1);
  out.byte(TYPE.i32);
  for (let reg = 0; reg < 10; reg++) {
    out.i32(0);
    if (reg >= 1 && reg <= 5) out.get(reg - 1);
    else out.i64(0);
    out.memory(W.i64Store, savedRegister(reg));
  }
  out.i32(0);
  out.i32(mayGotos);
  out.memory(W.i32Store, MAX_MAY_GOTOS_AT);
  out.op(W.loop, TYPE.none);
  out.i32(0);
  out.get(NEXT);
  out.i32((1 << LABEL_BITS) - 1);
  out.byte(W.i32And);
  out.memory(W.i32Store, CONTROL.label);
  for (let reg = 1; reg <= 5; reg++) {
    out.i32(0);
    out.memory(W.i64Load, savedRegister(reg));
  }
  out.get(FRAME);
  out.get(NEXT);
  out.i32(LABEL_BITS);
  out.byte(W.i32ShrU);
  out.i32(firstPart);
  out.byte(W.i32Add);
  out.op(W.callIndirect, type);
  out.u32(0);
  out.tee(NEXT);
  out.i32(0);
  out.byte(W.i32GeS);
  out.op(W.brIf, 0);
  out.byte(W.end);
  out.i32(0);
  out.memory(W.i64Load, savedRegister(0));
  out.byte(W.end);
  return out.bytes();
}
