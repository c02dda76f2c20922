import type { MemAccess } from "../../abi/helper-types.ts";
import { refuse } from "../access/report.ts";
import { brief } from "../state/describe.ts";
import type { State } from "../state/state.ts";
import { reg } from "../state/state.ts";
import { MAX_OFFSET } from "../transfer/pointer-arithmetic.ts";
import type { Analysis } from "../walk/analysis.ts";
import type { CallSite } from "./call-site.ts";
import { checkMemory } from "./memory-argument.ts";

/** Checks a number of bytes, in `r`, and the memory of that size in the register before it. */
export function checkSize(
  a: Analysis,
  s: State,
  site: CallSite,
  r: number,
  access: MemAccess,
  zeroAllowed: boolean,
): boolean {
  const size = reg(s, r);
  if (size.kind !== "scalar") return true;
  const { num } = size;
  const at = { reg: r };
  const what = `the size in r${r} for ${site.name}`;
  const known = brief(size);
  site.greatestSize = num.umax;
  if (num.smin < 0n) return refuse(a, s, at, "verify/negative-size", `${what} may be negative: it is ${known}`);
  if (num.umin === 0n && !zeroAllowed)
    return refuse(a, s, at, "verify/zero-size", `${what} may be 0: it is ${known}`);
  if (num.umax >= BigInt(MAX_OFFSET))
    return refuse(a, s, at, "verify/unbounded-size", `${what} has no useful bound: it is ${known}`);
  const raw = access === "write" && num.mask === 0n;
  const ok = checkMemory(a, s, site, { reg: r - 1, size: Number(num.umax), access, zeroAllowed, raw });
  a.needPrecise(s, r);
  return ok;
}
