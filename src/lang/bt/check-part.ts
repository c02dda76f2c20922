import type { Expr, Statement } from "./ast.ts";
import type { BodyChecker } from "./check-body.ts";
import { compoundType } from "./check-operators.ts";
import { stepped } from "./integer-types.ts";
import { partOf, widenPart } from "./part-of-value.ts";
import { isInteger, NONE, type Type, typeName } from "./types.ts";

/** How a part takes its new value: the whole is written to the variable or the map that holds it. */
export type WholeWriter = (root: Extract<Expr, { kind: "variable" | "map" }>, whole: Type) => void;

/** `$t.0 = x`, `@m[k].name += x`: one element of a tuple or an array. */
export function assignPart(
  c: BodyChecker,
  s: Extract<Statement, { kind: "assign" }>,
  write: WholeWriter,
): void {
  const { target } = s;
  if (target.kind === "index" && target.object.kind === "map" && c.isFinal() && isNew(c, target.object.name)) {
    const { name } = target.object;
    c.fail("map/key", target.span, `\`@${name}\` has one pair of brackets`, `write \`@${name}[…, …]\``);
    return;
  }
  const current = c.expr(target);
  const value = s.op === "=" ? c.value(s.value) : c.integer(s.value, `what \`${s.op}\` takes`);
  if (current.kind === "none" || value.kind === "none") return;
  const part = partOf(target, { typeOf: (e) => c.expr(e), constant: (e) => c.constant(e) });
  if (!part) {
    c.fail(
      "type/target",
      target.span,
      "this cannot be assigned to",
      "assign to a variable `$x`, a map `@x` or an element of a tuple in one of them: `$t.0 = …`",
    );
    return;
  }
  if (s.op !== "=" && !isInteger(current)) {
    c.fail(
      "type/operator",
      target.span,
      `\`${s.op}\` needs a number, but this is ${typeName(current)}`,
      "use an element that is a number",
    );
    return;
  }
  const root = c.expr(part.root);
  const whole = widenPart(root, part.path, s.op === "=" ? value : compoundType(c, s, current));
  if (whole) return write(part.root, whole);
  c.fail(
    "type/assign",
    s.value.span,
    `this element holds ${typeName(current)}, so ${typeName(value)} cannot be assigned to it`,
    "make a new tuple of values of other types",
  );
}

function isNew(c: BodyChecker, name: string): boolean {
  return c.env.map(name).value === undefined;
}

/** `$t.0++`: the type of the element, or nothing when the target is no element. */
export function updatePart(c: BodyChecker, expr: Extract<Expr, { kind: "update" }>): Type | undefined {
  const type = c.expr(expr.target);
  if (type.kind === "none") return NONE;
  const part = partOf(expr.target, { typeOf: (e) => c.expr(e), constant: (e) => c.constant(e) });
  if (!part || !isInteger(type)) return undefined;
  const whole = type.kind === "int" && widenPart(c.expr(part.root), part.path, stepped(expr.op));
  if (whole && part.root.kind === "variable") c.assign(part.root, whole, expr.span); // maps have wide numbers
  return type;
}
