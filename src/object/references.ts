import type { ElfSection } from "../elf/elf.ts";
import { SECTION_INDEX } from "../elf/elf.ts";
import { ObjectError } from "./error.ts";
import type { ExternSpec } from "./object.ts";
import { isCode, type OpenObject } from "./open-object.ts";
import type { References } from "./read-functions.ts";

/** What an instruction can refer to. `offset` counts bytes: from the section's start, or from the map's value. */
export type Reference = Readonly<
  | { kind: "function"; section: number; offset: number }
  | { kind: "map"; map: string }
  | { kind: "mapValue"; map: string; offset: number }
  | { kind: "extern"; extern: ExternSpec }
>;

/** Where maps, variables and externs are in the file. Keys are section numbers, and "SECTION OFFSET" for maps. */
export type Names = Readonly<{
  maps: ReadonlyMap<string, string>;
  dataMaps: ReadonlyMap<number, string>;
  externs: ReadonlyMap<string, ExternSpec>;
}>;

export const mapKey = (section: number, offset: number) => `${section} ${offset}`;

/** Tells what symbols stand for. */
export function referenceFinder(open: OpenObject, { maps, dataMaps, externs }: Names): References {
  return (symbol, addend, place) => {
    if (symbol.section === SECTION_INDEX.undefined) {
      const extern = externs.get(symbol.name);
      if (extern === undefined) throw undefinedSymbol(symbol.name, place);
      if (extern.kind !== "kconfig") return { kind: "extern", extern };
      return { kind: "mapValue", map: ".kconfig", offset: extern.offset };
    }
    const section: ElfSection | undefined = open.elf.sections[symbol.section];
    const offset = Number(symbol.value) + addend;
    if (section !== undefined && isCode(section)) return { kind: "function", section: section.index, offset };
    const dataMap = dataMaps.get(symbol.section);
    if (dataMap !== undefined) return { kind: "mapValue", map: dataMap, offset };
    const map = maps.get(mapKey(symbol.section, symbol.type === "section" ? offset : Number(symbol.value)));
    if (map !== undefined) return { kind: "map", map };
    const what = `\`${symbol.name || section?.name || symbol.section}\` is no map, variable or function`;
    throw new ObjectError("object/bad-relocation", what, {
      ...place,
      remedy: 'put maps into SEC(".maps") and variables into .data, .bss or .rodata',
    });
  };
}

function undefinedSymbol(name: string, place: { section: string; offset: number }): ObjectError {
  return new ObjectError("object/undefined-symbol", `\`${name}\` is declared and not defined`, {
    ...place,
    remedy:
      "link the object that defines it (`skep gen object OUT IN…`), or declare it with __ksym or __kconfig if the kernel has it",
  });
}
