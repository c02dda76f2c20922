import { MAP_FLAGS } from "../abi/map-flags.ts";
import type { DataSection, MapSpec } from "../abi/map-spec.ts";
import { parseSection } from "../abi/section-names.ts";
import { checkInput } from "../base/check-input.ts";
import type { Btf, BtfId } from "../btf/types.ts";
import { MACHINE, SECTION_FLAG, SECTION_TYPE } from "../elf/elf.ts";
import { DATA_FLAGS, ElfWriter, type SymbolRef, UNDEFINED } from "../elf/write.ts";
import { BtfAdditions } from "./btf-additions.ts";
import { OBJECT_SPEC } from "./check-object.ts";
import { CodeWriter } from "./code-writer.ts";
import { ObjectError } from "./error.ts";
import { defineMap } from "./map-definition.ts";
import type { ObjectSpec, ProgramSpec } from "./object.ts";
import { declaredMaps } from "./read-maps.ts";
import { isRelocated } from "./relocate.ts";
import { type NewFunction, splitPrograms } from "./write-code.ts";
import { describeData, isData, type NewData, newData, variableOf } from "./write-data.ts";

/** How relocations patch. Source: Documentation/bpf/llvm_reloc.rst, v6.12. */
const ABS64 = 2; // R_BPF_64_ABS64: 8 bytes of data

/**
 * Writes an object as the file that clang would have written: libbpf, bpftool and llvm-objdump read it, and `fromElf`
 * gives the same object again, with what the file format demands added to its BTF. Throws ObjectError for what no file
 * can hold.
 */
export function toElf(object: ObjectSpec): Uint8Array {
  checkInput("toElf: the object", object, OBJECT_SPEC);
  if (isRelocated(object))
    throw new ObjectError("object/unwritable", "the object is fitted to a kernel", {
      remedy: "write the object as it was compiled or read",
    });
  return new ObjectFile(object).write();
}

const MAPS = ".maps";
const MOST_DECLARED = 1 << 24; // bytes of the declarations of maps
const ARENA = ".addr_space.1";

class ObjectFile {
  readonly #object: ObjectSpec;
  readonly #elf = new ElfWriter(MACHINE.bpf);
  readonly #btf: BtfAdditions;
  readonly #code: CodeWriter;

  constructor(object: ObjectSpec) {
    this.#object = object;
    this.#btf = new BtfAdditions(object.btf);
    this.#code = new CodeWriter(this.#elf, this.#btf);
  }

  write(): Uint8Array {
    const { programs, maps } = splitMaps(this.#object);
    const code = splitPrograms(this.#object);
    this.#addCode(code.shared, code.programs, programs);
    this.#addText("license", this.#object.license === "" ? undefined : this.#object.license);
    this.#addVersion();
    for (const data of maps.data) this.#addData(data);
    this.#addDeclared(maps.declared);
    this.#addStructOps();
    this.#addExterns();
    this.#addExtraSections();
    this.#code.writeAll();
    const ext = this.#code.btfExt();
    if (ext !== undefined)
      this.#elf.addSection({ name: ".BTF.ext", type: SECTION_TYPE.progbits, data: ext, align: 4 });
    this.#elf.addSection({ name: ".BTF", type: SECTION_TYPE.progbits, data: this.#btf.finish(), align: 4 });
    return this.#elf.finish();
  }

  #addCode(
    shared: readonly NewFunction[],
    entries: ReadonlyMap<ProgramSpec, NewFunction>,
    programs: ReadonlyMap<string, readonly ProgramSpec[]>,
  ): void {
    this.#code.addSection(".text", shared);
    for (const [section, list] of programs)
      this.#code.addSection(
        section,
        list.map((program) => entries.get(program) as NewFunction),
      );
  }

  #addText(name: string, text: string | undefined): void {
    if (text === undefined) return;
    const data = new TextEncoder().encode(`${text}\0`);
    const section = this.#elf.addSection({ name, type: SECTION_TYPE.progbits, flags: DATA_FLAGS, data });
    this.#addSectionVariables(name, section);
  }

  #addVersion(): void {
    const { version } = this.#object;
    if (version === undefined) return;
    const data = new Uint8Array(Uint32Array.of(version).buffer);
    const shape = { type: SECTION_TYPE.progbits, flags: DATA_FLAGS, align: 4 };
    this.#addSectionVariables("version", this.#elf.addSection({ name: "version", ...shape, data }));
  }

  #addExtraSections(): void {
    for (const { name, data } of this.#object.extraSections ?? []) {
      const shape = { type: SECTION_TYPE.progbits, flags: DATA_FLAGS, align: 8 };
      this.#addSectionVariables(name, this.#elf.addSection({ name, ...shape, data }));
    }
  }

  /** Symbols for a section's variables as BTF has them. */
  #addSectionVariables(name: string, section: number): void {
    const { old } = this.#btf;
    const [id] = old.find(name, "section");
    const datasec = id === undefined ? undefined : old.type(id);
    if (datasec?.kind !== "section") return;
    for (const { type, offset, size } of datasec.vars) {
      const variable = old.type(type);
      if (variable.kind !== "var") continue;
      const binding = variable.linkage === "static" ? "local" : "global";
      this.#elf.addSymbol({ name: variable.name, type: "object", binding, section, value: offset, size });
    }
  }

  #addData(entry: NewData): void {
    const { map, section: name, kind, data } = entry;
    if (map.section !== undefined) return this.#addVariables(name, map, map.section, data);
    const flags = kind === "rodata" ? SECTION_FLAG.alloc : DATA_FLAGS;
    const shape = { type: SECTION_TYPE.progbits, flags, align: 8, ...(data && { data }) };
    const section = this.#elf.addSection({ name, ...shape });
    const symbol = this.#elf.addSymbol({ name, type: "section", binding: "local", section });
    describeData(this.#btf, entry);
    const binding = (map.flags & MAP_FLAGS.mmapable) !== 0 ? "global" : "local";
    this.#elf.addSymbol({ name: variableOf(map), type: "object", binding, section, size: map.valueSize });
    this.#code.addData(map.name, symbol, []);
  }

  /** A section of variables. Without `data` it takes no room in the file. */
  #addVariables(
    name: string,
    map: MapSpec,
    { kind, variables }: DataSection,
    data: Uint8Array | undefined,
  ): void {
    const type = data === undefined ? SECTION_TYPE.nobits : SECTION_TYPE.progbits;
    const flags = kind === "rodata" ? SECTION_FLAG.alloc : DATA_FLAGS;
    const content = data === undefined ? { size: map.valueSize } : { data };
    const section = this.#elf.addSection({ name, type, flags, align: 8, ...content });
    const sectionSymbol = this.#elf.addSymbol({ name, type: "section", binding: "local", section });
    const seen: { offset: number; size: number; symbol: SymbolRef }[] = [];
    for (const { name: variable, offset, size, linkage, hidden } of variables) {
      const symbol = this.#elf.addSymbol({
        name: variable,
        type: "object",
        binding: linkage === "static" ? "local" : linkage,
        section,
        value: offset,
        size,
        ...(hidden && { visibility: "hidden" }),
      });
      if (linkage !== "static") seen.push({ offset, size, symbol });
    }
    this.#code.addData(map.name, sectionSymbol, seen);
  }

  /** Maps of .maps. BTF that declares just these is kept, so that an object that was read stays what it was. */
  #addDeclared(maps: readonly MapSpec[]): void {
    if (maps.length === 0) return;
    const { places, bytes } = keptMaps(this.#btf.old, maps) ?? this.#declare(maps);
    const shape = { type: SECTION_TYPE.progbits, flags: DATA_FLAGS, align: 8 };
    const section = this.#elf.addSection({ name: MAPS, ...shape, data: new Uint8Array(bytes) });
    for (const [i, map] of maps.entries()) {
      const { offset } = places[i] as Place;
      const size = (places[i + 1]?.offset ?? bytes) - offset;
      const seen = { name: map.name, type: "object", binding: "global" } as const;
      this.#code.addMap(map.name, this.#elf.addSymbol({ ...seen, section, value: offset, size }));
    }
    for (const [i, map] of maps.entries()) {
      this.#addSlots(section, map, places[i] as Place);
      if (map.section?.kind === "arena") this.#addVariables(ARENA, map, map.section, map.initial);
    }
  }

  #declare(maps: readonly MapSpec[]): MapPlaces {
    for (const id of this.#btf.old.find(MAPS, "section")) this.#btf.rename(id, `${MAPS}.old`);
    let bytes = 0;
    const vars: { type: BtfId; offset: number; size: number }[] = [];
    const places = maps.map((map) => {
      const defined = defineMap(this.#btf, map);
      const offset = bytes;
      vars.push({ type: this.#btf.variable(map.name, defined.type, "global"), offset, size: defined.bytes });
      bytes += defined.bytes;
      return { offset, valuesAt: defined.valuesAt };
    });
    this.#btf.section(MAPS, bytes, vars);
    return { places, bytes };
  }

  #addSlots(section: number, map: MapSpec, { offset, valuesAt }: Place): void {
    for (const { index, name } of map.slots ?? []) {
      const symbol = map.type === "progArray" ? this.#code.functionSymbol(name) : this.#code.mapSymbol(name);
      if (symbol === undefined || valuesAt === undefined)
        throw unwritableMap(map, `its slot ${index} holds ${name}, which the object has not`);
      this.#elf.addRelocation(section, offset + valuesAt + index * 8, symbol, ABS64);
    }
  }

  #addStructOps(): void {
    const { old } = this.#btf;
    for (const name of [".struct_ops", ".struct_ops.link", "?.struct_ops", "?.struct_ops.link"]) {
      const [id] = old.find(name, "section");
      const datasec = id === undefined ? undefined : old.type(id);
      if (datasec?.kind !== "section") continue;
      const data = new Uint8Array(datasec.bytes);
      const relocations: { offset: number; symbol: SymbolRef }[] = [];
      for (const { type, offset } of datasec.vars) {
        const map = this.#object.maps.find((m) => m.structOps && m.name === old.nameOf(type));
        if (map === undefined) continue;
        data.set((map.initial ?? new Uint8Array(0)).subarray(0, datasec.bytes - offset), offset);
        for (const { offset: member, program } of map.structOps?.programs ?? []) {
          const symbol = this.#code.functionSymbol(program);
          if (symbol === undefined) throw unwritableMap(map, `program ${program} is not there`);
          relocations.push({ offset: offset + member, symbol });
        }
      }
      const shape = { type: SECTION_TYPE.progbits, flags: DATA_FLAGS, align: 8 };
      const section = this.#elf.addSection({ name, ...shape, data });
      this.#addSectionVariables(name, section);
      for (const { offset, symbol } of relocations) this.#elf.addRelocation(section, offset, symbol, ABS64);
    }
  }

  #addExterns(): void {
    for (const extern of this.#object.externs ?? []) {
      const binding = extern.weak ? "weak" : "global";
      const symbol = this.#elf.addSymbol({ name: extern.name, type: "none", binding, section: UNDEFINED });
      this.#code.addExtern(extern, symbol);
    }
  }
}

/** Where a map is in .maps; `valuesAt`: byte of it at which its slots begin. */
type Place = Readonly<{ offset: number; valuesAt: number | undefined }>;
type MapPlaces = Readonly<{ places: readonly Place[]; bytes: number }>;

/** The places that BTF has for just these maps, or undefined when it declares others, or has no room for their slots. */
function keptMaps(btf: Btf, maps: readonly MapSpec[]): MapPlaces | undefined {
  const known = declaredMaps(btf);
  const [id] = btf.find(MAPS, "section");
  const datasec = id === undefined ? undefined : btf.type(id);
  if (known === undefined || datasec?.kind !== "section" || known.length !== maps.length) return undefined;
  if (datasec.bytes > MOST_DECLARED) return undefined; // no compiler wrote that
  const isSame = known.every(({ map, offset, valuesAt = 0 }, i) => {
    const wanted = maps[i] as MapSpec;
    const end = known[i + 1]?.offset ?? datasec.bytes;
    const slots = Math.max(0, ...(wanted.slots ?? []).map(({ index }) => index + 1));
    return keyOfMap(map) === keyOfMap(wanted) && offset + valuesAt + slots * 8 <= end;
  });
  return isSame ? { places: known, bytes: datasec.bytes } : undefined;
}

/** The maps of .maps and those that are sections, and the programs by section. */
function splitMaps(object: ObjectSpec) {
  const data: NewData[] = [];
  const declared: MapSpec[] = [];
  for (const map of object.maps) {
    if (map.structOps !== undefined || map.section?.kind === "kconfig") continue;
    if (!isData(map, object)) {
      declared.push(map);
      continue;
    }
    const entry = newData(map);
    if (entry === undefined)
      throw unwritableMap(
        map,
        "programs use the address of its value, and a section of variables cannot be such a map",
      );
    data.push(distinct(entry, data));
  }
  const programs = new Map<string, ProgramSpec[]>();
  for (const program of object.programs) {
    const name = sectionOf(program);
    const list = programs.get(name);
    if (list) list.push(program);
    else programs.set(name, [program]);
  }
  return { programs, maps: { data, declared } };
}

/** Names of maps can differ where the names of their sections would not. */
function distinct(entry: NewData, others: readonly NewData[]): NewData {
  const isTaken = (section: string) => others.some((other) => other.section === section);
  let { section } = entry;
  for (let n = 2; isTaken(section); n++) section = `${entry.section}_${n}`;
  return { ...entry, section };
}

/** The section's name, which must say all that the file says nowhere else. */
function sectionOf({ section, sleepable, frags, autoload }: ProgramSpec): string {
  const parsed = parseSection(section);
  const slash = section.indexOf("/");
  const [head, tail] = slash === -1 ? [section, ""] : [section.slice(0, slash), section.slice(slash)];
  const suffix =
    sleepable && parsed?.rule.sleepable && !parsed.sleepable
      ? ".s"
      : frags && parsed?.rule.frags && !parsed.frags
        ? ".frags"
        : "";
  return `${autoload === false ? "?" : ""}${head}${suffix}${tail}`;
}

/** All that a declaration says of a map, in one order. */
function keyOfMap(map: MapSpec): string {
  const {
    name,
    type,
    keySize,
    valueSize,
    maxEntries,
    flags,
    btfKey,
    btfValue,
    inner,
    mapExtra,
    numaNode,
    pinning,
  } = map;
  const numbers = [keySize, valueSize, maxEntries, flags, btfKey, btfValue, mapExtra, numaNode, pinning];
  return `${name} ${type} ${numbers.join(" ")} (${inner ? keyOfMap(inner) : ""})`;
}

function unwritableMap(map: MapSpec, why: string): ObjectError {
  return new ObjectError("object/unwritable", `map ${map.name} cannot be written to a file: ${why}`, {
    remedy: "use a map of type array with one entry, or look its value up",
  });
}
