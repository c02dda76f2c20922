import type { HelperArg } from "../../abi/helper-types.ts";
import type { Reg } from "../../isa/insn.ts";
import { checkAlignment } from "../access/alignment.ts";
import { kptrType } from "../access/kptr.ts";
import { refuse } from "../access/report.ts";
import { FIELD_TYPE_NAME, type SpecialKind } from "../program/fields.ts";
import { describe } from "../state/describe.ts";
import type { State } from "../state/state.ts";
import { ATTR, hasAttr, isFixed, isPointer, type Pointer, type Value } from "../state/value.ts";
import type { Analysis } from "../walk/analysis.ts";
import type { CallSite } from "./call-site.ts";
import { constantKey } from "./constant-key.ts";
import { checkConstantString } from "./constant-string.ts";
import { checkDynptr } from "./dynptr.ts";
import { changeLock } from "./locks.ts";
import { checkMemory } from "./memory-argument.ts";
import { checkSize } from "./size-argument.ts";

/** What a helper does with an argument that is of the right kind. */
export function useArgument(
  a: Analysis,
  s: State,
  site: CallSite,
  arg: HelperArg,
  index: number,
  value: Value,
): boolean {
  const r = (index + 1) as Reg;
  switch (arg.kind) {
    case "map":
      return useMap(a, s, site, r, value);
    case "mapKey":
      return useKey(a, s, site, r, value);
    case "mapValue": {
      if (arg.nullable && !isPointer(value)) return true;
      const size = site.map?.valueSize ?? 0;
      const raw = arg.access === "write";
      return checkMemory(a, s, site, { reg: r, size, access: arg.access, zeroAllowed: false, raw });
    }
    case "fixedMem": {
      const raw = arg.access === "write";
      const memory = { reg: r, size: arg.bytes, access: arg.access, zeroAllowed: false, raw };
      if (!checkMemory(a, s, site, memory)) return false;
      const access = {
        how: "read",
        reg: r,
        off: 0,
        size: arg.align,
        byHelper: true,
        zeroAllowed: false,
      } as const;
      return arg.align <= 1 || !isPointer(value) || checkAlignment(a, s, value, access, true);
    }
    case "size":
      return checkSize(a, s, site, r, memoryAccess(site, index), arg.zero);
    case "constSize":
      return useConstantSize(a, s, site, r, value);
    case "spinLock":
      return changeLock(a, s, site, value);
    case "timer":
      return isPointer(value) ? isField(a, s, site, r, value, "timer") : true;
    case "kptrSlot":
      return isPointer(value) ? useSlot(a, s, site, r, value) : true;
    case "constString":
      return isPointer(value) ? checkConstantString(a, s, r, value) : true;
    case "dynptr":
      return isPointer(value) ? checkDynptr(a, s, site, arg, r, value) : true;
    case "kptr":
      return isPointer(value) ? fitsSlot(a, s, site, r, value) : true;
    case "callback":
      if (isPointer(value)) site.callback = value.subprogram;
      return true;
    default:
      return true;
  }
}

function memoryAccess(site: CallSite, index: number): "read" | "write" | "update" {
  const memory = site.args[index - 1];
  return memory && "access" in memory ? memory.access : "read";
}

/** A map argument. With a timer before it, it must be the map that holds the timer. */
function useMap(a: Analysis, s: State, site: CallSite, r: Reg, value: Value): boolean {
  if (!isPointer(value) || value.map === undefined) return true;
  if (site.map !== undefined && site.args[0]?.kind === "timer") {
    if (site.map === value.map && site.mapUid === value.mapUid) return true;
    const message = `the timer is not in map \`${value.map.name}\`, which r${r} holds`;
    return refuse(a, s, { reg: r }, "verify/map-without-field", message);
  }
  site.map = value.map;
  site.mapUid = value.mapUid;
  return true;
}

function useKey(a: Analysis, s: State, site: CallSite, r: Reg, value: Value): boolean {
  const size = site.map?.keySize ?? 0;
  const ok = checkMemory(a, s, site, { reg: r, size, access: "read", zeroAllowed: false, raw: false });
  const alwaysPresent = site.map?.type === "array" || site.map?.type === "percpuArray";
  if (ok && isPointer(value) && alwaysPresent) site.constantKey = constantKey(a, s, value, size);
  return ok;
}

function useConstantSize(a: Analysis, s: State, site: CallSite, r: Reg, value: Value): boolean {
  const size = a.constantOf(s, r);
  if (size === undefined)
    return refuse(
      a,
      s,
      { reg: r },
      "verify/constant-argument",
      `the size in r${r} for ${site.name} is not a constant`,
    );
  void value;
  site.constantSize = Number(BigInt.asUintN(32, size));
  return true;
}

/** Checks that a pointer is to the field of that kind in a map value, and remembers the map. */
export function isField(a: Analysis, s: State, site: CallSite, r: Reg, p: Pointer, kind: SpecialKind): boolean {
  const name = FIELD_TYPE_NAME[kind];
  const refused = (message: string) => refuse(a, s, { reg: r }, "verify/map-without-field", message);
  if (!isFixed(p))
    return refuse(
      a,
      s,
      { reg: r },
      "verify/constant-argument",
      `the address of the ${name} is at an offset that varies`,
    );
  const field = p.map?.fields.find((f) => f.kind === kind);
  if (field === undefined) return refused(`values of map \`${p.map?.name ?? "?"}\` hold no ${name}`);
  const at = p.off + Number(p.vary.value);
  if (field.offset !== at) return refused(`${describe(p)} at offset ${at}; its ${name} is at ${field.offset}`);
  if (site.map === undefined) {
    site.map = p.map;
    site.mapUid = p.mapUid;
  }
  return true;
}

function useSlot(a: Analysis, s: State, site: CallSite, r: Reg, p: Pointer): boolean {
  const refused = (message: string) => refuse(a, s, { reg: r }, "verify/map-without-field", message);
  if (!isFixed(p))
    return refuse(
      a,
      s,
      { reg: r },
      "verify/constant-argument",
      "the address of the kernel object's pointer varies",
    );
  const at = p.off + Number(p.vary.value);
  const field = p.map?.fields.find((f) => f.kind === "kptr" && f.offset === at);
  if (field?.kptr === undefined) return refused(`there is no pointer to a kernel object at offset ${at}`);
  if (field.kptr.ownership !== "owned" && field.kptr.ownership !== "perCpu")
    return refused(`the pointer at offset ${at} does not own its object`);
  const type = kptrType(a, p, field.kptr);
  if (type !== undefined) site.kptr = { ...type, perCpu: field.kptr.ownership === "perCpu" };
  return true;
}

/** What moves into a slot is of the type that the slot has. */
function fitsSlot(a: Analysis, s: State, site: CallSite, r: Reg, p: Pointer): boolean {
  const { kptr } = site;
  if (kptr === undefined) return true;
  const fits =
    p.btf === kptr.btf && p.off === 0 && p.type === kptr.type && hasAttr(p, ATTR.perCpu) === kptr.perCpu;
  if (fits) return true;
  const type = kptr.btf.type(kptr.type);
  const message = `r${r} holds ${describe(p)}; the slot is for a pointer to struct ${"name" in type ? type.name : ""}`;
  return refuse(a, s, { reg: r }, "verify/argument-type", message);
}
