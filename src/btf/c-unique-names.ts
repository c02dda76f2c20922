import { TextBytes } from "../base/text-bytes.ts";
import {
  type CName,
  type CNames,
  IDENTIFIER_BYTES,
  identifier,
  isBaseType,
  isIdentifier,
  textAt,
} from "./c-names.ts";
import { flatTypes } from "./decode.ts";
import { BtfError } from "./error.ts";
import type { FlatTypes } from "./flat-types.ts";
import { elements, KIND } from "./kinds.ts";
import type { Btf, BtfId } from "./types.ts";

/** Typedefs that compilers have built in; the kernel's own, of another layout maybe, needs another name. */
const BUILT_IN = ["__builtin_va_list", "__builtin_ms_va_list", "__int128_t", "__uint128_t"];

/** Kinds whose types have names in C. */
const NAMED = [KIND.struct, KIND.union, KIND.enum, KIND.enum64, KIND.typedef, KIND.int, KIND.forward];

const MAX_FLAVOUR_BYTES = 1 << 28; // of all names that are made: less than any memory, more than any kernel

/**
 * Names for a whole file. C has one name space for struct, union and enum tags and one for typedefs and enumerators;
 * of several types that would have the same name, all but the first get `___2`, `___3` … behind it, which CO-RE
 * ignores ("flavours"). A forward declaration has the name of its definition. Throws BtfError.
 */
export function uniqueNames(btf: Btf): CNames {
  const names = new UniqueNames(btf);
  for (const id of flatTypes(btf).idsOf(...NAMED)) names.add(id as BtfId);
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

  constructor(btf: Btf) {
    this.#btf = btf;
    this.#flat = flatTypes(btf);
    this.#tags = new Claims(this.#flat.strings, []);
    this.#ordinary = new Claims(this.#flat.strings, BUILT_IN);
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

const FNV_BASIS = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
const FIRST_SLOTS = 1 << 13;

/**
 * One name space: who asks first gets the name. A hash table of the bytes of names, since the same one may stand at
 * several offsets; its entries are numbered in the order of their coming.
 */
class Claims {
  readonly #strings: Uint8Array;
  readonly #made: TextBytes; // names that BTF does not have, each with a NUL; offsets count on to them
  #slots = new Int32Array(FIRST_SLOTS); // open addressing: entry + 1
  #offsets = new Uint32Array(FIRST_SLOTS / 2); // by entry, as all of these
  #hashes = new Int32Array(FIRST_SLOTS / 2);
  #askers = new Uint32Array(FIRST_SLOTS / 2);
  #count = 0;
  /** Whether the string that `find` was asked for last is an identifier as it stands. */
  isPlain = false;

  constructor(strings: Uint8Array, taken: readonly string[]) {
    this.#strings = strings;
    this.#made = new TextBytes(
      MAX_FLAVOUR_BYTES,
      () => new BtfError("btf/too-large", "the names of the types take more than 256 MB"),
    );
    for (const name of taken) this.#askers[this.#findText(name)] = 1;
  }

  /** The entry of the string at an offset that has been checked, as the identifier that it makes. */
  find(offset: number): number {
    const strings = this.#strings;
    let hash = FNV_BASIS;
    let at = offset;
    for (let byte = strings[at] as number; IDENTIFIER_BYTES[byte] === 1; byte = strings[++at] as number)
      hash = Math.imul(hash ^ byte, FNV_PRIME);
    this.isPlain = isIdentifier(strings, offset, at - offset);
    if (!this.isPlain) return this.#findText(identifier(textAt(strings, offset)));
    return this.#entry(strings, offset, hash, offset);
  }

  /** The name that one gets who asks for the string at this offset, whose entry was found last. */
  claim(offset: number, entry: number): CName {
    const before = this.#askers[entry] as number;
    if (before === 0) {
      this.#askers[entry] = 1;
      return this.isPlain ? offset : identifier(textAt(this.#strings, offset));
    }
    const name = identifier(textAt(this.#strings, offset));
    let next = before + 1;
    let flavour = this.#findText(`${name}___${next}`);
    while ((this.#askers[flavour] as number) > 0) flavour = this.#findText(`${name}___${++next}`);
    this.#askers[entry] = next;
    this.#askers[flavour] = 1;
    return `${name}___${next}`;
  }

  #findText(text: string): number {
    const at = this.#made.length;
    this.#made.text(`${text}\0`);
    let hash = FNV_BASIS;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), FNV_PRIME);
    const before = this.#count;
    const entry = this.#entry(this.#made.bytes(), at, hash, this.#strings.length + at);
    if (this.#count === before) this.#made.cut(at);
    return entry;
  }

  /** The entry of the name that stands in `bytes` at `at`, made if there is none; `offset` finds the name again. */
  #entry(bytes: Uint8Array, at: number, hash: number, offset: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = (hash ^ (hash >>> 15)) & mask; ; slot = (slot + 1) & mask) {
      const entry = (this.#slots[slot] as number) - 1;
      if (entry === -1) return this.#add(slot, hash, offset);
      if (this.#hashes[entry] === (hash | 0) && this.#equals(bytes, at, this.#offsets[entry] as number))
        return entry;
    }
  }

  #equals(bytes: Uint8Array, at: number, offset: number): boolean {
    const made = offset >= this.#strings.length;
    const others = made ? this.#made.bytes() : this.#strings;
    const from = made ? offset - this.#strings.length : offset;
    for (let i = 0; ; i++) {
      const byte = bytes[at + i];
      if (byte !== others[from + i]) return false;
      if (byte === 0) return true;
    }
  }

  #add(slot: number, hash: number, offset: number): number {
    const entry = this.#count++;
    this.#offsets[entry] = offset;
    this.#hashes[entry] = hash;
    this.#slots[slot] = entry + 1;
    if (this.#count * 2 >= this.#slots.length) this.#grow();
    return entry;
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let entry = 0; entry < this.#count; entry++) {
      const hash = this.#hashes[entry] as number;
      let slot = (hash ^ (hash >>> 15)) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = entry + 1;
    }
    this.#slots = slots;
    const twice = (old: Uint32Array) => {
      const larger = new Uint32Array(old.length * 2);
      larger.set(old);
      return larger;
    };
    this.#offsets = twice(this.#offsets);
    this.#askers = twice(this.#askers);
    const hashes = new Int32Array(this.#hashes.length * 2);
    hashes.set(this.#hashes);
    this.#hashes = hashes;
  }
}
