import { plainNames } from "./c-names.ts";
import { CWriter } from "./c-writer.ts";
import { BtfError } from "./error.ts";
import { MAX_DEPTH } from "./kinds.ts";
import { resolve } from "./layout.ts";
import { kindOf } from "./lookup.ts";
import type { Btf, BtfId, BtfType, Member } from "./types.ts";

/** Names that TypeScript gives a meaning of its own as a type or a value. */
const RESERVED = new Set(
  `any arguments async await bigint boolean break case catch class const continue debugger default delete do else enum
   eval export extends false finally for function if implements import in instanceof interface let never new null number
   object package private protected public return static string super switch symbol this throw true try type typeof
   undefined unknown var void while with yield`.split(/\s+/),
);

const HEAD = `// Types as values of them are decoded: integers of 64 bits and pointers are bigint, arrays of char are text, members of
// unnamed structs and unions stand in the struct that holds them, and all members of a union are there at once.

`;

/**
 * TypeScript for every named type: an interface per struct and union, a type per typedef, a constant per enumerator. It is
 * a module that compiles by itself. The pieces are to be written one after the other. Throws BtfError.
 */
export function printTs(btf: Btf, roots: readonly BtfId[] = allIds(btf)): string[] {
  const file = new TsFile(btf);
  for (const id of roots) file.add(id);
  return [HEAD, ...file.pieces];
}

function allIds(btf: Btf): BtfId[] {
  return Array.from({ length: btf.count - 1 }, (_, i) => (i + 1) as BtfId);
}

type Aggregate = Extract<BtfType, { kind: "struct" | "union" }>;
type Enum = Extract<BtfType, { kind: "enum" }>;

/** The declarations of a file. What is used is declared, too, in whatever order: TypeScript does not mind. */
class TsFile {
  readonly pieces: string[] = [];
  readonly #btf: Btf;
  readonly #writer: CWriter;
  readonly #types = new Names();
  readonly #values = new Names();
  readonly #named = new Map<BtfId, string>();
  readonly #unnamedEnums = new Set<BtfId>();
  readonly #waiting: (() => void)[] = [];

  constructor(btf: Btf) {
    this.#btf = btf;
    this.#writer = new CWriter(btf, { names: plainNames(btf), unnamed: "ellipsis" });
  }

  /** Declares the type if it has a name, and all that it refers to; an unnamed enum as its constants. */
  add(id: BtfId): void {
    const type = this.#btf.type(id);
    switch (type.kind) {
      case "struct":
      case "union":
      case "typedef":
        if (type.name !== "") this.#nameOf(id, type);
        break;
      case "enum":
        if (type.name !== "") this.#nameOf(id, type);
        else this.#addEnumerators(id, type);
        break;
      default:
        break;
    }
    for (let next = this.#waiting.pop(); next !== undefined; next = this.#waiting.pop()) next();
  }

  /** The name by which the type is declared; what it stands for is written later. */
  #nameOf(id: BtfId, type: Aggregate | Enum | Extract<BtfType, { kind: "typedef" }>): string {
    const known = this.#named.get(id);
    if (known !== undefined) return known;
    if (type.kind === "typedef") {
      // `typedef struct a a` is one type.
      const target = this.#btf.type(type.to);
      if ("name" in target && target.name === type.name && isDeclared(target)) {
        const same = this.#nameOf(type.to, target);
        this.#named.set(id, same);
        return same;
      }
    }
    const name = this.#types.claim(type.name);
    this.#named.set(id, name);
    this.#waiting.push(() => this.#declare(id, type, name));
    return name;
  }

  #declare(id: BtfId, type: Aggregate | Enum | Extract<BtfType, { kind: "typedef" }>, name: string): void {
    switch (type.kind) {
      case "struct":
      case "union":
        this.pieces.push(
          `/** ${type.kind}, ${type.bytes} bytes. */\nexport interface ${name} ${this.#body(type, "", 0)}\n\n`,
        );
        return;
      case "enum":
        this.pieces.push(`export type ${name} = ${type.bytes === 8 ? "bigint" : "number"};\n\n`);
        this.#addEnumerators(id, type);
        return;
      default:
        this.pieces.push(`export type ${name} = ${this.#use(type.to, "", 0)};\n\n`);
    }
  }

  #addEnumerators(id: BtfId, type: Enum): void {
    if (this.#unnamedEnums.has(id)) return;
    this.#unnamedEnums.add(id);
    const lines = type.members.map(({ name, value }) => {
      const wide = type.bytes === 8;
      return `export const ${this.#values.claim(name)} = ${value}${wide ? "n" : ""};\n`;
    });
    if (lines.length > 0) this.pieces.push(`${lines.join("")}\n`);
  }

  #body(type: Aggregate, indent: string, depth: number): string {
    const lines = this.#members(type.members, `${indent}  `, depth);
    return lines.length === 0 ? "{}" : `{\n${lines.join("")}${indent}}`;
  }

  #members(members: readonly Member[], indent: string, depth: number): string[] {
    if (depth > MAX_DEPTH) throw tooDeep();
    return members.flatMap(({ name, type: id, bitWidth }) => {
      if (name !== "") {
        const type = bitWidth === undefined ? this.#use(id, indent, depth + 1) : this.#bits(id, bitWidth);
        return [`${indent}readonly ${property(name)}: ${type};${this.#pointerNote(id)}\n`];
      }
      const inner = resolve(this.#btf, id);
      if (inner.kind !== "struct" && inner.kind !== "union") return []; // padding
      return this.#members(inner.members, indent, depth + 1);
    });
  }

  /** What a pointer points to, behind its member. */
  #pointerNote(id: BtfId): string {
    if (kindOf(this.#btf, id) !== "pointer") return "";
    const text = this.#writer.spell(id);
    return text.includes("\n") ? "" : ` // ${text}`;
  }

  #bits(id: BtfId, width: number): string {
    const type = resolve(this.#btf, id);
    if (type.kind === "int" && type.bool) return "boolean";
    return width > 32 ? "bigint" : "number";
  }

  /** How a member or typedef refers to the type. */
  #use(from: BtfId, indent: string, depth: number): string {
    let id = from;
    for (let step = 0; step < MAX_DEPTH && depth <= MAX_DEPTH; step++) {
      const type = this.#btf.type(id);
      switch (type.kind) {
        case "const":
        case "volatile":
        case "restrict":
        case "typeTag":
          id = type.to;
          break;
        case "int":
          if (type.bool) return "boolean";
          return type.bytes > 4 ? "bigint" : "number";
        case "float":
          return "number";
        case "pointer":
          return "bigint";
        case "array":
          return this.#array(type, indent, depth);
        case "enum":
          if (type.name !== "") return this.#nameOf(id, type);
          this.#waiting.push(() => this.#addEnumerators(id, type));
          return type.bytes === 8 ? "bigint" : "number";
        case "struct":
        case "union":
          return type.name === "" ? this.#body(type, indent, depth) : this.#nameOf(id, type);
        case "typedef":
          return this.#nameOf(id, type);
        default:
          return "unknown"; // void, functions, what is only announced: there are no values of it
      }
    }
    throw tooDeep();
  }

  #array(type: Extract<BtfType, { kind: "array" }>, indent: string, depth: number): string {
    const element = resolve(this.#btf, type.of);
    if (element.kind === "int" && element.name === "char") return "string";
    return `readonly (${this.#use(type.of, indent, depth + 1)})[]`.replace(/\(([\w$]+)\)\[\]$/, "$1[]");
  }
}

function isDeclared(type: BtfType): type is Aggregate | Enum {
  return type.kind === "struct" || type.kind === "union" || type.kind === "enum";
}

function tooDeep(): BtfError {
  return new BtfError("btf/too-deep", `a type contains itself, or is nested more than ${MAX_DEPTH} deep`);
}

function property(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

/** Who asks first gets the name; of several with the same name all but the first get `___2`, `___3` … behind it. */
class Names {
  readonly #taken = new Map<string, number>();

  claim(wanted: string): string {
    const plain = wanted.replace(/[^\w$]/g, "_").replace(/^(?=\d|$)/, "_");
    const name = RESERVED.has(plain) ? `${plain}_` : plain;
    let count = this.#taken.get(name) ?? 0;
    for (;;) {
      const given = count === 0 ? name : `${name}___${count + 1}`;
      count++;
      if (count > 1 && this.#taken.has(given)) continue;
      this.#taken.set(name, count);
      if (given !== name) this.#taken.set(given, 1);
      return given;
    }
  }
}
