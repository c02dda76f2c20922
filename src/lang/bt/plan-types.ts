import { unreachable } from "../../base/errors.ts";
import type { ValueField, ValueType } from "../../plan/value-type.ts";
import { bitsOfField, type CompositeField } from "./composite.ts";
import { sizeOf, type Type, tupleLayout } from "./types.ts";

/** How user space reads a value of this type. */
export function toValueType(type: Type, depth = 0): ValueType {
  switch (type.kind) {
    case "none":
    case "void":
      return { kind: "none" };
    case "int":
      return { kind: "int", size: type.size, signed: type.signed };
    case "enum":
      return {
        kind: "enum",
        size: type.size,
        signed: type.signed,
        name: type.name,
        members: type.members,
        ...(type.isText && { isText: true }),
      };
    case "bool":
    case "ksym":
    case "usym":
    case "inet":
    case "mac":
    case "username":
    case "strerror":
    case "probe":
      return { kind: type.kind };
    case "string":
    case "buffer":
      return { kind: type.kind, size: type.size };
    case "pointer":
      return { kind: "pointer" };
    case "timestamp":
      return { kind: "timestamp", format: type.format, clock: type.clock };
    case "cgroupPath":
      return { kind: "cgroupPath", hierarchy: type.hierarchy };
    case "stack":
      return { kind: "stack", user: type.user, mode: type.mode, limit: type.limit };
    case "array":
      return {
        kind: "array",
        of: toValueType(type.of, depth + 1),
        length: type.length,
        stride: sizeOf(type.of),
      };
    case "tuple": {
      const { offsets, size } = tupleLayout(type.fields);
      const fields = type.fields.map(
        (f, i): ValueField => ({
          type: toValueType(f.type, depth + 1),
          offset: offsets[i] ?? 0,
          ...(f.name && { name: f.name }),
        }),
      );
      return { kind: "tuple", fields, size };
    }
    case "struct":
    case "args": {
      const fields = depth > 4 ? [] : type.composite.fields().map((f) => structField(f, depth));
      return { kind: "struct", name: type.composite.name, fields, size: type.composite.bytes };
    }
    case "count":
    case "sum":
    case "min":
    case "max":
    case "avg":
    case "stats":
    case "hist":
    case "lhist":
    case "tseries":
      return { kind: "int", size: 8, signed: "signed" in type ? type.signed : false };
    default:
      return unreachable(type);
  }
}

function structField(field: CompositeField, depth: number): ValueField {
  const base = { name: field.name, offset: field.offset };
  if (!field.bits) return { ...base, type: toValueType(field.type, depth + 1) };
  return { ...base, ...bitsOfField(field, field.bits) };
}
