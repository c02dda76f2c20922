import type { Insn } from "../../isa/insn.ts";
import type { State } from "../state/state.ts";
import { setReg } from "../state/state.ts";
import { POISON } from "../state/value.ts";
import type { Analysis } from "../walk/analysis.ts";
import { transferHelper } from "./helper-call.ts";
import { transferKfunc } from "./kfunc-call.ts";
import { transferLocalCall } from "./local-call.ts";

/** A call of any kind; the next instruction, or -1 where the path ends. */
export function transferCall(a: Analysis, s: State, insn: Extract<Insn, { kind: "call" }>): number {
  switch (insn.target.kind) {
    case "helper":
      transferHelper(a, s, insn);
      return s.insn + 1;
    case "local":
    case "func":
      return transferLocalCall(a, s);
    case "kfunc":
    case "ksym":
      return transferKfunc(a, s, insn);
    default: {
      a.fault(s, {
        code: "verify/bad-instruction",
        message: "calls through a register are not possible",
        values: { fix: "call functions by their names; which of them, an if or a tail call can choose" },
      });
      for (let r = 0; r <= 5; r++) setReg(s, r, POISON);
      return s.insn + 1;
    }
  }
}
