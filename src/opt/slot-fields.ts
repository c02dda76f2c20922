import type { Block, Func, Inst, SlotId, Value, ValueType } from "../ir/ir.ts";
import { forEachOperand, forEachTerminatorOperand } from "../ir/operands.ts";
import type { MemSize } from "../isa/insn.ts";

/** A piece of a slot that is always read and written as a whole, and so can be a value instead. */
export type Field = Readonly<{ index: number; slot: SlotId; off: number; size: MemSize; type: ValueType }>;

/**
 * Which field a load or store touches: `fieldAt[firstOf[block] + i]` for the i-th instruction of the block, an index in
 * `fields`; -1 for all others.
 */
export type Fields = Readonly<{ fields: readonly Field[]; fieldAt: Int32Array; firstOf: Int32Array }>;

type Access = Inst & { kind: "load" | "loadPtr" | "store" };
type Place = Readonly<{ slot: SlotId; off: number }>;

/** Finds the fields of slots whose address goes nowhere else. Blocks must be in reverse post-order. */
export function findFields(func: Func): Fields {
  const { accesses, escaped, firstOf, count } = findAccesses(func);
  const bySlot: (SlotAccess[] | undefined)[] = [];
  const slots: SlotId[] = []; // in the order of their first access
  for (let i = 0; i < accesses.length; i++) {
    const access = accesses[i] as SlotAccess;
    if (escaped[access.slot] === 1) continue;
    const list = bySlot[access.slot];
    if (list !== undefined) list.push(access);
    else {
      bySlot[access.slot] = [access];
      slots.push(access.slot);
    }
  }
  const fields: Field[] = [];
  if (slots.length === 0) return { fields, fieldAt: NOTHING, firstOf };
  const fieldAt = new Int32Array(count).fill(-1);
  for (const slot of slots) addFields(func, slot, bySlot[slot] as SlotAccess[], { fields, fieldAt });
  return { fields, fieldAt, firstOf };
}

/** Never written to. */
const NOTHING = new Int32Array(0);

/** `at`: which instruction it is, `off`: from the start of the slot. */
type SlotAccess = Readonly<{ at: number; inst: Access; slot: SlotId; off: number; size: MemSize }>;

/** Every access to a known place in a slot; `escaped` marks slots whose address is used for anything else. */
type Accesses = Readonly<{
  accesses: readonly SlotAccess[];
  escaped: Uint8Array;
  firstOf: Int32Array;
  /** Instructions of the function. */
  count: number;
}>;

/** One walk finds all: definitions come before uses. */
function findAccesses(func: Func): Accesses {
  const places: (Place | undefined)[] = new Array(func.types.length); // where addresses point that are a fixed distance into a slot
  const constants: (bigint | undefined)[] = new Array(func.types.length);
  const escaped = new Uint8Array(func.slots.length);
  const escape = (value: Value) => {
    const place = places[value];
    if (place) escaped[place.slot] = 1;
  };
  const accesses: SlotAccess[] = [];
  const firstOf = new Int32Array(func.blocks.length);
  let at = 0;
  for (let b = 0; b < func.blocks.length; b++) {
    firstOf[b] = at;
    const { insts, terminator } = func.blocks[b] as Block;
    for (let i = 0; i < insts.length; i++) {
      const inst = insts[i] as Inst;
      switch (inst.kind) {
        case "const":
          constants[inst.result] = inst.value;
          break;
        case "slotAddr":
          places[inst.result] = { slot: inst.slot, off: 0 };
          break;
        case "load":
        case "loadPtr":
        case "store": {
          const place = places[inst.base];
          const size = inst.kind === "loadPtr" ? 8 : inst.size;
          if (place) accesses.push({ at, inst, slot: place.slot, off: place.off + inst.off, size });
          if (inst.kind === "store") escape(inst.value);
          break;
        }
        case "offset": {
          const base = places[inst.base];
          const by = constants[inst.by];
          if (base && by !== undefined)
            places[inst.result] = { slot: base.slot, off: base.off + Number(BigInt.asIntN(64, by)) };
          else forEachOperand(inst, escape);
          break;
        }
        default:
          forEachOperand(inst, escape);
      }
      at++;
    }
    forEachTerminatorOperand(terminator, escape);
  }
  return { accesses, escaped, firstOf, count: at };
}

function addFields(
  func: Func,
  slot: SlotId,
  list: SlotAccess[],
  { fields, fieldAt }: { fields: Field[]; fieldAt: Int32Array },
): void {
  if (list.length > 1) list.sort((a, b) => a.off - b.off || a.size - b.size);
  for (let from = 0; from < list.length; ) {
    const to = overlapEnd(list, from);
    const { off, size } = list[from] as SlotAccess;
    const type = fieldType(func, list, from, to);
    if (type !== undefined) {
      const index = fields.push({ index: fields.length, slot, off, size, type }) - 1;
      for (let i = from; i < to; i++) fieldAt[(list[i] as SlotAccess).at] = index;
    }
    from = to;
  }
}

/** End of the run of accesses, sorted by offset, that overlap one another. */
function overlapEnd(list: readonly { off: number; size: number }[], from: number): number {
  let end = 0;
  let i = from;
  for (; i < list.length; i++) {
    const { off, size } = list[i] as { off: number; size: number };
    if (i > from && off >= end) break;
    end = Math.max(end, off + size);
  }
  return i;
}

/** The type of value that accesses of one field give; undefined where they overlap, or pointers and numbers mix. */
function fieldType(func: Func, list: readonly SlotAccess[], from: number, to: number): ValueType | undefined {
  const { off, size } = list[from] as SlotAccess;
  let pointers = 0;
  for (let i = from; i < to; i++) {
    const access = list[i] as SlotAccess;
    if (access.off !== off || access.size !== size) return undefined;
    const { inst } = access;
    if (inst.kind === "store" ? func.types[inst.value] === "ptr" : inst.kind === "loadPtr") pointers++;
  }
  if (pointers === to - from) return "ptr";
  if (pointers > 0) return undefined;
  return size === 8 ? "i64" : "i32";
}
