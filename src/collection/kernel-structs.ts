import type { Btf, BtfId } from "../btf/types.ts";
import { coreRelocation } from "../object/core-relocation.ts";
import type { ObjectSpec } from "../object/object.ts";

/**
 * The object's copies of kernel types, by their ids: what compile-once relocations ask the kernel for, and all that these
 * types hold or point to. No program submits one as a record.
 */
export function kernelStructs({ programs }: ObjectSpec, btf: Btf): ReadonlySet<number> {
  const found = new Set<number>();
  const open: BtfId[] = [];
  const add = (id: BtfId) => {
    if (id === 0 || found.has(id) || id >= btf.count) return;
    found.add(id);
    open.push(id);
  };
  for (const { insns } of programs)
    for (const insn of insns) {
      const asked = coreRelocation(insn);
      if (asked !== undefined && asked.what !== "typeIdLocal") add(asked.type);
    }
  for (let id = open.pop(); id !== undefined; id = open.pop()) for (const to of reachedFrom(btf, id)) add(to);
  return found;
}

function reachedFrom(btf: Btf, id: BtfId): readonly BtfId[] {
  const type = btf.type(id);
  switch (type.kind) {
    case "struct":
    case "union":
      return type.members.map((member) => member.type);
    case "pointer":
    case "typedef":
    case "const":
    case "volatile":
    case "restrict":
    case "typeTag":
      return [type.to];
    case "array":
      return [type.of];
    default:
      return [];
  }
}
