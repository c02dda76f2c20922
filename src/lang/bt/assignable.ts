import { isInteger, type Type, typeName } from "./types.ts";
import { unify } from "./unify.ts";

/** Whether a variable that was declared with a type takes a value: longer texts are cut, larger numbers wrap. */
export function fits(declared: Type, value: Type): boolean {
  if (declared.kind === "string" || declared.kind === "buffer") return value.kind === declared.kind;
  if (isInteger(declared)) return isInteger(value);
  const both = unify(declared, value);
  return both !== undefined && typeName(both) === typeName(declared);
}

/** A declared type as a value makes it exact: texts without a size take the value's, pointers point where it does. */
export function withValueOf(declared: Type, value: Type): Type {
  if (declared.kind === "string" && declared.size === 0 && value.kind === "string") return value;
  if (declared.kind !== "pointer" || value.kind !== "pointer") return declared;
  return { ...declared, space: value.space };
}
