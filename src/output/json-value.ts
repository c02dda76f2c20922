import { unreachable } from "../base/errors.ts";
import { escapeLoneBytes } from "../base/lossless-text.ts";
import type { EnumValue, Shape, StackFrame, Value } from "../base/shown-value.ts";
import { hasFieldNames } from "../base/shown-value.ts";
import { bytesText, enumText, fieldName, keyPartText, stackText } from "../base/value-text.ts";

/** A JSON string. Bytes that were no UTF-8 become `\xNN` in the text; DEL and C1 are escaped, for terminals. */
export function jsonString(text: string): string {
  return JSON.stringify(escapeLoneBytes(text)).replace(
    DEL_AND_C1,
    (c) => `\\u00${c.charCodeAt(0).toString(16)}`,
  );
}

const DEL_AND_C1 = /[\x7f-\x9f]/g;

/**
 * A value as JSON: integers with all their digits, enums and pointers as numbers, tuples and arrays as arrays, structs
 * as objects, buffers and stacks as the text that print() shows.
 */
export function jsonValue(shape: Shape, value: Value): string {
  switch (shape.kind) {
    case "none":
      return "null";
    case "int":
    case "bool":
    case "pointer":
      return String(value);
    case "enum":
      return shape.isText ? jsonString(enumText(value as EnumValue)) : String((value as EnumValue).value);
    case "buffer":
    case "tailBuffer":
      return jsonString(bytesText(value as Uint8Array));
    case "array":
      return `[${(value as readonly Value[]).map((item) => jsonValue(shape.of, item)).join(",")}]`;
    case "tuple":
    case "struct":
      return jsonFields(shape, value);
    case "stack":
      return jsonString(stackText(shape.mode, shape.user, value as readonly StackFrame[], (text) => text));
    case "string":
    case "tailString":
    case "ksym":
    case "usym":
    case "inet":
    case "mac":
    case "timestamp":
    case "cgroupPath":
    case "username":
    case "strerror":
    case "probe":
      return jsonString(value as string);
    default:
      return unreachable(shape);
  }
}

type Fields = Extract<Shape, { kind: "tuple" | "struct" }>;

function jsonFields(shape: Fields, value: Value): string {
  if (!hasFieldNames(shape)) {
    const items = value as readonly Value[];
    return `[${shape.fields.map((field, i) => jsonValue(field.type, items[i] ?? null)).join(",")}]`;
  }
  const items = value as { readonly [field: string]: Value };
  const members = shape.fields.map((field, i) => {
    const name = fieldName(field.name, i);
    return `${jsonString(name)}: ${jsonValue(field.type, items[name] ?? null)}`;
  });
  return `{${members.join(", ")}}`;
}

/** A map's key as the name of a JSON member: the parts of a tuple joined by commas. */
export function jsonKey(shape: Shape, key: Value): string {
  if (shape.kind !== "tuple" || hasFieldNames(shape)) return jsonString(keyPart(shape, key));
  const items = key as readonly Value[];
  return jsonString(shape.fields.map((field, i) => keyPart(field.type, items[i] ?? null)).join(","));
}

function keyPart(shape: Shape, key: Value): string {
  if (shape.kind !== "tuple" || hasFieldNames(shape)) return keyPartText(shape, key, (text) => text);
  const items = key as readonly Value[];
  return `(${shape.fields.map((field, i) => keyPart(field.type, items[i] ?? null)).join(",")})`;
}
