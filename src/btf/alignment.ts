import { flatTypes } from "./decode.ts";
import { intBits, isWholeInt } from "./decode-type.ts";
import { BtfError } from "./error.ts";
import type { FlatTypes } from "./flat-types.ts";
import { elements, KIND, MAX_DEPTH } from "./kinds.ts";
import { POINTER_BYTES, resolveId, sizeOf } from "./layout.ts";
import type { Btf, BtfId } from "./types.ts";

const LARGEST = 16;
const LARGE_BYTES = 2 ** 32;

// What is known of a type: its alignment in the lowest five bits, and these.
const ALIGNMENT = 0x1f;
const PACKED = 0x20;
const PLAIN = 0x40; // no integer, or one as C has them: without the kind flag, a member of it at a byte is no bit-field

/**
 * Natural alignment in bytes: what a C compiler gives the type when no attribute says otherwise. BTF does not hold
 * attributes; a struct whose offsets or size only a packed declaration can have counts as aligned to 1. 1 for types
 * without a size. Keep one `Alignments` to ask about many types.
 */
export function alignOf(btf: Btf, id: BtfId): number {
  return new Alignments(btf).of(id);
}

/** Alignments and sizes of a blob's types, each computed once from the words that they lie in. */
export class Alignments {
  readonly #btf: Btf;
  readonly #flat: FlatTypes;
  readonly #facts: Uint8Array; // by id; 0: nothing yet
  readonly #sizes: Uint32Array; // by id, and one more: 0 when it is not known
  /** Of the member that `readMember` has read. */
  bitOffset = 0;
  /** -1: no bit-field. */
  bitWidth = -1;

  constructor(btf: Btf) {
    this.#btf = btf;
    this.#flat = flatTypes(btf);
    this.#facts = new Uint8Array(btf.count);
    this.#sizes = new Uint32Array(btf.count);
  }

  /** As `alignOf`. Throws BtfError for a type that contains itself. */
  of(id: BtfId): number {
    return this.#at(id, 0) & ALIGNMENT;
  }

  /** Whether the offsets and the size of a struct or union can only come from a packed declaration. */
  isPacked(id: BtfId): boolean {
    return (this.#at(id, 0) & PACKED) !== 0;
  }

  /** As `sizeOf`. */
  size(id: BtfId): number {
    const known = this.#sizes[id] as number;
    if (known !== 0) return known - 1;
    const bytes = this.#size(id);
    this.#sizes[id] = bytes + 1; // of the largest size 0: it is computed again
    return bytes;
  }

  /**
   * Sets `bitOffset` and `bitWidth` to those of the member whose first word is `at`; `flagged`: its struct has the kind
   * flag. The struct has been checked, and its alignment computed.
   */
  readMember(at: number, flagged: boolean): void {
    const { words } = this.#flat;
    const offset = words[at + 2] as number;
    this.bitOffset = offset;
    this.bitWidth = -1;
    if (flagged) {
      if (offset <= 0xffffff) return;
      this.bitOffset = offset & 0xffffff;
      this.bitWidth = offset >>> 24;
    } else if ((offset & 7) !== 0 || ((this.#facts[words[at + 1] as number] as number) & PLAIN) === 0) {
      const encoding = this.#flat.intEncoding(words[at + 1] as number);
      if (encoding === undefined || (isWholeInt(encoding) && (offset & 7) === 0)) return;
      const { bits, bitOffset } = intBits(encoding);
      this.bitOffset = offset + bitOffset;
      this.bitWidth = bits;
    }
  }

  #resolve(id: BtfId): BtfId {
    const { words, starts } = this.#flat;
    let at = id;
    for (let depth = 0; depth < MAX_DEPTH; depth++) {
      this.#flat.check(at);
      switch (this.#flat.kind(at)) {
        case KIND.typedef:
        case KIND.const:
        case KIND.volatile:
        case KIND.restrict:
        case KIND.typeTag:
          at = words[(starts[at] as number) + 2] as BtfId;
          break;
        default:
          return at;
      }
    }
    return resolveId(this.#btf, id); // throws
  }

  #size(id: BtfId): number {
    const { words, starts } = this.#flat;
    let count = 1;
    let at = this.#resolve(id);
    for (let depth = 0; depth < MAX_DEPTH && count <= LARGE_BYTES; depth++) {
      const start = starts[at] as number;
      switch (this.#flat.kind(at)) {
        case KIND.array:
          count *= words[start + 5] as number;
          at = this.#resolve(words[start + 3] as BtfId);
          continue;
        case KIND.pointer:
          count *= POINTER_BYTES;
          break;
        case KIND.int:
        case KIND.float:
        case KIND.enum:
        case KIND.enum64:
        case KIND.struct:
        case KIND.union:
        case KIND.section:
          count *= words[start + 2] as number;
          break;
        default:
          return sizeOf(this.#btf, id); // throws
      }
      if (count <= LARGE_BYTES) return count;
    }
    return sizeOf(this.#btf, id); // throws
  }

  #at(id: BtfId, depth: number): number {
    const known = this.#facts[id] as number;
    if (known !== 0) return known;
    if (depth > MAX_DEPTH)
      throw new BtfError("btf/cycle", `type ${id} contains itself, or is nested more than ${MAX_DEPTH} deep`);
    const resolved = this.#resolve(id);
    const facts = (this.#facts[resolved] as number) || this.#compute(resolved, depth);
    this.#facts[resolved] = facts;
    this.#facts[id] = facts;
    return facts;
  }

  #compute(id: BtfId, depth: number): number {
    const { words, starts } = this.#flat;
    const start = starts[id] as number;
    switch (this.#flat.kind(id)) {
      case KIND.int:
        return (isWholeInt(words[start + 3] as number) ? PLAIN : 0) | alignOfBytes(words[start + 2] as number);
      case KIND.float:
      case KIND.enum:
      case KIND.enum64:
        return PLAIN | alignOfBytes(words[start + 2] as number);
      case KIND.pointer:
        return PLAIN | POINTER_BYTES;
      case KIND.array:
        return PLAIN | (this.#at(words[start + 3] as BtfId, depth + 1) & ALIGNMENT);
      case KIND.struct:
      case KIND.union:
        return PLAIN | this.#natural(start, depth);
      default:
        return PLAIN | 1;
    }
  }

  /** The largest alignment among the members, or 1 and PACKED when some offset or the size does not agree with it. */
  #natural(start: number, depth: number): number {
    const { words } = this.#flat;
    const info = words[start + 1] as number;
    const flagged = info >>> 31 === 1;
    const end = start + 3 + elements(info) * 3;
    let largest = 1;
    let fits = true;
    for (let at = start + 3; at < end; at += 3) {
      const type = words[at + 1] as BtfId;
      const align = this.#at(type, depth + 1) & ALIGNMENT;
      if (align > largest) largest = align;
      if (!fits) continue;
      this.readMember(at, flagged);
      const { bitOffset, bitWidth } = this;
      if (bitWidth === -1) fits = bitOffset % (align * 8) === 0;
      else {
        const unit = this.size(type) * 8;
        fits = unit > 0 && (bitOffset % unit) + bitWidth <= unit;
      }
    }
    return fits && (words[start + 2] as number) % largest === 0 ? largest : 1 | PACKED;
  }
}

function alignOfBytes(bytes: number): number {
  if (bytes === 0) return 1;
  return Math.min(LARGEST, 2 ** Math.floor(Math.log2(bytes)));
}
