import { Report } from "../../base/diagnostic.ts";
import { unreachable } from "../../base/errors.ts";
import type {
  Block,
  CText,
  Expr,
  HashLine,
  Import,
  Macro,
  Preprocessor,
  Probe,
  Statement,
  TopLevel,
} from "./ast.ts";
import { asStatements, asValue } from "./block-value.ts";
import { ConditionalLines, type Conditions } from "./conditional-lines.ts";
import { parseOneExpression } from "./parse.ts";
import { placedAt } from "./placed-at.ts";
import { redefined } from "./redefined.ts";
import { copyNodes, replaceNodes } from "./replace-nodes.ts";
import type { CDefinition } from "./type-syntax.ts";
import { walk } from "./walk.ts";

type Define = Extract<Preprocessor, { kind: "define" }>;
type Include = Extract<Preprocessor, { kind: "include" }>;

/** What is left of a script after its `#` lines: its items, and the values of its `#define`s by name. */
export type ActiveItems = Readonly<{
  items: readonly TopLevel[];
  defines: ReadonlyMap<string, Expr>;
  /** Whether there are any, those without a value and those with parameters among them. */
  hasDefines: boolean;
}>;

/** What knows the macros: the preprocessor of C. `at` is a position in the script. */
export type Directives = Conditions &
  Readonly<{
    define(line: string, at: number): void;
    undefine(name: string): void;
    /** Told of each definition in C that counts, and of `#pragma`. */
    definition?(item: CDefinition | CText | Preprocessor): void;
  }>;

/** A script that another one takes in, and where its own names of files count from. */
export type OpenedScript<Place> = Readonly<{ items: readonly TopLevel[]; at: Place }>;

/** Reads what `#include` and `import` name; undefined where that leaves no items. */
export type OpenFile<Place> = (item: Include | Import, from: Place) => OpenedScript<Place> | undefined;

/**
 * The items that the script's `#if`, `#ifdef` … lines leave in, without the `#` lines themselves. Files are taken in
 * where they are named, and see what is defined by then. Reports conditions that are no constants and lines without
 * partner. A define counts from its line to the end or its `#undef`; values that are used before that are the checker's
 * to refuse.
 */
export function activeItems<Place>(
  items: readonly TopLevel[],
  directives: Directives,
  report: Report,
  files?: Readonly<{ open: OpenFile<Place>; at: Place }>,
): ActiveItems {
  const reader = new Reader(directives, report, files?.open);
  reader.read(items, files?.at as Place);
  return { items: reader.left, defines: valuesOf(reader.known), hasDefines: reader.known.size > 0 };
}

const MOST_EXPANSIONS = 10_000;

class Reader<Place> {
  readonly left: TopLevel[] = [];
  readonly known = new Map<string, Define>();
  private readonly directives: Directives;
  private readonly report: Report;
  private readonly open: OpenFile<Place> | undefined;
  /** Names that mean one thing here and another there: they are replaced where they stand. */
  private changing: ReadonlySet<string> = new Set();
  private definitions = 0;
  private expansions = 0;
  private nested = 0;

  constructor(directives: Directives, report: Report, open: OpenFile<Place> | undefined) {
    this.directives = directives;
    this.report = report;
    this.open = open;
  }

  read(items: readonly TopLevel[], at: Place): void {
    const own = redefined(items);
    if (own.size > 0) this.changing = new Set([...this.changing, ...own]);
    const lines = new ConditionalLines(this.directives, this.report, "file");
    for (const item of items) {
      if (item.kind === "conditional") lines.next(item);
      else if (lines.active) this.item(item, at);
    }
    lines.end();
  }

  private item(item: TopLevel, at: Place): void {
    switch (item.kind) {
      case "define":
      case "undef":
      case "otherDirective":
        this.line(item);
        return;
      case "include":
      case "import": {
        const opened = this.open?.(item, at);
        if (opened) this.read(opened.items, opened.at);
        else if (!this.open) this.left.push(item);
        return;
      }
      case "cText":
      case "cRecord":
      case "cEnum":
      case "cTypedef":
        this.directives.definition?.(item);
        this.left.push(item);
        return;
      case "probe":
        this.left.push(
          item.body.lines || this.changing.size > 0 ? this.settled(item) : this.withPredicate(item),
        );
        return;
      case "macro":
      case "subprogram":
        this.left.push(item.body.lines || this.changing.size > 0 ? this.settled(item) : item);
        return;
      default:
        this.left.push(item);
    }
  }

  /** A line that is no condition. */
  private line(line: Exclude<HashLine, { kind: "conditional" }>): void {
    switch (line.kind) {
      case "define":
        this.define(line);
        return;
      case "undef":
        this.known.delete(line.name);
        this.directives.undefine(line.name);
        return;
      case "otherDirective":
        if (line.directive === "error")
          this.report.error("include/error", line.span, `the script refuses: ${line.body}`, "do what it says");
        else this.directives.definition?.(line);
        return;
      default:
        unreachable(line);
    }
  }

  private define(item: Define): void {
    const macro = asMacro(item);
    const number = ++this.definitions;
    const name = macro && this.changing.has(item.name) ? `${item.name}#${number}` : item.name;
    this.known.set(item.name, { ...item, name });
    this.directives.define(defineLine(item), item.span.start);
    if (macro) this.left.push({ ...(this.changing.size > 0 ? this.settled(macro) : macro), name });
  }

  /** The probe with its predicate settled: blocks in there may have `#` lines. */
  private withPredicate(probe: Probe): Probe {
    const predicate = probe.predicate && this.settled(probe.predicate);
    return predicate === probe.predicate ? probe : { ...probe, ...(predicate && { predicate }) };
  }

  /** The tree without `#` lines, and without names that have another meaning later. */
  private settled<T>(root: T): T {
    return replaceNodes(root, (node, below) => {
      const one = node as Block | Expr;
      if (one.kind === "block") return one.lines && this.block(one, below);
      if (one.kind !== "identifier" && one.kind !== "call") return undefined;
      const define = this.changing.has(one.name) ? this.known.get(one.name) : undefined;
      if (one.kind === "call") return define?.params && { ...below(one), name: define.name };
      return define && !define.params ? this.valueHere(define, one) : undefined;
    });
  }

  /** What the name of a define stands for at this place, names in it replaced in turn. */
  private valueHere(define: Define, at: Expr): unknown {
    if (!define.value || this.expansions >= MOST_EXPANSIONS) return undefined;
    if (++this.expansions === MOST_EXPANSIONS) {
      const message = `\`#define\`s that change are used more than ${MOST_EXPANSIONS} times`;
      this.report.error(
        "name/expansions",
        at.span,
        message,
        "define them once, or keep their values in variables",
      );
    }
    this.known.delete(define.name); // it does not stand for itself
    this.nested++;
    const value = this.settled(this.nested === 1 ? placedAt(define.value, at.span) : copyNodes(define.value));
    this.nested--;
    this.known.set(define.name, define);
    return { ...value, span: at.span, parens: true };
  }

  /** The block with the statements that count. */
  private block({ lines: kind, statements, ...block }: Block, below: <N>(node: N) => N): Block {
    const lines = new ConditionalLines(this.directives, this.report, "block");
    const kept: { statement: Statement; isOpen: boolean }[] = [];
    for (const one of statements) {
      if (one.kind === "hashLine") {
        if (one.line.kind === "conditional") lines.next(one.line);
        else if (lines.active) this.line(one.line);
      } else if (lines.active) {
        const isOpen = one.kind === "openEnd";
        kept.push({ statement: this.settledStatement(isOpen ? one.statement : one, below), isOpen });
      }
    }
    lines.end();
    const last = kept.at(-1);
    const result = kind === "valued" && last?.isOpen ? asValue(last.statement) : undefined;
    const plain = (result ? kept.slice(0, -1) : kept).map(({ statement }) => asStatements(statement));
    return { ...block, statements: plain, ...(result && { result }) };
  }

  private settledStatement(statement: Statement, below: <N>(node: N) => N): Statement {
    return statement.kind === "block" ? (this.settled(statement) as Statement) : below(statement);
  }
}

/** The line behind `#define`. */
function defineLine({ name, params, body }: Define): string {
  return `${name}${params ? `(${params.join(", ")})` : ""} ${body}`;
}

/** `#define MAX(a, b) …` as a macro; undefined where the body is no expression. */
function asMacro({ name, nameSpan, params, body, span }: Define): Macro | undefined {
  const result = params && parseOneExpression({ name: "#define", text: body }, new Report());
  if (!params || !result || namesOtherThings(result, params)) return undefined;
  return {
    kind: "macro",
    textual: true,
    name,
    nameSpan,
    params: params.map((param) => ({ kind: "expression", name: param, span: nameSpan })),
    body: { kind: "block", statements: [], result: placedAt(result, span), span },
    span,
  };
}

/** Whether a parameter stands for a member or a type: then the text is what is to be expanded, as C does. */
function namesOtherThings(body: Expr, params: readonly string[]): boolean {
  let found = false;
  const names = new Set(params);
  walk(body, (node) => {
    if (node.kind === "identifier") return;
    const path = "path" in node && Array.isArray(node.path) ? (node.path as { name: string }[]) : [];
    const own = "name" in node && typeof node.name === "string" ? [node.name] : [];
    found ||= [...own, ...path.map(({ name }) => name)].some((name) => names.has(name));
  });
  return found;
}

function valuesOf(known: ReadonlyMap<string, Define>): Map<string, Expr> {
  const values = new Map<string, Expr>();
  for (const [name, define] of known) if (define.value && !define.params) values.set(name, define.value);
  return values;
}
