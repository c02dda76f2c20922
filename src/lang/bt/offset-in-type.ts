import type { Type } from "./types.ts";

/** Bytes from the start of `type` to the field that `path` names, through embedded structs. */
export function offsetInType(type: Type, path: readonly string[]): number {
  let at: Type = type;
  let offset = 0;
  for (const name of path) {
    if (at.kind === "pointer") at = at.to;
    if (at.kind !== "struct") return offset;
    const field = at.composite.field(name);
    if (!field) return offset;
    offset += field.offset;
    at = field.type;
  }
  return offset;
}
