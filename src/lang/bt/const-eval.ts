import type { Expr } from "./ast.ts";
import type { Env } from "./env.ts";
import type { Type } from "./types.ts";

/** The value of a constant integer expression in 64-bit arithmetic (as a signed or large unsigned number), or undefined. */
export function constantOf(expr: Expr, env: Env, depth = 0): bigint | undefined {
  if (depth > 64) return undefined;
  const inner = (e: Expr) => constantOf(e, env, depth + 1);
  switch (expr.kind) {
    case "integer":
    case "character":
      return expr.value;
    case "bool":
      return expr.value ? 1n : 0n;
    case "positional":
      return positionalInteger(env.options.args[expr.index - 1]);
    case "positionalCount":
      return BigInt(env.options.args.length);
    case "identifier":
      return identifier(expr.name, env, depth);
    case "comptime":
      return inner(expr.operand);
    case "cast":
      return undefined;
    case "unary": {
      const value = inner(expr.operand);
      if (value === undefined) return undefined;
      if (expr.op === "-") return -value;
      if (expr.op === "+") return value;
      if (expr.op === "~") return ~value;
      if (expr.op === "!") return value === 0n ? 1n : 0n;
      return undefined;
    }
    case "binary": {
      const left = inner(expr.left);
      const right = left === undefined ? undefined : inner(expr.right);
      return left === undefined || right === undefined ? undefined : binary(expr.op, left, right);
    }
    default:
      return undefined;
  }
}

function identifier(name: string, env: Env, depth: number): bigint | undefined {
  const define = env.defines.get(name);
  if (define) return constantOf(define, env, depth + 1);
  return enumerator(name, env)?.value;
}

/** A member of an enum that the script or the kernel defines. */
export function enumerator(name: string, env: Env): { value: bigint; type: Type } | undefined {
  return env.scriptEnums.get(name) ?? env.btf?.enumerator(name);
}

/** `$1` as a number: undefined when it is missing or is not one. Decimal, 0x and leading minus are understood. */
export function positionalInteger(text: string | undefined): bigint | undefined {
  if (text === undefined || !/^-?(0[xX][0-9a-fA-F]+|\d+)$/.test(text)) return undefined;
  return text.startsWith("-") ? -BigInt(text.slice(1)) : BigInt(text);
}

function binary(op: Extract<Expr, { kind: "binary" }>["op"], left: bigint, right: bigint): bigint | undefined {
  switch (op) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return right === 0n ? undefined : left / right;
    case "%":
      return right === 0n ? undefined : left % right;
    case "<<":
      return right < 0n || right > 63n ? undefined : BigInt.asUintN(64, left << right);
    case ">>":
      return right < 0n || right > 63n ? undefined : left >> right;
    case "&":
      return left & right;
    case "|":
      return left | right;
    case "^":
      return left ^ right;
    default:
      return undefined;
  }
}
