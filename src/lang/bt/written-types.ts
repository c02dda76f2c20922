import type { Span } from "../../base/span.ts";
import type { Expr } from "./ast.ts";
import type { BodyChecker } from "./check-body.ts";
import type { Type } from "./types.ts";

/** A type of 64 bits that the script writes itself. */
export type Wide = "int64" | "uint64";

/**
 * The type of 64 bits that a value has because the script says so: by a cast, or as a variable that holds nothing else.
 * Of two that are written so, none holds the other. What builtins and arithmetic give is taken as the script needs it.
 */
export function writtenWide(c: BodyChecker, value: Expr, type: Type): Wide | undefined {
  if (type.kind !== "int" || type.size !== 8) return undefined;
  if (value.kind === "variable") return c.variables.get(value)?.wide;
  if (value.kind !== "cast") return undefined;
  return type.signed ? "int64" : "uint64";
}

/** Whether `given` may be stored where `held` is; where both are written and differ, it is said. */
export function mayHold(
  c: BodyChecker,
  name: string,
  held: Wide | undefined,
  given: Wide | undefined,
  span: Span,
): boolean {
  if (held === undefined || given === undefined || held === given) return true;
  c.fail(
    "type/assign",
    span,
    `\`${name}\` holds ${held}, and no type holds both that and ${given}`,
    `cast it: \`(${held})…\``,
  );
  return false;
}
