import { Alignments } from "./alignment.ts";
import { integerLike, writeEnum } from "./c-enum-text.ts";
import { type CName, type CNames, numberName, textAt } from "./c-names.ts";
import { CText } from "./c-text.ts";
import { flatTypes } from "./decode.ts";
import { BtfError } from "./error.ts";
import type { FlatTypes } from "./flat-types.ts";
import { elements, KIND, KINDS, MAX_DEPTH } from "./kinds.ts";
import type { Btf, BtfId } from "./types.ts";

/** How declarations are written. */
export type CStyle = Readonly<{
  names: CNames;
  /** Types without name: "body" spells them out, "ellipsis" writes `struct {...}`. */
  unnamed: "body" | "ellipsis";
  /** Writes type tags as attributes, which GCC before 16 does not know. */
  typeTags?: boolean;
  /** Writes offset and size of each member behind it. */
  offsets?: boolean;
  /** Many types are to be written, nothing is dropped: a declaration that was written once is copied from then on. */
  many?: boolean;
}>;

/**
 * Writes C declarations whose layout is that of BTF, from the words of its types. Keep one for many types: it remembers
 * alignments.
 */
export class CWriter {
  /** What has been written. */
  readonly out: CText;
  readonly #btf: Btf;
  readonly #flat: FlatTypes;
  readonly #style: CStyle;
  readonly #printedEnums = new Set<BtfId>(); // unnamed ones: their enumerators must not be defined twice
  /** Pointers, arrays and prototypes between a name and its type, of all declarations that are being written. */
  readonly #steps: BtfId[] = [];
  readonly #qualifiers: (string | undefined)[] = []; // of each step that is a pointer
  /**
   * Where a declaration that spells nothing out was written before, by type and whether there was a name: an index + 1
   * into `#places`, which holds start, the name's start and end, and end.
   */
  readonly #written: Int32Array | undefined;
  readonly #places: number[] = [];
  #alignments: Alignments | undefined;
  #spelledOut = 0; // bodies, and other texts that may differ the next time
  #nameAt = 0; // of the declaration that was written last
  #nameEnd = 0;
  #holes = 0;
  #inParameters = 0;

  constructor(btf: Btf, style: CStyle) {
    this.#btf = btf;
    this.#flat = flatTypes(btf);
    this.#style = style;
    // A kernel's C is about as long again as the names in it; memory that is not written to is not there.
    this.out = new CText(this.#flat.strings, style.many ? this.#flat.strings.length * 2 : undefined);
    if (style.many) this.#written = new Int32Array(btf.count * 2);
  }

  /** Whether the body of this unnamed enum has been written. */
  hasPrinted(id: BtfId): boolean {
    return this.#printedEnums.has(id);
  }

  /** What `declare` writes, in place of all that has been written. Throws BtfError. */
  spell(id: BtfId, name = ""): string {
    this.out.cut(0);
    this.#steps.length = 0;
    this.#qualifiers.length = 0;
    this.declare(id, name);
    return this.out.toString();
  }

  /** Writes `name` declared with the type: "int (*name)(char)"; with name "" the type's own spelling. Throws BtfError. */
  declare(id: BtfId, name: CName, depth = 0): void {
    if (this.#written === undefined || typeof name === "string") {
      this.#declare(id, name, depth);
      return;
    }
    const isNamed = this.#flat.strings[name] !== 0;
    const index = id * 2 + Number(isNamed);
    const place = (this.#written[index] as number) - 1;
    if (place === -1) {
      const before = this.#spelledOut;
      const start = this.out.length;
      this.#declare(id, name, depth);
      if (this.#spelledOut !== before) return;
      this.#written[index] = this.#places.push(start, this.#nameAt, this.#nameEnd, this.out.length) - 3;
      return;
    }
    const places = this.#places;
    this.out.repeat(places[place] as number, places[place + 1] as number);
    if (isNamed) this.out.identifier(name);
    if (places[place + 2] !== places[place + 3])
      this.out.repeat(places[place + 2] as number, places[place + 3] as number);
  }

  #declare(id: BtfId, name: CName, depth: number): void {
    if (depth > MAX_DEPTH) throw new BtfError("btf/cycle", `type ${id} contains itself, or is nested too deep`);
    const { words, starts } = this.#flat;
    const bottom = this.#steps.length;
    let at = id;
    let qualifiers = "";
    for (let step = 0; step < MAX_DEPTH; step++) {
      this.#flat.check(at);
      const start = starts[at] as number;
      const kind = this.#flat.kind(at);
      switch (kind) {
        case KIND.pointer:
          this.#step(at, qualifiers);
          qualifiers = "";
          at = words[start + 2] as BtfId;
          break;
        case KIND.const:
        case KIND.volatile:
        case KIND.restrict:
          qualifiers = qualified(qualifiers, kind);
          at = words[start + 2] as BtfId;
          break;
        case KIND.typeTag:
          if (this.#style.typeTags) qualifiers = this.#tagged(qualifiers, start);
          at = words[start + 2] as BtfId;
          break;
        case KIND.array:
          this.#step(at, undefined);
          at = words[start + 3] as BtfId;
          break;
        case KIND.func:
          at = words[start + 2] as BtfId;
          break;
        case KIND.funcProto:
          this.#step(at, undefined);
          qualifiers = "";
          at = words[start + 2] as BtfId;
          break;
        default:
          if (qualifiers !== "") this.#qualify(qualifiers);
          this.#base(at, kind, depth);
          this.#declarator(bottom, name, depth);
          return;
      }
    }
    throw new BtfError("btf/cycle", `type ${id} refers to itself, or through more than ${MAX_DEPTH} others`);
  }

  /** Writes the definition of a struct, union or enum, without the semicolon: "struct a {\n\tint x;\n}". Throws BtfError. */
  define(id: BtfId): void {
    this.#flat.check(id);
    this.#holes = 0;
    const kind = this.#flat.kind(id);
    if (kind === KIND.struct || kind === KIND.union) this.#aggregate(id, 0);
    else this.#enum(id, 0);
  }

  #step(id: BtfId, qualifiers: string | undefined): void {
    this.#steps.push(id);
    this.#qualifiers.push(qualifiers);
  }

  #tagged(qualifiers: string, start: number): string {
    const { words, strings } = this.#flat;
    const name = textAt(strings, words[start] as number);
    const isAttribute = (words[start + 1] as number) >>> 31 === 1;
    const text = isAttribute ? `__attribute__((${name}))` : `__attribute__((btf_type_tag("${name}")))`;
    return `${text}${qualifiers === "" ? "" : ` ${qualifiers}`}`;
  }

  #qualify(qualifiers: string): void {
    const words = qualifiers.replace(/ ?\brestrict\b/, "").trim(); // only pointers can be restrict
    if (words !== "") this.out.text(`${words} `);
  }

  /** What stands behind the type: the steps from `bottom` on, around the name. Takes the steps away. */
  #declarator(bottom: number, name: CName, depth: number): void {
    const { out } = this;
    const steps = this.#steps;
    const top = steps.length;
    if (top === bottom) {
      if (!out.isEmpty(name)) out.text(" ");
      this.#name(name);
      return;
    }
    const first = this.#firstOf(bottom, top, name);
    if (first !== "" && first !== "[") out.text(" ");
    for (let i = top - 1; i >= bottom; i--) {
      const qualifiers = this.#qualifiers[i];
      if (qualifiers === undefined) {
        if (this.#isPointer(i - 1, bottom)) out.text("(");
        continue;
      }
      out.text("*");
      if (qualifiers === "") continue;
      out.text(qualifiers);
      if (/^[\w$]/.test(this.#firstOf(bottom, i, name))) out.text(" ");
    }
    this.#name(name);
    const [nameAt, nameEnd] = [this.#nameAt, this.#nameEnd];
    for (let i = bottom; i < top; i++)
      if (this.#qualifiers[i] === undefined) {
        if (this.#isPointer(i - 1, bottom)) out.text(")");
        this.#suffix(steps[i] as BtfId, depth);
      }
    steps.length = bottom;
    this.#qualifiers.length = bottom;
    this.#nameAt = nameAt; // parameters have had theirs
    this.#nameEnd = nameEnd;
  }

  #name(name: CName): void {
    this.#nameAt = this.out.length;
    this.out.name(name);
    this.#nameEnd = this.out.length;
  }

  #isPointer(step: number, bottom: number): boolean {
    return step >= bottom && this.#qualifiers[step] !== undefined;
  }

  /** How the text of the name and of the steps below `top` starts: with a character, or with the name; "" without both. */
  #firstOf(bottom: number, top: number, name: CName): string {
    for (let i = top - 1; i >= bottom; i--) {
      if (this.#qualifiers[i] !== undefined) return "*";
      if (this.#isPointer(i - 1, bottom)) return "(";
    }
    if (!this.out.isEmpty(name)) return typeof name === "string" ? name : "a"; // an identifier
    if (top === bottom) return "";
    return this.#flat.kind(this.#steps[bottom] as BtfId) === KIND.array ? "[" : "(";
  }

  /** The length of an array or the parameters of a function. */
  #suffix(id: BtfId, depth: number): void {
    const { out } = this;
    if (this.#flat.kind(id) === KIND.array) {
      out.text("[");
      out.integer(this.#flat.words[(this.#flat.starts[id] as number) + 5] as number);
      out.text("]");
      return;
    }
    out.text("(");
    this.#inParameters++;
    this.#parameters(id, depth);
    this.#inParameters--;
    out.text(")");
  }

  #parameters(id: BtfId, depth: number): void {
    const { words, starts } = this.#flat;
    const start = starts[id] as number;
    const count = elements(words[start + 1] as number);
    if (count === 0) this.out.text("void");
    for (let i = 0; i < count; i++) {
      const name = words[start + 3 + i * 2] as number;
      const type = words[start + 4 + i * 2] as BtfId;
      if (i > 0) this.out.text(", ");
      // A last parameter without name and type stands for "...".
      if (i === count - 1 && type === 0 && !this.#flat.isNamed(name)) this.out.text("...");
      else this.declare(type, name, depth + 1);
    }
  }

  #base(id: BtfId, kind: number, depth: number): void {
    const { out } = this;
    if (kind === KIND.void) {
      out.text("void");
      return;
    }
    const { words, starts } = this.#flat;
    const start = starts[id] as number;
    const info = words[start + 1] as number;
    const name = words[start] as number;
    switch (kind) {
      case KIND.int:
      case KIND.typedef:
        out.name(this.#style.names.type(id, name));
        return;
      case KIND.float:
        out.text(numberName(textAt(this.#flat.strings, name)));
        return;
      case KIND.forward:
        out.text(info >>> 31 === 1 ? "union " : "struct ");
        out.name(this.#style.names.type(id, name));
        return;
      case KIND.struct:
      case KIND.union:
        if (!this.#flat.isNamed(name) && this.#style.unnamed === "body") this.#aggregate(id, depth);
        else this.#tag(kind === KIND.union ? "union " : "struct ", id, name);
        return;
      case KIND.enum:
      case KIND.enum64:
        if (this.#flat.isNamed(name) || this.#style.unnamed === "ellipsis") this.#tag("enum ", id, name);
        else if (this.#printedEnums.has(id) || this.#inParameters > 0) {
          this.#spelledOut++;
          out.text(integerLike(info, words[start + 2] as number));
        } else this.#enum(id, depth);
        return;
      default:
        throw new BtfError("btf/bad-type", `type ${id} (${KINDS[kind]?.kind}) cannot be declared in C`);
    }
  }

  #tag(keyword: string, id: BtfId, name: number): void {
    this.out.text(keyword);
    if (this.#flat.isNamed(name)) this.out.name(this.#style.names.type(id, name));
    else this.out.text("{...}");
  }

  #enum(id: BtfId, depth: number): void {
    const { words, starts } = this.#flat;
    if (!this.#flat.isNamed(words[starts[id] as number] as number)) this.#printedEnums.add(id);
    this.#spelledOut++;
    writeEnum(this.out, this.#flat, this.#style.names, id, depth);
  }

  #aggregate(id: BtfId, depth: number): void {
    if (depth > MAX_DEPTH) throw new BtfError("btf/cycle", `type ${id} contains itself, or is nested too deep`);
    this.#spelledOut++;
    this.#alignments ??= new Alignments(this.#btf);
    const { out } = this;
    const { words, starts } = this.#flat;
    const start = starts[id] as number;
    const isStruct = this.#flat.kind(id) === KIND.struct;
    const packed = this.#alignments.isPacked(id);
    out.text(isStruct ? "struct " : "union ");
    if (this.#flat.isNamed(words[start] as number)) {
      out.name(this.#style.names.type(id, words[start] as number));
      out.text(" ");
    }
    out.text("{\n");
    const from = out.length;
    if (isStruct) this.#structBody(id, packed, depth, this.#alignments);
    else this.#unionBody(id, packed, depth, this.#alignments);
    if (out.length === from) out.cut(from - 1);
    else out.tabs(depth);
    out.text(packed ? "} __attribute__((packed))" : "}");
  }

  #structBody(id: BtfId, packed: boolean, depth: number, alignments: Alignments): void {
    const { words, starts } = this.#flat;
    const start = starts[id] as number;
    const info = words[start + 1] as number;
    const end = start + 3 + elements(info) * 3;
    let bit = 0; // where the compiler stands
    for (let at = start + 3; at < end; at += 3) {
      const type = words[at + 1] as BtfId;
      alignments.readMember(at, info >>> 31 === 1);
      const { bitOffset, bitWidth } = alignments;
      if (bit !== bitOffset) {
        const place = this.#compilersPlace(bit, type, bitWidth, packed, alignments);
        if (place < bitOffset) this.#padding(bit, bitOffset, depth);
      }
      this.#member(at, bitOffset, bitWidth, depth, alignments);
      bit = bitOffset + (bitWidth === -1 ? alignments.size(type) * 8 : bitWidth);
    }
    const align = packed ? 8 : alignments.of(id) * 8;
    const bits = (words[start + 2] as number) * 8;
    if (Math.ceil(bit / align) * align < bits) this.#padding(bit, bits, depth);
  }

  #unionBody(id: BtfId, packed: boolean, depth: number, alignments: Alignments): void {
    const { words, starts } = this.#flat;
    const start = starts[id] as number;
    const info = words[start + 1] as number;
    const end = start + 3 + elements(info) * 3;
    let largest = 0;
    for (let at = start + 3; at < end; at += 3) {
      alignments.readMember(at, info >>> 31 === 1);
      const { bitOffset, bitWidth } = alignments;
      this.#member(at, bitOffset, bitWidth, depth, alignments);
      const bits = bitWidth === -1 ? alignments.size(words[at + 1] as BtfId) * 8 : bitWidth;
      if (bits > largest) largest = bits;
    }
    const align = packed ? 8 : alignments.of(id) * 8;
    const bits = (words[start + 2] as number) * 8;
    if (Math.ceil(largest / align) * align < bits) this.#padding(0, bits, depth);
  }

  /** The bit at which a compiler puts the member when the one before it ends at `bit` (System V rules). */
  #compilersPlace(bit: number, type: BtfId, width: number, packed: boolean, alignments: Alignments): number {
    if (width === -1) {
      const unit = packed ? 8 : alignments.of(type) * 8;
      return Math.ceil(bit / unit) * unit;
    }
    if (packed) return bit;
    const unit = alignments.size(type) * 8;
    return (bit % unit) + width <= unit ? bit : Math.ceil(bit / unit) * unit;
  }

  /** Members that fill the bits from `from` to `to`; none of them has an alignment. */
  #padding(from: number, to: number, depth: number): void {
    const { out } = this;
    let bit = from;
    while (bit < to) {
      const bytes = bit % 8 === 0 ? Math.floor((to - bit) / 8) : 0;
      const bits = Math.min(8 - (bit % 8), to - bit);
      out.tabs(depth + 1);
      out.text(bytes > 0 ? `unsigned char __hole_${++this.#holes}[${bytes}];\n` : `unsigned char: ${bits};\n`);
      bit += bytes > 0 ? bytes * 8 : bits;
    }
  }

  /** The member whose first word is `at`, as a line. */
  #member(at: number, bitOffset: number, bitWidth: number, depth: number, alignments: Alignments): void {
    const { out } = this;
    const { words } = this.#flat;
    const type = words[at + 1] as BtfId;
    out.tabs(depth + 1);
    this.declare(type, words[at] as number, depth + 1);
    if (bitWidth !== -1) {
      out.text(": ");
      out.integer(bitWidth);
    }
    if (this.#style.offsets) {
      const bytes = bitWidth === -1 ? `, ${alignments.size(type)}` : `:${bitOffset % 8}`;
      out.text(`; /* ${Math.floor(bitOffset / 8)}${bytes} */\n`);
    } else out.text(";\n");
  }
}

/** Twice the same one is written once: a constant array of constants. */
function qualified(qualifiers: string, kind: number): string {
  const word = kind === KIND.const ? "const" : kind === KIND.volatile ? "volatile" : "restrict";
  if (qualifiers === "") return word;
  return qualifiers.includes(word) ? qualifiers : `${word} ${qualifiers}`;
}
