import { findFunction } from "../../btf/lookup.ts";
import type { Expr } from "./ast.ts";
import { constantOf, textOf } from "./const-eval.ts";
import type { Env } from "./env.ts";
import { toldType } from "./integer-types.ts";
import { offsetInType } from "./offset-in-type.ts";
import { resolveType } from "./type-resolve.ts";
import { isType } from "./type-syntax.ts";
import { isInteger, isSigned, NONE, sizeOf, type Type, typeName } from "./types.ts";

/** What is known of a program while it is compiled: its settings, its kind of probe, the types of its expressions. */
export type Known = Readonly<{ env: Env; probeType: string; typeOf(expr: Expr): Type }>;

/** Questions about an argument that are answered while compiling. */
const QUESTIONS: Readonly<Record<string, (type: Type, arg: Expr) => boolean>> = {
  is_array: (type) => type.kind === "array",
  is_integer: (type) => isInteger(type) && type.kind !== "bool",
  is_literal: (_, arg) => arg.kind === "integer" || arg.kind === "string" || arg.kind === "bool",
  is_ptr: (type) => type.kind === "pointer",
  is_str: (type) => type.kind === "string",
  is_unsigned_integer: (type) => type.kind === "int" && !isSigned(toldType(type)),
};

export const QUESTION_NAMES: readonly string[] = Object.keys(QUESTIONS);

/**
 * The value of an expression that needs nothing of the running machine: a number (true is 1), a text, or undefined.
 * Beyond constants this knows types: `sizeof`, `typeinfo(x).full_ty`, `is_integer(x)`, and comparisons of all that.
 */
export function comptimeValue(expr: Expr, known: Known): bigint | string | undefined {
  switch (expr.kind) {
    case "comptime":
      return comptimeValue(expr.operand, known);
    case "sizeof":
      return BigInt(sizeOf(typeOfOperand(expr.operand, known)));
    case "offsetof":
      return BigInt(
        offsetInType(
          typeOfOperand(expr.base, known),
          expr.path.map((part) => part.name),
        ),
      );
    case "identifier":
      if (expr.name === "probetype") return known.probeType;
      break;
    case "positional": // a missing argument is 0
      return constantOf(expr, known.env) ?? (textOf(expr, known.env) || 0n);
    case "member":
      return expr.object.kind === "typeinfo" ? typeFact(expr.object.operand, expr.name, known) : undefined;
    case "call": {
      const [arg] = expr.args;
      const question = arg && Object.hasOwn(QUESTIONS, expr.name) ? QUESTIONS[expr.name] : undefined;
      if ((expr.name === "kfunc_exist" || expr.name === "kfunc_allowed") && arg)
        return kernelHas(textOf(arg, known.env), known.env);
      if (expr.name === "probetype") return known.probeType;
      if (expr.name === "has_cpid") return known.env.options.pid > 0 ? 1n : 0n;
      if (question && arg) return question(known.typeOf(arg), arg) ? 1n : 0n;
      break;
    }
    case "unary": {
      const value = comptimeValue(expr.operand, known);
      if (expr.op === "!" && value !== undefined) return isTrue(value) ? 0n : 1n;
      break;
    }
    case "binary":
      return binary(expr, known) ?? constantOf(expr, known.env);
    case "ternary": {
      const test = comptimeValue(expr.test, known);
      if (test === undefined) return undefined;
      if (isTrue(test)) return expr.then ? comptimeValue(expr.then, known) : test;
      return comptimeValue(expr.otherwise, known);
    }
  }
  return constantOf(expr, known.env) ?? textOf(expr, known.env);
}

function kernelHas(name: string | undefined, env: Env): bigint | undefined {
  if (name === undefined) return undefined;
  return env.btf && findFunction(env.btf.btf, name) !== undefined ? 1n : 0n;
}

export function isTrue(value: bigint | string): boolean {
  return value !== 0n && value !== "";
}

function typeOfOperand(operand: Extract<Expr, { kind: "sizeof" }>["operand"], known: Known): Type {
  if (isType(operand)) return resolveType(operand, known.env, known.typeOf) ?? NONE;
  return toldType(known.typeOf(operand));
}

type Binary = Extract<Expr, { kind: "binary" }>;

function binary(expr: Binary, known: Known): bigint | undefined {
  const left = comptimeValue(expr.left, known);
  if (left === undefined) return undefined;
  if (expr.op === "&&" && !isTrue(left)) return 0n;
  if (expr.op === "||" && isTrue(left)) return 1n;
  const right = comptimeValue(expr.right, known);
  if (right === undefined) return undefined;
  if (expr.op === "&&" || expr.op === "||") return isTrue(right) ? 1n : 0n;
  if (typeof left !== typeof right) return undefined;
  const holds = compare(expr.op, left, right);
  if (holds !== undefined) return holds ? 1n : 0n;
  if (typeof left === "string" || typeof right === "string") return undefined;
  return constantOf({ ...expr, left: literal(left, expr.left), right: literal(right, expr.right) }, known.env);
}

/** A number as an expression, for the rules that constants have. */
function literal(value: bigint, at: Expr): Expr {
  const text = String(value);
  const positive: Expr = {
    kind: "integer",
    value: value < 0n ? -value : value,
    suffix: "",
    text,
    span: at.span,
  };
  return value < 0n ? { kind: "unary", op: "-", operand: positive, span: at.span } : positive;
}

function compare<T extends bigint | string>(op: Binary["op"], left: T, right: T): boolean | undefined {
  switch (op) {
    case "==":
      return left === right;
    case "!=":
      return left !== right;
    case "<":
      return left < right;
    case ">":
      return left > right;
    case "<=":
      return left <= right;
    case ">=":
      return left >= right;
    default:
      return undefined;
  }
}

/** The fields of `typeinfo(x)`. A map with keys stands for its values. */
export const TYPE_FACTS = ["btf_id", "base_ty", "full_ty"] as const;

function typeFact(
  operand: Extract<Expr, { kind: "typeinfo" }>["operand"],
  name: string,
  known: Known,
): bigint | string | undefined {
  const type = typeOfOperand(operand, known);
  if (type.kind === "none") return undefined;
  switch (name) {
    case "btf_id":
      return 0n;
    case "base_ty":
      return type.kind === "enum" ? "int" : type.kind;
    case "full_ty":
      return typeName(type);
    default:
      return undefined;
  }
}
