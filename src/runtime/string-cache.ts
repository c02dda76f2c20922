import { decodeText, escapeForeign } from "../base/lossless-text.ts";

const SLOTS = 2048; // a power of two
const SLOT_BYTES = 64; // longer strings are decoded each time

/**
 * Strings seen lately, so that a command name or path that comes a million times is decoded once. Direct-mapped: a slot
 * holds the last string whose hash fell on it. At most about 200 KB, from the first string on.
 */
export class StringCache {
  /** Makes a text safe to show; see escapeForeign. */
  readonly quote: (text: string) => string;
  #bytes = new Uint8Array(0);
  #lengths = new Int32Array(0);
  #texts: string[] = [];
  #shown: (string | undefined)[] = [];

  constructor(own: readonly string[] = []) {
    this.quote = escapeForeign(own);
  }

  /** The text from `start` to `end`, lossless. */
  text(bytes: Uint8Array, start: number, end: number): string {
    if (end - start > SLOT_BYTES) return decodeText(bytes, start, end);
    const slot = this.#slot(bytes, start, end);
    return this.#texts[slot] as string;
  }

  /** As `text`, with control characters and stray bytes escaped. */
  shownText(bytes: Uint8Array, start: number, end: number): string {
    if (end - start > SLOT_BYTES) return this.quote(decodeText(bytes, start, end));
    const slot = this.#slot(bytes, start, end);
    const known = this.#shown[slot];
    if (known !== undefined) return known;
    const shown = this.quote(this.#texts[slot] as string);
    this.#shown[slot] = shown;
    return shown;
  }

  #slot(bytes: Uint8Array, start: number, end: number): number {
    let hash = end - start;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
    const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
    if (this.#bytes.length === 0) this.#open();
    if (!this.#holds(slot, bytes, start, end)) this.#fill(slot, bytes, start, end);
    return slot;
  }

  #open(): void {
    this.#bytes = new Uint8Array(SLOTS * SLOT_BYTES);
    this.#lengths = new Int32Array(SLOTS).fill(-1);
    this.#texts = new Array<string>(SLOTS).fill("");
    this.#shown = new Array<string | undefined>(SLOTS).fill(undefined);
  }

  #holds(slot: number, bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#lengths[slot] !== end - start) return false;
    const own = this.#bytes;
    const shift = slot * SLOT_BYTES - start;
    for (let i = start; i < end; i++) if (own[i + shift] !== bytes[i]) return false;
    return true;
  }

  #fill(slot: number, bytes: Uint8Array, start: number, end: number): void {
    const base = slot * SLOT_BYTES;
    for (let i = start; i < end; i++) this.#bytes[base + i - start] = bytes[i] as number;
    this.#lengths[slot] = end - start;
    this.#texts[slot] = decodeText(bytes, start, end);
    this.#shown[slot] = undefined;
  }
}
