import type { Span } from "../../base/span.ts";
import type { Expr } from "./ast.ts";

/**
 * A type as written. Every kind ends in "Type", so that a type and an expression can share a field. Qualifiers (const,
 * volatile, __user …) are dropped.
 */
export type TypeSyntax =
  /** `uint64`, `void`, `bool`, a typedef, `count_t`; C's spellings are joined by one space: `unsigned long long`. */
  | Readonly<{ kind: "namedType"; name: string; span: Span }>
  /** `string[64]`, `buffer[16]`: a name that takes a size in bytes. Without brackets it is a `namedType`. */
  | Readonly<{ kind: "sizedType"; name: "string" | "buffer" | "inet"; size: Expr; span: Span }>
  | Readonly<{ kind: "recordType"; tag: "struct" | "union" | "enum"; name: string; span: Span }>
  /** A struct, union or enum that is defined where it is used; C definitions only. */
  | Readonly<{ kind: "inlineType"; definition: CRecord | CEnum; span: Span }>
  | Readonly<{ kind: "pointerType"; to: TypeSyntax; span: Span }>
  /** `uint8[4]`; without a length `uint8[]`. */
  | Readonly<{ kind: "arrayType"; of: TypeSyntax; length?: Expr; span: Span }>
  /** A C function type; only pointers to it can be fields. */
  | Readonly<{ kind: "functionType"; span: Span }>
  | Readonly<{ kind: "typeofType"; operand: TypeSyntax | Expr; span: Span }>;

export type CDefinition = CRecord | CEnum | CTypedef;

/** `fields` is undefined in a forward declaration, `name` in an unnamed record. `aligned` is in bytes. */
export type CRecord = Readonly<{
  kind: "cRecord";
  tag: "struct" | "union";
  name?: string;
  nameSpan?: Span;
  fields?: readonly CField[];
  packed: boolean;
  aligned?: Expr;
  span: Span;
}>;

/** Without a name: an unnamed struct or union whose members belong to the parent, or a bit-field that only pads. */
export type CField = Readonly<{
  name?: string;
  nameSpan?: Span;
  type: TypeSyntax;
  bits?: Expr;
  packed: boolean;
  aligned?: Expr;
  span: Span;
}>;

export type CEnum = Readonly<{
  kind: "cEnum";
  name?: string;
  nameSpan?: Span;
  members?: readonly CEnumMember[];
  packed: boolean;
  span: Span;
}>;
export type CEnumMember = Readonly<{ name: string; nameSpan: Span; value?: Expr; span: Span }>;

export type CTypedef = Readonly<{
  kind: "cTypedef";
  name: string;
  nameSpan: Span;
  type: TypeSyntax;
  span: Span;
}>;

const TYPE_KINDS: ReadonlySet<string> = new Set<TypeSyntax["kind"]>([
  "namedType",
  "sizedType",
  "recordType",
  "inlineType",
  "pointerType",
  "arrayType",
  "functionType",
  "typeofType",
]);

/** Tells a type from an expression, where both are allowed (`sizeof`, `typeof`, `offsetof`). */
export function isType(node: TypeSyntax | Expr): node is TypeSyntax {
  return TYPE_KINDS.has(node.kind);
}
