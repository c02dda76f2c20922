import { type CNames, plainNames, uniqueNames } from "./c-names.ts";
import { type CStyle, CWriter, plainInteger } from "./c-writer.ts";
import { BtfError } from "./error.ts";
import { idsOfKind, kindOf, nameOf } from "./lookup.ts";
import type { Btf, BtfId, BtfType } from "./types.ts";

/** A type's C spelling on one line: "struct sock *", "char[16]", "unsigned int", "int (*)(void)". Throws BtfError. */
export function typeName(btf: Btf, id: BtfId): string {
  return new CWriter(btf, { names: plainNames, unnamed: "ellipsis" }).declare(id, "");
}

/** A struct or union as C, on several lines. `offsets` writes offset and size of each member behind it. Throws BtfError. */
export function printStruct(btf: Btf, id: BtfId, options: { offsets?: boolean } = {}): string {
  const type = btf.type(id);
  if (type.kind !== "struct" && type.kind !== "union")
    throw new BtfError("btf/not-a-struct", `type ${id} (${type.kind}) has no members`, {
      remedy: "give a struct or union",
    });
  return printType(btf, id, options);
}

/** Any type as a C declaration that ends in a semicolon; a section as its variables. Throws BtfError. */
export function printType(btf: Btf, id: BtfId, options: { offsets?: boolean } = {}): string {
  const writer = new CWriter(btf, { names: plainNames, unnamed: "body", offsets: options.offsets ?? false });
  const type = btf.type(id);
  switch (type.kind) {
    case "struct":
    case "union":
    case "enum":
      return `${writer.define(id)};`;
    case "typedef":
      return `typedef ${writer.declare(type.to, plainNames.type(id, type))};`;
    case "func":
      return `${type.linkage === "static" ? "static " : ""}${writer.declare(type.proto, type.name)};`;
    case "var":
      return `${type.linkage === "static" ? "static" : "extern"} ${writer.declare(type.type, type.name)};`;
    case "section":
      return type.vars.map((v) => printType(btf, v.type)).join("\n");
    case "declTag":
      return `/* tag ${JSON.stringify(type.name)} of type ${type.target} */`;
    default:
      return `${writer.declare(id, "")};`;
  }
}

export type PrintOptions = Readonly<{
  /** Only these and what they need; default: every type. */
  roots?: readonly BtfId[];
  /** Writes type tags as attributes, which GCC before 16 does not know. */
  typeTags?: boolean;
  /** Declares the functions that are tagged `bpf_kfunc`. */
  kfuncs?: boolean;
}>;

/**
 * A header with every type, in an order that compiles ("vmlinux.h"): each type stands behind the types that it holds,
 * and has the size and offsets that BTF says. The pieces are to be written one after the other. Throws BtfError.
 */
export function printC(btf: Btf, options: PrintOptions = {}): string[] {
  const names = uniqueNames(btf);
  const file = new CFile(btf, { names, unnamed: "body", typeTags: options.typeTags ?? false }, names);
  if (options.roots) for (const id of options.roots) file.addRoot(id);
  else {
    for (let id = 1; id < btf.count; id++) file.addRoot(id as BtfId);
    for (const id of idsOfKind(btf, "enum")) file.addUnnamedEnum(id);
  }
  if (options.kfuncs) for (const id of kfuncs(btf)) file.addKfunc(id);
  return [HEAD, ...file.pieces, TAIL];
}

const HEAD = `#ifndef __VMLINUX_H__
#define __VMLINUX_H__

#ifndef BPF_NO_PRESERVE_ACCESS_INDEX
#pragma clang attribute push (__attribute__((preserve_access_index)), apply_to = record)
#endif

`;

const TAIL = `#ifndef BPF_NO_PRESERVE_ACCESS_INDEX
#pragma clang attribute pop
#endif

#endif /* __VMLINUX_H__ */
`;

/** Functions with the declaration tag that the kernel gives its kfuncs since 6.10. */
function kfuncs(btf: Btf): BtfId[] {
  const ids = idsOfKind(btf, "declTag").flatMap((id) => {
    const type = btf.type(id);
    return type.kind === "declTag" && type.name === "bpf_kfunc" && kindOf(btf, type.target) === "func"
      ? [type.target]
      : [];
  });
  return [...new Set(ids)].sort((a, b) => a - b);
}

const ROOTS: ReadonlySet<BtfType["kind"]> = new Set(["struct", "union", "enum", "typedef"]);
const MAX_NESTING = 1500; // types that must stand before each other; kernels reach some dozens

const STARTED = 1; // its parts are being written
const DEFINED = 2;

/** The pieces of a header, each type behind what it needs. */
class CFile {
  readonly pieces: string[] = [];
  readonly #btf: Btf;
  readonly #writer: CWriter;
  readonly #names: CNames;
  readonly #states: Uint8Array;
  readonly #declared = new Set<string>(); // forward declarations, by their text

  constructor(btf: Btf, style: CStyle, names: CNames) {
    this.#btf = btf;
    this.#writer = new CWriter(btf, style);
    this.#names = names;
    this.#states = new Uint8Array(btf.count);
  }

  /** Writes a named struct, union, enum or typedef, if it is not there yet. */
  addRoot(id: BtfId): void {
    if (this.#states[id] !== DEFINED && ROOTS.has(kindOf(this.#btf, id)) && nameOf(this.#btf, id) !== "")
      this.#need(id, "whole", 0);
  }

  /** Writes an unnamed enum on its own when no other type has spelled it out. */
  addUnnamedEnum(id: BtfId): void {
    if (nameOf(this.#btf, id) !== "" || this.#writer.hasPrinted(id)) return;
    const type = this.#btf.type(id);
    if (type.kind === "enum" && type.members.length > 0) this.pieces.push(`${this.#writer.define(id)};\n\n`);
  }

  addKfunc(id: BtfId): void {
    const func = this.#btf.type(id);
    if (func.kind !== "func") return;
    this.#need(func.proto, "parameter", 0);
    this.pieces.push(
      `extern ${this.#writer.declare(func.proto, func.name)} __attribute__((weak, section(".ksyms")));\n\n`,
    );
  }

  /**
   * Writes what must stand before a use of the type: "whole" where its size matters, "name" behind a pointer,
   * "parameter" in a prototype, where a struct's first mention would be lost at the closing parenthesis.
   */
  #need(id: BtfId, how: "whole" | "name" | "parameter", depth: number): void {
    if (depth > MAX_NESTING)
      throw new BtfError("btf/too-deep", `type ${id} is nested more than ${MAX_NESTING} deep`);
    const type = this.#btf.type(id);
    switch (type.kind) {
      case "void":
      case "float":
        return;
      case "int":
        this.#once(id, () => this.#integer(id, type));
        return;
      case "pointer":
        this.#need(type.to, how === "whole" ? "name" : how, depth + 1);
        return;
      case "const":
      case "volatile":
      case "restrict":
      case "typeTag":
        this.#need(type.to, how, depth + 1);
        return;
      case "array":
        this.#need(type.of, "whole", depth + 1); // also behind a pointer
        return;
      case "funcProto":
        this.#need(type.returns, "parameter", depth + 1);
        for (const param of type.params) this.#need(param.type, "parameter", depth + 1);
        return;
      case "typedef":
        this.#once(id, () => {
          this.#need(type.to, "name", depth + 1);
          this.pieces.push(`typedef ${this.#writer.declare(type.to, this.#names.type(id, type))};\n\n`);
        });
        if (how === "whole" && this.#states[id] === DEFINED) this.#need(type.to, "whole", depth + 1);
        return;
      case "forward":
        if (how === "parameter") this.#forward(`${type.of} ${this.#names.type(id, type)}`);
        return;
      case "enum":
        if (type.name !== "") this.#once(id, () => this.pieces.push(`${this.#writer.define(id)};\n\n`));
        return;
      case "struct":
      case "union":
        this.#needAggregate(id, type, how, depth);
        return;
      default:
        throw new BtfError("btf/bad-type", `type ${id} (${type.kind}) cannot be part of another type`);
    }
  }

  #needAggregate(
    id: BtfId,
    type: Extract<BtfType, { kind: "struct" | "union" }>,
    how: "whole" | "name" | "parameter",
    depth: number,
  ): void {
    if (type.name === "") {
      // Spelled out where it is used, so its parts come first.
      this.#once(id, () => {
        for (const member of type.members) this.#need(member.type, "whole", depth + 1);
      });
      return;
    }
    if (this.#states[id] === DEFINED) return;
    if (how === "parameter") this.#forward(`${type.kind} ${this.#names.type(id, type)}`);
    if (how !== "whole") return;
    if (this.#states[id] === STARTED)
      throw new BtfError("btf/cycle", `${type.kind} ${type.name} (type ${id}) contains itself`);
    this.#once(id, () => {
      for (const member of type.members) this.#need(member.type, "whole", depth + 1);
      this.pieces.push(`${this.#writer.define(id)};\n\n`);
    });
  }

  #integer(id: BtfId, type: Extract<BtfType, { kind: "int" }>): void {
    const plain = plainInteger(type);
    if (plain !== type.name) this.pieces.push(`typedef ${plain} ${this.#names.type(id, type)};\n\n`);
  }

  #forward(text: string): void {
    if (this.#declared.has(text)) return;
    this.#declared.add(text);
    this.pieces.push(`${text};\n\n`);
  }

  /** Runs `write` for a type that was not begun yet. A typedef that needs itself is left to what has begun it. */
  #once(id: BtfId, write: () => void): void {
    if ((this.#states[id] as number) >= STARTED) return;
    this.#states[id] = STARTED;
    write();
    this.#states[id] = DEFINED;
  }
}
