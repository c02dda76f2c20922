import type { FindingCode } from "../finding/codes.ts";
import { S64_MIN } from "../number/scalar.ts";
import { describe } from "../state/describe.ts";
import type { State } from "../state/state.ts";
import type { Pointer } from "../state/value.ts";
import { MAX_OFFSET } from "../transfer/pointer-arithmetic.ts";
import type { Analysis } from "../walk/analysis.ts";
import { type Access, bytesAt, refuse } from "./report.ts";

/** Whether an access at any offset that the pointer can have is within an object of `bytes` bytes. */
export function isWithin(
  a: Analysis,
  s: State,
  p: Pointer,
  access: Access,
  bytes: number,
  code: FindingCode,
): boolean {
  const off = BigInt(p.off + access.off);
  const least = p.vary.smin + off;
  if (p.vary.smin < 0n && (p.vary.smin === S64_MIN || least !== BigInt.asIntN(32, least) || least < 0n)) {
    const message = `the offset from ${describe(p)} may be negative (${least < -(1n << 31n) ? "without a lower bound" : least})`;
    return refuse(a, s, access, "verify/negative-index", message);
  }
  if (!fits(access, least, bytes)) {
    const message = outside(p, bytesAt(access, least), bytes);
    return refuse(a, s, access, code, message, boundOf(bytes));
  }
  if (p.vary.umax >= BigInt(MAX_OFFSET)) {
    const message = `the offset from ${describe(p)} has no upper bound`;
    return refuse(a, s, access, "verify/unbounded-access", message, boundOf(bytes));
  }
  const most = p.vary.umax + off;
  if (fits(access, most, bytes)) return true;
  const message = outside(p, bytesAt(access, `up to ${most}`), bytes);
  return refuse(a, s, access, code, message, boundOf(bytes));
}

/** Whether the bytes are inside an object of `bytes` bytes. */
export function fits(access: Access, from: bigint, bytes: number): boolean {
  const sizeOk = access.size > 0 || (access.size === 0 && access.zeroAllowed);
  return from >= 0n && sizeOk && from + BigInt(access.size) <= BigInt(bytes);
}

function boundOf(bytes: number): Record<string, string> {
  return { bound: String(bytes) };
}

function outside(p: Pointer, access: string, bytes: number): string {
  return `${access} of ${describe(p).replace(/^a pointer to /, "")}, which has ${bytes} ${bytes === 1 ? "byte" : "bytes"}`;
}
