import type { Report } from "../base/diagnostic.ts";
import { CBody } from "./c-body.ts";
import { readConstant } from "./c-constant.ts";
import { CCursor, CSyntaxFailure } from "./c-cursor.ts";
import { CDeclarator, type Declared } from "./c-declarator.ts";
import { layOutRecord } from "./c-record-layout.ts";
import { type CTokens, tokenKind } from "./c-scan.ts";
import { CTypeStore } from "./c-type-store.ts";
import { C_WORDS } from "./c-words.ts";
import { type BtfBlob, parseBtf } from "./decode.ts";
import { BtfBuilder } from "./encode.ts";
import { ForeignTypes } from "./foreign-types.ts";
import type { Btf, BtfId, Param } from "./types.ts";

const MAX_ERRORS = 50;

/**
 * Reads C declarations: structs, unions, enums, typedefs, function prototypes and variables, as in a header without
 * macros (preprocessor lines are passed over). The layout is that of GCC and Clang on x86_64 and aarch64. What is
 * wrong goes to the report; the rest is read. Undefined when something was wrong.
 */
export function parseC(text: string, report: Report): BtfBlob | undefined {
  const declarations = new CDeclarations();
  declarations.read(text, report);
  return report.hasErrors ? undefined : parseBtf(declarations.finish());
}

/** C declarations of several texts, which can use each other's types; the inverse of print-c.ts. */
export class CDeclarations {
  readonly #builder: BtfBuilder;
  readonly #store: CTypeStore;
  readonly #sections = new Map<string, { type: BtfId; offset: number; size: number }[]>();

  /** Types are added to `builder`, behind those that it has. */
  constructor(builder: BtfBuilder = new BtfBuilder()) {
    this.#builder = builder;
    this.#store = new CTypeStore(builder);
  }

  /**
   * Reads the declarations of a text, or what a preprocessor left of one. Spans in the report are places in this text.
   * `typesOnly`: of functions and variables only the types are taken that are defined on the way.
   */
  read(text: string | CTokens, report: Report, typesOnly = false): void {
    const cursor = new CCursor(text, report);
    const reader = this.#reader(cursor);
    let errors = 0;
    while (!cursor.atEnd) {
      const start = cursor.at;
      this.#store.place = cursor.span().start;
      try {
        if (typesOnly) this.#typesOf(cursor, reader);
        else this.#declaration(cursor, reader);
      } catch (failure) {
        if (!(failure instanceof CSyntaxFailure)) throw failure;
        if (++errors >= MAX_ERRORS) return;
        cursor.recover(start);
      }
    }
  }

  /** The type that a C type name spells: "struct sock *", "char[16]". Undefined, and reported, when it is none. */
  typeNamed(text: string, report: Report): BtfId | undefined {
    return this.#alone(text, report, (reader) => reader.declared(reader.specifiers()).type);
  }

  /** A declaration without `;`, as fields and parameters have it: "u8 comm[16]". Adds nothing by that name. */
  declared(text: string, report: Report): Readonly<{ name: string; type: BtfId }> | undefined {
    return this.#alone(text, report, (reader) => reader.declared(reader.specifiers()));
  }

  #reader(cursor: CCursor): CDeclarator {
    return new CDeclarator(cursor, this.#store, (reader) => {
      const body = new CBody(cursor, this.#store, reader);
      return (id, tag, name, before) => body.read(id, tag, name, before);
    });
  }

  #alone<T>(
    text: string | CTokens,
    report: Report,
    read: (reader: CDeclarator, cursor: CCursor) => T,
  ): T | undefined {
    const cursor = new CCursor(text, report);
    try {
      const result = read(this.#reader(cursor), cursor);
      if (!cursor.atEnd) cursor.fail(`${cursor.found()} does not belong to the type`, "write one declaration");
      return result;
    } catch (failure) {
      if (failure instanceof CSyntaxFailure) return undefined;
      throw failure;
    }
  }

  /** Defines a struct from parts that were read before, laid out as a compiler does. Throws for a type without size. */
  struct(name: string, parts: readonly Param[]): BtfId {
    const fields = parts.map(({ name: part, type }) => {
      const shape = this.#store.shape(type);
      if (shape === undefined) throw new Error(`bug: ${name}.${part} has no size`);
      return { bytes: shape.bytes, naturalAlign: shape.align, named: true };
    });
    const { bytes, align, bitOffsets } = layOutRecord("struct", fields, false, 1);
    const members = parts.map((part, i) => ({ ...part, bitOffset: bitOffsets[i] as number }));
    const id = this.#store.tag("struct", name);
    this.#store.defineRecord(id, { kind: "struct", name, bytes, members }, align);
    return id;
  }

  pointer(to: BtfId): BtfId {
    return this.#store.pointer(to);
  }

  prototype(returns: BtfId, params: readonly Param[], variadic = false): BtfId {
    return this.#store.prototype(returns, params, variadic);
  }

  typedef(name: string, to: BtfId): BtfId {
    return this.#store.typedefs.get(name) ?? this.#store.typedef(name, to, undefined);
  }

  /** The first function of a name counts, also among those of texts. */
  func(name: string, proto: BtfId, linkage: "static" | "global" | "extern" = "static"): BtfId {
    return this.#store.func(name, proto, linkage);
  }

  /** Size in bytes, and alignment, of a type; undefined when it has none. */
  shape(type: BtfId): Readonly<{ bytes: number; align: number }> | undefined {
    return this.#store.shape(type);
  }

  /** The id of a struct or union, whether it is defined or not. */
  tag(kind: "struct" | "union", name: string): BtfId {
    return this.#store.tag(kind, name);
  }

  /** The blob. What was mentioned and never defined becomes a forward declaration. */
  finish(): Uint8Array<ArrayBuffer> {
    this.#store.closeTags();
    for (const [name, vars] of this.#sections) {
      const last = vars.at(-1);
      this.#store.section(name, vars, last === undefined ? 0 : last.offset + last.size);
    }
    this.#sections.clear();
    return this.#builder.finish();
  }

  /** Types that these texts use and do not define are looked for in there. */
  useTypesOf(btf: Btf): void {
    this.#store.foreign ??= new ForeignTypes(btf, this.#store);
  }

  /** Where a struct, union, enum or typedef was defined: the position of its declaration in the report's counting. */
  placeOf(id: BtfId): number | undefined {
    return this.#store.places.get(id);
  }

  /** Functions that `read` passed over, with their declarations' positions. */
  readonly functions = new Map<string, number>();

  /** What an enumerator that was read stands for. */
  constant(name: string): bigint | undefined {
    return this.#store.constants.get(name);
  }

  /** The value of a constant expression; undefined, and reported, for what is none. */
  constantOf(text: CTokens, report: Report): bigint | undefined {
    return this.#alone(text, report, (reader, cursor) => readConstant(cursor, reader.scope));
  }

  #typesOf(cursor: CCursor, reader: CDeclarator): void {
    if (cursor.accept(";")) return;
    const base = definesTypes(cursor) ? reader.specifiers() : undefined;
    if (!base?.isTypedef) {
      const name = functionName(cursor);
      if (name !== undefined) this.functions.set(name, this.#store.place);
      cursor.skipDeclaration();
      return;
    }
    do {
      const nameAt = cursor.at;
      const declared = reader.declared(base);
      if (declared.name !== "") this.#typedef(cursor, declared, nameAt);
    } while (cursor.accept(","));
    cursor.expect(";", "after the declaration");
  }

  #declaration(cursor: CCursor, reader: CDeclarator): void {
    if (cursor.accept(";")) return;
    const isTypedef = cursor.text === "typedef";
    const base = reader.specifiers();
    if (cursor.accept(";")) return;
    do {
      const nameAt = cursor.at;
      const declared = reader.declared(base);
      if (declared.name === "") cursor.fail(`expected a name, found ${cursor.found()}`);
      if (isTypedef) this.#typedef(cursor, declared, nameAt);
      else this.#object(cursor, declared, nameAt);
    } while (cursor.accept(","));
    if (cursor.text === "{")
      cursor.fail("a function's body cannot be read", "write the prototype alone, with `;` behind it");
    cursor.expect(";", "after the declaration");
  }

  #typedef(cursor: CCursor, { name, type, align }: Declared, at: number): void {
    const known = this.#store.typedefs.get(name);
    if (known === undefined) this.#store.typedef(name, type, align);
    else if (this.#store.resolve(known) !== this.#store.resolve(type))
      cursor.error("c/redefined", at, `the typedef \`${name}\` is there already`, "give it another name");
  }

  #object(cursor: CCursor, { name, type, linkage, section, align }: Declared, at: number): void {
    const store = this.#store;
    if (store.isFunction(type)) {
      store.func(name, type, linkage);
      return;
    }
    const shape = store.shape(type);
    const id = store.variable(name, type, linkage);
    if (linkage === "extern") return;
    if (shape === undefined) {
      cursor.error("c/no-size", at, `the type of \`${name}\` has no size`, "define the type before");
      return;
    }
    if (section === undefined) return;
    const vars = this.#sections.get(section) ?? [];
    const last = vars.at(-1);
    const to = Math.max(shape.align, align ?? 1);
    const offset = Math.ceil((last === undefined ? 0 : last.offset + last.size) / to) * to;
    vars.push({ type: id, offset, size: shape.bytes });
    this.#sections.set(section, vars);
  }
}

const TYPE_WORDS: ReadonlySet<string> = new Set(["typedef", "struct", "union", "enum"]);

/** Whether the declaration here can define types: one of these words stands in front of what it declares. */
function definesTypes(cursor: CCursor): boolean {
  const start = cursor.at;
  let found = false;
  while (tokenKind(cursor.text) === "word" && !found) {
    found = TYPE_WORDS.has(cursor.next());
    if (cursor.text === "(" && !found) cursor.skipBrackets();
  }
  cursor.at = start;
  return found;
}

/** The name in front of the first bracket here, of which the declaration may be a function. */
function functionName(cursor: CCursor): string | undefined {
  for (let ahead = 0; ahead < 64; ahead++) {
    const text = cursor.peek(ahead);
    if (text === "" || text === ";" || text === "=" || text === "{") return undefined;
    if (text !== "(") continue;
    const name = cursor.peek(ahead - 1);
    if (ahead > 0 && tokenKind(name) === "word" && !C_WORDS.has(name)) return name;
    return undefined;
  }
  return undefined;
}
