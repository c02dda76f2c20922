import { unreachable } from "../base/errors.ts";
import type { Cfg } from "../ir/cfg.ts";
import type { BinaryOp, Block, Func, Inst, Terminator, Value } from "../ir/ir.ts";
import { edgesOf, forEachOperand, forEachTerminatorOperand } from "../ir/operands.ts";
import type { JumpOp } from "../isa/insn.ts";
import { findAddresses } from "./addresses.ts";
import { findBoundedValues } from "./bounded-values.ts";
import type { MBlock, MFunc, MInst, Src, VReg } from "./machine.ts";
import { asImm32, EXTERN_CALL, isCommutative, NONE, SWAPPED_JUMP } from "./machine.ts";
import { orderBlocks } from "./order-blocks.ts";
import type { SelectOptions } from "./selection.ts";
import { Selection } from "./selection.ts";
import { findZeroUpperHalves } from "./upper-halves.ts";

/** Chooses machine instructions for a function that `legalize` has seen. Unreachable blocks are left out. */
export function selectInstructions(func: Func, cfg: Cfg, options: SelectOptions): MFunc {
  const { order, depth } = orderBlocks(cfg);
  const { constants, hasOffsets, hasSelects } = survey(func);
  const addresses = hasOffsets ? findAddresses(func, cfg.order, constants) : undefined;
  const s = new Selection(func, options, findZeroUpperHalves(func, cfg), addresses);
  const incoming: VReg[] = func.params.map(({ value }) => s.define(value));
  for (const index of order) for (const { value } of (func.blocks[index] as Block).params) s.define(value);
  const fused = hasSelects ? findFusedCompares(func) : NO_COMPARES;
  const firsts: number[] = []; // instruction of each block, and the end of the last one
  for (let i = 0; i < order.length; i++) {
    firsts.push(s.insts.length);
    selectBlock(s, func.blocks[order[i] as number] as Block, fused, incoming);
  }
  firsts.push(s.insts.length);
  return {
    name: func.name,
    blocks: buildBlocks(s, order, cfg.succs, depth, firsts),
    insts: s.insts,
    incoming,
    constants: s.constants,
    vregCount: s.vregCount,
    findBounded: () => boundedVRegs(s, findBoundedValues(func, cfg.indexOf)),
    operandOf: s.src,
  };
}

function buildBlocks(
  s: Selection,
  order: readonly number[],
  succs: readonly (readonly number[])[],
  depth: Int32Array,
  firsts: readonly number[],
): MBlock[] {
  const place = new Int32Array(s.func.blocks.length).fill(-1);
  for (let i = 0; i < order.length; i++) place[order[i] as number] = i;
  const preds: number[][] = order.map(() => []);
  return order.map((index, i): MBlock => {
    const block = s.func.blocks[index] as Block;
    const targets = (succs[index] as readonly number[]).map((succ) => place[succ] as number);
    for (let t = 0; t < targets.length; t++) (preds[targets[t] as number] as number[]).push(i);
    return {
      params: block.params.length === 0 ? NO_OPERANDS : block.params.map(({ value }) => s.any(value)),
      first: firsts[i] as number,
      last: (firsts[i + 1] as number) - 1,
      succs: targets,
      preds: preds[i] as number[],
      edgeArgs: edgesOf(block.terminator).map((edge) => operandsOf(s, edge.args)),
      depth: depth[index] as number,
    };
  });
}

const NO_OPERANDS: readonly Src[] = [];

function operandsOf(s: Selection, values: readonly Value[]): readonly Src[] {
  return values.length === 0 ? NO_OPERANDS : values.map((value) => s.any(value));
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

/** What the choice needs to know of a function beforehand. `constants`: each value that is one, as a number. */
type Survey = Readonly<{
  constants: readonly (bigint | undefined)[];
  hasOffsets: boolean;
  hasSelects: boolean;
}>;

function survey(func: Func): Survey {
  const constants: (bigint | undefined)[] = new Array(func.types.length);
  let hasOffsets = false;
  let hasSelects = false;
  for (let b = 0; b < func.blocks.length; b++) {
    const { insts } = func.blocks[b] as Block;
    for (let i = 0; i < insts.length; i++) {
      const inst = insts[i] as Inst;
      const { kind } = inst;
      if (kind === "const") constants[inst.result] = inst.value;
      else if (kind === "offset") hasOffsets = true;
      else if (kind === "select") hasSelects = true;
    }
  }
  return { constants, hasOffsets, hasSelects };
}

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
  const { insts } = block;
  s.forget();
  for (let i = 0; i < insts.length; i++) {
    const inst = insts[i] as Inst;
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
      s.push("neg", s.define(inst.result), a, NONE).bits = inst.bits;
      return;
    }
    case "compare": {
      const compared = comparison(s, inst.op, inst.bits, inst.lhs, inst.rhs);
      const c = s.int(1n);
      const d = s.int(0n);
      pushSelect(s, inst.result, compared, c, d);
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
      s.push("endian", s.define(inst.result), a, NONE).width = inst.width;
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
      const { base, off } = s.address(inst.base, inst.off);
      const load = s.push("load", s.define(inst.result), base, NONE);
      load.off = off;
      if (inst.kind === "loadPtr") return;
      load.size = inst.size;
      load.signed = inst.signed && inst.size < 8;
      return;
    }
    case "store": {
      const { base, off } = s.address(inst.base, inst.off);
      // Immediate stores to the context and to kernel objects are refused by older kernels.
      const imm = inst.space !== "ctx" && inst.space !== "btf";
      const b = imm ? s.regOrImm(inst.value, inst.size === 8 ? 64 : 32) : s.reg(inst.value);
      const store = s.push("store", NONE, base, b);
      store.size = inst.size;
      store.off = off;
      return;
    }
    case "atomic":
      selectAtomic(s, inst);
      return;
    case "call":
      selectCall(s, inst);
      return;
    default:
      unreachable(inst);
  }
}

function selectAtomic(s: Selection, inst: Inst & { kind: "atomic" }): void {
  const { base, off } = s.address(inst.base, inst.off);
  const push = (kind: "atomic" | "fetch" | "cmpxchg", def: VReg, b: Src): MInst => {
    const atomic = s.push(kind, def, base, b);
    atomic.op = inst.op;
    atomic.size = inst.size;
    atomic.off = off;
    return atomic;
  };
  const define = () => (inst.result === undefined ? s.fresh() : s.define(inst.result));
  if (inst.op === "cmpxchg") {
    const b = s.reg(inst.value);
    const c = s.any(inst.expected as Value);
    push("cmpxchg", define(), b).c = c;
  } else if (inst.result === undefined && inst.op !== "xchg") push("atomic", NONE, s.reg(inst.value));
  else {
    const b = s.any(inst.value);
    push("fetch", define(), b);
  }
}

function selectBinary(s: Selection, inst: Inst & { kind: "binary" }): void {
  const { op, bits } = inst;
  const swap = s.any(inst.lhs) < 0 && s.any(inst.rhs) >= 0 && isCommutative(op);
  const lhs = swap ? inst.rhs : inst.lhs;
  const rhs = swap ? inst.lhs : inst.rhs;
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
  pushAlu(s, inst.result, op, bits, a, b);
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
    const movsx = s.push("movsx", s.define(inst.result), a, NONE);
    movsx.bits = to;
    movsx.width = from;
    return;
  }
  if (from === 32) {
    const a = s.reg(value);
    s.push("zext", s.define(inst.result), a, NONE);
    return;
  }
  pushAlu(s, inst.result, "and", 32, s.any(value), s.int(from === 8 ? 0xffn : 0xffffn));
}

function pushAlu(s: Selection, result: Value, op: BinaryOp, bits: 32 | 64, a: Src, b: Src): void {
  const alu = s.push("alu", s.define(result), a, b);
  alu.op = op;
  alu.bits = bits;
}

function selectOffset(s: Selection, inst: Inst & { kind: "offset" }): void {
  if (s.addresses === undefined) throw new Error(`bug: no offsets were found in ${s.func.name}`);
  const { root, off, needed } = s.addresses;
  const base = root[inst.result] as Value;
  if (base === inst.result) {
    const a = s.any(inst.base);
    pushAlu(s, inst.result, "add", 64, a, s.regOrImm(inst.by, 64));
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
  pushAlu(s, inst.result, "add", 64, a, b);
}

function selectCall(s: Selection, inst: Inst & { kind: "call" }): void {
  const args: Src[] = [];
  for (let i = 0; i < inst.args.length; i++) args.push(s.wide(inst.args[i] as Value));
  const { kind, name } = inst.target;
  const id = kind === "helper" ? s.options.helperId(name) : 0;
  if (id === undefined) throw new Error(`bug: ${s.func.name} calls ${name}, which is no helper`);
  s.forget();
  const def = inst.result === undefined ? NONE : s.define(inst.result);
  const width = kind === "extern" ? EXTERN_CALL : id;
  const call = s.push("call", def, NONE, NONE);
  call.args = args;
  call.width = width;
  if (kind !== "helper") call.name = name;
}

function selectSelect(s: Selection, inst: Inst & { kind: "select" }, compare: Compare | undefined): void {
  const c = s.any(inst.then);
  const d = s.any(inst.else);
  if (compare) {
    pushSelect(s, inst.result, comparison(s, compare.op, compare.bits, compare.lhs, compare.rhs), c, d);
    return;
  }
  const a = s.reg(inst.condition);
  pushSelect(s, inst.result, { op: "ne", bits: 32, a, b: s.int(0n) }, c, d);
}

function pushSelect(s: Selection, result: Value, { op, bits, a, b }: Comparison, c: Src, d: Src): void {
  const select = s.push("select", s.define(result), a, b);
  select.op = op;
  select.bits = bits;
  select.c = c;
  select.d = d;
}

/** A comparison with its first operand in a register. */
type Comparison = Readonly<{ op: JumpOp; bits: 32 | 64; a: VReg; b: Src }>;

function comparison(s: Selection, op: JumpOp, bits: 32 | 64, lhs: Value, rhs: Value): Comparison {
  if (s.any(lhs) < 0 && s.any(rhs) >= 0)
    return { op: SWAPPED_JUMP[op], bits, a: s.reg(rhs), b: s.regOrImm(lhs, bits) };
  return { op, bits, a: s.reg(lhs), b: s.regOrImm(rhs, bits) };
}

function selectTerminator(s: Selection, terminator: Terminator): void {
  switch (terminator.kind) {
    case "jump":
      s.push("jump", NONE, NONE, NONE);
      return;
    case "branch": {
      const { op, a, b } = comparison(s, terminator.op, terminator.bits, terminator.lhs, terminator.rhs);
      const branch = s.push("branch", NONE, a, b);
      branch.op = op;
      branch.bits = terminator.bits;
      return;
    }
    case "return": {
      const { value } = terminator;
      if (value === undefined) {
        s.push("return", NONE, s.int(0n), NONE);
        return;
      }
      s.push("return", NONE, s.func.kind === "program" ? s.wide(value) : s.any(value), NONE);
      return;
    }
    default:
      unreachable(terminator);
  }
}
