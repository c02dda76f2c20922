import { unreachable } from "../base/errors.ts";
import type { Edge, Inst, InstBody, Terminator, TerminatorBody, Value } from "./ir.ts";

// In the switches below frequent instructions come first: until V8 optimizes them, each case is one comparison.
// New instructions are written out with `span`, as the builder does: a spread with other values for some properties gives
// V8 a shape of its own each time, and each property that is written or read then takes a microsecond to look up.

/** Calls `visit` for each value that the instruction reads, in a fixed order; a value read twice is visited twice. */
export function forEachOperand(inst: InstBody, visit: (value: Value) => void): void {
  switch (inst.kind) {
    case "const":
    case "slotAddr":
      return;
    case "store":
      visit(inst.base);
      visit(inst.value);
      return;
    case "load":
    case "loadPtr":
      visit(inst.base);
      return;
    case "slotStart":
    case "slotEnd":
    case "mapAddr":
      return;
    case "call":
      visitAll(inst.args, visit);
      return;
    case "binary":
    case "compare":
      visit(inst.lhs);
      visit(inst.rhs);
      return;
    case "offset":
      visit(inst.base);
      visit(inst.by);
      return;
    case "ctx":
    case "core":
    case "mapValueAddr":
    case "funcAddr":
      return;
    case "extend":
    case "truncate":
    case "neg":
    case "byteswap":
    case "toInt":
      visit(inst.value);
      return;
    case "select":
      visit(inst.condition);
      visit(inst.then);
      visit(inst.else);
      return;
    case "atomic":
      visit(inst.base);
      visit(inst.value);
      if (inst.expected !== undefined) visit(inst.expected);
      return;
    default:
      unreachable(inst);
  }
}

/** The instruction with each operand replaced by `map` of it; the same object when nothing changes. */
export function mapOperands(inst: Inst, map: (value: Value) => Value): Inst {
  switch (inst.kind) {
    case "const":
    case "slotAddr":
      return inst;
    case "store": {
      const base = map(inst.base);
      const value = map(inst.value);
      if (base === inst.base && value === inst.value) return inst;
      const { size, space, off, span } = inst;
      return { kind: "store", size, space, base, off, value, span };
    }
    case "load": {
      const base = map(inst.base);
      if (base === inst.base) return inst;
      const { result, size, signed, to, space, off, span } = inst;
      return { kind: "load", result, size, signed, to, space, base, off, span };
    }
    case "loadPtr": {
      const base = map(inst.base);
      if (base === inst.base) return inst;
      const { result, space, off, span } = inst;
      return { kind: "loadPtr", result, space, base, off, span };
    }
    case "slotStart":
    case "slotEnd":
    case "mapAddr":
      return inst;
    case "call": {
      const args = mapValues(inst.args, map);
      return args === inst.args ? inst : { ...inst, args };
    }
    case "binary": {
      const lhs = map(inst.lhs);
      const rhs = map(inst.rhs);
      if (lhs === inst.lhs && rhs === inst.rhs) return inst;
      const { op, bits, result, span } = inst;
      return { kind: "binary", op, bits, result, lhs, rhs, span };
    }
    case "compare": {
      const lhs = map(inst.lhs);
      const rhs = map(inst.rhs);
      if (lhs === inst.lhs && rhs === inst.rhs) return inst;
      const { op, bits, result, span } = inst;
      return { kind: "compare", op, bits, result, lhs, rhs, span };
    }
    case "offset": {
      const base = map(inst.base);
      const by = map(inst.by);
      if (base === inst.base && by === inst.by) return inst;
      return { kind: "offset", result: inst.result, base, by, span: inst.span };
    }
    case "ctx":
    case "core":
    case "mapValueAddr":
    case "funcAddr":
      return inst;
    case "extend":
    case "truncate":
    case "neg":
    case "byteswap":
    case "toInt": {
      const value = map(inst.value);
      return value === inst.value ? inst : { ...inst, value };
    }
    case "select": {
      const condition = map(inst.condition);
      const then = map(inst.then);
      const otherwise = map(inst.else);
      if (condition === inst.condition && then === inst.then && otherwise === inst.else) return inst;
      return { ...inst, condition, then, else: otherwise };
    }
    case "atomic": {
      const base = map(inst.base);
      const value = map(inst.value);
      const expected = inst.expected === undefined ? undefined : map(inst.expected);
      if (base === inst.base && value === inst.value && expected === inst.expected) return inst;
      return { ...inst, base, value, ...(expected !== undefined && { expected }) };
    }
    default:
      return unreachable(inst);
  }
}

/** `mapOperands` for a row of instructions; the same row when nothing changes. */
export function mapAllOperands(insts: Inst[], map: (value: Value) => Value): Inst[] {
  let out: Inst[] | undefined; // from the first change on
  for (let i = 0; i < insts.length; i++) {
    const old = insts[i] as Inst;
    const inst = mapOperands(old, map);
    if (inst !== old) out ??= insts.slice(0, i);
    out?.push(inst);
  }
  return out ?? insts;
}

/** The edges that leave a block, in the order `then`, `else`. */
export function edgesOf(terminator: TerminatorBody): readonly Edge[] {
  switch (terminator.kind) {
    case "jump":
      return [terminator.to];
    case "branch":
      return [terminator.then, terminator.else];
    case "return":
      return [];
    default:
      return unreachable(terminator);
  }
}

/** Calls `visit` for each edge that leaves a block, in the order `then`, `else`. */
export function forEachEdge(terminator: TerminatorBody, visit: (edge: Edge) => void): void {
  if (terminator.kind === "jump") visit(terminator.to);
  else if (terminator.kind === "branch") {
    visit(terminator.then);
    visit(terminator.else);
  }
}

/** As `forEachOperand`; the arguments on the edges count. */
export function forEachTerminatorOperand(terminator: TerminatorBody, visit: (value: Value) => void): void {
  switch (terminator.kind) {
    case "jump":
      visitAll(terminator.to.args, visit);
      return;
    case "branch":
      visit(terminator.lhs);
      visit(terminator.rhs);
      visitAll(terminator.then.args, visit);
      visitAll(terminator.else.args, visit);
      return;
    case "return":
      if (terminator.value !== undefined) visit(terminator.value);
      return;
    default:
      unreachable(terminator);
  }
}

function visitAll(values: readonly Value[], visit: (value: Value) => void): void {
  for (let i = 0; i < values.length; i++) visit(values[i] as Value);
}

/** As `mapOperands`; the arguments on the edges count. */
export function mapTerminator(terminator: Terminator, map: (value: Value) => Value): Terminator {
  switch (terminator.kind) {
    case "jump": {
      const to = mapEdge(terminator.to, map);
      return to === terminator.to ? terminator : { kind: "jump", to, span: terminator.span };
    }
    case "branch": {
      const lhs = map(terminator.lhs);
      const rhs = map(terminator.rhs);
      const then = mapEdge(terminator.then, map);
      const otherwise = mapEdge(terminator.else, map);
      const same =
        lhs === terminator.lhs &&
        rhs === terminator.rhs &&
        then === terminator.then &&
        otherwise === terminator.else;
      if (same) return terminator;
      const { op, bits, span } = terminator;
      return { kind: "branch", op, bits, lhs, rhs, then, else: otherwise, span };
    }
    case "return": {
      const value = terminator.value === undefined ? undefined : map(terminator.value);
      if (value === undefined || value === terminator.value) return terminator;
      return { kind: "return", value, span: terminator.span };
    }
    default:
      return unreachable(terminator);
  }
}

function mapEdge(edge: Edge, map: (value: Value) => Value): Edge {
  const args = mapValues(edge.args, map);
  return args === edge.args ? edge : { block: edge.block, args };
}

function mapValues(values: readonly Value[], map: (value: Value) => Value): readonly Value[] {
  let changed: Value[] | undefined;
  for (let i = 0; i < values.length; i++) {
    const old = values[i] as Value;
    const value = map(old);
    if (value === old) continue;
    changed ??= values.slice();
    changed[i] = value;
  }
  return changed ?? values;
}
