import type { Report } from "../../base/diagnostic.ts";
import type { Span } from "../../base/span.ts";
import { didYouMean } from "../../base/suggest.ts";
import type { Block, Expr, Macro, MacroParam, Probe, Subprogram, TopLevel } from "./ast.ts";
import { copyNodes, replaceNodes } from "./replace-nodes.ts";
import type { TypeSyntax } from "./type-syntax.ts";

type Call = Extract<Expr, { kind: "call" }>;
type Own = Macro | Subprogram;
type NamedType = Extract<TypeSyntax, { kind: "namedType" }>;
/** Names that a body binds to what the caller gave, or to names that nobody else has. */
type Bindings = Readonly<{
  variables: Map<string, string>;
  maps: ReadonlyMap<string, string>;
  expressions: ReadonlyMap<string, Expr>;
  number: number;
}>;

const MOST_DEPTH = 32;
const MOST_EXPANSIONS = 10_000;

/**
 * Puts the bodies of macros and of the script's own functions where they are called. Variables of a body get names that
 * no one else can write (`x#1`), so a body sees of its caller only what it is given. What is left are the other items.
 */
export function expandMacros(items: readonly TopLevel[], report: Report): readonly TopLevel[] {
  const own = items.filter((item) => item.kind === "macro" || item.kind === "subprogram");
  if (own.length === 0) return items;
  const expander = new Expander(own, report);
  const rest = items.filter((item) => item.kind !== "macro" && item.kind !== "subprogram");
  return rest.map((item) => (item.kind === "probe" ? expander.probe(item) : item));
}

class Expander {
  private readonly byName = new Map<string, Own[]>();
  private readonly report: Report;
  private expansions = 0;

  constructor(own: readonly Own[], report: Report) {
    this.report = report;
    for (const item of own) this.define(item);
  }

  private define(item: Own): void {
    const others = this.byName.get(item.name) ?? [];
    const same = others.find((o) => item.kind !== o.kind || o.params.length === item.params.length);
    if (same)
      this.report.error(
        "name/duplicate",
        item.nameSpan,
        `\`${item.name}\` is defined twice`,
        "give one of the two another name",
        [{ span: same.nameSpan, message: "the other one is here" }],
      );
    else this.byName.set(item.name, [...others, item]);
  }

  probe(probe: Probe): Probe {
    const body = this.expand(probe.body, []);
    return { ...probe, body, ...(probe.predicate && { predicate: this.expand(probe.predicate, []) }) };
  }

  /** `inside`: the names of the bodies around this code, the innermost last. */
  private expand<T>(root: T, inside: readonly string[]): T {
    return replaceNodes(root, (node) => {
      const expr = node as Expr;
      if (expr.kind === "identifier") {
        const macro = this.byName.get(expr.name)?.find((m) => m.kind === "macro" && m.params.length === 0);
        return macro && this.instance(macro, [], expr, inside);
      }
      if (expr.kind !== "call" || !this.byName.has(expr.name)) return undefined;
      return this.call(expr, inside);
    });
  }

  private call(call: Call, inside: readonly string[]): Expr {
    const args = call.args.map((arg) => this.expand(arg, inside));
    const all = this.byName.get(call.name) ?? [];
    const one = all.find((o) => o.params.length === args.length);
    if (one) return this.instance(one, args, call, inside);
    const counts = all.map((o) => o.params.length).join(" or ");
    const forms = all.map((o) => `\`${usage(o)}\``).join(" or ");
    this.report.error(
      "type/arguments",
      call.span,
      `${call.name}() takes ${counts} argument${counts === "1" ? "" : "s"}, not ${args.length}`,
      `write ${forms}`,
    );
    return nothing(call.span);
  }

  private instance(item: Own, args: readonly Expr[], at: Expr, inside: readonly string[]): Expr {
    if (inside.includes(item.name) || inside.length >= MOST_DEPTH) {
      const message = `\`${item.name}\` leads to itself`;
      this.report.error("name/recursive", at.span, message, "write it as a loop: `while (…) { … }`");
      return nothing(at.span);
    }
    if (++this.expansions > MOST_EXPANSIONS) {
      const message = `macros and functions are used more than ${MOST_EXPANSIONS} times`;
      this.report.error("name/expansions", at.span, message, "call them in a loop instead");
      return nothing(at.span);
    }
    const names = [...inside, item.name];
    if (item.kind === "macro") return this.macro(item, args, at, names);
    return this.subprogram(item, args, at, names);
  }

  private macro(macro: Macro, args: readonly Expr[], at: Expr, inside: readonly string[]): Expr {
    const bindings = this.bind(macro, args);
    if (!bindings) return nothing(at.span);
    const body = this.expand(this.renamed(copyNodes(macro.body), bindings, macro), inside);
    if (body.statements.length === 0 && body.result) return { ...body.result, parens: true };
    return { kind: "blockExpr", block: body, span: at.span };
  }

  private bind(macro: Macro, args: readonly Expr[]): Bindings | undefined {
    const variables = new Map<string, string>();
    const maps = new Map<string, string>();
    const expressions = new Map<string, Expr>();
    for (const [index, param] of macro.params.entries()) {
      const arg = args[index];
      if (!arg) return undefined;
      if (param.kind === "expression") expressions.set(param.name, arg);
      else if (param.kind === "variable" && arg.kind === "variable") variables.set(param.name, arg.name);
      else if (param.kind === "map" && arg.kind === "map" && !arg.keys) maps.set(param.name, arg.name);
      else {
        this.wrongKind(macro, param, arg);
        return undefined;
      }
    }
    return { variables, maps, expressions, number: this.expansions };
  }

  private wrongKind(macro: Macro, param: MacroParam, arg: Expr): void {
    const what = param.kind === "map" ? "a map without a key" : "a variable";
    const help =
      param.kind === "map"
        ? `give a map such as \`@m\`, or write the parameter without \`@\`: \`${usage(macro).replace(`@${param.name}`, param.name)}\``
        : `put the value into a variable first: \`$x = …; ${macro.name}($x)\``;
    this.report.error("macro/argument", arg.span, `\`${macro.name}\` takes ${what} here`, help);
  }

  private subprogram(fn: Subprogram, args: readonly Expr[], at: Expr, inside: readonly string[]): Expr {
    const bindings = { variables: new Map(), maps: new Map(), expressions: new Map(), number: this.expansions };
    const params = fn.params.map((param, index) => ({
      kind: "parameter" as const,
      name: ownName(param.name, bindings),
      type: param.type,
      value: args[index] as Expr,
      span: param.span,
    }));
    const body = this.expand(this.renamed(copyNodes(fn.body), bindings, undefined), inside);
    return { kind: "inlined", name: fn.name, params, body, returns: fn.returns, span: at.span };
  }

  /** The body with the caller's names in it; `macro`: it may use only those maps that it is given. */
  private renamed(body: Block, bindings: Bindings, macro: Macro | undefined): Block {
    return replaceNodes(body, (node, below) => {
      const one = node as Expr | NamedType | { kind: "let" | "for"; name: string };
      if (macro?.textual && one.kind !== "identifier") return undefined;
      switch (one.kind) {
        case "variable":
          return { ...one, name: ownName(one.name, bindings) };
        case "let":
        case "for":
          return { ...below(one), name: ownName(one.name, bindings) };
        case "namedType":
          return typeGiven(bindings, one.name);
        case "sizeof":
        case "typeinfo": {
          const type = one.operand.kind === "identifier" && typeGiven(bindings, one.operand.name);
          return type ? { ...one, operand: type } : undefined;
        }
        case "offsetof": {
          const type = one.base.kind === "identifier" && typeGiven(bindings, one.base.name);
          return type ? { ...one, base: type } : undefined;
        }
        case "identifier": {
          const given = bindings.expressions.get(one.name);
          return given && copyNodes({ ...given, parens: true as const });
        }
        case "map":
          return macro && { ...below(one), name: this.mapName(one, bindings, macro) };
        default:
          return undefined;
      }
    });
  }

  private mapName(map: Extract<Expr, { kind: "map" }>, { maps }: Bindings, macro: Macro): string {
    const name = maps.get(map.name);
    if (name !== undefined) return name;
    const known = [...maps.keys()].map((n) => `@${n}`);
    this.report.error(
      "macro/map",
      map.span,
      `the macro \`${macro.name}\` uses \`@${map.name}\`, which it is not given`,
      didYouMean(`@${map.name}`, known) ??
        `add \`@${map.name}\` to its parameters, and give it in the calls: \`${usage(macro, `@${map.name}`)}\``,
    );
    return map.name;
  }
}

/** The type that the caller gave for a parameter, as in `cast(typeof(uint8), p)`. */
function typeGiven({ expressions }: Bindings, name: string): TypeSyntax | undefined {
  const given = expressions.get(name);
  return given?.kind === "typeArgument" ? copyNodes(given.type) : undefined;
}

function ownName(name: string, { variables, number }: Bindings): string {
  const known = variables.get(name);
  if (known !== undefined) return known;
  const own = `${name}#${number}`;
  variables.set(name, own);
  return own;
}

/** `name($a, @b, c)`, with another argument behind them where one is given. */
function usage(item: Own, more?: string): string {
  const params =
    item.kind === "subprogram"
      ? item.params.map((p) => `$${p.name}`)
      : item.params.map((p) => (p.kind === "variable" ? "$" : p.kind === "map" ? "@" : "") + p.name);
  return `${item.name}(${[...params, ...(more ? [more] : [])].join(", ")})`;
}

/** Stands for a call that was reported. */
function nothing(span: Span): Expr {
  return { kind: "integer", value: 0n, suffix: "", text: "0", span };
}
