import type { MapSpec } from "../abi/map-spec.ts";
import { mapTypeOf } from "../abi/map-types.ts";
import type { ElfSection } from "../elf/elf.ts";
import { ObjectError } from "./error.ts";
import type { OpenObject } from "./open-object.ts";
import type { FoundMaps } from "./read-maps.ts";
import { mapKey } from "./references.ts";

const FIELDS_BYTES = 20; // type, key size, value size, entries, flags: struct bpf_map_def of libbpf before 1.0
const MOST_MAPS = 1 << 16;

/** Reads maps of the section `maps`, each a struct of numbers, as objects before 2020 declare them. Throws ObjectError. */
export function readLegacyMaps(open: OpenObject): FoundMaps {
  const maps: MapSpec[] = [];
  const places = new Map<string, string>();
  for (const section of open.elf.sections) {
    if (section.name !== "maps" && !section.name.startsWith("maps/")) continue;
    const symbols = open
      .symbolsOf(section)
      .filter((s) => s.type === "object" || s.type === "none")
      .sort((a, b) => Number(a.value - b.value));
    if (symbols.length === 0 || symbols.length > MOST_MAPS) continue;
    const bytesEach = section.size / symbols.length;
    const data = open.data(section);
    for (const symbol of symbols) {
      const at = Number(symbol.value);
      if (!Number.isInteger(bytesEach) || bytesEach < FIELDS_BYTES || at % bytesEach !== 0 || at >= data.length)
        throw bad(section, at, `map \`${symbol.name}\` does not have the size of its neighbours`);
      maps.push(readMap(section, symbol.name, data.subarray(at, at + bytesEach), at));
      places.set(mapKey(section.index, at), symbol.name);
    }
  }
  return { maps, places };
}

function readMap(section: ElfSection, name: string, bytes: Uint8Array, at: number): MapSpec {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const word = (index: number) => view.getUint32(index * 4, true);
  const type = mapTypeOf(word(0));
  if (type === undefined) throw bad(section, at, `map \`${name}\` is of the unknown type ${word(0)}`);
  if (bytes.subarray(FIELDS_BYTES).some((byte) => byte !== 0))
    throw bad(section, at, `map \`${name}\` has attributes that only one loader knew`);
  return { name, type, keySize: word(1), valueSize: word(2), maxEntries: word(3), flags: word(4) };
}

function bad(section: ElfSection, offset: number, what: string): ObjectError {
  return new ObjectError("object/legacy-map", what, {
    section: section.name,
    offset,
    remedy: 'declare maps in SEC(".maps"): struct { __uint(type, BPF_MAP_TYPE_HASH); … } name SEC(".maps");',
  });
}
