import { tnumAdd, tnumConst, tnumIsAligned } from "../number/tnum.ts";
import { describe } from "../state/describe.ts";
import type { State } from "../state/state.ts";
import { isPacket, isPointer, type Value } from "../state/value.ts";
import type { Analysis } from "../walk/analysis.ts";
import { type Access, refuse } from "./report.ts";

const NET_IP_ALIGN = 2; // packets begin 2 bytes before a multiple of 4, where that matters

/**
 * Checks that an access is at a multiple of its size, where that is asked for: always on the stack, else by `strict`. A
 * number in a pointer's place counts as an address here; that it is none is found later.
 */
export function checkAlignment(a: Analysis, s: State, base: Value, access: Access, strict: boolean): boolean {
  const matters = strict || a.env.strictAlignment || base.kind === "stack";
  if (!matters || access.size === 1 || base.kind === "arena") return true;
  if (base.kind === "unset" || base.kind === "poison") return true;
  const [vary, off] = base.kind === "scalar" ? [base.num, 0] : [base.vary, base.off];
  const shift = isPacket(base) ? NET_IP_ALIGN : 0;
  const place = tnumAdd(vary, tnumConst(BigInt.asUintN(64, BigInt(off + access.off + shift))));
  if (tnumIsAligned(place, BigInt(access.size))) return true;
  const what = isPointer(base) ? describe(base) : `r${access.reg}`;
  const message = `${what}: ${access.size} bytes at offset ${off + access.off}, no multiple of ${access.size}`;
  return refuse(a, s, access, "verify/misaligned", message, { size: String(access.size) });
}
