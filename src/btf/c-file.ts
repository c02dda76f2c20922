import { isBaseType, textAt } from "./c-names.ts";
import type { CText } from "./c-text.ts";
import { uniqueNames } from "./c-unique-names.ts";
import { CWriter } from "./c-writer.ts";
import { flatTypes } from "./decode.ts";
import { BtfError } from "./error.ts";
import type { FlatTypes } from "./flat-types.ts";
import { elements, INT_BOOL, INT_SIGNED, KIND, KINDS } from "./kinds.ts";
import type { Btf, BtfId } from "./types.ts";

const MAX_NESTING = 1500; // types that must stand before each other; kernels reach some dozens

const ROOTS: readonly number[] = [KIND.struct, KIND.union, KIND.enum, KIND.enum64, KIND.typedef];

// What is known of a type: bits.
const STARTED = 1; // its parts are being written
const DEFINED = 2;
const ANNOUNCED = 4; // by a forward declaration
const SETTLED = 8; // "whole" needs nothing more

/**
 * What must stand before a use of a type: "whole" where its size matters, "name" behind a pointer, "parameter" in a
 * prototype, where a struct's first mention would be lost at the closing parenthesis.
 */
type Use = "whole" | "name" | "parameter";

/** A header in the making, each type behind what it needs. */
export class CFile {
  readonly out: CText;
  readonly #flat: FlatTypes;
  readonly #writer: CWriter;
  readonly #names: ReturnType<typeof uniqueNames>;
  readonly #states: Uint8Array;
  #leftOpen = 0; // typedefs that were left to what has begun them
  readonly #announced = new Set<string>(); // forward declarations, by their text

  constructor(btf: Btf, typeTags: boolean) {
    this.#flat = flatTypes(btf);
    this.#names = uniqueNames(btf);
    this.#writer = new CWriter(btf, { names: this.#names, unnamed: "body", typeTags, many: true });
    this.out = this.#writer.out;
    this.#states = new Uint8Array(btf.count);
  }

  /** Writes every struct, union, enum and typedef. */
  addAll(): void {
    for (const id of this.#flat.idsOf(...ROOTS)) this.addRoot(id as BtfId);
    for (const id of this.#flat.idsOf(KIND.enum, KIND.enum64)) this.addUnnamedEnum(id as BtfId);
  }

  /** Writes a named struct, union, enum or typedef, if it is not there yet. */
  addRoot(id: BtfId): void {
    const flat = this.#flat;
    if (((this.#states[id] as number) & DEFINED) !== 0 || !ROOTS.includes(flat.kind(id))) return;
    if (flat.isNamed(flat.words[flat.starts[id] as number] as number)) this.#need(id, "whole", 0);
  }

  /** Writes an unnamed enum on its own when no other type has spelled it out. */
  addUnnamedEnum(id: BtfId): void {
    const { words, starts } = this.#flat;
    const start = starts[id] as number;
    if (elements(words[start + 1] as number) === 0 || this.#writer.hasPrinted(id)) return;
    if (this.#flat.isNamed(words[start] as number)) return;
    this.#define(id);
  }

  /** Declares a function of the kernel that programs may call. */
  addKfunc(id: BtfId): void {
    const { out } = this;
    this.#flat.check(id);
    const { words, starts } = this.#flat;
    const start = starts[id] as number;
    const proto = words[start + 2] as BtfId;
    this.#need(proto, "parameter", 0);
    out.text("extern ");
    this.#writer.declare(proto, textAt(this.#flat.strings, words[start] as number));
    out.text(' __attribute__((weak, section(".ksyms")));\n\n');
  }

  #needWhole(id: BtfId, depth: number): void {
    if (((this.#states[id] as number) & SETTLED) !== 0) return;
    const before = this.#leftOpen;
    this.#need(id, "whole", depth);
    if (this.#leftOpen === before) this.#set(id, SETTLED);
  }

  #need(id: BtfId, how: Use, depth: number): void {
    if (depth > MAX_NESTING)
      throw new BtfError("btf/too-deep", `type ${id} is nested more than ${MAX_NESTING} deep`);
    const flat = this.#flat;
    flat.check(id);
    const { words } = flat;
    const start = flat.starts[id] as number;
    const kind = flat.kind(id);
    switch (kind) {
      case KIND.void:
      case KIND.float:
        return;
      case KIND.int:
        this.#integer(id);
        return;
      case KIND.pointer:
        this.#need(words[start + 2] as BtfId, how === "whole" ? "name" : how, depth + 1);
        return;
      case KIND.const:
      case KIND.volatile:
      case KIND.restrict:
      case KIND.typeTag:
        this.#need(words[start + 2] as BtfId, how, depth + 1);
        return;
      case KIND.array:
        this.#need(words[start + 3] as BtfId, "whole", depth + 1); // also behind a pointer
        return;
      case KIND.funcProto:
        this.#needParameters(id, depth);
        return;
      case KIND.typedef:
        this.#needTypedef(id, how, depth);
        return;
      case KIND.forward:
        if (how === "parameter") this.#announce(id, (words[start + 1] as number) >>> 31 === 1);
        return;
      case KIND.enum:
      case KIND.enum64:
        if (this.#state(id) !== 0 || !flat.isNamed(words[start] as number)) return;
        this.#set(id, STARTED | DEFINED);
        this.#define(id);
        return;
      case KIND.struct:
      case KIND.union:
        this.#needAggregate(id, kind === KIND.union, how, depth);
        return;
      default:
        throw new BtfError("btf/bad-type", `type ${id} (${KINDS[kind]?.kind}) cannot be part of another type`);
    }
  }

  #needParameters(id: BtfId, depth: number): void {
    const { words, starts } = this.#flat;
    const start = starts[id] as number;
    this.#need(words[start + 2] as BtfId, "parameter", depth + 1);
    const end = start + 3 + elements(words[start + 1] as number) * 2;
    for (let at = start + 3; at < end; at += 2) this.#need(words[at + 1] as BtfId, "parameter", depth + 1);
  }

  /** A typedef that needs itself is left to what has begun it. */
  #needTypedef(id: BtfId, how: Use, depth: number): void {
    const { words, starts } = this.#flat;
    const start = starts[id] as number;
    const target = words[start + 2] as BtfId;
    if (this.#state(id) === 0) {
      this.#set(id, STARTED);
      this.#need(target, "name", depth + 1);
      this.out.text("typedef ");
      this.#writer.declare(target, this.#names.type(id, words[start] as number));
      this.out.text(";\n\n");
      this.#set(id, DEFINED);
    }
    if (how !== "whole") return;
    if ((this.#state(id) & DEFINED) !== 0) this.#needWhole(target, depth + 1);
    else this.#leftOpen++;
  }

  #needAggregate(id: BtfId, isUnion: boolean, how: Use, depth: number): void {
    const { words, starts } = this.#flat;
    const start = starts[id] as number;
    const state = this.#state(id);
    if ((state & DEFINED) !== 0) return;
    const isNamed = this.#flat.isNamed(words[start] as number);
    if (isNamed) {
      if (how === "parameter") this.#announce(id, isUnion);
      if (how !== "whole") return;
      if (state !== 0) {
        const name = textAt(this.#flat.strings, words[start] as number);
        throw new BtfError("btf/cycle", `${isUnion ? "union" : "struct"} ${name} (type ${id}) contains itself`);
      }
    } else if (state !== 0) return;
    this.#set(id, STARTED);
    const end = start + 3 + elements(words[start + 1] as number) * 3;
    for (let at = start + 3; at < end; at += 3) this.#needWhole(words[at + 1] as BtfId, depth + 1);
    if (isNamed) this.#define(id); // one without name is spelled out where it is used
    this.#set(id, DEFINED);
  }

  /** An integer whose name is not C's own is defined by its size. */
  #integer(id: BtfId): void {
    const { words, starts } = this.#flat;
    const start = starts[id] as number;
    if (this.#state(id) !== 0) return;
    this.#set(id, STARTED);
    const name = textAt(this.#flat.strings, words[start] as number);
    const plain = plainInteger(name, words[start + 2] as number, (words[start + 3] as number) >>> 24);
    if (plain !== name) {
      this.out.text(`typedef ${plain} `);
      this.out.name(this.#names.type(id, words[start] as number));
      this.out.text(";\n\n");
    }
    this.#set(id, DEFINED);
  }

  /** A forward declaration, each once. */
  #announce(id: BtfId, isUnion: boolean): void {
    if (((this.#states[id] as number) & ANNOUNCED) !== 0) return;
    this.#set(id, ANNOUNCED);
    const { out } = this;
    const from = out.length;
    out.text(isUnion ? "union " : "struct ");
    out.name(this.#names.type(id, this.#flat.words[this.#flat.starts[id] as number] as number));
    out.text(";\n\n");
    const text = String.fromCharCode(...out.bytes().subarray(from));
    if (this.#announced.has(text)) out.cut(from);
    else this.#announced.add(text);
  }

  #define(id: BtfId): void {
    this.#writer.define(id);
    this.out.text(";\n\n");
  }

  #state(id: BtfId): number {
    return (this.#states[id] as number) & (STARTED | DEFINED);
  }

  #set(id: BtfId, bits: number): void {
    this.#states[id] = (this.#states[id] as number) | bits;
  }
}

/** What an integer whose name is not C's own must be defined as. `how`: the first byte of its encoding. */
function plainInteger(name: string, bytes: number, how: number): string {
  if (isBaseType(name)) return name;
  if ((how & INT_BOOL) !== 0) return "_Bool";
  const word = { 1: "char", 2: "short", 4: "int", 8: "long long", 16: "__int128" }[bytes];
  if (word === undefined) throw new BtfError("btf/bad-type", `no C integer has ${bytes} bytes (${name})`);
  return `${(how & INT_SIGNED) !== 0 ? "signed" : "unsigned"} ${word}`;
}
