import type { Expr, IfExpr, NamePart, RecordField } from "./ast.ts";
import type { Cursor } from "./cursor.ts";
import { parseTypeOrExpr } from "./parse-type.ts";
import { describeToken, spanOf, type Token } from "./tokens.ts";
import { typeAhead } from "./type-ahead.ts";

const EXPRESSION_HELP =
  "write a value: a number, a string, $variable, @map, a builtin, or something in brackets";

/** Words that begin or continue statements and so are no values. */
const RESERVED: ReadonlySet<string> = new Set([
  "break",
  "continue",
  "else",
  "for",
  "let",
  "return",
  "unroll",
  "while",
  "struct",
  "union",
  "enum",
]);

/** The smallest expressions: literals, names, calls, brackets, blocks, `if` and `sizeof` and their like. */
export function parsePrimary(p: Cursor): Expr {
  const token = p.tok;
  const span = spanOf(token);
  switch (token.kind) {
    case "integer":
      p.advance();
      return { kind: "integer", value: token.value, suffix: token.suffix, text: token.text, span };
    case "string":
      p.advance();
      return { kind: "string", value: token.value, bytes: token.bytes, span };
    case "character":
      p.advance();
      return { kind: "character", value: token.value, span };
    case "variable":
      p.advance();
      return { kind: "variable", name: token.name, span };
    case "positional":
      p.advance();
      return { kind: "positional", index: token.index, span };
    case "positionalCount":
      p.advance();
      return { kind: "positionalCount", span };
    case "map":
      return parseMap(p, token.name);
    case "identifier":
      return parseName(p, token);
    case "punctuation":
      if (token.text === "(") return p.bracketed(() => parseParenthesis(p));
      if (token.text === "{") {
        const block = p.bracketed(() => p.grammar.block(p, true));
        return { kind: "blockExpr", block, span: block.span };
      }
      break;
  }
  return p.fail(`expected an expression, found ${describeToken(token)}`, EXPRESSION_HELP);
}

function parseMap(p: Cursor, name: string): Expr {
  const { start } = p.advance();
  if (!p.is("[")) return { kind: "map", name, span: p.span(start) };
  const open = p.advance();
  const keys = parseList(p, open, "]");
  if (keys.length === 0) {
    const help = `name a key, as in \`@${name}[pid]\`, or leave the brackets out for the whole map`;
    p.faults.add("syntax/missing-key", p.span(open.start), "a map's brackets need a key", help);
  }
  return { kind: "map", name, keys, span: p.span(start) };
}

/**
 * Expressions with commas between them, up to and with the closing bracket; a comma may stand before it. With `types`, types
 * that cannot be read as expressions may stand there, too.
 */
function parseList(p: Cursor, open: Token, close: string, types?: "types"): Expr[] {
  return p.bracketed(() => {
    const list: Expr[] = [];
    while (!p.is(close)) {
      list.push(types && isTypeArgument(p) ? parseTypeArgument(p) : p.grammar.expression(p));
      if (!p.accept(",")) break;
    }
    p.close(open, close);
    return list;
  });
}

function isTypeArgument(p: Cursor): boolean {
  if (p.tok.kind !== "identifier" || p.peek().kind === "end") return false;
  const ahead = typeAhead(p, 0);
  if (!ahead?.sure || ahead.next < 2 || p.peek(ahead.next - 1).text === "]") return false;
  return [",", ")"].includes(p.peek(ahead.next).text);
}

function parseTypeArgument(p: Cursor): Expr {
  const { start } = p.tok;
  const type = p.grammar.type(p);
  return { kind: "typeArgument", type, span: p.span(start) };
}

function parseName(p: Cursor, token: Token): Expr {
  const { text } = token;
  const next = p.peek();
  if (text === "true" || text === "false") {
    p.advance();
    return { kind: "bool", value: text === "true", span: spanOf(token) };
  }
  if (text === "if") return parseIfExpr(p);
  const opens = next.kind === "punctuation" && next.text === "(";
  if ((text === "sizeof" || text === "typeinfo") && opens) return parseSizeof(p, text);
  if (text === "offsetof" && opens) return parseOffsetof(p);
  if (text === "container_of" && opens) return parseContainerOf(p);
  if (RESERVED.has(text))
    return p.fail(`\`${text}\` cannot stand in an expression`, `${EXPRESSION_HELP}; \`${text}\` is a keyword`);
  p.advance();
  const bang = p.is("!") && p.tok.start === token.end && p.peek().text === "("; // `greet!()` calls a macro
  if (bang) p.advance();
  if (opens || bang) {
    const args = parseList(p, p.advance(), ")", "types");
    return { kind: "call", name: text, nameSpan: spanOf(token), args, span: p.span(token.start) };
  }
  // `delete @m[k]`, as awk writes it
  if (text === "delete" && next.kind === "map") {
    const args = [parseMap(p, next.name)];
    return { kind: "call", name: text, nameSpan: spanOf(token), args, span: p.span(token.start) };
  }
  return { kind: "identifier", name: text, span: spanOf(token) };
}

function parseIfExpr(p: Cursor): IfExpr {
  const outer = p.enter();
  const { start } = p.advance();
  const test = parseCondition(p);
  const then = p.bracketed(() => p.grammar.block(p, true));
  p.expect(
    "else",
    "after the block of an `if` that is used as a value",
    "say what the value is otherwise: `else { … }`",
  );
  const otherwise = p.is("if") ? parseIfExpr(p) : p.bracketed(() => p.grammar.block(p, true));
  p.leave(outer);
  return { kind: "ifExpr", test, then, else: otherwise, span: p.span(start) };
}

/** A condition up to the `{` of what it guards, in brackets or not. Points at an `=` that should be `==`. */
export function parseCondition(p: Cursor): Expr {
  const { inCondition, inPredicate } = p;
  p.inCondition = true;
  p.inPredicate = false;
  const test = p.grammar.expression(p);
  if (p.is("=")) assignmentInCondition(p);
  p.inCondition = inCondition;
  p.inPredicate = inPredicate;
  return test;
}

/** Reports an `=` where a value is only tested, and passes it and what is behind it. */
export function assignmentInCondition(p: Cursor): void {
  const help = "write `==` to compare; an assignment is a statement of its own";
  p.faults.add("syntax/assignment-in-condition", spanOf(p.tok), "`=` assigns, it does not compare", help);
  p.advance();
  p.grammar.expression(p);
}

function parseSizeof(p: Cursor, kind: "sizeof" | "typeinfo"): Expr {
  const { start } = p.advance();
  const open = p.advance();
  const operand = p.bracketed(() => parseTypeOrExpr(p));
  p.close(open, ")");
  return { kind, operand, span: p.span(start) };
}

function parseOffsetof(p: Cursor): Expr {
  const { start } = p.advance();
  const open = p.advance();
  const base = p.bracketed(() => parseTypeOrExpr(p));
  const path = readPath(p, "write offsetof(struct name, field)");
  p.close(open, ")");
  return { kind: "offsetof", base, path, span: p.span(start) };
}

/** `, field.subfield` */
function readPath(p: Cursor, help: string): NamePart[] {
  p.expect(",", "before the field", help);
  const path: NamePart[] = [];
  do {
    const name = p.name("a field's name", help);
    path.push({ name: name.text, span: spanOf(name) });
  } while (p.accept("."));
  return path;
}

function parseContainerOf(p: Cursor): Expr {
  const help = "write container_of(pointer, struct name, field)";
  const { start } = p.advance();
  const open = p.advance();
  const pointer = p.bracketed(() => p.grammar.expression(p));
  p.expect(",", "before the type", help);
  const type = p.grammar.type(p);
  const path = readPath(p, help);
  p.close(open, ")");
  return { kind: "containerOf", pointer, type, path, span: p.span(start) };
}

/** Brackets: `()`, a record, a tuple, or an expression. */
function parseParenthesis(p: Cursor): Expr {
  const open = p.advance();
  if (p.accept(")")) return { kind: "tuple", elements: [], span: p.span(open.start) };
  if (p.tok.kind === "identifier" && p.peek().text === "=") return parseRecord(p, open);
  const first = p.grammar.expression(p);
  if (p.is("=")) assignmentInCondition(p);
  if (!p.is(",")) {
    p.close(open, ")");
    return { ...first, parens: true, span: p.span(open.start) };
  }
  const elements = [first];
  while (p.accept(",")) {
    if (p.is(")")) break;
    elements.push(p.grammar.expression(p));
  }
  p.close(open, ")");
  return { kind: "tuple", elements, span: p.span(open.start) };
}

function parseRecord(p: Cursor, open: Token): Expr {
  const fields: RecordField[] = [];
  while (!p.is(")")) {
    const name = p.name("a field's name", "write a record as (x = 1, y = 2)");
    p.expect("=", "after the field's name", "every part of a record has a name: (x = 1, y = 2)");
    const value = p.grammar.expression(p);
    fields.push({ name: name.text, nameSpan: spanOf(name), value, span: p.span(name.start) });
    if (!p.accept(",")) break;
  }
  p.close(open, ")");
  return { kind: "record", fields, span: p.span(open.start) };
}
