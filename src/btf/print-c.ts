import { CFile } from "./c-file.ts";
import { identifier, plainNames } from "./c-names.ts";
import { CWriter } from "./c-writer.ts";
import { BtfError } from "./error.ts";
import { idsOfKind, kindOf } from "./lookup.ts";
import type { Btf, BtfId } from "./types.ts";

/** A type's C spelling on one line: "struct sock *", "char[16]", "unsigned int", "int (*)(void)". Throws BtfError. */
export function typeName(btf: Btf, id: BtfId): string {
  return new CWriter(btf, { names: plainNames(btf), unnamed: "ellipsis" }).spell(id);
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
  const type = btf.type(id);
  if (type.kind === "section") return type.vars.map((v) => printType(btf, v.type)).join("\n");
  if (type.kind === "declTag") return `/* tag ${JSON.stringify(type.name)} of type ${type.target} */`;
  const names = plainNames(btf);
  const writer = new CWriter(btf, { names, unnamed: "body", offsets: options.offsets ?? false });
  const { out } = writer;
  switch (type.kind) {
    case "struct":
    case "union":
    case "enum":
      writer.define(id);
      break;
    case "typedef":
      out.text("typedef ");
      writer.declare(type.to, identifier(type.name));
      break;
    case "func":
      if (type.linkage === "static") out.text("static ");
      writer.declare(type.proto, type.name);
      break;
    case "var":
      out.text(type.linkage === "static" ? "static " : "extern ");
      writer.declare(type.type, type.name);
      break;
    default:
      writer.declare(id, "");
  }
  out.text(";");
  return out.toString();
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
  return [new TextDecoder("utf-8", { ignoreBOM: true }).decode(printCBytes(btf, options))];
}

/** The header of `printC` as UTF-8. Throws BtfError. */
export function printCBytes(btf: Btf, options: PrintOptions = {}): Uint8Array {
  const file = new CFile(btf, options.typeTags ?? false);
  const { out } = file;
  out.text(HEAD);
  if (options.roots === undefined) file.addAll();
  else for (const id of options.roots) file.addRoot(id);
  if (options.kfuncs) for (const id of kfuncs(btf)) file.addKfunc(id);
  out.text(TAIL);
  return out.bytes();
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
