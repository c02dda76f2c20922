import { wideInteger } from "./integer-types.ts";
import type { Type } from "./types.ts";
import { isInteger, plainPointer } from "./types.ts";

/** A key as maps store it: whole numbers take 8 bytes, so that all uses of a map agree. */
export function keyTypeOf(type: Type): Type {
  if (type.kind === "int") return wideInteger(type);
  if (type.kind === "tuple")
    return { kind: "tuple", fields: type.fields.map((f) => ({ ...f, type: keyTypeOf(f.type) })) };
  if (type.kind === "enum") return { ...type, size: 8 };
  return type.kind === "pointer" ? plainPointer(type) : type;
}

/** Whether nothing of a type is left to be found out. */
export function isKnown(type: Type): boolean {
  return type.kind === "tuple" ? type.fields.every((field) => isKnown(field.type)) : type.kind !== "none";
}

/** A value as maps store it: numbers take 8 bytes, which can be changed in place by atomic instructions. */
export function storedType(type: Type): Type {
  if (type.kind === "enum") return { ...type, size: 8 };
  if (type.kind === "bool") return type;
  if (type.kind === "pointer") return plainPointer(type);
  if (type.kind === "tuple")
    return { kind: "tuple", fields: type.fields.map((f) => ({ ...f, type: keyTypeOf(f.type) })) };
  return isInteger(type) ? wideInteger(type) : type;
}
