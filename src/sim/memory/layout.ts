import { bitFieldLoad, resolve, resolveId, sizeOf } from "../../btf/layout.ts";
import { findMember, findTypeByName } from "../../btf/lookup.ts";
import type { Btf, BtfId, BtfType } from "../../btf/types.ts";

/**
 * Where a path leads from the start of a struct. Pointers on the way are followed: load 8 bytes at each of `hops` in
 * turn and go on from there; `offset` counts bytes from the last place.
 */
export type Field = Readonly<{
  path: string;
  hops: readonly number[];
  offset: number;
  /** Bytes. */
  size: number;
  kind: "int" | "bits" | "pointer" | "text" | "array" | "struct";
  signed: boolean;
  /** Of bit-fields: position and width in the `size` bytes at `offset`. */
  shift: number;
  width: number;
  /** The member's type behind typedefs; of pointers what they point to, of arrays their element. */
  type: BtfId;
}>;

type Place = {
  hops: number[];
  offset: number;
  type: BtfId;
  bits?: { shift: number; width: number; size: number };
};

/** One struct or union of the simulated kernel; its paths are compiled once. */
export class Layout {
  readonly btf: Btf;
  readonly id: BtfId;
  readonly name: string;
  readonly bytes: number;
  readonly #fields = new Map<string, Field>();

  constructor(btf: Btf, id: BtfId) {
    this.btf = btf;
    this.id = resolveId(btf, id);
    this.name = btf.nameOf(this.id);
    this.bytes = sizeOf(btf, id);
  }

  /** Follows "fs->pwd.dentry" written as "fs.pwd.dentry", also "comm", "skc_addr[1]". Throws for a path that leads nowhere. */
  field(path: string): Field {
    const known = this.#fields.get(path);
    if (known !== undefined) return known;
    const made = this.#compile(path);
    this.#fields.set(path, made);
    return made;
  }

  /** Whether the struct itself has a member of that name. */
  has(member: string): boolean {
    return findMember(this.btf, this.id, member) !== undefined;
  }

  #compile(path: string): Field {
    const place: Place = { hops: [], offset: 0, type: this.id };
    for (const part of path.match(/[^.[\]]+|\[\d+\]/g) ?? []) this.#step(place, part, path);
    return describe(this.btf, path, place);
  }

  #step(place: Place, part: string, path: string): void {
    const { btf } = this;
    let type = resolve(btf, place.type);
    if (type.kind === "pointer") {
      place.hops.push(place.offset);
      place.offset = 0;
      place.type = type.to;
      type = resolve(btf, type.to);
    }
    if (part.startsWith("[")) {
      const index = Number(part.slice(1, -1));
      if (type.kind === "array") place.type = type.of;
      else if (place.hops.length === 0) throw this.#lost(path, part);
      place.offset += index * sizeOf(btf, place.type);
      return;
    }
    const member = findMember(btf, place.type, part);
    if (member === undefined) throw this.#lost(path, part);
    if (member.bitWidth === undefined) place.offset += member.bitOffset / 8;
    else {
      const load = bitFieldLoad(btf, member);
      place.offset += load.byteOffset;
      place.bits = { shift: load.shift, width: load.width, size: load.bytes };
    }
    place.type = member.type;
  }

  #lost(path: string, part: string): Error {
    return new Error(`bug: the simulated kernel's ${this.name} has no ${path} (${part} leads nowhere)`);
  }
}

function describe(btf: Btf, path: string, { hops, offset, type: id, bits }: Place): Field {
  const type = resolve(btf, id);
  const common = { path, hops, offset, shift: 0, width: 0, signed: false, type: resolveId(btf, id) };
  if (bits) return { ...common, ...bits, kind: "bits", signed: isSigned(type) };
  const size = sizeOf(btf, id);
  switch (type.kind) {
    case "int":
    case "enum":
      return { ...common, size, kind: "int", signed: isSigned(type) };
    case "pointer":
      return { ...common, size, kind: "pointer", type: type.to };
    case "struct":
    case "union":
      return { ...common, size, kind: "struct" };
    case "array": {
      const of = resolve(btf, type.of);
      return { ...common, size, kind: of.kind === "int" && of.bytes === 1 ? "text" : "array", type: type.of };
    }
    default:
      throw new Error(`bug: ${path} is a ${type.kind}, which has no value`);
  }
}

function isSigned(type: BtfType): boolean {
  return (type.kind === "int" || type.kind === "enum") && type.signed;
}

/** Layouts by name, each made once: "task_struct", "struct sock", "union x". */
export class Layouts {
  readonly btf: Btf;
  readonly #byName = new Map<string, Layout>();
  readonly #byId = new Map<BtfId, Layout>();

  constructor(btf: Btf) {
    this.btf = btf;
  }

  /** Throws for a struct that the simulated kernel does not have. */
  named(name: string): Layout {
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    const id = findTypeByName(this.btf, /^(struct|union) /.test(name) ? name : `struct ${name}`);
    const found = id ?? findTypeByName(this.btf, name);
    if (found === undefined) throw new Error(`bug: the simulated kernel has no struct ${name}`);
    const layout = this.of(found);
    this.#byName.set(name, layout);
    return layout;
  }

  of(id: BtfId): Layout {
    const resolved = resolveId(this.btf, id);
    const known = this.#byId.get(resolved);
    if (known !== undefined) return known;
    const layout = new Layout(this.btf, resolved);
    this.#byId.set(resolved, layout);
    return layout;
  }
}
