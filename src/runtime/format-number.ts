import type { EnumValue, Value } from "../base/shown-value.ts";
import type { ValueField, ValueType } from "../plan/value-type.ts";
import { compileField, type DecodeContext } from "./decode-value.ts";
import { hex64Text, integerDigits, signed64Text, unsigned64Text } from "./format-integer.ts";
import { readInteger } from "./read-integer.ts";

/** Text of a field of the record that begins at `base` and ends before `end`. */
export type FieldText = (bytes: Uint8Array, view: DataView, base: number, end: number) => string;

type Layout = Readonly<{ size: 1 | 2 | 4 | 8; signed: boolean }>;

/** How a printf number conversion sees a type: as an integer of this size, or undefined when it is none. */
export function integerLayout(type: ValueType): Layout | undefined {
  switch (type.kind) {
    case "int":
    case "enum":
      return { size: type.size, signed: type.signed };
    case "bool":
      return { size: 1, signed: false };
    case "strerror":
      return { size: 8, signed: true };
    case "pointer":
    case "ksym":
    case "usym":
    case "timestamp":
    case "cgroupPath":
    case "username":
    case "probe":
      return { size: 8, signed: false };
    default:
      return undefined;
  }
}

/**
 * Bare digits of an integer field for a conversion. A length modifier cuts or widens as C does; without one a value is
 * never cut, and a negative one in an unsigned conversion is seen with at least 32 bits.
 */
export function compileDigits(
  field: ValueField,
  layout: Layout,
  conversion: string,
  lengthBytes: 1 | 2 | 4 | 8 | undefined,
  context: DecodeContext,
): FieldText {
  const { size, signed } = layout;
  const bits = lengthBytes !== undefined ? lengthBytes * 8 : bitsWithoutModifier(layout, conversion);
  if (field.bits !== undefined) {
    const decode = compileField(field, context);
    return (bytes, view, base, end) =>
      integerDigits(toBigint(decode(bytes, view, base, base, end)), conversion, bits);
  }
  const { offset } = field;
  if (size === 8 && bits === 64) {
    const wide = wideText(conversion);
    return (_bytes, view, base) => wide(view, base + offset);
  }
  const decimal = conversion === "d" || conversion === "i";
  const text = decimal ? String : narrowText(conversion);
  if (bits <= size * 8) {
    const low = readInteger((bits / 8) as 1 | 2 | 4, decimal); // little-endian: the low bytes come first
    return (bytes, view, base, end) => text(low(bytes, view, base, base + offset, end) as number);
  }
  const read = readInteger(size, signed);
  if (decimal || !signed)
    return (bytes, view, base, end) => text(read(bytes, view, base, base + offset, end) as number);
  return (bytes, view, base, end) =>
    integerDigits(BigInt(read(bytes, view, base, base + offset, end)), conversion, bits);
}

function bitsWithoutModifier({ size, signed }: Layout, conversion: string): number {
  if (conversion === "p" || size === 8) return 64;
  const decimal = conversion === "d" || conversion === "i";
  return decimal && !signed ? 64 : 32; // an unsigned 32-bit value stays what it is under %d
}

function wideText(conversion: string): (view: DataView, at: number) => string {
  switch (conversion) {
    case "d":
    case "i":
      return signed64Text;
    case "u":
      return unsigned64Text;
    case "x":
    case "p":
      return hex64Text;
    case "X":
      return (view, at) => hex64Text(view, at).toUpperCase();
    default:
      return (view, at) => integerDigits(view.getBigUint64(at, true), conversion, 64);
  }
}

function narrowText(conversion: string): (value: number) => string {
  switch (conversion) {
    case "x":
      return (value) => value.toString(16);
    case "X":
      return (value) => value.toString(16).toUpperCase();
    case "o":
      return (value) => value.toString(8);
    default:
      return String;
  }
}

/** The number in a decoded value: itself, a bool's 0 or 1, an enum's value. Zero for anything else. */
export function toBigint(value: Value): bigint {
  if (typeof value === "bigint") return value;
  if (typeof value === "number" || typeof value === "boolean") return BigInt(value);
  if (value !== null && typeof value === "object" && "value" in value)
    return BigInt((value as EnumValue).value);
  return 0n;
}
