import type { MapSlot, MapSpec } from "../abi/map-spec.ts";
import { mapTypeOf } from "../abi/map-types.ts";
import { TAIL_CALLED } from "../abi/section-names.ts";
import type { ElfSection } from "../elf/elf.ts";
import { ObjectError } from "./error.ts";
import type { ProgramSpec } from "./object.ts";
import type { OpenObject } from "./open-object.ts";
import type { FoundMaps } from "./read-maps.ts";
import { mapKey } from "./references.ts";

const FIELDS_BYTES = 20; // type, key size, value size, entries, flags: struct bpf_map_def of libbpf before 1.0
const SAMPLES_BYTES = 28; // the same, inner_map_idx, numa_node: samples/bpf/bpf_load.h, v5.8
const IPROUTE2_BYTES = 36; // the same, id, pinning, inner_id, inner_idx: struct bpf_elf_map, include/bpf_elf.h of iproute2
const PIN_GLOBAL = 2; // PIN_GLOBAL_NS there: shared by the map's name
const NUMA_NODE = 1 << 2; // BPF_F_NUMA_NODE, include/uapi/linux/bpf.h
const MOST_MAPS = 1 << 16;

/** A map as it is written: its numbers, and where it stands. */
type Written = Readonly<{
  name: string;
  section: ElfSection;
  at: number;
  bytes: number;
  word: (i: number) => number;
}>;

/** Maps of the section `maps`, and iproute2's ids for them, by which programs name the arrays that they are called from. */
export type LegacyMaps = FoundMaps & Readonly<{ byId: ReadonlyMap<number, string> }>;

/**
 * Reads maps of the section `maps`, each a struct of numbers, as objects before 2020 declare them: libbpf's, that of the
 * kernel's samples and iproute2's, told apart by their sizes. Throws ObjectError.
 */
export function readLegacyMaps(open: OpenObject): LegacyMaps {
  const written = open.elf.sections
    .filter(({ name }) => name === "maps" || name.startsWith("maps/") || name.endsWith("/maps")) // lirc_mode2/maps: of v4l-utils
    .flatMap((section) => readSection(open, section));
  const byId = new Map<number, string>();
  for (const { name, bytes, word } of written)
    if (bytes === IPROUTE2_BYTES && word(5) !== 0) byId.set(word(5), name);
  return {
    maps: written.map((map) => specOf(map, written)),
    places: new Map(written.map(({ name, section, at }) => [mapKey(section.index, at), name])),
    byId,
  };
}

function readSection(open: OpenObject, section: ElfSection): Written[] {
  const symbols = open
    .symbolsOf(section)
    .filter((s) => s.type === "object" || s.type === "none")
    .sort((a, b) => Number(a.value - b.value));
  if (symbols.length === 0 || symbols.length > MOST_MAPS) return [];
  const bytes = section.size / symbols.length;
  const data = open.data(section);
  return symbols.map(({ name, value }) => {
    const at = Number(value);
    if (!Number.isInteger(bytes) || bytes < FIELDS_BYTES || at % bytes !== 0 || at >= data.length)
      throw bad(section, at, `map \`${name}\` does not have the size of its neighbours`);
    if (name === "") throw bad(section, at, "a map has no name");
    const view = new DataView(data.buffer, data.byteOffset + at, bytes);
    if (bytes !== SAMPLES_BYTES && bytes !== IPROUTE2_BYTES)
      if (data.subarray(at + FIELDS_BYTES, at + bytes).some((byte) => byte !== 0))
        throw bad(section, at, `map \`${name}\` has attributes that only one loader knew`);
    return { name, section, at, bytes, word: (i) => view.getUint32(i * 4, true) };
  });
}

function specOf(map: Written, all: readonly Written[]): MapSpec {
  const { name, section, at, bytes, word } = map;
  const type = mapTypeOf(word(0));
  if (type === undefined) throw bad(section, at, `map \`${name}\` is of the unknown type ${word(0)}`);
  const flags = word(4);
  const spec = { name, type, keySize: word(1), valueSize: word(2), maxEntries: word(3), flags };
  const holdsMaps = type === "arrayOfMaps" || type === "hashOfMaps";
  const inner = holdsMaps ? innerOf(map, all) : undefined;
  const numa = bytes === SAMPLES_BYTES && (flags & NUMA_NODE) !== 0;
  const slot = bytes === IPROUTE2_BYTES ? inner?.word(8) : undefined; // where the inner map stands; all ones: nowhere
  return {
    ...spec,
    ...(inner && { inner: { ...specOf(inner, []), name: `${name}.inner` } }),
    ...(inner &&
      slot !== undefined &&
      slot < spec.maxEntries && { slots: [{ index: slot, name: inner.name }] }),
    ...(numa && { numaNode: word(6) }),
    ...(bytes === IPROUTE2_BYTES && word(6) === PIN_GLOBAL && { pinning: "byName" as const }),
  };
}

/** The map whose shape the inner maps have: by its position (samples) or its id (iproute2). */
function innerOf({ name, section, at, bytes, word }: Written, all: readonly Written[]): Written | undefined {
  if (bytes === FIELDS_BYTES) return undefined;
  const neighbours = all.filter((other) => other.section === section);
  const found =
    bytes === SAMPLES_BYTES
      ? neighbours[word(5)]
      : neighbours.find((other) => word(7) !== 0 && other.word(5) === word(7));
  const isMap = found !== undefined && !/OfMaps$/.test(mapTypeOf(found.word(0)) ?? "");
  if (isMap) return found;
  throw bad(section, at, `map \`${name}\` does not say the shape of the maps in it`);
}

/** The maps, with the programs in them that iproute2 puts there: that of section `ID/INDEX` at its index in the map ID. */
export function withTailCalls(
  maps: readonly MapSpec[],
  byId: ReadonlyMap<number, string>,
  programs: readonly ProgramSpec[],
): readonly MapSpec[] {
  if (byId.size === 0) return maps;
  const slots = new Map<string, MapSlot[]>();
  for (const { name, section } of programs) {
    const [, id, index] = TAIL_CALLED.exec(section) ?? [];
    const map = id === undefined ? undefined : byId.get(Number(id));
    if (map !== undefined) slots.set(map, [...(slots.get(map) ?? []), { index: Number(index), name }]);
  }
  if (slots.size === 0) return maps;
  return maps.map((map) => {
    const own = map.type === "progArray" ? slots.get(map.name) : undefined;
    return own === undefined ? map : { ...map, slots: own };
  });
}

function bad(section: ElfSection, offset: number, what: string): ObjectError {
  return new ObjectError("object/legacy-map", what, {
    section: section.name,
    offset,
    remedy: 'declare maps in SEC(".maps"): struct { __uint(type, BPF_MAP_TYPE_HASH); … } name SEC(".maps");',
  });
}
