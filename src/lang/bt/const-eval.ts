import { decodeText, encodeText } from "../../base/lossless-text.ts";
import { evalAlu } from "../../isa/eval.ts";
import type { AluOp } from "../../isa/insn.ts";
import type { BinaryOp, Expr, UnaryOp } from "./ast.ts";
import type { Env } from "./env.ts";
import { literalType } from "./integer-types.ts";
import { isSigned, sizeOf, type Type, U64 } from "./types.ts";

/** A constant of 64 bits: `value` is negative only when it is `signed`. */
export type Constant = Readonly<{ value: bigint; signed: boolean }>;

/**
 * The value of a constant integer expression as the machine computes it, 64 bits wide: negative, or up to 2^64 - 1.
 * Undefined when it is not known before the program runs.
 */
export function constantOf(expr: Expr, env: Env): bigint | undefined {
  return evaluate(expr, env, 0)?.value;
}

/** The type that a constant expression has: the smallest, unsigned only where a part of it needs all 64 bits. */
export function constantTypeOf(expr: Expr, env: Env): Type | undefined {
  const found = evaluate(expr, env, 0);
  return found && (found.signed ? literalType(found.value) : U64);
}

const MOST_DEPTH = 64;

function evaluate(expr: Expr, env: Env, depth: number): Constant | undefined {
  if (depth > MOST_DEPTH) return undefined;
  switch (expr.kind) {
    case "integer":
    case "character":
      return number(expr.value);
    case "bool":
      return number(expr.value ? 1n : 0n);
    case "positional":
      return number(positionalInteger(env.options.args[expr.index - 1]));
    case "positionalCount":
      return number(BigInt(env.options.args.length));
    case "identifier":
      return identifier(expr.name, env, depth);
    case "comptime":
      return evaluate(expr.operand, env, depth + 1);
    case "call":
      return expr.name === "getopt" ? optionNumber(expr, env, depth) : undefined;
    case "unary":
      return unary(expr.op, evaluate(expr.operand, env, depth + 1));
    case "binary":
      return binary(expr, env, depth);
    default:
      return undefined;
  }
}

/** A number that stands in the source: signed unless it needs all 64 bits. */
function number(value: bigint | undefined): Constant | undefined {
  return value === undefined ? undefined : constant(value, value <= 0x7fff_ffff_ffff_ffffn);
}

function constant(value: bigint, signed: boolean): Constant {
  return { value: signed ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value), signed };
}

function identifier(name: string, env: Env, depth: number): Constant | undefined {
  const define = env.defines.get(name);
  if (define) {
    if (!env.constants.has(name)) {
      env.constants.set(name, undefined); // until it is known: a define that leads to itself has no value
      env.constants.set(name, evaluate(define, env, depth + 1));
    }
    return env.constants.get(name);
  }
  const member = env.builtins.has(name) ? undefined : enumerator(name, env);
  return member && constant(member.value, isSigned(member.type) || sizeOf(member.type) < 8);
}

/** A member of an enum that the script or the kernel defines, or a number that headers define. */
export function enumerator(name: string, env: Env): { value: bigint; type: Type } | undefined {
  const known = env.scriptEnums.get(name) ?? env.headers?.enumerator(name, "user") ?? env.btf?.enumerator(name);
  if (known) return known;
  const value = /^[A-Z_]/.test(name) ? env.headerConstant(name) : undefined;
  if (value !== undefined) return { value, type: literalType(value) };
  const bit = BLOCK_FLAG.test(name) ? env.btf?.enumerator(`__${name}`)?.value : undefined;
  if (bit !== undefined) return { value: 1n << bit, type: literalType(1n << bit) };
  return env.headers?.enumerator(name, "system");
}

/** Flags of block requests, whose macros stand for bits that an enum numbers. Source: include/linux/blk_types.h, v6.12. */
const BLOCK_FLAG = /^(?:REQ|RQF)_[A-Z]/;

/** `getopt("name", default)` as a number: what was given, else the default; false and true are 0 and 1. */
function optionNumber(expr: Extract<Expr, { kind: "call" }>, env: Env, depth: number): Constant | undefined {
  const [name, otherwise] = expr.args;
  const given = name?.kind === "string" ? env.options.named.get(name.value) : undefined;
  if (given === undefined) return otherwise ? evaluate(otherwise, env, depth + 1) : number(0n);
  if (otherwise?.kind === "string") return undefined;
  return number(isSwitch(otherwise) ? switchValue(given) : positionalInteger(given));
}

/** Whether an option of this default is true or false. */
export function isSwitch(otherwise: Expr | undefined): boolean {
  return otherwise === undefined || otherwise.kind === "bool";
}

function switchValue(given: string): bigint | undefined {
  if (given === "" || given === "true" || given === "1") return 1n;
  return given === "false" || given === "0" ? 0n : undefined;
}

/** `getopt("name", "default")` as text, or undefined when the option is a number. */
function optionText(expr: Expr, env: Env): string | undefined {
  if (expr.kind !== "call" || expr.name !== "getopt") return undefined;
  const [name, otherwise] = expr.args;
  if (name?.kind !== "string" || otherwise?.kind !== "string") return undefined;
  return env.options.named.get(name.value) ?? otherwise.value;
}

/**
 * `$1` as a number: undefined when it is missing or is none of 64 bits. Decimal, 0x and a leading minus are understood.
 */
export function positionalInteger(text: string | undefined): bigint | undefined {
  if (text === undefined || !/^-?(0[xX][0-9a-fA-F]+|\d+)$/.test(text) || text.length > 24) return undefined;
  const value = text.startsWith("-") ? -BigInt(text.slice(1)) : BigInt(text);
  return value >= -(1n << 63n) && value < 1n << 64n ? value : undefined;
}

function unary(op: UnaryOp, operand: Constant | undefined): Constant | undefined {
  if (!operand) return undefined;
  const { value, signed } = operand;
  switch (op) {
    case "-":
      return constant(-value, true);
    case "+":
      return operand;
    case "~":
      return constant(~value, signed);
    case "!":
      return number(value === 0n ? 1n : 0n);
    default:
      return undefined;
  }
}

const ALU: Readonly<Partial<Record<BinaryOp, AluOp>>> = {
  "+": "add",
  "-": "sub",
  "*": "mul",
  "/": "div",
  "%": "mod",
  "&": "and",
  "|": "or",
  "^": "xor",
  "<<": "lsh",
  ">>": "rsh",
};
const SIGNED: Readonly<Partial<Record<AluOp, AluOp>>> = { div: "sdiv", mod: "smod", rsh: "arsh" };

/** As the checker types it: signed unless one side needs all 64 bits; shifts go by their left side. */
function binary(expr: Extract<Expr, { kind: "binary" }>, env: Env, depth: number): Constant | undefined {
  const op = ALU[expr.op];
  const left = op && evaluate(expr.left, env, depth + 1);
  const right = left && evaluate(expr.right, env, depth + 1);
  if (!op || !left || !right) return undefined;
  const signed = left.signed && (right.signed || op === "lsh" || op === "rsh");
  const exact = (signed && SIGNED[op]) || op;
  return constant(evalAlu(exact, 64, BigInt.asUintN(64, left.value), BigInt.asUintN(64, right.value)), signed);
}

/**
 * The text (base/lossless-text.ts) that an expression stands for when compiling: a literal, a positional parameter, a
 * define, an option.
 */
export function textOf(expr: Expr, env: Env, depth = 0): string | undefined {
  switch (expr.kind) {
    case "string":
      return decodeText(expr.bytes, 0, expr.bytes.length);
    case "positional":
      return expr.index === 0 ? env.options.name : (env.options.args[expr.index - 1] ?? "");
    case "identifier": {
      const define = depth < 64 ? env.defines.get(expr.name) : undefined;
      return define && textOf(define, env, depth + 1);
    }
    case "call":
      return expr.name === "str" ? stringText(expr.args, env) : optionText(expr, env);
    default:
      return undefined;
  }
}

/** `str($1)`, `str($1 + 2)`, `str("text", 2)`: what is known of the text already, cut as str() cuts it. */
function stringText([from, length]: readonly Expr[], env: Env): string | undefined {
  const whole = from && addressedText(from, env);
  if (whole === undefined || !length) return whole;
  const bytes = encodeText(whole);
  const most = constantOf(length, env);
  if (most === undefined) return undefined;
  return decodeText(bytes, 0, most < 0n || most > bytes.length ? bytes.length : Number(most));
}

/** The text that a literal or a positional parameter is the address of; a number of bytes may be added to it. */
function addressedText(expr: Expr, env: Env): string | undefined {
  if (expr.kind === "string" || expr.kind === "positional") return textOf(expr, env);
  if (expr.kind !== "binary" || expr.op !== "+" || expr.left.kind !== "positional") return undefined;
  const skipped = constantOf(expr.right, env);
  const bytes = encodeText(textOf(expr.left, env) ?? "");
  if (skipped === undefined || skipped < 0n || skipped > bytes.length) return undefined;
  return decodeText(bytes, Number(skipped), bytes.length);
}
