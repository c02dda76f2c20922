import { MAP_FLAGS } from "../abi/map-flags.ts";
import type { MapSpec } from "../abi/map-spec.ts";
import type { BtfAdditions } from "./btf-additions.ts";
import { MAP_TAG, taggedMap } from "./map-tag.ts";
import type { ObjectSpec } from "./object.ts";

/** A map that is written as a section: of its own, or because programs use the address of its value. */
export type NewData = Readonly<{
  map: MapSpec;
  section: string;
  kind: "data" | "rodata" | "bss";
  data: Uint8Array | undefined;
}>;

/** Whether the file must hold this map as a section of variables. */
export function isData(map: MapSpec, object: ObjectSpec): boolean {
  if (map.section !== undefined) return map.section.kind !== "kconfig" && map.section.kind !== "arena";
  if (map.initial !== undefined && map.structOps === undefined) return true;
  return object.programs.some(({ insns }) =>
    insns.some(
      (insn) => insn.kind === "loadImm64" && insn.ref?.kind === "mapValue" && insn.ref.map === map.name,
    ),
  );
}

/** How to write it. Undefined: a section of variables cannot be such a map. */
export function newData(map: MapSpec): NewData | undefined {
  const { section } = map;
  if (section?.kind === "data" || section?.kind === "rodata" || section?.kind === "bss")
    return {
      map,
      section: map.name,
      kind: section.kind,
      data: section.kind === "bss" ? undefined : (map.initial ?? new Uint8Array(map.valueSize)),
    };
  const known = MAP_FLAGS.mmapable | (map.readOnly ? MAP_FLAGS.readOnlyProg : 0);
  const fits = map.type === "array" && map.keySize === 4 && map.maxEntries === 1 && (map.flags & ~known) === 0;
  if (!fits || map.pinning !== undefined || map.mapExtra !== undefined) return undefined;
  const kind = map.readOnly ? "rodata" : "data";
  const data = map.initial ?? new Uint8Array(map.valueSize);
  return { map, section: `.${kind}.${map.name.replace(/[^A-Za-z0-9_]/g, "_")}`, kind, data };
}

/**
 * Describes a map that is no section of variables by itself: one variable, marked with the map's name. BTF that was
 * read from such a file has it already.
 */
export function describeData(btf: BtfAdditions, { map, section }: NewData): void {
  for (const id of btf.old.find(section, "section")) if (taggedMap(btf.old, id)?.name === map.name) return;
  const linkage = (map.flags & MAP_FLAGS.mmapable) !== 0 ? "global" : "static";
  const type = map.btfValue ?? btf.array(btf.int("unsigned char", 1, false), map.valueSize);
  const variable = btf.variable(variableOf(map), type as never, linkage);
  btf.tag(`${MAP_TAG}${map.name}`, variable);
  btf.section(section, map.valueSize, [{ type: variable, offset: 0, size: map.valueSize }]);
}

/** The name of the variable that stands for such a map. */
export function variableOf(map: MapSpec): string {
  return `map_${map.name.replace(/[^A-Za-z0-9_]/g, "_")}`;
}
