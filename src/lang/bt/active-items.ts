import { Report } from "../../base/diagnostic.ts";
import type { Span } from "../../base/span.ts";
import type { CText, Expr, Import, Macro, Preprocessor, TopLevel } from "./ast.ts";
import { parseOneExpression } from "./parse.ts";
import { placedAt } from "./placed-at.ts";
import type { CDefinition } from "./type-syntax.ts";

type Conditional = Extract<Preprocessor, { kind: "conditional" }>;
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
export type Directives = Readonly<{
  define(line: string, at: number): void;
  undefine(name: string): void;
  isDefined(name: string): boolean;
  /** The value of a condition, or a message that says why it has none. */
  condition(text: string, at: number): bigint | string;
  /** Told of each definition in C that counts, and of `#pragma`. */
  definition?(item: CDefinition | CText | Preprocessor): void;
}>;

/** A script that another one takes in, and where its own names of files count from. */
export type OpenedScript<Place> = Readonly<{ items: readonly TopLevel[]; at: Place }>;

/** Reads what `#include` and `import` name; undefined where that leaves no items. */
export type OpenFile<Place> = (item: Include | Import, from: Place) => OpenedScript<Place> | undefined;

/** One open `#if`: whether its current part counts, and whether any part has counted yet. */
type Open = { line: Conditional; active: boolean; taken: boolean; inElse: boolean };

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

class Reader<Place> {
  readonly left: TopLevel[] = [];
  readonly known = new Map<string, Define>();
  private readonly directives: Directives;
  private readonly report: Report;
  private readonly open: OpenFile<Place> | undefined;

  constructor(directives: Directives, report: Report, open: OpenFile<Place> | undefined) {
    this.directives = directives;
    this.report = report;
    this.open = open;
  }

  read(items: readonly TopLevel[], at: Place): void {
    const open: Open[] = [];
    for (const item of items) {
      if (item.kind === "conditional") branch(item, open, this.directives, this.report);
      else if (open.every((one) => one.active)) this.item(item, at);
    }
    const last = open.at(-1);
    if (!last) return;
    const message = `this \`#${last.line.directive}\` has no \`#endif\``;
    this.report.error("syntax/conditional", last.line.span, message, "add `#endif`");
  }

  private item(item: TopLevel, at: Place): void {
    switch (item.kind) {
      case "define":
        this.define(item);
        return;
      case "undef":
        this.known.delete(item.name);
        this.directives.undefine(item.name);
        return;
      case "include":
      case "import": {
        const opened = this.open?.(item, at);
        if (opened) this.read(opened.items, opened.at);
        else if (!this.open) this.left.push(item);
        return;
      }
      case "otherDirective":
        if (item.directive === "error")
          this.report.error("include/error", item.span, `the script refuses: ${item.body}`, "do what it says");
        else this.directives.definition?.(item);
        return;
      case "cText":
      case "cRecord":
      case "cEnum":
      case "cTypedef":
        this.directives.definition?.(item);
        this.left.push(item);
        return;
      default:
        this.left.push(item);
    }
  }

  private define(item: Define): void {
    this.known.set(item.name, item);
    this.directives.define(defineLine(item), item.span.start);
    const macro = asMacro(item);
    if (macro) this.left.push(macro);
  }
}

/** The line behind `#define`. */
function defineLine({ name, params, body }: Define): string {
  return `${name}${params ? `(${params.join(", ")})` : ""} ${body}`;
}

/** `#define MAX(a, b) …` as a macro; undefined where the body is no expression. */
function asMacro({ name, nameSpan, params, body, span }: Define): Macro | undefined {
  const result = params && parseOneExpression({ name: "#define", text: body }, new Report());
  if (!params || !result) return undefined;
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

function valuesOf(known: ReadonlyMap<string, Define>): Map<string, Expr> {
  const values = new Map<string, Expr>();
  for (const [name, define] of known) if (define.value && !define.params) values.set(name, define.value);
  return values;
}

function branch(line: Conditional, open: Open[], directives: Directives, report: Report): void {
  const { directive } = line;
  const top = open.at(-1);
  switch (directive) {
    case "if":
    case "ifdef":
    case "ifndef": {
      const outside = open.every((one) => one.active);
      const active = outside && holds(line, directives, report);
      open.push({ line, active, taken: active || !outside, inElse: false });
      return;
    }
    case "elif":
    case "elifdef":
    case "elifndef":
    case "else":
      if (!top || top.inElse) {
        partnerless(line, report);
        return;
      }
      top.active = !top.taken && (directive === "else" || holds(line, directives, report));
      top.taken ||= top.active;
      top.inElse = directive === "else";
      return;
    case "endif":
      if (open.pop() === undefined) partnerless(line, report);
      return;
  }
}

function partnerless(line: Conditional, report: Report): void {
  const message = `this \`#${line.directive}\` belongs to no \`#if\``;
  report.error("syntax/conditional", line.span, message, "remove it, or put an `#if` before it");
}

function holds(line: Conditional, directives: Directives, report: Report): boolean {
  const { directive, body, span } = line;
  if (/def$/.test(directive)) {
    if (!/^\w+$/.test(body)) needsName(directive, span, report);
    return directives.isDefined(body) !== /ndef$/.test(directive);
  }
  const value = directives.condition(body, span.start);
  if (typeof value === "bigint") return value !== 0n;
  const message = `this condition is not a constant: ${value}`;
  report.error("syntax/conditional", span, message, "use numbers, defines and `defined(NAME)`");
  return false;
}

function needsName(directive: string, span: Span, report: Report): void {
  const message = `\`#${directive}\` needs one name`;
  report.error("syntax/conditional", span, message, `write \`#${directive} NAME\``);
}
