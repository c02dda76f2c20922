import { BtfPatch, typeHead } from "../btf/adjust.ts";
import { type BtfBlob, parseBtf } from "../btf/decode.ts";
import { BtfBuilder } from "../btf/encode.ts";
import { readHeader } from "../btf/header.ts";
import type { BtfId } from "../btf/types.ts";

const LINKAGE = { static: 0, global: 1 } as const;
const SIGNED = 1 << 24;

/** An object's BTF to which types and strings can be added. What is there already keeps its ids and offsets. */
export class BtfAdditions {
  /** What the object had. */
  readonly old: BtfBlob;
  readonly #patch: BtfPatch;
  readonly #strings = new Map<string, number>();
  readonly #types = new Map<string, BtfId>();
  #isChanged = false;
  readonly #blob: Uint8Array;

  constructor(blob: Uint8Array | undefined) {
    this.#blob = blob ?? new BtfBuilder().finish();
    this.old = parseBtf(this.#blob);
    this.#patch = new BtfPatch(this.#blob);
    const at = readHeader(this.#blob, false);
    const strings = this.#blob.subarray(at.strings, at.strings + at.stringsBytes);
    for (let start = 0; start < strings.length; ) {
      const end = strings.indexOf(0, start);
      const text = new TextDecoder().decode(strings.subarray(start, end));
      if (!this.#strings.has(text)) this.#strings.set(text, start);
      start = end + 1;
    }
  }

  string(text: string): number {
    const known = this.#strings.get(text);
    if (known !== undefined) return known;
    this.#isChanged = true;
    const offset = this.#patch.addString(text.replaceAll("\0", " "));
    this.#strings.set(text, offset);
    return offset;
  }

  /** Gives a type of the object another name. */
  rename(id: BtfId, name: string): void {
    this.#isChanged = true;
    this.#patch.setWord(id, 0, this.string(name));
  }

  int(name: string, bytes: number, signed: boolean): BtfId {
    return this.#once([this.string(name), typeHead("int", 0), bytes, (signed ? SIGNED : 0) | (bytes * 8)]);
  }

  pointer(to: BtfId): BtfId {
    return this.#once([0, typeHead("pointer", 0), to]);
  }

  array(of: BtfId, length: number): BtfId {
    return this.#once([0, typeHead("array", 0), 0, of, this.int("unsigned int", 4, false), length]);
  }

  /** `void *()`-like: a function without parameters that returns an int. */
  prototype(): BtfId {
    return this.#once([0, typeHead("funcProto", 0), this.int("int", 4, true)]);
  }

  /** An enum of one 64-bit value without a name of its own. */
  constant(name: string, value: bigint): BtfId {
    const words = [this.string(name), Number(value & 0xffffffffn), Number((value >> 32n) & 0xffffffffn)];
    return this.#once([0, typeHead("enum64", 1), 8, ...words]);
  }

  /** Members of 8 bytes, one behind the other; the last may be longer. */
  struct(members: readonly Readonly<{ name: string; type: BtfId }>[], bytes: number): BtfId {
    const words = members.flatMap(({ name, type }, i) => [this.string(name), type, i * 64]);
    return this.#add([0, typeHead("struct", members.length), bytes, ...words]);
  }

  variable(name: string, type: BtfId, linkage: "static" | "global"): BtfId {
    return this.#add([this.string(name), typeHead("var", 0), type, LINKAGE[linkage]]);
  }

  section(
    name: string,
    bytes: number,
    vars: readonly Readonly<{ type: BtfId; offset: number; size: number }>[],
  ): BtfId {
    const words = vars.flatMap(({ type, offset, size }) => [type, offset, size]);
    return this.#add([this.string(name), typeHead("section", vars.length), bytes, ...words]);
  }

  tag(text: string, target: BtfId): BtfId {
    return this.#add([this.string(text), typeHead("declTag", 0), target, 0xffffffff]);
  }

  /** The blob; the object's own when nothing was added. */
  finish(): Uint8Array {
    return this.#isChanged ? this.#patch.finish() : this.#blob;
  }

  #add(words: readonly number[]): BtfId {
    this.#isChanged = true;
    return this.#patch.add(words);
  }

  #once(words: readonly number[]): BtfId {
    const key = words.join();
    const known = this.#types.get(key);
    if (known !== undefined) return known;
    const id = this.#add(words);
    this.#types.set(key, id);
    return id;
  }
}
