import { unreachable } from "../base/errors.ts";
import type { Cfg } from "../ir/cfg.ts";
import type { Block, Func, Inst, Terminator, Value } from "../ir/ir.ts";
import { edgesOf, forEachOperand, forEachTerminatorOperand } from "../ir/operands.ts";
import type { JumpOp } from "../isa/insn.ts";
import { findAddresses } from "./addresses.ts";
import { findBoundedValues } from "./bounded-values.ts";
import type { MBlock, MFunc, Src, VReg } from "./machine.ts";
import { asImm32, EXTERN_CALL, isCommutative, NONE, SWAPPED_JUMP } from "./machine.ts";
import { orderBlocks } from "./order-blocks.ts";
import type { SelectOptions } from "./selection.ts";
import { Selection } from "./selection.ts";
import { findZeroUpperHalves } from "./upper-halves.ts";

/** Chooses machine instructions for a function that `legalize` has seen. Unreachable blocks are left out. */
export function selectInstructions(func: Func, cfg: Cfg, options: SelectOptions): MFunc {
  const { order, depth } = orderBlocks(cfg);
  const constants: (bigint | undefined)[] = [];
  let selects = false;
  for (const { insts } of func.blocks)
    for (const inst of insts)
      if (inst.kind === "const") constants[inst.result] = inst.value;
      else if (inst.kind === "select") selects = true;
  const addresses = findAddresses(func, cfg.order, constants);
  const s = new Selection(func, options, findZeroUpperHalves(func, cfg), addresses);
  const incoming: VReg[] = func.params.map(({ value }) => s.define(value));
  for (const index of order) for (const { value } of (func.blocks[index] as Block).params) s.define(value);
  const fused = selects ? findFusedCompares(func) : NO_COMPARES;
  const ranges: Range[] = [];
  for (const index of order) {
    const first = s.insts.length;
    selectBlock(s, func.blocks[index] as Block, fused, incoming);
    ranges.push({ first, last: s.insts.length - 1 });
  }
  return {
    name: func.name,
    blocks: buildBlocks(s, order, cfg.succs, depth, ranges),
    insts: s.insts,
    incoming,
    constants: s.constants,
    vregCount: s.vregCount,
    bounded: boundedVRegs(s, findBoundedValues(func, cfg.indexOf)),
    operandOf: s.src,
  };
}

type Range = Readonly<{ first: number; last: number }>;

function buildBlocks(
  s: Selection,
  order: readonly number[],
  succs: readonly (readonly number[])[],
  depth: Int32Array,
  ranges: readonly Range[],
): MBlock[] {
  const place = new Int32Array(s.func.blocks.length).fill(-1);
  for (let i = 0; i < order.length; i++) place[order[i] as number] = i;
  const preds: number[][] = order.map(() => []);
  return order.map((index, i): MBlock => {
    const block = s.func.blocks[index] as Block;
    const targets = (succs[index] as readonly number[]).map((succ) => place[succ] as number);
    for (const target of targets) (preds[target] as number[]).push(i);
    return {
      params: block.params.map(({ value }) => s.any(value)),
      ...(ranges[i] as Range),
      succs: targets,
      preds: preds[i] as number[],
      edgeArgs: edgesOf(block.terminator).map((edge) => edge.args.map((arg) => s.any(arg))),
      depth: depth[index] as number,
    };
  });
}

function boundedVRegs(s: Selection, values: Uint8Array): Uint8Array {
  const bounded = new Uint8Array(s.vregCount);
  for (let v = 0; v < values.length; v++) {
    const src = s.src[v] as Src;
    if (values[v] === 1 && src >= 0) bounded[src] = 1;
  }
  return bounded;
}

type Compare = Inst & { kind: "compare" };

const NO_COMPARES: ReadonlyMap<Value, Compare> = new Map();

/** Comparisons that only decide selects of their own block: each select then compares by itself. */
function findFusedCompares(func: Func): ReadonlyMap<Value, Compare> {
  const compares = new Map<Value, Compare>();
  const wanted = new Uint8Array(func.types.length); // as a value of their own
  for (const block of func.blocks) {
    let here: Set<Value> | undefined; // comparisons of this block
    const want = (value: Value) => {
      wanted[value] = 1;
    };
    for (const inst of block.insts) {
      if (inst.kind === "select") {
        if (!here?.has(inst.condition)) want(inst.condition);
        want(inst.then);
        want(inst.else);
      } else forEachOperand(inst, want);
      if (inst.kind !== "compare") continue;
      here ??= new Set();
      here.add(inst.result);
      compares.set(inst.result, inst);
    }
    forEachTerminatorOperand(block.terminator, want);
  }
  for (const value of compares.keys()) if (wanted[value] === 1) compares.delete(value);
  return compares;
}

function selectBlock(s: Selection, block: Block, fused: ReadonlyMap<Value, Compare>, incoming: VReg[]): void {
  s.forget();
  for (const inst of block.insts) {
    s.span = inst.span;
    if (inst.kind === "ctx") incoming[0] = s.define(inst.result);
    else if (inst.kind === "select") selectSelect(s, inst, fused.get(inst.condition));
    else if (inst.kind !== "compare" || !fused.has(inst.result)) selectInst(s, inst);
  }
  s.span = block.terminator.span;
  selectTerminator(s, block.terminator);
}

function selectInst(s: Selection, inst: Exclude<Inst, { kind: "ctx" | "select" }>): void {
  switch (inst.kind) {
    case "const":
      s.src[inst.result] = s.int(inst.value);
      return;
    case "binary":
      selectBinary(s, inst);
      return;
    case "neg": {
      const a = s.any(inst.value);
      s.push("neg", { def: s.define(inst.result), bits: inst.bits, a });
      return;
    }
    case "compare": {
      const { op, a, b } = comparison(s, inst.op, inst.bits, inst.lhs, inst.rhs);
      const [c, d] = [s.int(1n), s.int(0n)];
      s.push("select", { def: s.define(inst.result), op, bits: inst.bits, a, b, c, d });
      return;
    }
    case "extend":
      selectExtend(s, inst);
      return;
    case "truncate":
      selectTruncate(s, inst);
      return;
    case "toInt":
      s.alias(inst.result, inst.value);
      return;
    case "byteswap": {
      const a = s.any(inst.value);
      s.push("endian", { def: s.define(inst.result), width: inst.width, a });
      return;
    }
    case "core":
      s.src[inst.result] = s.constant({ kind: "core", question: inst.question });
      return;
    case "slotStart":
    case "slotEnd":
      return;
    case "slotAddr":
      s.src[inst.result] = s.constant({ kind: "slot", slot: inst.slot, off: 0 });
      return;
    case "mapAddr":
      s.src[inst.result] = s.constant({ kind: "ref", ref: { kind: "map", map: inst.map } });
      return;
    case "mapValueAddr":
      s.src[inst.result] = s.constant({ kind: "ref", ref: { kind: "mapValue", map: inst.map, off: inst.off } });
      return;
    case "funcAddr":
      s.src[inst.result] = s.constant({ kind: "ref", ref: { kind: "func", name: inst.func } });
      return;
    default:
      selectMemory(s, inst);
  }
}

type MemoryInst = Extract<Inst, { kind: "offset" | "load" | "loadPtr" | "store" | "atomic" | "call" }>;

function selectMemory(s: Selection, inst: MemoryInst): void {
  switch (inst.kind) {
    case "offset":
      selectOffset(s, inst);
      return;
    case "load":
    case "loadPtr": {
      const { base: a, off } = s.address(inst.base, inst.off);
      const plain = inst.kind === "loadPtr";
      const size = plain ? 8 : inst.size;
      s.push("load", {
        def: s.define(inst.result),
        size,
        signed: !plain && inst.signed && size < 8,
        a,
        off,
      });
      return;
    }
    case "store": {
      const { base: a, off } = s.address(inst.base, inst.off);
      // Immediate stores to the context and to kernel objects are refused by older kernels.
      const imm = inst.space !== "ctx" && inst.space !== "btf";
      const b = imm ? s.regOrImm(inst.value, inst.size === 8 ? 64 : 32) : s.reg(inst.value);
      s.push("store", { size: inst.size, a, b, off });
      return;
    }
    case "atomic": {
      const { base: a, off } = s.address(inst.base, inst.off);
      const common = { op: inst.op, size: inst.size, a, off };
      const def = () => (inst.result === undefined ? s.fresh() : s.define(inst.result));
      if (inst.op === "cmpxchg") {
        const [b, c] = [s.reg(inst.value), s.any(inst.expected as Value)];
        s.push("cmpxchg", { ...common, b, c, def: def() });
        return;
      }
      if (inst.result === undefined && inst.op !== "xchg") {
        s.push("atomic", { ...common, b: s.reg(inst.value) });
        return;
      }
      const b = s.any(inst.value);
      s.push("fetch", { ...common, b, def: def() });
      return;
    }
    case "call":
      selectCall(s, inst);
      return;
    default:
      unreachable(inst);
  }
}

function selectBinary(s: Selection, inst: Inst & { kind: "binary" }): void {
  const { op, bits } = inst;
  let [lhs, rhs] = [inst.lhs, inst.rhs];
  if (s.any(lhs) < 0 && s.any(rhs) >= 0 && isCommutative(op)) [lhs, rhs] = [rhs, lhs];
  const a = s.any(lhs);
  let b = s.regOrImm(rhs, bits);
  const constant = s.constantOf(b);
  if (constant?.kind === "int") {
    const isShift = op === "lsh" || op === "rsh" || op === "arsh";
    const divides = op === "div" || op === "mod" || op === "sdiv" || op === "smod";
    // The verifier refuses shifts by more than the width and divisions by 0 when it can read the number.
    if (isShift) b = s.int(constant.value & BigInt(bits - 1));
    else if (divides && BigInt.asUintN(bits, constant.value) === 0n) b = s.inRegister(b);
  }
  s.push("alu", { def: s.define(inst.result), op, bits, a, b });
}

function selectTruncate(s: Selection, inst: Inst & { kind: "truncate" | "extend" }): void {
  const constant = s.constantOf(s.any(inst.value));
  if (constant?.kind === "int") s.src[inst.result] = s.int(BigInt.asUintN(32, constant.value));
  else s.alias(inst.result, inst.value);
}

function selectExtend(s: Selection, inst: Inst & { kind: "extend" }): void {
  const { from, to, signed, value } = inst;
  if (from === 32 && to === 32) {
    selectTruncate(s, inst);
    return;
  }
  if (from === 32 && !signed && s.zeroUpper[value] === 1) {
    s.alias(inst.result, value);
    return;
  }
  if (signed) {
    const a = s.reg(value);
    s.push("movsx", { def: s.define(inst.result), bits: to, width: from, a });
    return;
  }
  if (from === 32) {
    const a = s.reg(value);
    s.push("zext", { def: s.define(inst.result), a });
    return;
  }
  const [a, b] = [s.any(value), s.int(from === 8 ? 0xffn : 0xffffn)];
  s.push("alu", { def: s.define(inst.result), op: "and", bits: 32, a, b });
}

function selectOffset(s: Selection, inst: Inst & { kind: "offset" }): void {
  const { root, off, needed } = s.addresses;
  const base = root[inst.result] as Value;
  if (base === inst.result) {
    const [a, b] = [s.any(inst.base), s.regOrImm(inst.by, 64)];
    s.push("alu", { def: s.define(inst.result), op: "add", a, b });
    return;
  }
  const total = off[inst.result] as number;
  const constant = s.constantOf(s.src[base] as Src);
  if (constant?.kind === "slot") {
    s.src[inst.result] = s.constant({ ...constant, off: constant.off + total });
    return;
  }
  if (constant?.kind === "ref" && constant.ref.kind === "mapValue") {
    const { map } = constant.ref;
    const inMap = constant.ref.off + total;
    const size = s.options.maps.find((m) => m.name === map)?.valueSize ?? 0;
    if (inMap >= 0 && inMap < size) {
      s.src[inst.result] = s.constant({ kind: "ref", ref: { kind: "mapValue", map, off: inMap } });
      return;
    }
  }
  if (needed[inst.result] === 0) return;
  const a = s.any(base);
  const by = s.int(BigInt.asUintN(64, BigInt(total)));
  const b = asImm32(BigInt(total)) === undefined ? s.inRegister(by) : by;
  s.push("alu", { def: s.define(inst.result), op: "add", a, b });
}

function selectCall(s: Selection, inst: Inst & { kind: "call" }): void {
  const args = inst.args.map((arg) => s.wide(arg));
  const { kind, name } = inst.target;
  const id = kind === "helper" ? s.options.helperId(name) : 0;
  if (id === undefined) throw new Error(`bug: ${s.func.name} calls ${name}, which is no helper`);
  s.forget();
  const def = inst.result === undefined ? NONE : s.define(inst.result);
  const width = kind === "extern" ? EXTERN_CALL : id;
  s.push("call", { def, args, width, name: kind === "helper" ? "" : name });
}

function selectSelect(s: Selection, inst: Inst & { kind: "select" }, compare: Compare | undefined): void {
  const [c, d] = [s.any(inst.then), s.any(inst.else)];
  if (compare) {
    const { op, a, b } = comparison(s, compare.op, compare.bits, compare.lhs, compare.rhs);
    s.push("select", { def: s.define(inst.result), op, bits: compare.bits, a, b, c, d });
    return;
  }
  const [a, b] = [s.reg(inst.condition), s.int(0n)];
  s.push("select", { def: s.define(inst.result), op: "ne", bits: 32, a, b, c, d });
}

/** A comparison with its first operand in a register. */
function comparison(
  s: Selection,
  op: JumpOp,
  bits: 32 | 64,
  lhs: Value,
  rhs: Value,
): { op: JumpOp; a: VReg; b: Src } {
  if (s.any(lhs) < 0 && s.any(rhs) >= 0)
    return { op: SWAPPED_JUMP[op], a: s.reg(rhs), b: s.regOrImm(lhs, bits) };
  return { op, a: s.reg(lhs), b: s.regOrImm(rhs, bits) };
}

function selectTerminator(s: Selection, terminator: Terminator): void {
  switch (terminator.kind) {
    case "jump":
      s.push("jump", {});
      return;
    case "branch": {
      const { op, a, b } = comparison(s, terminator.op, terminator.bits, terminator.lhs, terminator.rhs);
      s.push("branch", { op, bits: terminator.bits, a, b });
      return;
    }
    case "return": {
      const { value } = terminator;
      if (value === undefined) {
        s.push("return", { a: s.int(0n) });
        return;
      }
      s.push("return", { a: s.func.kind === "program" ? s.wide(value) : s.any(value) });
      return;
    }
    default:
      unreachable(terminator);
  }
}
