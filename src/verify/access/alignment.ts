import { tnumAdd, tnumConst, tnumIsAligned } from "../number/tnum.ts";
import { describe } from "../state/describe.ts";
import type { State } from "../state/state.ts";
import { isPacket, type Pointer } from "../state/value.ts";
import type { Analysis } from "../walk/analysis.ts";
import { type Access, refuse } from "./report.ts";

const NET_IP_ALIGN = 2; // packets begin 2 bytes before a multiple of 4, where that matters

/** Checks that an access is at a multiple of its size, where that is asked for: always on the stack, else by `strict`. */
export function checkAlignment(a: Analysis, s: State, p: Pointer, access: Access, strict: boolean): boolean {
  const matters = strict || a.env.strictAlignment || p.kind === "stack";
  if (!matters || access.size === 1 || p.kind === "arena") return true;
  const shift = isPacket(p) ? NET_IP_ALIGN : 0;
  const place = tnumAdd(p.vary, tnumConst(BigInt.asUintN(64, BigInt(p.off + access.off + shift))));
  if (tnumIsAligned(place, BigInt(access.size))) return true;
  const message = `${describe(p)}: ${access.size} bytes at offset ${p.off + access.off}, no multiple of ${access.size}`;
  return refuse(a, s, access, "verify/misaligned", message, { size: String(access.size) });
}
