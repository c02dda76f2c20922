import { unreachable } from "../base/errors.ts";
import { BtfError } from "./error.ts";
import {
  elements,
  INT_BOOL,
  INT_CHAR,
  INT_SIGNED,
  KIND,
  KINDS,
  kindNumber,
  LINKAGES,
  MAX_DEPTH,
} from "./kinds.ts";
import type { BtfId, BtfType, EnumMember, Member, Param, SectionVar } from "./types.ts";

/** What decoding one type needs of the blob that it lies in. */
export interface TypeSource {
  readonly words: Uint32Array;
  /** Byte of the blob where word 0 lies; for messages. */
  readonly start: number;
  string(offset: number): string;
  /** Checks that `id` is a type of this blob or its base. */
  ref(id: number): BtfId;
  /** The encoding word of the INT that `id` leads to through typedefs and qualifiers, or undefined. */
  intEncoding(id: number): number | undefined;
}

type Of<K extends BtfType["kind"]> = Extract<BtfType, { kind: K }>;

/** Decodes the type whose first word is `at`. The caller has checked that all its words are there. */
export function decodeType(source: TypeSource, at: number): BtfType {
  const { words } = source;
  const info = word(words, at + 1);
  const number = kindNumber(info);
  const flag = info >>> 31 === 1;
  const sizeOrType = word(words, at + 2);
  const name = () => source.string(word(words, at));
  const row = KINDS[number];
  const kind = row?.kind ?? "void";
  switch (kind) {
    case "void":
      throw new BtfError("btf/bad-kind", `${number} is no kind of type`, { offset: source.start + at * 4 });
    case "int":
      return decodeInt(name(), sizeOrType, word(words, at + 3));
    case "pointer":
    case "const":
    case "volatile":
    case "restrict":
      return { kind, to: source.ref(sizeOrType) };
    case "array":
      return {
        kind,
        of: source.ref(word(words, at + 3)),
        index: source.ref(word(words, at + 4)),
        length: word(words, at + 5),
      };
    case "struct":
    case "union":
      return {
        kind,
        name: name(),
        bytes: sizeOrType,
        members: decodeMembers(source, at, elements(info), flag),
      };
    case "enum":
      return decodeEnum(source, at, number === KIND.enum64);
    case "forward":
      return { kind, name: name(), of: flag ? "union" : "struct" };
    case "typedef":
      return { kind, name: name(), to: source.ref(sizeOrType) };
    case "typeTag":
      return { kind, name: name(), to: source.ref(sizeOrType), ...(flag && { attribute: true }) };
    case "func":
      return { kind, name: name(), proto: source.ref(sizeOrType), linkage: linkage(elements(info)) };
    case "funcProto":
      return decodeProto(source, at);
    case "var":
      return { kind, name: name(), type: source.ref(sizeOrType), linkage: linkage(word(words, at + 3)) };
    case "section":
      return { kind, name: name(), bytes: sizeOrType, vars: decodeVars(source, at) };
    case "float":
      return { kind, name: name(), bytes: sizeOrType };
    case "declTag": {
      const componentIndex = word(words, at + 3) | 0;
      return {
        kind,
        name: name(),
        target: source.ref(sizeOrType),
        componentIndex,
        ...(flag && { attribute: true }),
      };
    }
    default:
      return unreachable(kind);
  }
}

/** The number of bits and the bit offset that an INT's encoding word holds. */
export function intBits(encoding: number): { bits: number; bitOffset: number } {
  return { bits: encoding & 0xff, bitOffset: (encoding >>> 16) & 0xff };
}

function decodeInt(name: string, bytes: number, encoding: number): Of<"int"> {
  const how = (encoding >>> 24) & 0xf;
  return {
    kind: "int",
    name,
    bytes,
    signed: (how & INT_SIGNED) !== 0,
    char: (how & INT_CHAR) !== 0,
    bool: (how & INT_BOOL) !== 0,
    ...intBits(encoding),
  };
}

/**
 * With the kind flag a member's offset word holds the bit-field's width in its top byte. Without it (pahole before
 * 1.13) a bit-field is a member whose INT has fewer bits than its bytes hold.
 */
function decodeMembers(source: TypeSource, at: number, count: number, flag: boolean): readonly Member[] {
  const { words } = source;
  const members: Member[] = [];
  for (let i = at + 3; i < at + 3 + count * 3; i += 3) {
    const name = source.string(word(words, i));
    const type = source.ref(word(words, i + 1));
    const offset = word(words, i + 2);
    if (flag) {
      const bitWidth = offset >>> 24;
      const bitOffset = offset & 0xffffff;
      members.push(bitWidth === 0 ? { name, type, bitOffset } : { name, type, bitOffset, bitWidth });
      continue;
    }
    const int = source.intEncoding(type);
    members.push(
      int === undefined ? { name, type, bitOffset: offset } : legacyBitField(name, type, offset, int),
    );
  }
  return members;
}

function legacyBitField(name: string, type: BtfId, offset: number, encoding: number): Member {
  if (isWholeInt(encoding) && (offset & 7) === 0) return { name, type, bitOffset: offset };
  const { bits, bitOffset } = intBits(encoding);
  return { name, type, bitOffset: offset + bitOffset, bitWidth: bits };
}

/** Whether an INT is one as C has them; a member of any other, in a struct without the kind flag, is a bit-field. */
export function isWholeInt(encoding: number): boolean {
  const { bits, bitOffset } = intBits(encoding);
  return bits >= 8 && bits <= 128 && (bits & (bits - 1)) === 0 && bitOffset === 0;
}

function decodeEnum(source: TypeSource, at: number, wide: boolean): Of<"enum"> {
  const { words } = source;
  const info = word(words, at + 1);
  const signed = info >>> 31 === 1;
  const step = wide ? 3 : 2;
  const members: EnumMember[] = [];
  for (let i = at + 3; i < at + 3 + elements(info) * step; i += step)
    members.push({ name: source.string(word(words, i)), value: enumValue(words, i, wide, signed) });
  return { kind: "enum", name: source.string(word(words, at)), bytes: word(words, at + 2), signed, members };
}

/** The value of the enumerator whose first word is `at`. */
export function enumValue(words: Uint32Array, at: number, wide: boolean, signed: boolean): bigint {
  const low = word(words, at + 1);
  if (!wide) return BigInt(signed ? low | 0 : low);
  const value = (BigInt(word(words, at + 2)) << 32n) | BigInt(low);
  return signed ? BigInt.asIntN(64, value) : value;
}

/** A last parameter without name and type stands for "...". */
function decodeProto(source: TypeSource, at: number): Of<"funcProto"> {
  const { words } = source;
  const params: Param[] = [];
  const end = at + 3 + elements(word(words, at + 1)) * 2;
  for (let i = at + 3; i < end; i += 2)
    params.push({ name: source.string(word(words, i)), type: source.ref(word(words, i + 1)) });
  const last = params.at(-1);
  const variadic = last !== undefined && last.name === "" && last.type === 0;
  if (variadic) params.pop();
  return { kind: "funcProto", returns: source.ref(word(words, at + 2)), params, variadic };
}

function decodeVars(source: TypeSource, at: number): readonly SectionVar[] {
  const { words } = source;
  const vars: SectionVar[] = [];
  for (let i = at + 3; i < at + 3 + elements(word(words, at + 1)) * 3; i += 3)
    vars.push({ type: source.ref(word(words, i)), offset: word(words, i + 1), size: word(words, i + 2) });
  return vars;
}

/** Numbers that no kernel defines yet count as "extern", the weakest promise. */
function linkage(number: number): (typeof LINKAGES)[number] {
  return LINKAGES[number] ?? "extern";
}

function word(words: Uint32Array, at: number): number {
  return words[at] as number;
}

/** The encoding word of the INT behind typedefs and qualifiers; `place` gives the first word of a type. */
export function chaseInt(
  place: (id: number) => readonly [Uint32Array, number] | undefined,
  id: number,
): number | undefined {
  let next = id;
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    const found = place(next);
    if (found === undefined) return undefined;
    const [array, at] = found;
    const kind = kindNumber(word(array, at + 1));
    if (kind === KIND.int) return word(array, at + 3);
    if (kind < KIND.typedef || (kind > KIND.restrict && kind !== KIND.typeTag)) return undefined;
    next = word(array, at + 2);
  }
  return undefined;
}
