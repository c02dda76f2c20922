import type { Block, Func, Inst, Value } from "../ir/ir.ts";
import { mapOperands, mapTerminator } from "../ir/operands.ts";
import type { Pass } from "./pass.ts";

/**
 * Gathers constants at the head of the entry block, each once. They cost nothing there, since code generation writes
 * them into the instructions that use them, and blocks that only held constants become empty.
 */
export const hoistConstants: Pass = {
  name: "hoist-constants",
  run(func) {
    if (isDone(func)) return false;
    const known = new KnownConstants(func);
    const replaced: Value[] = [];
    const constants: Inst[] = [];
    let replacedAny = false;
    const resolve = (value: Value) => replaced[value] ?? value;
    // Definitions come before uses, so one walk is enough.
    for (const block of func.blocks) {
      const others: Inst[] = [];
      for (const inst of block.insts) {
        if (inst.kind !== "const") {
          others.push(replacedAny ? mapOperands(inst, resolve) : inst);
          continue;
        }
        const same = known.add(inst);
        if (same === undefined) constants.push(inst);
        else {
          replaced[inst.result] = same;
          replacedAny = true;
        }
      }
      block.insts = others;
      if (replacedAny) block.terminator = mapTerminator(block.terminator, resolve);
    }
    const entry = func.blocks[0] as Block;
    entry.insts = [...constants, ...entry.insts];
    return true;
  },
};

/** The first value for each constant of each type: a null pointer is not the number 0. */
class KnownConstants {
  private readonly func: Func;
  private readonly known = {
    i32: new Map<bigint, Value>(),
    i64: new Map<bigint, Value>(),
    ptr: new Map<bigint, Value>(),
  };

  constructor(func: Func) {
    this.func = func;
  }

  /** An earlier value for the same constant, if there is one; else this one is the first. */
  add(inst: Inst & { kind: "const" }): Value | undefined {
    const known = this.known[this.func.types[inst.result] ?? "i64"];
    const same = known.get(inst.value);
    if (same === undefined) known.set(inst.value, inst.result);
    return same;
  }
}

/** Whether all constants stand at the head of the entry already, without repetition. */
function isDone(func: Func): boolean {
  const seen = new KnownConstants(func);
  for (const [b, { insts }] of func.blocks.entries()) {
    let head = b === 0;
    for (const inst of insts) {
      if (inst.kind !== "const") head = false;
      else if (!head || seen.add(inst) !== undefined) return false;
    }
  }
  return true;
}
