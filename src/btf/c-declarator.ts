import { type CAttributes, mergeAttributes, NO_ATTRIBUTES, readAttributes } from "./c-attributes.ts";
import { type CConstantScope, readConstant, readExpressionType } from "./c-constant.ts";
import type { CCursor } from "./c-cursor.ts";
import { tokenKind } from "./c-scan.ts";
import type { CTag, CTypeStore } from "./c-type-store.ts";
import { C_WORDS, type CLinkage } from "./c-words.ts";
import type { BtfId, Param } from "./types.ts";

/** Largest type: member offsets are 32 bits wide and count bits. */
export const MAX_TYPE_BYTES = 2 ** 28;
/** Most members, parameters or enumerators of one type. Source: BTF_MAX_VLEN in include/uapi/linux/btf.h, v6.12. */
export const MAX_PARTS = 0xffff;

/** What stands in front of declarators. `tagAt`: the token `struct`, `union` or `enum`, if one is there. */
export type Specifiers = Readonly<{
  type: BtfId;
  linkage: CLinkage;
  attributes: CAttributes;
  tagAt?: number | undefined;
  isTypedef: boolean;
}>;

/** A declared name with its type; the name is "" in a type name. */
export type Declared = Readonly<{
  name: string;
  type: BtfId;
  linkage: CLinkage;
  packed: boolean;
  align?: number | undefined;
  section?: string | undefined;
}>;

/** Reads the body of a struct, union or enum from its `{` on, and defines the type `id`. */
export type ReadBody = (id: BtfId, tag: CTag, name: string, before: CAttributes) => void;

type Wrap = (type: BtfId) => BtfId;

/** Types that compilers know by themselves, as others spell them; a typedef of the same name takes its place. */
const BUILT_IN: ReadonlyMap<string, readonly string[]> = new Map([
  ["__int128_t", ["__int128"]],
  ["__uint128_t", ["unsigned", "__int128"]],
  ["_Float32", ["float"]],
  ["_Float64", ["double"]],
  ["_Float32x", ["double"]],
  ["_Float64x", ["long", "double"]],
  ["_Float128", ["__float128"]],
  ["__builtin_va_list", []],
]);

/** Reads types and declarators at a cursor. */
export class CDeclarator {
  readonly #cursor: CCursor;
  readonly #store: CTypeStore;
  readonly #readBody: ReadBody;
  /** What constants may name. */
  readonly scope: CConstantScope;

  /** `body` makes the reader of bodies, which needs this reader for their members. */
  constructor(cursor: CCursor, store: CTypeStore, body: (reader: CDeclarator) => ReadBody) {
    this.#cursor = cursor;
    this.#store = store;
    this.scope = {
      constant: (name) => store.constants.get(name),
      typeHere: () => (this.#startsType(cursor.text) ? this.declared(this.specifiers()).type : undefined),
      isTypeWord: (text) => this.#startsType(text) || store.isTag(text),
      store,
    };
    this.#readBody = body(this);
  }

  /** The type in front of declarators, with storage class and attributes. Fails without one. */
  specifiers(): Specifiers {
    const cursor = this.#cursor;
    const words: string[] = [];
    const wraps: Wrap[] = [];
    let linkage: CLinkage = "global";
    let attributes = NO_ATTRIBUTES;
    let type: BtfId | undefined;
    let tagAt: number | undefined;
    let isTypedef = false;
    loop: for (;;) {
      const text = cursor.text;
      const word = C_WORDS.get(text);
      const hasType = type !== undefined || words.length > 0;
      switch (word?.kind) {
        case undefined:
          if (hasType || !cursor.isWord()) break loop;
          type = this.#typedefName(text);
          break;
        case "basic":
          if (type !== undefined) break loop;
          words.push(word.word);
          break;
        case "tag":
          if (hasType) break loop;
          tagAt = cursor.at;
          type = this.#tagged(word.tag);
          continue;
        case "attribute":
          attributes = mergeAttributes(attributes, this.attributes(wraps));
          continue;
        case "linkage":
          linkage = word.linkage;
          break;
        case "ignored":
          isTypedef ||= text === "typedef";
          break;
        case "typeof":
          if (hasType) break loop;
          type = this.#typeof();
          continue;
        case "atomic":
          cursor.next();
          if (cursor.text === "(" && !hasType) type = this.#bracketedType();
          continue;
        default:
          this.#qualifier(text, wraps);
          continue;
      }
      cursor.next();
    }
    type ??= words.length === 0 ? this.#noType() : this.#basic(words);
    for (let i = wraps.length - 1; i >= 0; i--) type = (wraps[i] as Wrap)(type);
    return { type, linkage, attributes, tagAt, isTypedef };
  }

  /** `typeof` of a type or an expression. */
  #typeof(): BtfId {
    const cursor = this.#cursor;
    cursor.next();
    if (this.#startsType(cursor.peek(1))) return this.#bracketedType();
    cursor.expect("(", "after `typeof`");
    const value = readExpressionType(cursor, this.scope);
    cursor.expect(")", "after the expression");
    if (value.lvalue !== undefined) return value.lvalue;
    if (value.to !== undefined) return this.#store.pointer(value.to);
    return this.#basic([...(value.signed ? [] : ["unsigned"]), value.bytes === 8 ? "long" : "int"]);
  }

  #bracketedType(): BtfId {
    const cursor = this.#cursor;
    cursor.expect("(", "before the type");
    const { type } = this.declared(this.specifiers());
    cursor.expect(")", "after the type");
    return type;
  }

  /** One declarator behind `base`, with the attributes behind it. */
  declared(base: Specifiers): Declared {
    const plain = this.#plainDeclarator(base);
    const { name, type } = plain ?? this.#declarator(base.type);
    const own = plain ? base.attributes : mergeAttributes(base.attributes, this.attributes([]));
    const sized = own.bytes === undefined ? type : this.#withMode(type, own.bytes);
    const shaped = own.vector === undefined ? sized : this.#store.vector(sized, own.vector);
    const { packed = false, align, section } = own;
    return { name, type: shaped, linkage: base.linkage, packed, align, section };
  }

  /** The usual case, for speed: asterisks, a name, and the end. */
  #plainDeclarator(base: Specifiers): { name: string; type: BtfId } | undefined {
    const cursor = this.#cursor;
    let stars = 0;
    while (cursor.peek(stars) === "*") stars++;
    const behind = cursor.peek(stars + 1);
    if (behind !== ";" && behind !== ",") return undefined;
    const name = cursor.peek(stars);
    if (tokenKind(name) !== "word" || C_WORDS.has(name)) return undefined;
    cursor.at += stars + 1;
    let type = base.type;
    for (let i = 0; i < stars; i++) type = this.#store.pointer(type);
    return { name, type };
  }

  #typedefName(name: string): BtfId {
    const store = this.#store;
    const type = store.typedefs.get(name) ?? this.#builtIn(name) ?? store.foreign?.typedef(name);
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
    const store = this.#store;
    if (name !== "__builtin_va_list") return store.basic(BUILT_IN.get(name) ?? ["unknown"]);
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
  #qualifier(text: string, wraps: Wrap[]): boolean {
    const word = C_WORDS.get(text);
    if (word?.kind === "qualifier") {
      const { qualifier } = word;
      wraps.push((type) => this.#store.qualified(qualifier, type));
    } else if (word?.kind === "typeTag") {
      const { name } = word;
      wraps.push((type) => this.#store.typeTag(name, type));
    } else return false;
    this.#cursor.next();
    return true;
  }

  /** The attributes here; type tags among them are added to `wraps`. */
  attributes(wraps: Wrap[]): CAttributes {
    const found = readAttributes(this.#cursor, this.scope);
    for (const tag of found.tags ?? []) wraps.push((type) => this.#store.typeTag(tag, type));
    return found;
  }

  /** An integer of the size that a `mode` attribute asks for. */
  #withMode(type: BtfId, bytes: number): BtfId {
    const words = { 1: ["char"], 2: ["short"], 4: ["int"], 8: ["long"], 16: ["__int128"] }[bytes] ?? [];
    const number = this.#store.integerOf(type);
    if (words.length === 0 || number === undefined) return type;
    return this.#basic([...words, number.signed ? "signed" : "unsigned"]);
  }

  /** `*name[4]`, `(*name)(…)`: C reads them from the name outwards, so the base is completed before the inner part. */
  #declarator(base: BtfId): { name: string; type: BtfId } {
    const cursor = this.#cursor;
    cursor.enter();
    let found: { name: string; type: BtfId };
    const type = this.#pointers(base);
    if (cursor.text === "(" && this.#startsInner()) {
      const open = cursor.at;
      cursor.skipBrackets();
      const outer = this.#suffixes(type);
      const end = cursor.at;
      cursor.at = open + 1;
      found = this.#declarator(outer);
      cursor.expect(")", "after the declarator");
      cursor.at = end;
    } else {
      const isName = cursor.isWord() && C_WORDS.get(cursor.text)?.kind !== "attribute";
      const name = isName ? cursor.next() : "";
      found = { name, type: this.#suffixes(type) };
    }
    cursor.leave();
    return found;
  }

  #pointers(base: BtfId): BtfId {
    const cursor = this.#cursor;
    let type = base;
    while (cursor.accept("*")) {
      type = this.#store.pointer(type);
      const wraps: Wrap[] = [];
      for (;;) {
        if (this.#qualifier(cursor.text, wraps)) continue;
        if (C_WORDS.get(cursor.text)?.kind !== "attribute") break;
        this.attributes(wraps);
      }
      for (const wrap of wraps.reverse()) type = wrap(type);
    }
    return type;
  }

  /** Whether the parenthesis here holds a declarator, not parameters. */
  #startsInner(): boolean {
    const next = this.#cursor.peek(1);
    if (next === "*" || next === "(" || next === "[") return true;
    return tokenKind(next) === "word" && !this.#startsType(next);
  }

  #startsType(text: string): boolean {
    const { typedefs, foreign } = this.#store;
    if (C_WORDS.has(text) || typedefs.has(text) || BUILT_IN.has(text)) return true;
    return foreign !== undefined && tokenKind(text) === "word" && foreign.typedef(text) !== undefined;
  }

  /** `[4]` and `(int)` behind a name. Of several dimensions the last one is the innermost. */
  #suffixes(base: BtfId): BtfId {
    const cursor = this.#cursor;
    if (cursor.text !== "[" && cursor.text !== "(") return base;
    const at = cursor.at;
    cursor.enter();
    let type: BtfId;
    if (cursor.text === "[") {
      const length = this.#length();
      type = this.#array(this.#suffixes(base), length, at);
    } else {
      cursor.next();
      const { params, variadic } = this.#parameters();
      type = this.#store.prototype(this.#suffixes(base), params, variadic);
    }
    cursor.leave();
    return type;
  }

  #length(): number {
    const cursor = this.#cursor;
    cursor.next();
    const at = cursor.at;
    const length = cursor.text === "]" ? 0n : readConstant(cursor, this.scope);
    cursor.expect("]", "after the array's length");
    if (length >= 0n && length <= BigInt(MAX_TYPE_BYTES)) return Number(length);
    const help = `use a length from 0 to ${MAX_TYPE_BYTES}`;
    cursor.error("c/bad-constant", at, `an array of ${length} elements`, help);
    return 0;
  }

  #array(element: BtfId, length: number, at: number): BtfId {
    const shape = this.#store.shape(element);
    if (shape !== undefined && shape.bytes * length <= MAX_TYPE_BYTES)
      return this.#store.array(element, length);
    if (shape === undefined)
      this.#cursor.error("c/no-size", at, "the array's elements have no size", "define their type before");
    else this.tooLarge(at);
    return this.#store.array(this.#store.basic(["char"]) as BtfId, 0);
  }

  /** Reports the type at token `at`. */
  tooLarge(at: number): void {
    const help = `types have at most ${MAX_TYPE_BYTES} bytes and ${MAX_PARTS} parts, those with bit-fields a megabyte`;
    this.#cursor.error("c/too-large", at, "this type is too large", help);
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
      if (params.length >= MAX_PARTS) cursor.fail("too many parameters", `use at most ${MAX_PARTS}`);
      const { name, type } = this.declared(this.specifiers());
      params.push({ name, type: this.#asParameter(type) });
      if (cursor.accept(")")) return { params, variadic: false };
      cursor.expect(",", "between parameters");
    }
  }

  #asParameter(type: BtfId): BtfId {
    const element = this.#store.elementOf(type);
    if (element !== undefined) return this.#store.pointer(element);
    return this.#store.isFunction(type) ? this.#store.pointer(type) : type;
  }

  #tagged(tag: CTag): BtfId {
    const cursor = this.#cursor;
    const start = cursor.at;
    cursor.next();
    const before = this.attributes([]);
    const name = cursor.isWord() ? cursor.next() : "";
    if (cursor.text !== "{") {
      if (name === "") cursor.fail(`expected a name or \`{\` after \`${tag}\``, `write \`${tag} name { … };\``);
      return this.#store.tag(tag, name);
    }
    let id = name === "" ? this.#store.reserve() : this.#store.tag(tag, name);
    if (this.#store.isDefined(id)) {
      const message = `\`${tag} ${name}\` is defined twice`;
      cursor.error("c/redefined", start, message, "give one of them another name");
      id = this.#store.reserve();
    }
    cursor.enter();
    this.#readBody(id, tag, name, before);
    cursor.leave();
    return id;
  }
}
