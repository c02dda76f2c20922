import type { CText, Expr } from "./ast.ts";
import type { Cursor } from "./cursor.ts";
import { parseBaseType, skipQualifiers } from "./parse-type.ts";
import { skipBrackets, skipStatement } from "./recover.ts";
import { describeToken, spanOf, type Token } from "./tokens.ts";
import type { CDefinition, CEnum, CEnumMember, CField, CRecord, TypeSyntax } from "./type-syntax.ts";

const RECORD_HELP = "write `struct name { int field; }`";

/** Attributes that change how a record or field lies in memory. */
type Attributes = { packed: boolean; aligned?: Expr };

/** A `#` line among the fields of a definition, which is then kept as text. */
class DirectiveInside extends Error {}
const DIRECTIVE_INSIDE = new DirectiveInside("a directive inside of a definition");

/** `struct`, `union`, `enum` or `typedef` at the top level, with or without the final `;`. */
export function parseCDefinition(p: Cursor): (CDefinition | CText)[] {
  const { start } = p.tok;
  try {
    return readDefinition(p);
  } catch (error) {
    if (error !== DIRECTIVE_INSIDE) throw error;
    return [readText(p, start)];
  }
}

/** The definition that begins at `start`, up to its `;`, or to its `}` where a probe or another item follows. */
function readText(p: Cursor, start: number): CText {
  const end = definitionEnd(p.text, start);
  for (const comment of p.text.slice(start, end).matchAll(/\/\*[\s\S]*?\*\/|\/\/.*/g)) {
    const from = start + comment.index;
    p.lexer.keepComment(comment[0].startsWith("//") ? "line" : "block", from, from + comment[0].length);
  }
  p.seek(end);
  p.prevEnd = end;
  const text = p.text.slice(start, end);
  const name = /^typedef\b/.test(text) ? /([A-Za-z_]\w*)\s*;$/.exec(text)?.[1] : undefined;
  if (name !== undefined) p.typedefs.add(name);
  return { kind: "cText", text, span: { start, end } };
}

function definitionEnd(text: string, start: number): number {
  const pieces = /\/\*[\s\S]*?(?:\*\/|$)|\/\/.*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|[{};]/g;
  pieces.lastIndex = start;
  let depth = 0;
  for (let piece = pieces.exec(text); piece !== null; piece = pieces.exec(text)) {
    if (piece[0] === "{") depth++;
    if (piece[0] === ";" && depth === 0) return pieces.lastIndex;
    if (piece[0] !== "}" || --depth > 0) continue;
    const rest = /^[^{}#:]*;/.exec(text.slice(pieces.lastIndex, pieces.lastIndex + MOST_BEHIND));
    return pieces.lastIndex + (rest?.[0].length ?? 0);
  }
  return text.length;
}

/** Characters behind a definition's `}` up to its `;`: names and attributes. */
const MOST_BEHIND = 1000;

function readDefinition(p: Cursor): CDefinition[] {
  if (p.is("typedef")) return parseTypedef(p);
  const type = parseCBase(p);
  if (type.kind === "inlineType") {
    p.accept(";");
    return [type.definition];
  }
  if (type.kind !== "recordType" || !p.is(";")) {
    const message = `expected \`{\` or \`;\`, found ${describeToken(p.tok)}`;
    p.failAt(p.tok, "syntax/c-definition", message, `only types can be defined here: ${RECORD_HELP}`);
  }
  p.advance();
  const { tag, name, span } = type;
  if (tag === "enum") return [{ kind: "cEnum", name, packed: false, span }];
  return [{ kind: "cRecord", tag, name, packed: false, span }];
}

function parseTypedef(p: Cursor): CDefinition[] {
  const { start } = p.advance();
  const base = parseCBase(p);
  const made: CDefinition[] = [];
  do {
    const declared = parseDeclarator(p);
    const name = declared.name;
    if (!name)
      return p.fail(
        `expected the new type's name, found ${describeToken(p.tok)}`,
        "write `typedef type name;`",
      );
    readAttributes(p, { packed: false });
    p.typedefs.add(name.text);
    const type = declared.wrap(base);
    made.push({ kind: "cTypedef", name: name.text, nameSpan: spanOf(name), type, span: p.span(start) });
  } while (p.accept(","));
  p.expect(";", "after a typedef", "end the typedef with `;`");
  return made;
}

/** The type in front of declarators, which may define a struct, union or enum. */
function parseCBase(p: Cursor): TypeSyntax {
  const outer = p.enter();
  const type = readCBase(p);
  skipQualifiers(p);
  p.leave(outer);
  return type;
}

function readCBase(p: Cursor): TypeSyntax {
  const { start } = p.tok;
  skipQualifiers(p);
  const tag = p.tok;
  if (!p.is("struct") && !p.is("union") && !p.is("enum")) return parseBaseType(p);
  p.advance();
  const attributes: Attributes = { packed: false };
  readAttributes(p, attributes);
  const name = p.tok.kind === "identifier" ? p.advance() : undefined;
  if (!p.is("{")) {
    if (!name) return p.fail(`expected a name or \`{\` after \`${tag.text}\``, RECORD_HELP);
    return {
      kind: "recordType",
      tag: tag.text as "struct" | "union" | "enum",
      name: name.text,
      span: p.span(start),
    };
  }
  const definition =
    tag.text === "enum"
      ? readEnum(p, start, name, attributes)
      : readRecord(p, start, tag.text as "struct" | "union", name, attributes);
  return { kind: "inlineType", definition, span: definition.span };
}

function named(name: Token | undefined): { name?: string; nameSpan?: { start: number; end: number } } {
  return name ? { name: name.text, nameSpan: spanOf(name) } : {};
}

function readRecord(
  p: Cursor,
  start: number,
  tag: "struct" | "union",
  name: Token | undefined,
  attributes: Attributes,
): CRecord {
  const open = p.advance();
  const fields: CField[] = [];
  while (!p.is("}")) {
    if (p.tok.kind === "end") p.close(open, "}");
    if (p.accept(";")) continue;
    const read = p.attempt(() => readFields(p, fields));
    if (!read) skipStatement(p);
  }
  p.advance();
  readAttributes(p, attributes);
  return { kind: "cRecord", tag, ...named(name), fields, ...attributes, span: p.span(start) };
}

/** One line of fields: a type and its declarators. */
function readFields(p: Cursor, fields: CField[]): true {
  const { start } = p.tok;
  if (p.is("#")) throw DIRECTIVE_INSIDE;
  const base = parseCBase(p);
  if (p.is(";") && base.kind === "inlineType") {
    p.advance();
    fields.push({ type: base, packed: false, span: p.span(start) });
    return true;
  }
  do fields.push(readField(p, base));
  while (p.accept(","));
  p.expect(";", "after a field", "end each field with `;`");
  return true;
}

function readField(p: Cursor, base: TypeSyntax): CField {
  const { start } = p.tok;
  const declared = p.is(":") ? undefined : parseDeclarator(p);
  if (declared && !declared.name)
    return p.fail(`expected a field's name, found ${describeToken(p.tok)}`, "write `type name;`");
  const bits = p.accept(":") ? p.grammar.expression(p) : undefined;
  const attributes: Attributes = { packed: false };
  readAttributes(p, attributes);
  const type = declared ? declared.wrap(base) : base;
  return { ...named(declared?.name), type, ...(bits && { bits }), ...attributes, span: p.span(start) };
}

function readEnum(p: Cursor, start: number, name: Token | undefined, attributes: Attributes): CEnum {
  const open = p.advance();
  const members: CEnumMember[] = [];
  while (!p.is("}")) {
    if (p.is("#")) throw DIRECTIVE_INSIDE;
    const member = p.name("an enum member", "write `enum name { FIRST, SECOND = 5 }`");
    const value = p.accept("=") ? p.grammar.expression(p) : undefined;
    members.push({
      name: member.text,
      nameSpan: spanOf(member),
      ...(value && { value }),
      span: p.span(member.start),
    });
    if (!p.accept(",")) break;
  }
  p.close(open, "}");
  readAttributes(p, attributes);
  return { kind: "cEnum", ...named(name), members, packed: attributes.packed, span: p.span(start) };
}

/** What a declarator adds to its type, and the name that it declares. */
type Declarator = Readonly<{ name?: Token; wrap: (base: TypeSyntax) => TypeSyntax }>;

/** `*name[4]`, `(*name)(…)` and so on, as C reads them: from the name outwards. */
function parseDeclarator(p: Cursor): Declarator {
  const outer = p.enter();
  let pointers = 0;
  while (p.accept("*") || skipQualifiers(p)) pointers += p.text[p.prevEnd - 1] === "*" ? 1 : 0;
  if (pointers > 16) p.fail("too many `*`", "use at most 16");
  let inner: Declarator = { wrap: (base) => base };
  const open = p.tok;
  if (p.accept("(")) {
    inner = parseDeclarator(p);
    p.close(open, ")");
  } else if (p.tok.kind === "identifier") inner = { name: p.advance(), wrap: (base) => base };
  const suffixes = readSuffixes(p);
  p.leave(outer);
  const wrap = (base: TypeSyntax): TypeSyntax => {
    let type = base;
    for (let i = 0; i < pointers; i++) type = { kind: "pointerType", to: type, span: base.span };
    for (const suffix of suffixes.toReversed()) type = suffix(type);
    return inner.wrap(type);
  };
  return { ...inner, wrap };
}

function readSuffixes(p: Cursor): ((of: TypeSyntax) => TypeSyntax)[] {
  const suffixes: ((of: TypeSyntax) => TypeSyntax)[] = [];
  for (;;) {
    const open = p.tok;
    if (p.accept("[")) {
      const length = p.is("]") ? undefined : p.grammar.expression(p);
      p.close(open, "]");
      suffixes.push((of) => ({ kind: "arrayType", of, ...(length && { length }), span: of.span }));
    } else if (p.accept("(")) {
      skipBrackets(p, "(", ")");
      suffixes.push((of) => ({ kind: "functionType", span: of.span }));
    } else return suffixes;
    if (suffixes.length > 16) p.fail("too many dimensions", "use at most 16");
  }
}

/** `__attribute__((…))` and the kernel's short forms; those without effect on the layout are passed. */
function readAttributes(p: Cursor, into: Attributes): void {
  while (p.tok.kind === "identifier" && p.tok.text.startsWith("__")) {
    const open = p.peek();
    if (p.is("__packed")) {
      p.advance();
      into.packed = true;
    } else if (p.is("__aligned") && open.text === "(") {
      p.advance();
      readAlignment(p, into);
    } else if ((p.is("__attribute__") || p.is("__attribute")) && open.text === "(") {
      p.advance();
      p.advance();
      readAttributeList(p, into);
    } else return;
  }
}

function readAlignment(p: Cursor, into: Attributes): void {
  const open = p.advance();
  into.aligned = p.grammar.expression(p);
  p.close(open, ")");
}

function readAttributeList(p: Cursor, into: Attributes): void {
  const open = p.expect("(", "in `__attribute__((…))`", "write `__attribute__((packed))`");
  while (!p.is(")") && p.tok.kind !== "end") {
    const word = p.name("an attribute's name", "write `__attribute__((packed))`");
    const bare = word.text.replace(/^__(.*)__$/, "$1");
    if (bare === "packed") into.packed = true;
    else if (bare === "aligned" && p.is("(")) readAlignment(p, into);
    else if (p.accept("(")) skipBrackets(p, "(", ")");
    if (!p.accept(",")) break;
  }
  p.close(open, ")");
  p.close(open, ")");
}
