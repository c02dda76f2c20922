import type { ProgramType } from "../abi/attach-spec.ts";
import { ATTACH_TYPES, type AttachType } from "../abi/attach-types.ts";
import { MAP_TYPES, mapTypeOf } from "../abi/map-types.ts";
import { PROGRAM_TYPES } from "../abi/program-types.ts";

type Wanted = Readonly<{ words: string; since: string }>;

/** What to do on a kernel of that version (LINUX_VERSION_CODE) that lacks one of these; undefined where it is new enough. */
function tooOld(kernelVersion: number, wanted: readonly Wanted[]): string | undefined {
  const lacking = wanted.find(({ since }) => {
    const [major = 0, minor = 0] = since.split(".").map(Number);
    return kernelVersion < (major << 16) + (minor << 8);
  });
  if (lacking === undefined) return undefined;
  const have = `${kernelVersion >> 16}.${(kernelVersion >> 8) & 255}`;
  return `${lacking.words} need Linux ${lacking.since} or later, and this is ${have}: attach elsewhere, or use a newer kernel`;
}

/** The same for a program of that type that is loaded or attached for that place. */
export function tooOldForProgram(
  kernelVersion: number,
  type: ProgramType,
  attachType: AttachType | undefined,
): string | undefined {
  const place = attachType && {
    words: `programs at ${ATTACH_TYPES[attachType].kernelName}`,
    since: ATTACH_TYPES[attachType].since,
  };
  return tooOld(kernelVersion, [
    { words: `programs of type ${type}`, since: PROGRAM_TYPES[type].since },
    ...(place ? [place] : []),
  ]);
}

/** The same for a map, by its type's number. */
export function tooOldForMap(kernelVersion: number, number: number): string | undefined {
  const type = mapTypeOf(number);
  return type && tooOld(kernelVersion, [{ words: `maps of type ${type}`, since: MAP_TYPES[type].since }]);
}
