import { resolve, sizeOf } from "../btf/layout.ts";
import type { Btf, BtfId, BtfType, Member } from "../btf/types.ts";
import { readBits } from "../runtime/read-integer.ts";

const MOST_DEPTH = 24;

/**
 * A value in memory as `bpftool -j` shows it: enumerators by name, bit-fields in hex, character arrays as text, members
 * of unnamed members below "", sections as lists of their variables. Bytes beyond the end count as zero. Throws BtfError.
 */
export function plainValue(btf: Btf, id: BtfId, bytes: Uint8Array, depth = 0): unknown {
  const type = resolve(btf, id);
  if (depth > MOST_DEPTH) return hexBytes(bytes);
  switch (type.kind) {
    case "int":
      return integer(type, bytes);
    case "enum": {
      const value = number(bytes, type.bytes, type.signed);
      return type.members.find((m) => asSized(m.value, type) === BigInt(value))?.name ?? value;
    }
    case "pointer":
      return number(bytes, 8, false);
    case "array":
      return array(btf, type, bytes, depth);
    case "struct":
    case "union":
      return Object.fromEntries(
        type.members.map((member) => [member.name, memberValue(btf, member, bytes, depth)]),
      );
    case "section":
      return { [type.name]: variables(btf, type, bytes, depth) };
    default:
      return hexBytes(bytes);
  }
}

/** Bytes as bpftool writes them: "0x00" each. */
export function hexBytes(bytes: Uint8Array): string[] {
  return Array.from(bytes, (byte) => `0x${byte.toString(16).padStart(2, "0")}`);
}

function variables(
  btf: Btf,
  type: Extract<BtfType, { kind: "section" }>,
  bytes: Uint8Array,
  depth: number,
): unknown[] {
  return type.vars.map(({ type: id, offset, size }) => {
    const variable = btf.type(id);
    if (variable.kind !== "var") return {};
    return {
      [variable.name]: plainValue(btf, variable.type, bytes.subarray(offset, offset + size), depth + 1),
    };
  });
}

function memberValue(btf: Btf, member: Member, bytes: Uint8Array, depth: number): unknown {
  const at = Math.floor(member.bitOffset / 8);
  if (member.bitWidth) {
    const padded = new Uint8Array(bytes.length + 16);
    padded.set(bytes);
    return `0x${readBits(padded, at, { shift: member.bitOffset % 8, width: member.bitWidth }).toString(16)}`;
  }
  return plainValue(btf, member.type, bytes.subarray(at, at + sizeOf(btf, member.type)), depth + 1);
}

function array(
  btf: Btf,
  { of, length }: Extract<BtfType, { kind: "array" }>,
  bytes: Uint8Array,
  depth: number,
): unknown {
  const element = resolve(btf, of);
  if (element.kind === "int" && element.name === "char" && isText(bytes)) return text(bytes);
  const size = sizeOf(btf, of);
  const count = Math.min(length, size === 0 ? 0 : Math.ceil(bytes.length / size));
  return Array.from({ length: count }, (_, i) =>
    plainValue(btf, of, bytes.subarray(i * size, (i + 1) * size), depth + 1),
  );
}

// What has no end is no text, nor what holds other characters in front of it.
function isText(bytes: Uint8Array): boolean {
  const end = bytes.indexOf(0);
  return end !== -1 && bytes.subarray(0, end).every((byte) => byte >= 32 && byte < 127);
}

function text(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes.subarray(0, bytes.indexOf(0)));
}

function integer(type: Extract<BtfType, { kind: "int" }>, bytes: Uint8Array): unknown {
  if (type.bool) return number(bytes, type.bytes, false) !== 0;
  if (type.bytes > 8)
    return `0x${[...bytes]
      .reverse()
      .map((b) => b.toString(16).padStart(2, "0"))
      .join("")
      .replace(/^0+(?=.)/, "")}`;
  return number(bytes, type.bytes, type.signed);
}

function number(bytes: Uint8Array, size: number, signed: boolean): number | bigint {
  let value = 0n;
  for (let i = Math.min(size, bytes.length) - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] ?? 0);
  const sized = signed ? BigInt.asIntN(size * 8, value) : value;
  return size <= 4 ? Number(sized) : sized;
}

function asSized(value: bigint, { bytes, signed }: { bytes: number; signed: boolean }): bigint {
  return signed ? BigInt.asIntN(bytes * 8, value) : BigInt.asUintN(bytes * 8, value);
}
