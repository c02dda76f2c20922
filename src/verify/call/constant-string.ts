import { refuse } from "../access/report.ts";
import type { State } from "../state/state.ts";
import { isFixed, type Pointer } from "../state/value.ts";
import type { Analysis } from "../walk/analysis.ts";

/** Checks that a pointer is to a string that ends with NUL and that nobody can change. */
export function checkConstantString(a: Analysis, s: State, r: number, p: Pointer): boolean {
  const refused = (message: string) => refuse(a, s, { reg: r }, "verify/string-argument", message);
  const bytes = p.map?.fixed;
  if (bytes === undefined)
    return refused(`r${r} does not point to a constant string: map \`${p.map?.name}\` may change`);
  if (!isFixed(p)) return refused(`r${r} points to a string at an offset that varies`);
  const at = p.off + Number(BigInt.asIntN(64, p.vary.value));
  if (at < 0 || at >= bytes.length) return refused(`r${r} points outside of map \`${p.map?.name}\``);
  return bytes.indexOf(0, at) !== -1 || refused(`the string at offset ${at} does not end with NUL`);
}
