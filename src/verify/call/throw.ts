import type { State } from "../state/state.ts";
import type { Analysis } from "../walk/analysis.ts";
import { checkNothingHeld } from "./resources.ts";

/** bpf_throw() ends the program from wherever it is: nothing may be held then. */
export function transferThrow(a: Analysis, s: State): number {
  checkNothingHeld(a, s, "bpf_throw() leaves the program", true, true);
  return -1;
}
