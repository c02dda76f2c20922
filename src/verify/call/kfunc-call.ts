import type { Insn } from "../../isa/insn.ts";
import type { State } from "../state/state.ts";
import { setReg } from "../state/state.ts";
import { POISON } from "../state/value.ts";
import type { Analysis } from "../walk/analysis.ts";

/** A call of a kernel function. */
export function transferKfunc(a: Analysis, s: State, _insn: Extract<Insn, { kind: "call" }>): number {
  a.fault(s, { code: "verify/kfunc-unknown", message: "kernel functions are not known here" });
  for (let r = 0; r <= 5; r++) setReg(s, r, POISON);
  return s.insn + 1;
}
