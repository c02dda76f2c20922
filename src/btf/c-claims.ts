import { TextBytes } from "../base/text-bytes.ts";
import { type CName, IDENTIFIER_BYTES, identifier, isIdentifier, textAt } from "./c-names.ts";
import { BtfError } from "./error.ts";

const MAX_FLAVOUR_BYTES = 1 << 28; // of all names that are made: less than any memory, more than any kernel

const FNV_BASIS = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
const FIRST_SLOTS = 1 << 13;

/** One name space: who asks first gets the name. */
export interface Claims {
  /** Whether the string that `find` was asked for last is an identifier as it stands. */
  readonly isPlain: boolean;
  /** The entry of the string at an offset that has been checked, as the identifier that it makes. */
  find(offset: number): number;
  /** The name that one gets who asks for the string at this offset, whose entry was found last. */
  claim(offset: number, entry: number): CName;
}

/**
 * Claims on strings of any kind. A hash table of the bytes of names, since the same one may stand at
 * several offsets; its entries are numbered in the order of their coming.
 */
export class HashedClaims implements Claims {
  readonly #strings: Uint8Array;
  readonly #made: TextBytes; // names that BTF does not have, each with a NUL; offsets count on to them
  #slots = new Int32Array(FIRST_SLOTS); // open addressing: entry + 1
  #offsets = new Uint32Array(FIRST_SLOTS / 2); // by entry, as all of these
  #hashes = new Int32Array(FIRST_SLOTS / 2);
  #askers = new Uint32Array(FIRST_SLOTS / 2);
  #count = 0;
  isPlain = false;

  constructor(strings: Uint8Array, taken: readonly string[]) {
    this.#strings = strings;
    this.#made = new TextBytes(
      MAX_FLAVOUR_BYTES,
      () => new BtfError("btf/too-large", "the names of the types take more than 256 MB"),
    );
    for (const name of taken) this.#askers[this.#findText(name)] = 1;
  }

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

/** Thrown by PlacedClaims for a name that makes another identifier than itself. */
export class OddName extends Error {}

/**
 * Claims on strings that stand in BTF only once, as in a kernel's: a name is its offset, and nothing is compared. Names
 * that are no identifiers are not for it.
 */
export class PlacedClaims implements Claims {
  readonly isPlain = true;
  readonly #strings: Uint8Array;
  /** By offset: 0 for names that nobody has, 1 for those that one has. */
  readonly #taken: Uint8Array;
  readonly #askers = new Map<number, number>(); // of names that more than one wanted
  readonly #made: Set<string>; // and names that were taken from the start
  readonly #looks: ReadonlySet<number>; // of these
  #flavours: ReadonlyMap<string, number> | undefined;

  constructor(strings: Uint8Array, taken: readonly string[]) {
    this.#strings = strings;
    this.#taken = new Uint8Array(strings.length);
    this.#made = new Set(taken);
    this.#looks = new Set(taken.map((name) => lookAt(new TextEncoder().encode(name), 0)));
  }

  find(offset: number): number {
    if (this.#taken[offset] === 1) return offset;
    const strings = this.#strings;
    let at = offset;
    while (IDENTIFIER_BYTES[strings[at] as number] === 1) at++;
    if (!isIdentifier(strings, offset, at - offset)) throw new OddName();
    return offset;
  }

  claim(offset: number): CName {
    if (this.#taken[offset] === 1) return this.#flavour(offset);
    this.#taken[offset] = 1;
    const looksTaken = this.#looks.has(lookAt(this.#strings, offset));
    return looksTaken && this.#made.has(textAt(this.#strings, offset)) ? this.#flavour(offset) : offset;
  }

  #flavour(offset: number): CName {
    const name = textAt(this.#strings, offset);
    let next = (this.#askers.get(offset) ?? 1) + 1;
    while (!this.#take(`${name}___${next}`)) next++;
    this.#askers.set(offset, next);
    return `${name}___${next}`;
  }

  /** Takes a name that is made here; no, where somebody has it. */
  #take(name: string): boolean {
    this.#flavours ??= placesOfFlavours(this.#strings);
    const place = this.#flavours.get(name);
    if (place !== undefined) {
      if (this.#taken[place] === 1) return false;
      this.#taken[place] = 1;
      return true;
    }
    if (this.#made.has(name)) return false;
    this.#made.add(name);
    return true;
  }
}

/** The first bytes of a name, in which few names are like those of compilers. */
function lookAt(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] as number) << 16) | ((bytes[offset + 1] ?? 0) << 8) | (bytes[offset + 2] ?? 0);
}

/** Where the strings stand that could be names made here. */
function placesOfFlavours(strings: Uint8Array): ReadonlyMap<string, number> {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(strings);
  if (text.length !== strings.length) throw new OddName(); // places in the text are not those of the bytes
  const places = new Map<string, number>();
  for (let at = text.indexOf(FLAVOUR); at !== -1; ) {
    const from = text.lastIndexOf("\0", at) + 1;
    const found = text.indexOf("\0", at);
    const end = found === -1 ? text.length : found;
    places.set(text.slice(from, end), from);
    at = text.indexOf(FLAVOUR, end);
  }
  return places;
}

const FLAVOUR = "___";
