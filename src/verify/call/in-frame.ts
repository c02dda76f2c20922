import { refuse } from "../access/report.ts";
import type { State } from "../state/state.ts";
import type { Pointer } from "../state/value.ts";
import type { Analysis } from "../walk/analysis.ts";

/** An object to be made must lie in the frame as anything else that is written there. */
export function isInFrame(a: Analysis, s: State, r: number, p: Pointer, at: number, size: number): boolean {
  if (p.kind !== "stack" || at % 8 !== 0 || (at <= -size && at >= -512)) return true;
  const message = `stack bytes ${at} to ${at + size - 1} are written, outside of the frame (-512 to -1)`;
  return refuse(a, s, { reg: r }, "verify/stack-bounds", message);
}
