import type { Btf, BtfId, BtfType, Member } from "../../btf/types.ts";
import type { Composite, CompositeField } from "./composite.ts";
import type { PointerSpace, Type } from "./types.ts";
import { I64, U64, VOID } from "./types.ts";

/** The language's view of BTF's types. Types are converted when they are asked for and kept. */
export class BtfTypes {
  readonly btf: Btf;
  /** Whether they are the kernel's, which lie elsewhere in other kernels; a program's own do not. */
  readonly isKernel: boolean;
  private readonly known = new Map<string, Type>();

  constructor(btf: Btf, isKernel = true) {
    this.btf = btf;
    this.isKernel = isKernel;
  }

  /** `space`: where pointers found in this type point; the kernel's own structures point into the kernel. */
  type(id: BtfId, space: PointerSpace = "kernel"): Type {
    const key = `${id} ${space}`;
    const known = this.known.get(key);
    if (known) return known;
    const type = this.convert(id, space);
    this.known.set(key, type);
    return type;
  }

  struct(name: string, kind: "struct" | "union" = "struct", space: PointerSpace = "kernel"): Type | undefined {
    const id = this.btf.find(name, kind)[0];
    return id === undefined ? undefined : this.type(id, space);
  }

  enum(name: string): Type | undefined {
    const id = this.btf.find(name, "enum")[0];
    return id === undefined ? undefined : this.type(id);
  }

  typedef(name: string, space?: PointerSpace): Type | undefined {
    const id = this.btf.find(name, "typedef")[0] ?? this.btf.find(name, "int")[0];
    return id === undefined ? undefined : this.type(id, space);
  }

  /** A member of any of the kernel's enums, named or not. */
  enumerator(name: string): { value: bigint; type: Type } | undefined {
    const found = this.btf.findEnumerators(name)[0];
    return found && { value: found.value, type: this.type(found.type) };
  }

  /** The names of all types of a kind; reads the whole BTF. */
  *names(kind: BtfType["kind"]): Iterable<string> {
    for (let id = 1; id < this.btf.count; id++)
      if (this.btf.kindOf(id as BtfId) === kind) yield this.btf.nameOf(id as BtfId);
  }

  /** The names of all members of enums; reads the whole BTF. */
  *enumeratorNames(): Iterable<string> {
    for (let id = 1; id < this.btf.count; id++) {
      if (this.btf.kindOf(id as BtfId) !== "enum") continue;
      const type = this.btf.type(id as BtfId);
      if (type.kind === "enum") for (const member of type.members) yield member.name;
    }
  }

  private convert(id: BtfId, space: PointerSpace): Type {
    const type = this.btf.type(id);
    switch (type.kind) {
      case "int":
        if (type.bool) return { kind: "bool" };
        return { kind: "int", size: intSize(type.bytes), signed: type.signed };
      case "enum":
        return {
          kind: "enum",
          size: intSize(type.bytes),
          signed: type.signed,
          name: type.name,
          members: type.members.map((m) => [m.name, m.value] as const),
        };
      case "pointer":
        return { kind: "pointer", to: this.pointee(type.to, space), space: this.pointeeSpace(type.to, space) };
      case "array": {
        const of = this.type(type.of, space);
        if (type.length > 0 && this.isChar(type.of)) return { kind: "string", size: type.length };
        return { kind: "array", of, length: type.length };
      }
      case "struct":
      case "union":
        return { kind: "struct", composite: new BtfComposite(this, id, type, space) };
      case "typedef":
      case "const":
      case "volatile":
      case "restrict":
      case "typeTag":
        return this.type(type.to, space);
      case "float":
        return type.bytes === 4 ? { kind: "int", size: 4, signed: false } : I64;
      case "forward":
        return (
          this.elsewhere(type.of, type.name, space) ?? {
            kind: "struct",
            composite: emptyComposite(`${type.of} ${type.name}`),
          }
        );
      case "funcProto":
      case "func":
      case "void":
        return VOID;
      default:
        return U64;
    }
  }

  /** What a type is that these types only name. */
  protected elsewhere(_kind: "struct" | "union", _name: string, _space: PointerSpace): Type | undefined {
    return undefined;
  }

  /** What a pointer points to. A `char *` points to single characters: its array of unknown length is read by str(). */
  private pointee(id: BtfId, space: PointerSpace): Type {
    return this.type(id, space);
  }

  /** The kernel marks pointers into user memory with a type tag "user". */
  private pointeeSpace(id: BtfId, space: PointerSpace): PointerSpace {
    let at = id;
    for (let steps = 0; steps < 8; steps++) {
      const type = this.btf.type(at);
      if (type.kind === "typeTag" && type.name === "user") return "user";
      if (type.kind !== "typeTag" && type.kind !== "const" && type.kind !== "volatile") break;
      at = type.to;
    }
    return space;
  }

  isChar(id: BtfId): boolean {
    let type = this.btf.type(id);
    for (let steps = 0; steps < 8; steps++) {
      if (type.kind === "int") return type.name === "char" && type.bytes === 1;
      if (type.kind !== "const" && type.kind !== "volatile") return false;
      type = this.btf.type(type.to);
    }
    return false;
  }
}

function intSize(bytes: number): 1 | 2 | 4 | 8 {
  return bytes === 1 || bytes === 2 || bytes === 4 ? bytes : 8;
}

function emptyComposite(name: string): Composite {
  return { name, bytes: 0, field: () => undefined, fields: () => [] };
}

class BtfComposite implements Composite {
  readonly name: string;
  readonly bytes: number;
  readonly id?: BtfId;
  private readonly types: BtfTypes;
  private readonly members: readonly Member[];
  private readonly space: PointerSpace;
  private readonly byName = new Map<string, CompositeField | undefined>();

  constructor(
    types: BtfTypes,
    id: BtfId,
    type: Extract<BtfType, { kind: "struct" | "union" }>,
    space: PointerSpace,
  ) {
    if (type.name !== "" && types.isKernel) this.id = id;
    this.types = types;
    this.name = `${type.kind} ${type.name || "(unnamed)"}`;
    this.bytes = type.bytes;
    this.members = type.members;
    this.space = space;
  }

  field(name: string): CompositeField | undefined {
    if (this.byName.has(name)) return this.byName.get(name);
    const found = this.search(this.members, 0, name, []);
    this.byName.set(name, found);
    return found;
  }

  fields(): readonly CompositeField[] {
    const all: CompositeField[] = [];
    this.collect(this.members, 0, all, []);
    return all;
  }

  private search(
    members: readonly Member[],
    baseBits: number,
    name: string,
    way: readonly number[],
  ): CompositeField | undefined {
    for (const [index, member] of members.entries()) {
      const path = [...way, index];
      if (member.name === name) return this.convert(member, baseBits, path);
      const inner = member.name === "" && way.length < 16 ? this.unnamed(member) : undefined;
      const found = inner && this.search(inner, baseBits + member.bitOffset, name, path);
      if (found) return found;
    }
    return undefined;
  }

  private collect(
    members: readonly Member[],
    baseBits: number,
    into: CompositeField[],
    way: readonly number[],
  ): void {
    for (const [index, member] of members.entries()) {
      const path = [...way, index];
      const inner = member.name === "" && way.length < 16 ? this.unnamed(member) : undefined;
      if (inner) this.collect(inner, baseBits + member.bitOffset, into, path);
      else if (member.name !== "") into.push(this.convert(member, baseBits, path));
    }
  }

  private unnamed(member: Member): readonly Member[] | undefined {
    let type = this.types.btf.type(member.type);
    for (let steps = 0; steps < 8 && (type.kind === "const" || type.kind === "volatile"); steps++)
      type = this.types.btf.type(type.to);
    return type.kind === "struct" || type.kind === "union" ? type.members : undefined;
  }

  private convert(member: Member, baseBits: number, path: readonly number[]): CompositeField {
    const type = this.types.type(member.type, this.space);
    const bit = baseBits + member.bitOffset;
    if (member.bitWidth === undefined || member.bitWidth === 0)
      return { name: member.name, type, offset: bit >> 3, path };
    return { name: member.name, type, path, ...bitField(bit, member.bitWidth, type) };
  }
}

/** The smallest aligned integer that holds bits `bit` … `bit + width - 1`, and where they lie in it. */
export function bitField(
  bit: number,
  width: number,
  type: Type,
): { offset: number; bits: { shift: number; width: number; loadBytes: 1 | 2 | 4 | 8 } } {
  for (const loadBytes of [1, 2, 4, 8] as const) {
    const offset = Math.floor(bit / (loadBytes * 8)) * loadBytes;
    const shift = bit - offset * 8;
    if (shift + width <= loadBytes * 8) return { offset, bits: { shift, width, loadBytes } };
  }
  const size = type.kind === "int" || type.kind === "enum" ? type.size : 8;
  const offset = Math.floor(bit / (size * 8)) * size;
  return { offset, bits: { shift: bit - offset * 8, width, loadBytes: 8 } };
}
