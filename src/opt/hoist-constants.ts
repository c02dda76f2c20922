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
    for (let b = 0; b < func.blocks.length; b++) {
      const block = func.blocks[b] as Block;
      const { insts } = block;
      let others: Inst[] | undefined; // from the first change on
      for (let i = 0; i < insts.length; i++) {
        const old = insts[i] as Inst;
        if (old.kind !== "const") {
          const inst = replacedAny ? mapOperands(old, resolve) : old;
          if (inst !== old) others ??= insts.slice(0, i);
          others?.push(inst);
          continue;
        }
        others ??= insts.slice(0, i);
        const same = known.add(old);
        if (same === undefined) constants.push(old);
        else {
          replaced[old.result] = same;
          replacedAny = true;
        }
      }
      if (others !== undefined) block.insts = others;
      if (replacedAny) block.terminator = mapTerminator(block.terminator, resolve);
    }
    const entry = func.blocks[0] as Block;
    entry.insts = constants.concat(entry.insts);
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
  for (let b = 0; b < func.blocks.length; b++) {
    const { insts } = func.blocks[b] as Block;
    let head = b === 0;
    for (let i = 0; i < insts.length; i++) {
      const inst = insts[i] as Inst;
      if (inst.kind !== "const") head = false;
      else if (!head || seen.add(inst) !== undefined) return false;
    }
  }
  return true;
}
