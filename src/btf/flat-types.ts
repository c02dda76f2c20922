import { elements, KIND, kindNumber, MAX_DEPTH, MAX_NAME_BYTES } from "./kinds.ts";

/** What a kind refers to beside its elements: a name in its first word, a type in its third. */
const NAME = 1;
const TARGET = 2;

/** The sections of a blob. `starts` holds the first word of each own type; `uniqueStrings`: as in BtfOptions. */
export type OwnTypes = Readonly<{
  words: Uint32Array;
  starts: Uint32Array;
  strings: Uint8Array;
  uniqueStrings: boolean;
}>;

/**
 * Types as the words that they are stored in, for passes over so many of them that an object for each would cost more
 * than the pass. Split BTF and its base are put one behind the other, as its ids and string offsets say.
 */
export class FlatTypes {
  /** Number of types, void included. */
  readonly count: number;
  readonly words: Uint32Array;
  /** By id, the first word of a type: its name; then come its kind, and its size or target. Of void nothing. */
  readonly starts: Uint32Array;
  /** Names end with a NUL. */
  readonly strings: Uint8Array;
  /** Whether no string stands there twice: two names are the same when their offsets are. */
  readonly uniqueStrings: boolean;
  /** By id: 1 for types that have been checked. */
  readonly checked: Uint8Array;
  readonly #base: FlatTypes | undefined;
  readonly #decode: (id: number) => void;
  #endOfNames: number | undefined;

  /** `decode` throws BtfError for an id out of range and for a malformed type. */
  constructor(own: OwnTypes, base: FlatTypes | undefined, decode: (id: number) => void) {
    const first = base?.count ?? 1;
    this.count = first + own.starts.length;
    this.starts = new Uint32Array(this.count);
    this.starts.set(own.starts, first);
    this.words = own.words;
    this.strings = own.strings;
    this.uniqueStrings = own.uniqueStrings && base === undefined;
    this.checked = new Uint8Array(this.count);
    this.checked[0] = 1;
    this.#base = base;
    this.#decode = decode;
    if (base === undefined) return;
    this.starts.set(base.starts);
    for (let id = first; id < this.count; id++)
      this.starts[id] = (this.starts[id] as number) + base.words.length;
    this.words = new Uint32Array(base.words.length + own.words.length);
    this.words.set(base.words);
    this.words.set(own.words, base.words.length);
    this.strings = new Uint8Array(base.strings.length + own.strings.length);
    this.strings.set(base.strings);
    this.strings.set(own.strings, base.strings.length);
  }

  /** The kind's number; void's of an id out of range. */
  kind(id: number): number {
    return id > 0 && id < this.count
      ? kindNumber(this.words[(this.starts[id] as number) + 1] as number)
      : KIND.void;
  }

  /** Ids of all types of these kinds, in order. */
  idsOf(...kinds: readonly number[]): Uint32Array {
    const wanted = new Uint8Array(32);
    for (const kind of kinds) wanted[kind] = 1;
    const ids = new Uint32Array(this.count);
    const { words, starts, count } = this;
    let found = 0;
    for (let id = 1; id < count; id++)
      if (wanted[((words[(starts[id] as number) + 1] as number) >>> 24) & 0x1f] === 1) ids[found++] = id;
    return ids.subarray(0, found);
  }

  /** Throws BtfError for an id out of range and for a type that has a bad name or reference. */
  check(id: number): void {
    if (this.checked[id] === 1) return;
    if (this.#base !== undefined && id < this.#base.count) this.#base.check(id);
    else if (id >= this.count || !this.#isSound(this.starts[id] as number)) this.#decode(id);
    this.checked[id] = 1;
  }

  /** Whether the string at an offset that has been checked is not empty. */
  isNamed(offset: number): boolean {
    return this.strings[offset] !== 0;
  }

  /** Behind the last offset that is known to be a string of a length that is read. */
  get endOfNames(): number {
    this.#endOfNames ??= hasLongName(this.strings) ? 0 : this.strings.length;
    return this.#endOfNames;
  }

  /** The encoding word of the INT that the id leads to through typedefs and qualifiers, or undefined. Checks nothing. */
  intEncoding(id: number): number | undefined {
    let next = id;
    for (let depth = 0; depth < MAX_DEPTH; depth++) {
      const kind = this.kind(next);
      const start = this.starts[next] as number;
      if (kind === KIND.int) return this.words[start + 3] as number;
      if (kind < KIND.typedef || (kind > KIND.restrict && kind !== KIND.typeTag)) return undefined;
      next = this.words[start + 2] as number;
    }
    return undefined;
  }

  /** Whether the type can be decoded; no, where names may be too long to tell by their offset. */
  #isSound(at: number): boolean {
    const { words, count } = this;
    const names = this.endOfNames;
    const info = words[at + 1] as number;
    const kind = kindNumber(info);
    const has = HAS[kind] as number;
    if ((has & NAME) !== 0 && (words[at] as number) >= names) return false;
    if ((has & TARGET) !== 0 && (words[at + 2] as number) >= count) return false;
    switch (kind) {
      case KIND.array:
        return (words[at + 3] as number) < count && (words[at + 4] as number) < count;
      case KIND.struct:
      case KIND.union:
        return (
          areBelow(words, at + 3, elements(info) * 3, 3, names) &&
          areBelow(words, at + 4, elements(info) * 3, 3, count)
        );
      case KIND.enum:
        return areBelow(words, at + 3, elements(info) * 2, 2, names);
      case KIND.enum64:
        return areBelow(words, at + 3, elements(info) * 3, 3, names);
      case KIND.funcProto:
        return (
          areBelow(words, at + 3, elements(info) * 2, 2, names) &&
          areBelow(words, at + 4, elements(info) * 2, 2, count)
        );
      case KIND.section:
        return areBelow(words, at + 3, elements(info) * 3, 3, count);
      default:
        return true;
    }
  }
}

/** Whether each word of `length`, `step` apart, is below `end`. */
function areBelow(words: Uint32Array, from: number, length: number, step: number, end: number): boolean {
  for (let at = from; at < from + length; at += step) if ((words[at] as number) >= end) return false;
  return true;
}

/** A name that is too long covers one of the bytes that stand so far apart. */
function hasLongName(strings: Uint8Array): boolean {
  for (let at = 0; at < strings.length; at += MAX_NAME_BYTES)
    if (strings.indexOf(0, at) - strings.lastIndexOf(0, at) - 1 > MAX_NAME_BYTES) return true;
  return false;
}

/** What each kind has, by its number. Source: include/uapi/linux/btf.h, v6.12. */
const HAS = new Uint8Array(32);
for (const kind of [KIND.typedef, KIND.typeTag, KIND.func, KIND.var, KIND.declTag]) HAS[kind] = NAME | TARGET;
for (const kind of [KIND.pointer, KIND.const, KIND.volatile, KIND.restrict, KIND.funcProto]) HAS[kind] = TARGET;
for (const kind of [KIND.int, KIND.struct, KIND.union, KIND.enum, KIND.enum64]) HAS[kind] = NAME;
for (const kind of [KIND.forward, KIND.section, KIND.float]) HAS[kind] = NAME;
