import { SkepError } from "../base/errors.ts";
import { resolve, sizeOf } from "../btf/layout.ts";
import type { Btf, BtfId, Member } from "../btf/types.ts";
import { UsageError } from "./report-error.ts";

/** A key or value of a map: its size, and its type where that is known. */
export type Slot = Readonly<{ what: "key" | "value"; size: number; btf?: Btf | undefined; type?: number }>;

/**
 * Bytes that words mean: one number per byte (`1 0 0 0`, `0x01 0x00 …`, `hex 01 00 …`), or one word that is a number, a
 * text or JSON of the type. Throws SkepError when the size is another.
 */
export function bytesOfWords(words: readonly string[], slot: Slot): Uint8Array {
  const [first = "", ...more] = words;
  if (words.length === 0)
    throw new UsageError(`the ${slot.what} is missing`, `write ${slot.what} and its bytes`);
  if (first === "hex")
    return exactly(
      more.map((word) => byteOf(word, 16)),
      slot,
    );
  if (words.length === slot.size && words.every((word) => isByte(word)))
    return exactly(
      words.map((word) => byteOf(word, 10)),
      slot,
    );
  if (more.length > 0)
    return exactly(
      words.map((word) => byteOf(word, 10)),
      slot,
    );
  const bytes = new Uint8Array(slot.size);
  if (slot.btf && slot.type) write(slot.btf, slot.type as BtfId, parseWord(first), bytes);
  else writeNumber(bytes, parseWord(first));
  return bytes;
}

function isByte(word: string): boolean {
  return /^(0x[\da-f]+|\d+)$/i.test(word) && Number(word) < 256;
}

function byteOf(word: string, base: 10 | 16): number {
  const isPlainHex = base === 16 && /^(0x)?[\da-f]{1,2}$/i.test(word);
  if (isPlainHex) return Number.parseInt(word.replace(/^0x/i, ""), 16);
  if (base === 10 && isByte(word)) return Number(word);
  throw new UsageError(
    `\`${word}\` is no byte`,
    "write numbers from 0 to 255, or hex 00 to ff behind the word hex",
  );
}

function exactly(bytes: readonly number[], { what, size }: Slot): Uint8Array {
  if (bytes.length === size) return Uint8Array.from(bytes);
  throw badValue(`the ${what} has ${size} bytes, not ${bytes.length}`);
}

function parseWord(word: string): unknown {
  if (/^-?(0x[\da-f]+|\d+)$/i.test(word)) return word.startsWith("-") ? -BigInt(word.slice(1)) : BigInt(word);
  try {
    return JSON.parse(word.replace(/(?<=[:[,\s]|^)(-?\d{16,})(?=[\],}\s]|$)/g, '"$1"'));
  } catch {
    return word;
  }
}

function write(btf: Btf, id: BtfId, value: unknown, into: Uint8Array): void {
  const type = resolve(btf, id);
  switch (type.kind) {
    case "int":
    case "pointer":
      return writeNumber(into, value);
    case "enum": {
      const member = type.members.find((m) => m.name === value);
      return writeNumber(into, member?.value ?? value);
    }
    case "array": {
      if (typeof value === "string") return writeText(value, into);
      if (!Array.isArray(value) || value.length > type.length)
        throw badValue(`${JSON.stringify(value, plain)} is no list of at most ${type.length}`);
      const size = sizeOf(btf, type.of);
      for (const [i, item] of value.entries())
        write(btf, type.of, item, into.subarray(i * size, (i + 1) * size));
      return;
    }
    case "struct":
    case "union":
      if (value === null || typeof value !== "object" || Array.isArray(value))
        throw badValue(
          `${JSON.stringify(value, plain)} is no object with the members of ${type.name || type.kind}`,
        );
      return writeMembers(btf, type.members, value as Readonly<Record<string, unknown>>, into);
    default:
      throw badValue(`a value of kind ${type.kind} can only be written as bytes`);
  }
}

function writeMembers(
  btf: Btf,
  members: readonly Member[],
  value: Readonly<Record<string, unknown>>,
  into: Uint8Array,
): void {
  for (const [name, item] of Object.entries(value)) {
    const member = members.find((m) => m.name === name);
    if (member === undefined)
      throw badValue(`there is no member ${name}; there are ${members.map((m) => m.name).join(", ")}`);
    if (member.bitWidth) throw badValue(`${name} is a bit-field, which can only be written as bytes`);
    const at = member.bitOffset / 8;
    write(btf, member.type, item, into.subarray(at, at + sizeOf(btf, member.type)));
  }
}

function writeText(text: string, into: Uint8Array): void {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > into.length) throw badValue(`the text is longer than ${into.length} bytes`);
  into.set(bytes);
}

function writeNumber(into: Uint8Array, given: unknown): void {
  const value = numeric(given);
  const bits = BigInt(into.length * 8);
  if (value === undefined || value >= 1n << bits || value < -(1n << bits) / 2n)
    throw badValue(`${JSON.stringify(given, plain)} is no number of ${into.length} bytes`);
  for (let i = 0; i < into.length; i++) into[i] = Number((value >> BigInt(i * 8)) & 0xffn);
}

function numeric(given: unknown): bigint | undefined {
  if (typeof given === "bigint") return given;
  if (typeof given === "boolean") return given ? 1n : 0n;
  if (typeof given === "number") return Number.isInteger(given) ? BigInt(given) : undefined;
  return typeof given === "string" && /^-?\d+$/.test(given) ? BigInt(given) : undefined;
}

function plain(_name: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}

function badValue(why: string): SkepError {
  return new SkepError(why, {
    code: "object/bad-value",
    remedy: "write one number per byte, or a number, a text or JSON of the map's type",
  });
}
