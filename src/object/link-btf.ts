import { dedupTypes, mapRefs, refsOf } from "../btf/dedup.ts";
import { BtfBuilder } from "../btf/encode.ts";
import type { Btf, BtfId, BtfType, SectionVar } from "../btf/types.ts";
import { SECTION_INDEX } from "../elf/elf.ts";
import { ObjectError } from "./error.ts";
import { agree, mapDifference } from "./link-agree.ts";
import type { OutputSection } from "./link-sections.ts";
import type { LinkInput, SharedSymbol } from "./link-symbols.ts";
import { MAPS } from "./read-maps.ts";

/** The types of all files as one. `idOf` gives the new id of a file's type; the builder takes more strings. */
export type LinkedBtf = Readonly<{ builder: BtfBuilder; idOf: (input: number, id: number) => BtfId }>;

/** Types of the files one behind the other. `first` is the id of each file's void. */
type Combined = { types: BtfType[]; first: number[] };

/**
 * Puts the files' types together: each type once, a variable or function of several files as its definition says, and
 * the variables of a section with their places in the result. Undefined when no file has types. Throws ObjectError.
 */
export function linkBtf(
  inputs: readonly LinkInput[],
  shared: ReadonlyMap<string, SharedSymbol>,
  sections: ReadonlyMap<string, OutputSection>,
): LinkedBtf | undefined {
  if (inputs.every(({ open }) => open.btf === undefined)) return undefined;
  const combined = combine(inputs);
  const merged = mergeShared(inputs, combined, shared);
  const total = combined.types.length;
  const rows = sectionRows(inputs, combined, sections, (id) => merged.get(id) ?? id);
  for (const [name, { vars, bytes }] of rows) {
    const sorted = vars.sort((a, b) => a.offset - b.offset);
    combined.types.push({ kind: "section", name, bytes, vars: sorted });
  }
  const isGone = (type: BtfType, id: number) => merged.has(id) || (type.kind === "section" && id < total);
  const kept = combined.types.map((type, id): BtfType => (isGone(type, id) ? { kind: "void" } : type));
  const redirected = kept.map((type) => mapRefs(type, (id) => (merged.get(id) ?? id) as BtfId));
  const { types, idOf } = dedupTypes(
    withoutUnused(redirected, unusedPrototypes(combined.types, merged.keys())),
  );
  const builder = new BtfBuilder();
  const ids = types.slice(1).map(() => builder.reserve());
  for (const [i, id] of ids.entries()) builder.define(id, types[i + 1] as BtfType);
  return {
    builder,
    idOf: (input, id) => {
      const old = id === 0 ? 0 : (combined.first[input] ?? 0) + id;
      return (idOf[merged.get(old) ?? old] ?? 0) as BtfId;
    },
  };
}

/** Prototypes of declarations that others took the place of. */
function unusedPrototypes(types: readonly BtfType[], gone: Iterable<number>): ReadonlySet<number> {
  const found = new Set<number>();
  for (const id of gone) {
    const type = types[id];
    if (type?.kind === "func") found.add(type.proto);
  }
  return found;
}

/** Leaves those of the types out that nothing refers to. */
function withoutUnused(types: readonly BtfType[], perhaps: ReadonlySet<number>): readonly BtfType[] {
  if (perhaps.size === 0) return types;
  const used = new Set(types.flatMap((type) => refsOf(type)) as number[]);
  return types.map((type, id) => (perhaps.has(id) && !used.has(id) ? { kind: "void" } : type));
}

function combine(inputs: readonly LinkInput[]): Combined {
  const types: BtfType[] = [{ kind: "void" }];
  const first: number[] = [];
  for (const { open } of inputs) {
    const offset = types.length - 1;
    first.push(offset);
    const move = (id: BtfId) => (id === 0 ? 0 : id + offset) as BtfId;
    for (let id = 1; id < (open.btf?.count ?? 1); id++)
      types.push(mapRefs(open.btf?.type(id as BtfId) as BtfType, move));
  }
  return { types, first };
}

/** Declarations and overridden definitions of shared symbols, and what takes their place. */
function mergeShared(
  inputs: readonly LinkInput[],
  { types, first }: Combined,
  shared: ReadonlyMap<string, SharedSymbol>,
): ReadonlyMap<number, number> {
  const byName = new Map<string, { input: number; id: number }[]>();
  for (const [input, { open }] of inputs.entries())
    for (let id = 1; id < (open.btf?.count ?? 1); id++) {
      const type = types[(first[input] as number) + id] as BtfType;
      if ((type.kind !== "var" && type.kind !== "func") || type.linkage === "static" || !shared.has(type.name))
        continue;
      const list = byName.get(type.name);
      const entry = { input, id: (first[input] as number) + id };
      if (list) list.push(entry);
      else byName.set(type.name, [entry]);
    }
  const merged = new Map<number, number>();
  const btf = btfOf(types);
  const maps = mapVariables(types);
  for (const [name, list] of byName) {
    const symbol = shared.get(name);
    const winner = list.find(({ input }) => input === symbol?.input) ?? list[0];
    if (winner === undefined) continue;
    for (const { id, input } of list) {
      if (id === winner.id) continue;
      const files = `${inputs[input]?.name} and ${inputs[winner.input]?.name}`;
      if (maps.has(id) && maps.has(winner.id)) {
        const difference = mapDifference(btf, id as BtfId, winner.id as BtfId);
        if (difference !== undefined)
          throw conflict(`map \`${name}\` has another ${difference} in one of ${files} than in the other`);
      } else if (!agree(btf, id as BtfId, winner.id as BtfId))
        throw conflict(`\`${name}\` has another type in one of ${files} than in the other`);
      merged.set(id, winner.id);
    }
  }
  return merged;
}

/** A list of types, to be asked for types alone. */
function btfOf(types: readonly BtfType[]): Btf {
  const type = (id: BtfId): BtfType => types[id] ?? { kind: "void" };
  return {
    count: types.length,
    type,
    kindOf: (id) => type(id).kind,
    nameOf: (id) => {
      const found = type(id);
      return "name" in found ? found.name : "";
    },
    find: () => [],
    findEnumerators: () => [],
  };
}

/** The variables that declare maps. */
function mapVariables(types: readonly BtfType[]): ReadonlySet<number> {
  const sections = types.filter((type) => type.kind === "section" && type.name === MAPS);
  return new Set(sections.flatMap((type) => (type.kind === "section" ? type.vars.map((row) => row.type) : [])));
}

function conflict(what: string): ObjectError {
  return new ObjectError("object/cannot-link", what, { remedy: "declare it alike in both" });
}

type Rows = Map<string, { vars: SectionVar[]; bytes: number }>;

/** The variables of each section of the result; of a symbol that several files declare, one. */
function sectionRows(
  inputs: readonly LinkInput[],
  { types, first }: Combined,
  sections: ReadonlyMap<string, OutputSection>,
  standsFor: (id: number) => number,
): Rows {
  const rows: Rows = new Map();
  const seen = new Set<number>();
  for (const [input, { open }] of inputs.entries())
    for (let at = 1; at < (open.btf?.count ?? 1); at++) {
      const section = types[(first[input] as number) + at] as BtfType;
      if (section.kind !== "section") continue;
      const output = sections.get(section.name);
      const start = output?.starts.get(input);
      const entry = rows.get(section.name) ?? { vars: [], bytes: output?.bytes ?? 0 };
      rows.set(section.name, entry);
      for (const row of section.vars) {
        const isOwn = standsFor(row.type) === row.type; // not overridden, and not declared here alone
        if (output !== undefined && (!isOwn || start === undefined || !isHere(open, types[row.type]))) continue;
        const type = standsFor(row.type);
        if (seen.has(type)) continue;
        seen.add(type);
        entry.vars.push({ ...row, type: type as BtfId, offset: row.offset + (start ?? 0) });
      }
    }
  for (const [name, { vars }] of rows) if (vars.length === 0) rows.delete(name);
  return rows;
}

/** Whether the file defines the variable, rather than declaring it for a section. */
function isHere(open: LinkInput["open"], type: BtfType | undefined): boolean {
  if (type?.kind !== "var" || type.linkage !== "extern") return true;
  return open.symbols.some((symbol) => symbol.name === type.name && symbol.section !== SECTION_INDEX.undefined);
}
