import type { Value } from "../base/shown-value.ts";

/** Orders numbers by size, texts by character, arrays and objects by their items from the first on. */
export function compareValues(a: Value, b: Value): number {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return compareSimple(a, b);
  if (a instanceof Uint8Array && b instanceof Uint8Array) return compareItems(a, b);
  if (Array.isArray(a) && Array.isArray(b)) return compareItems(a as readonly Value[], b as readonly Value[]);
  return compareItems(Object.values(a) as readonly Value[], Object.values(b) as readonly Value[]);
}

function compareSimple(a: Value | undefined, b: Value | undefined): number {
  if (typeof a === "string" && typeof b === "string") return a < b ? -1 : a > b ? 1 : 0;
  if (isNumeric(a) && isNumeric(b)) return a < b ? -1 : a > b ? 1 : 0;
  return 0;
}

function isNumeric(value: Value | undefined): value is number | bigint | boolean {
  return typeof value === "number" || typeof value === "bigint" || typeof value === "boolean";
}

function compareItems(a: ArrayLike<Value>, b: ArrayLike<Value>): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const order = compareValues(a[i] as Value, b[i] as Value);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
