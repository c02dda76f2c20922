/** Where bytes go, some at a time. They are used again afterwards. */
export type ByteSink = (bytes: Uint8Array) => void;

const ROOM = 1 << 19;
export const LONGEST_TEMPLATE = 1 << 16;
const MOST_DIGITS = 24;

/** ASCII text that is made as bytes: for very much of it, where strings would cost most of the time. */
export class ByteText {
  readonly #sink: ByteSink;
  readonly #bytes = new Uint8Array(ROOM);
  #at = 0;

  constructor(sink: ByteSink) {
    this.#sink = sink;
  }

  /** Gives what was written so far to the sink. */
  flush(): void {
    if (this.#at === 0) return;
    this.#sink(this.#bytes.subarray(0, this.#at));
    this.#at = 0;
  }

  byte(value: number): void {
    if (this.#at === ROOM) this.flush();
    this.#bytes[this.#at++] = value;
  }

  raw(bytes: Uint8Array): void {
    if (bytes.length > ROOM - this.#at) {
      this.flush();
      if (bytes.length > ROOM) return this.#sink(bytes);
    }
    const { length } = bytes;
    const to = this.#at;
    if (length < SHORT) for (let i = 0; i < length; i++) this.#bytes[to + i] = bytes[i] as number;
    else this.#bytes.set(bytes, to);
    this.#at += length;
  }

  text(text: string): void {
    for (let i = 0; i < text.length; i++) this.byte(text.charCodeAt(i));
  }

  /** A text of at most LONGEST_TEMPLATE bytes, in which the digits of the bytes from `from` on replace what stands there. */
  template(template: Uint8Array, parts: readonly HexPart[], source: Uint8Array, from: number): void {
    this.raw(template);
    const start = this.#at - template.length;
    const bytes = this.#bytes;
    let at = from;
    for (let k = 0; k < parts.length; k++) {
      const { first, step, count } = parts[k] as HexPart;
      let to = start + first;
      for (const end = at + count; at < end; at++) {
        const value = source[at] as number;
        bytes[to] = HIGH[value] as number;
        bytes[to + 1] = LOW[value] as number;
        to += step;
      }
    }
  }

  /** 0 … 2³² - 1. */
  uint32(value: number): void {
    if (ROOM - this.#at < MOST_DIGITS) this.flush();
    this.#digits(value, value < 10 ? 1 : countDigits(value));
  }

  int32(value: number): void {
    if (value < 0) this.byte(MINUS);
    this.uint32(Math.abs(value));
  }

  uint64(low: number, high: number): void {
    if (high === 0) this.uint32(low);
    else if (high < EXACT_HIGH) this.#exact(high * 2 ** 32 + low);
    else this.text(String((BigInt(high) << 32n) | BigInt(low)));
  }

  /** `high` is signed. */
  int64(low: number, high: number): void {
    if (high >= 0) return this.uint64(low, high);
    this.text(String((BigInt(high) << 32n) | BigInt(low)));
  }

  /** Below 2⁵³. */
  #exact(value: number): void {
    if (ROOM - this.#at < MOST_DIGITS) this.flush();
    const head = Math.floor(value / BILLION);
    if (head === 0) return this.#digits(value, countDigits(value));
    this.#digits(head, countDigits(head));
    this.#digits(value - head * BILLION, 9);
  }

  #digits(value: number, count: number): void {
    const bytes = this.#bytes;
    let rest = value;
    for (let at = this.#at + count - 1; at >= this.#at; at--) {
      const next = Math.floor(rest / 10);
      bytes[at] = ZERO + rest - next * 10;
      rest = next;
    }
    this.#at += count;
  }
}

/** Where two digits for each of `count` bytes stand in a template: from `first` on, `step` apart. */
export type HexPart = Readonly<{ first: number; step: number; count: number }>;

const SHORT = 24; // below that a loop is quicker than a call
const MINUS = 0x2d;
const ZERO = 0x30;
const BILLION = 1e9;
const EXACT_HIGH = 2 ** 21;
const DIGITS = Array.from("0123456789abcdef", (digit) => digit.charCodeAt(0));
const HIGH = Uint8Array.from({ length: 256 }, (_, value) => DIGITS[value >> 4] ?? 0);
const LOW = Uint8Array.from({ length: 256 }, (_, value) => DIGITS[value & 15] ?? 0);

function countDigits(value: number): number {
  let count = 1;
  for (let limit = 10; value >= limit; limit *= 10) count++;
  return count;
}
