import { isPattern } from "../base/glob.ts";
import { nearest } from "../base/suggest.ts";
import { findByPattern, idsOfKind, nameOf } from "../btf/lookup.ts";
import { printType } from "../btf/print-c.ts";
import type { Btf, BtfId, BtfType } from "../btf/types.ts";

const KINDS = ["struct", "union", "enum", "typedef"] as const;

/** A C type by its name, as `struct sock`, and as a declaration. */
export type ListedType = Readonly<{ name: string; declaration: () => string }>;

export type TypeListing = Readonly<{ types: readonly ListedType[]; help?: string }>;

/** Splits `struct sock` into kind and name; undefined when the text does not begin as a type. */
export function typePattern(text: string): { kind: (typeof KINDS)[number]; name: string } | undefined {
  const match = /^(struct|union|enum|typedef)\s+(\S+)$/.exec(text.trim());
  const kind = KINDS.find((k) => k === match?.[1]);
  return kind && match?.[2] ? { kind, name: match[2] } : undefined;
}

/** The kernel's types of that kind and name. */
export function matchTypes(
  btf: Btf,
  kind: (typeof KINDS)[number],
  name: string,
  offsets: boolean,
): TypeListing {
  const ids = isPattern(name)
    ? findByPattern(btf, kind, name).map((found) => found.id)
    : [...btf.find(name, kind)];
  const types = [...new Set(ids)].map((id) => ({
    name: `${kind} ${nameOf(btf, id)}`,
    declaration: () => printType(btf, id, { offsets }),
  }));
  if (types.length > 0) return { types };
  const near = nearest(name.replaceAll("*", ""), namesOf(btf, kind));
  return { types, help: near.length > 0 ? `near names: ${near.map((n) => `${kind} ${n}`).join(", ")}` : "" };
}

function namesOf(btf: Btf, kind: BtfType["kind"]): string[] {
  return idsOfKind(btf, kind).flatMap((id: BtfId) => nameOf(btf, id) || []);
}
