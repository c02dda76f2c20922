import { helperById } from "../../src/abi/helpers.ts";
import { unreachable } from "../../src/base/errors.ts";
import {
  evalAlu,
  evalAtomic,
  evalEndian,
  evalJump,
  evalLoad,
  evalMovsx,
  evalNeg,
  immValue,
} from "../../src/isa/eval.ts";
import type { ImmRef, Insn, InsnBody, Operand, Reg } from "../../src/isa/insn.ts";
import { slotsOf } from "../../src/isa/insn.ts";
import type { FakeKernel } from "./fake-kernel.ts";

const FRAME_BYTES = 512;
const MOST_STEPS = 2_000_000;
const CODE = 0x7000_0000_0000_0000n; // addresses of functions: far from all memory

/**
 * Runs bytecode against a fake kernel: written for clarity. Registers that were never written, and r1 … r5 after a
 * call, cannot be read.
 */
export function runInsns(insns: readonly Insn[], kernel: FakeKernel): bigint {
  return new Processor(insns, kernel).run(0, [kernel.ctx], 0);
}

class Processor {
  private readonly insns: readonly Insn[];
  private readonly kernel: FakeKernel;
  private readonly slots: number[] = [];
  private readonly indexOf = new Map<number, number>();
  private steps = 0;

  constructor(insns: readonly Insn[], kernel: FakeKernel) {
    this.insns = insns;
    this.kernel = kernel;
    let slot = 0;
    for (const insn of insns) {
      this.indexOf.set(slot, this.slots.push(slot) - 1);
      slot += slotsOf(insn);
    }
  }

  run(start: number, args: readonly bigint[], depth: number): bigint {
    if (depth > 7) throw new Error("more than 8 frames");
    const regs: (bigint | undefined)[] = [undefined, ...args];
    regs[10] = this.kernel.memory.allocate(FRAME_BYTES, 0xa5) + BigInt(FRAME_BYTES);
    const frame = new Frame(regs);
    for (let pc = start; ; ) {
      if (++this.steps > MOST_STEPS) throw new Error("the program does not end");
      const insn = this.insns[pc];
      if (!insn) throw new Error(`ran off the program at ${pc}`);
      try {
        if (insn.kind === "exit") return frame.get(0);
        pc = this.step(frame, insn, pc, depth);
      } catch (cause) {
        throw new Error(
          `at ${pc}: ${JSON.stringify(insn, (_, v) => (typeof v === "bigint" ? `${v}` : v))}: ${cause}`,
        );
      }
    }
  }

  /** Runs one instruction; the index of the next. */
  private step(frame: Frame, insn: InsnBody, pc: number, depth: number): number {
    switch (insn.kind) {
      case "alu": {
        const old = insn.op === "mov" ? 0n : frame.get(insn.dst);
        frame.set(insn.dst, evalAlu(insn.op, insn.bits, old, frame.operand(insn.src)));
        return pc + 1;
      }
      case "neg":
        frame.set(insn.dst, evalNeg(insn.bits, frame.get(insn.dst)));
        return pc + 1;
      case "movsx":
        frame.set(insn.dst, evalMovsx(insn.bits, insn.from, frame.get(insn.src)));
        return pc + 1;
      case "endian":
        frame.set(insn.dst, evalEndian(insn.op, insn.width, frame.get(insn.dst)));
        return pc + 1;
      case "loadImm64":
        frame.set(insn.dst, insn.ref ? this.reference(insn.ref, pc) : insn.imm);
        return pc + 1;
      case "ja":
        return this.jump(pc, insn.off);
      case "jump": {
        const taken = evalJump(insn.op, insn.bits, frame.get(insn.dst), frame.operand(insn.src));
        return taken ? this.jump(pc, insn.off) : pc + 1;
      }
      case "call":
        this.call(frame, insn, pc, depth);
        return pc + 1;
      default:
        this.touch(frame, insn);
        return pc + 1;
    }
  }

  private touch(frame: Frame, insn: InsnBody): void {
    const { memory } = this.kernel;
    switch (insn.kind) {
      case "load":
        frame.set(insn.dst, evalLoad(insn.size, insn.signed, memory.load(frame.address(insn), insn.size)));
        return;
      case "store":
        memory.store(frame.address(insn), insn.size, frame.operand(insn.src));
        return;
      case "atomic": {
        const address = frame.address(insn);
        const old = memory.load(address, insn.size);
        const expected = insn.op === "cmpxchg" ? frame.get(0) : 0n;
        const { stored, fetched } = evalAtomic(insn.op, insn.size, old, frame.get(insn.src), expected);
        memory.store(address, insn.size, stored);
        if (insn.fetch) frame.set(insn.op === "cmpxchg" ? 0 : insn.src, fetched);
        return;
      }
      default:
        throw new Error(`${insn.kind} is not supported`);
    }
  }

  private call(frame: Frame, insn: InsnBody & { kind: "call" }, pc: number, depth: number): void {
    const { target } = insn;
    let result: bigint;
    if (target.kind === "local") {
      result = this.run(this.jump(pc, target.off), frame.args(), depth + 1);
    } else if (target.kind === "helper") {
      const name = helperById(target.id)?.name;
      if (name === undefined) throw new Error(`no helper ${target.id}`);
      result = this.kernel.helper(name, frame.args(), (callback, args) =>
        this.run(this.indexOf.get(Number(callback - CODE)) ?? -1, args, depth + 1),
      );
    } else throw new Error(`${target.kind} calls are not supported`);
    frame.afterCall(result);
  }

  private jump(pc: number, off: number): number {
    const to = this.indexOf.get((this.slots[pc] as number) + 1 + off);
    if (to === undefined) throw new Error(`jump into nowhere at ${pc}`);
    return to;
  }

  private reference(ref: ImmRef, pc: number): bigint {
    switch (ref.kind) {
      case "map":
        return this.kernel.mapAddress(ref.map);
      case "mapValue":
        return this.kernel.mapValue(ref.map) + BigInt(ref.off);
      case "funcOff":
        return CODE + BigInt((this.slots[pc] as number) + 1 + ref.off);
      case "func":
      case "mapFd":
      case "mapValueFd":
      case "mapIdx":
      case "mapValueIdx":
      case "btfVar":
      case "ksym":
        throw new Error(`${ref.kind} references are not supported`);
      default:
        return unreachable(ref);
    }
  }
}

class Frame {
  private readonly regs: (bigint | undefined)[];

  constructor(regs: (bigint | undefined)[]) {
    this.regs = regs;
  }

  get(reg: Reg): bigint {
    const value = this.regs[reg];
    if (value === undefined) throw new Error(`r${reg} is read before it is written`);
    return value;
  }

  set(reg: Reg, value: bigint): void {
    if (reg === 10) throw new Error("the frame pointer is read-only");
    this.regs[reg] = value;
  }

  operand(operand: Operand): bigint {
    return operand.kind === "imm" ? immValue(operand.imm) : this.get(operand.reg);
  }

  address(insn: { base: Reg; off: number }): bigint {
    return BigInt.asUintN(64, this.get(insn.base) + BigInt(insn.off));
  }

  /** r1 … r5 up to the first that was never written. */
  args(): bigint[] {
    const args: bigint[] = [];
    for (let r = 1; r <= 5 && this.regs[r] !== undefined; r++) args.push(this.regs[r] as bigint);
    return args;
  }

  afterCall(result: bigint): void {
    this.regs[0] = result;
    this.regs.fill(undefined, 1, 6);
  }
}
