import type { MapSpec } from "../abi/map-spec.ts";
import { MAP_TYPES } from "../abi/map-types.ts";
import { SkepError } from "../base/errors.ts";
import type { Value } from "../base/shown-value.ts";
import { valueText } from "../base/value-text.ts";
import { parseBtf } from "../btf/decode.ts";
import type { Btf, BtfId } from "../btf/types.ts";
import type { ObjectSpec } from "../object/object.ts";
import { jsonString, jsonValue } from "../output/json-value.ts";
import { sizeOfValue, type ValueType } from "../plan/value-type.ts";
import { compileDecoder, type DecodeContext } from "../runtime/decode-value.ts";
import type { Resolver } from "../runtime/resolver.ts";
import { StackReader } from "../runtime/stack-reader.ts";
import { StringCache } from "../runtime/string-cache.ts";
import type { Machine } from "../vm/machine.ts";
import type { HostMap } from "../vm/maps/host-map.ts";
import { valueTypeOf } from "./run-command-values.ts";

/** One thing that a map holds: `key` is absent for what has none. Both are shown by `type`s of the map. */
type Entry = Readonly<{ key?: Uint8Array; name?: string; value: Uint8Array; type: ValueType }>;

/** What a map holds after a run. */
export type MapContent = Readonly<{
  spec: MapSpec;
  what: string;
  keyType: ValueType;
  entries: readonly Entry[];
}>;

/** Reads all maps of a machine; takes what queues and ring buffers hold. */
export function readMaps(machine: Machine, object: ObjectSpec): MapContent[] {
  const btf = object.btf && parseBtf(object.btf);
  return machine.mapNames().map((name) => readMap(machine.map(name), btf));
}

function readMap(map: HostMap, btf: Btf | undefined): MapContent {
  const { spec } = map;
  const keyType = shownType(btf, spec.btfKey, spec.keySize);
  const type = shownType(btf, spec.btfValue, spec.valueSize);
  if (spec.section !== undefined) return { spec, keyType, ...variables(map, btf) };
  const items = itemsOf(map);
  if (items !== undefined) {
    const entries = items.map((value) => ({ value, type: fits(type, value) }));
    return { spec, keyType, what: counted(entries.length, "record"), entries };
  }
  const all = [...map.entries()].map(([key, value]) => ({
    key,
    value: value.subarray(0, spec.valueSize),
    type,
  }));
  const { keys, doc } = MAP_TYPES[spec.type];
  if (keys === "fd") return { spec, keyType, what: `${doc.toLowerCase()}; not listed`, entries: [] };
  const isArray = spec.type === "array" || spec.type === "percpuArray";
  const entries = isArray ? all.filter(({ value }) => value.some((byte) => byte !== 0)) : all;
  const what = `${entries.length} of ${counted(spec.maxEntries, "entry")}`;
  return { spec, keyType, what: isArray ? `${what} not zero` : what, entries };
}

function counted(count: number, what: string): string {
  return `${count} ${count === 1 ? what : what.replace(/y$/, "ie").concat("s")}`;
}

/** What maps without keys hold, in order. */
function itemsOf(map: HostMap): Uint8Array[] | undefined {
  const items: Uint8Array[] = [];
  switch (map.spec.type) {
    case "ringbuf":
      map.consume((data) => items.push(data.slice()));
      return items;
    case "perfEventArray":
      return map.takeEvents().map(({ data }) => data);
    case "queue":
    case "stack":
      for (let value = map.pop(); value !== undefined; value = map.pop()) items.push(value);
      return items;
    case "bloomFilter":
    case "userRingbuf":
    case "arena":
      return items;
    default:
      return undefined;
  }
}

function variables(map: HostMap, btf: Btf | undefined): Pick<MapContent, "what" | "entries"> {
  const [first] = map.entries();
  const value = first?.[1] ?? new Uint8Array(0);
  const entries = (map.spec.section?.variables ?? []).map(({ name, offset, size, type }) => ({
    name,
    value: value.subarray(offset, offset + size),
    type: shownType(btf, type, size),
  }));
  return { what: counted(entries.length, "variable"), entries };
}

/** By BTF where it says something that fits; else a number where the size is one's, or bytes. */
export function shownType(btf: Btf | undefined, id: number | undefined, size: number): ValueType {
  const known = btf && id ? knownType(btf, id as BtfId) : undefined;
  if (known !== undefined && sizeOfValue(known) === size) return known;
  return plainType(size);
}

function plainType(size: number): ValueType {
  if (size === 1 || size === 2 || size === 4 || size === 8) return { kind: "int", size, signed: false };
  return { kind: "array", of: { kind: "int", size: 1, signed: false }, length: size, stride: 1 };
}

/** Undefined for a type that damaged BTF does not define: the bytes are shown then. */
function knownType(btf: Btf, id: BtfId): ValueType | undefined {
  try {
    return valueTypeOf(btf, id);
  } catch (error) {
    if (error instanceof SkepError) return undefined;
    throw error;
  }
}

function fits(type: ValueType, value: Uint8Array): ValueType {
  return sizeOfValue(type) === value.length && value.length > 0 ? type : plainType(value.length);
}

/** Nothing has a name here: the machine has no kernel around it. */
const NO_NAMES: Resolver = {
  kernelSymbol: () => undefined,
  userSymbol: () => undefined,
  cgroupPath: () => undefined,
  userName: () => undefined,
  errorText: () => undefined,
  clockOffsetNs: () => 0n,
};

function decoding(): DecodeContext {
  const stacks = new StackReader([], NO_NAMES);
  return { resolver: NO_NAMES, strings: new StringCache(), stacks, probeNames: [], cutMark: "" };
}

function decode(type: ValueType, bytes: Uint8Array, context: DecodeContext): Value {
  const copy = bytes.slice();
  return compileDecoder(type, context)(copy, new DataView(copy.buffer), 0, 0, copy.length);
}

/** A map as text: what it is, then one line per entry. */
export function mapText({ spec, what, keyType, entries }: MapContent): string {
  const context = decoding();
  const lines = entries.map(({ key, name, value, type }) => {
    const shown = shownValue(type, value, context);
    if (name !== undefined) return `  ${name} = ${shown}\n`;
    return key === undefined ? `  ${shown}\n` : `  [${shownValue(keyType, key, context)}] = ${shown}\n`;
  });
  return `map ${spec.name}: ${spec.type}, ${what}\n${lines.join("")}`;
}

function shownValue(type: ValueType, bytes: Uint8Array, context: DecodeContext): string {
  if (type.kind === "array" && type.of.kind === "int" && type.of.size === 1 && !type.of.signed)
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return valueText(type, decode(type, bytes, context));
}

/** A map as a JSON object. */
export function mapJson({ spec, keyType, entries }: MapContent): string {
  const context = decoding();
  const items = entries.map(({ key, name, value, type }) => {
    const members = [
      ...(name === undefined ? [] : [`"name": ${jsonString(name)}`]),
      ...(key === undefined ? [] : [`"key": ${jsonValue(keyType, decode(keyType, key, context))}`]),
      `"value": ${jsonValue(type, decode(type, value, context))}`,
    ];
    return `{${members.join(", ")}}`;
  });
  return `{"name": ${jsonString(spec.name)}, "type": "${spec.type}", "entries": [${items.join(", ")}]}`;
}
