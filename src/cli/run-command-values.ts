import { resolve, sizeOf } from "../btf/layout.ts";
import type { Btf, BtfId, BtfType, Member } from "../btf/types.ts";
import type { ValueField, ValueType } from "../plan/value-type.ts";

const MAX_DEPTH = 24;

/** How a value of that BTF type lies in memory and is shown. Throws BtfError for types without a size. */
export function valueTypeOf(btf: Btf, id: BtfId): ValueType {
  return convert(btf, id, 0);
}

function convert(btf: Btf, id: BtfId, depth: number): ValueType {
  const type = resolve(btf, id);
  if (depth > MAX_DEPTH) return bytesOf(sizeOf(btf, id));
  switch (type.kind) {
    case "int":
      return integer(type);
    case "enum":
      return {
        ...sized(type),
        kind: "enum",
        name: type.name,
        members: type.members.map((m) => [m.name, m.value]),
      };
    case "pointer":
      return { kind: "pointer" };
    case "array":
      return array(btf, type, depth);
    case "struct":
    case "union":
      return { kind: "struct", name: type.name, size: type.bytes, fields: fields(btf, type.members, 0, depth) };
    default:
      return bytesOf(sizeOf(btf, id));
  }
}

function sized({ bytes, signed }: { bytes: number; signed: boolean }): {
  size: 1 | 2 | 4 | 8;
  signed: boolean;
} {
  return { size: bytes === 1 || bytes === 2 || bytes === 4 ? bytes : 8, signed };
}

function integer(type: Extract<BtfType, { kind: "int" }>): ValueType {
  if (type.bool && type.bytes === 1) return { kind: "bool" };
  if (type.bytes > 8) return bytesOf(type.bytes);
  return { kind: "int", ...sized(type) };
}

function array(btf: Btf, { of, length }: Extract<BtfType, { kind: "array" }>, depth: number): ValueType {
  const element = resolve(btf, of);
  if (element.kind === "int" && element.name === "char" && length > 0) return { kind: "string", size: length };
  return { kind: "array", of: convert(btf, of, depth + 1), length, stride: sizeOf(btf, of) };
}

function bytesOf(length: number): ValueType {
  return { kind: "array", of: { kind: "int", size: 1, signed: false }, length, stride: 1 };
}

/** Members of unnamed members count as the struct's own. */
function fields(btf: Btf, members: readonly Member[], base: number, depth: number): ValueField[] {
  return members.flatMap((member): ValueField[] => {
    const bit = base + member.bitOffset;
    const inner = resolve(btf, member.type);
    if (member.name === "" && (inner.kind === "struct" || inner.kind === "union") && depth < MAX_DEPTH)
      return fields(btf, inner.members, bit, depth + 1);
    if (member.name === "") return []; // padding
    const { name, bitWidth } = member;
    const offset = Math.floor(bit / 8);
    const type = convert(btf, member.type, depth + 1);
    return [{ name, type, offset, ...(bitWidth && { bits: { shift: bit % 8, width: bitWidth } }) }];
  });
}
