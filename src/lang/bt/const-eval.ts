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
    case "call":
      return expr.name === "getopt" ? optionNumber(expr, env, depth) : undefined;
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
  if (define) {
    if (!env.constants.has(name)) {
      env.constants.set(name, undefined); // until it is known: a define that leads to itself has no value
      env.constants.set(name, constantOf(define, env, depth + 1));
    }
    return env.constants.get(name);
  }
  return enumerator(name, env)?.value;
}

/** A member of an enum that the script or the kernel defines. */
export function enumerator(name: string, env: Env): { value: bigint; type: Type } | undefined {
  return env.scriptEnums.get(name) ?? env.btf?.enumerator(name);
}

/** `getopt("name", default)` as a number: what was given, else the default; false and true are 0 and 1. */
function optionNumber(expr: Extract<Expr, { kind: "call" }>, env: Env, depth: number): bigint | undefined {
  const [name, otherwise] = expr.args;
  const given = name?.kind === "string" ? env.options.named.get(name.value) : undefined;
  if (given === undefined) return otherwise ? constantOf(otherwise, env, depth + 1) : 0n;
  if (otherwise?.kind === "string") return undefined;
  if (given === "true" || given === "") return 1n;
  return given === "false" ? 0n : positionalInteger(given);
}

/** `getopt("name", "default")` as text, or undefined when the option is a number. */
export function optionText(expr: Expr, env: Env): string | undefined {
  if (expr.kind !== "call" || expr.name !== "getopt") return undefined;
  const [name, otherwise] = expr.args;
  if (name?.kind !== "string" || otherwise?.kind !== "string") return undefined;
  return env.options.named.get(name.value) ?? otherwise.value;
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

/** The text that an expression stands for when compiling: a literal, a positional parameter, a define, an option. */
export function textOf(expr: Expr, env: Env, depth = 0): string | undefined {
  switch (expr.kind) {
    case "string":
      return expr.value;
    case "positional":
      return expr.index === 0 ? env.options.name : (env.options.args[expr.index - 1] ?? "");
    case "identifier": {
      const define = depth < 64 ? env.defines.get(expr.name) : undefined;
      return define && textOf(define, env, depth + 1);
    }
    case "call": {
      const [only] = expr.args;
      if (expr.name === "str" && expr.args.length === 1 && only?.kind === "positional")
        return textOf(only, env);
      return optionText(expr, env);
    }
    default:
      return undefined;
  }
}
