import type { ProgramType } from "../abi/attach-spec.ts";
import { parseSection } from "../abi/section-names.ts";
import { SkepError } from "../base/errors.ts";
import { didYouMean } from "../base/suggest.ts";
import { fromElf } from "../object/from-elf.ts";
import type { ObjectSpec, ProgramSpec } from "../object/object.ts";
import { objectNameOf } from "../object/object-name.ts";
import { withGlobals } from "./load-command-globals.ts";
import type { Assignment, LoadSettings } from "./load-command-options.ts";
import { UsageError } from "./report-error.ts";
import { readInput } from "./run-command-files.ts";

/** The object as the options want it. Throws SkepError and UsageError. */
export function objectToLoad(settings: LoadSettings): ObjectSpec {
  const { path, only, set, attach, entries, type } = settings;
  const read = fromElf(readInput(path), {
    name: objectNameOf(path),
    programType: (_, program) => type ?? typeOfPlace(attach.find(({ name }) => name === program)?.text),
  });
  const object = withEntries(withGlobals(read, set), entries);
  const names = object.programs.map(({ name }) => name);
  for (const name of [...only, ...attach.map((a) => a.name)])
    if (!names.includes(name))
      throw new SkepError(`${path} has no program ${name}`, {
        code: "load/no-program",
        remedy: didYouMean(name, names) ?? `name one of: ${names.join(", ")}`,
      });
  if (only.length === 0) return object;
  const programs = object.programs.map(({ autoload: _, ...program }): ProgramSpec => {
    return only.includes(program.name) ? program : { ...program, autoload: false };
  });
  return { ...object, programs };
}

/** Types of which alone a place takes programs, by its first word. */
const TYPES_OF_PLACES: Readonly<Record<string, ProgramType>> = {
  xdp: "xdp",
  tc: "schedCls",
  netkit: "schedCls",
  netfilter: "netfilter",
  socket: "socketFilter",
  profile: "perfEvent",
  interval: "perfEvent",
  software: "perfEvent",
  hardware: "perfEvent",
  freplace: "ext",
  lirc: "lircMode2",
};

/** What a program is whose section does not say it, by where it is to be attached. */
function typeOfPlace(place: string | undefined): ProgramType | undefined {
  if (place === undefined) return undefined;
  const [, word = ""] = /^([a-z]+):/.exec(place) ?? [];
  return TYPES_OF_PLACES[word] ?? parseSection(place)?.rule.program;
}

/** The object with other sizes of maps. */
function withEntries(object: ObjectSpec, entries: readonly Assignment[]): ObjectSpec {
  if (entries.length === 0) return object;
  const sizes = new Map(entries.map(({ name, text }) => [name, entriesOf(name, text, object)]));
  const maps = object.maps.map((map) => ({ ...map, maxEntries: sizes.get(map.name) ?? map.maxEntries }));
  return { ...object, maps };
}

function entriesOf(name: string, text: string, { maps }: ObjectSpec): number {
  const names = maps.filter(({ section }) => section === undefined).map((map) => map.name);
  if (!names.includes(name))
    throw new SkepError(`the object has no map ${name}`, {
      code: "load/no-map",
      remedy:
        didYouMean(name, names) ??
        (names.length > 0 ? `name one of: ${names.join(", ")}` : "leave --entries out"),
    });
  const count = Number(text);
  if (/^\d+$/.test(text) && count <= 0xffff_ffff) return count;
  throw new UsageError(`--entries ${name}=${text} is no size of a map`, `write --entries ${name}=1024`);
}
