import { refuse } from "../access/report.ts";
import { describeValue } from "../state/describe.ts";
import type { State } from "../state/state.ts";
import { reg } from "../state/state.ts";
import { constantOf, isNull, isPointer } from "../state/value.ts";
import type { Analysis } from "../walk/analysis.ts";
import type { CallSite } from "./call-site.ts";
import { checkFormat } from "./format.ts";
import { checkNothingHeld } from "./resources.ts";

type Check = (a: Analysis, s: State, site: CallSite) => boolean;

/** Rules of single helpers that their prototypes do not say. */
export const SPECIAL_CHECKS: Readonly<Record<string, Check>> = {
  bpf_tail_call: (a, s, site) => {
    const index = constantOf(reg(s, 3));
    if (index !== undefined && index < BigInt(site.map?.maxEntries ?? 0)) a.needPrecise(s, 3);
    return checkNothingHeld(a, s, "a tail call leaves the program", true, true);
  },
  bpf_get_local_storage: (a, s, site) =>
    isNull(reg(s, 2)) ||
    refuse(a, s, { reg: 2 }, "verify/constant-argument", `the flags of ${site.name} must be the constant 0`),
  bpf_dynptr_from_mem: (a, s, site) => {
    const memory = reg(s, 1);
    if (!isPointer(memory) || memory.kind === "mapValue") return true;
    const message = `${site.name} makes dynptrs of map values only; r1 holds ${describeValue(memory)}`;
    return refuse(a, s, { reg: 1 }, "verify/argument-type", message, { expected: "a pointer to a map value" });
  },
  bpf_snprintf: checkFormat,
};
