import type { Inst, InstBody, Value } from "../ir/ir.ts";
import type { JumpOp } from "../isa/insn.ts";

/** The comparison that holds when the other does not; `set` has none. */
export const INVERSE: Readonly<Record<JumpOp, JumpOp | undefined>> = {
  eq: "ne",
  ne: "eq",
  gt: "le",
  ge: "lt",
  lt: "ge",
  le: "gt",
  sgt: "sle",
  sge: "slt",
  slt: "sge",
  sle: "sgt",
  set: undefined,
};

/** `result` = 1 where the comparison gives 0. */
export function invertCompare(inst: Inst & { kind: "compare" }, result: Value): InstBody | undefined {
  const op = INVERSE[inst.op];
  return op && { kind: "compare", op, bits: inst.bits, result, lhs: inst.lhs, rhs: inst.rhs };
}
