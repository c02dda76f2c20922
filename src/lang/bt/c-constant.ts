import { binaryValue, numberOf } from "../../btf/c-value.ts";
import type { BinaryOp, Expr } from "./ast.ts";
import { isType, type TypeSyntax } from "./type-syntax.ts";

/** What the names and types in a constant expression stand for. */
export type ConstantScope = Readonly<{
  /** A define or an enum member. */
  name(name: string): bigint | undefined;
  /** Bytes of a type. */
  size?(type: TypeSyntax): number | undefined;
  /** A call of a function-like macro that the surroundings know. */
  call?(name: string, args: readonly bigint[]): bigint | undefined;
}>;

/**
 * The value of a C constant expression, as a signed number of 64 bits; undefined where it is none. Casts to numbers
 * are passed over, since lengths and conditions stay small.
 */
export function evalConstant(expr: Expr, scope: ConstantScope): bigint | undefined {
  const inner = (one: Expr): bigint | undefined => evalConstant(one, scope);
  switch (expr.kind) {
    case "integer":
    case "character":
      return BigInt.asIntN(64, expr.value);
    case "bool":
      return expr.value ? 1n : 0n;
    case "identifier":
      return scope.name(expr.name);
    case "cast":
      return inner(expr.operand);
    case "unary": {
      const value = inner(expr.operand);
      if (value === undefined) return undefined;
      return unary(expr.op, value);
    }
    case "binary":
      return binary(expr.op, inner(expr.left), () => inner(expr.right));
    case "ternary": {
      const test = inner(expr.test);
      if (test === undefined) return undefined;
      if (test === 0n) return inner(expr.otherwise);
      return expr.then ? inner(expr.then) : test;
    }
    case "sizeof": {
      const size = isType(expr.operand) ? scope.size?.(expr.operand) : undefined;
      return size === undefined ? undefined : BigInt(size);
    }
    case "call": {
      const args = expr.args.map(inner);
      return args.every((arg) => arg !== undefined) ? scope.call?.(expr.name, args) : undefined;
    }
    default:
      return undefined;
  }
}

function unary(op: string, value: bigint): bigint | undefined {
  switch (op) {
    case "-":
      return BigInt.asIntN(64, -value);
    case "+":
      return value;
    case "~":
      return ~value;
    case "!":
      return value === 0n ? 1n : 0n;
    default:
      return undefined;
  }
}

/** `right` is asked for only where C would compute it. */
function binary(op: BinaryOp, left: bigint | undefined, rightOf: () => bigint | undefined): bigint | undefined {
  if (left === undefined) return undefined;
  if (op === "&&" && left === 0n) return 0n;
  if (op === "||" && left !== 0n) return 1n;
  const right = rightOf();
  if (right === undefined) return undefined;
  return binaryValue(op, numberOf(left, 8, true), numberOf(right, 8, true))?.value;
}
