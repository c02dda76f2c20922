import { quotedInput, shownInput } from "../base/check-input.ts";
import { SkepError, unreachable } from "../base/errors.ts";
import { encodeText } from "../base/lossless-text.ts";
import { didYouMean } from "../base/suggest.ts";
import type { Field, Layout, RecordLayout } from "./value-layout.ts";

/** Room that values are written to. `path` names the value in errors: "counts: key.pid". `partial`: fields of this struct may be left out. */
type Place = Readonly<{ bytes: Uint8Array; view: DataView; at: number; path: string; partial?: boolean }>;

/**
 * Bytes of a value of the type. What the type leaves open is zero; a Uint8Array of its length is taken as it is. `what`
 * names the value in errors. `partial`: fields of the outermost struct that are left out are zero. Throws SkepError,
 * which names the field, when the value is of another shape.
 */
export function valueBytes(layout: Layout, value: unknown, what: string, partial = false): Uint8Array {
  const bytes = new Uint8Array(openBytes(layout, value) ?? layout.bytes);
  write(layout, value, { bytes, view: new DataView(bytes.buffer), at: 0, path: what, partial });
  return bytes;
}

/** Writes a value at byte `at`; see `valueBytes`. */
export function writeValue(layout: Layout, value: unknown, bytes: Uint8Array, at: number, what: string): void {
  write(layout, value, {
    bytes,
    view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    at,
    path: what,
  });
}

// Texts and bytes without a length of their own are as long as what is given.
function openBytes(layout: Layout, value: unknown): number | undefined {
  if (layout.bytes !== 0) return undefined;
  if (layout.kind === "text" && typeof value === "string") return encodeText(value).length + 1;
  return value instanceof Uint8Array ? value.length : undefined;
}

function write(layout: Layout, value: unknown, place: Place): void {
  if (value instanceof Uint8Array && layout.kind !== "bytes") {
    if (value.length !== layout.bytes && layout.bytes !== 0) throw wrong(layout, value, place);
    place.bytes.set(value, place.at);
    return;
  }
  switch (layout.kind) {
    case "int":
    case "pointer":
      return writeInteger(place, layout, integerOf(layout, value, place));
    case "bool":
      if (typeof value !== "boolean" && value !== 0 && value !== 1) throw wrong(layout, value, place);
      place.bytes[place.at] = value ? 1 : 0;
      return;
    case "float":
      if (typeof value !== "number") throw wrong(layout, value, place);
      if (layout.bytes === 4) place.view.setFloat32(place.at, value, true);
      else place.view.setFloat64(place.at, value, true);
      return;
    case "enum":
      return writeInteger(place, layout, enumValue(layout, value, place));
    case "text":
      return writeText(layout, value, place);
    case "bytes":
      return writeBytes(layout, value, place);
    case "array":
      return writeArray(layout, value, place);
    case "record":
      return writeRecord(layout, value, place);
    default:
      return unreachable(layout);
  }
}

function integerOf(layout: Layout, value: unknown, place: Place): bigint {
  if (typeof value === "bigint") return value;
  if (typeof value === "number" && Number.isSafeInteger(value)) return BigInt(value);
  throw wrong(layout, value, place);
}

function enumValue(layout: Extract<Layout, { kind: "enum" }>, value: unknown, place: Place): bigint {
  if (typeof value !== "string") return integerOf(layout, value, place);
  const member = layout.members.find(([name]) => name === value);
  if (member !== undefined) return member[1];
  const names = layout.members.map(([name]) => name);
  throw bad(place, `${quotedInput(value)} is no member of the enum`, didYouMean(value, names) ?? oneOf(names));
}

type Number = Readonly<{ bytes: number; signed?: boolean }>;

function writeInteger(place: Place, layout: Layout & Number, value: bigint): void {
  const bits = layout.bytes * 8;
  if (!fits(value, bits, layout.signed ?? false)) throw wrong(layout, value, place);
  putBits(place, 0, bits, value);
}

function fits(value: bigint, bits: number, signed: boolean): boolean {
  return (signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value)) === value;
}

function putBits({ bytes, at }: Place, shift: number, width: number, value: bigint): void {
  const mask = ((1n << BigInt(width)) - 1n) << BigInt(shift);
  const bits = BigInt.asUintN(width, value) << BigInt(shift);
  for (let i = 0; i * 8 < shift + width; i++) {
    const part = BigInt(i * 8);
    const keep = Number(~(mask >> part) & 0xffn);
    bytes[at + i] = ((bytes[at + i] ?? 0) & keep) | Number((bits >> part) & 0xffn);
  }
}

function writeText(layout: Layout, value: unknown, place: Place): void {
  if (typeof value !== "string") throw wrong(layout, value, place);
  const text = encodeText(value);
  const room = layout.bytes === 0 ? place.bytes.length - place.at : layout.bytes;
  if (text.length > room)
    throw bad(place, `the text has ${text.length} bytes`, `give at most ${room} bytes of text`);
  place.bytes.fill(0, place.at, place.at + room);
  place.bytes.set(text, place.at);
}

function writeBytes(layout: Layout, value: unknown, place: Place): void {
  const isBytes = value instanceof Uint8Array || (Array.isArray(value) && value.every(isByte));
  const room = layout.bytes === 0 ? place.bytes.length - place.at : layout.bytes;
  if (!isBytes || (layout.bytes === 0 ? value.length > room : value.length !== room))
    throw wrong(layout, value, place);
  place.bytes.set(value, place.at);
}

function isByte(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < 256;
}

function writeArray(layout: Extract<Layout, { kind: "array" }>, value: unknown, place: Place): void {
  const { of, length } = layout;
  const items = typedItems(value);
  if (items === undefined || (length > 0 && items.length !== length)) throw wrong(layout, value, place);
  for (const [i, item] of items.entries())
    write(of, item, { ...place, at: place.at + i * of.bytes, path: `${place.path}[${i}]` });
}

function typedItems(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  return ArrayBuffer.isView(value) && !(value instanceof DataView)
    ? Array.from(value as unknown as ArrayLike<unknown>)
    : undefined;
}

function writeRecord(layout: RecordLayout, value: unknown, place: Place): void {
  if (value === null || typeof value !== "object" || typedItems(value) !== undefined)
    throw wrong(layout, value, place);
  const given = value as Readonly<Record<string, unknown>>;
  const names = layout.fields.map((field) => field.name);
  for (const name of Object.keys(given))
    if (!names.includes(name))
      throw bad(place, `there is no field \`${name}\``, didYouMean(name, names) ?? oneOf(names));
  const has = (field: Field) => Object.hasOwn(given, field.name) && given[field.name] !== undefined;
  if (layout.union && names.length > 0 && !layout.fields.some(has))
    throw bad(place, "no member of the union is given", oneOf(names));
  for (const field of layout.fields) {
    if (has(field)) writeField(field, given[field.name], place);
    else if (!layout.union && !place.partial && isMissing(field, layout, has))
      throw bad(inside(place, field), "it is missing", `give ${expected(field.layout)}`);
  }
}

// Of the members of an unnamed union one is enough.
function isMissing(field: Field, layout: RecordLayout, has: (field: Field) => boolean): boolean {
  if (field.choice === undefined) return true;
  return !layout.fields.some((other) => other.choice === field.choice && has(other));
}

function inside(place: Place, field: Field): Place {
  return { ...place, at: place.at + field.offset, path: `${place.path}.${field.name}`, partial: false };
}

function writeField(field: Field, value: unknown, around: Place): void {
  const place = inside(around, field);
  const { layout, bits } = field;
  if (bits === undefined) return write(layout, value, place);
  const signed = (layout.kind === "int" || layout.kind === "enum") && layout.signed;
  const number = bitsOf(layout, value, place);
  if (!fits(number, bits.width, signed))
    throw bad(place, `${shownInput(value)} does not fit`, `give ${range(bits.width, signed)}`);
  putBits(place, bits.shift, bits.width, number);
}

function bitsOf(layout: Layout, value: unknown, place: Place): bigint {
  if (layout.kind === "enum") return enumValue(layout, value, place);
  if (layout.kind === "bool" && typeof value === "boolean") return value ? 1n : 0n;
  return integerOf(layout, value, place);
}

function wrong(layout: Layout, value: unknown, place: Place): SkepError {
  return bad(place, `${shownInput(value)} does not fit`, `give ${expected(layout)}`);
}

function bad({ path }: Place, what: string, remedy: string): SkepError {
  return new SkepError(`${path}: ${what}`, { code: "collection/bad-value", remedy });
}

function expected(layout: Layout): string {
  switch (layout.kind) {
    case "int":
      return range(layout.bytes * 8, layout.signed);
    case "pointer":
      return range(64, false);
    case "bool":
      return "true or false";
    case "float":
      return "a number";
    case "enum":
      return `${oneOf(layout.members.map(([name]) => name)).replace(/^give /, "")}, or its number`;
    case "text":
      return `a text of at most ${layout.bytes} bytes`;
    case "bytes":
      return `a Uint8Array of ${layout.bytes} bytes`;
    case "array":
      return `an array of ${layout.length}`;
    case "record":
      return `an object with ${some(layout.fields.map((field) => field.name))}`;
    default:
      return unreachable(layout);
  }
}

function range(bits: number, signed: boolean): string {
  const half = 1n << BigInt(bits - 1);
  return signed ? `an integer from ${-half} to ${half - 1n}` : `an integer from 0 to ${half * 2n - 1n}`;
}

const MOST_NAMED = 12;

function some(names: readonly string[]): string {
  const more = names.length > MOST_NAMED ? ", …" : "";
  return `${names.slice(0, MOST_NAMED).join(", ")}${more}`;
}

function oneOf(names: readonly string[]): string {
  return `give ${names.length > 1 ? "one of " : ""}${some(names)}`;
}
