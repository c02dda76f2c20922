import { parseBtf } from "../btf/decode.ts";
import type { BtfBuilder } from "../btf/encode.ts";
import { resolveId } from "../btf/layout.ts";
import type { Btf, BtfId, BtfType, Member } from "../btf/types.ts";
import type { CoreQuestion, Module } from "../ir/ir.ts";
import type { CoreKind, CoreRelocation } from "../object/core-relocation.ts";
import { parseSpec } from "../object/core-spec.ts";
import { coreValue } from "../object/core-value.ts";

/** What an instruction holds where it is compiled, and how it is fitted to another kernel. */
export type CoreAnswer = Readonly<{ value: number; reloc: CoreRelocation }>;

const KINDS: Readonly<Record<CoreQuestion["what"], CoreKind>> = {
  offset: "fieldByteOffset",
  size: "fieldByteSize",
  lshift: "fieldLshift",
  rshift: "fieldRshift",
  typeSize: "typeSize",
};

/**
 * The kernel types that a module asks about, as the object keeps them: structs with the members that are used and no
 * others. Relocations find their fields by name.
 */
export class CoreTypes {
  readonly #types: Btf;
  readonly #builder: BtfBuilder;
  readonly #used = new Map<BtfId, Set<number>>();
  readonly #made = new Map<BtfId, BtfId>();
  #local: Btf | undefined;

  constructor(module: Module, types: Btf, builder: BtfBuilder) {
    this.#types = types;
    this.#builder = builder;
    for (const func of module.funcs)
      for (const block of func.blocks)
        for (const inst of block.insts)
          if (inst.kind === "core") this.#mark(inst.question.type, inst.question.access.slice(1));
    for (const id of this.#used.keys()) this.#build(id);
  }

  answer({ what, type, access }: CoreQuestion): CoreAnswer {
    const root = resolveId(this.#types, type);
    const local = this.#made.get(root);
    if (local === undefined) throw new Error("bug: a type that no instruction asked about");
    const path = [access[0] ?? 0, ...this.#localPath(root, access.slice(1))];
    const reloc: CoreRelocation = { kind: "core", what: KINDS[what], type: local, access: path.join(":") };
    this.#local ??= parseBtf(this.#builder.finish());
    const { value } = coreValue(reloc.what, parseSpec(this.#local, reloc));
    if (value === "missing") throw new Error("bug: the object's own types lack what it asks about");
    return { value: Number(value), reloc };
  }

  #mark(type: BtfId, path: readonly number[]): void {
    const id = resolveId(this.#types, type);
    const [index, ...rest] = path;
    const here = this.#types.type(id);
    if (here.kind === "array") {
      if (index !== undefined) this.#mark(here.of, rest);
      return;
    }
    if (here.kind !== "struct" && here.kind !== "union") return;
    const used = this.#used.get(id) ?? new Set();
    this.#used.set(id, used);
    if (index === undefined) return;
    used.add(index);
    const member = here.members[index];
    if (member) this.#mark(member.type, rest);
  }

  /** Embedded structs first, so that each type's members are there before it. */
  #build(id: BtfId): BtfId {
    const known = this.#made.get(id);
    if (known !== undefined) return known;
    const type = this.#types.type(id);
    if (type.kind !== "struct" && type.kind !== "union") throw new Error(`bug: ${type.kind} has no members`);
    const members = this.#indexes(id).map((index): Member => {
      const member = type.members[index] as Member;
      return { ...member, type: this.#memberType(member.type) };
    });
    const made = this.#builder.add({ ...type, members });
    this.#made.set(id, made);
    return made;
  }

  #memberType(member: BtfId): BtfId {
    const id = resolveId(this.#types, member);
    const type: BtfType = this.#types.type(id);
    switch (type.kind) {
      case "struct":
      case "union":
        if (!this.#used.has(id)) this.#used.set(id, new Set());
        return this.#build(id);
      case "array":
        return this.#builder.addArray(this.#memberType(type.of), type.length);
      case "pointer":
        return this.#builder.addPointer(0 as BtfId);
      default:
        return this.#builder.add(type);
    }
  }

  #indexes(id: BtfId): number[] {
    return [...(this.#used.get(id) ?? [])].sort((a, b) => a - b);
  }

  #localPath(type: BtfId, path: readonly number[]): number[] {
    const id = resolveId(this.#types, type);
    const [index, ...rest] = path;
    if (index === undefined) return [];
    const here = this.#types.type(id);
    if (here.kind === "array") return [index, ...this.#localPath(here.of, rest)];
    if (here.kind !== "struct" && here.kind !== "union") throw new Error("bug: an access through a number");
    const member = here.members[index] as Member;
    return [this.#indexes(id).indexOf(index), ...this.#localPath(member.type, rest)];
  }
}
