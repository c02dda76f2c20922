// Generated programs for the comparison of verifiers: structured, mostly valid, then now and then damaged.

import type { ProgramType } from "../../src/abi/attach-spec.ts";
import type { AttachType } from "../../src/abi/attach-types.ts";
import { helperByName } from "../../src/abi/helpers.ts";
import type { AluOp, Insn, JumpOp, MemSize, Operand, Reg } from "../../src/isa/insn.ts";
import { slotsOf } from "../../src/isa/insn.ts";
import { openKernelBtf } from "../../src/linux/kernel-btf.ts";
import { openKernel } from "../../src/linux/syscall.ts";
import type { FunctionInfo } from "../../src/object/object.ts";
import type { Dice } from "./verify-dice.ts";
import type { GlobalKind } from "./verify-types.ts";

export const KERNEL_BTF = openKernelBtf(openKernel());

/** A jump whose target is another instruction of the list, before offsets are known. */
type Draft = { insn: Insn; to?: Draft };

/** What the kernel must be told of what a program is for: attach type, and the target's type in its BTF. */
export type Attachment = Readonly<{ attachType?: AttachType; attachTo?: string; btfId?: number }>;

export type GeneratedProgram = Readonly<{
  type: ProgramType;
  /** Left out: the usual one of the type. */
  attach?: Attachment;
  sleepable?: boolean;
  insns: readonly Insn[];
  functions: readonly FunctionInfo[];
  what: string;
}>;

export const reg = (r: number): Operand => ({ kind: "reg", reg: r as Reg });
export const imm = (value: number): Operand => ({ kind: "imm", imm: value | 0 });

/** Collects instructions; labels are drafts that jumps point to. */
export class Code {
  readonly drafts: Draft[] = [];
  readonly dice: Dice;
  readonly type: ProgramType;
  /** Functions to be placed behind the program, by the draft that they start with. */
  readonly functions: { start: Draft; body: (code: Code) => void; global?: GlobalKind | "plain" }[] = [];

  constructor(dice: Dice, type: ProgramType) {
    this.dice = dice;
    this.type = type;
  }

  add(insn: Insn, to?: Draft): Draft {
    const draft: Draft = to ? { insn, to } : { insn };
    this.drafts.push(draft);
    return draft;
  }

  /** A place that jumps can name: the next instruction that is added. */
  place(): Draft {
    return this.add({ kind: "alu", op: "mov", bits: 64, dst: 0, src: imm(0) });
  }

  mov(dst: number, src: Operand, bits: 32 | 64 = 64): void {
    this.add({ kind: "alu", op: "mov", bits, dst: dst as Reg, src });
  }

  alu(op: AluOp, dst: number, src: Operand, bits: 32 | 64 = 64): void {
    this.add({ kind: "alu", op, bits, dst: dst as Reg, src });
  }

  load(size: MemSize, dst: number, base: number, off: number, signed = false): void {
    this.add({ kind: "load", size, signed: signed && size < 8, dst: dst as Reg, base: base as Reg, off });
  }

  store(size: MemSize, base: number, off: number, src: Operand): void {
    this.add({ kind: "store", size, base: base as Reg, off, src });
  }

  map(dst: number, name: string): void {
    this.add({ kind: "loadImm64", dst: dst as Reg, imm: 0n, ref: { kind: "map", map: name } });
  }

  call(name: string): void {
    const helper = helperByName(name);
    if (!helper) throw new Error(`no helper ${name}`);
    this.add({ kind: "call", target: { kind: "helper", id: helper.id } });
  }

  /** Calls a kernel function; nothing where this kernel has none of that name. */
  kfunc(name: string): void {
    const id = KERNEL_BTF?.find(name, "func")[0];
    if (id !== undefined) this.add({ kind: "call", target: { kind: "kfunc", btfId: id, btfFd: 0 } });
  }

  jump(op: JumpOp, dst: number, src: Operand, to: Draft, bits: 32 | 64 = 64): void {
    this.add({ kind: "jump", op, bits, dst: dst as Reg, src, off: 0 }, to);
  }

  goto(to: Draft): void {
    this.add({ kind: "ja", off: 0, wide: false }, to);
  }

  /** Runs `body` only where `op` holds (jumps over it where its opposite does). */
  when(op: JumpOp, dst: number, src: Operand, body: () => void, bits: 32 | 64 = 64): void {
    const end: Draft = { insn: { kind: "alu", op: "mov", bits: 64, dst: 0, src: imm(0) } };
    this.jump(OPPOSITE[op] ?? "eq", dst, src, end, bits);
    body();
    this.drafts.push(end);
  }

  exit(value = 0): void {
    this.mov(0, imm(value));
    this.add({ kind: "exit" });
  }

  /** A call of a function that is placed behind the program. */
  callFunction(body: (code: Code) => void): void {
    const start: Draft = { insn: { kind: "alu", op: "mov", bits: 64, dst: 0, src: imm(1) } };
    this.functions.push({ start, body });
    this.add({ kind: "call", target: { kind: "local", off: 0 } }, start);
  }

  /** A call of a global function, which is verified on its own. */
  callGlobal(body: (code: Code) => void, global: GlobalKind | "plain" = "plain"): void {
    const start: Draft = { insn: { kind: "alu", op: "mov", bits: 64, dst: 0, src: imm(1) } };
    this.functions.push({ start, body, global });
    this.add({ kind: "call", target: { kind: "local", off: 0 } }, start);
  }

  functionAddress(dst: number, body: (code: Code) => void): void {
    const start: Draft = { insn: { kind: "alu", op: "mov", bits: 64, dst: 0, src: imm(1) } };
    this.functions.push({ start, body });
    this.add({ kind: "loadImm64", dst: dst as Reg, imm: 0n, ref: { kind: "funcOff", off: 0 } }, start);
  }

  /** The instructions, with every offset filled in, and where functions start. */
  finish(): { insns: Insn[]; starts: { insnIndex: number; global?: GlobalKind | "plain" | undefined }[] } {
    for (let i = 0; i < this.functions.length; i++) {
      const { start, body } = this.functions[i] ?? { start: this.place(), body: () => {} };
      this.drafts.push(start);
      body(this);
    }
    const starts = this.functions.map(({ start, global }) => ({
      insnIndex: this.drafts.indexOf(start),
      global,
    }));
    return { insns: resolve(this.drafts), starts: [{ insnIndex: 0 }, ...starts] };
  }
}

const OPPOSITE: Readonly<Partial<Record<JumpOp, JumpOp>>> = {
  eq: "ne",
  ne: "eq",
  gt: "le",
  ge: "lt",
  lt: "ge",
  le: "gt",
  sgt: "sle",
  sge: "slt",
  slt: "sge",
  sle: "sgt",
};

function resolve(drafts: readonly Draft[]): Insn[] {
  const slotOf = new Map<Draft, number>();
  let slot = 0;
  for (const draft of drafts) {
    slotOf.set(draft, slot);
    slot += slotsOf(draft.insn);
  }
  return drafts.map((draft) => {
    const { insn, to } = draft;
    if (!to) return insn;
    const own = slotOf.get(draft) ?? 0;
    const off = (slotOf.get(to) ?? 0) - own - 1;
    if (insn.kind === "call") return { kind: "call", target: { kind: "local", off } };
    if (insn.kind === "loadImm64") return { ...insn, ref: { kind: "funcOff", off } };
    return insn.kind === "jump" || insn.kind === "ja" || insn.kind === "mayGoto" ? { ...insn, off } : insn;
  });
}
