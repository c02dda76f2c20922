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
    const entry = func.blocks[0] as Block;
    if (isDone(func)) return false;
    const known = new Map<string, Value>();
    const replaced: Value[] = [];
    const constants: Inst[] = [];
    for (const block of func.blocks) {
      const others: Inst[] = [];
      for (const inst of block.insts) {
        if (inst.kind !== "const") {
          others.push(inst);
          continue;
        }
        const key = keyOf(func, inst);
        const same = known.get(key);
        if (same !== undefined) replaced[inst.result] = same;
        else {
          known.set(key, inst.result);
          constants.push(inst);
        }
      }
      if (others.length !== block.insts.length) block.insts = others;
    }
    entry.insts = [...constants, ...entry.insts];
    const resolve = (value: Value) => replaced[value] ?? value;
    for (const block of func.blocks) {
      block.insts = block.insts.map((inst) => mapOperands(inst, resolve));
      block.terminator = mapTerminator(block.terminator, resolve);
    }
    return true;
  },
};

/** Whether all constants stand at the head of the entry already, without repetition. */
function isDone(func: Func): boolean {
  const seen = new Set<string>();
  for (const [b, { insts }] of func.blocks.entries()) {
    let head = b === 0;
    for (const inst of insts) {
      if (inst.kind !== "const") {
        head = false;
        continue;
      }
      const key = keyOf(func, inst);
      if (!head || seen.has(key)) return false;
      seen.add(key);
    }
  }
  return true;
}

/** A null pointer is no number. */
function keyOf(func: Func, { result, value }: Inst & { kind: "const" }): string {
  return `${func.types[result]} ${value}`;
}
