import { MAP_FLAGS } from "../../abi/map-flags.ts";
import type { MapSpec, MapType } from "../../abi/map-spec.ts";
import { BtfError } from "../../btf/error.ts";
import type { Btf, BtfId } from "../../btf/types.ts";
import { type SpecialField, specialFields } from "./fields.ts";

/** A map, as checks ask about it. */
export type MapInfo = Readonly<{
  name: string;
  type: MapType;
  keySize: number;
  valueSize: number;
  maxEntries: number;
  flags: number;
  fields: readonly SpecialField[];
  /** What programs may do with values through a pointer. */
  canRead: boolean;
  canWrite: boolean;
  /** The value, where it can no longer change: what programs read from it is known. */
  fixed: Uint8Array | undefined;
  inner: MapInfo | undefined;
  /** Whether keys and values have types; locks, timers and the like need them. */
  btf: Btf | undefined;
  valueType: BtfId | undefined;
}>;

/** What verification needs of a map. A damaged type counts as none. */
export function mapInfo(spec: MapSpec, btf: Btf | undefined): MapInfo {
  const valueType = spec.btfValue ? (spec.btfValue as BtfId) : undefined;
  const readOnly = spec.readOnly === true || (spec.flags & MAP_FLAGS.readOnlyProg) !== 0;
  return {
    name: spec.name,
    type: spec.type,
    keySize: spec.keySize,
    valueSize: valueBytes(spec),
    maxEntries: spec.maxEntries,
    flags: spec.flags,
    fields: btf && valueType !== undefined ? fieldsOf(btf, valueType) : [],
    canRead: (spec.flags & MAP_FLAGS.writeOnlyProg) === 0,
    canWrite: !readOnly,
    fixed: readOnly && spec.readOnly ? (spec.initial ?? new Uint8Array(spec.valueSize)) : undefined,
    inner: spec.inner && mapInfo(spec.inner, btf),
    btf,
    valueType,
  };
}

/** The kernel sets the value size of some maps itself. */
function valueBytes(spec: MapSpec): number {
  return spec.type === "arrayOfMaps" || spec.type === "hashOfMaps" ? 4 : spec.valueSize;
}

function fieldsOf(btf: Btf, type: BtfId): readonly SpecialField[] {
  try {
    return specialFields(btf, type);
  } catch (error) {
    if (error instanceof BtfError) return [];
    throw error;
  }
}

/** The special field of that kind; maps have at most one lock, timer or work queue each. */
export function fieldOf(map: MapInfo, kind: SpecialField["kind"]): SpecialField | undefined {
  return map.fields.find((field) => field.kind === kind);
}
