import { elements, KIND, kindNumber } from "./kinds.ts";
import { type BtfStrings, hashName } from "./strings.ts";
import type { TypeStarts } from "./type-starts.ts";

/** Words of the type section that hold name offsets, and for each the number (from 0) of the type that it belongs to. */
export type NameList = Readonly<{ at: Uint32Array; owners: Uint32Array }>;

/**
 * Finds entries of a list by name: a chained hash table in typed arrays. It costs one pass over the names and no
 * objects, and stays linear whatever the names are.
 */
export class NameIndex {
  readonly #words: Uint32Array;
  readonly #list: NameList;
  readonly #strings: BtfStrings;
  readonly #heads: Uint32Array; // entry + 1 of a bucket's first entry; 0: none
  readonly #next: Uint32Array; // entry + 1 of the next entry in the same bucket

  constructor(words: Uint32Array, list: NameList, strings: BtfStrings) {
    this.#words = words;
    this.#list = list;
    this.#strings = strings;
    const { at } = list;
    let buckets = 16;
    while (buckets < at.length) buckets *= 2;
    this.#heads = new Uint32Array(buckets);
    this.#next = new Uint32Array(at.length);
    for (let i = at.length - 1; i >= 0; i--) {
      const name = words[at[i] as number] as number;
      if (name === 0) continue;
      const bucket = strings.hashAt(name) & (buckets - 1);
      this.#next[i] = this.#heads[bucket] as number;
      this.#heads[bucket] = i + 1;
    }
  }

  /** Calls `found` for every entry named `name`, in the order of the list. */
  find(name: string, found: (owner: number, at: number) => void): void {
    const wanted = new TextEncoder().encode(name);
    let equal = 0; // a string offset that is known to hold the name
    let entry = this.#heads[hashName(wanted) & (this.#heads.length - 1)] as number;
    for (; entry !== 0; entry = this.#next[entry - 1] as number) {
      const at = this.#list.at[entry - 1] as number;
      const offset = this.#words[at] as number;
      if (offset !== equal && !this.#strings.equalsAt(offset, wanted)) continue;
      equal = offset;
      found(this.#list.owners[entry - 1] as number, at);
    }
  }
}

/** A fast test whether a number is one of `offsets`: nearly every other number is told apart by one byte. */
export class OffsetSet {
  readonly #marks = new Uint8Array(4096);
  readonly #all: ReadonlySet<number>;

  constructor(offsets: readonly number[]) {
    this.#all = new Set(offsets);
    for (const offset of offsets) this.#marks[offset & 4095] = 1;
  }

  has(offset: number): boolean {
    return this.#marks[offset & 4095] === 1 && this.#all.has(offset);
  }
}

/** The names of all types: of functions only, or of all others. `starts` holds the first word of each type. */
export function listTypes(words: Uint32Array, starts: Uint32Array, functions: boolean): NameList {
  const at = new Uint32Array(starts.length);
  const owners = new Uint32Array(starts.length);
  let count = 0;
  for (let owner = 0; owner < starts.length; owner++) {
    const start = starts[owner] as number;
    const isFunction = kindNumber(words[start + 1] as number) === KIND.func;
    if (isFunction !== functions || words[start] === 0) continue;
    at[count] = start;
    owners[count++] = owner;
  }
  return { at: at.subarray(0, count), owners };
}

/** The names of all enumerators. */
export function listEnumerators(words: Uint32Array, starts: Uint32Array): NameList {
  let count = 0;
  for (const start of starts)
    if (enumeratorWords(words, start) > 0) count += elements(words[start + 1] as number);
  const at = new Uint32Array(count);
  const owners = new Uint32Array(count);
  let next = 0;
  for (let owner = 0; owner < starts.length; owner++) {
    const start = starts[owner] as number;
    const step = enumeratorWords(words, start);
    if (step === 0) continue;
    const end = start + 3 + elements(words[start + 1] as number) * step;
    for (let word = start + 3; word < end; word += step) {
      at[next] = word;
      owners[next++] = owner;
    }
  }
  return { at, owners };
}

const MOST_HITS = 512; // of words that happen to be equal to an offset, before a walk over all types is quicker

/** Calls `found` for each type whose name stands at one of `offsets`; cheaper than an index for a few names. */
export function scanTypes(
  words: Uint32Array,
  starts: TypeStarts,
  offsets: readonly number[],
  found: (owner: number) => void,
): void {
  if (offsets.length === 0) return;
  const owners = searchTypes(words, starts, offsets);
  if (owners !== undefined) {
    for (const owner of owners) found(owner);
    return;
  }
  const names = new OffsetSet(offsets);
  for (const [owner, start] of starts.all().entries()) if (names.has(words[start] as number)) found(owner);
}

// The engine's own search of an array is fast from its first call on, which a loop is not. Undefined: too many words
// are equal to an offset.
function searchTypes(
  words: Uint32Array,
  starts: TypeStarts,
  offsets: readonly number[],
): readonly number[] | undefined {
  const owners: number[] = [];
  let hits = 0;
  for (const offset of offsets)
    for (let at = words.indexOf(offset); at !== -1; at = words.indexOf(offset, at + 1)) {
      if (++hits > MOST_HITS) return undefined;
      const owner = starts.indexOf(at);
      if (owner !== undefined) owners.push(owner);
    }
  return owners.sort((a, b) => a - b);
}

/** As `scanTypes`, for enumerators; `at` is the enumerator's first word. */
export function scanEnumerators(
  words: Uint32Array,
  starts: Uint32Array,
  offsets: readonly number[],
  found: (owner: number, at: number) => void,
): void {
  if (offsets.length === 0) return;
  const names = new OffsetSet(offsets);
  for (let owner = 0; owner < starts.length; owner++) {
    const start = starts[owner] as number;
    const step = enumeratorWords(words, start);
    if (step === 0) continue;
    const end = start + 3 + elements(words[start + 1] as number) * step;
    for (let at = start + 3; at < end; at += step) if (names.has(words[at] as number)) found(owner, at);
  }
}

/** Words of one enumerator of the type at word `start`; 0 when it is no enum. */
function enumeratorWords(words: Uint32Array, start: number): number {
  const kind = kindNumber(words[start + 1] as number);
  return kind === KIND.enum ? 2 : kind === KIND.enum64 ? 3 : 0;
}
