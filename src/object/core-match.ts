import { resolve, resolveId, sizeOf } from "../btf/layout.ts";
import type { Btf, BtfId, BtfType, Member } from "../btf/types.ts";
import { haveCompatibleShape, typesMatch } from "./core-compatible.ts";
import type { CoreKind } from "./core-relocation.ts";
import { type Accessor, type CoreSpec, essentialName, familyOf, isFlexible, MOST_STEPS } from "./core-spec.ts";
import { ObjectError } from "./error.ts";

/** The same access in another BTF, beginning at its type `id`; undefined when it has no such thing. Throws BtfError. */
export function matchSpec(what: CoreKind, local: CoreSpec, btf: Btf, id: BtfId): CoreSpec | undefined {
  switch (familyOf(what)) {
    case "type": {
      const matches = what === "typeMatches" ? typesMatch : haveCompatibleShape;
      const found = matches(local.btf, local.root, btf, id);
      return found ? { btf, root: id, accessors: [], bitOffset: 0 } : undefined;
    }
    case "enumerator":
      return matchEnumerator(local, btf, id);
    case "field":
      return new FieldMatch(local, btf, id).run();
  }
}

function matchEnumerator(local: CoreSpec, btf: Btf, root: BtfId): CoreSpec | undefined {
  const id = resolveId(btf, root);
  const type = btf.type(id);
  if (type.kind !== "enum") return undefined;
  const wanted = essentialName(local.accessors[0]?.name ?? "");
  const index = type.members.findIndex((member) => essentialName(member.name) === wanted);
  const name = type.members[index]?.name;
  return name === undefined ? undefined : { btf, root, accessors: [{ type: id, index, name }], bitOffset: 0 };
}

/** Walks both types along one access. Unnamed members are looked through, and cost a step each. */
class FieldMatch {
  readonly #local: CoreSpec;
  readonly #btf: Btf;
  readonly #root: BtfId;
  readonly #accessors: Accessor[] = [];
  #bitOffset = 0;
  #steps = 0;
  #at: BtfId;

  constructor(local: CoreSpec, btf: Btf, root: BtfId) {
    this.#local = local;
    this.#btf = btf;
    this.#root = root;
    this.#at = root;
  }

  run(): CoreSpec | undefined {
    const { accessors } = this.#local;
    for (const [i, accessor] of accessors.entries()) {
      const found = accessor.name === undefined ? this.#element(accessor, i) : this.#member(accessor);
      if (!found) return undefined;
    }
    return { btf: this.#btf, root: this.#root, accessors: this.#accessors, bitOffset: this.#bitOffset };
  }

  #element(accessor: Accessor, position: number): boolean {
    let id = resolveId(this.#btf, this.#at);
    if (position > 0) {
      const array = this.#btf.type(id);
      if (array.kind !== "array") return false;
      const flexible = isFlexible(this.#btf, this.#accessors.at(-1), array);
      if (!flexible && accessor.index >= array.length) return false;
      id = resolveId(this.#btf, array.of);
    }
    this.#step();
    this.#at = id;
    this.#accessors.push({ type: id, index: accessor.index });
    this.#bitOffset += accessor.index * sizeOf(this.#btf, id) * 8;
    return true;
  }

  #member(accessor: Accessor): boolean {
    const owner = this.#local.btf.type(accessor.type);
    const member = "members" in owner ? owner.members[accessor.index] : undefined;
    if (member === undefined || !("type" in member)) throw new Error("bug: an access without its member");
    return this.#search(member, this.#at);
  }

  /** Finds the member of that name; false also when it has another kind of type. */
  #search(wanted: Member, root: BtfId): boolean {
    const id = resolveId(this.#btf, root);
    const type = this.#btf.type(id);
    if (type.kind !== "struct" && type.kind !== "union") return false;
    for (const [index, member] of type.members.entries()) {
      if (member.name !== "" && member.name !== wanted.name) continue;
      this.#step();
      if (member.name === wanted.name) {
        if (!fieldsCompatible(this.#local.btf, wanted.type, this.#btf, member.type)) return false;
        this.#bitOffset += member.bitOffset;
        this.#accessors.push({ type: id, index, name: member.name });
        this.#at = member.type;
        return true;
      }
      if (this.#search(wanted, member.type)) {
        this.#bitOffset += member.bitOffset;
        return true;
      }
      this.#steps--;
    }
    return false;
  }

  #step(): void {
    if (++this.#steps <= MOST_STEPS) return;
    throw new ObjectError(
      "object/bad-core",
      `the kernel's type ${this.#root} is nested more than ${MOST_STEPS} deep`,
      {
        remedy: "give the kernel's BTF, whole: /sys/kernel/btf/vmlinux",
      },
    );
  }
}

/** Whether a field of the one type can be read as the other: sizes of integers may differ, for instance. */
export function fieldsCompatible(local: Btf, localId: BtfId, target: Btf, targetId: BtfId): boolean {
  const a = elementOf(local, localId);
  const b = elementOf(target, targetId);
  const isAggregate = (type: BtfType) => type.kind === "struct" || type.kind === "union";
  if (a.depth !== b.depth) return false;
  if (isAggregate(a.type) && isAggregate(b.type)) return true;
  if (a.type.kind !== b.type.kind) return false;
  switch (a.type.kind) {
    case "pointer":
    case "float":
      return true;
    case "int":
      return a.type.bitOffset === 0 && b.type.kind === "int" && b.type.bitOffset === 0;
    case "enum":
    case "forward": {
      const [mine, other] = [essentialName(a.type.name), "name" in b.type ? essentialName(b.type.name) : ""];
      return mine === "" || other === "" || mine === other;
    }
    default:
      return false;
  }
}

/** The type behind arrays, and how many there are. */
function elementOf(btf: Btf, id: BtfId): { type: BtfType; depth: number } {
  let type = resolve(btf, id);
  let depth = 0;
  for (; type.kind === "array" && depth < MOST_STEPS; depth++) type = resolve(btf, type.of);
  return { type, depth };
}
