import type {
  Config,
  ConfigEntry,
  ConfigValue,
  Expr,
  Macro,
  MacroParam,
  MapDeclaration,
  Probe,
  Subprogram,
  SubprogramParam,
  TopLevel,
} from "./ast.ts";
import type { Cursor } from "./cursor.ts";
import { parseAttachPoints } from "./parse-attach.ts";
import { parseCDefinition } from "./parse-c.ts";
import { parseDirective } from "./parse-directive.ts";
import { assignmentInCondition } from "./parse-primary.ts";
import { readImport } from "./parse-statement.ts";
import { skipStatement } from "./recover.ts";
import { describeToken, spanOf } from "./tokens.ts";

/** One item of the top level; a typedef can make several. */
export function parseItem(p: Cursor): TopLevel[] {
  if (p.is("#")) return [parseDirective(p)];
  const next = p.tok.kind === "identifier" ? p.peek() : undefined;
  switch (next && p.tok.text) {
    case "config":
      if (next?.text === "=") return [parseConfig(p)];
      break;
    case "import":
      if (next?.kind === "string") return [parseImport(p)];
      break;
    case "macro":
      if (next?.kind === "identifier") return [parseMacro(p)];
      break;
    case "fn":
      if (next?.kind === "identifier") return [parseSubprogram(p)];
      break;
    case "let":
      return [parseMapDeclaration(p)];
    case "struct":
    case "union":
    case "enum":
    case "typedef":
      return parseCDefinition(p);
  }
  return [parseProbe(p)];
}

function parseImport(p: Cursor): TopLevel {
  const read = readImport(p);
  if (!p.accept(";") && !p.onNewLine()) p.expect(";", "after the import", "end it with `;`");
  return read;
}

const CONFIG_HELP = "write `config = { stack_mode = perf; max_map_keys = 100 }`";

function parseConfig(p: Cursor): Config {
  const { start } = p.advance();
  p.advance();
  const open = p.expect("{", "after `config =`", CONFIG_HELP);
  const entries: ConfigEntry[] = [];
  while (!p.is("}")) {
    if (p.tok.kind === "end") p.close(open, "}");
    if (p.accept(";")) continue;
    const entry = p.attempt(() => readConfigEntry(p));
    if (entry) entries.push(entry);
    else skipStatement(p);
  }
  p.advance();
  p.accept(";");
  return { kind: "config", entries, span: p.span(start) };
}

function readConfigEntry(p: Cursor): ConfigEntry {
  const name = p.name("a setting's name", CONFIG_HELP);
  p.expect("=", `after \`${name.text}\``, CONFIG_HELP);
  const value = readConfigValue(p);
  if (!p.is("}")) p.expect(";", "between two settings", CONFIG_HELP);
  return { name: name.text, nameSpan: spanOf(name), value, span: { start: name.start, end: value.span.end } };
}

function readConfigValue(p: Cursor): ConfigValue {
  const token = p.tok;
  const span = spanOf(token);
  switch (token.kind) {
    case "identifier":
      p.advance();
      if (token.text === "true" || token.text === "false")
        return { kind: "bool", value: token.text === "true", span };
      return { kind: "word", value: token.text, span };
    case "string":
    case "integer":
      p.advance();
      return token.kind === "string"
        ? { kind: "string", value: token.value, span }
        : { kind: "integer", value: token.value, span };
    default:
      return p.fail(`expected the setting's value, found ${describeToken(token)}`, CONFIG_HELP);
  }
}

const MACRO_HELP = "write `macro name($variable, @map, expression) { … }`";

function parseMacro(p: Cursor): Macro {
  const { start } = p.advance();
  const name = p.advance();
  const params = p.is("{") ? [] : readMacroParams(p);
  const body = p.grammar.block(p, true);
  return { kind: "macro", name: name.text, nameSpan: spanOf(name), params, body, span: p.span(start) };
}

function readMacroParams(p: Cursor): MacroParam[] {
  const open = p.expect("(", "after the macro's name", MACRO_HELP);
  const params: MacroParam[] = [];
  while (!p.is(")")) {
    params.push(readMacroParam(p));
    if (!p.accept(",")) break;
  }
  p.close(open, ")");
  return params;
}

function readMacroParam(p: Cursor): MacroParam {
  const token = p.tok;
  const span = spanOf(token);
  switch (token.kind) {
    case "variable":
    case "map":
      p.advance();
      return { kind: token.kind, name: token.name, span };
    case "identifier":
      p.advance();
      return { kind: "expression", name: token.text, span };
    default:
      return p.fail(`expected a parameter, found ${describeToken(token)}`, MACRO_HELP);
  }
}

const FN_HELP = "write `fn name($a : uint64, $b : int32) : uint64 { … }`";

function parseSubprogram(p: Cursor): Subprogram {
  const { start } = p.advance();
  const name = p.advance();
  const open = p.expect("(", "after the function's name", FN_HELP);
  const params: SubprogramParam[] = [];
  while (!p.is(")")) {
    const param = p.tok;
    if (param.kind !== "variable")
      return p.fail(`expected a parameter, found ${describeToken(param)}`, FN_HELP);
    p.advance();
    p.expect(":", `after \`${param.text}\``, FN_HELP);
    const type = p.grammar.type(p);
    params.push({ name: param.name, type, span: p.span(param.start) });
    if (!p.accept(",")) break;
  }
  p.close(open, ")");
  p.expect(":", "before the type that the function returns", FN_HELP);
  const returns = p.grammar.type(p);
  const body = p.grammar.block(p, false);
  return {
    kind: "subprogram",
    name: name.text,
    nameSpan: spanOf(name),
    params,
    returns,
    body,
    span: p.span(start),
  };
}

function parseMapDeclaration(p: Cursor): MapDeclaration {
  const help = "write `let @name = hash(100);`";
  const { start } = p.advance();
  const map = p.tok;
  if (map.kind !== "map") return p.fail(`expected a map after \`let\`, found ${describeToken(map)}`, help);
  p.advance();
  p.expect("=", "after the map's name", help);
  const type = p.name("the kind of map", help);
  const open = p.expect("(", "after the kind of map", help);
  const args: Expr[] = [];
  while (!p.is(")")) {
    args.push(p.grammar.expression(p));
    if (!p.accept(",")) break;
  }
  p.close(open, ")");
  p.expect(";", "after the map declaration", "end it with `;`");
  return {
    kind: "mapDeclaration",
    name: map.name,
    nameSpan: spanOf(map),
    mapType: type.text,
    mapTypeSpan: spanOf(type),
    args,
    span: p.span(start),
  };
}

function parseProbe(p: Cursor): Probe {
  const { start } = p.tok;
  const attachPoints = parseAttachPoints(p);
  const predicate = p.is("/") ? readPredicate(p) : undefined;
  if (!p.is("{")) {
    const expected = predicate ? "`{`" : "`{`, `/` or `,`";
    const message = `expected ${expected} after the probe, found ${describeToken(p.tok)}`;
    p.fail(message, helpBehindProbe(p, attachPoints[0]?.written));
  }
  const body = p.grammar.block(p, false);
  return { kind: "probe", attachPoints, ...(predicate && { predicate }), body, span: p.span(start) };
}

function helpBehindProbe(p: Cursor, first: string | undefined): string {
  if (p.is("#"))
    return "a comment begins with `//`; `#` begins one of the preprocessor's lines, such as `#define`";
  if (first === "function" || first === "func" || first === "def")
    return "write `fn add($a : int64) : int64 { … }`, or `macro add(a) { … }`, which needs no types";
  return "a probe looks like `tracepoint:sched:sched_switch /pid == 1/ { … }`";
}

/** The condition between slashes; the closing one is the first that a `{` follows. */
function readPredicate(p: Cursor): Expr {
  const open = p.advance();
  p.inPredicate = true;
  const predicate = p.grammar.expression(p);
  if (p.is("=")) assignmentInCondition(p);
  p.inPredicate = false;
  if (p.accept("/")) return predicate;
  const notes = [{ span: spanOf(open), message: "the predicate begins here" }];
  const message = `expected \`/\` at the end of the predicate, found ${describeToken(p.tok)}`;
  const help = "write the condition between two slashes: `/pid == 1/ { … }`";
  if (!p.is("{")) return p.failAt(p.tok, "syntax/unclosed-predicate", message, help, notes);
  p.faults.add("syntax/unclosed-predicate", spanOf(p.tok), message, help, notes);
  return predicate;
}
