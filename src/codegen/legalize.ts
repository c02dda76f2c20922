import type { Block, Func, Inst, InstBody, SlotId, Value, ValueType } from "../ir/ir.ts";
import { pointersToLaunder } from "./pointer-integers.ts";

/** Instruction set: 3 since Linux 5.1, 4 since 6.6 (signed division, loads and moves; long jumps). */
export type CpuVersion = 3 | 4;

/**
 * The function without operations that the machine lacks: below version 4, signed division and sign extension become
 * shifts and unsigned division. Pointers that are computed with become numbers through memory, because the verifier
 * refuses arithmetic on them. Gives back the same function when there is nothing to do.
 */
export function legalize(func: Func, cpu: CpuVersion): Func {
  const found = findCandidates(func, cpu);
  if (found === undefined) return func;
  const launder = found.toInts ? pointersToLaunder(func) : NOTHING;
  if (!found.illegal && !launder.includes(1)) return func;
  const rewriter = new Rewriter(func);
  const blocks = func.blocks.map((block): Block => {
    const out: Inst[] = [];
    for (const inst of block.insts) {
      if (inst.kind === "toInt" && launder[inst.result] === 1) rewriter.launder(inst, out);
      else if (isIllegal(inst, cpu)) rewriter.expand(inst, out);
      else out.push(inst);
    }
    return { ...block, insts: out };
  });
  return { ...func, blocks, types: rewriter.types, slots: rewriter.slots };
}

const NOTHING = new Uint8Array(0);

/** Whether there are operations that the machine lacks, and pointers that become numbers; undefined without either. */
function findCandidates(func: Func, cpu: CpuVersion): { illegal: boolean; toInts: boolean } | undefined {
  let illegal = false;
  let toInts = false;
  for (let b = 0; b < func.blocks.length; b++) {
    const { insts } = func.blocks[b] as Block;
    for (let i = 0; i < insts.length; i++) {
      const inst = insts[i] as Inst;
      const { kind } = inst;
      if (kind === "toInt") toInts = true;
      else if ((kind === "load" || kind === "binary" || kind === "extend") && isIllegal(inst, cpu))
        illegal = true;
    }
  }
  return illegal || toInts ? { illegal, toInts } : undefined;
}

function isIllegal(inst: Inst, cpu: CpuVersion): boolean {
  switch (inst.kind) {
    case "binary":
      return cpu < 4 && (inst.op === "sdiv" || inst.op === "smod");
    case "extend":
      return cpu < 4 && inst.signed && inst.from < inst.to;
    case "load":
      return inst.signed && inst.size < 8 && (cpu < 4 || inst.size * 8 === inst.to);
    default:
      return false;
  }
}

/** Writes expansions for one function; new values and slots are appended to copies of its tables. */
class Rewriter {
  readonly types: ValueType[];
  readonly slots: Func["slots"];
  private readonly constants: (bigint | undefined)[] = [];
  private out: Inst[] = [];
  private span: Inst["span"];

  constructor(func: Func) {
    this.types = func.types.slice();
    this.slots = func.slots.slice();
    for (const block of func.blocks)
      for (const inst of block.insts) if (inst.kind === "const") this.constants[inst.result] = inst.value;
  }

  expand(inst: Inst, out: Inst[]): void {
    this.out = out;
    this.span = inst.span;
    if (inst.kind === "binary") this.signedDivision(inst);
    else if (inst.kind === "extend") this.signExtension(inst.result, inst.value, inst.from, inst.to);
    else if (inst.kind === "load") this.signedLoad(inst);
  }

  /** Adding a pointer atomically to memory that holds 0 leaves its number there, and the verifier forgets where it is from. */
  launder(inst: Inst & { kind: "toInt" }, out: Inst[]): void {
    this.out = out;
    this.span = inst.span;
    const slot = this.slots.length as SlotId;
    this.slots.push({ id: slot, name: "pointer", bytes: 8, align: 8, place: "stack" });
    this.push({ kind: "slotStart", slot });
    const base = this.fresh("ptr");
    this.push({ kind: "slotAddr", result: base, slot });
    const zero = this.constant(64, 0n);
    this.push({ kind: "store", size: 8, space: "stack", base, off: 0, value: zero });
    const value = this.fresh("i64");
    this.push({ kind: "toInt", result: value, value: inst.value });
    this.push({ kind: "atomic", op: "add", size: 8, base, off: 0, value });
    const result = inst.result;
    this.push({ kind: "load", result, size: 8, signed: false, to: 64, space: "stack", base, off: 0 });
    this.push({ kind: "slotEnd", slot });
  }

  /** |a| / |b| with the sign of the quotient, or |a| mod |b| with the sign of a. */
  private signedDivision(inst: Inst & { kind: "binary" }): void {
    const { bits, lhs, rhs } = inst;
    const sign = this.binary("arsh", bits, lhs, this.constant(bits, BigInt(bits - 1)));
    const a = this.applySign(bits, lhs, sign);
    const known = this.constants[rhs];
    const divisor = known === undefined ? undefined : BigInt.asIntN(bits, known);
    const negative = divisor !== undefined && divisor < 0n;
    let b = rhs;
    let resultSign = sign;
    if (divisor === undefined) {
      const other = this.binary("arsh", bits, rhs, this.constant(bits, BigInt(bits - 1)));
      b = this.applySign(bits, rhs, other);
      if (inst.op === "sdiv") resultSign = this.binary("xor", bits, sign, other);
    } else if (negative) {
      b = this.constant(bits, BigInt.asUintN(bits, -divisor));
      if (inst.op === "sdiv")
        resultSign = this.binary("xor", bits, sign, this.constant(bits, BigInt.asUintN(bits, -1n)));
    }
    const magnitude = this.binary(inst.op === "sdiv" ? "div" : "mod", bits, a, b);
    this.applySign(bits, magnitude, resultSign, inst.result);
  }

  /** `value` when `sign` is 0, `-value` when it is -1. */
  private applySign(bits: 32 | 64, value: Value, sign: Value, result?: Value): Value {
    return this.binary("sub", bits, this.binary("xor", bits, value, sign), sign, result);
  }

  private signExtension(result: Value, value: Value, from: number, to: 32 | 64): void {
    const shift = this.constant(to, BigInt(to - from));
    const high = this.binary("lsh", to, this.atWidth(value, to), shift);
    this.binary("arsh", to, high, shift, result);
  }

  private signedLoad(inst: Inst & { kind: "load" }): void {
    if (inst.size * 8 === inst.to) {
      this.push({ ...inst, signed: false });
      return;
    }
    const raw = this.fresh(inst.to === 32 ? "i32" : "i64");
    this.push({ ...inst, signed: false, result: raw });
    this.signExtension(inst.result, raw, inst.size * 8, inst.to);
  }

  private atWidth(value: Value, bits: 32 | 64): Value {
    const type = this.types[value] ?? "i64";
    if (bits === 32) {
      if (type === "i32") return value;
      const result = this.fresh("i32");
      this.push({ kind: "truncate", result, value });
      return result;
    }
    if (type !== "i32") return value;
    const result = this.fresh("i64");
    this.push({ kind: "extend", result, from: 32, to: 64, signed: false, value });
    return result;
  }

  private constant(bits: 32 | 64, value: bigint): Value {
    const result = this.fresh(bits === 32 ? "i32" : "i64");
    this.push({ kind: "const", result, bits, value });
    return result;
  }

  private binary(
    op: (Inst & { kind: "binary" })["op"],
    bits: 32 | 64,
    lhs: Value,
    rhs: Value,
    into?: Value,
  ): Value {
    const result = into ?? this.fresh(bits === 32 ? "i32" : "i64");
    this.push({ kind: "binary", op, bits, result, lhs, rhs });
    return result;
  }

  private fresh(type: ValueType): Value {
    return (this.types.push(type) - 1) as Value;
  }

  private push(inst: InstBody): void {
    this.out.push(this.span ? { ...inst, span: this.span } : inst);
  }
}
