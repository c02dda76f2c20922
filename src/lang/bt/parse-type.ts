import type { Expr } from "./ast.ts";
import type { Cursor } from "./cursor.ts";
import { describeToken, spanOf } from "./tokens.ts";
import { C_TYPE_WORDS, QUALIFIERS, typeAhead } from "./type-ahead.ts";
import type { TypeSyntax } from "./type-syntax.ts";

const TYPE_HELP = "write a type such as uint64, string[64], int8[4], struct task_struct * or typeof($x)";

/** Names that take a size in bytes between brackets. */
const SIZED: ReadonlySet<string> = new Set(["string", "buffer", "inet"]);

/** A type, its `*` and `[N]` read from left to right: `int8*[4]` is four pointers. */
export function parseType(p: Cursor): TypeSyntax {
  const outer = p.enter();
  let type = parseBaseType(p);
  for (;;) {
    if (skipQualifiers(p)) continue;
    if (p.accept("*")) type = { kind: "pointerType", to: type, span: p.span(type.span.start) };
    else if (p.is("[")) type = parseBrackets(p, type);
    else break;
    p.grow();
  }
  p.leave(outer);
  return type;
}

function parseBrackets(p: Cursor, of: TypeSyntax): TypeSyntax {
  const open = p.advance();
  const length = p.is("]") ? undefined : p.bracketed(() => p.grammar.expression(p));
  p.close(open, "]");
  const span = p.span(of.span.start);
  if (length && of.kind === "namedType" && isSized(of.name))
    return { kind: "sizedType", name: of.name, size: length, span };
  return { kind: "arrayType", of, ...(length && { length }), span };
}

function isSized(name: string): name is "string" | "buffer" | "inet" {
  return SIZED.has(name);
}

/** A type without `*` and brackets. */
export function parseBaseType(p: Cursor): TypeSyntax {
  const { start } = p.tok;
  skipQualifiers(p);
  const token = p.name("a type", TYPE_HELP);
  const word = token.text;
  if (word === "struct" || word === "union" || word === "enum") {
    const name = p.name(`a name after \`${word}\``, `write the name of the ${word}: \`${word} name\``);
    return { kind: "recordType", tag: word, name: name.text, span: p.span(start) };
  }
  if ((word === "typeof" || word === "__typeof__") && p.is("(")) {
    const open = p.advance();
    const operand = p.bracketed(() => parseTypeOrExpr(p));
    p.close(open, ")");
    return { kind: "typeofType", operand, span: p.span(start) };
  }
  if (!C_TYPE_WORDS.has(word)) return { kind: "namedType", name: word, span: spanOf(token) };
  const words = [word];
  for (;;) {
    if (skipQualifiers(p)) continue;
    if (p.tok.kind !== "identifier" || !C_TYPE_WORDS.has(p.tok.text)) break;
    words.push(p.advance().text);
    if (words.length > 5) p.fail(`expected one type, found ${describeToken(p.tok)}`, TYPE_HELP);
  }
  return { kind: "namedType", name: words.join(" "), span: p.span(start) };
}

/** Passes `const` and its like; whether there were any. */
export function skipQualifiers(p: Cursor): boolean {
  let any = false;
  while (p.tok.kind === "identifier" && QUALIFIERS.has(p.tok.text)) {
    p.advance();
    any = true;
  }
  return any;
}

/** A type if it looks like one, or an expression; a lone name that is no known type is an expression. */
export function parseTypeOrExpr(p: Cursor): TypeSyntax | Expr {
  const ahead = typeAhead(p, 0);
  if (ahead === undefined) return p.grammar.expression(p);
  const behind = p.peek(ahead.next).text;
  return ahead.sure && (behind === ")" || behind === ",") ? p.grammar.type(p) : p.grammar.expression(p);
}
