import type { Report } from "../base/diagnostic.ts";
import { CBody } from "./c-body.ts";
import { CCursor, CSyntaxFailure } from "./c-cursor.ts";
import { CDeclarator, type Declared } from "./c-declarator.ts";
import { layOutRecord } from "./c-record-layout.ts";
import { CTypeStore } from "./c-type-store.ts";
import { type BtfBlob, parseBtf } from "./decode.ts";
import { BtfBuilder } from "./encode.ts";
import type { BtfId, Param } from "./types.ts";

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

  /** Reads the declarations of a text. Spans in the report are places in this text. */
  read(text: string, report: Report): void {
    const cursor = new CCursor(text, report);
    const reader = this.#reader(cursor);
    let errors = 0;
    while (!cursor.atEnd) {
      const start = cursor.at;
      try {
        this.#declaration(cursor, reader);
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

  #alone<T>(text: string, report: Report, read: (reader: CDeclarator) => T): T | undefined {
    const cursor = new CCursor(text, report);
    try {
      const result = read(this.#reader(cursor));
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
