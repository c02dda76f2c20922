import { demangle } from "../base/demangle.ts";
import { unreachable } from "../base/errors.ts";
import { decodeText } from "../base/lossless-text.ts";
import type { EnumValue, Value } from "../base/shown-value.ts";
import { hasFieldNames } from "../base/shown-value.ts";
import { fieldName } from "../base/value-text.ts";
import type { ValueField, ValueType } from "../plan/value-type.ts";
import { sizeOfValue } from "../plan/value-type.ts";
import { formatInet, formatMac } from "./format-address.ts";
import { readBits, readInteger } from "./read-integer.ts";
import type { ResolvedSymbol, Resolver } from "./resolver.ts";
import type { StackReader } from "./stack-reader.ts";
import { compileStrftime } from "./strftime.ts";
import type { StringCache } from "./string-cache.ts";

/**
 * Reads the value at byte `at`. `base` and `end` bound the record that holds it: tails are found from `base`, and no
 * string reaches beyond `end`. `view` and `bytes` are the same memory. What is returned shares none of it.
 */
export type Decoder<T = Value> = (
  bytes: Uint8Array,
  view: DataView,
  base: number,
  at: number,
  end: number,
) => T;

/** What decoders need besides bytes. One per session. */
export type DecodeContext = Readonly<{
  resolver: Resolver;
  strings: StringCache;
  stacks: StackReader;
  probeNames: readonly string[];
  /** Whether C++'s and Rust's symbols are shown as their sources have them (default). */
  demangle?: boolean;
  /** Told of each address that nothing names; process 0 is the kernel. */
  unnamed?(process: number, address: bigint): void;
  /** Appended to strings that were probably cut; bpftrace's is "..". */
  cutMark: string;
}>;

type Tail = Extract<ValueType, { kind: "tailString" | "tailBuffer" }>;

/** Compiles a decoder for a field whose `offset` counts from where the decoder is pointed at. */
export function compileField(field: ValueField, context: DecodeContext): Decoder {
  const { type, offset, bits } = field;
  if (bits !== undefined) return compileBitField(type, offset, bits, context);
  const decode = compileDecoder(type, context);
  if (offset === 0) return decode;
  return (bytes, view, base, at, end) => decode(bytes, view, base, at + offset, end);
}

/** Compiles a decoder for a type, once per field; the decoder allocates nothing but its result. */
export function compileDecoder(type: ValueType, context: DecodeContext): Decoder {
  const { resolver } = context;
  switch (type.kind) {
    case "none":
      return () => null;
    case "int":
      return readInteger(type.size, type.signed);
    case "bool":
      return (bytes, _view, _base, at) => bytes[at] !== 0;
    case "enum":
      return compileEnum(type, readInteger(type.size, type.signed));
    case "pointer":
      return readInteger(8, false);
    case "string":
      return compileString(type.size, context);
    case "tailString":
      return compileTailString(type, context);
    case "tailBuffer":
      return compileTailBuffer;
    case "buffer":
      return compileBuffer(type.size);
    case "array":
      return compileArray(type, context);
    case "tuple":
    case "struct":
      return compileFields(type, context);
    case "ksym":
      return (_bytes, view, _base, at) => {
        const address = view.getBigUint64(at, true);
        return named(resolver.kernelSymbol(address), context) ?? unnamed(0, address, context);
      };
    case "usym":
      return (_bytes, view, _base, at) => {
        const address = view.getBigUint64(at, true);
        const pid = view.getUint32(at + 8, true);
        return named(resolver.userSymbol(pid, address), context) ?? unnamed(pid, address, context);
      };
    case "stack":
      return (_bytes, view, _base, at) => context.stacks.read(type, view, at);
    case "inet":
      return (bytes, view, _base, at) => formatInet(view.getUint32(at, true), bytes, at + 8);
    case "mac":
      return (bytes, _view, _base, at) => formatMac(bytes, at);
    case "timestamp":
      return compileTimestamp(type, resolver);
    case "cgroupPath":
      return (_bytes, view, _base, at) => {
        const id = view.getBigUint64(at, true);
        return resolver.cgroupPath(id, type.hierarchy) ?? String(id);
      };
    case "username":
      return (_bytes, view, _base, at) => {
        const uid = view.getBigUint64(at, true);
        return resolver.userName(uid) ?? String(uid);
      };
    case "strerror":
      return (_bytes, view, _base, at) => {
        const errno = Number(view.getBigInt64(at, true));
        return resolver.errorText(errno) ?? `Unknown error ${errno}`;
      };
    case "probe":
      return (_bytes, view, _base, at) => context.probeNames[Number(view.getBigUint64(at, true))] ?? "";
    default:
      return unreachable(type);
  }
}

function named(
  symbol: ResolvedSymbol | undefined,
  { demangle: isPlain = true }: DecodeContext,
): string | undefined {
  return symbol && ((isPlain ? demangle(symbol.name) : undefined) ?? symbol.name);
}

/** What an address is shown as that no symbol covers; a null pointer is a plain 0. */
function unnamed(process: number, address: bigint, context: DecodeContext): string {
  context.unnamed?.(process, address);
  return address === 0n ? "0" : `0x${address.toString(16)}`;
}

function compileTimestamp(type: Extract<ValueType, { kind: "timestamp" }>, resolver: Resolver): Decoder {
  const format = compileStrftime(type.format);
  return (_bytes, view, _base, at) => format(view.getBigUint64(at, true) + resolver.clockOffsetNs(type.clock));
}

function compileEnum(
  type: Extract<ValueType, { kind: "enum" }>,
  read: Decoder<number | bigint>,
): Decoder<EnumValue> {
  const known = new Map<number | bigint, EnumValue>();
  for (const [name, member] of type.members) {
    const wide = type.signed ? BigInt.asIntN(type.size * 8, member) : BigInt.asUintN(type.size * 8, member);
    const value = type.size === 8 ? wide : Number(wide);
    if (!known.has(value)) known.set(value, Object.freeze({ name, value }));
  }
  return (bytes, view, base, at, end) => {
    const value = read(bytes, view, base, at, end);
    return known.get(value) ?? { value };
  };
}

function compileBitField(
  type: ValueType,
  offset: number,
  bits: Readonly<{ shift: number; width: number }>,
  context: DecodeContext,
): Decoder {
  if (type.kind === "bool") return (bytes, _view, _base, at) => readBits(bytes, at + offset, bits) !== 0n;
  if (type.kind !== "int" && type.kind !== "enum") return compileField({ type, offset }, context);
  const { size, signed } = type;
  const read: Decoder<number | bigint> = (bytes, _view, _base, at) => {
    const raw = readBits(bytes, at + offset, bits);
    const value = signed ? BigInt.asIntN(bits.width, raw) : raw;
    return size === 8 ? value : Number(value);
  };
  return type.kind === "enum" ? compileEnum(type, read) : read;
}

function compileString(size: number, { strings }: DecodeContext): Decoder<string> {
  return (bytes, _view, _base, at, end) => {
    const limit = Math.min(at + size, end);
    let stop = at;
    while (stop < limit && bytes[stop] !== 0) stop++;
    return strings.text(bytes, at, stop);
  };
}

/** Where a tail lies in `bytes`: [start, end), inside the record whatever the numbers say. */
export function tailBounds(
  view: DataView,
  base: number,
  at: number,
  end: number,
): { start: number; stop: number } {
  const start = Math.min(base + view.getUint32(at, true), end);
  return { start, stop: Math.min(start + view.getUint32(at + 4, true), end) };
}

function compileTailString(type: Tail, { strings, cutMark }: DecodeContext): Decoder<string> {
  return (bytes, view, base, at, end) => {
    const { start, stop } = tailBounds(view, base, at, end);
    let nul = start;
    while (nul < stop && bytes[nul] !== 0) nul++;
    const text = strings.text(bytes, start, nul);
    return nul - start >= type.limit ? text + cutMark : text;
  };
}

const compileTailBuffer: Decoder<Uint8Array> = (bytes, view, base, at, end) => {
  const { start, stop } = tailBounds(view, base, at, end);
  return bytes.slice(start, stop);
};

function compileBuffer(size: number): Decoder<Uint8Array> {
  return (bytes, view, _base, at, end) => {
    const length = Math.min(view.getUint32(at, true), size);
    return bytes.slice(at + 4, Math.min(at + 4 + length, end));
  };
}

function compileArray(type: Extract<ValueType, { kind: "array" }>, context: DecodeContext): Decoder {
  const { length, stride } = type;
  const decode = compileDecoder(type.of, context);
  return (bytes, view, base, at, end) => {
    const items = new Array<Value>(length);
    for (let i = 0; i < length; i++) items[i] = decode(bytes, view, base, at + i * stride, end);
    return items;
  };
}

function compileFields(
  type: Extract<ValueType, { kind: "tuple" | "struct" }>,
  context: DecodeContext,
): Decoder {
  const decoders = type.fields.map((field) => compileField(field, context));
  if (!hasFieldNames(type)) {
    return (bytes, view, base, at, end) => {
      const items = new Array<Value>(decoders.length);
      for (let i = 0; i < decoders.length; i++) items[i] = (decoders[i] as Decoder)(bytes, view, base, at, end);
      return items;
    };
  }
  const names = type.fields.map((field, i) => fieldName(field.name, i));
  const template: Record<string, Value> = Object.fromEntries(names.map((name) => [name, ""]));
  return (bytes, view, base, at, end) => {
    const fields = { ...template }; // a copy is faster than an object that grows
    fillFirst(fields, names, decoders, bytes, view, base, at, end);
    for (let i = UNROLLED; i < decoders.length; i++)
      fields[names[i] as string] = (decoders[i] as Decoder)(bytes, view, base, at, end);
    return fields;
  };
}

const UNROLLED = 12;

/** The first fields, each in a line of its own: engines remember for each line what it decodes and where it stores that. */
function fillFirst(
  into: Record<string, Value>,
  names: readonly string[],
  decoders: readonly Decoder[],
  bytes: Uint8Array,
  view: DataView,
  base: number,
  at: number,
  end: number,
): void {
  const count = decoders.length;
  if (count > 0) into[names[0] as string] = (decoders[0] as Decoder)(bytes, view, base, at, end);
  if (count > 1) into[names[1] as string] = (decoders[1] as Decoder)(bytes, view, base, at, end);
  if (count > 2) into[names[2] as string] = (decoders[2] as Decoder)(bytes, view, base, at, end);
  if (count > 3) into[names[3] as string] = (decoders[3] as Decoder)(bytes, view, base, at, end);
  if (count > 4) into[names[4] as string] = (decoders[4] as Decoder)(bytes, view, base, at, end);
  if (count > 5) into[names[5] as string] = (decoders[5] as Decoder)(bytes, view, base, at, end);
  if (count > 6) into[names[6] as string] = (decoders[6] as Decoder)(bytes, view, base, at, end);
  if (count > 7) into[names[7] as string] = (decoders[7] as Decoder)(bytes, view, base, at, end);
  if (count > 8) into[names[8] as string] = (decoders[8] as Decoder)(bytes, view, base, at, end);
  if (count > 9) into[names[9] as string] = (decoders[9] as Decoder)(bytes, view, base, at, end);
  if (count > 10) into[names[10] as string] = (decoders[10] as Decoder)(bytes, view, base, at, end);
  if (count > 11) into[names[11] as string] = (decoders[11] as Decoder)(bytes, view, base, at, end);
}

/** Bytes behind a field's offset that must be there to decode it: tails and what they point at excepted. */
export function fieldEnd(field: ValueField): number {
  const bytes = field.bits ? Math.ceil((field.bits.shift + field.bits.width) / 8) : sizeOfValue(field.type);
  return field.offset + bytes;
}

/** Text of bytes that no cache is worth: command output, file contents. */
export function decodeOutput(bytes: Uint8Array): string {
  return decodeText(bytes, 0, bytes.length);
}
