import type { MapSpec } from "../abi/map-spec.ts";
import { MAP_TYPES } from "../abi/map-types.ts";
import type { BtfId } from "../btf/types.ts";
import type { BtfAdditions } from "./btf-additions.ts";

/** A map's declaration in BTF: its type, its bytes in .maps, and where its slots begin. */
export type MapDefinition = Readonly<{ type: BtfId; bytes: number; valuesAt: number | undefined }>;

const MOST_LENGTH = 0xffffffffn; // of the array type that stands for a number

/** Declares a map as libbpf's macros do: numbers as lengths of arrays, types behind pointers. */
export function defineMap(btf: BtfAdditions, map: MapSpec): MapDefinition {
  const members: { name: string; type: BtfId }[] = [];
  const number = (name: string, value: number | bigint) => {
    const type =
      BigInt(value) > MOST_LENGTH
        ? btf.constant(`${map.name}_${name}`, BigInt(value))
        : btf.pointer(btf.array(btf.int("int", 4, true), Number(value)));
    members.push({ name, type });
  };
  number("type", MAP_TYPES[map.type].number);
  if (map.maxEntries !== 0) number("max_entries", map.maxEntries);
  if (map.btfKey) members.push({ name: "key", type: btf.pointer(map.btfKey as BtfId) });
  else if (map.keySize !== 0) number("key_size", map.keySize);
  if (map.btfValue) members.push({ name: "value", type: btf.pointer(map.btfValue as BtfId) });
  else if (map.valueSize !== 0 && !hasValues(map)) number("value_size", map.valueSize);
  if (map.flags !== 0) number("map_flags", map.flags);
  if (map.numaNode !== undefined) number("numa_node", map.numaNode);
  if (map.mapExtra !== undefined) number("map_extra", map.mapExtra);
  if (map.pinning === "byName") number("pinning", 1);
  const bytes = members.length * 8;
  if (!hasValues(map)) return { type: btf.struct(members, bytes), bytes, valuesAt: undefined };
  const pointed = map.inner ? defineMap(btf, map.inner).type : btf.prototype();
  members.push({ name: "values", type: btf.array(btf.pointer(pointed), 0) });
  const slots = Math.max(0, ...(map.slots ?? []).map(({ index }) => index + 1));
  return { type: btf.struct(members, bytes), bytes: bytes + slots * 8, valuesAt: bytes };
}

function hasValues(map: MapSpec): boolean {
  return map.inner !== undefined || (map.type === "progArray" && map.slots !== undefined);
}
