import { parseBtf } from "../btf/decode.ts";
import { mapRefs } from "../btf/dedup.ts";
import { BtfBuilder } from "../btf/encode.ts";
import { resolveId } from "../btf/layout.ts";
import type { Btf, BtfId, BtfType } from "../btf/types.ts";
import { findCandidates } from "./core-candidates.ts";
import { matchSpec } from "./core-match.ts";
import { type CoreRelocation, coreRelocation } from "./core-relocation.ts";
import { type CoreSpec, familyOf, parseSpec } from "./core-spec.ts";
import type { ObjectSpec } from "./object.ts";

/**
 * The part of a kernel's types that the compile-once relocations of some objects ask about, as a BTF blob: on a kernel
 * without types of its own the objects load with it as they would with the whole. Structs keep their sizes and lose the
 * members that nobody asks for; what is only pointed to becomes void. Throws ObjectError or BtfError.
 */
export function minimalBtf(kernel: Btf, objects: readonly ObjectSpec[]): Uint8Array<ArrayBuffer> {
  const marks = new Marks(kernel);
  const target = { kernelVersion: 0, kernelBtf: () => kernel, kernelSymbol: () => undefined };
  for (const object of objects) {
    const local = object.btf && parseBtf(object.btf);
    if (local === undefined) continue;
    const done = new Set<string>();
    for (const reloc of relocationsOf(object)) {
      const key = `${reloc.what} ${reloc.type} ${reloc.access}`;
      if (done.has(key) || reloc.what === "typeIdLocal") continue;
      done.add(key);
      const spec = parseSpec(local, reloc);
      for (const { id } of findCandidates(target, local, reloc.type)) {
        const found = matchSpec(reloc.what, spec, kernel, id);
        if (found !== undefined) marks.add(reloc, found);
      }
    }
  }
  return marks.write();
}

function* relocationsOf(object: ObjectSpec): Generator<CoreRelocation> {
  for (const { insns } of object.programs)
    for (const insn of insns) {
      const reloc = coreRelocation(insn);
      if (reloc !== undefined) yield reloc;
    }
}

type Aggregate = Extract<BtfType, { kind: "struct" | "union" }>;

/** Which types are kept, and of structs and unions which members. */
class Marks {
  readonly #btf: Btf;
  readonly #types = new Set<BtfId>();
  readonly #members = new Map<BtfId, Set<number>>();

  constructor(btf: Btf) {
    this.#btf = btf;
  }

  /** Keeps what the answer to a relocation takes: the kernel's side of it is `found`. */
  add({ what }: CoreRelocation, found: CoreSpec): void {
    this.#keep(found.root);
    switch (familyOf(what)) {
      case "field":
        this.#keepPath(found);
        break;
      case "type":
        if (what === "typeMatches") this.#keepMembers(found.root);
        break;
      default: // enumerators stay with their enum
    }
  }

  write(): Uint8Array<ArrayBuffer> {
    const builder = new BtfBuilder();
    const ids = [...this.#types].sort((a, b) => a - b);
    const numbers = new Map(ids.map((id) => [id, builder.reserve()]));
    const to = (id: BtfId): BtfId => numbers.get(id) ?? (0 as BtfId);
    for (const id of ids) builder.define(to(id), this.#rewritten(id, to));
    return builder.finish();
  }

  /** Keeps the type and those that it consists of, but neither members nor what pointers point to. */
  #keep(id: BtfId): void {
    if (id === 0 || this.#types.has(id)) return;
    this.#types.add(id);
    const type = this.#btf.type(id);
    switch (type.kind) {
      case "typedef":
      case "const":
      case "volatile":
      case "restrict":
      case "typeTag":
        return this.#keep(type.to);
      case "array":
        this.#keep(type.index);
        return this.#keep(type.of);
      default: // the rest stands for itself
    }
  }

  #keepPath({ root, accessors }: CoreSpec): void {
    let at = resolveId(this.#btf, root);
    for (const { type, index, name } of accessors) {
      if (name === undefined) {
        at = resolveId(this.#btf, type);
        this.#keep(type);
        continue;
      }
      this.#keepUnnamed(at, type, 0);
      const member = this.#keepMember(type, index);
      at = member === undefined ? at : resolveId(this.#btf, member);
      this.#keep(at);
    }
  }

  /** Keeps the unnamed members that lead from one type to another; whether there are such. */
  #keepUnnamed(from: BtfId, to: BtfId, depth: number): boolean {
    if (from === to) return true;
    const type = this.#btf.type(from);
    if (depth > MOST_UNNAMED || (type.kind !== "struct" && type.kind !== "union")) return false;
    for (const [index, member] of type.members.entries()) {
      if (member.name !== "" || !this.#keepUnnamed(resolveId(this.#btf, member.type), to, depth + 1)) continue;
      this.#keepMember(from, index);
      return true;
    }
    return false;
  }

  /** The type of the member. */
  #keepMember(id: BtfId, index: number): BtfId | undefined {
    this.#keep(id);
    const type = this.#btf.type(id);
    const member = type.kind === "struct" || type.kind === "union" ? type.members[index] : undefined;
    if (member === undefined) return undefined;
    const kept = this.#members.get(id) ?? new Set();
    kept.add(index);
    this.#members.set(id, kept);
    this.#keep(member.type);
    return member.type;
  }

  /** All members, for a comparison of whole types. */
  #keepMembers(id: BtfId): void {
    const at = resolveId(this.#btf, id);
    const type = this.#btf.type(at);
    if (type.kind !== "struct" && type.kind !== "union") return;
    for (const index of type.members.keys()) {
      const member = this.#keepMember(at, index);
      if (member !== undefined) this.#keepPointed(member);
    }
  }

  /** Comparing types looks behind pointers once: at the names there. */
  #keepPointed(id: BtfId): void {
    const type = this.#btf.type(resolveId(this.#btf, id));
    if (type.kind === "pointer") this.#keep(type.to);
  }

  #rewritten(id: BtfId, to: (id: BtfId) => BtfId): BtfType {
    const type = this.#btf.type(id);
    if (type.kind === "struct" || type.kind === "union") return this.#reduced(id, type, to);
    return mapRefs(type, to);
  }

  #reduced(id: BtfId, type: Aggregate, to: (id: BtfId) => BtfId): Aggregate {
    const kept = this.#members.get(id) ?? new Set();
    const members = type.members.filter((_, index) => kept.has(index));
    return { ...type, members: members.map((member) => ({ ...member, type: to(member.type) })) };
  }
}

const MOST_UNNAMED = 32; // unnamed structs in each other
