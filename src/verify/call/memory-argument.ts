import type { MemAccess } from "../../abi/helper-types.ts";
import { checkFields, checkMapValue } from "../access/map-value.ts";
import { accessObject } from "../access/object.ts";
import { checkPacket } from "../access/packet.ts";
import { isWithin } from "../access/region.ts";
import { type Access, refuse } from "../access/report.ts";
import { stackRange } from "../access/stack-range.ts";
import { checkWritten } from "../access/stack-read.ts";
import { describe, describeValue } from "../state/describe.ts";
import { BYTE, byteAt } from "../state/slot.ts";
import type { State } from "../state/state.ts";
import { frameAt, reg, slotAt } from "../state/state.ts";
import { ATTR, hasAttr, isNull, type Pointer, type Value } from "../state/value.ts";
import type { Analysis } from "../walk/analysis.ts";
import type { CallSite } from "./call-site.ts";

/** Memory that is handed to a callee: `size` bytes at the pointer in `r`. `zero`: none at all are fine. */
export type MemoryArgument = Readonly<{
  reg: number;
  size: number;
  access: MemAccess;
  zeroAllowed: boolean;
  /** The callee fills all the bytes whatever they are, so they need not be written before. */
  raw: boolean;
}>;

/** Checks memory that a callee reads or writes. */
export function checkMemory(a: Analysis, s: State, site: CallSite, m: MemoryArgument): boolean {
  const value = reg(s, m.reg);
  if (value.kind === "poison" || value.kind === "unset") return true;
  const access = accessOf(m);
  if (value.kind === "scalar") return checkNoMemory(a, s, site, value, m, access);
  switch (value.kind) {
    case "packet":
    case "packetMeta":
      return checkPacket(a, s, value, access);
    case "mapKey":
      if (m.access !== "read") return readOnly(a, s, value, access);
      return isWithin(a, s, value, access, value.map?.keySize ?? 0, "verify/map-key-bounds");
    case "mapValue":
      return checkMapValue(a, s, value, access);
    case "mem":
      if (m.access !== "read" && hasAttr(value, ATTR.readOnly)) return readOnly(a, s, value, access);
      return (
        isWithin(a, s, value, access, value.size, "verify/memory-bounds") &&
        checkFields(a, s, value, access, [])
      );
    case "buf":
      if (m.access !== "read" && hasAttr(value, ATTR.readOnly)) return readOnly(a, s, value, access);
      return true;
    case "stack":
      return checkStack(a, s, site, value, m, access);
    case "btf":
      return accessObject(a, s, value, { ...access, how: "read" }) !== undefined;
    case "ctx":
      if (a.env.programType === "syscall") return true;
      return notMemory(a, s, site, value, m);
    default:
      return notMemory(a, s, site, value, m);
  }
}

function accessOf(m: MemoryArgument): Access {
  const how = m.access === "read" ? "read" : "write";
  return { how, reg: m.reg, off: 0, size: m.size, byHelper: true, zeroAllowed: m.zeroAllowed };
}

function readOnly(a: Analysis, s: State, p: Pointer, access: Access): false {
  return refuse(
    a,
    s,
    access,
    "verify/read-only",
    `the call writes through ${describe(p)}, which can only be read through`,
  );
}

function checkNoMemory(
  a: Analysis,
  s: State,
  site: CallSite,
  value: Value,
  m: MemoryArgument,
  access: Access,
): boolean {
  if (m.zeroAllowed && m.size === 0 && isNull(value)) return true;
  void access;
  return notMemory(a, s, site, value, m);
}

function notMemory(a: Analysis, s: State, site: CallSite, value: Value, m: MemoryArgument): false {
  const message = `${site.name} takes memory in r${m.reg}, which holds ${describeValue(value)}`;
  const expected = "a pointer to memory: the stack, a map value, the packet or a ring buffer record";
  return refuse(a, s, m, "verify/argument-type", message, { expected });
}

function checkStack(
  a: Analysis,
  s: State,
  site: CallSite,
  p: Pointer,
  m: MemoryArgument,
  access: Access,
): boolean {
  if (m.size === 0 && !m.zeroAllowed)
    return refuse(a, s, access, "verify/zero-size", `${site.name} is given 0 bytes`);
  const range = stackRange(a, s, p, access);
  if (range === undefined) return false;
  if (!range.fixed && !a.env.privileged)
    return refuse(a, s, access, "verify/privilege", "memory on the stack is passed at an offset that varies");
  if (m.raw && range.fixed) {
    if (!hasNoDynptr(a, s, p, access, range.first, range.end)) return false;
    site.fills.push({ frame: p.frame, first: range.first, size: m.size });
    return true;
  }
  return checkWritten(a, s, p, access, range, m.access !== "read");
}

function hasNoDynptr(a: Analysis, s: State, p: Pointer, access: Access, first: number, end: number): boolean {
  const frame = frameAt(s, p.frame);
  for (let at = first; at < end; at++) {
    const index = Math.ceil(-at / 8) - 1;
    const slot = slotAt(frame, index);
    if (byteAt(slot, at + (index + 1) * 8) !== BYTE.object || slot.object?.kind !== "dynptr") continue;
    return refuse(
      a,
      s,
      access,
      "verify/dynptr-overwrite",
      `the call may write to the dynptr at stack byte ${at}`,
    );
  }
  return true;
}
