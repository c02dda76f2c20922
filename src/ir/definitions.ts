import type { Block, Func, Inst } from "./ir.ts";

/** The instruction that defines each value; undefined for parameters. */
export function findDefinitions(func: Func): (Inst | undefined)[] {
  const definitions: (Inst | undefined)[] = new Array(func.types.length);
  for (let b = 0; b < func.blocks.length; b++) {
    const { insts } = func.blocks[b] as Block;
    for (let i = 0; i < insts.length; i++) {
      const inst = insts[i] as Inst;
      if (inst.result !== undefined) definitions[inst.result] = inst;
    }
  }
  return definitions;
}

/** Each value that is a constant, as a number. */
export function findConstants(func: Func): (bigint | undefined)[] {
  const constants: (bigint | undefined)[] = new Array(func.types.length);
  for (let b = 0; b < func.blocks.length; b++) {
    const { insts } = func.blocks[b] as Block;
    for (let i = 0; i < insts.length; i++) {
      const inst = insts[i] as Inst;
      if (inst.kind === "const") constants[inst.result] = inst.value;
    }
  }
  return constants;
}
