import { resolve, sizeOf } from "../btf/layout.ts";
import type { Btf, BtfId, BtfType, Member } from "../btf/types.ts";
import type { ByteText } from "./byte-text.ts";
import { plainValue } from "./map-command-json.ts";
import { jsonOf } from "./object-command-select.ts";

/** The bytes of many values, one after the other. */
export type Values = Readonly<{ bytes: Uint8Array; view: DataView }>;

/** Writes the value that begins at a byte as JSON. */
export type ValueWriter = (out: ByteText, values: Values, at: number) => void;

const MOST_DEPTH = 20;
const ascii = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));

/** What writes values of a type as `plainValue` shows them, many of them quickly. Throws BtfError. */
export function valueWriter(btf: Btf, id: BtfId, depth = 0): ValueWriter {
  const type = resolve(btf, id);
  if (depth > MOST_DEPTH) return slowWriter(btf, id);
  switch (type.kind) {
    case "int":
      return type.bool || type.bytes > 8 ? slowWriter(btf, id) : integerWriter(type.bytes, type.signed);
    case "enum":
      return enumWriter(type, btf, id);
    case "pointer":
      return integerWriter(8, false);
    case "array":
      return arrayWriter(btf, type, depth);
    case "struct":
    case "union":
      return membersWriter(btf, type.members, depth);
    default:
      return slowWriter(btf, id);
  }
}

/** For what is rare: by way of a plain value. */
function slowWriter(btf: Btf, id: BtfId): ValueWriter {
  const type = resolve(btf, id);
  const hasSize = type.kind !== "void" && type.kind !== "funcProto" && type.kind !== "forward";
  const size = hasSize ? sizeOf(btf, id) : 0;
  return (out, { bytes }, at) => writeAny(out, jsonOf(plainValue(btf, id, bytes.subarray(at, at + size))));
}

/** Text that may hold other than ASCII. */
export function writeAny(out: ByteText, text: string): void {
  out.raw(new TextEncoder().encode(text));
}

function integerWriter(bytes: number, signed: boolean): ValueWriter {
  switch (bytes) {
    case 1:
      return signed
        ? (out, { view }, at) => out.int32(view.getInt8(at))
        : (out, { view }, at) => out.uint32(view.getUint8(at));
    case 2:
      return signed
        ? (out, { view }, at) => out.int32(view.getInt16(at, true))
        : (out, { view }, at) => out.uint32(view.getUint16(at, true));
    case 4:
      return signed
        ? (out, { view }, at) => out.int32(view.getInt32(at, true))
        : (out, { view }, at) => out.uint32(view.getUint32(at, true));
    case 8:
      return signed
        ? (out, { view }, at) => out.int64(view.getUint32(at, true), view.getInt32(at + 4, true))
        : (out, { view }, at) => out.uint64(view.getUint32(at, true), view.getUint32(at + 4, true));
    default:
      return (out, { bytes: all }, at) => {
        let value = 0n;
        for (let i = bytes - 1; i >= 0; i--) value = (value << 8n) | BigInt(all[at + i] ?? 0);
        out.text(String(signed ? BigInt.asIntN(bytes * 8, value) : value));
      };
  }
}

function enumWriter(type: Extract<BtfType, { kind: "enum" }>, btf: Btf, id: BtfId): ValueWriter {
  if (type.bytes !== 4) return slowWriter(btf, id);
  const names = new Map<number, Uint8Array>();
  for (const { name, value } of type.members) {
    const number = Number(BigInt.asIntN(32, value));
    if (!names.has(number)) names.set(number, new TextEncoder().encode(JSON.stringify(name)));
  }
  const plain = integerWriter(4, type.signed);
  return (out, values, at) => {
    const name = names.get(values.view.getInt32(at, true));
    if (name === undefined) plain(out, values, at);
    else out.raw(name);
  };
}

const [QUOTE, BACKSLASH, COMMA, OPEN, CLOSE] = [0x22, 0x5c, 0x2c, 0x5b, 0x5d] as const;

function arrayWriter(
  btf: Btf,
  { of, length }: Extract<BtfType, { kind: "array" }>,
  depth: number,
): ValueWriter {
  const element = resolve(btf, of);
  const size = sizeOf(btf, of);
  const one = valueWriter(btf, of, depth + 1);
  const count = size === 0 ? 0 : length;
  const list: ValueWriter = (out, values, at) => {
    out.byte(OPEN);
    for (let i = 0; i < count; i++) {
      if (i > 0) out.byte(COMMA);
      one(out, values, at + i * size);
    }
    out.byte(CLOSE);
  };
  if (element.kind !== "int" || element.name !== "char") return list;
  return (out, values, at) => {
    const end = textEnd(values.bytes, at, length);
    if (end === -1) return list(out, values, at);
    out.byte(QUOTE);
    for (let i = at; i < end; i++) {
      const byte = values.bytes[i] as number;
      if (byte === QUOTE || byte === BACKSLASH) out.byte(BACKSLASH);
      out.byte(byte);
    }
    out.byte(QUOTE);
  };
}

/** Where a text ends; -1 when it has no end, or holds other characters. */
function textEnd(bytes: Uint8Array, at: number, length: number): number {
  for (let i = at; i < at + length; i++) {
    const byte = bytes[i] as number;
    if (byte === 0) return i;
    if (byte < 32 || byte > 126) return -1;
  }
  return -1;
}

function membersWriter(btf: Btf, members: readonly Member[], depth: number): ValueWriter {
  const parts = members.map((member, i) => ({
    head: new TextEncoder().encode(`${i === 0 ? "{" : ","}${JSON.stringify(member.name)}:`),
    offset: Math.floor(member.bitOffset / 8),
    write: memberWriter(btf, member, depth),
  }));
  const tail = ascii(parts.length === 0 ? "{}" : "}");
  return (out, values, at) => {
    for (let i = 0; i < parts.length; i++) {
      const part = parts[i] as (typeof parts)[number];
      out.raw(part.head);
      part.write(out, values, at + part.offset);
    }
    out.raw(tail);
  };
}

/** A bit-field is a text of hexadecimal digits; `at` is the byte in which it begins. */
function memberWriter(btf: Btf, { type, bitOffset, bitWidth }: Member, depth: number): ValueWriter {
  if (!bitWidth) return valueWriter(btf, type, depth + 1);
  const shift = BigInt(bitOffset % 8);
  const bytes = Math.ceil(((bitOffset % 8) + bitWidth) / 8);
  const mask = (1n << BigInt(bitWidth)) - 1n;
  return (out, { bytes: all }, at) => {
    let value = 0n;
    for (let i = bytes - 1; i >= 0; i--) value = (value << 8n) | BigInt(all[at + i] ?? 0);
    out.text(`"0x${((value >> shift) & mask).toString(16)}"`);
  };
}
