import { type Claims, HashedClaims, OddName, PlacedClaims } from "./c-claims.ts";
import { type CName, type CNames, isBaseType, textAt } from "./c-names.ts";
import { flatTypes } from "./decode.ts";
import type { FlatTypes } from "./flat-types.ts";
import { elements, KIND } from "./kinds.ts";
import type { Btf, BtfId } from "./types.ts";

/** Typedefs that compilers have built in; the kernel's own, of another layout maybe, needs another name. */
const BUILT_IN = ["__builtin_va_list", "__builtin_ms_va_list", "__int128_t", "__uint128_t"];

/** Kinds whose types have names in C. */
const NAMED = [KIND.struct, KIND.union, KIND.enum, KIND.enum64, KIND.typedef, KIND.int, KIND.forward];

/**
 * Names for a whole file. C has one name space for struct, union and enum tags and one for typedefs and enumerators;
 * of several types that would have the same name, all but the first get `___2`, `___3` … behind it, which CO-RE
 * ignores ("flavours"). A forward declaration has the name of its definition. Throws BtfError.
 */
export function uniqueNames(btf: Btf): CNames {
  const flat = flatTypes(btf);
  const ids = flat.idsOf(...NAMED);
  const hashed = (taken: readonly string[]): Claims => new HashedClaims(flat.strings, taken);
  if (!flat.uniqueStrings) return namesOf(btf, ids, hashed);
  try {
    return namesOf(btf, ids, (taken) => new PlacedClaims(flat.strings, taken));
  } catch (error) {
    if (error instanceof OddName) return namesOf(btf, ids, hashed);
    throw error;
  }
}

function namesOf(btf: Btf, ids: Uint32Array, claims: (taken: readonly string[]) => Claims): CNames {
  const names = new UniqueNames(btf, claims([]), claims(BUILT_IN));
  for (let i = 0; i < ids.length; i++) names.add(ids[i] as BtfId);
  names.addForwards();
  return names;
}

class UniqueNames implements CNames {
  readonly #btf: Btf;
  readonly #flat: FlatTypes;
  readonly #tags: Claims;
  readonly #ordinary: Claims;
  /** Of types whose name is not what BTF has; `#isOther` tells which these are. */
  readonly #others = new Map<BtfId, string>();
  readonly #isOther: Uint8Array;
  readonly #enumerators = new Map<BtfId, (string | undefined)[]>();
  readonly #forwards: BtfId[] = [];
  /** What the first struct and the first union of a name are called. */
  readonly #definitions = new Map<CName, CName>();

  constructor(btf: Btf, tags: Claims, ordinary: Claims) {
    this.#btf = btf;
    this.#flat = flatTypes(btf);
    this.#tags = tags;
    this.#ordinary = ordinary;
    this.#isOther = new Uint8Array(btf.count);
  }

  type(id: BtfId, offset: number): CName {
    return this.#isOther[id] === 1 ? (this.#others.get(id) as string) : offset;
  }

  enumerators(id: BtfId): readonly (string | undefined)[] | undefined {
    return this.#enumerators.get(id);
  }

  add(id: BtfId): void {
    const kind = this.#flat.kind(id);
    switch (kind) {
      case KIND.struct:
      case KIND.union:
        this.#addTag(id, kind);
        return;
      case KIND.enum:
      case KIND.enum64:
        this.#addEnumerators(id, kind === KIND.enum64 ? 3 : 2);
        this.#addTag(id, kind);
        return;
      case KIND.typedef:
      case KIND.int:
        this.#addOrdinary(id, kind);
        return;
      case KIND.forward:
        this.#forwards.push(id);
        return;
      default:
        return;
    }
  }

  /** Names the forward declarations, when all definitions have their names. */
  addForwards(): void {
    const { words, starts } = this.#flat;
    for (const id of this.#forwards) {
      this.#flat.check(id);
      const start = starts[id] as number;
      const offset = words[start] as number;
      const entry = this.#tags.find(offset);
      const key = this.#key(offset, entry, (words[start + 1] as number) >>> 31 === 1);
      const given = this.#definitions.get(key) ?? this.#tags.claim(offset, entry);
      this.#definitions.set(key, given);
      if (typeof given === "string") this.#rename(id, given);
    }
  }

  #rename(id: BtfId, name: string): void {
    this.#isOther[id] = 1;
    this.#others.set(id, name);
  }

  #addTag(id: BtfId, kind: number): void {
    const offset = this.#nameOf(id);
    if (offset === -1) return;
    const entry = this.#tags.find(offset);
    const given = this.#tags.claim(offset, entry);
    if (typeof given === "string") this.#rename(id, given);
    if (kind !== KIND.struct && kind !== KIND.union) return;
    const key = this.#key(offset, entry, kind === KIND.union);
    if (!this.#definitions.has(key)) this.#definitions.set(key, given);
  }

  #addOrdinary(id: BtfId, kind: number): void {
    const offset = this.#nameOf(id);
    if (offset === -1) return;
    if (kind === KIND.int) {
      const name = textAt(this.#flat.strings, offset);
      if (isBaseType(name)) {
        this.#rename(id, name);
        return;
      }
    }
    const given = this.#ordinary.claim(offset, this.#ordinary.find(offset));
    if (typeof given === "string") this.#rename(id, given);
  }

  /** Where BTF has the name of a type that need not have been checked, or -1: it has none. */
  #nameOf(id: BtfId): number {
    const { words, starts, strings, endOfNames } = this.#flat;
    const offset = words[starts[id] as number] as number;
    if (offset >= endOfNames && this.#btf.nameOf(id) === "") return -1; // or it throws
    return strings[offset] === 0 ? -1 : offset;
  }

  #addEnumerators(id: BtfId, step: number): void {
    this.#flat.check(id);
    const { words, starts } = this.#flat;
    const start = starts[id] as number;
    const count = elements(words[start + 1] as number);
    const claims = this.#ordinary;
    let renamed: (string | undefined)[] | undefined;
    for (let i = 0; i < count; i++) {
      const offset = words[start + 3 + i * step] as number;
      const given = claims.claim(offset, claims.find(offset));
      if (typeof given !== "string") continue;
      renamed ??= new Array(count);
      renamed[i] = given;
    }
    if (renamed !== undefined) this.#enumerators.set(id, renamed);
  }

  /** A struct or union by what BTF calls it: names that only look alike in C are different ones. */
  #key(offset: number, entry: number, isUnion: boolean): CName {
    if (this.#tags.isPlain) return entry * 2 + Number(isUnion);
    return `${isUnion ? "union" : "struct"} ${textAt(this.#flat.strings, offset)}`;
  }
}
