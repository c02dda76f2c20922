const FIRST_BYTES = 8192;
const SHORT_BYTES = 64;

/**
 * Text that grows at its end, kept as UTF-8: for texts of megabytes, which as strings would be made of millions of
 * short-lived pieces.
 */
export class TextBytes {
  #bytes: Uint8Array;
  #length = 0;
  readonly #most: number;
  readonly #tooLong: () => Error;

  /** With more than `most` bytes, what `tooLong` gives is thrown. `expected`: bytes that it will probably have. */
  constructor(most: number, tooLong: () => Error, expected = FIRST_BYTES) {
    this.#bytes = new Uint8Array(Math.min(most, expected));
    this.#most = most;
    this.#tooLong = tooLong;
  }

  /** Bytes so far. */
  get length(): number {
    return this.#length;
  }

  text(text: string): void {
    const bytes = this.#room(text.length * 3);
    let at = this.#length;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 0x7f) {
        this.#length = at + new TextEncoder().encodeInto(text.slice(i), bytes.subarray(at)).written;
        return;
      }
      bytes[at++] = unit;
    }
    this.#length = at;
  }

  /** One ASCII character. */
  byte(value: number): void {
    this.#room(1)[this.#length++] = value;
  }

  /** An integer in decimal. */
  integer(value: number): void {
    if (value < 0 || value > 0x7fffffff) {
      this.text(String(value));
      return;
    }
    let digits = 1;
    for (let limit = 10; value >= limit; limit *= 10) digits++;
    const bytes = this.#room(digits);
    this.#length += digits;
    let rest = value | 0;
    for (let at = this.#length - 1; digits > 0; digits--, at--) {
      const next = (rest / 10) | 0;
      bytes[at] = 0x30 + rest - next * 10;
      rest = next;
    }
  }

  /** Copies the bytes that `allowed` holds a 1 for, from `from` on, at most `most` of them; how many there were. */
  run(source: Uint8Array, from: number, allowed: Uint8Array, most: number): number {
    const bytes = this.#room(most);
    let at = this.#length;
    let next = from;
    for (const end = Math.min(source.length, from + most); next < end; next++) {
      const byte = source[next] as number;
      if (allowed[byte] === 0) break;
      bytes[at++] = byte;
    }
    this.#length = at;
    return next - from;
  }

  /** Writes again what stands between two places. */
  repeat(from: number, to: number): void {
    const bytes = this.#room(to - from);
    let at = this.#length;
    if (to - from > SHORT_BYTES) bytes.copyWithin(at, from, to);
    else for (let i = from; i < to; i++) bytes[at++] = bytes[i] as number;
    this.#length += to - from;
  }

  /** Drops what was written after it had `length` bytes. */
  cut(length: number): void {
    this.#length = length;
  }

  /** All of it so far; valid until more is written. */
  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  toString(): string {
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(this.bytes());
  }

  /** The bytes, with room for so many more. */
  #room(more: number): Uint8Array {
    return this.#length + more > this.#bytes.length ? this.#grown(this.#length + more) : this.#bytes;
  }

  #grown(needed: number): Uint8Array {
    if (needed > this.#most) throw this.#tooLong();
    const larger = new Uint8Array(Math.min(this.#most, Math.max(needed, this.#bytes.length * 2)));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
    return larger;
  }
}
