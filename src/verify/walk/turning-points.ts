import { helperById } from "../../abi/helpers.ts";
import type { Insn } from "../../isa/insn.ts";
import { kfuncOf } from "../call/kfunc.ts";
import type { Environment } from "../environment.ts";
import type { State } from "../state/state.ts";
import { reg } from "../state/state.ts";
import { fixedOffset, isFixed } from "../state/value.ts";

/** Whether the call asks an iterator for its next element. */
export function isIteratorCall(env: Environment, insn: Insn): boolean {
  return kfuncOf(env, insn)?.iterator === "next";
}

/** Whether the call calls a function of the program, now and any number of times. */
export function callsBack(env: Environment, insn: Insn): boolean {
  if (insn.kind !== "call") return false;
  if (insn.target.kind === "helper") {
    const helper = helperById(insn.target.id);
    return (
      helper?.args.some((arg) => arg.kind === "callback") === true && helper.name !== "bpf_timer_set_callback"
    );
  }
  return kfuncOf(env, insn)?.callsBack === true;
}

/** Whether the walk stops at each visit of the instruction, since loops turn around there. */
export function turnsAround(env: Environment, insn: Insn): boolean {
  return isIteratorCall(env, insn) || callsBack(env, insn);
}

/** Whether the iterator in r1 has more to give. */
export function isActiveIteratorCall(s: State): boolean {
  const p = reg(s, 1);
  if (p.kind !== "stack" || !isFixed(p)) return false;
  const slot = s.frames[p.frame]?.slots[-fixedOffset(p) / 8 - 1];
  return slot?.object?.kind === "iterator" && slot.object.active;
}
