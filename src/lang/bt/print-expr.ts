import { unreachable } from "../../base/errors.ts";
import { escapeBytes } from "../shared/c-escape.ts";
import type { Block, Expr, IfExpr } from "./ast.ts";
import { PRECEDENCE } from "./parse-expr.ts";
import { isType, type TypeSyntax } from "./type-syntax.ts";

/** What printing an expression needs from its surroundings. */
export type PrintContext = Readonly<{
  /** A block with its braces; its inner lines are indented, its first is not. */
  block(block: Block): string;
  /** A string literal as the source spells it, if there is a source. */
  spelling(expr: Expr): string | undefined;
}>;

// How tight a construct binds; binary operators lie between TERNARY and UNARY.
const TERNARY = 0;
const UNARY = 11;
const POSTFIX = 12;
const PRIMARY = 13;

/** An expression as source. Brackets stand where the source had them and where the meaning needs them. */
export function printExpr(expr: Expr, context: PrintContext, weakest = TERNARY): string {
  const text = printBare(expr, context);
  return expr.parens || strength(expr) < weakest ? `(${text})` : text;
}

function strength(expr: Expr): number {
  switch (expr.kind) {
    case "ternary":
      return TERNARY;
    case "binary":
      return PRECEDENCE.get(expr.op) ?? TERNARY;
    case "unary":
    case "cast":
    case "comptime":
      return UNARY;
    case "update":
      return expr.prefix ? UNARY : POSTFIX;
    case "member":
    case "tupleField":
    case "index":
      return POSTFIX;
    default:
      return PRIMARY;
  }
}

function printBare(expr: Expr, context: PrintContext): string {
  const list = (exprs: readonly Expr[]): string => exprs.map((one) => printExpr(one, context)).join(", ");
  switch (expr.kind) {
    case "integer":
      return expr.text;
    case "string":
      return context.spelling(expr) ?? `"${escapeBytes(expr.bytes)}"`;
    case "character":
      return context.spelling(expr) ?? characterLiteral(Number(expr.value));
    case "bool":
      return String(expr.value);
    case "containerOf": {
      const path = expr.path.map((part) => part.name).join(".");
      return `container_of(${printExpr(expr.pointer, context)}, ${printType(expr.type, context)}, ${path})`;
    }
    case "inlined":
      return `${expr.name}(${list(expr.params.map((param) => param.value))})`;
    case "identifier":
      return expr.name;
    case "variable":
      return `$${expr.name}`;
    case "map":
      return expr.keys === undefined ? `@${expr.name}` : `@${expr.name}[${list(expr.keys)}]`;
    case "positional":
      return `$${expr.index}`;
    case "positionalCount":
      return "$#";
    case "call":
      return `${expr.name}(${list(expr.args)})`;
    case "tuple":
      return expr.elements.length === 1 ? `(${list(expr.elements)},)` : `(${list(expr.elements)})`;
    case "record":
      return `(${expr.fields.map((field) => `${field.name} = ${printExpr(field.value, context)}`).join(", ")})`;
    case "sizeof":
    case "typeinfo":
      return `${expr.kind}(${printTypeOrExpr(expr.operand, context)})`;
    case "typeArgument":
      return printType(expr.type, context);
    case "offsetof":
      return `offsetof(${printTypeOrExpr(expr.base, context)}, ${expr.path.map((part) => part.name).join(".")})`;
    case "blockExpr":
      return context.block(expr.block);
    case "ifExpr":
      return printIfExpr(expr, context);
    default:
      return printOperator(expr, context);
  }
}

type Operator = Extract<
  Expr,
  { kind: "unary" | "update" | "binary" | "ternary" | "cast" | "comptime" | "member" | "tupleField" | "index" }
>;

function printOperator(expr: Operator, context: PrintContext): string {
  switch (expr.kind) {
    case "unary":
      return prefix(expr.op, printExpr(expr.operand, context, UNARY));
    case "update":
      return expr.prefix
        ? prefix(expr.op, printExpr(expr.target, context, UNARY))
        : printExpr(expr.target, context, POSTFIX) + expr.op;
    case "binary": {
      const bound = PRECEDENCE.get(expr.op) ?? TERNARY;
      return `${printExpr(expr.left, context, bound)} ${expr.op} ${printExpr(expr.right, context, bound + 1)}`;
    }
    case "ternary": {
      const test = printExpr(expr.test, context, TERNARY + 1);
      const otherwise = printExpr(expr.otherwise, context);
      return expr.then
        ? `${test} ? ${printExpr(expr.then, context)} : ${otherwise}`
        : `${test} ?: ${otherwise}`;
    }
    case "cast":
      return `(${printType(expr.type, context)})${clearOperand(printExpr(expr.operand, context, UNARY))}`;
    case "comptime":
      return `comptime ${clearOperand(printExpr(expr.operand, context, UNARY))}`;
    case "member":
      return `${printExpr(expr.object, context, POSTFIX)}${expr.arrow ? "->" : "."}${expr.name}`;
    case "tupleField":
      return `${printTupleObject(expr.object, context)}.${expr.index}`;
    case "index":
      return `${printIndexed(expr.object, context)}[${printExpr(expr.index, context)}]`;
    default:
      return unreachable(expr);
  }
}

/** `-` before `-x` needs a space, or it becomes `--`. */
function prefix(op: string, operand: string): string {
  return operand.startsWith(op.charAt(0)) && op !== "!" && op !== "~" && op !== "*"
    ? `${op} ${operand}`
    : op + operand;
}

/** Behind a cast or `comptime`, an operand that could also go on with an expression gets brackets. */
function clearOperand(operand: string): string {
  return /^[-+*&{]/.test(operand) ? `(${operand})` : operand;
}

/** `5.0` would be a fraction. */
function printTupleObject(object: Expr, context: PrintContext): string {
  const text = printExpr(object, context, POSTFIX);
  return object.kind === "integer" && !object.parens ? `(${text})` : text;
}

/** `(@m)[1]` is no access by key. */
function printIndexed(object: Expr, context: PrintContext): string {
  const text = printExpr(object, context, POSTFIX);
  return object.kind === "map" && object.keys === undefined && !object.parens ? `(${text})` : text;
}

function printIfExpr(expr: IfExpr, context: PrintContext): string {
  const otherwise = expr.else.kind === "ifExpr" ? printIfExpr(expr.else, context) : context.block(expr.else);
  return `if ${inBrackets(expr.test, context)} ${context.block(expr.then)} else ${otherwise}`;
}

/** A condition in exactly one pair of brackets of its own; a tuple's do not count. */
export function inBrackets(expr: Expr, context: PrintContext): string {
  const text = printExpr(expr, context);
  return expr.parens ? text : `(${text})`;
}

/**
 * An expression at the beginning of a statement: one that starts as a statement does gets brackets.
 */
export function printLeading(expr: Expr, context: PrintContext): string {
  const text = printExpr(expr, context);
  return /^(?:\{|(?:if|else|for|while|unroll|let|return|import|break|continue|_)\b)/.test(text)
    ? `(${text})`
    : text;
}

function characterLiteral(code: number): string {
  if (code === 39) return "'\\''";
  if (code === 34) return "'\"'";
  return `'${escapeBytes(new Uint8Array([code]))}'`;
}

function printTypeOrExpr(node: TypeSyntax | Expr, context: PrintContext): string {
  return isType(node) ? printType(node, context) : printExpr(node, context);
}

/** A type outside of C definitions: `*` and brackets stand behind it, in reading order. */
export function printType(type: TypeSyntax, context: PrintContext): string {
  switch (type.kind) {
    case "namedType":
      return type.name;
    case "sizedType":
      return `${type.name}[${printExpr(type.size, context)}]`;
    case "recordType":
      return `${type.tag} ${type.name}`;
    case "inlineType":
      return type.definition.kind === "cEnum" ? "enum { … }" : `${type.definition.tag} { … }`;
    case "pointerType": {
      const to = printType(type.to, context);
      return to.endsWith("*") ? `${to}*` : `${to} *`;
    }
    case "arrayType":
      return `${printType(type.of, context)}[${type.length ? printExpr(type.length, context) : ""}]`;
    case "functionType":
      return "void ()";
    case "typeofType":
      return `typeof(${printTypeOrExpr(type.operand, context)})`;
    default:
      return unreachable(type);
  }
}
