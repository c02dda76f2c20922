import type { Codec } from "./codec.ts";

/** A record of a buffer as a value: `data` and `view` are the same memory, which is reused afterwards. */
export type RecordDecoder = (data: Uint8Array, view: DataView, at: number, length: number) => unknown;

/** Reads records of one type; of none: their bytes. Programs may leave out the unused end of a record's last member. */
export function recordDecoder(codec: Codec | undefined): RecordDecoder {
  if (codec === undefined) return (data, _view, at, length) => data.slice(at, at + length);
  const { reader, layout } = codec;
  const aligned = codec.alignedReader();
  let words: BigUint64Array = new BigUint64Array(0);
  let known: DataView | undefined;
  return (data, view, at, length) => {
    if (length < layout.bytes) return codec.decode(data.subarray(at, at + length));
    const end = at + length;
    if (aligned === undefined || (at & 7) !== 0) return reader(view, data, at, end);
    if (view !== known) {
      known = view;
      words = wordsOf(view);
    }
    return words.length > 0 ? aligned(view, data, words, at, end) : reader(view, data, at, end);
  };
}

function wordsOf({ buffer, byteOffset, byteLength }: DataView): BigUint64Array {
  const isAligned = byteOffset % 8 === 0 && byteLength % 8 === 0;
  return isAligned ? new BigUint64Array(buffer, byteOffset, byteLength / 8) : new BigUint64Array(0);
}
