import { fits, withValueOf } from "./assignable.ts";
import type { Block, IfStatement, Inlined, Statement } from "./ast.ts";
import type { BodyChecker } from "./check-body.ts";
import type { Variable } from "./checker.ts";
import { resolveType } from "./type-resolve.ts";
import { NONE, type Type, typeName } from "./types.ts";
import { unify } from "./unify.ts";

/** The function whose body is being checked. `result` holds what it returns; functions without one return nothing. */
export type OpenFunction = Readonly<{ name: string; returns: Type; result?: Variable }>;

/** A call of the script's own function: its parameters are variables of its body, and so is its result. */
export function checkInlined(c: BodyChecker, call: Inlined): Type {
  for (const param of call.params) c.value(param.value);
  const returns = resolveType(call.returns, c.env, (e) => c.expr(e)) ?? NONE;
  c.scopes.enter();
  for (const param of call.params) parameter(c, param);
  const nothing = returns.kind === "void" || returns.kind === "none";
  const type = isOpen(returns) ? ({ kind: "string", size: 1 } as const) : returns;
  if (!nothing) c.declare("return value", call.span, type, call, { zeroed: false, declared: true });
  const result = c.variables.get(call);
  c.inFunction({ name: call.name, returns, ...(result && { result }) }, call.body);
  c.scopes.leave();
  if (!nothing && !alwaysReturns(call.body))
    c.fail(
      "type/return",
      call.returns.span,
      `\`${call.name}\` can end without returning ${typeName(returns)}`,
      "end it with `return …;`",
    );
  return nothing ? NONE : (result?.type ?? returns);
}

/** A text without a size: as long as the longest that it gets. */
function isOpen(type: Type): boolean {
  return type.kind === "string" && type.size === 0;
}

function parameter(c: BodyChecker, param: Inlined["params"][number]): void {
  const type = resolveType(param.type, c.env, (e) => c.expr(e));
  const given = c.value(param.value);
  if (!type) return;
  if (given.kind !== "none" && !fits(type, given))
    c.fail(
      "type/assign",
      param.value.span,
      `the function takes ${typeName(type)} here, not ${typeName(given)}`,
      `give a value of type ${typeName(type)}`,
    );
  c.declare(param.name, param.span, withValueOf(type, given), param, { zeroed: false, declared: true });
}

/** `return` inside of a function. */
export function checkReturn(
  c: BodyChecker,
  s: Extract<Statement, { kind: "return" }>,
  { name, returns, result }: OpenFunction,
): void {
  const value = s.value && c.value(s.value);
  if (!result) {
    if (s.value)
      c.fail("type/return", s.value.span, `\`${name}\` returns nothing`, "write `return;`, or declare a type");
    return;
  }
  c.variables.set(s, result);
  if (!s.value || !value) {
    const message = `\`${name}\` returns ${typeName(returns)}`;
    c.fail("type/return", s.span, message, "write `return …;` with a value");
  } else if (value.kind !== "none" && !fits(returns, value))
    c.fail(
      "type/return",
      s.value.span,
      `\`${name}\` returns ${typeName(returns)}, not ${typeName(value)}`,
      "change the declared type or the value",
    );
  else if (isOpen(returns) && value.kind === "string")
    c.scopes.setType(result, unify(result.type, value) ?? value);
}

function alwaysReturns(block: Block): boolean {
  return block.statements.some(
    (s) =>
      s.kind === "return" || (s.kind === "block" && alwaysReturns(s)) || (s.kind === "if" && bothReturn(s)),
  );
}

function bothReturn(s: IfStatement): boolean {
  if (!alwaysReturns(s.then) || !s.else) return false;
  return s.else.kind === "if" ? bothReturn(s.else) : alwaysReturns(s.else);
}
