import type { CForeign, CShape, CTag, CTypeStore } from "./c-type-store.ts";
import type { Btf, BtfId, BtfType } from "./types.ts";

/** Types of a `struct` inside of a `struct`, and so on, so deep at most. */
const MOST_DEPTH = 64;

/**
 * Takes over types from other BTF, the kernel's, that C text uses and does not define. What pointers point to stays a
 * name where it has one, so that a struct brings along what it holds and not all that it leads to.
 */
export class ForeignTypes implements CForeign {
  private readonly btf: Btf;
  private readonly store: CTypeStore;
  private readonly taken = new Map<BtfId, BtfId>();
  private readonly typedefs = new Map<string, BtfId | undefined>();

  constructor(btf: Btf, store: CTypeStore) {
    this.btf = btf;
    this.store = store;
  }

  typedef(name: string): BtfId | undefined {
    if (!this.typedefs.has(name)) {
      const [id] = this.btf.find(name, "typedef");
      this.typedefs.set(name, id === undefined ? undefined : this.take(id, 0));
    }
    return this.typedefs.get(name);
  }

  define(id: BtfId, tag: CTag, name: string): void {
    const [found] = this.btf.find(name, tag);
    if (found === undefined || this.taken.has(found)) return;
    this.taken.set(found, id);
    this.copy(id, this.btf.type(found), 0);
  }

  /** The type's id here; `asTarget`: a pointer leads to it, so a name is enough. */
  private take(id: BtfId, depth: number, asTarget = false): BtfId {
    if (id === 0) return id;
    const known = this.taken.get(id);
    if (known !== undefined) return known;
    const type = this.btf.type(id);
    if (type.kind === "struct" || type.kind === "union" || type.kind === "enum" || type.kind === "forward") {
      const tag = type.kind === "forward" ? type.of : type.kind;
      if (type.name !== "" && (asTarget || type.kind === "forward")) return this.store.tag(tag, type.name);
      if (type.name !== "") {
        const own = this.store.tag(tag, type.name);
        if (this.store.isDefined(own)) return own;
        this.taken.set(id, own);
        this.copy(own, type, depth);
        return own;
      }
    }
    const own = this.store.reserve();
    this.taken.set(id, own);
    this.copy(own, type, depth);
    return own;
  }

  private copy(own: BtfId, type: BtfType, depth: number): void {
    const copied = depth > MOST_DEPTH ? ({ kind: "int", ...OPAQUE } as const) : this.copied(type, depth + 1);
    this.store.adopt(own, copied, this.shapeOf(copied));
  }

  private copied(type: BtfType, depth: number): BtfType {
    switch (type.kind) {
      case "pointer":
        return { ...type, to: this.take(type.to, depth, true) };
      case "typedef":
      case "const":
      case "volatile":
      case "restrict":
      case "typeTag":
        return { ...type, to: this.take(type.to, depth) };
      case "array":
        return { ...type, of: this.take(type.of, depth), index: this.take(type.index, depth) };
      case "struct":
      case "union":
        return { ...type, members: type.members.map((m) => ({ ...m, type: this.take(m.type, depth) })) };
      case "funcProto":
        return { ...type, returns: 0 as BtfId, params: [] };
      case "int":
      case "enum":
      case "float":
      case "forward":
        return type;
      default:
        return { kind: "int", ...OPAQUE };
    }
  }

  private shapeOf(type: BtfType): CShape {
    switch (type.kind) {
      case "int":
      case "enum":
      case "float":
        return { bytes: type.bytes, align: type.bytes };
      case "pointer":
        return { bytes: 8, align: 8 };
      case "array": {
        const of = this.store.shape(type.of);
        return { bytes: (of?.bytes ?? 0) * type.length, align: of?.align ?? 1 };
      }
      case "struct":
      case "union": {
        // BTF does not say it: the members' largest that the members' places and the size allow.
        let align = 1;
        for (const member of type.members) align = Math.max(align, this.store.shape(member.type)?.align ?? 1);
        const fits = (to: number) =>
          type.bytes % to === 0 &&
          type.members.every(
            (m) =>
              m.bitWidth !== undefined ||
              (m.bitOffset >> 3) % Math.min(to, this.store.shape(m.type)?.align ?? 1) === 0,
          );
        while (align > 1 && !fits(align)) align >>= 1;
        return { bytes: type.bytes, align };
      }
      case "typedef":
      case "const":
      case "volatile":
      case "restrict":
      case "typeTag":
        return this.store.shape(type.to) ?? { bytes: 0, align: 1 };
      default:
        return { bytes: 0, align: 1 };
    }
  }
}

const OPAQUE = { name: "long", bytes: 8, signed: true, char: false, bool: false, bits: 64, bitOffset: 0 };
