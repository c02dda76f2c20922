import type { Reg } from "../../isa/insn.ts";
import { compute } from "../number/arithmetic.ts";
import { isConst, known } from "../number/scalar.ts";
import type { Place, State } from "../state/state.ts";
import { FIRST_SLOT_PLACE, setReg } from "../state/state.ts";
import { type ScalarValue, scalar, type Value } from "../state/value.ts";
import type { Analysis } from "../walk/analysis.ts";

/** A value about to be copied from a register: it gets a family, so that what is learnt of one copy holds for both. */
export function withFamily(a: Analysis, s: State, from: Reg, value: Value): Value {
  if (value.kind !== "scalar") return value;
  const founded = found(a, value);
  if (founded !== value) setReg(s, from, founded);
  return founded;
}

/** The value with a family of its own, unless it has one already or is a constant. */
export function found(a: Analysis, value: ScalarValue): ScalarValue {
  const plain = value.linked === 0 ? value : scalar(value.num);
  if (plain.id !== 0 || isConst(plain.num)) return plain;
  return { ...plain, id: a.newId() };
}

/** The kernel keeps track of so many linked places at a comparison; those that it comes to later are on their own. */
const MAX_LINKED = 6;

/** Adds the registers and slots that hold a value of the family to `places`; those that find no room leave it. */
export function collectFamily(s: State, id: number, places: Place[]): void {
  const keep = (frame: number, index: number): boolean => {
    if (places.length >= MAX_LINKED) return false;
    places.push({ frame, index });
    return true;
  };
  for (const [frame, { regs, slots }] of s.frames.entries()) {
    for (let i = 0; i < 10; i++) {
      const value = regs[i];
      if (value?.kind === "scalar" && value.id === id && !keep(frame, i)) regs[i] = scalar(value.num);
    }
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i];
      if (slot?.value.kind !== "scalar" || slot.value.id !== id) continue;
      if (!keep(frame, FIRST_SLOT_PLACE + i)) slots[i] = { ...slot, value: scalar(slot.value.num) };
    }
  }
}

/** Passes what was learnt of a value on to those of the places that are of its family. */
export function spreadLearnt(s: State, learnt: ScalarValue, places: readonly Place[]): void {
  if (learnt.id === 0 || places.length < 2) return;
  for (const { frame, index } of places) {
    const owner = s.frames[frame];
    if (owner === undefined) continue;
    if (index < FIRST_SLOT_PLACE) {
      const value = owner.regs[index];
      if (value?.kind === "scalar" && value.id === learnt.id) owner.regs[index] = relearn(value, learnt);
    } else {
      const slot = owner.slots[index - FIRST_SLOT_PLACE];
      if (slot?.value.kind === "scalar" && slot.value.id === learnt.id)
        owner.slots[index - FIRST_SLOT_PLACE] = { ...slot, value: relearn(slot.value, learnt) };
    }
  }
}

/** `value` differs from `learnt` by what they differ from the family's number; sums of 32 and of 64 bits tell nothing. */
function relearn(value: ScalarValue, learnt: ScalarValue): ScalarValue {
  if (value.linked + learnt.linked === 96) return value;
  if (value.delta === learnt.delta) return { ...value, num: learnt.num };
  const by = known(BigInt.asUintN(64, BigInt(value.delta - learnt.delta)));
  const bits = value.linked === 32 || learnt.linked === 32 ? 32 : 64;
  return { ...value, num: compute("add", bits, learnt.num, by) };
}
