import { Report } from "../../base/diagnostic.ts";
import { type Span, textAt } from "../../base/span.ts";
import type { Expr, TopLevel } from "./ast.ts";
import type { CHeaders, HeaderOwner } from "./c-headers.ts";
import { blockOfC } from "./c-statements.ts";
import type { Env } from "./env.ts";
import { namedByMacro } from "./member-macros.ts";
import { parseOneExpression } from "./parse.ts";
import { placedAt } from "./placed-at.ts";
import { type PrintContext, printExpr } from "./print-expr.ts";
import { replaceNodes } from "./replace-nodes.ts";
import type { TypeSyntax } from "./type-syntax.ts";
import { namesUsed } from "./walk.ts";

type Call = Extract<Expr, { kind: "call" }>;

/**
 * Gives the script what its headers define: constants by name become defines of the script, and calls of macros with
 * parameters what they expand to. So do those of the script's own that the language's parser does not understand.
 */
export function useHeaderMacros(items: readonly TopLevel[], headers: CHeaders, env: Env): readonly TopLevel[] {
  const functions = new Set(
    items.flatMap((item) => (item.kind === "macro" || item.kind === "subprogram" ? [item.name] : [])),
  );
  const isFree = (name: string) => !functions.has(name) && !env.builtins.has(name);
  let expansions = 0;
  const replace: Parameters<typeof replaceNodes>[1] = (node, below) => {
    const typed = withType(node as Typed, isFree, headers);
    if (typed) return typed;
    const expr = node as Expr;
    if (expr.kind === "member") return namedByMacro(expr, () => below(expr).object, headers);
    const isMacro = expr.kind === "call" && isFree(expr.name) && headers.macro(expr.name)?.takesArguments;
    if (!isMacro) return undefined;
    const made = expandedCall(expr, headers, env, `c${++expansions}`);
    return made === expr ? expr : replaceNodes(made, replaceMembers);
  };
  const replaceMembers: typeof replace = (node, below) => {
    const expr = node as Expr;
    return expr.kind === "member" ? namedByMacro(expr, () => below(expr).object, headers) : undefined;
  };
  const withCalls = items.map((item) => replaceNodes(item, replace));
  for (const name of namesUsed([withCalls, [...env.defines.values()]], new Map())) {
    if (!isFree(name) || env.defines.has(name)) continue;
    const value = valueOf(name, headers, env);
    if (value) env.defines.set(name, value);
  }
  return withCalls;
}

/** `sizeof(SSL)`: a lone name that only the headers know as a type. */
function withType(node: Typed, isFree: (name: string) => boolean, headers: CHeaders): Typed | undefined {
  const of = node.kind === "offsetof" ? node.base : MEASURES.has(node.kind) ? node.operand : undefined;
  if (of?.kind !== "identifier" || !isFree(of.name) || headers.macro(of.name)) return undefined;
  const isType = OWNERS.some((owner) => headers.type("typedef", of.name, owner) !== undefined);
  if (!isType) return undefined;
  const type: TypeSyntax = { kind: "namedType", name: of.name, span: of.span };
  return node.kind === "offsetof" ? { ...node, base: type } : { ...node, operand: type };
}

type Typed =
  | Extract<Expr, { kind: "sizeof" | "typeinfo" | "offsetof" }>
  | Extract<TypeSyntax, { kind: "typeofType" }>;
const MEASURES: ReadonlySet<string> = new Set(["sizeof", "typeinfo", "typeofType"]);
const OWNERS: readonly HeaderOwner[] = ["user", "system"];

/** The value of a header's macro; undefined where it has none, or where the kernel's own constant goes before. */
function valueOf(name: string, headers: CHeaders, env: Env): Expr | undefined {
  const macro = headers.macro(name);
  if (macro === undefined || macro.takesArguments) return undefined;
  const isKnown = () => env.btf?.enumerator(name) !== undefined || env.headerConstant(name) !== undefined;
  if (macro.owner === "system" && isKnown()) return undefined;
  const span = { start: macro.at, end: macro.at + name.length };
  const number = headers.constant(name, macro.at);
  if (number !== undefined) return integer(number, span);
  const text = headers.expanded(name, macro.at);
  if (text === name || text === "") return undefined;
  const expr = parseOneExpression({ name, text }, new Report());
  return expr && placedAt(expr, span);
}

function integer(value: bigint, span: Span): Expr {
  const of = (magnitude: bigint): Expr => {
    return { kind: "integer", value: magnitude, suffix: "", text: String(magnitude), span };
  };
  return value < 0n ? { kind: "unary", op: "-", operand: of(-value), span } : of(value);
}

const NO_SOURCE: PrintContext = { block: () => "{ }", spelling: () => undefined };

/** What the preprocessor makes of the call as it is written. */
function expandedCall(call: Call, headers: CHeaders, env: Env, mark: string): Expr {
  const { span } = call;
  const { source, offset } = textAt(env.source, span.start);
  const spelled = source.text.slice(offset, offset + span.end - span.start);
  // A call in a define's body has the place of the define.
  const written = spelled.startsWith(call.name) ? spelled : printExpr(call, NO_SOURCE);
  const text = headers.expanded(written, span.start);
  const number = headers.constant(written, span.start);
  if (number !== undefined) return integer(number, span);
  const made = expressionOf(call.name, text.replace(/[;\s]+$/, ""), mark);
  if ("expr" in made) return { ...placedAt(made.expr, span), parens: true };
  const shown = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  env.report.error(
    "macro/header",
    span,
    made.lacks === undefined
      ? `the macro \`${call.name}\` makes nothing that the language has: ${shown}`
      : `the macro \`${call.name}\` uses ${made.lacks}, which the language does not have: ${shown}`,
    'write what it computes yourself, or put it into C: `import "file.bpf.c"`',
  );
  return call;
}

/** A text as an expression, also where C makes one of statements; their variables get names that nobody can write. */
function expressionOf(name: string, text: string, mark: string): { expr: Expr } | { lacks?: string } {
  const plain = parseOneExpression({ name, text }, new Report());
  if (plain) return { expr: plain };
  const made = blockOfC(text, `__${mark}_`);
  if (!made.ok) return made.lacks === undefined ? {} : { lacks: made.lacks };
  const expr = parseOneExpression({ name, text: made.block }, new Report());
  return expr ? { expr: withOwnNames(expr, `__${mark}_`, mark) } : {};
}

function withOwnNames<T>(root: T, start: string, mark: string): T {
  return replaceNodes(root, (node, below) => {
    const one = node as Expr | { kind: "let"; name: string };
    if ((one.kind !== "variable" && one.kind !== "let") || !one.name.startsWith(start)) return undefined;
    return { ...below(one), name: `${one.name.slice(start.length)}#${mark}` };
  });
}
