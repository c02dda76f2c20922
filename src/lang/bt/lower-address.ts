import type { Expr } from "./ast.ts";
import { placeNumber } from "./kernel-field.ts";
import type { Lowerer } from "./lower.ts";
import { lowerKey, withValue } from "./lower-map.ts";
import { lowerPlace } from "./lower-member.ts";
import type { Operand } from "./lowering.ts";
import { mapLayout } from "./map-layout.ts";

/** `&x`, as a number; see check-address.ts. */
export function lowerAddressOf(l: Lowerer, operand: Expr): Operand {
  if (operand.kind === "map") return addressOfMap(l, operand);
  if (operand.kind !== "variable") return { kind: "int", value: placeNumber(l, lowerPlace(l, operand)) };
  const variable = l.checked.variables.get(operand);
  if (!variable) throw new Error("bug: an unknown variable passed the check");
  return { kind: "int", value: placeNumber(l, l.placeOfVariable(variable)) };
}

function addressOfMap(l: Lowerer, expr: Extract<Expr, { kind: "map" }>): Operand {
  const { b } = l;
  const map = l.env.map(expr.name);
  if (map.keyed && expr.keys === undefined)
    return { kind: "int", value: b.toInt(b.mapAddr(mapLayout(map, l.env).spec.name)) };
  const result = l.temporary("address", 8);
  b.store("stack", 8, result.base, 0, b.const(0));
  withValue(l, map, expr.keys && lowerKey(l, map, expr.keys), (value) =>
    b.store("stack", 8, result.base, 0, b.toInt(b.offsetBy(value.base, value.off))),
  );
  return { kind: "int", value: b.load("stack", 8, result.base, 0) };
}
