import type { Span } from "../../base/span.ts";

/** The tree with one position for all of its nodes: what was read of a text alone has none in the script. */
export function placedAt<T>(node: T, span: Span): T {
  const placed = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
    if (Array.isArray(value)) return value.map(placed);
    if ("start" in value && typeof value.start === "number") return span;
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, placed(child)]));
  };
  return placed(node) as T;
}
