import { type Insn, slotsOf } from "../isa/insn.ts";
import { ObjectError } from "./error.ts";
import type { FunctionInfo } from "./object.ts";
import type { CodeUnit } from "./read-functions.ts";

export type LinkedProgram = Readonly<{ insns: readonly Insn[]; functions: readonly FunctionInfo[] }>;

const MOST_SLOTS = 1 << 20; // a little more than the kernel takes: BPF_COMPLEXITY_LIMIT_INSNS is 1,000,000

/**
 * Puts a program's function and all that it calls into one list, in libbpf's order: each at its first call, and last what
 * is called when it throws.
 */
export function linkProgram(entry: CodeUnit): LinkedProgram {
  const units = inCallOrder(entry);
  const startOf = new Map<CodeUnit, number>();
  let slots = 0;
  for (const unit of units) {
    startOf.set(unit, slots);
    slots += unit.slots;
  }
  const insns: Insn[] = [];
  const functions: FunctionInfo[] = [];
  for (const unit of units) {
    functions.push(functionInfo(unit, insns.length));
    appendUnit(insns, unit, startOf.get(unit) as number, startOf);
  }
  return { insns, functions };
}

function inCallOrder(entry: CodeUnit): CodeUnit[] {
  const placed = new Set([entry]);
  placeCallees(entry, entry, placed);
  const callback = entry.exceptionCallback;
  if (callback !== undefined && !placed.has(callback)) {
    placed.add(callback);
    placeCallees(entry, callback, placed);
  }
  return [...placed];
}

function placeCallees(entry: CodeUnit, from: CodeUnit, placed: Set<CodeUnit>): void {
  const stack = [from.calls.values()];
  let slots = 0;
  for (const unit of placed) slots += unit.slots;
  for (let calls = stack.at(-1); calls !== undefined; calls = stack.at(-1)) {
    const { value: callee, done } = calls.next();
    if (done) {
      stack.pop();
      continue;
    }
    if (placed.has(callee)) continue;
    placed.add(callee);
    stack.push(callee.calls.values());
    slots += callee.slots;
    if (slots > MOST_SLOTS)
      throw new ObjectError("object/too-large", `program ${entry.name} and what it calls have ${slots} slots`, {
        section: entry.section.name,
        remedy: "split the program by tail calls: the kernel takes a million instructions",
      });
  }
}

function appendUnit(
  out: Insn[],
  { insns, calls }: CodeUnit,
  start: number,
  startOf: ReadonlyMap<CodeUnit, number>,
): void {
  let slot = start;
  for (let index = 0; index < insns.length; index++) {
    const insn = insns[index] as Insn;
    const callee = calls.get(index);
    out.push(callee === undefined ? insn : withOffset(insn, (startOf.get(callee) as number) - slot - 1));
    slot += slotsOf(insn);
  }
}

function withOffset(insn: Insn, off: number): Insn {
  if (insn.kind === "call") return { ...insn, target: { kind: "local", off } };
  if (insn.kind === "loadImm64") return { ...insn, ref: { kind: "funcOff", off } };
  throw new Error(`bug: a ${insn.kind} refers to a function`);
}

function functionInfo(unit: CodeUnit, insnIndex: number): FunctionInfo {
  const { binding, visibility } = unit.symbol;
  return {
    name: unit.name,
    insnIndex,
    btfId: unit.btfId,
    ...(binding === "weak" && { linkage: "weak" }),
    ...(binding === "global" && unit.section.name === ".text" && { linkage: "global" }),
    ...((visibility === "hidden" || visibility === "internal") && { hidden: true }),
  };
}
