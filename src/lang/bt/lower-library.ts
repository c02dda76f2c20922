import type { Value } from "../../ir/ir.ts";
import type { Expr } from "./ast.ts";
import { mapOf } from "./check-library.ts";
import type { ImportedFunction } from "./env.ts";
import { changesSystem } from "./kernel-function.ts";
import type { Lowerer } from "./lower.ts";
import { narrowed } from "./lower-args.ts";
import { convertInt } from "./lower-store.ts";
import type { Operand } from "./lowering.ts";
import { mapLayout } from "./map-layout.ts";
import { isAggregate, isScalar, sizeOf, type Type, U64 } from "./types.ts";

/** A call of a function of an imported object; see check-library.ts. */
export function lowerLibraryCall(l: Lowerer, args: readonly Expr[], callee: ImportedFunction): Operand {
  const values = args.map((arg, i) => argument(l, arg, callee.params[i]?.type ?? U64));
  l.env.useLibraryFunction(callee);
  if (changesSystem(callee)) l.plan.useUnsafe(callee.name);
  const { returns } = callee;
  const result = l.b.external(callee.name, values);
  if (returns.kind === "void") return { kind: "none" };
  return narrowed(l, result, returns);
}

function argument(l: Lowerer, arg: Expr, type: Type): Value {
  const map = type.kind === "pointer" ? mapOf(arg) : undefined;
  if (map !== undefined) return l.b.mapAddr(mapLayout(l.env.map(map), l.env).spec.name);
  if (arg.kind === "unary" && arg.op === "&" && arg.operand.kind === "variable") {
    const variable = l.checked.variables.get(arg.operand);
    if (variable) return l.address(l.placeOfVariable(variable)); // the verifier goes on following it
  }
  const from = l.typeOf(arg);
  const operand = l.operand(arg);
  if (operand.kind === "object") return operand.value;
  if (isScalar(from) || isAggregate(from)) return convertInt(l, l.toInt(operand, from), from, type);
  if (operand.kind === "memory" && !("address" in operand.place) && operand.place.space !== "object")
    return l.address(operand.place);
  const copy = l.temporary("argument", Math.max(8, sizeOf(from)));
  l.store(operand, from, copy, from);
  return l.address(copy);
}
