import type { Expr } from "./ast.ts";
import { type Type, tupleLayout } from "./types.ts";
import { unify } from "./unify.ts";

/** An element of a tuple or an array that a variable or a map's entry holds: `$t.0`, `@m[k].name`, `$a[1]`. */
export type Part = Readonly<{
  root: Extract<Expr, { kind: "variable" | "map" }>;
  /** The elements that lead from the root to the part, outermost first. */
  path: readonly number[];
}>;

/** What is asked about the expressions on the way. */
export type PartFacts = Readonly<{
  typeOf(expr: Expr): Type;
  constant(expr: Expr): bigint | undefined;
}>;

/** The part that an expression names, if what holds it is kept as a whole: no pointer is followed on the way. */
export function partOf(expr: Expr, facts: PartFacts): Part | undefined {
  const path: number[] = [];
  let at = expr;
  while (at.kind === "tupleField" || at.kind === "member" || at.kind === "index") {
    const index = elementNumber(at, facts);
    if (index === undefined) return undefined;
    path.unshift(index);
    at = at.object;
  }
  if (path.length === 0 || (at.kind !== "variable" && at.kind !== "map")) return undefined;
  return { root: at, path };
}

function elementNumber(
  expr: Extract<Expr, { kind: "tupleField" | "member" | "index" }>,
  facts: PartFacts,
): number | undefined {
  const object = facts.typeOf(expr.object);
  if (expr.kind === "tupleField") return object.kind === "tuple" ? expr.index : undefined;
  if (expr.kind === "member") {
    if (object.kind !== "tuple") return undefined;
    const index = object.fields.findIndex((field) => field.name === expr.name);
    return index < 0 ? undefined : index;
  }
  if (object.kind !== "tuple" && object.kind !== "array") return undefined;
  const index = facts.constant(expr.index);
  return index === undefined || index < 0n ? undefined : Number(index);
}

/** Where a part lies in the bytes of the whole, and its type there. */
export function partLayout(whole: Type, path: readonly number[]): { off: number; type: Type } {
  let off = 0;
  let type = whole;
  for (const index of path) {
    if (type.kind === "tuple") {
      const field = type.fields[index];
      if (!field) throw new Error("bug: no such tuple element");
      off += tupleLayout(type.fields).offsets[index] ?? 0;
      type = field.type;
    } else if (type.kind === "array") {
      off += index * sizeOfElement(type);
      type = type.of;
    } else throw new Error(`bug: ${type.kind} has no parts`);
  }
  return { off, type };
}

function sizeOfElement(type: Extract<Type, { kind: "array" }>): number {
  return tupleLayout([{ type: type.of }]).size;
}

/** The type of the whole when the part also holds values of type `value`; undefined when it cannot. */
export function widenPart(whole: Type, path: readonly number[], value: Type): Type | undefined {
  const [index, ...rest] = path;
  if (index === undefined) return unify(whole, value);
  if (whole.kind === "array") {
    const of = widenPart(whole.of, rest, value);
    return of && whole.of.kind === of.kind ? whole : undefined; // elements keep their size: numbers are cut
  }
  if (whole.kind !== "tuple") return undefined;
  const own = whole.fields[index];
  const type = own && widenPart(own.type, rest, value);
  if (!own || !type) return undefined;
  return { kind: "tuple", fields: whole.fields.map((field, i) => (i === index ? { ...field, type } : field)) };
}
