import { unreachable } from "../base/errors.ts";
import { BTF_MAGIC, BTF_VERSION, btfHeader, INT_BOOL, INT_CHAR, INT_SIGNED, KIND, LINKAGES } from "./kinds.ts";
import type { BtfId, BtfType, Member } from "./types.ts";

/**
 * Collects types and strings and writes them as one BTF blob. Equal strings and equal types are stored once, so
 * callers may add `int` as often as they like. Types may refer to ids that are reserved and defined later.
 */
export class BtfBuilder {
  readonly #types: (BtfType | undefined)[] = [{ kind: "void" }];
  readonly #byKey = new Map<string, BtfId>();
  readonly #strings = new Map<string, number>([["", 0]]); // with their offsets, in the order of these
  readonly #encoder = new TextEncoder();
  #stringBytes = 1;

  /** Number of types so far, void included; the next new type gets this id. */
  get count(): number {
    return this.#types.length;
  }

  /** Id of a type equal to `type`, added if there is none yet. */
  add(type: BtfType): BtfId {
    if (type.kind === "void") return 0 as BtfId;
    const key = JSON.stringify(type, (_, value) => (typeof value === "bigint" ? `${value}n` : value));
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const id = this.reserve();
    this.#types[id] = type;
    this.#byKey.set(key, id);
    return id;
  }

  /** An id for a type that is defined later, so that types can refer to each other. */
  reserve(): BtfId {
    return (this.#types.push(undefined) - 1) as BtfId;
  }

  define(id: BtfId, type: BtfType): void {
    if (id <= 0 || id >= this.#types.length || this.#types[id] !== undefined)
      throw new Error(`bug: BTF type ${id} is not reserved, or defined already`);
    this.#types[id] = type;
  }

  /** C's integer of that size: "unsigned int", "long long", "signed char"; 16 bytes: "__int128". */
  addInt(bytes: 1 | 2 | 4 | 8 | 16, signed: boolean): BtfId {
    const name = INT_NAMES[bytes][signed ? 0 : 1];
    return this.add({
      kind: "int",
      name,
      bytes,
      signed,
      char: false,
      bool: false,
      bits: bytes * 8,
      bitOffset: 0,
    });
  }

  /** C's `char`, the element type that makes an array print as text. */
  addChar(): BtfId {
    return this.add({
      kind: "int",
      name: "char",
      bytes: 1,
      signed: true,
      char: false,
      bool: false,
      bits: 8,
      bitOffset: 0,
    });
  }

  addPointer(to: BtfId): BtfId {
    return this.add({ kind: "pointer", to });
  }

  /** The index type, which every array names, is `unsigned int`. */
  addArray(of: BtfId, length: number): BtfId {
    return this.add({ kind: "array", of, index: this.addInt(4, false), length });
  }

  /** Offset of `text` in the string section, added if it is not there; also for line info and CO-RE records. */
  addString(text: string): number {
    const known = this.#strings.get(text);
    if (known !== undefined) return known;
    if (text.includes("\0")) throw new Error(`bug: a BTF string cannot hold NUL: ${JSON.stringify(text)}`);
    const offset = this.#stringBytes;
    const bytes = PLAIN.test(text) ? text.length : this.#encoder.encode(text).length;
    this.#stringBytes += bytes + 1;
    this.#strings.set(text, offset);
    return offset;
  }

  /** The blob, of all that was added so far, little-endian. Throws when a reserved type is still undefined. */
  finish(): Uint8Array<ArrayBuffer> {
    const words = new Words();
    const name: Name = (text) => this.addString(text);
    for (let id = 0; id < this.#types.length; id++) {
      const type = this.#types[id];
      if (type === undefined) throw new Error(`bug: BTF type ${id} was reserved and never defined`);
      encodeType(words, type, name);
    }
    const typesBytes = words.length * 4;
    const header = btfHeader.encode({
      magic: BTF_MAGIC,
      version: BTF_VERSION,
      headerBytes: btfHeader.bytes,
      typesBytes,
      stringsOffset: typesBytes,
      stringsBytes: this.#stringBytes,
    });
    const blob = new Uint8Array(btfHeader.bytes + typesBytes + this.#stringBytes);
    blob.set(header);
    words.write(new DataView(blob.buffer, btfHeader.bytes));
    const strings = `${[...this.#strings.keys()].join("\0")}\0`;
    this.#encoder.encodeInto(strings, blob.subarray(btfHeader.bytes + typesBytes));
    return blob;
  }
}

const PLAIN = /^[\x01-\x7f]*$/; // as many bytes as characters

/** Names as compilers write them into BTF, signed and unsigned, by size in bytes. */
const INT_NAMES = {
  1: ["signed char", "unsigned char"],
  2: ["short", "unsigned short"],
  4: ["int", "unsigned int"],
  8: ["long long", "unsigned long long"],
  16: ["__int128", "unsigned __int128"],
} as const;

const MAX_ELEMENTS = 0xffff; // BTF_MAX_VLEN in include/uapi/linux/btf.h, v6.12
const MAX_BIT_FIELD_OFFSET = 0xffffff; // 24 bits beside the width

type Name = (text: string) => number;

/** 32-bit words, in an array that grows. */
class Words {
  #words = new Uint32Array(1 << 12);
  length = 0;

  push(word: number): void {
    if (this.length === this.#words.length) {
      const larger = new Uint32Array(this.length * 2);
      larger.set(this.#words);
      this.#words = larger;
    }
    this.#words[this.length++] = word;
  }

  /** Little-endian, whatever the machine. */
  write(view: DataView): void {
    for (let i = 0; i < this.length; i++) view.setUint32(i * 4, this.#words[i] as number, true);
  }
}

function encodeType(out: Words, type: BtfType, name: Name): void {
  const head = (kind: number, nameOffset: number, sizeOrType: number, count = 0, flag = false) => {
    if (count > MAX_ELEMENTS) throw new Error(`bug: a BTF type cannot have ${count} elements`);
    out.push(nameOffset);
    out.push(((flag ? 0x80000000 : 0) | (kind << 24) | count) >>> 0);
    out.push(sizeOrType);
  };
  switch (type.kind) {
    case "void":
      return;
    case "int":
      head(KIND.int, name(type.name), type.bytes);
      out.push(intEncoding(type));
      return;
    case "pointer":
    case "const":
    case "volatile":
    case "restrict":
      head(KIND[type.kind], 0, type.to);
      return;
    case "array":
      head(KIND.array, 0, 0);
      out.push(type.of);
      out.push(type.index);
      out.push(type.length);
      return;
    case "struct":
    case "union":
      encodeMembers(out, type, name, head);
      return;
    case "enum": {
      const wide = type.bytes === 8;
      head(wide ? KIND.enum64 : KIND.enum, name(type.name), type.bytes, type.members.length, type.signed);
      for (const member of type.members) {
        out.push(name(member.name));
        out.push(Number(BigInt.asUintN(32, member.value)));
        if (wide) out.push(Number(BigInt.asUintN(64, member.value) >> 32n));
      }
      return;
    }
    case "forward":
      head(KIND.forward, name(type.name), 0, 0, type.of === "union");
      return;
    case "typedef":
      head(KIND.typedef, name(type.name), type.to);
      return;
    case "typeTag":
      head(KIND.typeTag, name(type.name), type.to, 0, type.attribute === true);
      return;
    case "func":
      head(KIND.func, name(type.name), type.proto, LINKAGES.indexOf(type.linkage));
      return;
    case "funcProto":
      head(KIND.funcProto, 0, type.returns, type.params.length + (type.variadic ? 1 : 0));
      for (const param of type.params) {
        out.push(name(param.name));
        out.push(param.type);
      }
      if (type.variadic) {
        out.push(0);
        out.push(0);
      }
      return;
    case "var":
      head(KIND.var, name(type.name), type.type);
      out.push(LINKAGES.indexOf(type.linkage));
      return;
    case "section":
      head(KIND.section, name(type.name), type.bytes, type.vars.length);
      for (const v of type.vars) {
        out.push(v.type);
        out.push(v.offset);
        out.push(v.size);
      }
      return;
    case "float":
      head(KIND.float, name(type.name), type.bytes);
      return;
    case "declTag":
      head(KIND.declTag, name(type.name), type.target, 0, type.attribute === true);
      out.push(type.componentIndex >>> 0);
      return;
    default:
      unreachable(type);
  }
}

function intEncoding(type: Extract<BtfType, { kind: "int" }>): number {
  const how = (type.signed ? INT_SIGNED : 0) | (type.char ? INT_CHAR : 0) | (type.bool ? INT_BOOL : 0);
  return ((how << 24) | (type.bitOffset << 16) | type.bits) >>> 0;
}

type Head = (kind: number, nameOffset: number, sizeOrType: number, count?: number, flag?: boolean) => void;

function encodeMembers(
  out: Words,
  type: Extract<BtfType, { members: readonly Member[] }>,
  name: Name,
  head: Head,
): void {
  const bitFields = type.members.some((member) => member.bitWidth !== undefined);
  head(KIND[type.kind], name(type.name), type.bytes, type.members.length, bitFields);
  for (const member of type.members) {
    if (bitFields && member.bitOffset > MAX_BIT_FIELD_OFFSET)
      throw new Error(`bug: member ${member.name} lies too far for a struct with bit-fields`);
    const width = member.bitWidth ?? 0;
    out.push(name(member.name));
    out.push(member.type);
    out.push(((width << 24) | member.bitOffset) >>> 0);
  }
}
