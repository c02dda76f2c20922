import { kindOf, nameOf } from "./lookup.ts";
import type { Btf, BtfId, BtfType } from "./types.ts";

/** Words that C11 and the compilers reserve; a type or member of that name gets an underscore behind it. */
const RESERVED = new Set(
  `auto break case const continue default do double else enum extern float for goto if inline int long register
   restrict return short signed sizeof static struct switch typedef union unsigned void volatile while asm typeof
   _Alignas _Alignof _Atomic _Bool _Complex _Generic _Imaginary _Noreturn _Static_assert _Thread_local`.split(
    /\s+/,
  ),
);

/** Typedefs that compilers have built in; the kernel's own, of another layout maybe, needs another name. */
const BUILT_IN = ["__builtin_va_list", "__builtin_ms_va_list", "__int128_t", "__uint128_t"];

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

/** The names that types and enumerators have in C text. */
export interface CNames {
  /** Of a struct, union, enum, forward declaration, typedef or integer; "" for one without name. */
  type(id: BtfId, type: BtfType & { name: string }): string;
  /** Of enumerator `index` of enum `id`. */
  enumerator(id: BtfId, index: number, name: string): string;
}

/** Names as BTF has them, for a single declaration. */
export const plainNames: CNames = {
  type: (_, type) =>
    type.kind === "int" && isBaseType(type.name) ? type.name : type.name && identifier(type.name),
  enumerator: (_, __, name) => identifier(name),
};

/**
 * Names for a whole file. C has one name space for struct, union and enum tags and one for typedefs and enumerators;
 * of several types that would have the same name, all but the first get `___2`, `___3` … behind it, which CO-RE
 * ignores ("flavours"). A forward declaration has the name of its definition.
 */
export function uniqueNames(btf: Btf): CNames {
  const tags = new Claims([]);
  const ordinary = new Claims(BUILT_IN);
  const renamed = new Map<BtfId, string>();
  const enumerators = new Map<BtfId, string[]>();
  const forwards: BtfId[] = [];
  const definitions = new Map<string, string>();
  for (let i = 1; i < btf.count; i++) {
    const id = i as BtfId;
    const kind = kindOf(btf, id);
    if (kind === "forward") forwards.push(id);
    if (kind !== "struct" && kind !== "union" && kind !== "enum" && kind !== "typedef" && kind !== "int")
      continue;
    if (kind === "enum") claimEnumerators(btf, id, ordinary, enumerators);
    const name = nameOf(btf, id);
    if (name === "" || (kind === "int" && isBaseType(name))) continue;
    const given = (kind === "typedef" || kind === "int" ? ordinary : tags).claim(identifier(name));
    if (given !== name) renamed.set(id, given);
    const key = `${kind} ${name}`;
    if (!definitions.has(key)) definitions.set(key, given);
  }
  for (const id of forwards) {
    const type = btf.type(id);
    if (type.kind !== "forward") continue;
    const key = `${type.of} ${type.name}`;
    const given = definitions.get(key) ?? tags.claim(identifier(type.name));
    definitions.set(key, given);
    if (given !== type.name) renamed.set(id, given);
  }
  return {
    type: (id, type) => renamed.get(id) ?? type.name,
    enumerator: (id, index, name) => enumerators.get(id)?.[index] ?? name,
  };
}

function claimEnumerators(btf: Btf, id: BtfId, claims: Claims, renamed: Map<BtfId, string[]>): void {
  const type = btf.type(id);
  if (type.kind !== "enum") return;
  const names = type.members.map((member) => claims.claim(identifier(member.name)));
  if (names.some((name, index) => name !== type.members[index]?.name)) renamed.set(id, names);
}

/** One name space: who asks first gets the name. */
class Claims {
  readonly #taken: Map<string, number>;

  constructor(taken: readonly string[]) {
    this.#taken = new Map(taken.map((name) => [name, 1]));
  }

  claim(name: string): string {
    const count = this.#taken.get(name);
    if (count === undefined) {
      this.#taken.set(name, 1);
      return name;
    }
    let next = count + 1;
    while (this.#taken.has(`${name}___${next}`)) next++;
    this.#taken.set(name, next);
    this.#taken.set(`${name}___${next}`, 1);
    return `${name}___${next}`;
  }
}
