import type { FuncBuilder } from "../../src/ir/build.ts";
import type { BinaryOp, SlotId, Value, ValueType } from "../../src/ir/ir.ts";
import type { JumpOp, MemSize } from "../../src/isa/insn.ts";
import type { Tape } from "./arbitrary-module.ts";

export type WriteOptions = Readonly<{
  size: number;
  callees: readonly string[];
  /** Functions for bpf_loop. */
  callbacks: readonly string[];
  ctx: boolean;
}>;

/** Bytes that a callback finds behind its context pointer. */
const CALLBACK_BYTES = 64;

// biome-ignore-start format: one list per line
const BINARY: readonly BinaryOp[] = [
  "add",
  "sub",
  "mul",
  "div",
  "sdiv",
  "mod",
  "smod",
  "or",
  "and",
  "xor",
  "lsh",
  "rsh",
  "arsh",
];
const JUMPS: readonly JumpOp[] = ["eq", "ne", "gt", "ge", "lt", "le", "sgt", "sge", "slt", "sle", "set"];
const CONSTANTS = [
  0n,
  1n,
  2n,
  3n,
  7n,
  8n,
  16n,
  31n,
  32n,
  63n,
  64n,
  255n,
  0x7fffffffn,
  0x80000000n,
  0xffffffffn,
  0x100000000n,
  0x123456789abcdefn,
  -1n,
  -2n,
  -128n,
  -0x80000000n,
  -0x80000001n,
];
const SIZES: readonly MemSize[] = [1, 2, 4, 8];
// biome-ignore-end format: end of the lists

type Slot = { id: SlotId; bytes: number };

/** What code at this place may use: everything in here dominates it. */
type Scope = { i64: Value[]; i32: Value[]; ptr: Value[]; slots: Slot[]; loops: number; depth: number };

type Writer = { b: FuncBuilder; tape: Tape; left: number; options: WriteOptions };

/** Fills a function with random statements, then returns a mix of all values that are in reach. */
export function writeStatements(b: FuncBuilder, tape: Tape, options: WriteOptions): void {
  const w: Writer = { b, tape, left: options.size, options };
  const scope: Scope = { i64: [], i32: [], ptr: [], slots: [], loops: 0, depth: 0 };
  for (const { value, type } of b.func.params) scope[type].push(value);
  if (options.ctx) for (let i = 0; i < 3; i++) scope.i64.push(b.load("ctx", 8, b.ctx(), i * 8));
  scope.i64.push(b.const(5n));
  scope.i32.push(b.const(9n, 32));
  scope.ptr.push(b.mapValueAddr("out", 0));
  writeBlock(w, scope);
  if (!b.reachable) return;
  const result = mixAll(b, scope);
  const context = b.func.kind === "callback" ? (b.func.params[1]?.value as Value) : b.mapValueAddr("out", 248);
  b.store("map", 8, context, 0, result);
  b.return(b.func.kind === "callback" ? b.const(0n) : result); // a callback says whether to stop
}

function writeBlock(w: Writer, scope: Scope): void {
  const count = 1 + w.tape.next(8);
  for (let i = 0; i < count && w.left > 0 && w.b.reachable; i++) {
    w.left--;
    const statements = scope.depth >= 3 ? SIMPLE : ALL;
    w.tape.pick(statements)(w, scope);
  }
}

function mixAll(b: FuncBuilder, scope: Scope): Value {
  let result = scope.i64[0] as Value;
  for (const value of scope.i64.slice(1)) result = b.binary("xor", result, value);
  for (const value of scope.i32) {
    const wide = b.extend(value, 32, false);
    result = b.binary("add", b.binary("mul", result, b.const(31n)), wide);
  }
  return result;
}

type Statement = (w: Writer, scope: Scope) => void;

const arithmetic: Statement = ({ b, tape }, scope) => {
  const wide = tape.next(2) === 0;
  const pool = wide ? scope.i64 : scope.i32;
  const op = tape.pick(BINARY);
  const lhs = operand(b, tape, pool, wide);
  pool.push(b.binary(op, lhs, operand(b, tape, pool, wide)));
};

function operand(b: FuncBuilder, tape: Tape, pool: Value[], wide: boolean): Value {
  return tape.next(3) === 0 ? b.const(tape.pick(CONSTANTS), wide ? 64 : 32) : tape.pick(pool);
}

const convert: Statement = ({ b, tape }, scope) => {
  const signed = tape.next(2) === 0;
  switch (tape.next(7)) {
    case 0:
      return void scope.i64.push(b.extend(tape.pick(scope.i32), tape.pick([8, 16, 32] as const), signed));
    case 1:
      return void scope.i64.push(b.extend(tape.pick(scope.i64), tape.pick([8, 16, 32] as const), signed));
    case 2:
      return void scope.i32.push(b.extend(tape.pick(scope.i32), tape.pick([8, 16] as const), signed, 32));
    case 3:
      return void scope.i32.push(b.truncate(tape.pick(scope.i64)));
    case 4:
      return void scope.i32.push(b.byteswap(tape.pick([16, 32] as const), tape.pick(scope.i32)));
    case 5:
      return void scope.i64.push(b.byteswap(64, tape.pick(scope.i64)));
    default: {
      const pool = signed ? scope.i64 : scope.i32;
      return void pool.push(b.neg(tape.pick(pool)));
    }
  }
};

const choose: Statement = ({ b, tape }, scope) => {
  const wide = tape.next(2) === 0;
  const pool = wide ? scope.i64 : scope.i32;
  const condition = b.compare(tape.pick(JUMPS), tape.pick(pool), operand(b, tape, pool, wide));
  scope.i32.push(condition);
  const target = tape.next(2) === 0 ? scope.i64 : scope.i32;
  const type = target === scope.i64;
  target.push(b.select(condition, operand(b, tape, target, type), operand(b, tape, target, type)));
};

const loadInput: Statement = ({ b, tape }, scope) => {
  const size = tape.pick(SIZES);
  const to = tape.pick([32, 64] as const);
  const base = b.mapValueAddr("in", tape.next(8) * 8);
  const off = tape.next(16) * size;
  const value = b.load("map", size, base, off, { signed: tape.next(2) === 0, to });
  (to === 64 ? scope.i64 : scope.i32).push(value);
};

const loadIndexed: Statement = ({ b, tape }, scope) => {
  const index = b.binary("and", tape.pick(scope.i64), b.const(0x78n));
  const base = b.offset(b.mapValueAddr("in", 64), index);
  scope.i64.push(b.load("map", tape.pick(SIZES), base, tape.next(3) * 8));
};

/** A bound that a comparison puts on the index, as front ends write it. */
const loadGuarded: Statement = ({ b, tape }, scope) => {
  const index = b.binary("rsh", tape.pick(scope.i64), b.const(BigInt(tape.next(64))));
  const inside = b.block();
  const join = b.block("i64");
  const limit = b.const(BigInt(1 + tape.next(200)));
  b.branchWith("lt", 64, index, limit, [inside, []], [join, [index]]);
  b.enter(inside);
  const value = b.load("map", 1, b.offset(b.mapValueAddr("in", 0), index), tape.next(2) * 8);
  if (tape.next(2) === 0) writeHelper(b, nested(scope), tape);
  const again = b.load("map", 1, b.offset(b.mapValueAddr("in", 16), index), 0);
  b.jump(join, b.binary("add", value, again));
  b.enter(join);
  scope.i64.push(join.params[0]?.value as Value);
};

function writeHelper(b: FuncBuilder, scope: Scope, tape: Tape): void {
  if (tape.next(3) === 0) scope.i64.push(b.helper("bpf_get_current_pid_tgid", []));
  else b.store("map", 8, b.mapValueAddr("out", 240), 0, b.helper("bpf_get_current_pid_tgid", []));
}

const storeOutput: Statement = ({ b, tape }, scope) => {
  const size = tape.pick(SIZES);
  const value = size < 8 && tape.next(2) === 0 ? tape.pick(scope.i32) : operand(b, tape, scope.i64, true);
  const base = tape.next(2) === 0 ? tape.pick(scope.ptr) : b.mapValueAddr("out", tape.next(8) * 8);
  b.store("map", size, base, tape.next(8) * 8, value);
};

const newSlot: Statement = ({ b, tape }, scope) => {
  const words = 1 + tape.next(tape.next(6) === 0 ? 40 : 4);
  const id = b.slot(`s${scope.slots.length}`, words * 8);
  if (scope.loops === 0 && tape.next(2) === 0) b.slotStart(id);
  const base = b.slotAddr(id);
  for (let i = 0; i < words; i++) b.store("stack", 8, base, i * 8, operand(b, tape, scope.i64, true));
  scope.slots.push({ id, bytes: words * 8 });
};

const useSlot: Statement = ({ b, tape }, scope) => {
  if (scope.slots.length === 0) return;
  const slot = tape.pick(scope.slots);
  const size = tape.pick(SIZES);
  const at = tape.next(slot.bytes / 8) * 8;
  let base = b.slotAddr(slot.id);
  if (slot.bytes >= 32 && tape.next(2) === 0) {
    base = b.offset(base, b.binary("and", tape.pick(scope.i64), b.const(0x18n)));
    if (tape.next(2) === 0) b.store("stack", size, base, 0, tape.pick(scope.i64));
    else scope.i64.push(b.load("stack", size, base, 0));
  } else if (tape.next(2) === 0) b.store("stack", size, base, at, tape.pick(scope.i64));
  else scope.i64.push(b.load("stack", size, base, at, { signed: tape.next(2) === 0 }));
};

const callHelper: Statement = ({ b, tape }, scope) => writeHelper(b, scope, tape);

function keySlot(b: FuncBuilder, tape: Tape, scope: Scope): { key: Value; id: SlotId } {
  const id = b.slot("key", 4, { align: 4 });
  b.slotStart(id);
  const key = b.slotAddr(id);
  b.store("stack", 4, key, 0, b.binary("and", tape.pick(scope.i64), b.const(7n)));
  return { key, id };
}

const lookup: Statement = (w, scope) => {
  const { b, tape } = w;
  const { key, id } = keySlot(b, tape, scope);
  const found = b.helper("bpf_map_lookup_elem", [b.mapAddr("table"), key], "ptr");
  b.slotEnd(id);
  const inside = b.block();
  const join = b.block("i64");
  const zero = b.const(0n);
  if (tape.next(2) === 0) b.branchWith("ne", 64, found, zero, [inside, []], [join, [zero]]);
  else b.branchWith("eq", 64, found, zero, [join, [zero]], [inside, []]);
  b.enter(inside);
  const inner = nested(scope);
  const before = b.load("map", 8, found, 8);
  inner.i64.push(before);
  if (tape.next(2) === 0) b.atomicAdd(8, found, 16, tape.pick(scope.i64));
  if (w.left > 0) writeBlock(w, inner);
  if (b.reachable) {
    b.store("map", 8, found, 8, tape.pick(inner.i64));
    b.jump(join, before);
  }
  b.enter(join);
  scope.i64.push(join.params[0]?.value as Value);
};

const update: Statement = ({ b, tape }, scope) => {
  const { key, id } = keySlot(b, tape, scope);
  const value = b.slot("value", 64);
  b.slotStart(value);
  const base = b.slotAddr(value);
  for (let i = 0; i < 8; i++) b.store("stack", 8, base, i * 8, operand(b, tape, scope.i64, true));
  // Before Linux 6.4 the call gives an int, whose upper half is whatever it is.
  scope.i32.push(b.helper("bpf_map_update_elem", [b.mapAddr("table"), key, base, b.const(0n)], "i32"));
  b.slotEnd(value);
  b.slotEnd(id);
};

const atomic: Statement = ({ b, tape }, scope) => {
  const base = b.mapValueAddr("out", tape.next(16) * 8);
  const size = tape.pick([4, 8] as const);
  const pool = size === 8 ? scope.i64 : scope.i32;
  const op = tape.pick(["add", "or", "and", "xor", "xchg", "cmpxchg"] as const);
  const expected = op === "cmpxchg" ? tape.pick(pool) : undefined;
  pool.push(b.atomicFetch(op, size, base, 0, tape.pick(pool), expected));
};

const callSub: Statement = ({ b, tape, options }, scope) => {
  if (options.callees.length === 0) return;
  const args = [operand(b, tape, scope.i64, true), operand(b, tape, scope.i32, false)];
  scope.i64.push(b.call(tape.pick(options.callees), args));
};

const callLoop: Statement = ({ b, tape, options }, scope) => {
  if (options.callbacks.length === 0 || scope.loops > 0) return;
  const id = b.slot("context", CALLBACK_BYTES);
  b.slotStart(id);
  const base = b.slotAddr(id);
  for (let i = 0; i < CALLBACK_BYTES; i += 8) b.store("stack", 8, base, i, operand(b, tape, scope.i64, true));
  const times = b.const(BigInt(1 + tape.next(3)));
  const each = b.funcAddr(tape.pick(options.callbacks));
  scope.i64.push(b.helper("bpf_loop", [times, each, base, b.const(0n)]));
  scope.i64.push(b.load("stack", 8, base, 0));
  b.slotEnd(id);
};

/** Arithmetic on the number of a pointer whose result does not depend on where things lie. */
const pointerDistance: Statement = ({ b, tape }, scope) => {
  const base = tape.pick(scope.ptr);
  const far = b.toInt(b.offsetBy(base, 8 * tape.next(4)));
  const distance = b.binary("sub", b.binary("add", far, b.const(tape.pick(CONSTANTS))), b.toInt(base));
  scope.i64.push(distance);
};

function nested(scope: Scope, loops = 0): Scope {
  const { i64, i32, ptr, slots } = scope;
  return {
    i64: i64.slice(),
    i32: i32.slice(),
    ptr: ptr.slice(),
    slots: slots.slice(),
    loops: scope.loops + loops,
    depth: scope.depth + 1,
  };
}

const ifElse: Statement = (w, scope) => {
  const { b, tape } = w;
  const wide = tape.next(2) === 0;
  const pool = wide ? scope.i64 : scope.i32;
  const types: ValueType[] = tape.pick([[], ["i64"], ["i32", "i64"], ["ptr", "i32"]] as const).slice();
  const [then, otherwise, join] = [b.block(), b.block(), b.block(...types)];
  const op = tape.pick(JUMPS);
  const lhs = tape.pick(pool);
  b.branch(op, wide ? 64 : 32, lhs, operand(b, tape, pool, wide), then, otherwise);
  let joined = false;
  for (const side of [then, otherwise]) {
    b.enter(side);
    const inner = nested(scope);
    if (types.includes("ptr")) inner.ptr.push(b.mapValueAddr("out", 8 * (1 + tape.next(4))));
    writeBlock(w, inner);
    if (b.reachable && tape.next(12) === 0 && b.func.kind !== "callback") b.return(tape.pick(inner.i64));
    if (b.reachable) {
      b.jump(join, ...types.map((type) => tape.pick(inner[type])));
      joined = true;
    }
  }
  if (!joined) return;
  b.enter(join);
  for (const { value, type } of join.params) scope[type].push(value);
};

const loop: Statement = (w, scope) => {
  const { b, tape } = w;
  if (scope.loops >= 2) return;
  const limit = b.const(BigInt(1 + tape.next(3)));
  const [header, body, exit] = [b.block("i64", "i64", "i32"), b.block(), b.block()];
  const zero = b.const(0n);
  b.jump(header, zero, tape.pick(scope.i64), tape.pick(scope.i32));
  b.enter(header);
  const [counter, sum, mixed] = header.params.map((param) => param.value) as [Value, Value, Value];
  b.branch("lt", 64, counter, limit, body, exit);
  b.enter(body);
  const inner = nested(scope, 1);
  inner.i64.push(counter, sum);
  inner.i32.push(mixed);
  writeBlock(w, inner);
  if (b.reachable) {
    const next = b.binary("add", counter, b.const(1n));
    if (tape.next(4) === 0) {
      const latch = b.block();
      b.branch("ne", 64, tape.pick(inner.i64), b.const(77n), latch, exit);
      b.enter(latch);
    }
    b.jump(header, next, tape.pick(inner.i64), tape.pick(inner.i32));
  }
  b.enter(exit);
  scope.i64.push(sum);
  scope.i32.push(mixed);
};

// biome-ignore format: one list per line
const SIMPLE: readonly Statement[] = [arithmetic, arithmetic, arithmetic, convert, choose, loadInput, loadIndexed, storeOutput, newSlot, useSlot, callHelper, update, atomic, callSub, pointerDistance];
const ALL: readonly Statement[] = [...SIMPLE, loadGuarded, lookup, ifElse, ifElse, loop, callLoop];
