import { textAt } from "./c-names.ts";
import { flatTypes } from "./decode.ts";
import { enumValue } from "./decode-type.ts";
import type { FlatTypes } from "./flat-types.ts";
import { elements, INT_BOOL, INT_CHAR, INT_SIGNED, KIND, kindNumber, LINKAGES } from "./kinds.ts";
import { kindWord, type RawPieces, type RawStyle, rawPieces } from "./raw-pieces.ts";
import type { Btf, BtfId } from "./types.ts";

/**
 * Lists types as they are stored, in the manner of `bpftool btf dump`; `ids` in the order of the listing. `write` gets
 * the bytes, some at a time; they are used again afterwards. Throws BtfError.
 */
export function printRaw(
  btf: Btf,
  ids: Iterable<BtfId>,
  style: RawStyle,
  write: (bytes: Uint8Array) => void,
): void {
  new RawWriter(btf, style, write).print(ids);
}

const ROOM = 1 << 19;
/** What one part or the head of one type takes at most: a name of 4,096 bytes, each escaped, and some numbers. */
const LONGEST_STEP = 1 << 15;

const NO_NAME = new TextEncoder().encode("(anon)");

/** 1 for bytes of names that are written as they are, by style. */
const PLAIN_IN_TEXT = Uint8Array.from({ length: 256 }, (_, byte) => Number(byte > 0 && byte < 0x80));
const PLAIN_IN_JSON = PLAIN_IN_TEXT.map((is, byte) =>
  Number(is && byte >= 0x20 && byte !== 0x22 && byte !== 0x5c),
);

/** Kinds whose first word is a name. */
const HAS_NAME = new Uint8Array(32);
// biome-ignore format: one line
for (const kind of [KIND.int, KIND.struct, KIND.union, KIND.enum, KIND.forward, KIND.typedef, KIND.func, KIND.var, KIND.section, KIND.float, KIND.declTag, KIND.typeTag, KIND.enum64])
  HAS_NAME[kind] = 1;

/** Writes from the words of types into one array: few functions, each of them hot, and no object per type. */
class RawWriter {
  readonly #flat: FlatTypes;
  readonly #pieces: RawPieces;
  readonly #fields: Fields;
  readonly #isText: boolean;
  readonly #plain: Uint8Array;
  readonly #write: (bytes: Uint8Array) => void;
  readonly #bytes = new Uint8Array(ROOM);
  #at = 0;

  constructor(btf: Btf, style: RawStyle, write: (bytes: Uint8Array) => void) {
    this.#flat = flatTypes(btf);
    this.#pieces = rawPieces(style);
    this.#fields = fieldsOf(this.#pieces);
    this.#isText = style === "text";
    this.#plain = this.#isText ? PLAIN_IN_TEXT : PLAIN_IN_JSON;
    this.#write = write;
  }

  print(ids: Iterable<BtfId>): void {
    let isFirst = true;
    this.#piece(this.#pieces.head);
    for (const id of ids) {
      this.#flat.check(id);
      if (!isFirst) this.#piece(this.#pieces.between);
      isFirst = false;
      this.#type(id);
      this.#leaveRoom();
    }
    this.#piece(this.#pieces.tail);
    this.#flush();
  }

  #type(id: BtfId): void {
    const { words, starts } = this.#flat;
    const start = starts[id] as number;
    const info = id === 0 ? 0 : (words[start + 1] as number);
    const kind = kindNumber(info);
    const pieces = this.#pieces;
    this.#number(pieces.id, id);
    this.#name(pieces.kinds[kind] as Uint8Array, HAS_NAME[kind] === 1 ? (words[start] as number) : 0);
    this.#piece(pieces.named);
    switch (kind) {
      case KIND.struct:
      case KIND.union:
        this.#members(start, info);
        return;
      case KIND.enum:
      case KIND.enum64:
        this.#values(start, info, kind === KIND.enum64);
        return;
      case KIND.funcProto:
        this.#parameters(start, info);
        return;
      case KIND.section:
        this.#variables(start, info);
        return;
      default:
        this.#simple(kind, start, info);
        this.#piece(pieces.end);
    }
  }

  /** The fields of a type that has no parts. */
  #simple(kind: number, start: number, info: number): void {
    const { words } = this.#flat;
    const fields = this.#fields;
    const third = words[start + 2] as number;
    switch (kind) {
      case KIND.int: {
        const encoding = words[start + 3] as number;
        this.#number(fields.size, third);
        this.#number(fields.bitsOffset, (encoding >>> 16) & 0xff);
        this.#number(fields.bits, encoding & 0xff);
        this.#piece(intEncoding(fields, encoding >>> 24));
        return;
      }
      case KIND.array:
        this.#number(fields.typeId, words[start + 3] as number);
        this.#number(fields.indexTypeId, words[start + 4] as number);
        this.#number(fields.length, words[start + 5] as number);
        return;
      case KIND.forward:
        this.#piece(info >>> 31 === 1 ? fields.ofUnion : fields.ofStruct);
        return;
      case KIND.func:
        this.#number(fields.typeId, third);
        this.#piece(linkage(fields, elements(info)));
        return;
      case KIND.var:
        this.#number(fields.typeId, third);
        if (this.#isText) this.#piece(COMMA);
        this.#piece(linkage(fields, words[start + 3] as number));
        return;
      case KIND.float:
        this.#number(fields.size, third);
        return;
      case KIND.declTag:
        this.#number(fields.typeId, third);
        this.#number(fields.component, (words[start + 3] as number) | 0);
        return;
      case KIND.void:
        return;
      default:
        this.#number(fields.typeId, third);
    }
  }

  #members(start: number, info: number): void {
    const { words } = this.#flat;
    const fields = this.#fields;
    const flagged = info >>> 31 === 1;
    const count = elements(info);
    this.#number(fields.size, words[start + 2] as number);
    this.#number(fields.count, count);
    this.#openParts(fields.members, count);
    for (let i = 0, at = start + 3; i < count; i++, at += 3) {
      const offset = words[at + 2] as number;
      this.#part(i, words[at] as number);
      this.#number(fields.partTypeId, words[at + 1] as number);
      // With the kind flag the width of a bit-field stands in the top byte.
      this.#number(fields.partBitsOffset, flagged ? offset & 0xffffff : offset);
      if (flagged && offset > 0xffffff) this.#number(fields.partWidth, offset >>> 24);
    }
    this.#closeParts(count);
  }

  #values(start: number, info: number, wide: boolean): void {
    const { words } = this.#flat;
    const fields = this.#fields;
    const signed = info >>> 31 === 1;
    const count = elements(info);
    this.#piece(signed ? fields.signed : fields.unsigned);
    this.#number(fields.size, words[start + 2] as number);
    this.#number(fields.count, count);
    this.#openParts(fields.values, count);
    for (let i = 0, at = start + 3; i < count; i++, at += wide ? 3 : 2) {
      const low = words[at + 1] as number;
      this.#part(i, words[at] as number);
      if (!wide) this.#number(fields.partValue, signed ? low | 0 : low);
      else this.#text(fields.partValue, String(enumValue(words, at, true, signed)));
      if (wide && this.#isText) this.#piece(signed ? SIGNED_SUFFIX : UNSIGNED_SUFFIX);
    }
    this.#closeParts(count);
  }

  #parameters(start: number, info: number): void {
    const { words } = this.#flat;
    const fields = this.#fields;
    const count = elements(info);
    this.#number(fields.returns, words[start + 2] as number);
    this.#number(fields.count, count);
    this.#openParts(fields.parameters, count);
    for (let i = 0, at = start + 3; i < count; i++, at += 2) {
      this.#part(i, words[at] as number);
      this.#number(fields.partTypeId, words[at + 1] as number);
    }
    this.#closeParts(count);
  }

  #variables(start: number, info: number): void {
    const { words } = this.#flat;
    const { parts } = this.#pieces;
    const fields = this.#fields;
    const count = elements(info);
    this.#number(fields.size, words[start + 2] as number);
    this.#number(fields.count, count);
    this.#openParts(fields.variables, count);
    for (let i = 0, at = start + 3; i < count; i++, at += 3) {
      this.#leaveRoom();
      if (i > 0) this.#piece(parts.between);
      this.#number(fields.firstTypeId, words[at] as number);
      this.#number(fields.partOffset, words[at + 1] as number);
      this.#number(fields.partSize, words[at + 2] as number);
      if (this.#isText) this.#variable(words[at] as BtfId);
    }
    this.#closeParts(count);
  }

  /** " (VAR 'name')": what a section's variable is. */
  #variable(id: BtfId): void {
    const { words, starts } = this.#flat;
    this.#flat.check(id);
    const kind = this.#flat.kind(id);
    const isNamed = kind === KIND.var || kind === KIND.func;
    this.#text(NOTHING, ` (${kindWord(kind)} '`);
    this.#name(NOTHING, isNamed ? (words[starts[id] as number] as number) : 0);
    this.#text(NOTHING, "')");
  }

  #openParts(list: Uint8Array, count: number): void {
    this.#piece(list);
    this.#piece(count === 0 ? this.#pieces.parts.none : this.#pieces.parts.first);
  }

  #closeParts(count: number): void {
    if (count > 0) this.#piece(this.#pieces.parts.last);
  }

  /** Begins the part of that index, up to its name. */
  #part(index: number, name: number): void {
    this.#leaveRoom();
    if (index > 0) this.#piece(this.#pieces.parts.between);
    this.#name(this.#pieces.partName, name);
    this.#piece(this.#pieces.partNamed);
  }

  #leaveRoom(): void {
    if (this.#at > ROOM - LONGEST_STEP) this.#flush();
  }

  #flush(): void {
    if (this.#at > 0) this.#write(this.#bytes.subarray(0, this.#at));
    this.#at = 0;
  }

  #piece(piece: Uint8Array): void {
    const bytes = this.#bytes;
    const { length } = piece;
    let at = this.#at;
    for (let i = 0; i < length; i++) bytes[at++] = piece[i] as number;
    this.#at = at;
  }

  #text(piece: Uint8Array, text: string): void {
    this.#piece(piece);
    this.#at += ENCODER.encodeInto(text, this.#bytes.subarray(this.#at)).written;
  }

  /** A piece and an integer of at most 32 bits. */
  #number(piece: Uint8Array, value: number): void {
    const bytes = this.#bytes;
    const { length } = piece;
    let at = this.#at;
    for (let i = 0; i < length; i++) bytes[at++] = piece[i] as number;
    let rest = value;
    if (rest < 0) {
      bytes[at++] = MINUS;
      rest = -rest;
    }
    let digits = 1;
    for (let limit = 10; rest >= limit; limit *= 10) digits++;
    at += digits;
    this.#at = at;
    for (let i = 0; i < digits; i++) {
      const next = Math.floor(rest / 10);
      bytes[--at] = ZERO + rest - next * 10;
      rest = next;
    }
  }

  /** A piece and the name at an offset that has been checked. */
  #name(piece: Uint8Array, offset: number): void {
    const strings = this.#flat.strings;
    const bytes = this.#bytes;
    const plain = this.#plain;
    this.#piece(piece);
    if (strings[offset] === 0) {
      this.#piece(NO_NAME);
      return;
    }
    let at = this.#at;
    let from = offset;
    let byte = strings[from] as number;
    while (plain[byte] === 1) {
      bytes[at++] = byte;
      byte = strings[++from] as number;
    }
    if (byte === 0) this.#at = at;
    else this.#text(NOTHING, this.#escaped(textAt(strings, offset)));
  }

  #escaped(name: string): string {
    return this.#isText ? name : JSON.stringify(name).slice(1, -1);
  }
}

const ENCODER = new TextEncoder();
const NOTHING = new Uint8Array(0);
const COMMA = ENCODER.encode(",");
const SIGNED_SUFFIX = ENCODER.encode("LL");
const UNSIGNED_SUFFIX = ENCODER.encode("ULL");
const MINUS = 0x2d;
const ZERO = 0x30;

type Fields = ReturnType<typeof fieldsOf>;

/** The pieces in front of all fields, made once. */
function fieldsOf({ field, partField, word, list }: RawPieces) {
  return {
    size: field("size"),
    count: field("vlen"),
    typeId: field("type_id"),
    indexTypeId: field("index_type_id"),
    length: field("nr_elems"),
    bitsOffset: field("bits_offset"),
    bits: field("nr_bits"),
    returns: field("ret_type_id"),
    component: field("component_idx"),
    ofStruct: word("fwd_kind", "struct"),
    ofUnion: word("fwd_kind", "union"),
    signed: word("encoding", "SIGNED"),
    unsigned: word("encoding", "UNSIGNED"),
    char: word("encoding", "CHAR"),
    bool: word("encoding", "BOOL"),
    plain: word("encoding", "(none)"),
    linkages: LINKAGES.map((linkage) => word("linkage", linkage)),
    members: list("members"),
    values: list("values"),
    parameters: list("params"),
    variables: list("vars"),
    partTypeId: partField("type_id"),
    firstTypeId: partField("type_id", true),
    partBitsOffset: partField("bits_offset"),
    partWidth: partField("bitfield_size"),
    partValue: partField("val"),
    partOffset: partField("offset"),
    partSize: partField("size"),
  };
}

function intEncoding(fields: Fields, how: number): Uint8Array {
  if ((how & INT_SIGNED) !== 0) return fields.signed;
  if ((how & INT_CHAR) !== 0) return fields.char;
  return (how & INT_BOOL) !== 0 ? fields.bool : fields.plain;
}

/** Numbers that no kernel defines yet count as "extern". */
function linkage(fields: Fields, number: number): Uint8Array {
  return (fields.linkages[number] ?? fields.linkages[2]) as Uint8Array;
}
