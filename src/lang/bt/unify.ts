import { unifyIntegers } from "./integer-types.ts";
import {
  isAggregate,
  isInteger,
  type PointerSpace,
  plainPointer,
  sameType,
  type TupleField,
  type Type,
} from "./types.ts";

type Pointer = Extract<Type, { kind: "pointer" }>;

/**
 * The type that holds values of both, or undefined. Integers widen, strings and buffers grow, tuples
 * widen field by field.
 */
export function unify(a: Type, b: Type): Type | undefined {
  if (a === b) return a;
  if (isInteger(a) && isInteger(b)) return unifyIntegers(a, b);
  if (a.kind === "pointer" && b.kind === "pointer")
    return a.kernelObject && b.kernelObject ? a : inEither(plainPointer(a), b.space);
  if (a.kind === "pointer" && isInteger(b)) return plainPointer(a);
  if (b.kind === "pointer" && isInteger(a)) return plainPointer(b);
  if (a.kind !== b.kind) return undefined;
  if (a.kind === "string" && b.kind === "string") return a.size >= b.size ? a : b;
  if (a.kind === "buffer" && b.kind === "buffer") return a.size >= b.size ? a : b;
  if (a.kind === "tuple" && b.kind === "tuple") {
    if (a.fields.length !== b.fields.length) return undefined;
    const fields: TupleField[] = [];
    let isA = true;
    for (const [i, field] of a.fields.entries()) {
      const other = fieldOf(b.fields, field.name, i);
      const type = other && unify(field.type, other.type);
      if (!other || !type || field.name !== other.name) return undefined;
      fields.push({ ...field, type });
      isA &&= type === field.type;
    }
    return isA ? a : { kind: "tuple", fields }; // the same object shows that nothing was learned
  }
  if (a.kind === "tseries" && !sameType(a, b)) return undefined;
  if (isAggregate(a) && isAggregate(b) && "signed" in a && "signed" in b) return a.signed ? a : b;
  return sameType(a, b) ? a : undefined;
}

/** The field of a record with that name, wherever it stands; the `index`th of a tuple without names. */
export function fieldOf<F extends { name?: string }>(
  fields: readonly F[],
  name: string | undefined,
  index: number,
): F | undefined {
  return name === undefined ? fields[index] : fields.find((field) => field.name === name);
}

/** A pointer that may point to either space: which one, the address itself tells. */
function inEither(pointer: Pointer, other: PointerSpace): Type {
  return pointer.space === other ? pointer : { ...pointer, space: "auto" };
}
