import type { BtfBuilder } from "./encode.ts";
import { MAX_DEPTH } from "./kinds.ts";
import type { BtfId, BtfType, EnumMember, Param } from "./types.ts";

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

const FLOATS: Readonly<Record<string, number>> = { float: 4, double: 8, "double long": 16 };

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
  readonly #integers = new Set<BtfId>(); // also enums: what a bit-field may be
  readonly #arrays = new Map<BtfId, BtfId>(); // to their elements
  readonly #functions = new Set<BtfId>();
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
    const float = FLOATS[name];
    if (float !== undefined) {
      const spelling = name === "double long" ? "long double" : name;
      return this.#shaped({ kind: "float", name: spelling, bytes: float }, float);
    }
    const found = INTEGERS[name];
    return found && this.#integer(found);
  }

  #integer(type: Integer): BtfId {
    const key = `int ${type.name}`;
    const known = this.#derived.get(key);
    if (known !== undefined) return known;
    const { name, bytes, signed, char = false, bool = false } = type;
    const bits = bytes * 8;
    const id = this.#shaped({ kind: "int", name, bytes, signed, char, bool, bits, bitOffset: 0 }, bytes);
    this.#integers.add(id);
    this.#derived.set(key, id);
    return id;
  }

  /** The id of a struct, union or enum, reserved at its first mention. */
  tag(tag: CTag, name: string): BtfId {
    let id = this.#tags[tag].get(name);
    if (id === undefined) {
      id = this.#builder.reserve();
      this.#tags[tag].set(name, id);
    }
    return id;
  }

  isDefined(id: BtfId): boolean {
    return this.#defined.has(id);
  }

  /** Gives a reserved struct or union its members. */
  defineRecord(id: BtfId, type: Extract<BtfType, { kind: "struct" | "union" }>, align: number): void {
    this.#define(id, type, { bytes: type.bytes, align });
  }

  /** Gives a reserved enum its members, which become constants. */
  defineEnum(id: BtfId, name: string, members: readonly EnumMember[], bytes: number): void {
    const signed = members.some((member) => member.value < 0n);
    this.#define(id, { kind: "enum", name, bytes, signed, members }, { bytes, align: bytes });
    this.#integers.add(id);
  }

  #define(id: BtfId, type: BtfType, shape: CShape): void {
    this.#builder.define(id, type);
    this.#shapes.set(id, shape);
    this.#defined.add(id);
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

  /** Size and alignment, or undefined for a type without: void, functions, what is not defined yet. */
  shape(id: BtfId): CShape | undefined {
    return this.#shapes.get(id) ?? this.#shapes.get(this.resolve(id));
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
