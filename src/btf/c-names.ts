import { flatTypes } from "./decode.ts";
import { KIND } from "./kinds.ts";
import type { Btf, BtfId } from "./types.ts";

/** Words that C11 and the compilers reserve; a type or member of that name gets an underscore behind it. */
const RESERVED = new Set(
  `auto break case const continue default do double else enum extern float for goto if inline int long register
   restrict return short signed sizeof static struct switch typedef union unsigned void volatile while asm typeof
   _Alignas _Alignof _Atomic _Bool _Complex _Generic _Imaginary _Noreturn _Static_assert _Thread_local`.split(
    /\s+/,
  ),
);
const LONGEST_RESERVED = 14;

const BASE_TYPE_WORDS = new Set(
  "char short int long signed unsigned _Bool float double __int128 void".split(" "),
);

/** Whether a name consists of C's own type words, so that it needs no definition. */
export function isBaseType(name: string): boolean {
  return name.split(" ").every((word) => BASE_TYPE_WORDS.has(word));
}

/** `name` as an identifier of C: other characters become underscores (Rust and C++ names have them). */
export function identifier(name: string): string {
  if (/^[A-Za-z_$][\w$]*$/.test(name)) return RESERVED.has(name) ? `${name}_` : name;
  const cleaned = name.replace(/[^\w$]/g, "_");
  return /^\d/.test(cleaned) ? `_${cleaned}` : cleaned;
}

/** The name of an integer or float. */
export function numberName(name: string): string {
  return isBaseType(name) ? name : identifier(name);
}

/** 1 for the bytes that an identifier is made of. */
export const IDENTIFIER_BYTES = new Uint8Array(256);
for (const character of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_$0123456789")
  IDENTIFIER_BYTES[character.charCodeAt(0)] = 1;

/** By first and last character, a bit per length: where it is not set, no reserved word looks so. */
const RESERVED_LOOKS = new Uint16Array(1 << 10);
for (const word of RESERVED) {
  const look = lookOf(word.charCodeAt(0), word.charCodeAt(word.length - 1));
  RESERVED_LOOKS[look] = (RESERVED_LOOKS[look] as number) | (1 << word.length);
}

function lookOf(first: number, last: number): number {
  return ((first & 31) << 5) | (last & 31);
}

/** Whether the string at an offset, which starts with `length` identifier bytes, is an identifier as it stands. */
export function isIdentifier(strings: Uint8Array, offset: number, length: number): boolean {
  const first = strings[offset] as number;
  if (length === 0 || strings[offset + length] !== 0 || (first >= 0x30 && first <= 0x39)) return false;
  if (length > LONGEST_RESERVED) return true;
  const looks = RESERVED_LOOKS[lookOf(first, strings[offset + length - 1] as number)] as number;
  return (
    (looks & (1 << length)) === 0 ||
    !RESERVED.has(String.fromCharCode(...strings.subarray(offset, offset + length)))
  );
}

const DECODER = new TextDecoder();

/** The string that ends with the next NUL. */
export function textAt(strings: Uint8Array, offset: number): string {
  return DECODER.decode(strings.subarray(offset, strings.indexOf(0, offset)));
}

/** A name in C text: as it is, or the offset of a string of BTF that is written as `identifier` makes it. */
export type CName = string | number;

/** The names that types and enumerators have in C text. */
export interface CNames {
  /**
   * Of a struct, union, enum, forward declaration, typedef or integer, which has been checked; `offset` is where BTF has
   * its name.
   */
  type(id: BtfId, offset: number): CName;
  /** Of those enumerators of an enum, by their index, whose name is not what BTF has. */
  enumerators(id: BtfId): readonly (string | undefined)[] | undefined;
}

/** Names as BTF has them, for a single declaration. */
export function plainNames(btf: Btf): CNames {
  const flat = flatTypes(btf);
  return {
    type: (id, offset) => (flat.kind(id) === KIND.int ? numberName(textAt(flat.strings, offset)) : offset),
    enumerators: () => undefined,
  };
}
