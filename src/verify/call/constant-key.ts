import { BYTE, byteAt, spillSize } from "../state/slot.ts";
import type { State } from "../state/state.ts";
import { frameAt, slotAt } from "../state/state.ts";
import { isFixed, type Pointer } from "../state/value.ts";
import type { Analysis } from "../walk/analysis.ts";

/** The key at a pointer to the stack, where it is one known number of at most 8 bytes; since Linux 6.14. */
export function constantKey(a: Analysis, s: State, p: Pointer, size: number): bigint | undefined {
  if (p.kind !== "stack" || !isFixed(p) || !a.env.profile.has("constantKeys")) return undefined;
  const at = p.off + Number(BigInt.asIntN(64, p.vary.value));
  const index = Math.ceil(-at / 8) - 1;
  const start = at + (index + 1) * 8;
  const slot = slotAt(frameAt(s, p.frame), index);
  let zeros = 0;
  for (let i = start; i < Math.min(8, start + size); i++) if (byteAt(slot, i) === BYTE.zero) zeros++;
  if (size <= 8 && zeros === size) return 0n;
  const { value } = slot;
  if (start !== 0 || spillSize(slot) !== size || value.kind !== "scalar" || value.num.mask !== 0n)
    return undefined;
  a.needPreciseSlot(s, p.frame, index);
  return value.num.value;
}
