import type { Reg } from "../../isa/insn.ts";
import { compute } from "../number/arithmetic.ts";
import { isConst, known } from "../number/scalar.ts";
import type { Place, State } from "../state/state.ts";
import { FIRST_SLOT_PLACE, setReg } from "../state/state.ts";
import type { ScalarValue, Value } from "../state/value.ts";
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
  const plain = value.linked ? { ...value, id: 0, linked: false, delta: 0 } : value;
  if (plain.id !== 0 || isConst(plain.num)) return plain;
  return { ...plain, id: a.newId() };
}

/** Registers and slots that hold a value of the family. */
export function placesOfFamily(s: State, id: number): Place[] {
  const places: Place[] = [];
  for (const [frame, { regs, slots }] of s.frames.entries()) {
    for (let i = 0; i < 10; i++) {
      const value = regs[i];
      if (value?.kind === "scalar" && value.id === id) places.push({ frame, index: i });
    }
    for (let i = 0; i < slots.length; i++) {
      const value = slots[i]?.value;
      if (value?.kind === "scalar" && value.id === id) places.push({ frame, index: FIRST_SLOT_PLACE + i });
    }
  }
  return places;
}

/** Passes what was learnt of `learnt`, now in `s`, on to the places of its family. */
export function spreadLearnt(s: State, learnt: ScalarValue, places: readonly Place[]): void {
  for (const { frame, index } of places) {
    const owner = s.frames[frame];
    if (owner === undefined) continue;
    if (index < FIRST_SLOT_PLACE) {
      const value = owner.regs[index];
      if (value?.kind === "scalar") owner.regs[index] = relearn(value, learnt);
    } else {
      const slot = owner.slots[index - FIRST_SLOT_PLACE];
      if (slot?.value.kind === "scalar")
        owner.slots[index - FIRST_SLOT_PLACE] = { ...slot, value: relearn(slot.value, learnt) };
    }
  }
}

/** `value` differs from `learnt` by what they differ from the family's number. */
function relearn(value: ScalarValue, learnt: ScalarValue): ScalarValue {
  const by = (value.linked ? value.delta : 0) - (learnt.linked ? learnt.delta : 0);
  if (value.linked === learnt.linked && by === 0) return { ...value, num: learnt.num };
  const num = compute("add", 64, learnt.num, known(BigInt.asUintN(64, BigInt(by))));
  return { ...value, num };
}
