import type { Block, Func, Inst, Value } from "../ir/ir.ts";
import { forEachOperand, forEachTerminatorOperand } from "../ir/operands.ts";

const MIN_OFF = -0x8000;
const MAX_OFF = 0x7fff;

/** Whether a load or store can hold the offset. */
export function fitsOff(off: number): boolean {
  return off >= MIN_OFF && off <= MAX_OFF;
}

/**
 * Fixed offsets, to be folded into loads and stores. A pointer `v` is `root[v] + off[v]`; `needed[v]` is 1 when
 * something other than an address wants it in a register.
 */
export type Addresses = Readonly<{ root: Int32Array; off: Float64Array; needed: Uint8Array }>;

/** `constants[v]`: the value of v where it is a constant. Blocks are visited in the order given: definitions first. */
export function findAddresses(
  func: Func,
  order: readonly number[],
  constants: readonly (bigint | undefined)[],
): Addresses {
  const count = func.types.length;
  const root = new Int32Array(count);
  for (let v = 0; v < count; v++) root[v] = v;
  const off = new Float64Array(count);
  const needed = new Uint8Array(count);
  const need = (value: Value) => {
    needed[value] = 1;
  };
  const addresses: Addresses = { root, off, needed };
  for (let o = 0; o < order.length; o++) {
    const { insts, terminator } = func.blocks[order[o] as number] as Block;
    for (let i = 0; i < insts.length; i++) {
      const inst = insts[i] as Inst;
      if (inst.kind !== "const" && inst.kind !== "slotAddr") visit(inst, constants, addresses, need);
    }
    forEachTerminatorOperand(terminator, need);
  }
  return addresses;
}

function visit(
  inst: Inst,
  constants: readonly (bigint | undefined)[],
  { root, off, needed }: Addresses,
  need: (value: Value) => void,
): void {
  switch (inst.kind) {
    case "offset": {
      const by = constants[inst.by];
      if (by === undefined) {
        forEachOperand(inst, need);
        return;
      }
      root[inst.result] = root[inst.base] as number;
      off[inst.result] = (off[inst.base] as number) + Number(BigInt.asIntN(64, by));
      return;
    }
    case "load":
    case "loadPtr":
      if (!fitsOff((off[inst.base] as number) + inst.off)) needed[inst.base] = 1;
      return;
    case "store":
      if (!fitsOff((off[inst.base] as number) + inst.off)) needed[inst.base] = 1;
      need(inst.value);
      return;
    case "atomic":
      if (!fitsOff((off[inst.base] as number) + inst.off)) needed[inst.base] = 1;
      need(inst.value);
      if (inst.expected !== undefined) need(inst.expected);
      return;
    default:
      forEachOperand(inst, need);
  }
}
