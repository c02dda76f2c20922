import { resolve, resolveId, sizeOf } from "../btf/layout.ts";
import type { Btf, BtfId, BtfType } from "../btf/types.ts";
import type { CoreKind } from "./core-relocation.ts";
import { type CoreSpec, familyOf } from "./core-spec.ts";
import { ObjectError } from "./error.ts";

/** What a relocation yields in one BTF. */
export type CoreValue = Readonly<{
  /** "missing": the instruction must not be reached. */
  value: bigint | "missing";
  /** Whether the instruction is known to hold the value that the object's own types yield. */
  isCertain: boolean;
  /** The field that a load or store moves: its size in bytes and its type. Only for its offset. */
  field?: Readonly<{ bytes: number; type: BtfType }>;
}>;

/** Computes a relocation's value where `spec` leads; undefined stands for a target that has no such thing. */
export function coreValue(what: CoreKind, spec: CoreSpec | undefined): CoreValue {
  switch (familyOf(what)) {
    case "field":
      if (what === "fieldExists") return { value: spec ? 1n : 0n, isCertain: true };
      return spec === undefined ? { value: "missing", isCertain: true } : fieldValue(what, spec);
    case "type":
      return typeValue(what, spec);
    case "enumerator":
      if (what === "enumvalExists") return { value: spec ? 1n : 0n, isCertain: true };
      return { value: spec === undefined ? "missing" : enumeratorValue(spec), isCertain: true };
  }
}

function typeValue(what: CoreKind, spec: CoreSpec | undefined): CoreValue {
  if (spec === undefined) return { value: 0n, isCertain: true };
  if (what === "typeIdTarget" || what === "typeIdLocal") return { value: BigInt(spec.root), isCertain: false };
  if (what === "typeSize") return { value: BigInt(sizeOf(spec.btf, spec.root)), isCertain: true };
  return { value: 1n, isCertain: true };
}

function enumeratorValue({ btf, accessors }: CoreSpec): bigint {
  const [accessor] = accessors;
  const type = accessor && btf.type(accessor.type);
  const member = type?.kind === "enum" ? type.members[accessor?.index ?? 0] : undefined;
  if (member === undefined) throw new Error("bug: an enumerator that is in no enum");
  return BigInt.asUintN(64, member.value);
}

function fieldValue(what: CoreKind, spec: CoreSpec): CoreValue {
  const { btf, accessors, bitOffset } = spec;
  const last = accessors.at(-1);
  if (last === undefined) throw new Error("bug: a field without an access");
  if (last.name === undefined) return elementValue(what, spec, last.type);
  const owner = btf.type(last.type);
  const member = owner.kind === "struct" || owner.kind === "union" ? owner.members[last.index] : undefined;
  if (member === undefined) throw new Error("bug: a member that is in no struct");
  const id = resolveId(btf, member.type);
  const isBitField = member.bitWidth !== undefined;
  const bytes = isBitField ? loadBytes(btf, id, bitOffset, member.bitWidth ?? 0) : sizeOf(btf, id);
  const byteOffset = isBitField ? Math.floor(bitOffset / 8 / bytes) * bytes : Math.floor(bitOffset / 8);
  const bits = member.bitWidth ?? bytes * 8;
  const isCertain = !isBitField; // compilers choose different loads for bit-fields
  switch (what) {
    case "fieldByteOffset": {
      const value = BigInt(byteOffset);
      return isBitField ? { value, isCertain } : { value, isCertain, field: movedField(btf, id) };
    }
    case "fieldByteSize":
      return { value: BigInt(bytes), isCertain };
    case "fieldSigned": {
      const type = btf.type(id);
      return { value: (type.kind === "int" || type.kind === "enum") && type.signed ? 1n : 0n, isCertain: true };
    }
    case "fieldLshift":
      return { value: BigInt(64 - (bitOffset + bits - byteOffset * 8)), isCertain };
    case "fieldRshift":
      return { value: BigInt(64 - bits), isCertain: true };
    default:
      throw new Error(`bug: ${what} is not about a field`);
  }
}

function elementValue(what: CoreKind, { btf, bitOffset }: CoreSpec, type: BtfId): CoreValue {
  if (what === "fieldByteOffset")
    return { value: BigInt(Math.floor(bitOffset / 8)), isCertain: true, field: movedField(btf, type) };
  if (what === "fieldByteSize") return { value: BigInt(sizeOf(btf, type)), isCertain: true };
  throw new ObjectError("object/bad-core", `${what} of an array's element is not supported`, {
    section: ".BTF.ext",
    remedy: "ask for it of a struct's member",
  });
}

/** A load or store moves one element of an array. */
function movedField(btf: Btf, id: BtfId): { bytes: number; type: BtfType } {
  let at = resolveId(btf, id);
  for (let type = btf.type(at), depth = 0; type.kind === "array" && depth < 64; type = btf.type(at), depth++)
    at = resolveId(btf, type.of);
  return { bytes: sizeOf(btf, at), type: resolve(btf, at) };
}

/** Bytes of the smallest aligned load, of the field's type or larger, that covers a bit-field. */
function loadBytes(btf: Btf, id: BtfId, bitOffset: number, bits: number): number {
  for (let bytes = sizeOf(btf, id); bytes > 0 && bytes <= 8; bytes *= 2) {
    const start = Math.floor(bitOffset / 8 / bytes) * bytes;
    if (bitOffset + bits - start * 8 <= bytes * 8) return bytes;
  }
  throw new ObjectError("object/bad-core", `a bit-field of ${bits} bits at bit ${bitOffset} needs two loads`, {
    section: ".BTF.ext",
    remedy: "read the bytes that hold it with bpf_probe_read_kernel and shift them yourself",
  });
}

/** Whether a load or store of the one field can be made one of the other size: pointers, and unsigned integers. */
export function canResize(from: BtfType, to: BtfType): boolean {
  if (from.kind === "pointer" && to.kind === "pointer") return true;
  return from.kind === "int" && to.kind === "int" && !isPlainSigned(from) && !isPlainSigned(to);
}

/** libbpf compares the whole encoding, so that signed `char` and `bool` count as unsigned. */
function isPlainSigned(type: BtfType & { kind: "int" }): boolean {
  return type.signed && !type.char && !type.bool;
}
