import { type CAttributes, mergeAttributes, readAttributes } from "./c-attributes.ts";
import { readConstant } from "./c-constant.ts";
import type { CCursor } from "./c-cursor.ts";
import { type CDeclarator, type Declared, MAX_PARTS, MAX_TYPE_BYTES, type Specifiers } from "./c-declarator.ts";
import { type CField, layOutRecord } from "./c-record-layout.ts";
import type { CTag, CTypeStore } from "./c-type-store.ts";
import type { BtfId, EnumMember, Member } from "./types.ts";

const MAX_BIT_FIELD_BYTES = 2 ** 20; // beside a width, 24 bits are left for an offset

/** A struct or union as far as it is read: its members, those without name among them. */
type Draft = { names: string[]; types: BtfId[]; fields: CField[] };

/** Reads what stands between the braces of structs, unions and enums. */
export class CBody {
  readonly #cursor: CCursor;
  readonly #store: CTypeStore;
  readonly #reader: CDeclarator;

  constructor(cursor: CCursor, store: CTypeStore, reader: CDeclarator) {
    this.#cursor = cursor;
    this.#store = store;
    this.#reader = reader;
  }

  /** Reads from the `{` on and defines the type. `before`: attributes in front of the name. */
  read(id: BtfId, tag: CTag, name: string, before: CAttributes): void {
    if (tag === "enum") this.#enum(id, name, before);
    else this.#record(id, tag, name, before);
  }

  #record(id: BtfId, kind: "struct" | "union", name: string, before: CAttributes): void {
    const cursor = this.#cursor;
    const start = cursor.at;
    const { pack } = cursor;
    const draft: Draft = { names: [], types: [], fields: [] };
    cursor.next();
    while (!cursor.accept("}")) {
      if (cursor.text === "_Static_assert" || cursor.text === "static_assert") cursor.skipDeclaration();
      else if (!cursor.accept(";")) this.#fieldLine(draft);
    }
    const { packed = false, align = 1 } = mergeAttributes(before, this.#reader.attributes([]));
    const { names, types, fields } = draft;
    const layout = layOutRecord(kind, fields, packed, align, pack);
    const limit = fields.some((field) => field.bits !== undefined) ? MAX_BIT_FIELD_BYTES : MAX_TYPE_BYTES;
    const fits = layout.bytes <= limit && fields.length <= MAX_PARTS;
    if (!fits) this.#reader.tooLarge(start);
    const members: Member[] = [];
    for (let i = 0; i < fields.length && fits; i++) {
      const { bits, named } = fields[i] as CField;
      const member = {
        name: names[i] as string,
        type: types[i] as BtfId,
        bitOffset: layout.bitOffsets[i] as number,
      };
      if (bits === undefined) members.push(member);
      else if (named) members.push({ ...member, bitWidth: bits });
    }
    this.#store.defineRecord(id, { kind, name, bytes: fits ? layout.bytes : 0, members }, layout.align);
  }

  /** A type and its members: `int a, b : 3;`. */
  #fieldLine(draft: Draft): void {
    const cursor = this.#cursor;
    const at = cursor.at;
    const base = this.#reader.specifiers();
    if (cursor.accept(";")) {
      // Of a struct or union without name and declarator the members are here; one with a name is only declared.
      const isUnnamed = base.tagAt !== undefined && this.#isUnnamed(base.tagAt);
      if (isUnnamed) this.#field(unnamed(base, base.attributes.align), at, draft);
      return;
    }
    do {
      const memberAt = cursor.at;
      const declared = cursor.text === ":" ? unnamed(base, undefined) : this.#reader.declared(base);
      this.#field(declared, memberAt, draft);
    } while (cursor.accept(","));
    cursor.expect(";", "after a member");
  }

  /** Whether the struct or union that begins at token `at` has a body and no name. */
  #isUnnamed(at: number): boolean {
    const cursor = this.#cursor;
    const end = cursor.at;
    cursor.at = at;
    const isEnum = cursor.next() === "enum";
    readAttributes(cursor, this.#reader.scope);
    const isOpen = cursor.text === "{";
    cursor.at = end;
    return isOpen && !isEnum;
  }

  #field({ name, type, packed, align }: Declared, at: number, draft: Draft): void {
    const cursor = this.#cursor;
    const shape = this.#store.shape(type);
    const named = name !== "";
    const bits = cursor.accept(":") ? this.#width(type, shape?.bytes ?? 0, named) : undefined;
    if (shape === undefined) {
      const help = "define the type before, or use a pointer to it";
      cursor.error("c/no-size", at, `the type of member \`${name}\` has no size`, help);
      return;
    }
    const field = { bytes: shape.bytes, naturalAlign: shape.align, named, packed, align };
    draft.names.push(name);
    draft.types.push(type);
    draft.fields.push(bits === undefined ? field : this.#bitField(field, bits));
  }

  /** With the attributes that stand behind its width. */
  #bitField(field: CField, bits: number): CField {
    const behind = this.#reader.attributes([]);
    return {
      ...field,
      bits,
      packed: field.packed || behind.packed === true,
      align: behind.align ?? field.align,
    };
  }

  #width(type: BtfId, bytes: number, named: boolean): number {
    const cursor = this.#cursor;
    const at = cursor.at;
    const width = readConstant(cursor, this.#reader.scope);
    const isInteger = this.#store.isInteger(type);
    const fits = width >= (named ? 1n : 0n) && width <= BigInt(Math.min(8, bytes) * 8);
    if (fits && isInteger) return Number(width);
    const message = isInteger ? `a bit-field of ${width} bits` : "a bit-field that is no integer";
    cursor.error("c/bad-bit-field", at, message, "give it an integer type and a width within that type");
    return 1;
  }

  #enum(id: BtfId, name: string, before: CAttributes): void {
    const cursor = this.#cursor;
    const { constants } = this.#store;
    const members: EnumMember[] = [];
    const start = cursor.at;
    cursor.next();
    let next = 0n;
    while (!cursor.accept("}")) {
      const at = cursor.at;
      const member = cursor.name("an enumerator");
      this.#reader.attributes([]);
      const value = cursor.accept("=") ? readConstant(cursor, this.#reader.scope) : next;
      if (constants.has(member)) {
        const help = "give it another name";
        cursor.error("c/redefined", at, `the enumerator \`${member}\` is there already`, help);
      }
      constants.set(member, value);
      members.push({ name: member, value });
      next = value + 1n;
      if (!cursor.accept(",") && cursor.text !== "}") cursor.fail("expected `,` or `}` after an enumerator");
    }
    const { packed = false, bytes } = mergeAttributes(before, this.#reader.attributes([]));
    if (members.length > MAX_PARTS) this.#reader.tooLarge(start);
    this.#store.defineEnum(id, name, members.slice(0, MAX_PARTS), bytes ?? enumBytes(members, packed));
  }
}

function unnamed(base: Specifiers, align: number | undefined): Declared {
  return { name: "", type: base.type, linkage: "global", packed: false, align };
}

/** 4 bytes, 8 where a value needs them; packed: as few as hold the values. */
function enumBytes(members: readonly EnumMember[], packed: boolean): number {
  const signed = members.some((member) => member.value < 0n);
  const as = signed ? BigInt.asIntN : BigInt.asUintN;
  const holds = (bytes: number) => members.every(({ value }) => as(bytes * 8, value) === value);
  return (packed ? [1, 2, 4] : [4]).find(holds) ?? 8;
}
