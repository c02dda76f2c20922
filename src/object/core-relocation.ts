import { checkInput, OBJECT } from "../base/check-input.ts";
import type { BtfId } from "../btf/types.ts";
import type { Insn } from "../isa/insn.ts";

/**
 * What a compile-once relocation asks of the kernel's types, by its number in the object file.
 * Source: include/uapi/linux/bpf.h, `enum bpf_core_relo_kind`, v6.12.
 */
export const CORE_KINDS = [
  "fieldByteOffset",
  "fieldByteSize",
  "fieldExists",
  "fieldSigned",
  "fieldLshift", // of the 8 bytes that hold a bit-field, to its top
  "fieldRshift", // and back down
  "typeIdLocal",
  "typeIdTarget",
  "typeExists",
  "typeSize",
  "enumvalExists",
  "enumvalValue",
  "typeMatches",
] as const;

export type CoreKind = (typeof CORE_KINDS)[number];

/**
 * The instruction's immediate or offset holds what the object's own types say, and is to hold what the kernel's say.
 * `access` names a member or enumerator of the type by numbers: "0:3:1" is member 1 of member 3 of element 0.
 */
export type CoreRelocation = Readonly<{ kind: "core"; what: CoreKind; type: BtfId; access: string }>;

/** The relocation that an instruction carries, or undefined. */
export function coreRelocation(insn: Insn): CoreRelocation | undefined {
  if (!OBJECT.accepts(insn)) checkInput("the instruction", insn, OBJECT);
  const reloc = insn.meta?.reloc;
  return typeof reloc === "object" && reloc !== null && "kind" in reloc && reloc.kind === "core"
    ? (reloc as CoreRelocation)
    : undefined;
}
