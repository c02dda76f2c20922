import { BtfError } from "./error.ts";
import { KINDS, kindNumber } from "./kinds.ts";

/**
 * Where each type starts in a type section, by a walk from one type to the next that goes as far as it must. Types
 * that most programs ask for are among the first few thousand of a kernel's 120,000.
 */
export class TypeStarts {
  readonly #words: Uint32Array;
  readonly #sectionStart: number; // in bytes, for errors
  #starts: Uint32Array; // first word of each type
  #count = 0;
  #at = 0;

  constructor(words: Uint32Array, sectionStart: number) {
    this.#words = words;
    this.#sectionStart = sectionStart;
    this.#starts = new Uint32Array(Math.min(FIRST_STARTS, mostTypes(words)));
  }

  /** First word of each type. After it every type is known to lie inside the section. Throws BtfError. */
  all(): Uint32Array {
    if (this.#at === this.#words.length) return this.#whole();
    this.#walk(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
    return this.#whole();
  }

  #whole(): Uint32Array {
    if (this.#starts.length > this.#count) this.#starts = this.#starts.slice(0, this.#count);
    return this.#starts;
  }

  /** First word of the type of that index, from 0; undefined behind the last. Throws BtfError. */
  at(index: number): number | undefined {
    if (index >= this.#count) this.#walk(index, Number.POSITIVE_INFINITY);
    return index < this.#count ? this.#starts[index] : undefined;
  }

  /** Index of the type that starts at a word; undefined where none does. Throws BtfError. */
  indexOf(word: number): number | undefined {
    // Most words that are equal to a name's place by chance are told by what follows: a kind that there is not.
    if ((SIZES[kindNumber(this.#words[word + 1] ?? 0)] ?? 0) === 0) return undefined;
    if (word >= this.#at) this.#walk(Number.POSITIVE_INFINITY, word);
    let low = 0;
    let high = this.#count - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const there = this.#starts[middle] as number;
      if (there === word) return middle;
      if (there < word) low = middle + 1;
      else high = middle - 1;
    }
    return undefined;
  }

  // Until the type of that index or the one at that word is known.
  #walk(index: number, word: number): void {
    const words = this.#words;
    const end = words.length;
    let at = this.#at;
    while (at + 3 <= end && at <= word && this.#count <= index) {
      if (this.#count === this.#starts.length) this.#grow();
      const starts = this.#starts;
      const room = Math.min(starts.length, index + 1);
      const last = Math.min(word, end - 3);
      let count = this.#count;
      while (at <= last && count < room) {
        const info = words[at + 1] as number;
        const size = SIZES[(info >>> 24) & 0x1f] as number;
        if (size === 0) throw this.#badKind(at, count + 1, info);
        starts[count++] = at;
        at += (size & 0xf) + (info & 0xffff) * (size >>> 4);
      }
      this.#count = count;
      this.#at = at;
    }
    if (at + 3 > end && at !== end)
      throw new BtfError("btf/truncated", `type ${this.#count} reaches beyond the type section`, {
        offset: this.#sectionStart + at * 4,
      });
  }

  #grow(): void {
    const most = mostTypes(this.#words);
    const more = new Uint32Array(Math.min(most, this.#starts.length * 8));
    more.set(this.#starts);
    this.#starts = more;
  }

  #badKind(at: number, type: number, info: number): BtfError {
    return new BtfError("btf/bad-kind", `type ${type} has the unknown kind ${kindNumber(info)}`, {
      offset: this.#sectionStart + at * 4,
    });
  }
}

const FIRST_STARTS = 1 << 12;

function mostTypes(words: Uint32Array): number {
  return Math.ceil(words.length / 3);
}

/** Per kind number: words of the fixed part in bits 0-3, words of an element above them; 0 for an unknown kind. */
const SIZES: Uint8Array = wordsByKind();

function wordsByKind(): Uint8Array {
  const sizes = new Uint8Array(32);
  for (const [number, row] of KINDS.entries())
    if (number > 0) sizes[number] = (3 + row.fixed) | (row.each << 4);
  return sizes;
}
