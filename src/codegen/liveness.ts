import type { MBlock, MFunc, MInst, Src, VReg } from "./machine.ts";

/** Calls `visit` for each register that the instruction reads. */
function forEachUse(inst: MInst, visit: (vreg: VReg) => void): void {
  if (inst.a >= 0) visit(inst.a);
  if (inst.b >= 0) visit(inst.b);
  if (inst.c >= 0) visit(inst.c);
  if (inst.d >= 0) visit(inst.d);
  for (let i = 0; i < inst.args.length; i++) {
    const arg = inst.args[i] as Src;
    if (arg >= 0) visit(arg);
  }
}

/**
 * The VRegs that are live where each block starts, its parameters not among them. Walks from each use up to the
 * definition, so the time is linear in the size of the answer.
 */
export function findLiveIns(func: MFunc): readonly (readonly VReg[])[] {
  const defBlock = findDefinitionBlocks(func);
  const uses = collectUses(func, defBlock);
  const liveIns: VReg[][] = func.blocks.map(() => []);
  const stack: number[] = [];
  for (let vreg = 0; vreg < func.vregCount; vreg++) {
    for (let at = uses.head[vreg] as number; at !== -1; at = uses.next[at] as number) {
      stack.push(uses.block[at] as number);
      for (let block = stack.pop(); block !== undefined; block = stack.pop()) {
        const live = liveIns[block] as VReg[];
        if (live[live.length - 1] === vreg) continue; // each VReg has its turn once, so it can only be the last
        live.push(vreg);
        const { preds } = func.blocks[block] as MBlock;
        for (let p = 0; p < preds.length; p++) if (defBlock[vreg] !== preds[p]) stack.push(preds[p] as number);
      }
    }
  }
  return liveIns;
}

function findDefinitionBlocks(func: MFunc): Int32Array {
  const defBlock = new Int32Array(func.vregCount).fill(-1);
  for (const vreg of func.incoming) if (vreg >= 0) defBlock[vreg] = 0;
  for (let b = 0; b < func.blocks.length; b++) {
    const block = func.blocks[b] as MBlock;
    for (const param of block.params) defBlock[param] = b;
    for (let i = block.first; i <= block.last; i++) {
      const { def } = func.insts[i] as MInst;
      if (def >= 0) defBlock[def] = b;
    }
  }
  return defBlock;
}

/** For each VReg the blocks that read it and do not define it, as linked lists. */
type Uses = Readonly<{ head: Int32Array; next: number[]; block: number[] }>;

function collectUses(func: MFunc, defBlock: Int32Array): Uses {
  const head = new Int32Array(func.vregCount).fill(-1);
  const next: number[] = [];
  const block: number[] = [];
  let b = 0;
  const use = (vreg: Src) => {
    if (vreg < 0 || defBlock[vreg] === b) return;
    const first = head[vreg] as number;
    if (first !== -1 && block[first] === b) return;
    next.push(first);
    head[vreg] = block.push(b) - 1;
  };
  for (b = 0; b < func.blocks.length; b++) {
    const { first, last, edgeArgs } = func.blocks[b] as MBlock;
    for (let i = first; i <= last; i++) forEachUse(func.insts[i] as MInst, use);
    for (let e = 0; e < edgeArgs.length; e++) edgeArgs[e]?.forEach(use);
  }
  return { head, next, block };
}
