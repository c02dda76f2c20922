import type { Cfg } from "../ir/cfg.ts";
import type { Block, Func, Inst } from "../ir/ir.ts";
import { edgesOf } from "../ir/operands.ts";

/**
 * Marks the values whose register certainly has a zero upper half, so that widening them costs nothing: results of
 * 32-bit operations and short loads, and parameters that only receive such values.
 */
export function findZeroUpperHalves(func: Func, cfg: Cfg): Uint8Array {
  const zero = new Uint8Array(func.types.length);
  let hasParams = false;
  for (const block of func.blocks)
    for (const { value, type } of block.params)
      if (type === "i32") {
        zero[value] = 1; // until an edge shows otherwise
        hasParams = true;
      }
  markInsts(func, cfg, zero);
  for (let changed = hasParams; changed; ) {
    changed = clearParams(func, cfg, zero);
    if (changed) markInsts(func, cfg, zero);
  }
  return zero;
}

/** Whether a parameter turned out to receive a value whose upper half is unknown. */
function clearParams(func: Func, cfg: Cfg, zero: Uint8Array): boolean {
  let changed = false;
  for (const index of cfg.order)
    for (const edge of edgesOf((func.blocks[index] as Block).terminator)) {
      const { params } = func.blocks[cfg.indexOf[edge.block] as number] as Block;
      for (let i = 0; i < params.length; i++) {
        const param = (params[i] as Block["params"][number]).value;
        if (zero[param] === 0 || zero[edge.args[i] as number] === 1) continue;
        zero[param] = 0;
        changed = true;
      }
    }
  return changed;
}

/** Blocks in reverse post-order, so that a value is judged after its operands. */
function markInsts(func: Func, cfg: Cfg, zero: Uint8Array): void {
  const { order } = cfg;
  for (let o = 0; o < order.length; o++) {
    const { insts } = func.blocks[order[o] as number] as Block;
    for (let i = 0; i < insts.length; i++) {
      const inst = insts[i] as Inst;
      if (inst.result !== undefined) zero[inst.result] = clears(inst, zero) ? 1 : 0;
    }
  }
}

function clears(inst: Inst, zero: Uint8Array): boolean {
  switch (inst.kind) {
    case "const":
      return inst.value < 1n << 32n;
    case "binary":
    case "neg":
      return inst.bits === 32;
    case "compare":
      return true;
    case "byteswap":
      return inst.width < 64;
    case "load":
      return inst.size < 8 && !inst.signed;
    case "atomic":
      return inst.size === 4;
    case "extend":
      if (inst.from === 32 && inst.to === 32) return zero[inst.value] === 1;
      return !inst.signed || inst.to === 32;
    case "truncate":
      return zero[inst.value] === 1;
    case "select":
      return zero[inst.then] === 1 && zero[inst.else] === 1;
    default:
      return false;
  }
}
