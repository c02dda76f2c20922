import { SkepError } from "../base/errors.ts";
import type { LoadedProgram } from "./load.ts";
import type { LinuxMap } from "./maps.ts";

const key = (index: number) => new Uint8Array(Uint32Array.of(index).buffer);

/** Puts maps into maps of maps and programs into program arrays, as the object says. Throws SkepError. */
export function fillSlots(
  maps: ReadonlyMap<string, LinuxMap>,
  programs: ReadonlyMap<string, LoadedProgram>,
): void {
  for (const map of maps.values())
    for (const { index, name } of map.spec.slots ?? []) {
      const holds = map.spec.type === "progArray" ? programs.get(name) : maps.get(name);
      if (holds === undefined)
        throw new SkepError(`map ${map.spec.name}: the object has no \`${name}\` to put at ${index}`, {
          code: "linux/unknown-name",
          remedy: "name a map or program of the same object, and load it",
        });
      map.update(key(index), key(holds.fd.number));
    }
}
