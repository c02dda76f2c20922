import { unreachable } from "../../base/errors.ts";
import type { Value } from "../../ir/ir.ts";
import type { Expr, IfExpr, Inlined } from "./ast.ts";
import { findBuiltin } from "./builtins/table.ts";
import { isTrue } from "./comptime.ts";
import { enumerator } from "./const-eval.ts";
import { toldType } from "./integer-types.ts";
import type { Lowerer } from "./lower.ts";
import { branchOn, lowerLogic } from "./lower-condition.ts";
import { lowerLibraryCall } from "./lower-library.ts";
import { lowerKey, readMap } from "./lower-map.ts";
import { lowerMember } from "./lower-member.ts";
import { lowerArithmetic, lowerCast, lowerUnary, lowerUpdate } from "./lower-operators.ts";
import { storeValue } from "./lower-store.ts";
import type { Operand } from "./lowering.ts";
import { offsetInType } from "./offset-in-type.ts";
import { resolveType } from "./type-resolve.ts";
import { isType } from "./type-syntax.ts";
import { isAggregate, isScalar, NONE, sizeOf, type Type } from "./types.ts";

/** Emits the code of an expression that was checked, and says where its value is. */
export function lowerExpr(l: Lowerer, expr: Expr): Operand {
  const { b } = l;
  const constant = l.constant(expr);
  if (constant !== undefined && expr.kind !== "string") return int(b.const(BigInt.asUintN(64, constant)));
  switch (expr.kind) {
    case "integer":
    case "character":
      return int(b.const(expr.value));
    case "bool":
      return int(b.const(expr.value ? 1 : 0));
    case "string":
    case "positional":
      return { kind: "text", text: l.text(expr) ?? "" };
    case "positionalCount":
      return int(b.const(l.env.options.args.length));
    case "identifier":
      return identifier(l, expr);
    case "variable":
      return l.readVariable(expr);
    case "map": {
      const map = l.env.map(expr.name);
      return readMap(l, map, expr.keys && lowerKey(l, map, expr.keys)).operand;
    }
    case "call":
      return call(l, expr);
    case "unary":
      return expr.op === "!" ? int(lowerLogic(l, expr)) : lowerUnary(l, expr);
    case "update":
      return lowerUpdate(l, expr);
    case "binary":
      return isLogic(expr.op) ? int(lowerLogic(l, expr)) : lowerArithmetic(l, expr);
    case "ternary":
      return ternary(l, expr);
    case "cast":
      return lowerCast(l, expr);
    case "sizeof": {
      const type = isType(expr.operand)
        ? resolveType(expr.operand, l.env, (e) => l.typeOf(e))
        : l.typeOf(expr.operand);
      return int(b.const(sizeOf(toldType(type ?? NONE))));
    }
    case "offsetof": {
      const type = isType(expr.base) ? resolveType(expr.base, l.env, (e) => l.typeOf(e)) : l.typeOf(expr.base);
      return int(
        b.const(
          offsetInType(
            type ?? NONE,
            expr.path.map((part) => part.name),
          ),
        ),
      );
    }
    case "containerOf": {
      const type = resolveType(expr.type, l.env, (e) => l.typeOf(e)) ?? NONE;
      const names = expr.path.map((part) => part.name);
      return int(b.binary("sub", l.int(expr.pointer), b.const(offsetInType(type, names))));
    }
    case "typeinfo":
      return typeFacts(l, expr);
    case "member":
      if (expr.object.kind === "typeinfo") return known(l, expr) ?? { kind: "none" };
      return lowerMember(l, expr);
    case "tupleField":
    case "index":
      return lowerMember(l, expr);
    case "tuple":
      return {
        kind: "fields",
        fields: expr.elements.map((e) => ({ type: l.typeOf(e), operand: l.operand(e) })),
      };
    case "record":
      return {
        kind: "fields",
        fields: expr.fields.map((f) => ({ type: l.typeOf(f.value), operand: l.operand(f.value) })),
      };
    case "blockExpr":
      return l.blockValue(expr.block, l.typeOf(expr));
    case "ifExpr":
      return ifExpression(l, expr);
    case "comptime":
      return known(l, expr.operand) ?? l.operand(expr.operand);
    case "inlined":
      return inlined(l, expr);
    case "typeArgument":
      throw new Error("bug: a type that passed for a value");
    default:
      return unreachable(expr);
  }
}

function int(value: Value): Operand {
  return { kind: "int", value };
}

/** What is known of an expression while compiling, as an operand. */
function known(l: Lowerer, expr: Expr): Operand | undefined {
  const value = l.comptime(expr);
  if (typeof value === "string") return { kind: "text", text: value };
  return value === undefined ? undefined : int(l.b.const(BigInt.asUintN(64, value)));
}

function typeFacts(l: Lowerer, expr: Extract<Expr, { kind: "typeinfo" }>): Operand {
  const type = l.typeOf(expr);
  if (type.kind !== "tuple") return { kind: "none" };
  const fields = type.fields.map(({ name = "", type: own }) => {
    const { span } = expr;
    const fact = known(l, { kind: "member", object: expr, name, nameSpan: span, arrow: false, span });
    return { type: own, operand: fact ?? int(l.b.const(0)) };
  });
  return { kind: "fields", fields };
}

function isLogic(op: Extract<Expr, { kind: "binary" }>["op"]): boolean {
  return ["&&", "||", "==", "!=", "<", ">", "<=", ">="].includes(op);
}

function identifier(l: Lowerer, expr: Extract<Expr, { kind: "identifier" }>): Operand {
  const define = l.env.defines.get(expr.name);
  if (define) return l.operand(define);
  const builtin = findBuiltin(expr.name);
  if (builtin) return builtin.lower(l, expr, [], l.typeOf(expr));
  return int(l.b.const(BigInt.asUintN(64, enumerator(expr.name, l.env)?.value ?? 0n)));
}

function call(l: Lowerer, expr: Extract<Expr, { kind: "call" }>): Operand {
  const builtin = findBuiltin(expr.name);
  const imported = builtin ? undefined : l.env.libraryFunction(expr.name);
  if (imported) return lowerLibraryCall(l, expr.args, imported);
  if (!builtin) throw new Error(`bug: ${expr.name} passed the check`);
  if (builtin.unsafe) l.plan.useUnsafe(builtin.name);
  return builtin.lower(l, expr, expr.args, l.typeOf(expr));
}

/** `test ? a : b`: numbers meet in a register, everything else in memory. */
function ternary(l: Lowerer, expr: Extract<Expr, { kind: "ternary" }>): Operand {
  return choose(
    l,
    expr.test,
    l.typeOf(expr),
    () => ({ operand: l.operand(expr.then ?? expr.test), type: l.typeOf(expr.then ?? expr.test) }),
    () => ({ operand: l.operand(expr.otherwise), type: l.typeOf(expr.otherwise) }),
  );
}

function ifExpression(l: Lowerer, expr: IfExpr): Operand {
  const type = l.typeOf(expr);
  const otherwise = expr.else;
  const elseType =
    otherwise.kind === "ifExpr" ? l.typeOf(otherwise) : otherwise.result ? l.typeOf(otherwise.result) : NONE;
  if (expr.test.kind === "comptime") {
    if (isTrue(l.comptime(expr.test) ?? 0n)) return l.blockValue(expr.then, type);
    return otherwise.kind === "ifExpr" ? l.operand(otherwise) : l.blockValue(otherwise, type);
  }
  const thenType = expr.then.result ? l.typeOf(expr.then.result) : NONE;
  return choose(
    l,
    expr.test,
    type,
    () => ({ operand: l.blockValue(expr.then, thenType), type: thenType }),
    () => ({
      operand: otherwise.kind === "ifExpr" ? l.operand(otherwise) : l.blockValue(otherwise, elseType),
      type: elseType,
    }),
  );
}

/** A function's body in place of its call: `return` writes the result and jumps behind it. */
function inlined(l: Lowerer, call: Inlined): Operand {
  const { b, frame } = l;
  for (const param of call.params)
    l.statement(undefined, () => l.writeVariable(param, l.operand(param.value), l.typeOf(param.value)));
  if (l.hasVariable(call)) l.zeroVariable(call);
  const done = b.block();
  const outer = { end: frame.endFunction, breaks: frame.breakTo, continues: frame.continueTo };
  frame.endFunction = () => b.jump(done);
  frame.breakTo = [];
  frame.continueTo = [];
  l.block(call.body);
  frame.endFunction = outer.end;
  frame.breakTo = outer.breaks;
  frame.continueTo = outer.continues;
  b.jump(done);
  b.enter(done);
  return l.hasVariable(call) ? l.readVariable(call) : { kind: "none" };
}

type Typed = { operand: Operand; type: Type };

function choose(l: Lowerer, test: Expr, type: Type, first: () => Typed, second: () => Typed): Operand {
  const { b } = l;
  const then = b.block();
  const otherwise = b.block();
  const done = b.block();
  const result = type.kind === "none" ? undefined : l.temporary("choice", Math.max(8, sizeOf(type)));
  branchOn(l, test, then, otherwise);
  for (const [block, value] of [
    [then, first],
    [otherwise, second],
  ] as const) {
    b.enter(block);
    const { operand, type: own } = value();
    if (result && scalar(type))
      b.store("stack", 8, result.base, 0, operand.kind === "object" ? operand.value : l.toInt(operand, own));
    else if (result && operand.kind !== "none") storeValue(l, operand, own, result, type);
    b.jump(done);
  }
  b.enter(done);
  if (!result) return { kind: "none" };
  if (!scalar(type)) return { kind: "memory", place: result };
  if (type.kind === "pointer" && type.kernelObject)
    return { kind: "object", value: b.loadPtr("stack", result.base, 0) };
  return int(b.load("stack", 8, result.base, 0));
}

function scalar(type: Type): boolean {
  return isScalar(type) || isAggregate(type);
}
