import { BtfError } from "./error.ts";
import { MAX_DEPTH } from "./kinds.ts";
import type { Btf, BtfId, BtfType, Member } from "./types.ts";

/** Only 64-bit kernels have eBPF worth the name. */
export const POINTER_BYTES = 8;
const MAX_SIZE_BYTES = 2 ** 32;
const MAX_FIELDS = 1 << 20;

/** A struct or union. */
export type Aggregate = Extract<BtfType, { members: readonly Member[] }>;

/** Looks through typedefs, const, volatile, restrict and type tags. Throws BtfError when they form a cycle. */
export function resolveId(btf: Btf, id: BtfId): BtfId {
  let at = id;
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    const type = btf.type(at);
    switch (type.kind) {
      case "typedef":
      case "const":
      case "volatile":
      case "restrict":
      case "typeTag":
        at = type.to;
        break;
      default:
        return at;
    }
  }
  throw new BtfError("btf/cycle", `type ${id} refers to itself, or through more than ${MAX_DEPTH} others`);
}

/** The type behind typedefs, qualifiers and type tags. Throws BtfError when they form a cycle. */
export function resolve(btf: Btf, id: BtfId): BtfType {
  return btf.type(resolveId(btf, id));
}

/** Bytes that a value of the type takes. Throws BtfError for types without a size: void, functions, forward declarations. */
export function sizeOf(btf: Btf, id: BtfId): number {
  let count = 1;
  let at = id;
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    const type = resolve(btf, at);
    if (type.kind !== "array") return checkedSize(count * elementSize(type, at));
    count = checkedSize(count * type.length);
    at = type.of;
  }
  throw new BtfError("btf/cycle", `array type ${id} contains itself, or has more than ${MAX_DEPTH} dimensions`);
}

function elementSize(type: BtfType, id: BtfId): number {
  switch (type.kind) {
    case "int":
    case "float":
    case "enum":
    case "struct":
    case "union":
    case "section":
      return type.bytes;
    case "pointer":
      return POINTER_BYTES;
    default:
      throw new BtfError("btf/no-size", `type ${id} (${type.kind}) has no size`, {
        remedy: "use a pointer to it, or a type that the kernel's BTF defines in full",
      });
  }
}

function checkedSize(bytes: number): number {
  if (bytes > MAX_SIZE_BYTES)
    throw new BtfError("btf/too-large", `an array of ${bytes} bytes is larger than 4 GiB`);
  return bytes;
}

/** A member as it is reached from the outermost struct: `path` is "a.b", without unnamed members. */
export type FlatField = Readonly<{
  path: string;
  name: string;
  type: BtfId;
  bitOffset: number;
  bitWidth?: number;
  /** A last member of length 0: its elements lie behind the struct. */
  flexible?: true;
}>;

/**
 * The fields of a struct or union with offsets from its start; unnamed members are looked through. `nested: true` also
 * replaces each member that is a struct or union by its own fields. Arrays stay whole. Throws BtfError.
 */
export function flattenFields(btf: Btf, id: BtfId, options: { nested?: boolean } = {}): readonly FlatField[] {
  const fields: FlatField[] = [];
  let visits = 0;
  const visit = (at: BtfId, prefix: string, base: number, depth: number): void => {
    if (depth > MAX_DEPTH) throw new BtfError("btf/cycle", `type ${id} contains itself, or is nested too deep`);
    if (++visits > MAX_FIELDS) throw new BtfError("btf/too-large", `type ${id} has more than a million parts`);
    const type = resolve(btf, at);
    if (type.kind !== "struct" && type.kind !== "union")
      throw new BtfError("btf/not-a-struct", `type ${at} (${type.kind}) has no members`, {
        remedy: "give a struct or union",
      });
    for (const member of type.members) {
      const bitOffset = base + member.bitOffset;
      const inner = member.bitWidth === undefined ? resolve(btf, member.type) : undefined;
      const isAggregate = inner?.kind === "struct" || inner?.kind === "union";
      if (isAggregate && (member.name === "" || options.nested)) {
        visit(member.type, member.name === "" ? prefix : `${prefix}${member.name}.`, bitOffset, depth + 1);
        continue;
      }
      if (member.name === "") continue; // padding
      if (fields.length >= MAX_FIELDS)
        throw new BtfError("btf/too-large", `type ${id} has more than a million fields`);
      const flexible = inner?.kind === "array" && inner.length === 0;
      const path = prefix + member.name;
      fields.push({ ...member, path, bitOffset, ...(flexible && { flexible: true }) });
    }
  };
  visit(id, "", 0, 0);
  return fields;
}

/**
 * How to read a bit-field on a little-endian machine: load `bytes` bytes at `byteOffset`, shift right by `shift`, keep
 * `width` bits, and sign-extend from them if `signed`. Aligned where the field allows it.
 */
export type BitFieldLoad = Readonly<{
  byteOffset: number;
  bytes: 1 | 2 | 4 | 8;
  shift: number;
  width: number;
  signed: boolean;
}>;

/** The load for a bit-field; throws BtfError for one that no load of 8 bytes covers (only packed structs have them). */
export function bitFieldLoad(btf: Btf, member: Pick<Member, "type" | "bitOffset" | "bitWidth">): BitFieldLoad {
  const width = member.bitWidth ?? sizeOf(btf, member.type) * 8;
  const type = resolve(btf, member.type);
  const signed = (type.kind === "int" || type.kind === "enum") && type.signed;
  for (const step of ["aligned", "byte"] as const)
    for (const bytes of [1, 2, 4, 8] as const) {
      const unit = step === "aligned" ? bytes : 1;
      const byteOffset = Math.floor(member.bitOffset / 8 / unit) * unit;
      const shift = member.bitOffset - byteOffset * 8;
      if (shift + width <= bytes * 8) return { byteOffset, bytes, shift, width, signed };
    }
  throw new BtfError(
    "btf/wide-bit-field",
    `a bit-field of ${width} bits at bit ${member.bitOffset} spans 9 bytes`,
    {
      remedy: "read the bytes that hold it with bpf_probe_read_kernel and shift them yourself",
    },
  );
}
