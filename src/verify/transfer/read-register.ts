import type { Operand, Reg } from "../../isa/insn.ts";
import type { State } from "../state/state.ts";
import { reg, setReg } from "../state/state.ts";
import { constant, POISON, type Value } from "../state/value.ts";
import type { Analysis } from "../walk/analysis.ts";

/** What a register holds; a fault if that is nothing. */
export function readRegister(a: Analysis, s: State, r: Reg): Value {
  const value = reg(s, r);
  if (value.kind !== "unset") return value;
  const register = `r${r}`;
  if (value.lost && r !== 0) {
    const message = `${register} is read after a call, which leaves nothing in r1 to r5`;
    a.fault(s, {
      code: "verify/lost-register",
      message,
      subject: { kind: "reg", reg: r },
      values: { register },
    });
  } else {
    const message = value.lost
      ? "r0 is read after a call that returns nothing"
      : `${register} is read, and nothing was written to it on this path`;
    a.fault(s, {
      code: "verify/uninit-register",
      message,
      subject: { kind: "reg", reg: r },
      values: { register },
    });
  }
  setReg(s, r, POISON);
  return POISON;
}

/** The second operand: a register's value, or a constant of 64 bits, sign-extended. */
export function readOperand(a: Analysis, s: State, src: Operand): Value {
  return src.kind === "reg" ? readRegister(a, s, src.reg) : constant(BigInt(src.imm));
}

/** Whether `r` may be written; a fault if it is r10. */
export function mayWrite(a: Analysis, s: State, r: Reg): boolean {
  if (r !== 10) return true;
  a.fault(s, { code: "verify/frame-pointer-write", message: "r10, the frame pointer, cannot be changed" });
  setReg(s, r, POISON); // accesses that count on the change are no faults of their own
  return false;
}
