import { findStruct } from "../../btf/lookup.ts";
import type { Btf, BtfId } from "../../btf/types.ts";
import type { Insn } from "../../isa/insn.ts";
import type { KptrTarget, SpecialField } from "../program/fields.ts";
import type { State } from "../state/state.ts";
import { ATTR, isNull, isPointer, type Pointer, pointer, UNKNOWN_VALUE, type Value } from "../state/value.ts";
import type { Analysis } from "../walk/analysis.ts";
import { isInRcuSection } from "./object.ts";
import { isRcuProtected } from "./rcu-protected.ts";
import { type Access, refuse } from "./report.ts";
import type { Written } from "./stack-write.ts";

/** The struct that a kptr field holds: of the kernel, or of the program itself. */
export function kptrType(
  a: Analysis,
  p: Pointer,
  target: KptrTarget,
): Readonly<{ btf: Btf; type: BtfId; local: boolean }> | undefined {
  const { kernel } = a.env;
  const type = kernel && findStruct(kernel, target.typeName);
  if (kernel !== undefined && type !== undefined) return { btf: kernel, type, local: false };
  const btf = p.map?.btf;
  return btf && { btf, type: target.localType, local: true };
}

/** A load or store of a pointer to a kernel object in a map value. Owned ones are only read, or swapped by a helper. */
export function accessKptr(
  a: Analysis,
  s: State,
  p: Pointer,
  field: SpecialField,
  access: Access,
  { value }: Written,
  insn: Insn,
): Value | undefined {
  const target = field.kptr;
  const type = target && kptrType(a, p, target);
  if (target === undefined || type === undefined) return UNKNOWN_VALUE;
  const fault = (message: string): undefined => {
    refuse(a, s, access, "verify/special-field", message, { helper: "bpf_kptr_xchg()" });
    return undefined;
  };
  if (insn.kind !== "load" && insn.kind !== "store")
    return fault("a kernel object's pointer is accessed by an atomic operation");
  if (access.how === "read") {
    const id = a.newId();
    return pointer("btf", {
      btf: type.btf,
      type: type.type,
      attrs: attrsOf(s, target, type.local),
      nullable: true,
      id,
    });
  }
  if (target.ownership !== "plain")
    return fault("a pointer that owns a kernel object is overwritten; swap it instead");
  if (value === undefined || isNull(value) || value.kind === "poison") return UNKNOWN_VALUE;
  const fits = isPointer(value) && value.kind === "btf" && value.btf === type.btf && value.type === type.type;
  return fits && value.off === 0
    ? UNKNOWN_VALUE
    : fault(`what is stored is no pointer to struct ${target.typeName}`);
}

function attrsOf(s: State, target: KptrTarget, local: boolean): number {
  if (target.ownership === "user") return ATTR.alloc;
  if (target.ownership === "plain") return ATTR.untrusted;
  const alive = local || isRcuProtected(target.typeName);
  if (!alive || !isInRcuSection(s)) return ATTR.untrusted;
  const attrs = ATTR.rcu | (target.ownership === "perCpu" ? ATTR.perCpu : 0);
  return local ? attrs | ATTR.alloc : attrs;
}
