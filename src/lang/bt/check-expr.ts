import { unreachable } from "../../base/errors.ts";
import { didYouMean } from "../../base/suggest.ts";
import type { Expr, IfExpr } from "./ast.ts";
import type { Builtin, UseExpr } from "./builtin.ts";
import { builtinNames, findBuiltin } from "./builtins/table.ts";
import { checkAddressOf } from "./check-address.ts";
import type { BodyChecker } from "./check-body.ts";
import { checkInlined } from "./check-inlined.ts";
import { checkLibraryCall } from "./check-library.ts";
import { checkMember } from "./check-member.ts";
import { checkBinary, checkCast, checkUnary } from "./check-operators.ts";
import { updatePart } from "./check-part.ts";
import { isTrue, TYPE_FACTS } from "./comptime.ts";
import { enumerator, positionalInteger } from "./const-eval.ts";
import type { MapInfo } from "./env.ts";
import { helpForFamiliar, helpForHelper } from "./helper-words.ts";
import { literalType, stepped } from "./integer-types.ts";
import { literalBytes } from "./lower-memory.ts";
import { resolveType } from "./type-resolve.ts";
import { isType } from "./type-syntax.ts";
import { BOOL, hasNumber, I64, isAggregate, isInteger, NONE, type Type, typeName, U64 } from "./types.ts";
import { unify } from "./unify.ts";

/** The type of an expression; faults are reported once, and what is wrong has the type "none". */
export function checkExpr(c: BodyChecker, expr: Expr): Type {
  switch (expr.kind) {
    case "integer":
    case "character":
      return literalType(expr.value);
    case "bool":
      return BOOL;
    case "string":
      return { kind: "string", size: literalBytes(c.text(expr) ?? "").length };
    case "identifier":
      return identifier(c, expr);
    case "variable":
      return c.variable(expr.name, expr)?.type ?? c.unknownVariable(expr);
    case "map":
      return readMap(c, expr);
    case "positional":
      return positional(c, expr);
    case "positionalCount":
      return literalType(BigInt(c.env.options.args.length));
    case "call":
      return call(c, expr);
    case "unary":
      return expr.op === "&" ? checkAddressOf(c, expr) : checkUnary(c, expr);
    case "update":
      return update(c, expr);
    case "binary":
      return checkBinary(c, expr);
    case "ternary":
      return ternary(c, expr);
    case "cast":
      return checkCast(c, expr);
    case "sizeof":
      if (isType(expr.operand)) resolveType(expr.operand, c.env, (e) => c.expr(e));
      else c.expr(expr.operand);
      return U64;
    case "offsetof":
      return offsetof(c, expr);
    case "containerOf": {
      c.integer(expr.pointer, "the pointer");
      const to = resolveType(expr.type, c.env, (e) => c.expr(e));
      offsetof(c, { kind: "offsetof", base: expr.type, path: expr.path, span: expr.span });
      const from = c.expr(expr.pointer);
      return { kind: "pointer", to: to ?? NONE, space: from.kind === "pointer" ? from.space : c.variant.space };
    }
    case "typeinfo":
      if (isType(expr.operand)) resolveType(expr.operand, c.env, (e) => c.expr(e));
      else c.expr(expr.operand);
      return { kind: "tuple", fields: TYPE_FACTS.map((name) => ({ name, type: factType(c, expr, name) })) };
    case "member":
    case "tupleField":
    case "index":
      return checkMember(c, expr);
    case "tuple":
      return { kind: "tuple", fields: expr.elements.map((e) => ({ type: element(c, e) })) };
    case "record":
      return { kind: "tuple", fields: expr.fields.map((f) => ({ name: f.name, type: element(c, f.value) })) };
    case "blockExpr":
      c.block(expr.block);
      return expr.block.result ? c.expr(expr.block.result) : NONE;
    case "ifExpr":
      return ifExpression(c, expr);
    case "comptime":
      return comptime(c, expr);
    case "typeArgument":
      return c.fail(
        "type/no-value",
        expr.span,
        "a type is no value",
        "give a value; `sizeof`, `offsetof` and macros of C take types",
      );
    case "inlined":
      return checkInlined(c, expr);
    default:
      return unreachable(expr);
  }
}

/** `comptime x`: what x is while compiling. */
function comptime(c: BodyChecker, expr: Extract<Expr, { kind: "comptime" }>): Type {
  const type = c.expr(expr.operand);
  const value = c.comptime(expr.operand);
  if (typeof value === "string") return { kind: "string", size: literalBytes(value).length };
  if (value !== undefined) return type.kind === "none" ? I64 : type;
  return type.kind === "none" ? NONE : notComptime(c, expr.operand);
}

/** Reports that an expression is not known while compiling. */
export function notComptime(c: BodyChecker, expr: Expr): Type {
  if (!c.isFinal()) return NONE;
  return c.fail(
    "type/comptime",
    expr.span,
    "this is not known before the program runs",
    "leave `comptime` away, or use constants, sizeof, typeinfo, getopt() and `$1`",
  );
}

function factType(c: BodyChecker, expr: Extract<Expr, { kind: "typeinfo" }>, name: string): Type {
  const fact = c.comptime({
    kind: "member",
    object: expr,
    name,
    nameSpan: expr.span,
    arrow: false,
    span: expr.span,
  });
  return typeof fact === "string" ? { kind: "string", size: literalBytes(fact).length } : I64;
}

function element(c: BodyChecker, expr: Expr): Type {
  const type = c.expr(expr);
  return isAggregate(type) ? I64 : type;
}

function identifier(c: BodyChecker, expr: Extract<Expr, { kind: "identifier" }>): Type {
  const define = c.env.defines.get(expr.name);
  if (define) return expandDefine(c, expr, define);
  const builtin = findBuiltin(expr.name);
  if (builtin) {
    if ((builtin.arity?.[0] ?? 0) > 0)
      return c.fail("type/call", expr.span, `${builtin.name} is a function`, `write \`${builtin.usage}\``);
    return use(c, builtin, expr, []);
  }
  const member = enumerator(expr.name, c.env);
  if (member) return member.type;
  return c.fail(
    "name/unknown",
    expr.span,
    `\`${expr.name}\` is not defined`,
    helpForFamiliar(expr.name) ??
      nearWords(c, expr.name) ??
      "variables start with `$`, maps with `@`; builtins are listed by `skep --help language`",
  );
}

function expandDefine(c: BodyChecker, expr: Extract<Expr, { kind: "identifier" }>, define: Expr): Type {
  if (c.expanding.has(expr.name))
    return c.fail(
      "name/define",
      expr.span,
      `the definition of \`${expr.name}\` leads to itself`,
      "give one of the names in the circle a value",
    );
  c.expanding.add(expr.name);
  const type = c.expr(define);
  c.expanding.delete(expr.name);
  return type;
}

/** Builtins, defines and constants with a similar name. */
function nearWords(c: BodyChecker, name: string): string | undefined {
  const own = [...builtinNames(), ...c.env.defines.keys(), ...c.env.scriptEnums.keys()];
  return didYouMean(name, own) ?? didYouMean(name, c.env.btf?.enumeratorNames() ?? []);
}

function availableHere(c: BodyChecker, at: Expr, name: string, probes: readonly string[] | undefined): boolean {
  if (!probes || probes.includes(c.variant.kind)) return true;
  c.fail(
    "name/not-here",
    at.span,
    `\`${name}\` does not exist in ${c.variant.kind} probes`,
    name === "retval" && c.variant.args?.field("ret")
      ? "what a system call returned is `args.ret`"
      : `it exists in ${probes.join(", ")} probes`,
  );
  return false;
}

function call(c: BodyChecker, expr: Extract<Expr, { kind: "call" }>): Type {
  const builtin = findBuiltin(expr.name);
  const imported = builtin ? undefined : c.env.libraryFunction(expr.name);
  if (imported) return checkLibraryCall(c, expr, imported);
  if (!builtin) {
    for (const arg of expr.args) c.expr(arg);
    const near = didYouMean(expr.name, [...builtinNames("call"), ...c.env.libraryNames()]);
    return c.fail(
      "name/function",
      expr.nameSpan,
      `there is no function \`${expr.name}\``,
      c.env.headers?.hasFunction(expr.name)
        ? 'functions of headers cannot be called: put it into a file of its own and write `import "file.bpf.c"`'
        : (helpForHelper(expr.name) ??
            helpForFamiliar(expr.name) ??
            near ??
            "functions are listed by `skep --help language`"),
    );
  }
  if (builtin.form === "word" && expr.args.length > 0)
    return c.fail(
      "type/call",
      expr.nameSpan,
      `${builtin.name} is not a function`,
      `write \`${builtin.usage}\``,
    );
  const [min, max] = builtin.arity ?? [0, 0];
  if (expr.args.length < min || expr.args.length > max) {
    const wants =
      min === max ? `${min}` : max === Number.POSITIVE_INFINITY ? `at least ${min}` : `${min} to ${max}`;
    return c.fail(
      "type/arguments",
      expr.span,
      `${builtin.name}() takes ${wants} argument${wants === "1" ? "" : "s"}, not ${expr.args.length}`,
      `write \`${builtin.usage}\``,
    );
  }
  return use(c, builtin, expr, expr.args);
}

/** Checks a use of a builtin: that it exists in this kind of probe and may stand here, then the arguments. */
function use(c: BodyChecker, builtin: Builtin, expr: UseExpr, args: readonly Expr[]): Type {
  if (!availableHere(c, expr, builtin.name, builtin.probes)) return NONE;
  if (builtin.place === "statement" && !c.statements.has(expr))
    return c.fail(
      "type/no-value",
      expr.span,
      `${builtin.name}() gives no value`,
      "write it as a statement of its own",
    );
  if (builtin.place === "mapValue" && !c.mapValues.has(expr))
    return c.fail(
      "type/aggregate",
      expr.span,
      `${builtin.name}() can be assigned to a map only`,
      `write \`${builtin.usage}\``,
    );
  return builtin.check(c, expr, args);
}

/** Notes a use of `@name[keys]` and gives the map. */
export function checkMapUse(c: BodyChecker, expr: Extract<Expr, { kind: "map" }>): MapInfo {
  const map = c.env.map(expr.name);
  c.mapKey(map, expr.keys ?? [], expr.span);
  return map;
}

function readMap(c: BodyChecker, expr: Extract<Expr, { kind: "map" }>): Type {
  const map = checkMapUse(c, expr);
  map.readInProgram = true;
  if (!map.value) return c.holdsValues(map, expr.span) ? c.unknownValue : NONE;
  if (!hasNumber(map.value))
    return c.fail(
      "type/aggregate",
      expr.span,
      `a ${map.value.kind} has no single value`,
      "print it with print(), or use count(), sum(), avg(), min() or max()",
    );
  return map.value.kind === "int" ? (map.exact ?? map.value) : map.value;
}

function positional(c: BodyChecker, expr: Extract<Expr, { kind: "positional" }>): Type {
  if (expr.index === 0) return { kind: "string", size: literalBytes(c.env.options.name).length };
  const text = c.env.options.args[expr.index - 1];
  if (text === undefined) return literalType(0n); // and "" in str()
  const number = positionalInteger(text);
  if (number !== undefined) return literalType(number);
  return { kind: "string", size: literalBytes(text).length };
}

function update(c: BodyChecker, expr: Extract<Expr, { kind: "update" }>): Type {
  const { target } = expr;
  if (target.kind === "map") {
    const map = checkMapUse(c, target);
    const before = map.value;
    map.valueSpan ??= expr.span;
    if (before === undefined || isInteger(before)) {
      map.value = unify(before ?? stepped(expr.op), stepped(expr.op)) ?? I64;
      map.exact = map.value;
      return map.value;
    }
    return c.fail(
      "type/operator",
      expr.span,
      `\`${expr.op}\` needs a number, but \`@${map.name}\` holds ${typeName(before)}`,
      "count with `@name = count()` or a map of numbers",
    );
  }
  const part = target.kind === "variable" ? undefined : updatePart(c, expr);
  if (part) return part;
  if (target.kind !== "variable")
    return c.fail(
      "type/target",
      target.span,
      `\`${expr.op}\` needs a variable or a map`,
      "write `$x++` or `@x++`",
    );
  const type = c.expr(target);
  if (type.kind === "int") {
    c.assign(target, stepped(expr.op), expr.span);
    return c.expr(target);
  }
  if (isInteger(type) || type.kind === "pointer" || type.kind === "none") return type;
  return c.fail(
    "type/operator",
    expr.span,
    `\`${expr.op}\` needs a number, but this is ${typeName(type)}`,
    "use a number here",
  );
}

function ternary(c: BodyChecker, expr: Extract<Expr, { kind: "ternary" }>): Type {
  c.condition(expr.test);
  const then = element(c, expr.then ?? expr.test);
  const otherwise = element(c, expr.otherwise);
  return both(c, then, otherwise, expr.otherwise);
}

function ifExpression(c: BodyChecker, expr: IfExpr): Type {
  c.condition(expr.test);
  if (expr.test.kind === "comptime") return comptimeBranch(c, expr);
  c.block(expr.then);
  const then = expr.then.result ? c.expr(expr.then.result) : NONE;
  if (expr.else.kind === "ifExpr") return both(c, then, c.expr(expr.else), expr.else);
  c.block(expr.else);
  const otherwise = expr.else.result ? c.expr(expr.else.result) : NONE;
  return both(c, then, otherwise, expr);
}

/** The branch of an `if comptime` that is taken; the other one is not looked at. */
function comptimeBranch(c: BodyChecker, expr: IfExpr): Type {
  const known = c.comptime(expr.test);
  if (known === undefined) return notComptime(c, expr.test);
  if (!isTrue(known) && expr.else.kind === "ifExpr") return c.expr(expr.else);
  const block = isTrue(known) || expr.else.kind === "ifExpr" ? expr.then : expr.else;
  c.block(block);
  return block.result ? c.expr(block.result) : NONE;
}

function both(c: BodyChecker, then: Type, otherwise: Type, at: Expr): Type {
  const type = unify(then, otherwise);
  if (type || then.kind === "none" || otherwise.kind === "none") return type ?? NONE;
  return c.fail(
    "type/branches",
    at.span,
    `one branch gives ${typeName(then)}, the other ${typeName(otherwise)}`,
    "let both give values of one type",
  );
}

function offsetof(c: BodyChecker, expr: Extract<Expr, { kind: "offsetof" }>): Type {
  let type = isType(expr.base) ? resolveType(expr.base, c.env, (e) => c.expr(e)) : c.expr(expr.base);
  for (const part of expr.path) {
    if (type?.kind === "pointer") type = type.to;
    if (type?.kind !== "struct") return U64;
    const field = type.composite.field(part.name);
    if (!field) {
      const near = didYouMean(
        part.name,
        type.composite.fields().map((f) => f.name),
      );
      return c.fail(
        "type/field",
        part.span,
        `${type.composite.name} has no field \`${part.name}\``,
        near ?? "list its fields with `skep list`",
      );
    }
    type = field.type;
  }
  return U64;
}
