import { BtfBlob } from "../btf/decode.ts";
import type { Btf, BtfId } from "../btf/types.ts";
import { essentialName } from "./core-spec.ts";
import type { RelocationTarget } from "./relocation-target.ts";

/** A type of the kernel or of a module that a local type may stand for. */
export type Candidate = Readonly<{ btf: Btf; id: BtfId; module?: string }>;

/**
 * Types of the same kind and essential name: the kernel's own, or when it has none those of modules. A candidate list
 * is kept per local type, since relocations narrow it.
 */
export function findCandidates(target: RelocationTarget, local: Btf, id: BtfId): Candidate[] {
  const name = essentialName(local.nameOf(id));
  const kind = local.kindOf(id);
  const kernel = target.kernelBtf();
  const found = kernel ? typesNamed(kernel, name, kind).map((id) => ({ btf: kernel, id })) : [];
  if (found.length > 0) return found;
  return (target.moduleBtfs?.() ?? []).flatMap(({ name: module, btf }) => {
    const first = kernel?.count ?? 1;
    const own = typesNamed(btf, name, kind).filter((id) => id >= first);
    return own.map((id) => ({ btf, id, module }));
  });
}

function typesNamed(btf: Btf, name: string, kind: ReturnType<Btf["kindOf"]>): BtfId[] {
  const ids = [...btf.find(name, kind)];
  if (btf instanceof BtfBlob)
    for (const other of btf.flavoursOf(name))
      if (essentialName(other) === name) ids.push(...btf.find(other, kind));
  return [...new Set(ids)].sort((a, b) => a - b);
}
