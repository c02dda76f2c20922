import type { Expr } from "./ast.ts";
import type { BodyChecker } from "./check-body.ts";
import { type PointerSpace, plainPointer, type Type, VOID } from "./types.ts";
import { saidOfFeature } from "./unstable.ts";

type AddressOf = Extract<Expr, { kind: "unary" }>;

/**
 * `&x`: the address of a variable, of a map or a map's value, or of a field or an element of what is in memory. What
 * it points to lives as long as the probe runs; maps live longer.
 */
export function checkAddressOf(c: BodyChecker, expr: AddressOf): Type {
  const { operand } = expr;
  const said = saidOfFeature("addresses", c.env);
  if (said?.forbidden) return c.fail(said.code, expr.span, said.message, said.help);
  if (said) c.warn(said.code, expr.span, said.message, said.help);
  if (operand.kind === "map") return addressOfMap(c, operand);
  const type = c.expr(operand);
  if (type.kind === "none") return type;
  const named = operand.kind === "variable";
  const inMemory =
    operand.kind === "member" || operand.kind === "index" || (operand.kind === "unary" && operand.op === "*");
  if (!named && !inMemory)
    return c.fail(
      "type/operator",
      expr.span,
      "this has no address",
      "`&` takes a variable, a map, or a field or an element of a structure behind a pointer",
    );
  const to = type.kind === "pointer" ? plainPointer(type) : type;
  return { kind: "pointer", to, space: named ? "kernel" : spaceOf(c, operand) };
}

/** `&@m`: of a map without keys its value, of others the map itself; `&@m[k]` is a value, or null. */
function addressOfMap(c: BodyChecker, expr: Extract<Expr, { kind: "map" }>): Type {
  const map = c.env.map(expr.name);
  if (map.keyed === true && expr.keys === undefined) return { kind: "pointer", to: VOID, space: "kernel" };
  c.mapKey(map, expr.keys ?? [], expr.span);
  map.readInProgram = true;
  c.holdsValues(map, expr.span);
  return { kind: "pointer", to: map.value ?? VOID, space: "kernel" };
}

/** The address space of a field, by the pointer that leads to it; variables and what maps hold are the kernel's. */
function spaceOf(c: BodyChecker, expr: Expr): PointerSpace {
  if (expr.kind === "unary") return pointerSpace(c.expr(expr.operand), c);
  if (expr.kind !== "member" && expr.kind !== "index") return isOwn(expr) ? "kernel" : c.variant.space;
  const type = c.expr(expr.object);
  return type.kind === "pointer" ? type.space : spaceOf(c, expr.object);
}

function isOwn({ kind }: Expr): boolean {
  return kind === "variable" || kind === "map" || kind === "tupleField";
}

function pointerSpace(type: Type, c: BodyChecker): PointerSpace {
  return type.kind === "pointer" ? type.space : c.variant.space;
}
