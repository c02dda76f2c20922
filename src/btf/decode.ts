import { chaseInt, decodeType, enumValue, type TypeSource } from "./decode-type.ts";
import { BtfError } from "./error.ts";
import { FlatTypes, type OwnTypes } from "./flat-types.ts";
import { readHeader, typeWords } from "./header.ts";
import { KIND, KINDS, kindNumber } from "./kinds.ts";
import { listEnumerators, listTypes, NameIndex, scanEnumerators, scanTypes } from "./name-index.ts";
import { BtfStrings } from "./strings.ts";
import { TypeStarts } from "./type-starts.ts";
import type { Btf, BtfId, BtfType } from "./types.ts";

/**
 * Opens a BTF blob in place: one pass over the type section finds where each type starts, everything else is read when
 * it is asked for. `bytes` must not change while the result is in use. `base` is the kernel's BTF when `bytes` is a
 * module's (split BTF); it must come from `parseBtf` too. Throws BtfError.
 */
export function parseBtf(bytes: Uint8Array, base?: Btf, options: BtfOptions = {}): BtfBlob {
  if (base !== undefined && !(base instanceof BtfBlob))
    throw new Error("bug: the base of split BTF must come from parseBtf");
  return new BtfBlob(bytes, base, options);
}

/**
 * `uniqueStrings`: no text is in the string section twice, and none is the end of another, as pahole writes it for
 * kernels: a name is found without looking at all of them. `sound`: the kernel has checked it, so that even the pass
 * over its types goes only as far as it must; what is wrong is found when it is reached.
 */
export type BtfOptions = Readonly<{ uniqueStrings?: boolean; sound?: boolean }>;

/** One enumerator and the enum that it belongs to. */
export type FoundEnumerator = Readonly<{ type: BtfId; value: bigint }>;

type Scanned = Readonly<{ ids: readonly BtfId[]; flavours?: readonly string[] }>;

/** The types of a blob as words. */
export function flatTypes(btf: Btf): FlatTypes {
  if (btf instanceof BtfBlob) return btf.flat;
  throw new Error("bug: these types do not come from parseBtf");
}

const VOID: BtfType = { kind: "void" };
const SCANS_BEFORE_INDEX = 4; // a scan costs a small part of an index, and most programs look up two or three names

const CHEAP_SCANS_BEFORE_INDEX = 24;

/** BTF read in place. Beyond `Btf` it answers questions about many types at once without decoding them. */
export class BtfBlob implements Btf {
  /** Id of this blob's first own type: 1, or behind the base's last. */
  readonly firstId: number;
  readonly base: BtfBlob | undefined;
  readonly #source: TypeSource;
  readonly #words: Uint32Array;
  readonly #starts: TypeStarts; // of own types
  readonly #isSound: boolean;
  readonly #strings: BtfStrings;
  readonly #decoded: (BtfType | undefined)[][] = []; // by own index, 512 together
  #flat: FlatTypes | undefined;
  #functions: NameIndex | undefined;
  #others: NameIndex | undefined;
  #enumerators: NameIndex | undefined;
  readonly #scans = new Map<string, Scanned>();
  readonly #parts = new Map<string, readonly string[]>();
  #enumScans = 0;
  #sections: ReadonlyMap<string, readonly BtfId[]> | undefined;

  constructor(bytes: Uint8Array, base: BtfBlob | undefined, options: BtfOptions) {
    const { uniqueStrings = false, sound = false } = options;
    const header = readHeader(bytes, base !== undefined);
    this.base = base;
    this.firstId = base?.count ?? 1;
    this.#words = typeWords(bytes, header.types, header.typesBytes);
    this.#starts = new TypeStarts(this.#words, header.types);
    this.#isSound = sound;
    if (!sound) this.#starts.all();
    const strings = bytes.subarray(header.strings, header.strings + header.stringsBytes);
    this.#strings = new BtfStrings(strings, base === undefined ? undefined : base.#strings, uniqueStrings);
    this.#source = {
      words: this.#words,
      start: header.types,
      string: (offset) => this.#strings.at(offset),
      ref: (id) => this.#checked(id),
      intEncoding: (id) => chaseInt((i) => this.#place(i), id),
    };
  }

  get count(): number {
    return this.firstId + this.#starts.all().length;
  }

  type(id: BtfId): BtfType {
    if (id === 0) return VOID;
    if (id < this.firstId && this.base) return this.base.type(id);
    const index = id - this.firstId;
    const known = this.#decoded[index >>> 9]?.[index & 511];
    if (known !== undefined) return known;
    const type = decodeType(this.#source, this.#start(id));
    this.#decoded[index >>> 9] ??= new Array<BtfType | undefined>(512);
    (this.#decoded[index >>> 9] as (BtfType | undefined)[])[index & 511] = type;
    return type;
  }

  /** All types as words, the base's included. */
  get flat(): FlatTypes {
    this.#flat ??= new FlatTypes(this.#own(), this.base?.flat, (id) => this.type(id as BtfId));
    return this.#flat;
  }

  #own(): OwnTypes {
    const { bytes: strings, areUnique: uniqueStrings } = this.#strings;
    return { words: this.#words, starts: this.#starts.all(), strings, uniqueStrings };
  }

  /** The kind of a type, without decoding it. Throws BtfError for an id out of range. */
  kindOf(id: BtfId): BtfType["kind"] {
    if (id === 0) return "void";
    if (id < this.firstId && this.base) return this.base.kindOf(id);
    return KINDS[kindNumber(this.#words[this.#start(id) + 1] as number)]?.kind ?? "void";
  }

  /** The name of a type, "" where it has none, without decoding the rest. Throws BtfError for an id out of range. */
  nameOf(id: BtfId): string {
    if (id === 0) return "";
    if (id < this.firstId && this.base) return this.base.nameOf(id);
    return this.#strings.at(this.#words[this.#start(id)] as number);
  }

  /** The string at an offset of the string section, as line info and CO-RE records refer to it. Throws BtfError. */
  string(offset: number): string {
    return this.#strings.at(offset);
  }

  /** Every string that holds `part` (ASCII), the base's included: names of types and of their parts. */
  stringsWith(part: string): readonly string[] {
    const known = this.#parts.get(part);
    if (known !== undefined) return known;
    const found = [...(this.base?.stringsWith(part) ?? []), ...this.#strings.containing(part)];
    this.#parts.set(part, found);
    return found;
  }

  /** The strings that begin with `name___`: other declarations of a type of that name have such names. */
  flavoursOf(name: string): readonly string[] {
    const scanned = this.#scanned(name);
    if (scanned?.flavours === undefined)
      return this.stringsWith("___").filter((text) => text.startsWith(`${name}___`));
    return [...(this.base?.flavoursOf(name) ?? []), ...scanned.flavours];
  }

  find(name: string, kind?: BtfType["kind"]): readonly BtfId[] {
    const found = this.base ? [...this.base.find(name, kind)] : [];
    if (name === "" || name.includes("\0")) return found;
    if (kind === "section" && !this.#isSound) return [...found, ...this.#sectionsOf(name)];
    const own = this.#scanned(name)?.ids ?? this.#lookedUp(name, kind);
    for (const id of own) if (kind === undefined || this.kindOf(id) === kind) found.push(id);
    return found;
  }

  /** The own types of a kind, without decoding them. */
  idsOf(kind: keyof typeof KIND): readonly BtfId[] {
    const words = this.#words;
    const found: BtfId[] = [];
    const starts = this.#starts.all();
    for (let index = 0; index < starts.length; index++)
      if (kindNumber(words[(starts[index] as number) + 1] as number) === KIND[kind])
        found.push((this.firstId + index) as BtfId);
    return found;
  }

  // An object is asked for a type of each of its sections: one pass over its few types finds them all.
  #sectionsOf(name: string): readonly BtfId[] {
    if (this.#sections === undefined) {
      const sections = new Map<string, BtfId[]>();
      for (const id of this.idsOf("section")) {
        const own = this.nameOf(id);
        sections.set(own, [...(sections.get(own) ?? []), id]);
      }
      this.#sections = sections;
    }
    return this.#sections.get(name) ?? [];
  }

  /** Every enumerator of that name, in the order of their enums. */
  findEnumerators(name: string): readonly FoundEnumerator[] {
    const found: FoundEnumerator[] = this.base ? [...this.base.findEnumerators(name)] : [];
    if (name === "" || name.includes("\0")) return found;
    const words = this.#words;
    const starts = this.#starts.all();
    const add = (owner: number, at: number) => {
      const info = words[(starts[owner] as number) + 1] as number;
      const value = enumValue(words, at, kindNumber(info) === KIND.enum64, info >>> 31 === 1);
      found.push({ type: (this.firstId + owner) as BtfId, value });
    };
    const offsets = this.#enumScans++ < SCANS_BEFORE_INDEX ? this.#strings.search(name)?.offsets : undefined;
    if (offsets !== undefined) scanEnumerators(words, starts, offsets, add);
    else {
      this.#enumerators ??= new NameIndex(words, listEnumerators(words, starts), this.#strings);
      this.#enumerators.find(name, add);
    }
    return found;
  }

  /** The own types of that name by a search of the strings, or undefined when it is time to use the index. */
  #scanned(name: string): Scanned | undefined {
    const known = this.#scans.get(name);
    if (known !== undefined) return known;
    const most = this.#strings.areUnique ? CHEAP_SCANS_BEFORE_INDEX : SCANS_BEFORE_INDEX;
    if (this.#scans.size >= most) return undefined;
    const found = this.#strings.search(name);
    if (found === undefined) return undefined;
    const ids: BtfId[] = [];
    scanTypes(this.#words, this.#starts, found.offsets, (owner) => ids.push((this.firstId + owner) as BtfId));
    const scanned: Scanned = { ids, ...(found.flavours && { flavours: found.flavours }) };
    this.#scans.set(name, scanned);
    return scanned;
  }

  #lookedUp(name: string, kind?: BtfType["kind"]): readonly BtfId[] {
    const ids: BtfId[] = [];
    const add = (owner: number) => ids.push((this.firstId + owner) as BtfId);
    if (kind !== "func") this.#typeNames(false).find(name, add);
    if (kind === undefined || kind === "func") this.#typeNames(true).find(name, add);
    return ids.sort((a, b) => a - b);
  }

  /** Functions are indexed apart, since a kernel has more of them than of all other names. */
  #typeNames(functions: boolean): NameIndex {
    const make = () =>
      new NameIndex(this.#words, listTypes(this.#words, this.#starts.all(), functions), this.#strings);
    if (functions) {
      this.#functions ??= make();
      return this.#functions;
    }
    this.#others ??= make();
    return this.#others;
  }

  #start(id: number): number {
    const at = this.#starts.at(id - this.firstId);
    if (at === undefined)
      throw new BtfError("btf/bad-id", `there is no type ${id}; ids go from 0 to ${this.count - 1}`);
    return at;
  }

  #place(id: number): readonly [Uint32Array, number] | undefined {
    if (id < this.firstId) return this.base === undefined ? undefined : this.base.#place(id);
    const at = this.#starts.at(id - this.firstId);
    return at === undefined ? undefined : [this.#words, at];
  }

  #checked(id: number): BtfId {
    if (!this.#isSound && id >= this.count)
      throw new BtfError("btf/bad-id", `a type refers to type ${id} of ${this.count}`);
    return id as BtfId;
  }
}
