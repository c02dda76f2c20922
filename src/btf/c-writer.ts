import { type CNames, identifier, isBaseType } from "./c-names.ts";
import { BtfError } from "./error.ts";
import { MAX_DEPTH } from "./kinds.ts";
import { type Aggregate, Alignments, sizeOf } from "./layout.ts";
import type { Btf, BtfId, BtfType, Member } from "./types.ts";

const MAX_CHARS = 1 << 26; // a kernel takes 3 MB; only damaged BTF, whose types multiply, comes near

/** How declarations are written. */
export type CStyle = Readonly<{
  names: CNames;
  /** Types without name: "body" spells them out, "ellipsis" writes `struct {...}`. */
  unnamed: "body" | "ellipsis";
  /** Writes type tags as attributes, which GCC before 16 does not know. */
  typeTags?: boolean;
  /** Writes offset and size of each member behind it. */
  offsets?: boolean;
}>;

type Enum = Extract<BtfType, { kind: "enum" }>;

/** Writes C declarations whose layout is that of BTF. Keep one for many types: it remembers alignments. */
export class CWriter {
  readonly #btf: Btf;
  readonly #style: CStyle;
  readonly #alignments: Alignments;
  readonly #printedEnums = new Set<BtfId>(); // unnamed ones: their enumerators must not be defined twice
  #chars = 0;
  #holes = 0;
  #inParameters = 0;

  constructor(btf: Btf, style: CStyle) {
    this.#btf = btf;
    this.#style = style;
    this.#alignments = new Alignments(btf);
  }

  /** Whether the body of this unnamed enum has been written. */
  hasPrinted(id: BtfId): boolean {
    return this.#printedEnums.has(id);
  }

  /** `name` declared with the type: "int (*name)(char)"; with name "" the type's own spelling. Throws BtfError. */
  declare(id: BtfId, name: string, depth = 0): string {
    if (depth > MAX_DEPTH) throw new BtfError("btf/cycle", `type ${id} contains itself, or is nested too deep`);
    let text = name;
    let at = id;
    let qualifiers = "";
    let tags = ""; // type tags, which stand behind what they tag
    let isPointer = false;
    for (let step = 0; step < MAX_DEPTH; step++) {
      const type = this.#btf.type(at);
      switch (type.kind) {
        case "pointer":
          text = `*${qualifiers}${tags}${qualifiers + tags !== "" && /^[\w$]/.test(text) ? " " : ""}${text}`;
          qualifiers = "";
          tags = "";
          isPointer = true;
          at = type.to;
          break;
        case "const":
        case "volatile":
        case "restrict":
          // Twice the same one: a constant array of constants.
          if (!qualifiers.includes(type.kind))
            qualifiers = qualifiers === "" ? type.kind : `${type.kind} ${qualifiers}`;
          at = type.to;
          break;
        case "typeTag":
          if (this.#style.typeTags)
            qualifiers = `${attributeOf(type)}${qualifiers === "" ? "" : ` ${qualifiers}`}`;
          at = type.to;
          break;
        case "array":
          text = `${isPointer ? `(${text})` : text}[${type.length}]`;
          isPointer = false;
          at = type.of;
          break;
        case "func":
          at = type.proto;
          break;
        case "funcProto":
          text = `${isPointer ? `(${text})` : text}(${this.#parameters(type, depth)})`;
          qualifiers = "";
          tags = "";
          isPointer = false;
          at = type.returns;
          break;
        default: {
          const base = this.#base(at, type, depth);
          const words = qualifiers.replace(/ ?\brestrict\b/, "").trim(); // only pointers can be restrict
          const head = `${words === "" ? "" : `${words} `}${base}${tags}`;
          return this.#count(text === "" || text.startsWith("[") ? `${head}${text}` : `${head} ${text}`);
        }
      }
    }
    throw new BtfError("btf/cycle", `type ${id} refers to itself, or through more than ${MAX_DEPTH} others`);
  }

  /** The definition of a struct, union or enum, without the semicolon: "struct a {\n\tint x;\n}". Throws BtfError. */
  define(id: BtfId): string {
    const type = this.#btf.type(id);
    this.#holes = 0;
    if (type.kind === "struct" || type.kind === "union") return this.#count(this.#aggregate(id, type, 0));
    if (type.kind === "enum") return this.#count(this.#enum(id, type, 0));
    throw new Error(`bug: a ${type.kind} has no body`);
  }

  #parameters(type: Extract<BtfType, { kind: "funcProto" }>, depth: number): string {
    this.#inParameters++;
    const params = type.params.map((p) =>
      this.declare(p.type, p.name === "" ? "" : identifier(p.name), depth + 1),
    );
    this.#inParameters--;
    if (type.variadic) params.push("...");
    return params.length === 0 ? "void" : params.join(", ");
  }

  #base(id: BtfId, type: BtfType, depth: number): string {
    switch (type.kind) {
      case "void":
        return "void";
      case "int":
      case "float":
      case "typedef":
        return this.#style.names.type(id, type);
      case "forward":
        return `${type.of} ${this.#style.names.type(id, type)}`;
      case "struct":
      case "union":
        if (type.name !== "") return `${type.kind} ${this.#style.names.type(id, type)}`;
        return this.#style.unnamed === "ellipsis" ? `${type.kind} {...}` : this.#aggregate(id, type, depth);
      case "enum":
        if (type.name !== "") return `enum ${this.#style.names.type(id, type)}`;
        if (this.#style.unnamed === "ellipsis") return "enum {...}";
        return this.#printedEnums.has(id) || this.#inParameters > 0
          ? integerLike(type)
          : this.#enum(id, type, depth);
      default:
        throw new BtfError("btf/bad-type", `type ${id} (${type.kind}) cannot be declared in C`);
    }
  }

  #enum(id: BtfId, type: Enum, depth: number): string {
    const tabs = "\t".repeat(depth);
    if (type.name === "") this.#printedEnums.add(id);
    const name = type.name === "" ? "" : ` ${this.#style.names.type(id, type)}`;
    // C has no enum without enumerators, but BTF does.
    const names = type.members.map((member, index) => [
      this.#style.names.enumerator(id, index, member.name),
      member.value,
    ]);
    if (names.length === 0) names.push([`__enum_${id}_has_no_members`, 0n]);
    const lines = names.map(
      ([enumerator, value]) => `${tabs}\t${enumerator} = ${enumValue(value as bigint)},\n`,
    );
    return `enum${name} {\n${lines.join("")}${tabs}}${enumMode(type)}`;
  }

  #aggregate(id: BtfId, type: Aggregate, depth: number): string {
    if (depth > MAX_DEPTH) throw new BtfError("btf/cycle", `type ${id} contains itself, or is nested too deep`);
    const tabs = "\t".repeat(depth);
    const name = type.name === "" ? "" : ` ${this.#style.names.type(id, type)}`;
    const packed = this.#alignments.isPacked(type);
    const lines: string[] = [];
    const place = type.kind === "struct" ? this.#structBody : this.#unionBody;
    place.call(this, id, type, packed, depth, (text) => lines.push(`${tabs}\t${text}\n`));
    const body = lines.length === 0 ? "{}" : `{\n${lines.join("")}${tabs}}`;
    return `${type.kind}${name} ${body}${packed ? " __attribute__((packed))" : ""}`;
  }

  #structBody(id: BtfId, type: Aggregate, packed: boolean, depth: number, line: (text: string) => void): void {
    let bit = 0; // where the compiler stands
    for (const member of type.members) {
      const align = packed ? 1 : this.#alignments.of(member.type) * 8;
      if (this.#compilersPlace(bit, member, align, packed) < member.bitOffset)
        for (const text of this.#padding(bit, member.bitOffset)) line(text);
      line(this.#member(member, depth));
      bit = member.bitOffset + (member.bitWidth ?? sizeOf(this.#btf, member.type) * 8);
    }
    const align = packed ? 8 : this.#alignments.of(id) * 8;
    if (Math.ceil(bit / align) * align < type.bytes * 8)
      for (const text of this.#padding(bit, type.bytes * 8)) line(text);
  }

  #unionBody(id: BtfId, type: Aggregate, packed: boolean, depth: number, line: (text: string) => void): void {
    let largest = 0;
    for (const member of type.members) {
      line(this.#member(member, depth));
      largest = Math.max(largest, member.bitWidth ?? sizeOf(this.#btf, member.type) * 8);
    }
    const align = packed ? 8 : this.#alignments.of(id) * 8;
    if (Math.ceil(largest / align) * align < type.bytes * 8) line(this.#padding(0, type.bytes * 8).join(" "));
  }

  /** The bit at which a compiler puts the member when the one before it ends at `bit` (System V rules). */
  #compilersPlace(bit: number, member: Member, align: number, packed: boolean): number {
    if (member.bitWidth === undefined) {
      const unit = packed ? 8 : align;
      return Math.ceil(bit / unit) * unit;
    }
    if (packed) return bit;
    const unit = sizeOf(this.#btf, member.type) * 8;
    return (bit % unit) + member.bitWidth <= unit ? bit : Math.ceil(bit / unit) * unit;
  }

  /** Members that fill the bits from `from` to `to`; none of them has an alignment. */
  #padding(from: number, to: number): string[] {
    const lines: string[] = [];
    let bit = from;
    while (bit < to) {
      const bytes = bit % 8 === 0 ? Math.floor((to - bit) / 8) : 0;
      const bits = Math.min(8 - (bit % 8), to - bit);
      if (bytes > 0) lines.push(`unsigned char __hole_${++this.#holes}[${bytes}];`);
      else lines.push(`unsigned char: ${bits};`);
      bit += bytes > 0 ? bytes * 8 : bits;
    }
    return lines;
  }

  #member(member: Member, depth: number): string {
    const name = member.name === "" ? "" : identifier(member.name);
    const width = member.bitWidth === undefined ? "" : `: ${member.bitWidth}`;
    const text = `${this.declare(member.type, name, depth + 1)}${width};`;
    if (!this.#style.offsets) return text;
    const bytes = member.bitWidth === undefined ? sizeOf(this.#btf, member.type) : undefined;
    const at = Math.floor(member.bitOffset / 8);
    return `${text} /* ${at}${bytes === undefined ? `:${member.bitOffset % 8}` : `, ${bytes}`} */`;
  }

  #count(text: string): string {
    this.#chars += text.length;
    if (this.#chars > MAX_CHARS)
      throw new BtfError("btf/too-large", "the types make more than 64 MB of C: unnamed types multiply");
    return text;
  }
}

/** "struct", "union" and integers that stand for an unnamed enum that has been written before. */
function integerLike(type: Enum): string {
  const word = { 1: "char", 2: "short", 8: "long long" }[type.bytes] ?? "int";
  return `${type.signed ? "signed" : "unsigned"} ${word}`;
}

function enumMode(type: Enum): string {
  const mode =
    { 1: "QI", 2: "HI" }[type.bytes] ?? (type.bytes === 8 && type.members.every(fitsInt) ? "DI" : undefined);
  return mode === undefined ? "" : ` __attribute__((mode(${mode})))`;
}

function fitsInt({ value }: { value: bigint }): boolean {
  return -(1n << 31n) <= value && value < 1n << 32n;
}

function enumValue(value: bigint): string {
  if (value >= 1n << 63n) return `${value}ULL`;
  if (value === -(1n << 63n)) return `(-${(1n << 63n) - 1n}LL - 1)`;
  return value >= 1n << 31n || value < -(1n << 31n) ? `${value}LL` : `${value}`;
}

function attributeOf(type: Extract<BtfType, { kind: "typeTag" }>): string {
  return type.attribute ? `__attribute__((${type.name}))` : `__attribute__((btf_type_tag("${type.name}")))`;
}

/** What an integer whose name is not C's own must be defined as. */
export function plainInteger(type: Extract<BtfType, { kind: "int" }>): string {
  if (isBaseType(type.name)) return type.name;
  if (type.bool) return "_Bool";
  const word = { 1: "char", 2: "short", 4: "int", 8: "long long", 16: "__int128" }[type.bytes];
  if (word === undefined)
    throw new BtfError("btf/bad-type", `no C integer has ${type.bytes} bytes (${type.name})`);
  return `${type.signed ? "signed" : "unsigned"} ${word}`;
}
