import type { MapSpec } from "../abi/map-spec.ts";

const MOST_CHARACTERS = 15; // BPF_OBJ_NAME_LEN without the NUL
const LEAST_FOR_SECTION = 7; // of the characters, the section's name gets at least as many

/**
 * What the kernel is told a map is called. A section's map begins with the object's name, shortened where both do not
 * fit ("opensnoo.rodata"); sections with a name of their own (".data.x") keep it. So libbpf does.
 */
export function kernelMapName(map: MapSpec, objectName: string | undefined): string {
  const { name, section } = map;
  if (section === undefined || section.kind === "arena" || objectName === undefined) return name;
  if (name.indexOf(".", 1) !== -1) return name;
  const forSection = Math.min(MOST_CHARACTERS, Math.max(LEAST_FOR_SECTION, name.length));
  return objectName.slice(0, MOST_CHARACTERS - forSection) + name.slice(0, forSection);
}
