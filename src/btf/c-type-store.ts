import type { BtfBuilder } from "./encode.ts";
import { MAX_DEPTH } from "./kinds.ts";
import type { BtfId, BtfType, EnumMember, Member, Param } from "./types.ts";

/** Size and alignment in bytes. */
export type CShape = Readonly<{ bytes: number; align: number }>;

export type CTag = "struct" | "union" | "enum";
export type CQualifier = "const" | "volatile" | "restrict";

const POINTER: CShape = { bytes: 8, align: 8 };

type Integer = Readonly<{ name: string; bytes: number; signed: boolean; char?: true; bool?: true }>;

// Names as clang writes them into BTF; sizes of x86_64 and aarch64.
// biome-ignore format: one type per line
const INTEGERS: Readonly<Record<string, Integer>> = {
  "char": { name: "char", bytes: 1, signed: true, char: true },
  "char signed": { name: "signed char", bytes: 1, signed: true },
  "char unsigned": { name: "unsigned char", bytes: 1, signed: false },
  "short": { name: "short", bytes: 2, signed: true },
  "short unsigned": { name: "unsigned short", bytes: 2, signed: false },
  "int": { name: "int", bytes: 4, signed: true },
  "int unsigned": { name: "unsigned int", bytes: 4, signed: false },
  "long": { name: "long", bytes: 8, signed: true },
  "long unsigned": { name: "unsigned long", bytes: 8, signed: false },
  "long long": { name: "long long", bytes: 8, signed: true },
  "long long unsigned": { name: "unsigned long long", bytes: 8, signed: false },
  "__int128": { name: "__int128", bytes: 16, signed: true },
  "__int128 unsigned": { name: "unsigned __int128", bytes: 16, signed: false },
  "_Bool": { name: "_Bool", bytes: 1, signed: false, bool: true },
};

const FLOATS: Readonly<Record<string, number>> = { float: 4, double: 8, "double long": 16, __float128: 16 };

/** Where types are found that a text uses and does not define. */
export type CForeign = Readonly<{
  typedef(name: string): BtfId | undefined;
  /** Makes the id the struct, union or enum of that name, if there is one. */
  define(id: BtfId, tag: CTag, name: string): void;
}>;

/** What an integer or enum does in arithmetic. */
export type CNumber = Readonly<{ bytes: number; signed: boolean; bool: boolean }>;

/**
 * Types that C text declares, written into a BtfBuilder, each with its size. Types that are written alike are stored
 * once. A struct, union or enum has its id from its first mention, whether or not it is defined by then.
 */
export class CTypeStore {
  readonly #builder: BtfBuilder;
  readonly #shapes = new Map<BtfId, CShape>();
  readonly #aliases = new Map<BtfId, BtfId>(); // typedefs, qualifiers, tags: what they stand for
  readonly #derived = new Map<string, BtfId>();
  readonly #pointers = new Map<BtfId, BtfId>();
  readonly #words = new Map<string, BtfId | undefined>();
  readonly #tags: Readonly<Record<CTag, Map<string, BtfId>>> = {
    struct: new Map(),
    union: new Map(),
    enum: new Map(),
  };
  readonly #defined = new Set<BtfId>();
  /** Where structs, unions, enums and typedefs were defined: the place that was set then. */
  readonly places = new Map<BtfId, number>();
  place = 0;
  /** Types that are defined elsewhere: asked where one is missing. */
  foreign: CForeign | undefined;
  readonly #integers = new Set<BtfId>(); // also enums: what a bit-field may be
  readonly #arrays = new Map<BtfId, BtfId>(); // to their elements
  readonly #functions = new Set<BtfId>();
  readonly #tagNames = new Map<BtfId, Readonly<{ tag: CTag; name: string }>>();
  readonly #numbers = new Map<BtfId, CNumber>();
  readonly #records = new Map<BtfId, readonly Member[]>();
  readonly #targets = new Map<BtfId, BtfId>(); // of pointers
  readonly typedefs = new Map<string, BtfId>();
  readonly constants = new Map<string, bigint>();

  constructor(builder: BtfBuilder) {
    this.#builder = builder;
  }

  /** A type of C's own words in any order ("unsigned", "long unsigned int"), or undefined when there is none. */
  basic(words: readonly string[]): BtfId | undefined {
    const spelled = words.join(" ");
    if (!this.#words.has(spelled)) this.#words.set(spelled, this.#basic(words));
    return this.#words.get(spelled);
  }

  #basic(words: readonly string[]): BtfId | undefined {
    if (words.length === 1 && words[0] === "void") return 0 as BtfId;
    const sorted = [...words].sort();
    const sized = sorted.some((word) => /^(long|short|char|__int128)$/.test(word));
    const kept = sorted.filter((word) => !(word === "int" && sized));
    const plain = kept.includes("char") ? kept : kept.filter((word) => word !== "signed");
    if (plain.length === 0 || (plain.length === 1 && plain[0] === "unsigned")) plain.unshift("int");
    const name = plain.join(" ");
    if (plain.includes("_Complex"))
      return this.#complex(plain.filter((word) => word !== "_Complex" && word !== "int"));
    const float = FLOATS[name];
    if (float !== undefined) {
      const spelling = name === "double long" ? "long double" : name === "__float128" ? "_Float128" : name;
      return this.#shaped({ kind: "float", name: spelling, bytes: float }, float);
    }
    const found = INTEGERS[name];
    return found && this.#integer(found);
  }

  /** Two numbers, real and imaginary. */
  #complex(words: readonly string[]): BtfId | undefined {
    const part = this.basic(words.length === 0 ? ["double"] : words);
    return part === undefined ? undefined : this.array(part, 2);
  }

  #integer(type: Integer): BtfId {
    const key = `int ${type.name}`;
    const known = this.#derived.get(key);
    if (known !== undefined) return known;
    const { name, bytes, signed, char = false, bool = false } = type;
    const bits = bytes * 8;
    const id = this.#shaped({ kind: "int", name, bytes, signed, char, bool, bits, bitOffset: 0 }, bytes);
    this.#integers.add(id);
    this.#numbers.set(id, { bytes, signed, bool });
    this.#derived.set(key, id);
    return id;
  }

  /** The id of a struct, union or enum, reserved at its first mention. */
  tag(tag: CTag, name: string): BtfId {
    let id = this.#tags[tag].get(name);
    if (id === undefined) {
      id = this.#builder.reserve();
      this.#tags[tag].set(name, id);
      this.#tagNames.set(id, { tag, name });
    }
    return id;
  }

  /** Whether a struct, union or enum has that name. */
  isTag(name: string): boolean {
    return this.#tags.struct.has(name) || this.#tags.union.has(name) || this.#tags.enum.has(name);
  }

  isDefined(id: BtfId): boolean {
    return this.#defined.has(id);
  }

  /** Gives a reserved struct or union its members. */
  defineRecord(id: BtfId, type: Extract<BtfType, { kind: "struct" | "union" }>, align: number): void {
    this.#define(id, type, { bytes: type.bytes, align });
    this.#records.set(id, type.members);
  }

  /** Gives a reserved enum its members, which become constants. */
  defineEnum(id: BtfId, name: string, members: readonly EnumMember[], bytes: number): void {
    const signed = members.some((member) => member.value < 0n);
    this.#define(id, { kind: "enum", name, bytes, signed, members }, { bytes, align: bytes });
    this.#integers.add(id);
    this.#numbers.set(id, { bytes, signed, bool: false });
  }

  #define(id: BtfId, type: BtfType, shape: CShape): void {
    this.#builder.define(id, type);
    this.#shapes.set(id, shape);
    this.#defined.add(id);
    this.places.set(id, this.place);
  }

  reserve(): BtfId {
    return this.#builder.reserve();
  }

  pointer(to: BtfId): BtfId {
    const known = this.#pointers.get(to);
    if (known !== undefined) return known;
    const id = this.#new({ kind: "pointer", to });
    this.#shapes.set(id, POINTER);
    this.#pointers.set(to, id);
    this.#targets.set(id, to);
    return id;
  }

  qualified(kind: CQualifier, to: BtfId): BtfId {
    return this.#once(`${kind} ${to}`, () => this.#alias({ kind, to }, to));
  }

  typeTag(name: string, to: BtfId): BtfId {
    return this.#once(`tag ${name} ${to}`, () => this.#alias({ kind: "typeTag", name, to }, to));
  }

  /** Always a new one: the caller knows whether the name is taken. `align` is what an attribute asks for. */
  typedef(name: string, to: BtfId, align: number | undefined): BtfId {
    const id = this.#alias({ kind: "typedef", name, to }, to);
    const shape = align === undefined ? undefined : this.shape(to);
    if (shape && align !== undefined) this.#shapes.set(id, { bytes: shape.bytes, align });
    this.typedefs.set(name, id);
    this.places.set(id, this.place);
    return id;
  }

  /** The element type must have a size. */
  array(of: BtfId, length: number): BtfId {
    return this.#once(`[${length}] ${of}`, () => {
      const element = this.shape(of) ?? { bytes: 0, align: 1 };
      const index = this.#integer(INTEGERS["int unsigned"] as Integer);
      const id = this.#new({ kind: "array", of, index, length });
      this.#shapes.set(id, { bytes: element.bytes * length, align: element.align });
      this.#arrays.set(id, of);
      return id;
    });
  }

  prototype(returns: BtfId, params: readonly Param[], variadic: boolean): BtfId {
    const key = `${returns}(${params.map((p) => `${p.type} ${p.name}`).join()}${variadic}`;
    return this.#once(key, () => {
      const id = this.#new({ kind: "funcProto", returns, params, variadic });
      this.#functions.add(id);
      return id;
    });
  }

  func(name: string, proto: BtfId, linkage: "static" | "global" | "extern"): BtfId {
    return this.#once(`func ${name}`, () => this.#new({ kind: "func", name, proto, linkage }));
  }

  variable(name: string, type: BtfId, linkage: "static" | "global" | "extern"): BtfId {
    return this.#once(`var ${name}`, () => this.#new({ kind: "var", name, type, linkage }));
  }

  section(name: string, vars: readonly { type: BtfId; offset: number; size: number }[], bytes: number): BtfId {
    return this.#new({ kind: "section", name, bytes, vars });
  }

  /** How a number of this type counts, or undefined for what is none. */
  integerOf(id: BtfId): CNumber | undefined {
    return this.#numbers.get(this.resolve(id));
  }

  /** What a pointer points to, or undefined for a type that is none. */
  pointee(id: BtfId): BtfId | undefined {
    return this.#targets.get(this.resolve(id));
  }

  /** A member of a struct or union, those of its unnamed members among them. */
  member(id: BtfId, name: string, depth = 0): Member | undefined {
    for (const member of this.#records.get(this.resolve(id)) ?? []) {
      if (member.name === name) return member;
      const inner =
        member.name === "" && depth < MAX_DEPTH ? this.member(member.type, name, depth + 1) : undefined;
      if (inner) return { ...inner, bitOffset: member.bitOffset + inner.bitOffset };
    }
    return undefined;
  }

  /** Elements of one number type side by side, aligned to their whole size (GCC's `vector_size`). */
  vector(of: BtfId, bytes: number): BtfId {
    const element = this.shape(of)?.bytes ?? 0;
    if (element === 0 || bytes < element || bytes > 1 << 16 || (bytes & (bytes - 1)) !== 0) return of;
    return this.#once(`vector ${bytes} ${of}`, () => {
      const index = this.#integer(INTEGERS["int unsigned"] as Integer);
      const id = this.#new({ kind: "array", of, index, length: bytes / element });
      this.#shapes.set(id, { bytes, align: bytes });
      return id;
    });
  }

  /** Size and alignment, or undefined for a type without: void, functions, what is not defined yet. */
  shape(id: BtfId): CShape | undefined {
    return this.#shapes.get(id) ?? this.#shapes.get(this.resolve(id)) ?? this.#foreignShape(this.resolve(id));
  }

  /** Of a struct that is not defined here, but elsewhere. */
  #foreignShape(id: BtfId): CShape | undefined {
    const name = this.foreign && this.#tagNames.get(id);
    if (name === undefined || this.#defined.has(id)) return undefined;
    this.foreign?.define(id, name.tag, name.name);
    return this.#shapes.get(id);
  }

  /** Makes `id` what was found elsewhere. */
  adopt(id: BtfId, type: BtfType, shape: CShape): void {
    this.#builder.define(id, type);
    this.#shapes.set(id, shape);
    this.#defined.add(id);
    if (type.kind === "struct" || type.kind === "union") this.#records.set(id, type.members);
    if (type.kind === "int") this.#numbers.set(id, { bytes: type.bytes, signed: type.signed, bool: type.bool });
    if (type.kind === "enum") this.#numbers.set(id, { bytes: type.bytes, signed: type.signed, bool: false });
    if (type.kind === "int" || type.kind === "enum") this.#integers.add(id);
    if (type.kind === "pointer") this.#targets.set(id, type.to);
    if (type.kind === "array") this.#arrays.set(id, type.of);
    if (type.kind === "funcProto") this.#functions.add(id);
    if ("to" in type && type.kind !== "pointer") this.#aliases.set(id, type.to);
  }

  /** The type behind typedefs, qualifiers and tags. */
  resolve(id: BtfId): BtfId {
    let at = id;
    for (let depth = 0; depth < MAX_DEPTH * 1000; depth++) {
      const to = this.#aliases.get(at);
      if (to === undefined) return at;
      at = to;
    }
    return at;
  }

  isInteger(id: BtfId): boolean {
    return this.#integers.has(this.resolve(id));
  }

  isFunction(id: BtfId): boolean {
    return this.#functions.has(this.resolve(id));
  }

  /** What the array's elements are, or undefined for a type that is no array. */
  elementOf(id: BtfId): BtfId | undefined {
    return this.#arrays.get(this.resolve(id));
  }

  /** Makes forward declarations of the structs and unions, and empty enums, that were mentioned and never defined. */
  closeTags(): void {
    for (const tag of ["struct", "union"] as const)
      for (const [name, id] of this.#tags[tag]) {
        if (this.#defined.has(id)) continue;
        this.#builder.define(id, { kind: "forward", name, of: tag });
        this.#defined.add(id);
      }
    for (const [name, id] of this.#tags.enum) if (!this.#defined.has(id)) this.defineEnum(id, name, [], 4);
  }

  #once(key: string, make: () => BtfId): BtfId {
    const known = this.#derived.get(key);
    if (known !== undefined) return known;
    const id = make();
    this.#derived.set(key, id);
    return id;
  }

  #alias(type: BtfType, to: BtfId): BtfId {
    const id = this.#new(type);
    this.#aliases.set(id, to);
    return id;
  }

  #shaped(type: BtfType, bytes: number): BtfId {
    const id = this.#new(type);
    this.#shapes.set(id, { bytes, align: bytes });
    return id;
  }

  #new(type: BtfType): BtfId {
    const id = this.#builder.reserve();
    this.#builder.define(id, type);
    return id;
  }
}
