import type { State } from "../state/state.ts";
import { isFixed, type Pointer } from "../state/value.ts";
import { MAX_OFFSET } from "../transfer/pointer-arithmetic.ts";
import type { Analysis } from "../walk/analysis.ts";
import { type Access, refuse } from "./report.ts";

/** The bytes that an access may touch, as offsets from the frame's top: first <= x < end, end <= 0. */
export type StackRange = Readonly<{ first: number; last: number; end: number; fixed: boolean }>;

/** The bytes of the frame that an access can be to; undefined, and a fault, if some are outside. */
export function stackRange(a: Analysis, s: State, p: Pointer, access: Access): StackRange | undefined {
  const off = p.off + access.off;
  const fixed = isFixed(p);
  const limit = BigInt(MAX_OFFSET);
  if (!fixed && (p.vary.smax >= limit || p.vary.smin <= -limit)) {
    refuse(a, s, access, "verify/stack-bounds", "the offset into the stack has no useful bound");
    return undefined;
  }
  const first = (fixed ? Number(BigInt.asIntN(64, p.vary.value)) : Number(p.vary.smin)) + off;
  const last = fixed ? first : Number(p.vary.smax) + off;
  const end = last + access.size;
  const frame = s.frames[p.frame];
  const used = (frame?.slots.length ?? 0) * 8;
  const lowest = access.how === "write" || a.env.readsUnwrittenStack ? -a.env.profile.limits.stackBytes : -used;
  if (first < lowest || first > -1 || end > 0) {
    const verb = access.how === "write" ? "written" : "read";
    const bytes =
      first === end - 1
        ? `byte ${first} is`
        : `bytes ${first} to ${end - 1}${fixed ? "" : ", depending on a number,"} are`;
    const below = first < -a.env.profile.limits.stackBytes || first > -1 || end > 0;
    const why = below ? "outside of the frame (-512 to -1)" : "never written to";
    const code = below ? "verify/stack-bounds" : "verify/uninit-stack";
    refuse(a, s, access, code, `stack ${bytes} ${verb}, ${why}`);
    return undefined;
  }
  a.useStack(p.frame, s, Math.ceil(-first / 8) * 8);
  return { first, last, end, fixed };
}
