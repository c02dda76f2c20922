import { type CAttributes, mergeAttributes, readAttributes, TAG_WORDS } from "./c-attributes.ts";
import { type CConstantScope, readConstant } from "./c-constant.ts";
import type { CCursor } from "./c-cursor.ts";
import { type CField, layOutRecord } from "./c-record-layout.ts";
import { tokenKind } from "./c-scan.ts";
import type { CQualifier, CTag, CTypeStore } from "./c-type-store.ts";
import type { BtfId, EnumMember, Member, Param } from "./types.ts";

const MAX_TYPE_BYTES = 2 ** 28; // member offsets are 32 bits wide and count bits
const MAX_BIT_FIELD_BYTES = 2 ** 20; // beside a width, 24 bits are left
const MAX_PARTS = 0xffff; // members, parameters or enumerators of one type

type Linkage = "static" | "global" | "extern";

/** What declaration specifiers say: the type, and what holds for every declarator behind it. */
export type Specifiers = Readonly<{ type: BtfId; linkage: Linkage; attributes: CAttributes; defines: boolean }>;

/** A declared name with its type; the name is "" in a type name. */
export type Declared = Readonly<{
  name: string;
  type: BtfId;
  linkage: Linkage;
  packed: boolean;
  align?: number | undefined;
  section?: string | undefined;
}>;

const BASIC = new Set(
  "void char short int long signed unsigned float double _Bool __int128 __signed__".split(" "),
);
const QUALIFIERS: ReadonlyMap<string, CQualifier> = new Map([
  ["const", "const"],
  ["__const", "const"],
  ["volatile", "volatile"],
  ["__volatile__", "volatile"],
  ["restrict", "restrict"],
  ["__restrict", "restrict"],
  ["__restrict__", "restrict"],
]);
const TAGS: ReadonlyMap<string, CTag> = new Map([
  ["struct", "struct"],
  ["union", "union"],
  ["enum", "enum"],
]);
const IGNORED = new Set("typedef register inline __inline __inline__ _Noreturn __extension__ auto".split(" "));

/** Reads types, declarators and the bodies of structs, unions and enums at a cursor. */
export class CDeclarator {
  readonly #cursor: CCursor;
  readonly #store: CTypeStore;
  readonly #scope: CConstantScope;

  constructor(cursor: CCursor, store: CTypeStore) {
    this.#cursor = cursor;
    this.#store = store;
    this.#scope = {
      constant: (name) => store.constants.get(name),
      sizeOfType: () => this.#sizeOfType(),
    };
  }

  /** The type in front of declarators, with storage class and attributes. Fails without one. */
  specifiers(): Specifiers {
    const cursor = this.#cursor;
    const words: string[] = [];
    const wraps: ((type: BtfId) => BtfId)[] = [];
    let linkage: Linkage = "global";
    let attributes: CAttributes = {};
    let type: BtfId | undefined;
    let defines = false;
    for (;;) {
      const text = cursor.text;
      if (text === "static" || text === "extern") linkage = text;
      else if (BASIC.has(text) && type === undefined) words.push(text === "__signed__" ? "signed" : text);
      else if (this.#qualifier(text, wraps)) continue;
      else if (TAGS.has(text) && type === undefined && words.length === 0) {
        defines = true;
        type = this.#tagged(TAGS.get(text) as CTag);
        continue;
      } else if (text === "__attribute__" || text === "__packed" || text === "__aligned") {
        attributes = mergeAttributes(attributes, this.#attributes(wraps));
        continue;
      } else if (!IGNORED.has(text)) {
        if (type !== undefined || words.length > 0 || !cursor.isWord()) break;
        type = this.#typedefName(text);
      }
      cursor.next();
    }
    type ??= words.length === 0 ? this.#noType() : this.#basic(words);
    for (const wrap of wraps.reverse()) type = wrap(type);
    return { type, linkage, attributes, defines };
  }

  /** One declarator behind `base`, with the attributes behind it. */
  declared(base: Specifiers): Declared {
    const { name, type } = this.#declarator(base.type);
    const own = mergeAttributes(base.attributes, this.#attributes([]));
    const shaped = own.bytes === undefined ? type : this.#withMode(type, own.bytes);
    const { packed = false, align, section } = own;
    return { name, type: shaped, linkage: base.linkage, packed, align, section };
  }

  #typedefName(name: string): BtfId {
    const type = this.#store.typedefs.get(name) ?? this.#builtIn(name);
    if (type !== undefined) return type;
    const cursor = this.#cursor;
    cursor.error(
      "c/unknown-type",
      cursor.at,
      `there is no type \`${name}\``,
      `define it before, or write \`struct ${name}\``,
    );
    return this.#store.basic(["int"]) as BtfId;
  }

  /** Types that compilers know by themselves. */
  #builtIn(name: string): BtfId | undefined {
    if (name !== "__builtin_va_list") return undefined;
    const store = this.#store;
    const id = store.tag("struct", "__va_list_tag");
    if (!store.isDefined(id)) {
      const word = store.basic(["unsigned"]) as BtfId;
      const pointer = store.pointer(0 as BtfId);
      const members = [
        { name: "gp_offset", type: word, bitOffset: 0 },
        { name: "fp_offset", type: word, bitOffset: 32 },
        { name: "overflow_arg_area", type: pointer, bitOffset: 64 },
        { name: "reg_save_area", type: pointer, bitOffset: 128 },
      ];
      store.defineRecord(id, { kind: "struct", name: "__va_list_tag", bytes: 24, members }, 8);
    }
    return store.typedef(name, store.array(id, 1), undefined);
  }

  #noType(): never {
    return this.#cursor.fail(`expected a type, found ${this.#cursor.found()}`);
  }

  #basic(words: readonly string[]): BtfId {
    const type = this.#store.basic(words);
    if (type !== undefined) return type;
    return this.#cursor.fail(`\`${words.join(" ")}\` is no type`, "use one of C's integer types");
  }

  /** Takes a qualifier or a type tag such as `__rcu`. */
  #qualifier(text: string, wraps: ((type: BtfId) => BtfId)[]): boolean {
    const qualifier = QUALIFIERS.get(text);
    const tag = qualifier === undefined ? TAG_WORDS.get(text) : undefined;
    if (qualifier === undefined && tag === undefined) return false;
    this.#cursor.next();
    if (qualifier !== undefined) wraps.push((type) => this.#store.qualified(qualifier, type));
    else if (tag !== undefined) wraps.push((type) => this.#store.typeTag(tag, type));
    return true;
  }

  #attributes(wraps: ((type: BtfId) => BtfId)[]): CAttributes {
    const found = readAttributes(this.#cursor, this.#scope);
    for (const tag of found.tags ?? []) wraps.push((type) => this.#store.typeTag(tag, type));
    return found;
  }

  /** An integer of the size that a `mode` attribute asks for. */
  #withMode(type: BtfId, bytes: number): BtfId {
    const words = { 1: ["signed", "char"], 2: ["short"], 4: ["int"], 8: ["long", "long"] }[bytes] ?? [];
    return words.length === 0 || !this.#store.isInteger(type) ? type : this.#basic(words);
  }

  // ---- declarators

  /** `*name[4]`, `(*name)(…)`: C reads them from the name outwards, so the base is completed before the inner part. */
  #declarator(base: BtfId): { name: string; type: BtfId } {
    return this.#cursor.nested(() => {
      const cursor = this.#cursor;
      let type = this.#pointers(base);
      if (cursor.text !== "(" || !this.#startsInner()) {
        const name = cursor.isWord() && cursor.text !== "__attribute__" ? cursor.next() : "";
        return { name, type: this.#suffixes(type) };
      }
      const open = cursor.at;
      cursor.skipBrackets();
      type = this.#suffixes(type);
      const end = cursor.at;
      cursor.at = open + 1;
      const inner = this.#declarator(type);
      cursor.expect(")", "after the declarator");
      cursor.at = end;
      return inner;
    });
  }

  #pointers(base: BtfId): BtfId {
    const cursor = this.#cursor;
    let type = base;
    while (cursor.accept("*")) {
      type = this.#store.pointer(type);
      const wraps: ((type: BtfId) => BtfId)[] = [];
      for (;;) {
        if (this.#qualifier(cursor.text, wraps)) continue;
        if (cursor.text !== "__attribute__") break;
        this.#attributes(wraps);
      }
      for (const wrap of wraps.reverse()) type = wrap(type);
    }
    return type;
  }

  /** Whether the parenthesis here holds a declarator, not parameters. */
  #startsInner(): boolean {
    const next = this.#cursor.peek(1);
    if (next === "*" || next === "(" || next === "[") return true;
    if (tokenKind(next) !== "word") return false;
    return !this.#startsType(next);
  }

  #startsType(text: string): boolean {
    if (BASIC.has(text) || TAGS.has(text) || QUALIFIERS.has(text)) return true;
    return IGNORED.has(text) || TAG_WORDS.has(text) || this.#store.typedefs.has(text);
  }

  /** `[4]` and `(int)` behind a name. Of several dimensions the last one is the innermost. */
  #suffixes(base: BtfId): BtfId {
    const cursor = this.#cursor;
    if (cursor.text === "[") {
      const at = cursor.at;
      const length = this.#length();
      const element = cursor.nested(() => this.#suffixes(base));
      return this.#array(element, length, at);
    }
    if (cursor.text !== "(") return base;
    cursor.next();
    const { params, variadic } = cursor.nested(() => this.#parameters());
    return this.#store.prototype(this.#suffixes(base), params, variadic);
  }

  #length(): number {
    const cursor = this.#cursor;
    cursor.next();
    const at = cursor.at;
    const length = cursor.text === "]" ? 0n : readConstant(cursor, this.#scope);
    cursor.expect("]", "after the array's length");
    if (length >= 0n && length <= BigInt(MAX_TYPE_BYTES)) return Number(length);
    cursor.error(
      "c/bad-constant",
      at,
      `an array of ${length} elements`,
      `use a length from 0 to ${MAX_TYPE_BYTES}`,
    );
    return 0;
  }

  #array(element: BtfId, length: number, at: number): BtfId {
    const shape = this.#store.shape(element);
    if (shape !== undefined && shape.bytes * length <= MAX_TYPE_BYTES)
      return this.#store.array(element, length);
    if (shape === undefined)
      this.#cursor.error("c/no-size", at, "the array's elements have no size", "define their type before");
    else this.#tooLarge(at);
    return this.#store.array(this.#store.basic(["char"]) as BtfId, 0);
  }

  #tooLarge(at: number): void {
    this.#cursor.error(
      "c/too-large",
      at,
      "this type is too large",
      `types have at most ${MAX_TYPE_BYTES} bytes`,
    );
  }

  /** Behind `(`. Arrays and functions as parameters are pointers to them. */
  #parameters(): { params: Param[]; variadic: boolean } {
    const cursor = this.#cursor;
    const params: Param[] = [];
    if (cursor.accept(")")) return { params, variadic: false };
    if (cursor.text === "void" && cursor.peek(1) === ")") {
      cursor.at += 2;
      return { params, variadic: false };
    }
    for (;;) {
      if (cursor.accept("...")) {
        cursor.expect(")", "after `...`");
        return { params, variadic: true };
      }
      const at = cursor.at;
      const { name, type } = this.declared(this.specifiers());
      params.push({ name, type: this.#asParameter(type) });
      if (params.length > MAX_PARTS) this.#tooLarge(at);
      if (cursor.accept(")")) return { params, variadic: false };
      cursor.expect(",", "between parameters");
    }
  }

  #asParameter(type: BtfId): BtfId {
    const element = this.#store.elementOf(type);
    if (element !== undefined) return this.#store.pointer(element);
    return this.#store.isFunction(type) ? this.#store.pointer(type) : type;
  }

  #sizeOfType(): number | undefined {
    if (!this.#startsType(this.#cursor.text)) return undefined;
    const { type } = this.declared(this.specifiers());
    return this.#store.shape(type)?.bytes ?? 0;
  }

  // ---- structs, unions and enums

  #tagged(tag: CTag): BtfId {
    const cursor = this.#cursor;
    const start = cursor.at;
    cursor.next();
    const before = this.#attributes([]);
    const name = cursor.isWord() ? cursor.next() : "";
    if (cursor.text !== "{") {
      if (name === "") cursor.fail(`expected a name or \`{\` after \`${tag}\``, `write \`${tag} name { … };\``);
      return this.#store.tag(tag, name);
    }
    let id = name === "" ? this.#store.reserve() : this.#store.tag(tag, name);
    if (this.#store.isDefined(id)) {
      cursor.error(
        "c/redefined",
        start,
        `\`${tag} ${name}\` is defined twice`,
        "give one of them another name",
      );
      id = this.#store.reserve();
    }
    return cursor.nested(() =>
      tag === "enum" ? this.#enum(id, name, before) : this.#record(id, tag, name, before),
    );
  }

  #record(id: BtfId, kind: "struct" | "union", name: string, before: CAttributes): BtfId {
    const cursor = this.#cursor;
    const start = cursor.at;
    const names: string[] = [];
    const types: BtfId[] = [];
    const fields: CField[] = [];
    const add = (field: string, type: BtfId, shape: CField) => {
      names.push(field);
      types.push(type);
      fields.push(shape);
    };
    cursor.next();
    while (!cursor.accept("}")) if (!cursor.accept(";")) this.#fieldLine(add);
    const { packed = false, align = 1 } = mergeAttributes(before, this.#attributes([]));
    const layout = layOutRecord(kind, fields, packed, align);
    const bits = fields.some((field) => field.bits !== undefined);
    const fits = layout.bytes <= (bits ? MAX_BIT_FIELD_BYTES : MAX_TYPE_BYTES) && fields.length <= MAX_PARTS;
    if (!fits) this.#tooLarge(start);
    const members: Member[] = [];
    for (const [index, field] of fields.entries()) {
      if (!fits || (field.bits !== undefined && !field.named)) continue;
      const member = { name: names[index] as string, type: types[index] as BtfId };
      const bitOffset = layout.bitOffsets[index] as number;
      members.push(
        field.bits === undefined ? { ...member, bitOffset } : { ...member, bitOffset, bitWidth: field.bits },
      );
    }
    const bytes = fits ? layout.bytes : 0;
    this.#store.defineRecord(id, { kind, name, bytes, members }, layout.align);
    return id;
  }

  /** A type and its members: `int a, b : 3;`. */
  #fieldLine(add: (name: string, type: BtfId, shape: CField) => void): void {
    const cursor = this.#cursor;
    const baseAt = cursor.at;
    const base = this.specifiers();
    if (cursor.accept(";")) {
      // A struct or union without name and declarator has its members here; one with a name is only declared.
      const isUnnamed = base.defines && this.#isUnnamed(baseAt);
      if (isUnnamed)
        this.#field("", base.type, baseAt, { ...base, packed: false, align: base.attributes.align }, add);
      return;
    }
    do {
      const at = cursor.at;
      const declared = cursor.text === ":" ? this.#unnamedField(base) : this.declared(base);
      this.#field(declared.name, declared.type, at, declared, add);
    } while (cursor.accept(","));
    cursor.expect(";", "after a member");
  }

  #unnamedField(base: Specifiers): Declared {
    return { name: "", type: base.type, linkage: "global", packed: false };
  }

  /** Whether the struct or union whose specifiers begin at `at` has no tag and is no enum. */
  #isUnnamed(at: number): boolean {
    const cursor = this.#cursor;
    const end = cursor.at;
    cursor.at = at;
    while (!TAGS.has(cursor.text)) cursor.next();
    const isEnum = cursor.next() === "enum";
    readAttributes(cursor, this.#scope);
    const isOpen = cursor.text === "{";
    cursor.at = end;
    return isOpen && !isEnum;
  }

  #field(
    name: string,
    type: BtfId,
    at: number,
    attributes: Readonly<{ packed: boolean; align?: number | undefined }>,
    add: (name: string, type: BtfId, shape: CField) => void,
  ): void {
    const cursor = this.#cursor;
    const shape = this.#store.shape(type);
    const bits = cursor.accept(":") ? this.#width(type, shape?.bytes ?? 0, name !== "") : undefined;
    const behind = bits === undefined ? {} : this.#attributes([]);
    if (shape === undefined) {
      const help = "define the type before, or use a pointer to it";
      cursor.error("c/no-size", at, `the type of member \`${name}\` has no size`, help);
      return;
    }
    const packed = attributes.packed || behind.packed === true;
    const align = behind.align ?? attributes.align;
    const field = { bytes: shape.bytes, naturalAlign: shape.align, named: name !== "", packed, align };
    add(name, type, bits === undefined ? field : { ...field, bits });
  }

  #width(type: BtfId, bytes: number, named: boolean): number {
    const cursor = this.#cursor;
    const at = cursor.at;
    const width = readConstant(cursor, this.#scope);
    const fits = width >= (named ? 1n : 0n) && width <= BigInt(Math.min(8, bytes) * 8);
    if (fits && this.#store.isInteger(type)) return Number(width);
    const message = this.#store.isInteger(type)
      ? `a bit-field of ${width} bits`
      : "a bit-field that is no integer";
    cursor.error("c/bad-bit-field", at, message, "give it an integer type and a width within that type");
    return 1;
  }

  #enum(id: BtfId, name: string, before: CAttributes): BtfId {
    const cursor = this.#cursor;
    const members: EnumMember[] = [];
    const start = cursor.at;
    cursor.next();
    let next = 0n;
    while (!cursor.accept("}")) {
      const at = cursor.at;
      const member = cursor.name("an enumerator");
      const value = cursor.accept("=") ? readConstant(cursor, this.#scope) : next;
      if (this.#store.constants.has(member))
        cursor.error(
          "c/redefined",
          at,
          `the enumerator \`${member}\` is there already`,
          "give it another name",
        );
      this.#store.constants.set(member, value);
      members.push({ name: member, value });
      next = value + 1n;
      if (!cursor.accept(",") && cursor.text !== "}") cursor.fail("expected `,` or `}` after an enumerator");
    }
    const { packed = false, bytes } = mergeAttributes(before, this.#attributes([]));
    if (members.length > MAX_PARTS) this.#tooLarge(start);
    this.#store.defineEnum(id, name, members.slice(0, MAX_PARTS), bytes ?? enumBytes(members, packed));
    return id;
  }
}

/** 4 bytes, 8 where a value needs them; packed: as few as hold the values. */
function enumBytes(members: readonly EnumMember[], packed: boolean): number {
  const signed = members.some((member) => member.value < 0n);
  const holds = (bytes: number) => {
    const bits = bytes * 8;
    return members.every(
      ({ value }) => (signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value)) === value,
    );
  };
  return (packed ? [1, 2, 4] : [4]).find(holds) ?? 8;
}
