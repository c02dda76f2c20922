const MAX_STRING_BYTES = 1 << 16; // C++ and Rust symbols have reached tens of kilobytes

const MAX_TEXT_BYTES = 1 << 28; // below the longest text that engines can hold

/** A string table that is decoded as a whole, so that thousands of names cost little. */
export class StringTable {
  readonly #bytes: Uint8Array;
  readonly #ascii: string | undefined; // the table as text with the same offsets, if all of it is ASCII

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    if (bytes.length > MAX_TEXT_BYTES) return;
    const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
    // Every longer sequence makes fewer units than bytes, and every broken one a replacement character.
    if (text.length === bytes.length && !text.includes("\ufffd")) this.#ascii = text;
  }

  /** The NUL-terminated string at `offset`; "" outside of the table, cut at 64 KiB. */
  at(offset: number): string {
    const bytes = this.#bytes;
    const limit = Math.min(bytes.length, offset + MAX_STRING_BYTES);
    let end = offset;
    while (end < limit && bytes[end] !== 0) end++;
    if (end <= offset) return "";
    return this.#ascii?.substring(offset, end) ?? new TextDecoder().decode(bytes.subarray(offset, end));
  }
}
