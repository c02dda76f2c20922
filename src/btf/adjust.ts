import { readHeader, typeWords } from "./header.ts";
import { BTF_MAGIC, BTF_VERSION, btfHeader, elements, KIND, kindNumber } from "./kinds.ts";
import { BtfStrings } from "./strings.ts";
import { TypeStarts } from "./type-starts.ts";
import type { BtfId } from "./types.ts";

const KIND_FLAG = 0x80000000;

/** A copy of a blob whose types are changed in place or added at the end: ids and strings stay what they are. */
export class BtfPatch {
  readonly #words: Uint32Array;
  readonly #starts: Uint32Array;
  readonly #strings: Uint8Array;
  readonly #addedWords: number[] = [];
  readonly #addedStrings: Uint8Array[] = [];
  #texts: BtfStrings | undefined;
  #count: number;
  #stringBytes: number;

  /** `blob` must have passed `parseBtf`, and not be split. Throws BtfError. */
  constructor(blob: Uint8Array) {
    const at = readHeader(blob, false);
    this.#words = new Uint32Array(typeWords(blob, at.types, at.typesBytes)); // a copy
    this.#starts = new TypeStarts(this.#words, at.types).all();
    this.#strings = blob.subarray(at.strings, at.strings + at.stringsBytes);
    this.#count = this.#starts.length + 1;
    this.#stringBytes = at.stringsBytes;
  }

  /** Number of types, void and added ones included. */
  get count(): number {
    return this.#count;
  }

  /** Ids of the types that the blob had, void aside. */
  *ids(): Generator<BtfId> {
    for (let id = 1; id <= this.#starts.length; id++) yield id as BtfId;
  }

  /** Word `index` of a type: 0 its name, 1 kind and count, 2 size or type, then what its kind has. */
  word(id: BtfId, index: number): number {
    return this.#words[this.#start(id) + index] as number;
  }

  setWord(id: BtfId, index: number, value: number): void {
    this.#words[this.#start(id) + index] = value;
  }

  /** A text that the blob had, by its offset. Throws BtfError. */
  string(offset: number): string {
    this.#texts ??= new BtfStrings(this.#strings);
    return this.#texts.at(offset);
  }

  kind(id: BtfId): number {
    return kindNumber(this.word(id, 1));
  }

  /** Number of members, parameters and so on; of a function its linkage. */
  elements(id: BtfId): number {
    return elements(this.word(id, 1));
  }

  /** Changes kind, count of elements and flag. The type must not become longer or shorter by it. */
  setKind(id: BtfId, kind: keyof typeof KIND, count: number, flag = false): void {
    this.setWord(id, 1, typeHead(kind, count, flag));
  }

  hasFlag(id: BtfId): boolean {
    return this.word(id, 1) >>> 31 === 1;
  }

  /** Adds a type, given by its words; see `typeHead` for the second. */
  add(words: readonly number[]): BtfId {
    this.#addedWords.push(...words);
    return this.#count++ as BtfId;
  }

  /** Adds a string; its offset. */
  addString(text: string): number {
    const bytes = new TextEncoder().encode(`${text}\0`);
    this.#addedStrings.push(bytes);
    const offset = this.#stringBytes;
    this.#stringBytes += bytes.length;
    return offset;
  }

  /** The changed blob. */
  finish(): Uint8Array<ArrayBuffer> {
    const typesBytes = (this.#words.length + this.#addedWords.length) * 4;
    const out = new Uint8Array(btfHeader.bytes + typesBytes + this.#stringBytes);
    const head = { magic: BTF_MAGIC, version: BTF_VERSION, headerBytes: btfHeader.bytes };
    out.set(
      btfHeader.encode({ ...head, typesBytes, stringsOffset: typesBytes, stringsBytes: this.#stringBytes }),
    );
    const words = new Uint32Array(out.buffer, btfHeader.bytes, typesBytes / 4);
    words.set(this.#words);
    words.set(this.#addedWords, this.#words.length);
    let at = btfHeader.bytes + typesBytes;
    for (const part of [this.#strings, ...this.#addedStrings]) {
      out.set(part, at);
      at += part.length;
    }
    return out;
  }

  #start(id: BtfId): number {
    const start = this.#starts[id - 1];
    if (start === undefined) throw new Error(`bug: there is no type ${id} to change`);
    return start;
  }
}

/** The second word of a type. */
export function typeHead(kind: keyof typeof KIND, count: number, flag = false): number {
  return ((flag ? KIND_FLAG : 0) | (KIND[kind] << 24) | count) >>> 0;
}
