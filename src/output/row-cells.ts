import type { Shape, Value } from "../base/shown-value.ts";
import { hasFieldNames } from "../base/shown-value.ts";
import { fieldName, valueTextRaw } from "../base/value-text.ts";
import type { Cell } from "./sink.ts";

/** The cells of a printed value: a tuple's items, in order; anything else is one cell. */
export function rowCells(type: Shape, value: Value): Cell[] {
  if (type.kind !== "tuple") return [cellOf(type, value)];
  if (!hasFieldNames(type)) {
    const items = value as readonly Value[];
    return type.fields.map((field, i) => cellOf(field.type, items[i] ?? null));
  }
  const items = value as { readonly [field: string]: Value };
  return type.fields.map((field, i) => cellOf(field.type, items[fieldName(field.name, i)] ?? null));
}

/** Numbers, booleans and text stay what they are; everything else becomes the text that print() shows. */
function cellOf(type: Shape, value: Value): Cell {
  if (type.kind === "int" || type.kind === "bool") return value as number | bigint | boolean;
  if (type.kind === "none") return null;
  return typeof value === "string" ? value : valueTextRaw(type, value);
}
