import { returnRange } from "../context/return-range.ts";
import type { State } from "../state/state.ts";
import { checkRange } from "../transfer/exit.ts";
import { readRegister } from "../transfer/read-register.ts";
import type { Analysis } from "../walk/analysis.ts";
import { checkNothingHeld } from "./resources.ts";

/**
 * bpf_throw() ends the program from wherever it is: nothing may be held then, and what it is given becomes the program's
 * result unless a callback says otherwise. Source: check_kfunc_call, kernel/bpf/verifier.c, v6.18.
 */
export function transferThrow(a: Analysis, s: State): number {
  if (s.frames.some(({ callback }) => callback !== undefined && callback !== "exception")) {
    const message = "bpf_throw() is called in a callback, which cannot be left this way";
    a.fault(s, {
      code: "verify/kfunc-not-allowed",
      message,
      values: { fix: "return 1 to end the loop, and test a flag after it" },
    });
    return -1;
  }
  checkNothingHeld(a, s, "bpf_throw() leaves the program", true, true);
  const rule = returnRange(a.env);
  if (rule?.kind !== "range" || a.exceptionCallback.index !== undefined) return -1;
  const value = readRegister(a, s, 1);
  if (value.kind !== "scalar") return -1;
  a.needPrecise(s, 1);
  checkRange(a, s, value, rule.range, rule.bits === 32, "this program", 1);
  return -1;
}
