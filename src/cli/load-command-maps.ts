import type { MapSpec } from "../abi/map-spec.ts";
import { MAP_TYPES } from "../abi/map-types.ts";
import { SkepError } from "../base/errors.ts";
import type { Btf } from "../btf/types.ts";
import type { ValueType } from "../plan/value-type.ts";
import type { Loaded } from "../runtime/backend.ts";
import { type MapContent, shownType } from "./run-command-maps.ts";

/** Maps whose content is no entries: buffers are read while programs run, of the others user space sees nothing. */
const NOT_SHOWN: ReadonlySet<MapSpec["type"]> = new Set([
  "ringbuf",
  "perfEventArray",
  "userRingbuf",
  "progArray",
  "cgroupArray",
  "structOps",
  "arena",
  "bloomFilter",
  "stackTrace",
  "queue",
  "stack",
]);

/** What a loaded object's map holds; undefined for those that show nothing. At most `most` entries are read. */
export function readLoadedMap(
  loaded: Loaded,
  spec: MapSpec,
  btf: Btf | undefined,
  most: number,
): MapContent | undefined {
  const { section, type } = spec;
  if (NOT_SHOWN.has(type) || MAP_TYPES[type].keys === "fd" || section?.kind === "kconfig") return undefined;
  const keyType = shownType(btf, spec.btfKey, spec.keySize);
  if (section !== undefined) return sectionContent(loaded, spec, btf, keyType);
  const value = shownType(btf, spec.btfValue, spec.valueSize);
  const entries: MapContent["entries"][number][] = [];
  let count = 0;
  const isArray = type === "array" || type === "percpuArray";
  for (const [key, bytes] of entriesOf(loaded, spec.name)) {
    if (isArray && bytes.every((byte) => byte === 0)) continue;
    count++;
    if (entries.length < most)
      entries.push({ key: key.slice(), value: bytes.slice(), type: perCpu(spec, value, bytes.length) });
  }
  const shown = count > entries.length ? `, the first ${entries.length} of them` : "";
  const words = `${count} of ${spec.maxEntries} ${spec.maxEntries === 1 ? "entry" : "entries"}`;
  return { spec, keyType, what: `${words}${isArray ? " not zero" : ""}${shown}`, entries };
}

// Maps that cannot be walked have nothing to show.
function entriesOf(loaded: Loaded, name: string): Iterable<readonly [key: Uint8Array, value: Uint8Array]> {
  try {
    return [...loaded.map(name).entries()];
  } catch (error) {
    if (error instanceof SkepError) return [];
    throw error;
  }
}

function perCpu(spec: MapSpec, type: ValueType, bytes: number): ValueType {
  if (!MAP_TYPES[spec.type].perCpu) return type;
  const stride = Math.ceil(spec.valueSize / 8) * 8;
  return { kind: "array", of: type, length: Math.floor(bytes / stride), stride };
}

// Constants are what the object says, and its own texts: only variables are told.
function sectionContent(
  loaded: Loaded,
  spec: MapSpec,
  btf: Btf | undefined,
  keyType: ValueType,
): MapContent | undefined {
  if (spec.section?.kind === "rodata") return undefined;
  const bytes = loaded.map(spec.name).lookup(new Uint8Array(spec.keySize));
  const variables = spec.section?.variables ?? [];
  if (bytes === undefined || variables.length === 0) return undefined;
  const entries = variables.map(({ name, offset, size, type }) => ({
    name,
    value: bytes.slice(offset, offset + size),
    type: shownType(btf, type, size),
  }));
  return {
    spec,
    keyType,
    what: `${entries.length} ${entries.length === 1 ? "variable" : "variables"}`,
    entries,
  };
}
