import { MAP_FLAGS } from "../abi/map-flags.ts";
import type { DataSectionKind, MapSpec, Variable } from "../abi/map-spec.ts";
import type { BtfId } from "../btf/types.ts";
import { type ElfSection, SECTION_FLAG, SECTION_TYPE } from "../elf/elf.ts";
import type { ElfSymbol } from "../elf/symbols.ts";
import { taggedMap } from "./map-tag.ts";
import { checkedSize, type OpenObject } from "./open-object.ts";

/** The maps that hold variables, and the sections that they are. */
export type FoundData = Readonly<{ maps: readonly MapSpec[]; places: ReadonlyMap<number, string> }>;

const PREFIXES: readonly (readonly [string, DataSectionKind])[] = [
  [".data", "data"],
  [".rodata", "rodata"],
  [".bss", "bss"],
];

/** Reads .data, .rodata, .bss and sections named after them. Throws ObjectError. */
export function readData(open: OpenObject): FoundData {
  const maps: MapSpec[] = [];
  const places = new Map<number, string>();
  for (const section of open.elf.sections) {
    const kind = dataKind(section);
    if (kind === undefined) continue;
    const map = namedMap(open, section, kind) ?? dataMap(open, section, kind);
    maps.push(map);
    places.set(section.index, map.name);
  }
  return { maps, places };
}

function dataKind(section: ElfSection): DataSectionKind | undefined {
  const { name, flags, size } = section;
  if ((flags & SECTION_FLAG.exec) !== 0 || size === 0 || !name.startsWith(".")) return undefined;
  const found = PREFIXES.find(([stem]) => name === stem || name.startsWith(`${stem}.`))?.[1];
  const type = found === "bss" ? SECTION_TYPE.nobits : SECTION_TYPE.progbits;
  return section.type === type ? found : undefined;
}

/** A map that our own writer put into a section, since other loaders know no other place for its first value. */
function namedMap(open: OpenObject, section: ElfSection, kind: DataSectionKind): MapSpec | undefined {
  const { btf } = open;
  const [id] = btf?.find(section.name, "section") ?? [];
  const found = btf && id !== undefined && kind !== "bss" ? taggedMap(btf, id) : undefined;
  if (found === undefined) return undefined;
  const { flags, initial, section: _, btfValue: __, ...map } = dataMap(open, section, kind);
  const isZero = initial?.every((byte) => byte === 0) ?? true;
  return {
    ...map,
    ...found,
    flags,
    ...(!isZero && initial && { initial }),
  };
}

function dataMap(open: OpenObject, section: ElfSection, kind: DataSectionKind): MapSpec {
  const { id, variables } = readVariables(open, section);
  // Without types nothing can be said of the variables, and so user space has no use for the memory itself.
  const isShared = id !== undefined && variables.some((v) => v.type !== undefined && v.linkage !== "static");
  const flags = (kind === "rodata" ? MAP_FLAGS.readOnlyProg : 0) | (isShared ? MAP_FLAGS.mmapable : 0);
  return {
    name: section.name,
    type: "array",
    keySize: 4,
    valueSize: checkedSize(section),
    maxEntries: 1,
    flags,
    ...(id !== undefined && { btfValue: id }),
    ...(kind !== "bss" && { initial: open.data(section).slice() }),
    ...(kind === "rodata" && { readOnly: true }),
    section: { kind, variables },
  };
}

/** Variables of a section by offset: those that BTF describes, then those that only have a symbol. */
export function readVariables(
  open: OpenObject,
  section: ElfSection,
): { id: BtfId | undefined; variables: readonly Variable[] } {
  const { btf } = open;
  const id = btf?.find(section.name, "section")[0];
  const datasec = id === undefined ? undefined : btf?.type(id);
  const symbols = open.symbolsOf(section).filter((symbol) => symbol.type === "object");
  const symbolAt = new Map(symbols.map((symbol) => [`${symbol.name} ${symbol.value}`, symbol]));
  const variables: Variable[] = [];
  const known = new Set<string>();
  for (const { type, offset, size } of datasec?.kind === "section" ? datasec.vars : []) {
    const variable = btf?.type(type);
    if (variable?.kind !== "var" || offset + size > section.size) continue;
    const key = `${variable.name} ${offset}`;
    known.add(key);
    const linkage = variable.linkage === "static" ? "static" : "global";
    const symbol = symbolAt.get(key);
    variables.push({ name: variable.name, offset, size, type: variable.type, linkage, ...seenBy(symbol) });
  }
  for (const symbol of symbols) {
    const { name, size } = symbol;
    const offset = Number(symbol.value);
    if (name === "" || known.has(`${name} ${offset}`) || offset + size > section.size) continue;
    const linkage = symbol.binding === "local" ? "static" : "global";
    variables.push({ name, offset, size, linkage, ...seenBy(symbol) });
  }
  return { id, variables: variables.sort((a, b) => a.offset - b.offset) };
}

function seenBy(symbol: ElfSymbol | undefined): Partial<Variable> {
  const isHidden = symbol?.visibility === "hidden" || symbol?.visibility === "internal";
  return { ...(symbol?.binding === "weak" && { linkage: "weak" }), ...(isHidden && { hidden: true }) };
}
