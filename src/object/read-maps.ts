import type { MapSlot, MapSpec, MapType } from "../abi/map-spec.ts";
import { mapTypeOf } from "../abi/map-types.ts";
import { resolve, resolveId, sizeOf } from "../btf/layout.ts";
import type { Btf, BtfId, BtfType, Member, SectionVar } from "../btf/types.ts";
import { type ElfSection, findSection } from "../elf/elf.ts";
import { ObjectError } from "./error.ts";
import type { OpenObject } from "./open-object.ts";
import { mapKey } from "./references.ts";

/** Maps as the file declares them, and where: keys as in `references.ts`. */
export type FoundMaps = Readonly<{ maps: readonly MapSpec[]; places: ReadonlyMap<string, string> }>;

export const MAPS = ".maps";
const POINTER_BYTES = 8;
const MOST_ATTRIBUTES = 64; // there are 12

/** Reads the maps that are declared by BTF in the section .maps. Throws ObjectError. */
export function readMaps(open: OpenObject): FoundMaps {
  const section = findSection(open.elf, MAPS);
  if (section === undefined || section.size === 0) return { maps: [], places: new Map() };
  const declared = open.btf && declaredMaps(open.btf);
  if (declared === undefined)
    throw new ObjectError("object/bad-map", "maps are declared by BTF, and the object has none for them", {
      section: MAPS,
      remedy: "compile with debug information: clang -g",
    });
  const places = new Map<string, string>();
  const slots = slotReader(open, section);
  const maps = declared.map((declaration, i) => {
    const { map, offset } = declaration;
    const key = mapKey(section.index, offset);
    if (places.has(key)) throw badMap(map.name, offset, "it is at the place of another");
    places.set(key, map.name);
    const initial = slots(declaration, declared[i + 1]?.offset ?? section.size);
    return initial.length === 0 ? map : { ...map, slots: initial };
  });
  return { maps, places };
}

/** A map as BTF declares it, and the byte of .maps where it is; `valuesAt`: byte of it where its slots begin. */
export type MapDeclaration = Readonly<{ map: MapSpec; offset: number; valuesAt: number | undefined }>;

/** Maps by their offset, without slots; undefined when BTF has no section .maps. Throws ObjectError or BtfError. */
export function declaredMaps(btf: Btf): readonly MapDeclaration[] | undefined {
  const [id] = btf.find(MAPS, "section");
  const datasec = id === undefined ? undefined : btf.type(id);
  if (datasec?.kind !== "section") return undefined;
  const names = new Set<string>();
  return [...datasec.vars]
    .sort((a, b) => a.offset - b.offset)
    .map((entry) => {
      const reader = new MapReader(btf, entry);
      const map = reader.read();
      if (names.has(map.name)) throw reader.bad("it is declared twice");
      names.add(map.name);
      return { map, offset: entry.offset, valuesAt: reader.valuesAt };
    });
}

/** What the type of a map's variable says of it. Throws ObjectError or BtfError. */
export function readMapType(btf: Btf, variable: BtfId): MapSpec {
  return new MapReader(btf, { type: variable, offset: 0, size: 0 }, { isDeclared: true }).read();
}

function badMap(name: string, offset: number, what: string): ObjectError {
  return new ObjectError("object/bad-map", `map \`${name}\`: ${what}`, {
    section: MAPS,
    offset,
    remedy:
      "declare it as libbpf's documentation shows: __uint(type, …), __type(key, …), __uint(max_entries, …)",
  });
}

type Definition = {
  type?: MapType;
  keySize?: number;
  valueSize?: number;
  maxEntries?: number;
  flags?: number;
  numaNode?: number;
  mapExtra?: bigint;
  pinning?: "byName";
  btfKey?: BtfId;
  btfValue?: BtfId;
  inner?: MapSpec;
  /** Byte of the variable at which the slots of `values` begin. */
  valuesAt?: number;
};

/** Reads one map's declaration: a struct whose members' types hold the map's attributes. */
class MapReader {
  readonly name: string;
  /** Byte of the variable at which the slots of `values` begin. */
  valuesAt: number | undefined;
  readonly #btf: Btf;
  readonly #entry: SectionVar;
  readonly #type: BtfId;

  /** `isDeclared`: the map may be defined elsewhere. */
  constructor(btf: Btf, entry: SectionVar, { isDeclared = false } = {}) {
    const variable = btf.type(entry.type);
    this.#btf = btf;
    this.#entry = entry;
    this.name = "name" in variable ? variable.name : "";
    if (variable.kind !== "var" || this.name === "") throw this.bad("it is no variable");
    if (variable.linkage === "extern" && !isDeclared)
      throw new ObjectError("object/undefined-symbol", `map \`${this.name}\` is declared and not defined`, {
        section: MAPS,
        offset: entry.offset,
        remedy: "link the object that defines it: skep gen object OUT IN…",
      });
    this.#type = variable.type;
  }

  read(): MapSpec {
    return this.#spec(this.name, this.#type, false);
  }

  bad(what: string): ObjectError {
    return badMap(this.name, this.#entry.offset, what);
  }

  #spec(name: string, id: BtfId, isInner: boolean): MapSpec {
    const struct = resolve(this.#btf, id);
    if (struct.kind !== "struct") throw this.bad(`its type is no struct but ${struct.kind}`);
    if (struct.members.length > MOST_ATTRIBUTES) throw this.bad(`it has ${struct.members.length} attributes`);
    const def: Definition = {};
    for (const [index, member] of struct.members.entries())
      this.#attribute(def, member, isInner, index === struct.members.length - 1);
    if (def.type === undefined) throw this.bad("its type is missing: write __uint(type, BPF_MAP_TYPE_…)");
    if (!isInner) this.valuesAt = def.valuesAt;
    return {
      name,
      type: def.type,
      keySize: def.keySize ?? 0,
      valueSize: def.valueSize ?? 0,
      maxEntries: def.maxEntries ?? 0,
      flags: def.flags ?? 0,
      ...(def.btfKey !== undefined && { btfKey: def.btfKey }),
      ...(def.btfValue !== undefined && { btfValue: def.btfValue }),
      ...(def.inner && { inner: def.inner }),
      ...(def.mapExtra !== undefined && { mapExtra: def.mapExtra }),
      ...(def.numaNode !== undefined && { numaNode: def.numaNode }),
      ...(def.pinning && { pinning: def.pinning }),
    };
  }

  #attribute(def: Definition, member: Member, isInner: boolean, isLast: boolean): void {
    switch (member.name) {
      case "type": {
        const number = this.#number(member);
        const type = mapTypeOf(number);
        if (type === undefined) throw this.bad(`map type ${number} is unknown`);
        def.type = type;
        return;
      }
      case "max_entries":
        def.maxEntries = this.#number(member);
        return;
      case "map_flags":
        def.flags = this.#number(member);
        return;
      case "numa_node":
        def.numaNode = this.#number(member);
        return;
      case "map_extra":
        def.mapExtra = this.#wide(member);
        return;
      case "key_size":
        def.keySize = this.#size("key", def.keySize, this.#number(member));
        return;
      case "value_size":
        def.valueSize = this.#size("value", def.valueSize, this.#number(member));
        return;
      case "key":
        def.btfKey = this.#pointed(member);
        def.keySize = this.#size("key", def.keySize, this.#sizeOf(def.btfKey));
        return;
      case "value":
        def.btfValue = this.#pointed(member);
        def.valueSize = this.#size("value", def.valueSize, this.#sizeOf(def.btfValue));
        return;
      case "values":
        if (!isLast) throw this.bad("`values` must be its last member");
        if (isInner) throw this.bad("inner maps cannot hold maps or programs");
        this.#values(def, member);
        return;
      case "pinning":
        this.#pinning(def, member, isInner);
        return;
      default:
        throw this.bad(`the attribute \`${member.name}\` is unknown`);
    }
  }

  #pinning(def: Definition, member: Member, isInner: boolean): void {
    const number = this.#number(member);
    if (isInner) throw this.bad("inner maps cannot be pinned");
    if (number > 1) throw this.bad(`pinning ${number} is unknown; write LIBBPF_PIN_BY_NAME or leave it out`);
    if (number === 1) def.pinning = "byName";
  }

  /** `values` is an array of pointers: to the declaration of the inner map, or to programs. */
  #values(def: Definition, member: Member): void {
    const array = this.#btf.type(resolveId(this.#btf, member.type));
    const pointer = array.kind === "array" ? resolve(this.#btf, array.of) : undefined;
    if (array.kind !== "array" || pointer?.kind !== "pointer")
      throw this.bad("`values` is no array of pointers");
    def.valueSize = this.#size("value", def.valueSize, 4);
    def.valuesAt = member.bitOffset / 8;
    const isOuter = def.type === "arrayOfMaps" || def.type === "hashOfMaps";
    if (isOuter) {
      def.inner = this.#spec(`${this.name}.inner`, pointer.to, true);
      return;
    }
    const isProgram = resolve(this.#btf, pointer.to).kind === "funcProto";
    if (def.type !== "progArray" || !isProgram)
      throw this.bad("`values` is for maps of maps and for program arrays");
  }

  /** Numbers stand in types: a pointer to an array of that length, or an enum with that one value. */
  #number(member: Member): number {
    const value = this.#wide(member);
    if (value < 0n || value > 0xffffffffn)
      throw this.bad(`${member.name} is ${value}, and must fit in 32 bits`);
    return Number(value);
  }

  #wide(member: Member): bigint {
    const type: BtfType = resolve(this.#btf, member.type);
    if (type.kind === "enum") {
      const [only] = type.members;
      if (only === undefined) throw this.bad(`${member.name} has no value`);
      return BigInt.asUintN(64, only.value);
    }
    const array = type.kind === "pointer" ? resolve(this.#btf, type.to) : undefined;
    if (array?.kind !== "array") throw this.bad(`${member.name} is not written as __uint(${member.name}, …)`);
    return BigInt(array.length);
  }

  #pointed(member: Member): BtfId {
    const type = resolve(this.#btf, member.type);
    if (type.kind !== "pointer") throw this.bad(`${member.name} is not written as __type(${member.name}, …)`);
    return type.to;
  }

  #sizeOf(id: BtfId): number {
    return sizeOf(this.#btf, id);
  }

  #size(what: string, known: number | undefined, size: number): number {
    if (known !== undefined && known !== size)
      throw this.bad(`its ${what} has ${known} bytes and also ${size} bytes`);
    return size;
  }
}

/** What the relocations of .maps put into the slots of `values`. Asked for one declaration after the other. */
function slotReader(
  open: OpenObject,
  section: ElfSection,
): (declared: MapDeclaration, end: number) => MapSlot[] {
  const relocations = [...open.relocations(section)].sort((a, b) => a.offset - b.offset);
  let next = 0;
  return ({ map, offset: start, valuesAt }, end) => {
    const slots: MapSlot[] = [];
    for (; next < relocations.length; next++) {
      const { offset, symbol } = relocations[next] as (typeof relocations)[number];
      if (offset >= end) break;
      const found = open.symbols[symbol];
      const index = (offset - start - (valuesAt ?? Number.NaN)) / POINTER_BYTES;
      if (found === undefined || found.name === "" || !Number.isInteger(index) || index < 0)
        throw badMap(
          map.name,
          offset,
          `the initial value ${offset - start} bytes into it is nothing that a slot can hold`,
        );
      slots.push({ index, name: found.name });
    }
    return slots;
  };
}
