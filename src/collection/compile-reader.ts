import { unreachable } from "../base/errors.ts";
import { decodeText } from "../base/lossless-text.ts";
import { readBits } from "../runtime/read-integer.ts";
import type { StringCache } from "../runtime/string-cache.ts";
import type { Field, Layout, RecordLayout } from "./value-layout.ts";
import { isWide } from "./value-layout.ts";

/**
 * Reads the value at byte `at`; `bytes` and `view` are the same memory. Values of a length that the type leaves open
 * reach to `end`. What is returned shares none of the memory.
 */
export type Reader = (view: DataView, bytes: Uint8Array, at: number, end: number) => unknown;

/** As Reader, for values that begin at a multiple of 8 in the memory; `words` is that memory, too. */
export type AlignedReader = (
  view: DataView,
  bytes: Uint8Array,
  words: BigUint64Array,
  at: number,
  end: number,
) => unknown;

const SHORT_BYTES = 64; // up to here a loop copies bytes faster than slice(), and texts are kept for the next time

/**
 * Compiles a reader for a type: JavaScript that reads its fields one after the other into an object of one shape, which
 * is several times as fast as a walk over the layout. Names from the object only ever get into it as string literals.
 */
export function compileReader(layout: Layout, strings: StringCache): Reader {
  const writer = new ReaderWriter();
  return compiled(writer, `(v, b, a, e) => ${writer.expression(layout, "a")}`, strings) as Reader;
}

/** For streams of records: whole words are read in half the time that a DataView takes for them. */
export function compileAlignedReader(layout: RecordLayout, strings: StringCache): AlignedReader {
  const writer = new ReaderWriter();
  const entry = `(v, b, q, a, e) => {\n${writer.alignedRecord(layout.fields)}\n}`;
  return compiled(writer, entry, strings) as AlignedReader;
}

function compiled(writer: ReaderWriter, entry: string, strings: StringCache): unknown {
  const source = `"use strict";\n${writer.functions.join("\n")}\nreturn ${entry};`;
  const text = (bytes: Uint8Array, start: number, end: number) => readText(bytes, start, end, strings);
  const make = new Function("text", "copy", "bits", "names", source) as (
    ...tools: readonly unknown[]
  ) => unknown;
  return make(text, copyBytes, readBits, writer.names);
}

class ReaderWriter {
  /** Sources of functions that read structs and arrays. */
  readonly functions: string[] = [];
  /** Names of enumerators by their values, a table for each enum. */
  readonly names: ReadonlyMap<number | bigint, string>[] = [];
  readonly #known = new Map<Layout, string>();

  /** An expression for the value at `at`, itself an expression. */
  expression(layout: Layout, at: string): string {
    switch (layout.kind) {
      case "int":
        return integer(layout.bytes, layout.signed, at);
      case "pointer":
        return integer(8, false, at);
      case "bool":
        return `b[${at}] !== 0`;
      case "float":
        return layout.bytes === 4 ? `v.getFloat32(${at}, true)` : `v.getFloat64(${at}, true)`;
      case "enum":
        return this.#named(layout, integer(layout.bytes, layout.signed, at));
      case "text":
        return `text(b, ${at}, ${endOf(layout.bytes, at)})`;
      case "bytes":
        return `copy(b, ${at}, ${endOf(layout.bytes, at)})`;
      case "array":
      case "record":
        return `${this.#function(layout)}(v, b, ${at}, e)`;
      default:
        return unreachable(layout);
    }
  }

  #function(layout: Extract<Layout, { kind: "array" | "record" }>): string {
    const known = this.#known.get(layout);
    if (known !== undefined) return known;
    const name = `read${this.#known.size}`;
    this.#known.set(layout, name);
    const body = layout.kind === "array" ? this.#array(layout) : this.#record(layout.fields);
    this.functions.push(`function ${name}(v, b, a, e) {\n${body}\n}`);
    return name;
  }

  /** The body of a function that reads a record whose address is a multiple of 8. */
  alignedRecord(fields: readonly Field[]): string {
    const word = (field: Field) => wholeWord(field) ?? this.#field(field);
    return `const w = a >>> 3;\n${objectOf(fields, word)}`;
  }

  #record(fields: readonly Field[]): string {
    return objectOf(fields, (field) => this.#field(field));
  }

  #array({ of, length, bytes }: Extract<Layout, { kind: "array" }>): string {
    const step = length === 0 ? of.bytes : bytes / length;
    const count = length === 0 && step > 0 ? `Math.max(0, Math.floor((e - a) / ${step}))` : String(length);
    const item = this.expression(of, `(a + i * ${step})`);
    return `const n = ${count};\nconst out = new Array(n);\nfor (let i = 0; i < n; i++) out[i] = ${item};\nreturn out;`;
  }

  #field({ offset, layout, bits }: Field): string {
    const at = offset === 0 ? "a" : `(a + ${offset})`;
    if (bits === undefined) return this.expression(layout, at);
    const signed = (layout.kind === "int" || layout.kind === "enum") && layout.signed;
    const value = bitField(at, bits, signed, isWide(layout.bytes));
    if (layout.kind === "bool") return `${value} !== 0`;
    return layout.kind === "enum" ? this.#named(layout, value) : value;
  }

  #named(layout: Extract<Layout, { kind: "enum" }>, value: string): string {
    const wide = isWide(layout.bytes);
    const table = new Map<number | bigint, string>();
    for (const [name, number] of layout.members) {
      const found = wide ? number : Number(number);
      if (!table.has(found)) table.set(found, name);
    }
    const index = this.names.push(table) - 1;
    const read = `enum${index}`;
    this.functions.push(
      `const table${index} = names[${index}];\nconst ${read} = (x) => table${index}.get(x) ?? x;`,
    );
    return `${read}(${value})`;
  }
}

function objectOf(fields: readonly Field[], value: (field: Field) => string): string {
  return `return {\n${fields.map((field) => `  ${key(field.name)}: ${value(field)},`).join("\n")}\n};`;
}

function wholeWord({ offset, layout, bits }: Field): string | undefined {
  if (bits !== undefined || offset % 8 !== 0 || layout.bytes !== 8) return undefined;
  if (layout.kind !== "pointer" && layout.kind !== "int") return undefined;
  const word = `q[w + ${offset / 8}]`;
  return layout.kind === "int" && layout.signed ? `BigInt.asIntN(64, ${word})` : word;
}

function key(name: string): string {
  return name === "__proto__" ? '["__proto__"]' : JSON.stringify(name);
}

function endOf(bytes: number, at: string): string {
  return bytes === 0 ? "e" : `${at} + ${bytes}`;
}

function integer(bytes: number, signed: boolean, at: string): string {
  switch (bytes) {
    case 1:
      return signed ? `v.getInt8(${at})` : `b[${at}]`;
    case 2:
      return `v.get${signed ? "Int16" : "Uint16"}(${at}, true)`;
    case 4:
      return `v.get${signed ? "Int32" : "Uint32"}(${at}, true)`;
    case 8:
      return `v.get${signed ? "BigInt64" : "BigUint64"}(${at}, true)`;
    default: // 16
      return `((${integer(8, signed, `(${at} + 8)`)} << 64n) | ${integer(8, false, at)})`;
  }
}

function bitField(
  at: string,
  { shift, width }: Readonly<{ shift: number; width: number }>,
  signed: boolean,
  wide: boolean,
): string {
  const end = shift + width;
  if (end > 32 || wide) {
    const raw = `bits(b, ${at}, { shift: ${shift}, width: ${width} })`;
    const value = signed ? `BigInt.asIntN(${width}, ${raw})` : raw;
    return wide ? value : `Number(${value})`;
  }
  let raw = `b[${at}]`;
  for (let i = 1; i * 8 < end; i++) raw += ` | (b[${at} + ${i}] << ${i * 8})`;
  if (signed) return `((${raw}) << ${32 - end} >> ${32 - width})`;
  return `((${raw}) << ${32 - end} >>> ${32 - width})`;
}

function readText(bytes: Uint8Array, start: number, end: number, strings: StringCache): string {
  let stop = start;
  while (stop < end && bytes[stop] !== 0) stop++;
  return stop - start > SHORT_BYTES ? decodeText(bytes, start, stop) : strings.text(bytes, start, stop);
}

function copyBytes(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const length = Math.max(0, end - start);
  if (length > SHORT_BYTES) return bytes.slice(start, end);
  const out = new Uint8Array(length);
  for (let i = 0; i < length; i++) out[i] = bytes[start + i] as number;
  return out;
}
