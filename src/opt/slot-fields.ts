import type { Func, Inst, SlotId, Value, ValueType } from "../ir/ir.ts";
import { forEachOperand, forEachTerminatorOperand } from "../ir/operands.ts";
import type { MemSize } from "../isa/insn.ts";

/** A piece of a slot that is always read and written as a whole, and so can be a value instead. */
export type Field = Readonly<{ index: number; slot: SlotId; off: number; size: MemSize; type: ValueType }>;

/** `fieldOf` tells for a load or store which field it touches. */
export type Fields = Readonly<{ fields: readonly Field[]; fieldOf: ReadonlyMap<Inst, Field> }>;

type Access = Inst & { kind: "load" | "loadPtr" | "store" };
type Place = Readonly<{ slot: SlotId; off: number }>;

/** Finds the fields of slots whose address goes nowhere else. Blocks must be in reverse post-order. */
export function findFields(func: Func): Fields {
  const places = findPlaces(func);
  const escaped = findEscaped(func, places);
  const accesses = new Map<SlotId, { inst: Access; off: number; size: MemSize }[]>();
  for (const block of func.blocks)
    for (const inst of block.insts) {
      if (inst.kind !== "load" && inst.kind !== "loadPtr" && inst.kind !== "store") continue;
      const place = places[inst.base];
      if (!place || escaped[place.slot] === 1) continue;
      const list = accesses.get(place.slot) ?? [];
      list.push({ inst, off: place.off + inst.off, size: inst.kind === "loadPtr" ? 8 : inst.size });
      accesses.set(place.slot, list);
    }
  const fields: Field[] = [];
  const fieldOf = new Map<Inst, Field>();
  for (const [slot, list] of accesses) {
    list.sort((a, b) => a.off - b.off || a.size - b.size);
    for (let from = 0; from < list.length; ) {
      const to = overlapEnd(list, from);
      const group = list.slice(from, to);
      const { off, size } = group[0] as (typeof group)[number];
      const type = group.every((a) => a.off === off && a.size === size)
        ? fieldType(
            func,
            group.map((a) => a.inst),
            size,
          )
        : undefined;
      if (type !== undefined) {
        const field: Field = { index: fields.length, slot, off, size, type };
        fields.push(field);
        for (const { inst } of group) fieldOf.set(inst, field);
      }
      from = to;
    }
  }
  return { fields, fieldOf };
}

/** Where addresses point, for those that are a fixed distance into a slot. */
function findPlaces(func: Func): (Place | undefined)[] {
  const places: (Place | undefined)[] = [];
  const constants: (bigint | undefined)[] = [];
  for (const block of func.blocks)
    for (const inst of block.insts) {
      if (inst.kind === "const") constants[inst.result] = inst.value;
      else if (inst.kind === "slotAddr") places[inst.result] = { slot: inst.slot, off: 0 };
      else if (inst.kind === "offset") {
        const base = places[inst.base];
        const by = constants[inst.by];
        if (base && by !== undefined)
          places[inst.result] = { slot: base.slot, off: base.off + Number(BigInt.asIntN(64, by)) };
      }
    }
  return places;
}

/** Marks slots whose address is used for anything but whole loads, stores and fixed offsets. */
function findEscaped(func: Func, places: readonly (Place | undefined)[]): Uint8Array {
  const escaped = new Uint8Array(func.slots.length);
  const escape = (value: Value) => {
    const place = places[value];
    if (place) escaped[place.slot] = 1;
  };
  for (const block of func.blocks) {
    for (const inst of block.insts) {
      if (inst.kind === "load" || inst.kind === "loadPtr") continue;
      if (inst.kind === "store") escape(inst.value);
      else if (inst.kind !== "offset" || !places[inst.result]) forEachOperand(inst, escape);
    }
    forEachTerminatorOperand(block.terminator, escape);
  }
  return escaped;
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

/** The type of value that a field holds; undefined where pointers and numbers mix. */
function fieldType(func: Func, accesses: readonly Access[], size: MemSize): ValueType | undefined {
  const isPointer = accesses.map((inst) =>
    inst.kind === "store" ? func.types[inst.value] === "ptr" : inst.kind === "loadPtr",
  );
  if (isPointer.every(Boolean)) return "ptr";
  if (isPointer.some(Boolean)) return undefined;
  return size === 8 ? "i64" : "i32";
}
