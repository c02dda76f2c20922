import type { CoreQuestion } from "../ir/ir.ts";
import type { JumpOp } from "../isa/insn.ts";
import type { CoreAnswer } from "./core-types.ts";
import type { DraftCode } from "./draft.ts";
import { DraftWriter } from "./draft.ts";
import { InstEmitter } from "./emit-inst.ts";
import type { SlotFrame } from "./frame.ts";
import type { Lives } from "./intervals.ts";
import { blockEnd, blockStart } from "./intervals.ts";
import type { Lines } from "./lines.ts";
import type { MBlock, MFunc, MInst } from "./machine.ts";
import { INVERSE_JUMP } from "./machine.ts";
import type { Moves, Resolution } from "./resolve.ts";
import { Places, resolvePieces } from "./resolve.ts";
import { assignSpillSlots } from "./spill-slots.ts";

/** The code of one function and what it takes of the stack, in bytes; a multiple of 8. */
export type Emitted = Readonly<{ code: DraftCode; frameBytes: number }>;

/** Writes the allocated function as instructions; jumps still go to labels. */
export function emitFunction(
  func: MFunc,
  lives: Lives,
  frame: SlotFrame,
  options: Readonly<{ lines: Lines; cpuVersion: 3 | 4; core: (question: CoreQuestion) => CoreAnswer }>,
): Emitted {
  const slots = assignSpillSlots(lives);
  const places = new Places(lives, slots);
  const resolution = resolvePieces(func, lives, places);
  const writer = new DraftWriter();
  const insts = new InstEmitter(func, lives, places, { frame, writer, spillCount: slots.count, ...options });
  new BlockEmitter(func, resolution, insts, writer, options.lines).run();
  return { code: writer.code, frameBytes: insts.frameBytes };
}

/** Copies that a branch makes on its way, as a block of their own. */
type EdgeBlock = Readonly<{ label: number; moves: Moves; from: number; to: number; meta: DraftWriter["meta"] }>;

class BlockEmitter {
  private readonly func: MFunc;
  private readonly resolution: Resolution;
  private readonly insts: InstEmitter;
  private readonly writer: DraftWriter;
  private readonly lines: Lines;
  private readonly labels: number[];
  /** Copies of an edge that is the only one into its block. */
  private readonly atStart: (EdgeBlock | undefined)[];
  private readonly deferred: EdgeBlock[] = [];

  constructor(func: MFunc, resolution: Resolution, insts: InstEmitter, writer: DraftWriter, lines: Lines) {
    this.func = func;
    this.resolution = resolution;
    this.insts = insts;
    this.writer = writer;
    this.lines = lines;
    this.labels = func.blocks.map(() => writer.newLabel());
    this.atStart = func.blocks.map(() => undefined);
  }

  run(): void {
    const { func, writer } = this;
    for (let b = 0; b < func.blocks.length; b++) {
      writer.placeLabel(this.labels[b] as number);
      const block = func.blocks[b] as MBlock;
      writer.meta = this.lines.metaOf(func.insts[block.first]?.span) ?? writer.meta;
      const edge = this.atStart[b];
      if (edge) this.copyEdge(edge);
      if (b === 0) this.insts.receive(func.incoming);
      for (let i = block.first; i <= block.last; i++) this.emitInst(i, b);
    }
    for (const edge of this.deferred) {
      writer.placeLabel(edge.label);
      this.copyEdge(edge);
      writer.putJump({ kind: "ja", off: 0, wide: false }, this.labels[edge.to] as number);
    }
  }

  private emitInst(i: number, b: number): void {
    const inst = this.func.insts[i] as MInst;
    this.writer.meta = this.lines.metaOf(inst.span) ?? this.writer.meta;
    const { before } = this.resolution;
    if (before.size > 0) {
      const moves = before.get(i * 2);
      if (moves) this.insts.copyAll(moves, i * 2, i * 2);
      const late = inst.kind === "call" ? undefined : before.get(i * 2 + 1);
      if (late) this.insts.copyAll(late, i * 2, i * 2 + 1);
    }
    if (inst.kind === "jump") this.emitJump(b);
    else if (inst.kind === "branch") this.emitBranch(inst, i, b);
    else this.insts.emit(inst, i * 2, before.get(i * 2 + 1));
  }

  private emitJump(b: number): void {
    const to = (this.func.blocks[b] as MBlock).succs[0] as number;
    const moves = this.resolution.edges[b]?.[0];
    if (moves) this.copyEdge({ label: -1, moves, from: b, to, meta: this.writer.meta });
    if (to !== b + 1) this.writer.putJump({ kind: "ja", off: 0, wide: false }, this.labels[to] as number);
  }

  private emitBranch(inst: MInst, i: number, b: number): void {
    const { succs } = this.func.blocks[b] as MBlock;
    const [then, otherwise] = [this.edgeBlock(b, 0), this.edgeBlock(b, 1)];
    const next = (e: 0 | 1, own: EdgeBlock | undefined) => !own && succs[e] === b + 1;
    const invertible = inst.op !== "set";
    // One side falls through: the next block, or copies that then stand right here.
    if (invertible && (next(0, then) || (then && !otherwise && !next(1, otherwise)))) {
      const op = INVERSE_JUMP[inst.op as Exclude<JumpOp, "set">];
      this.insts.branch(inst, op, i * 2, this.targetOf(otherwise, succs[1] as number));
      this.fallInto(then, succs[0] as number, b);
      if (otherwise) this.deferred.push(otherwise);
    } else {
      this.insts.branch(inst, inst.op as JumpOp, i * 2, this.targetOf(then, succs[0] as number));
      this.fallInto(otherwise, succs[1] as number, b);
      if (then) this.deferred.push(then);
    }
  }

  private fallInto(edge: EdgeBlock | undefined, to: number, b: number): void {
    if (edge) this.copyEdge(edge);
    if (to !== b + 1) this.writer.putJump({ kind: "ja", off: 0, wide: false }, this.labels[to] as number);
  }

  private targetOf(edge: EdgeBlock | undefined, to: number): number {
    return edge ? edge.label : (this.labels[to] as number);
  }

  /** The block that an edge's copies need; none where there are no copies or they fit into the target. */
  private edgeBlock(b: number, edge: 0 | 1): EdgeBlock | undefined {
    const moves = this.resolution.edges[b]?.[edge];
    if (!moves) return undefined;
    const to = (this.func.blocks[b] as MBlock).succs[edge] as number;
    const { meta } = this.writer;
    if ((this.func.blocks[to] as MBlock).preds.length === 1) {
      this.atStart[to] = { label: -1, moves, from: b, to, meta };
      return undefined;
    }
    return { label: this.writer.newLabel(), moves, from: b, to, meta };
  }

  private copyEdge(edge: EdgeBlock): void {
    const { blocks } = this.func;
    this.writer.meta = edge.meta;
    const from = blockEnd(blocks[edge.from] as MBlock) - 1;
    this.insts.copyAll(edge.moves, from, blockStart(blocks[edge.to] as MBlock));
  }
}
