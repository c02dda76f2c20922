import { BtfBuilder } from "../btf/encode.ts";
import type { BtfId, BtfType, EnumMember, Member, Param } from "../btf/types.ts";
import { ByteReader } from "./byte-reader.ts";
import { AT, ATE, TAG } from "./constants.ts";
import type { DwarfProgram } from "./program.ts";
import type { Entry } from "./unit.ts";

const VOID = 0 as BtfId;
const MOST_TYPES = 1 << 18;
const PLUS_UCONST = 0x23; // DW_OP_plus_uconst: where members lie in old versions

/**
 * Writes types of debug information as BTF. Types of one entry are written once; what BTF cannot say (templates'
 * values, pointers to members) becomes the number that has its size.
 */
export class TypesToBtf {
  readonly builder = new BtfBuilder();
  readonly #program: DwarfProgram;
  readonly #known = new Map<string, BtfId>();
  #index: BtfId | undefined;

  constructor(program: DwarfProgram) {
    this.#program = program;
  }

  /** The type that an entry has, by its attribute; void without one. Throws DwarfError. */
  typeOf(entry: Entry): BtfId {
    return this.type(this.#program.typeOf(entry));
  }

  /** A type's entry as BTF. Throws DwarfError. */
  type(entry: Entry | undefined): BtfId {
    if (entry === undefined) return VOID;
    const key = `${entry.unit.isTypes ? "t" : ""}${entry.offset}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.#known.size >= MOST_TYPES) return VOID;
    const same = this.#elsewhere(entry);
    if (same !== undefined) {
      // A type may stand for itself through others only where it is malformed.
      this.#known.set(key, VOID);
      const id = this.type(same);
      this.#known.set(key, id);
      return id;
    }
    const id = this.builder.reserve();
    this.#known.set(key, id);
    this.builder.define(id, this.#convert(entry));
    return id;
  }

  /** A function: its name, its parameters and what it returns. */
  function(entry: Entry): BtfId {
    const name = this.#program.nameOf(entry) ?? "";
    const proto = this.builder.add(this.#prototype(this.#program.withParameters(entry), this.typeOf(entry)));
    return this.builder.add({ kind: "func", name, proto, linkage: "static" });
  }

  /** Types that are others in BTF: a declaration stands for its definition, an atomic number is a number. */
  #elsewhere(entry: Entry): Entry | undefined {
    if (entry.tag === TAG.atomicType) return this.#program.target(entry, AT.type);
    const signature = entry.attributes.get(AT.signature);
    return signature === undefined ? undefined : this.#program.target(entry, AT.signature);
  }

  #convert(entry: Entry): BtfType {
    const { unit } = entry;
    const name = unit.text(entry, AT.name) ?? "";
    switch (entry.tag) {
      case TAG.baseType:
        return this.#base(entry, name);
      case TAG.pointerType:
      case TAG.referenceType:
      case TAG.rvalueReferenceType:
        return { kind: "pointer", to: this.typeOf(entry) };
      case TAG.constType:
        return { kind: "const", to: this.typeOf(entry) };
      case TAG.volatileType:
        return { kind: "volatile", to: this.typeOf(entry) };
      case TAG.restrictType:
        return { kind: "restrict", to: this.typeOf(entry) };
      case TAG.typedef:
        return { kind: "typedef", name, to: this.typeOf(entry) };
      case TAG.structureType:
      case TAG.classType:
        return this.#composite(entry, name, "struct");
      case TAG.unionType:
        return this.#composite(entry, name, "union");
      case TAG.enumerationType:
        return this.#enum(entry, name);
      case TAG.arrayType:
        return this.#array(entry);
      case TAG.subroutineType:
        return this.#prototype(entry, this.typeOf(entry));
      case TAG.unspecifiedType:
        return { kind: "typedef", name: name || "void", to: VOID };
      default:
        return this.#number("", unit.number(entry, AT.byteSize) ?? 8, false);
    }
  }

  #base(entry: Entry, name: string): BtfType {
    const bytes = entry.unit.number(entry, AT.byteSize) ?? 4;
    const encoding = entry.unit.number(entry, AT.encoding);
    switch (encoding) {
      case ATE.float:
      case ATE.complexFloat:
        return [2, 4, 8, 12, 16].includes(bytes)
          ? { kind: "float", name, bytes }
          : this.#number(name, bytes, false);
      case ATE.boolean:
        return { ...this.#number(name, bytes, false), bool: true };
      case ATE.signed:
        return this.#number(name, bytes, true);
      case ATE.signedChar:
      case ATE.unsignedChar:
        return this.#number(bytes === 1 && isChar(name) ? "char" : name, bytes, encoding === ATE.signedChar);
      default:
        return this.#number(name, bytes, false);
    }
  }

  #number(name: string, bytes: number, signed: boolean): BtfType & { kind: "int" } {
    const size = [1, 2, 4, 8, 16].includes(bytes) ? bytes : 8;
    return {
      kind: "int",
      name: name || "unsigned",
      bytes: size,
      signed,
      char: false,
      bool: false,
      bits: size * 8,
      bitOffset: 0,
    };
  }

  #composite(entry: Entry, name: string, kind: "struct" | "union"): BtfType {
    const { unit } = entry;
    const bytes = unit.number(entry, AT.byteSize);
    if (bytes === undefined || unit.has(entry, AT.declaration)) return { kind: "forward", name, of: kind };
    const members: Member[] = [];
    for (const child of unit.children(entry)) {
      if (child.tag === TAG.inheritance) members.push(this.#member(child, ""));
      // Static members have no place; old versions call them members all the same.
      if (child.tag !== TAG.member || unit.has(child, AT.declaration) || unit.has(child, AT.external)) continue;
      members.push(this.#member(child, unit.text(child, AT.name) ?? ""));
    }
    return { kind, name, bytes, members };
  }

  #member(entry: Entry, name: string): Member {
    const { unit } = entry;
    const type = this.typeOf(entry);
    const start = this.#memberAt(entry) * 8;
    const bitWidth = unit.number(entry, AT.bitSize);
    if (bitWidth === undefined) return { name, type, bitOffset: start };
    const direct = unit.number(entry, AT.dataBitOffset);
    if (direct !== undefined) return { name, type, bitOffset: direct, bitWidth };
    // Up to DWARF 3, bits are counted from the upper end of a unit of storage. DWARF 3, 5.6.6.
    const fromTop = unit.number(entry, AT.bitOffset) ?? 0;
    const declared = this.#program.typeOf(entry);
    const storage = unit.number(entry, AT.byteSize) ?? (declared && this.#sizeOf(declared)) ?? 4;
    return { name, type, bitOffset: start + storage * 8 - fromTop - bitWidth, bitWidth };
  }

  #sizeOf(entry: Entry): number | undefined {
    let at: Entry | undefined = entry;
    for (let steps = 0; at !== undefined && steps < 16; steps++) {
      const bytes = at.unit.number(at, AT.byteSize);
      if (bytes !== undefined) return bytes;
      at = this.#program.target(at, AT.type);
    }
    return undefined;
  }

  #memberAt(entry: Entry): number {
    const place = entry.attributes.get(AT.dataMemberLocation);
    if (place?.kind === "number") return Number(place.value);
    if (place?.kind !== "block" || place.bytes[0] !== PLUS_UCONST) return 0;
    return new ByteReader(place.bytes, ".debug_info", true, 1).uleb();
  }

  #enum(entry: Entry, name: string): BtfType {
    const { unit } = entry;
    const bytes = unit.number(entry, AT.byteSize) ?? 4;
    const members: EnumMember[] = [];
    for (const child of unit.children(entry)) {
      const value = child.attributes.get(AT.constValue);
      if (child.tag === TAG.enumerator && value?.kind === "number")
        members.push({ name: unit.text(child, AT.name) ?? "", value: value.value });
    }
    const underlying = this.#program.typeOf(entry);
    const encoding = underlying?.unit.number(underlying, AT.encoding);
    const signed = encoding === ATE.signed || members.some(({ value }) => value < 0n);
    return {
      kind: "enum",
      name,
      bytes,
      signed,
      members: members.map((member) => ({ ...member, value: inRange(member.value, bytes, signed) })),
    };
  }

  #array(entry: Entry): BtfType {
    const lengths: number[] = [];
    for (const child of entry.unit.children(entry))
      if (child.tag === TAG.subrangeType) lengths.push(lengthOf(child));
    this.#index ??= this.builder.addInt(4, false);
    const index = this.#index;
    let of = this.typeOf(entry);
    for (const length of lengths.slice(1).reverse())
      of = this.builder.add({ kind: "array", of, index, length });
    return { kind: "array", of, index, length: lengths[0] ?? 0 };
  }

  #prototype(entry: Entry, returns: BtfId): BtfType & { kind: "funcProto" } {
    const params: Param[] = [];
    let variadic = false;
    for (const child of entry.unit.children(entry)) {
      if (child.tag === TAG.unspecifiedParameters) variadic = true;
      if (child.tag !== TAG.formalParameter) continue;
      params.push({ name: this.#program.nameOf(child) ?? "", type: this.typeOf(child) });
    }
    return { kind: "funcProto", returns, params, variadic };
  }
}

function lengthOf(subrange: Entry): number {
  const count = subrange.unit.number(subrange, AT.count);
  const last = subrange.attributes.get(AT.upperBound);
  const length = count ?? (last?.kind === "number" ? Number(BigInt.asIntN(32, last.value)) + 1 : 0);
  return length >= 0 && length < 2 ** 32 ? length : 0;
}

/** Compilers differ in how they write numbers below zero. */
function inRange(value: bigint, bytes: number, signed: boolean): bigint {
  return signed ? BigInt.asIntN(bytes * 8, value) : BigInt.asUintN(bytes * 8, value);
}

/** Texts are made of these. */
function isChar(name: string): boolean {
  return name === "char" || name === "char8_t";
}
