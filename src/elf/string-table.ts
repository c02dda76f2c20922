const MAX_STRING_BYTES = 1 << 16; // C++ and Rust symbols have reached tens of kilobytes

const MAX_TEXT_BYTES = 1 << 28; // below the longest text that engines can hold

/** Made once: a decoder costs more than what most tables hold. */
const UTF8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** A string table that is decoded as a whole, so that thousands of names cost little. */
export class StringTable {
  readonly #bytes: Uint8Array;
  readonly #ascii: string | undefined; // the table as text with the same offsets, if all of it is ASCII

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    if (bytes.length > MAX_TEXT_BYTES) return;
    const text = UTF8.decode(bytes);
    // Every longer sequence makes fewer units than bytes, and every broken one a replacement character.
    if (text.length === bytes.length && !text.includes("\ufffd")) this.#ascii = text;
  }

  /** The NUL-terminated string at `offset`; "" outside of the table, cut at 64 KiB. */
  at(offset: number): string {
    if (!(offset >= 0 && offset < this.#bytes.length)) return "";
    const string = this.#bytes.subarray(offset, offset + MAX_STRING_BYTES);
    const end = string.indexOf(0);
    const length = end === -1 ? string.length : end;
    return this.#ascii?.substring(offset, offset + length) ?? UTF8.decode(string.subarray(0, length));
  }
}
