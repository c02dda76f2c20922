import type { BinaryOp, Value } from "../../ir/ir.ts";
import type { Expr } from "./ast.ts";
import type { Lowerer } from "./lower.ts";
import { assignMap, lowerKey, readMap } from "./lower-map.ts";
import { convertInt, loadPlace, storeValue } from "./lower-store.ts";
import type { DirectPlace } from "./lowering.ts";
import { type Part, partLayout, partOf } from "./part-of-value.ts";
import { I64, isSigned, type Type, U64 } from "./types.ts";

/** The part of a variable's or a map's value that an assignment's target names. */
export function partOfTarget(l: Lowerer, target: Expr): Part | undefined {
  return partOf(target, { typeOf: (e) => l.typeOf(e), constant: (e) => l.constant(e) });
}

/**
 * Changes one part of a variable, in place, or of a map's entry, which is read, changed and stored as a whole: other
 * programs never see it half changed.
 */
export function withPart(l: Lowerer, part: Part, change: (place: DirectPlace, type: Type) => void): void {
  const { root, path } = part;
  if (root.kind === "variable") {
    const variable = l.checked.variables.get(root);
    if (!variable) throw new Error("bug: an unknown variable passed the check");
    const place = l.placeOfVariable(variable);
    const { off, type } = partLayout(variable.type, path);
    return change({ ...place, off: place.off + off }, type);
  }
  const map = l.env.map(root.name);
  const key = root.keys && lowerKey(l, map, root.keys);
  const { operand, type: whole } = readMap(l, map, key);
  const own = l.inMemory(operand, whole);
  const { off, type } = partLayout(whole, path);
  change({ ...own, off: own.off + off }, type);
  assignMap(l, map, key, { kind: "memory", place: own }, whole);
}

/** Computes a part anew from its old value; gives old and new. */
export function changePart(
  l: Lowerer,
  part: Part,
  op: BinaryOp,
  amount: () => Value,
): Readonly<{ old: Value; changed: Value }> {
  let result: { old: Value; changed: Value } | undefined;
  const by = amount();
  withPart(l, part, (place, type) => {
    const old = l.toInt(loadPlace(l, place, type), type);
    const wide = isSigned(type) ? I64 : U64;
    const changed = convertInt(l, l.b.binary(op, old, by), wide, type);
    storeValue(l, { kind: "int", value: changed }, type, place, type);
    result = { old, changed };
  });
  if (!result) throw new Error("bug: a part without its value");
  return result;
}
