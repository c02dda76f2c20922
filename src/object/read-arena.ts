import type { MapSpec } from "../abi/map-spec.ts";
import { type ElfSection, findSection } from "../elf/elf.ts";
import { ObjectError } from "./error.ts";
import { checkedSize, type OpenObject } from "./open-object.ts";
import { type FoundData, readVariables } from "./read-data.ts";

const SECTION = ".addr_space.1"; // where clang 19 puts variables of address space 1

/** Gives the arena its variables: they are the start of the arena's memory. Other maps stay as they are. */
export function readArena(open: OpenObject, maps: readonly MapSpec[]): FoundData {
  const section: ElfSection | undefined = findSection(open.elf, SECTION);
  if (section === undefined || section.size === 0) return { maps, places: new Map() };
  const arena = maps.find((map) => map.type === "arena");
  if (arena === undefined)
    throw new ObjectError("object/bad-map", "it has variables for an arena, and no map is one", {
      section: SECTION,
      remedy: "declare a map of type BPF_MAP_TYPE_ARENA",
    });
  checkedSize(section);
  const { variables } = readVariables(open, section);
  const filled: MapSpec = {
    ...arena,
    initial: open.data(section).slice(),
    section: { kind: "arena", variables },
  };
  return {
    maps: maps.map((map) => (map === arena ? filled : map)),
    places: new Map([[section.index, arena.name]]),
  };
}
