import { unreachable } from "../base/errors.ts";
import type { CoreQuestion } from "../ir/ir.ts";
import type { AluOp, AtomicOp, CallTarget, JumpOp, Operand, Reg } from "../isa/insn.ts";
import { intervalStart } from "./allocate.ts";
import type { CoreAnswer } from "./core-types.ts";
import type { DraftWriter } from "./draft.ts";
import type { SlotFrame } from "./frame.ts";
import type { Interval, Lives } from "./intervals.ts";
import type { Constant, MFunc, MInst, Src, VReg } from "./machine.ts";
import { asImm32, constantIndex, EXTERN_CALL, NONE } from "./machine.ts";
import { type CopyTarget, emitParallelCopy } from "./parallel-copy.ts";
import { RegisterUse } from "./register-use.ts";
import type { Moves, Places } from "./resolve.ts";
import { FIRST_SLOT } from "./spill-slots.ts";

type EmitContext = Readonly<{
  frame: SlotFrame;
  writer: DraftWriter;
  spillCount: number;
  cpuVersion: 3 | 4;
  core: (question: CoreQuestion) => CoreAnswer;
}>;

const FRAME_POINTER = 10;

/** Writes single instructions with their operands' places filled in. Positions must be asked in ascending order. */
export class InstEmitter {
  private readonly func: MFunc;
  private readonly lives: Lives;
  private readonly places: Places;
  private readonly context: EmitContext;
  private readonly writer: DraftWriter;
  /** The piece that each VReg was last found in. */
  private readonly current: (Interval | undefined)[];
  private registerUse: RegisterUse | undefined;
  /** Positions around the group of copies at hand. */
  private copiedBetween: readonly [number, number] = [0, 0];
  private readonly copies: CopyTarget = {
    copy: (from, to) => this.copy(from, to),
    needsRegister: (constant) => this.needsRegister(constant),
    isBusy: (reg) => this.copiedBetween.some((pos) => this.isBusy(reg, pos)),
    emergencySlot: (index) => {
      this.emergencies = Math.max(this.emergencies, index + 1);
      return FIRST_SLOT + this.context.spillCount + index;
    },
  };
  private emergencies = 0;

  constructor(func: MFunc, lives: Lives, places: Places, context: EmitContext) {
    this.func = func;
    this.lives = lives;
    this.places = places;
    this.context = context;
    this.writer = context.writer;
    this.current = lives.intervals.slice();
  }

  /** Bytes of slots, spilled values and what copies had to borrow. */
  get frameBytes(): number {
    return this.context.frame.bytes + 8 * (this.context.spillCount + this.emergencies);
  }

  /** Moves what r1, r2 … hold at the start to where it will be looked for. */
  receive(incoming: readonly VReg[]): void {
    const moves: Moves = [];
    for (let i = 0; i < incoming.length; i++) {
      const vreg = incoming[i] ?? NONE;
      if (vreg !== NONE) moves.push(i + 1, this.place(vreg, 0));
    }
    this.copyAll(moves, 0, 0);
  }

  /** Copies all at once, between the two positions. */
  copyAll(moves: Moves, before: number, after: number): void {
    if (moves.length === 2) {
      const [from, to] = moves as [number, number];
      if (from < FIRST_SLOT && from >= 0 ? true : to < FIRST_SLOT) {
        this.copy(from, to);
        return;
      }
    }
    if (moves.length === 0) return;
    this.copiedBetween = [before, after];
    emitParallelCopy(moves, this.copies);
  }

  branch(inst: MInst, op: JumpOp, pos: number, label: number): void {
    const dst = this.reg(inst.a, pos);
    const src = this.operand(inst.b, pos, inst.bits);
    this.writer.putJump({ kind: "jump", op, bits: inst.bits, dst, src, off: 0 }, label);
  }

  /** Everything but jumps. `late`: copies that a call makes together with its arguments. */
  emit(inst: MInst, pos: number, late: Moves | undefined): void {
    const { writer } = this;
    switch (inst.kind) {
      case "mov":
        this.copyTo(this.defReg(inst, pos), inst.a, pos);
        return;
      case "alu": {
        const dst = this.tied(inst, inst.a, pos);
        const src = this.operand(inst.b, pos, inst.bits);
        writer.put({ kind: "alu", op: inst.op as AluOp, bits: inst.bits, dst, src });
        return;
      }
      case "neg":
        writer.put({ kind: "neg", bits: inst.bits, dst: this.tied(inst, inst.a, pos) });
        return;
      case "endian": {
        const op = this.context.cpuVersion >= 4 ? "bswap" : "be"; // the same on a little-endian machine
        writer.put({
          kind: "endian",
          op,
          width: inst.width as 16 | 32 | 64,
          dst: this.tied(inst, inst.a, pos),
        });
        return;
      }
      case "zext": {
        const src = this.reg(inst.a, pos);
        const dst = this.defReg(inst, pos);
        writer.put({ kind: "alu", op: "mov", bits: 32, dst, src: { kind: "reg", reg: src } });
        return;
      }
      case "movsx": {
        const [src, dst] = [this.reg(inst.a, pos), this.defReg(inst, pos)];
        writer.put({ kind: "movsx", bits: inst.bits, from: inst.width as 8 | 16 | 32, dst, src });
        return;
      }
      case "return":
        this.copyTo(0, inst.a, pos);
        writer.put({ kind: "exit" });
        return;
      case "call":
        this.emitCall(inst, pos, late);
        return;
      case "select":
        this.emitSelect(inst, pos);
        return;
      default:
        this.emitMemory(inst, pos);
    }
  }

  private emitMemory(inst: MInst, pos: number): void {
    const { writer } = this;
    const { base, off } = this.address(inst, pos);
    switch (inst.kind) {
      case "load": {
        const { size, signed } = inst;
        writer.put({ kind: "load", size, signed, dst: this.defReg(inst, pos), base, off });
        return;
      }
      case "store": {
        const src = this.operand(inst.b, pos, inst.size === 8 ? 64 : 32);
        writer.put({ kind: "store", size: inst.size, base, off, src });
        return;
      }
      case "atomic": {
        const src = this.reg(inst.b, pos);
        writer.put({ ...atomicOf(inst), fetch: false, base, off, src });
        return;
      }
      case "fetch": {
        const src = this.tied(inst, inst.b, pos);
        writer.put({ ...atomicOf(inst), fetch: true, base, off, src });
        return;
      }
      case "cmpxchg": {
        const src = this.reg(inst.b, pos);
        this.copyTo(0, inst.c, pos);
        writer.put({ ...atomicOf(inst), fetch: true, base, off, src });
        this.copy(0, this.place(inst.def, pos + 2));
        return;
      }
      default:
        throw new Error(`bug: ${inst.kind} is not written here`);
    }
  }

  private emitCall(inst: MInst, pos: number, late: Moves | undefined): void {
    const moves: Moves = late ? late.slice() : [];
    for (let i = 0; i < inst.args.length; i++) moves.push(this.place(inst.args[i] as Src, pos), i + 1);
    this.copyAll(moves, pos + 1, pos + 1);
    const { name, width } = inst;
    this.writer.put({ kind: "call", target: callTarget(name, width) });
    if (inst.def !== NONE && this.lives.intervals[inst.def]) this.copy(0, this.place(inst.def, pos + 2));
  }

  /** dst = c; if a op b goto +1; dst = d */
  private emitSelect(inst: MInst, pos: number): void {
    const { writer } = this;
    const dst = this.tied(inst, inst.c, pos);
    const otherwise = this.place(inst.d, pos + 1);
    if (otherwise === dst) return;
    const [a, b] = [this.reg(inst.a, pos), this.operand(inst.b, pos, inst.bits)];
    const skip = writer.newLabel();
    writer.putJump({ kind: "jump", op: inst.op as JumpOp, bits: inst.bits, dst: a, src: b, off: 0 }, skip);
    this.copy(otherwise, dst);
    writer.placeLabel(skip);
  }

  // ---- places

  private place(src: Src, pos: number): number {
    if (src < 0) return src;
    let piece = this.current[src];
    if (piece?.next) {
      while (piece.next && intervalStart(piece.next) <= pos) piece = piece.next;
      this.current[src] = piece;
    }
    if (!piece) throw new Error(`bug: VReg ${src} of ${this.func.name} has no place`);
    return this.places.of(piece);
  }

  private reg(src: Src, pos: number): Reg {
    const place = this.place(src, pos);
    if (place < 0 || place >= FIRST_SLOT)
      throw new Error(`bug: VReg ${src} of ${this.func.name} is not in a register`);
    return place as Reg;
  }

  private defReg(inst: MInst, pos: number): Reg {
    return this.reg(inst.def, pos + 1);
  }

  /** The result's register, holding `src`. */
  private tied(inst: MInst, src: Src, pos: number): Reg {
    const from = this.place(src, pos);
    const dst = this.defReg(inst, pos);
    this.copy(from, dst);
    return dst;
  }

  private operand(src: Src, pos: number, bits: 32 | 64): Operand {
    if (src >= 0) return { kind: "reg", reg: this.reg(src, pos) };
    const constant = this.constant(src);
    const imm =
      constant.kind === "int" ? asImm32(bits === 64 ? constant.value : signed32(constant.value)) : undefined;
    if (imm === undefined) throw new Error(`bug: not an immediate in ${this.func.name}`);
    return { kind: "imm", imm };
  }

  private address(inst: MInst, pos: number): { base: Reg; off: number } {
    const constant = inst.a < NONE ? this.constant(inst.a) : undefined;
    if (constant?.kind !== "slot") return { base: this.reg(inst.a, pos), off: inst.off };
    return { base: FRAME_POINTER, off: this.slotOffset(constant) + inst.off };
  }

  private slotOffset(constant: Constant & { kind: "slot" }): number {
    return (this.context.frame.offsets[constant.slot] as number) + constant.off;
  }

  private constant(src: Src): Constant {
    return this.func.constants[constantIndex(src)] as Constant;
  }

  // ---- copies

  private copyTo(reg: Reg, src: Src, pos: number): void {
    this.copy(this.place(src, pos), reg);
  }

  private copy(from: number, to: number): void {
    const { writer } = this;
    if (from === to) return;
    if (to >= FIRST_SLOT) {
      const src: Operand = from < 0 ? this.operand(from, 0, 64) : { kind: "reg", reg: from as Reg };
      writer.put({ kind: "store", size: 8, base: FRAME_POINTER, off: this.spillOffset(to), src });
    } else if (from < 0) this.materialize(this.constant(from), to as Reg);
    else if (from >= FIRST_SLOT) {
      const off = this.spillOffset(from);
      writer.put({ kind: "load", size: 8, signed: false, dst: to as Reg, base: FRAME_POINTER, off });
    } else writer.put(move(to as Reg, from as Reg));
  }

  private materialize(constant: Constant, dst: Reg): void {
    const { writer } = this;
    switch (constant.kind) {
      case "int": {
        const imm = asImm32(constant.value);
        if (imm !== undefined) writer.put({ kind: "alu", op: "mov", bits: 64, dst, src: { kind: "imm", imm } });
        else if (constant.value < 1n << 32n) {
          const low = Number(BigInt.asIntN(32, constant.value)); // a 32-bit move clears the upper half
          writer.put({ kind: "alu", op: "mov", bits: 32, dst, src: { kind: "imm", imm: low } });
        } else writer.put({ kind: "loadImm64", dst, imm: constant.value });
        return;
      }
      case "slot":
        writer.put(move(dst, FRAME_POINTER));
        writer.put({
          kind: "alu",
          op: "add",
          bits: 64,
          dst,
          src: { kind: "imm", imm: this.slotOffset(constant) },
        });
        return;
      case "core": {
        const { value, reloc } = this.context.core(constant.question);
        const imm = { kind: "imm", imm: value } as const;
        writer.put({ kind: "alu", op: "mov", bits: 64, dst, src: imm }, reloc);
        return;
      }
      case "ref":
        writer.put({ kind: "loadImm64", dst, imm: 0n, ref: constant.ref });
        return;
      default:
        unreachable(constant);
    }
  }

  private needsRegister(src: Src): boolean {
    const constant = this.constant(src);
    return constant.kind !== "int" || asImm32(constant.value) === undefined;
  }

  /** Spilled values lie below the slots. */
  private spillOffset(place: number): number {
    return -this.context.frame.bytes - 8 * (place - FIRST_SLOT + 1);
  }

  private isBusy(reg: number, pos: number): boolean {
    this.registerUse ??= new RegisterUse(this.lives);
    return this.registerUse.isBusy(reg, pos);
  }
}

function move(dst: Reg, src: Reg): { kind: "alu"; op: "mov"; bits: 64; dst: Reg; src: Operand } {
  return { kind: "alu", op: "mov", bits: 64, dst, src: { kind: "reg", reg: src } };
}

function atomicOf(inst: MInst): { kind: "atomic"; op: AtomicOp; size: 4 | 8 } {
  return { kind: "atomic", op: inst.op as AtomicOp, size: inst.size as 4 | 8 };
}

function signed32(value: bigint): bigint {
  return BigInt.asIntN(32, value);
}

function callTarget(name: string, width: number): CallTarget {
  if (name === "") return { kind: "helper", id: width };
  return width === EXTERN_CALL ? { kind: "ksym", name, weak: false } : { kind: "func", name };
}
