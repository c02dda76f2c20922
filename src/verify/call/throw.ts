import type { Btf, BtfId } from "../../btf/types.ts";
import { returnRange } from "../context/return-range.ts";
import type { State } from "../state/state.ts";
import { checkRange } from "../transfer/exit.ts";
import { readRegister } from "../transfer/read-register.ts";
import type { Analysis } from "../walk/analysis.ts";
import { checkNothingHeld } from "./resources.ts";

const CALLBACK_TAG = "exception_callback:";

/**
 * bpf_throw() ends the program from wherever it is: nothing may be held then, and what it is given becomes the program's
 * result unless a callback says otherwise. Source: check_kfunc_call, kernel/bpf/verifier.c, v6.18.
 */
export function transferThrow(a: Analysis, s: State): number {
  checkNothingHeld(a, s, "bpf_throw() leaves the program", true, true);
  const rule = returnRange(a.env);
  if (rule?.kind !== "range" || hasCallback(a.env.btf)) return -1;
  const value = readRegister(a, s, 1);
  if (value.kind !== "scalar") return -1;
  a.needPrecise(s, 1);
  checkRange(a, s, value, rule.range, rule.bits === 32, "this program", 1);
  return -1;
}

function hasCallback(btf: Btf | undefined): boolean {
  if (btf === undefined) return false;
  for (let id = 1; id < btf.count; id++)
    if (btf.kindOf(id as BtfId) === "declTag" && btf.nameOf(id as BtfId).startsWith(CALLBACK_TAG)) return true;
  return false;
}
