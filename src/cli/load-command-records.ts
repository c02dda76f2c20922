import type { MapSpec } from "../abi/map-spec.ts";
import { SkepError } from "../base/errors.ts";
import { didYouMean } from "../base/suggest.ts";
import { valueText } from "../base/value-text.ts";
import { idsOfKind, nameOf } from "../btf/lookup.ts";
import type { Btf, BtfId } from "../btf/types.ts";
import { jsonString, jsonValue } from "../output/json-value.ts";
import { sizeOfValue, type ValueType } from "../plan/value-type.ts";
import { compileDecoder, type Decoder } from "../runtime/decode-value.ts";
import type { Resolver } from "../runtime/resolver.ts";
import { StackReader } from "../runtime/stack-reader.ts";
import { StringCache } from "../runtime/string-cache.ts";
import { toHex } from "./run-command-hex.ts";
import { valueTypeOf } from "./run-command-values.ts";

/** How the records of one buffer are shown. */
export type RecordFormat = Readonly<{
  /** The record as a line, without its end. `data` may be memory that is reused. */
  line(data: Uint8Array, view: DataView, at: number, length: number): string;
}>;

export type FormatOptions = Readonly<{ json: boolean; prefix: boolean; resolver: Resolver }>;

/** Lines for the records of a buffer; `type` undefined: their bytes. */
export function recordFormat(map: string, type: ValueType | undefined, options: FormatOptions): RecordFormat {
  const head = options.json ? `{"map": ${jsonString(map)}, ` : options.prefix ? `${map}: ` : "";
  const bytesLine = (data: Uint8Array, at: number, length: number): string => {
    const hex = toHex(data.subarray(at, at + length));
    return options.json ? `${head}"bytes": "${hex}"}` : `${head}${hex.replace(/(..)(?=.)/g, "$1 ")}`;
  };
  if (type === undefined) return { line: (data, _view, at, length) => bytesLine(data, at, length) };
  const size = sizeOfValue(type);
  const stacks = new StackReader([], options.resolver);
  const { resolver } = options;
  const context = { resolver, strings: new StringCache(), stacks, probeNames: [], cutMark: "" };
  const decode: Decoder = compileDecoder(type, context);
  return {
    line(data, view, at, length) {
      if (length === 0) return bytesLine(data, at, length);
      const value =
        length >= size
          ? decode(data, view, at, at, at + length)
          : decodeShort(decode, data.subarray(at, at + length), size);
      return options.json
        ? `${head}"value": ${jsonValue(type, value)}}`
        : `${head}${rowText(type, value as Parameters<typeof valueText>[1])}`;
    },
  };
}

// A program may leave out the unused end of its last member.
function decodeShort(decode: Decoder, bytes: Uint8Array, size: number): ReturnType<Decoder> {
  const whole = new Uint8Array(size);
  whole.set(bytes);
  return decode(whole, new DataView(whole.buffer), 0, 0, size);
}

/** A struct as `name=value` words, anything else as it is. */
function rowText(type: ValueType, value: Parameters<typeof valueText>[1]): string {
  if (type.kind !== "struct" || value === null || typeof value !== "object") return valueText(type, value);
  const members = value as Readonly<Record<string, Parameters<typeof valueText>[1]>>;
  return type.fields
    .map(({ name = "", type: of }) => {
      const text = valueText(of, members[name] ?? null);
      return `${name}=${of.kind === "string" && /^$|[\s"=]/.test(text) ? JSON.stringify(text) : text}`;
    })
    .join(" ");
}

/**
 * The type of a buffer's records: `named` if given, else the type that its declaration says, else the struct that is
 * named like it: `event`, `event_t` or the only `…_event` for a buffer `events`. Undefined when nothing is known.
 * Throws SkepError when there is no struct `named`.
 */
export function recordType(map: MapSpec, btf: Btf | undefined, named?: string): ValueType | undefined {
  if (named !== undefined) return typeNamed(map, btf, named.replace(/^(struct|union)\s+/, ""));
  if (btf === undefined) return undefined;
  if (map.btfValue) {
    const type = typeAt(btf, map.btfValue as BtfId);
    if (type?.kind === "struct") return type;
  }
  const id = structLike(btf, map.name);
  return id === undefined ? undefined : typeAt(btf, id);
}

function typeNamed(map: MapSpec, btf: Btf | undefined, name: string): ValueType {
  const ids = btf === undefined ? [] : structs(btf).filter((s) => s.name === name);
  const [found] = ids;
  const type = btf && found && typeAt(btf, found.id);
  if (type !== undefined) return type;
  const names = btf === undefined ? [] : structs(btf).map((s) => s.name);
  throw new SkepError(`the object's types have no struct ${name} for the records of ${map.name}`, {
    code: "load/no-struct",
    remedy:
      didYouMean(name, names) ?? "compile the object with -g, and use the struct in a program or a variable",
  });
}

function structLike(btf: Btf, map: string): BtfId | undefined {
  const words = [map, map.replace(/s$/, ""), map.replace(/_?(map|buf|buffer|rb|ringbuf)$/, "")];
  const all = structs(btf);
  for (const word of new Set(words)) {
    if (word === "") continue;
    const exact = all.filter((s) => s.name === word || s.name === `${word}_t`);
    if (exact[0] !== undefined) return exact[0].id;
  }
  const singular = map.replace(/s$/, "");
  const near = all.filter((s) => s.name.endsWith(`_${singular}`) || s.name.startsWith(`${singular}_`));
  return near.length === 1 ? near[0]?.id : undefined;
}

function structs(btf: Btf): { id: BtfId; name: string }[] {
  return idsOfKind(btf, "struct")
    .map((id) => ({ id, name: nameOf(btf, id) ?? "" }))
    .filter(({ name }) => name !== "");
}

function typeAt(btf: Btf, id: BtfId): ValueType | undefined {
  try {
    const type = valueTypeOf(btf, id);
    return sizeOfValue(type) > 0 ? type : undefined;
  } catch (error) {
    if (error instanceof SkepError) return undefined; // damaged types: the bytes are shown
    throw error;
  }
}
