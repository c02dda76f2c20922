import { BtfError } from "./error.ts";
import { MAX_NAME_BYTES } from "./kinds.ts";

const FLAVOUR = "___"; // tells declarations of one type apart
const UNDERSCORE = 0x5f;
const MAX_TEXT_BYTES = 1 << 28; // below the longest text that engines can hold

/** Made once: a decoder costs more than what most objects' strings hold. */
const UTF8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** The string section of a blob, behind that of its base. Decoded as a whole on first use, then cut without copying. */
export class BtfStrings {
  /** This section's own. */
  readonly bytes: Uint8Array;
  readonly #base: BtfStrings | undefined;
  readonly #start: number;
  #ascii: string | false | undefined; // the section as text with the same offsets; false when not all of it is ASCII
  /** First offset behind the last string, the base's included. */
  readonly end: number;

  /** Whether no text stands here twice, and none as the end of another. */
  readonly areUnique: boolean;

  constructor(bytes: Uint8Array, base?: BtfStrings, areUnique = false) {
    this.areUnique = areUnique;
    this.bytes = bytes;
    this.#base = base;
    this.#start = base?.end ?? 0;
    this.end = this.#start + bytes.length;
  }

  /** Throws BtfError for an offset outside the section and for a name of more than 4,096 bytes. */
  at(offset: number): string {
    if (offset < this.#start && this.#base) return this.#base.at(offset);
    const bytes = this.bytes;
    const from = offset - this.#start;
    if (from === 0 && this.#start === 0) return "";
    if (from >= bytes.length)
      throw new BtfError("btf/bad-string", `string offset ${offset} is outside the strings`);
    const length = bytes.subarray(from, from + MAX_NAME_BYTES + 1).indexOf(0);
    if (length === -1) throw new BtfError("btf/bad-string", `the name at string offset ${offset} has no end`);
    const end = from + length;
    const text = this.#text();
    return text === false ? UTF8.decode(bytes.subarray(from, end)) : text.substring(from, end);
  }

  /**
   * The offsets where exactly `name` and a NUL stand, ascending, and the strings of this section, the base's aside, that
   * begin with `name___`, where looking for them costs nothing; undefined when the strings must be searched by hash since they are not all ASCII.
   */
  search(name: string): Readonly<{ offsets: readonly number[]; flavours?: readonly string[] }> | undefined {
    const text = this.#text();
    const inBase = this.#base ? this.#base.search(name)?.offsets : [];
    if (text === false || inBase === undefined) return undefined;
    const offsets = [...inBase];
    const only = this.areUnique ? text.indexOf(`\0${name}\0`) : -1;
    if (only !== -1) return { offsets: [...offsets, this.#start + only + 1] };
    const flavours: string[] = [];
    for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1)) {
      const end = at + name.length;
      const next = text.charCodeAt(end);
      if (next === 0) offsets.push(this.#start + at);
      else if (
        next === UNDERSCORE &&
        text.startsWith(FLAVOUR, end) &&
        (at === 0 || text.charCodeAt(at - 1) === 0)
      )
        flavours.push(text.slice(at, text.indexOf("\0", end)));
    }
    return { offsets, flavours };
  }

  /** Every string of this section, the base's aside, that holds `part` (ASCII). */
  containing(part: string): string[] {
    const text = this.#text() || new TextDecoder("latin1").decode(this.bytes);
    const found = new Set<string>();
    for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + 1)) {
      const from = text.lastIndexOf("\0", at) + 1;
      const end = text.indexOf("\0", at);
      found.add(text.slice(from, end === -1 ? text.length : end));
      at = end === -1 ? text.length : end;
    }
    return [...found];
  }

  /** FNV-1a of the string's bytes; of a bad offset 0, since only looking at the type itself may fail. */
  hashAt(offset: number): number {
    if (offset < this.#start) return this.#base?.hashAt(offset) ?? 0;
    const bytes = this.bytes;
    const from = offset - this.#start;
    const limit = Math.min(bytes.length, from + MAX_NAME_BYTES);
    let hash = FNV_BASIS;
    for (let at = from; at < limit; at++) {
      const byte = bytes[at] as number;
      if (byte === 0) return hash >>> 0;
      hash = Math.imul(hash ^ byte, FNV_PRIME);
    }
    return 0;
  }

  /** Whether exactly the bytes `name` stand at `offset`, followed by NUL. */
  equalsAt(offset: number, name: Uint8Array): boolean {
    if (offset < this.#start) return this.#base?.equalsAt(offset, name) ?? false;
    const bytes = this.bytes;
    const from = offset - this.#start;
    if (bytes[from + name.length] !== 0) return false;
    for (let i = 0; i < name.length; i++) if (bytes[from + i] !== name[i]) return false;
    return true;
  }

  #text(): string | false {
    if (this.bytes.length > MAX_TEXT_BYTES) this.#ascii = false;
    if (this.#ascii === undefined) {
      const text = UTF8.decode(this.bytes);
      // Every longer sequence makes fewer units than bytes, and every broken one a replacement character.
      this.#ascii = text.length === this.bytes.length && !text.includes("\ufffd") ? text : false;
    }
    return this.#ascii;
  }
}

/** The hash that `hashAt` computes, of a name without NUL. */
export function hashName(name: Uint8Array): number {
  let hash = FNV_BASIS;
  for (const byte of name) hash = Math.imul(hash ^ byte, FNV_PRIME);
  return hash >>> 0;
}

const FNV_BASIS = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
