import { readHeader, typeStarts, typeWords } from "./header.ts";
import { elements, KIND, kindNumber } from "./kinds.ts";
import type { BtfId } from "./types.ts";

const KIND_FLAG = 0x80000000;

/** The words of a blob's types, to be changed in place without moving any: ids and strings stay what they are. */
export class BtfPatch {
  /** The changed copy. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  readonly #starts: Uint32Array;
  readonly #at: number;

  /** `blob` must have passed `parseBtf`. Throws BtfError. */
  constructor(blob: Uint8Array) {
    this.bytes = new Uint8Array(blob); // a copy, of a Buffer too
    const { types, typesBytes } = readHeader(this.bytes, false);
    this.#starts = typeStarts(typeWords(this.bytes, types, typesBytes), types);
    this.#view = new DataView(this.bytes.buffer);
    this.#at = types;
  }

  /** Ids of the blob's types, void aside. */
  *ids(): Generator<BtfId> {
    for (let id = 1; id <= this.#starts.length; id++) yield id as BtfId;
  }

  /** Word `index` of a type: 0 its name, 1 kind and count, 2 size or type, then what its kind has. */
  word(id: BtfId, index: number): number {
    return this.#view.getUint32(this.#offset(id, index), true);
  }

  setWord(id: BtfId, index: number, value: number): void {
    this.#view.setUint32(this.#offset(id, index), value, true);
  }

  kind(id: BtfId): number {
    return kindNumber(this.word(id, 1));
  }

  /** Changes the kind; the count of elements stays, and so does the flag unless `flag` is false. */
  setKind(id: BtfId, kind: keyof typeof KIND, count = elements(this.word(id, 1)), flag = this.hasFlag(id)): void {
    this.setWord(id, 1, ((flag ? KIND_FLAG : 0) | (KIND[kind] << 24) | count) >>> 0);
  }

  hasFlag(id: BtfId): boolean {
    return this.word(id, 1) >>> 31 === 1;
  }

  count(id: BtfId): number {
    return elements(this.word(id, 1));
  }

  #offset(id: BtfId, index: number): number {
    const start = this.#starts[id - 1];
    if (start === undefined) throw new Error(`bug: there is no type ${id}`);
    return this.#at + (start + index) * 4;
  }
}
