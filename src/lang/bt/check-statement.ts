import { unreachable } from "../../base/errors.ts";
import type { Span } from "../../base/span.ts";
import { fits, withValueOf } from "./assignable.ts";
import type { Expr, Statement } from "./ast.ts";
import { findBuiltin } from "./builtins/table.ts";
import type { BodyChecker } from "./check-body.ts";
import { checkMapUse, notComptime } from "./check-expr.ts";
import { checkReturn } from "./check-inlined.ts";
import { compoundType } from "./check-operators.ts";
import { assignPart } from "./check-part.ts";
import { isTrue } from "./comptime.ts";
import type { MapInfo } from "./env.ts";
import { literalType, wideInteger } from "./integer-types.ts";
import { MOST_ROUNDS, warnOfEndless, warnOfLongRange } from "./long-loops.ts";
import { isKnown, storedType } from "./map-types.ts";
import { resolveType } from "./type-resolve.ts";
import type { AggregateType, Type } from "./types.ts";
import { hasNumber, I64, isAggregate, isInteger, NONE, typeName, U64 } from "./types.ts";
import { unify } from "./unify.ts";
import { mayHold, type Wide, writtenWide } from "./written-types.ts";

type Of<K extends Statement["kind"]> = Extract<Statement, { kind: K }>;

/** Checks a statement and what is in it. */
export function checkStatement(c: BodyChecker, s: Statement): void {
  switch (s.kind) {
    case "block":
      return c.block(s);
    case "import":
      c.fail(
        "import/place",
        s.span,
        "files are imported at the head of a script, not inside of a probe",
        `move \`import "${s.path}";\` to the first line`,
      );
      return;
    case "if":
      return checkIf(c, s);
    case "expression":
      return expressionStatement(c, s.expr);
    case "assign":
      return assign(c, s);
    case "let":
      return declare(c, s);
    case "discard":
      c.expr(s.value);
      return;
    case "while":
      c.condition(s.test);
      warnOfEndless(s, (expr) => c.constant(expr), c.warn.bind(c));
      return c.loop(s.body);
    case "unroll":
      return unroll(c, s);
    case "for":
      return forLoop(c, s);
    case "break":
    case "continue":
      if (!c.inLoop)
        c.fail("syntax/loop", s.span, `\`${s.kind}\` outside of a loop`, "use `return` to leave the probe");
      return;
    case "hashLine":
    case "openEnd":
      throw new Error("bug: a `#` line that was not taken out");
    case "return":
      if (c.openFunction) return checkReturn(c, s, c.openFunction);
      if (s.value) c.integer(s.value, "what a probe returns");
      return;
    default:
      unreachable(s);
  }
}

/** Of `if comptime` only the branch that is taken is looked at: the other may fit other types only. */
function checkIf(c: BodyChecker, s: Of<"if">): void {
  c.condition(s.test);
  const known = c.comptime(s.test);
  const taken = known === undefined ? undefined : isTrue(known);
  if (s.test.kind === "comptime") {
    if (taken) c.block(s.then);
    else if (taken === undefined) notComptime(c, s.test.operand);
    else if (s.else) checkStatement(c, s.else);
    return;
  }
  c.branch(taken !== false, () => c.block(s.then));
  const otherwise = s.else;
  if (otherwise) c.branch(taken !== true, () => checkStatement(c, otherwise));
}

function expressionStatement(c: BodyChecker, expr: Expr): void {
  markStatements(c, expr);
  const type = c.expr(expr);
  const effect =
    (expr.kind === "call" && findBuiltin(expr.name)?.effect !== undefined) ||
    (expr.kind === "call" && findBuiltin(expr.name) === undefined) ||
    expr.kind === "update" ||
    expr.kind === "blockExpr" ||
    expr.kind === "ifExpr" ||
    expr.kind === "inlined";
  if (!effect && type.kind !== "none")
    c.warn(
      "lint/unused",
      expr.span,
      "the value of this expression is not used",
      "assign it, print it, or remove the statement",
    );
}

/** Nobody looks at the value of a statement, nor at those of its branches where it chooses between values. */
function markStatements(c: BodyChecker, expr: Expr): void {
  c.statements.add(expr);
  if (expr.kind === "ternary") {
    if (expr.then) markStatements(c, expr.then);
    markStatements(c, expr.otherwise);
  } else if (expr.kind === "ifExpr") {
    if (expr.then.result) markStatements(c, expr.then.result);
    if (expr.else.kind === "ifExpr") markStatements(c, expr.else);
    else if (expr.else.result) markStatements(c, expr.else.result);
  } else if (expr.kind === "blockExpr" && expr.block.result) markStatements(c, expr.block.result);
}

/** A constant that a variable cannot hold is a mistake; what is computed is cut. */
function checkHolds(c: BodyChecker, declared: Extract<Type, { kind: "int" }>, value: Expr): void {
  const constant = c.constant(value);
  const bits = BigInt(declared.size * 8);
  if (constant === undefined || (constant >= -(1n << (bits - 1n)) && constant < 1n << bits)) return;
  c.fail(
    "type/assign",
    value.span,
    `${constant} does not fit into ${typeName(declared)}`,
    `declare it as ${typeName(literalType(constant))}`,
  );
}

function declare(c: BodyChecker, s: Of<"let">): void {
  const declared = s.type && resolveType(s.type, c.env, (e) => c.expr(e));
  const value = s.value && c.value(s.value);
  if (c.scopes.isDeclaredHere(s.name))
    c.fail(
      "type/redeclared",
      s.nameSpan,
      `\`$${s.name}\` is declared twice in this block`,
      "remove the second `let`",
    );
  if (declared && value && value.kind !== "none" && !fits(declared, value))
    c.fail(
      "type/assign",
      s.value?.span ?? s.span,
      `${typeName(value)} cannot be assigned to ${typeName(declared)}`,
      "change the declared type or the value",
    );
  else if (declared?.kind === "int" && s.value) checkHolds(c, declared, s.value);
  const open = declared?.kind === "string" && declared.size === 0;
  const given = open && value?.kind !== "string" ? ({ kind: "string", size: 1 } as const) : value;
  const type = declared && given ? withValueOf(declared, given) : declared;
  c.declare(s.name, s.nameSpan, type ?? value ?? NONE, s, {
    zeroed: !s.value,
    declared: declared !== undefined && !open,
  });
  if (s.value && value) noteWide(c, s, writtenWide(c, s.value, value));
}

function unroll(c: BodyChecker, s: Of<"unroll">): void {
  const count = c.constant(s.count);
  if (count === undefined || count < 1n || count > MOST_ROUNDS)
    c.fail(
      "type/unroll",
      s.count.span,
      `unroll takes a constant from 1 to ${MOST_ROUNDS}`,
      "write a number, or use `for ($i : 0..n)`",
    );
  else c.expr(s.count);
  c.loop(s.body);
}

function forLoop(c: BodyChecker, s: Of<"for">): void {
  c.scopes.enter();
  if (s.over.kind === "range") {
    c.integer(s.over.start, "the start of a range");
    c.integer(s.over.end, "the end of a range");
    warnOfLongRange(s.over, (expr) => c.constant(expr), c.warn.bind(c));
    c.declare(s.name, s.nameSpan, I64, s, { zeroed: false, declared: true });
  } else {
    const map = c.mapArgument(s.over, "for ($kv : @map)", s.over.span);
    const type: Type = map ? { kind: "tuple", fields: entryFields(c, map, s.over.span) } : NONE;
    c.declare(s.name, s.nameSpan, type, s, { zeroed: false, declared: true });
  }
  c.loop(s.body);
  c.scopes.leave();
}

/** Key and value of a map's entries, as a loop over it sees them. */
function entryFields(c: BodyChecker, map: MapInfo, at: Span): { type: Type }[] {
  if (map.keyed === false)
    c.fail("map/key", at, `\`@${map.name}\` has no keys to go through`, "use a map with keys");
  map.keyed ??= true;
  map.readInProgram = true;
  c.holdsValues(map, at);
  const value = map.value ? storedType(map.value) : c.unknownValue;
  return [{ type: map.key ?? c.unknownValue }, { type: isAggregate(value) ? numberOf(c, value, at) : value }];
}

/** The type that an aggregate has as one number; reports those that are none. */
export function numberOf(c: BodyChecker, type: AggregateType, at: Span): Type {
  if (!hasNumber(type))
    return c.fail(
      "type/aggregate",
      at,
      `a ${type.kind} has no single value`,
      "print it with print(), or use count(), sum(), avg(), min() or max()",
    );
  return "signed" in type && type.signed ? I64 : U64;
}

function assign(c: BodyChecker, s: Of<"assign">): void {
  const { target } = s;
  if (target.kind === "map") return assignMap(c, s, target);
  if (target.kind !== "variable")
    return assignPart(c, s, (root, whole) => {
      if (root.kind === "variable") assignVariable(c, root, whole, s.value.span);
      else storeInMap(c, checkMapUse(c, root), whole, s.value.span);
    });
  if (s.op === "=") {
    const type = c.value(s.value);
    return assignVariable(c, target, type, s.value.span, writtenWide(c, s.value, type));
  }
  const current = c.expr(target);
  const moves = current.kind === "pointer" && (s.op === "+=" || s.op === "-=");
  if (!isInteger(current) && !moves && current.kind !== "none")
    c.fail(
      "type/operator",
      target.span,
      `\`${s.op}\` needs a number, but this is ${typeName(current)}`,
      "use a number here",
    );
  else {
    c.integer(s.value, `what \`${s.op}\` takes`);
    if (current.kind === "int") assignVariable(c, target, compoundType(c, s, current), s.span);
  }
}

export function assignVariable(
  c: BodyChecker,
  target: Extract<Expr, { kind: "variable" }>,
  type: Type,
  span: Span,
  wide?: Wide,
): void {
  if (!isKnown(type)) {
    c.failed.add(`$${target.name}`);
    return;
  }
  if (type.kind === "void" || type.kind === "args") {
    c.failed.add(`$${target.name}`);
    c.fail("type/assign", span, `${typeName(type)} cannot be kept in a variable`, "assign one of its fields");
    return;
  }
  const found = c.scopes.findToAssign(target.name, type);
  if (!found) {
    c.declare(target.name, target.span, type, target, { zeroed: false, declared: false });
    noteWide(c, target, wide);
    return;
  }
  c.variables.set(target, found);
  if (!found.declared && !mayHold(c, `$${target.name}`, found.wide, wide, span)) return;
  if (wide === undefined) found.wide = undefined;
  if (found.type.kind === "none") c.scopes.setType(found, type);
  else if (found.declared ? !fits(found.type, type) : !unify(found.type, type))
    c.fail(
      "type/assign",
      span,
      `\`$${target.name}\` holds ${typeName(found.type)}, so ${typeName(type)} cannot be assigned to it`,
      "use another variable for a value of another type",
    );
  else if (!found.declared) c.scopes.setType(found, unify(found.type, type) ?? type);
  c.types.set(target, found.type);
}

/** Notes that the variable which was declared at `node` has a type that was written. */
function noteWide(c: BodyChecker, node: object, wide: Wide | undefined): void {
  const made = c.variables.get(node);
  if (made) made.wide = wide;
}

function assignMap(c: BodyChecker, s: Of<"assign">, target: Extract<Expr, { kind: "map" }>): void {
  const map = checkMapUse(c, target);
  if (s.op !== "=") {
    map.readInProgram ||= map.value !== undefined && isAggregate(map.value);
    c.integer(s.value, `what \`${s.op}\` takes`);
    compoundTarget(c, map, s);
    return;
  }
  const aggregate = isAggregateUse(s.value);
  if (aggregate) c.mapValues.add(s.value);
  const value = aggregate ? c.expr(s.value) : c.value(s.value);
  if (!isKnown(value)) {
    c.failed.add(`@${map.name}`);
    return;
  }
  if (value.kind === "void" || value.kind === "args") {
    c.failed.add(`@${map.name}`);
    c.fail("type/assign", s.value.span, `${typeName(value)} cannot be stored`, "store one of its fields");
    return;
  }
  const wide = writtenWide(c, s.value, value);
  if (!mayHold(c, `@${map.name}`, map.wide, wide, s.value.span)) return;
  map.wide = map.value === undefined ? wide : wide && map.wide;
  storeInMap(c, map, value, s.value.span);
  c.types.set(target, map.value ?? value);
}

function compoundTarget(c: BodyChecker, map: MapInfo, s: Of<"assign">): void {
  if (map.value === undefined || isInteger(map.value)) {
    const old = map.value ?? wideInteger(literalType(0n));
    return storeInMap(c, map, compoundType(c, s, old), s.target.span);
  }
  const additive = (s.op === "+=" || s.op === "-=") && (map.value.kind === "count" || map.value.kind === "sum");
  if (!additive)
    c.fail(
      "type/operator",
      s.target.span,
      `\`${s.op}\` needs a number, but \`@${map.name}\` holds ${typeName(map.value)}`,
      "use a map of numbers",
    );
}

/** Notes that values of this type are stored in the map. */
function storeInMap(c: BodyChecker, map: MapInfo, type: Type, span: Span): void {
  const stored = storedType(type);
  const old = map.value;
  const both = old ? unify(old, stored) : stored;
  if (both) {
    map.value = both;
    map.exact = both.kind === "int" ? unify(map.exact ?? type, type) : undefined;
    map.valueSpan ??= span;
    return;
  }
  // A plain number starts an aggregate anew, wherever it stands in the script.
  if (old && takesNumbers(old) && isInteger(stored)) return;
  if (old && isInteger(old) && takesNumbers(stored)) {
    map.value = stored;
    return;
  }
  c.fail(
    "map/value-type",
    span,
    `\`@${map.name}\` holds ${withParameters(old ?? NONE)}, so ${withParameters(stored)} cannot be stored in it`,
    "use another map for values of another type",
  );
}

/** Histograms and series of different shapes are values of different types. */
function withParameters(type: Type): string {
  switch (type.kind) {
    case "hist":
      return type.bits === 0 ? "hist(n)" : `hist(n, ${type.bits})`;
    case "lhist":
      return `lhist(n, ${type.min}, ${type.max}, ${type.step})`;
    case "tseries":
      return `tseries(n, ${type.interval}ns, ${type.length}${type.how === "last" ? "" : `, "${type.how}"`})`;
    default:
      return typeName(type);
  }
}

function takesNumbers(type: Type): boolean {
  return isAggregate(type) && hasNumber(type);
}

/** `count()` and its like, which only a map can hold. */
export function isAggregateUse(expr: Expr): boolean {
  return (expr.kind === "call" || expr.kind === "identifier") && findBuiltin(expr.name)?.place === "mapValue";
}
