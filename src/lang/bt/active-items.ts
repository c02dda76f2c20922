import { Report } from "../../base/diagnostic.ts";
import type { Span } from "../../base/span.ts";
import type { Expr, Macro, Preprocessor, TopLevel } from "./ast.ts";
import { evalConstant } from "./c-constant.ts";
import { parseOneExpression } from "./parse.ts";

type Conditional = Extract<Preprocessor, { kind: "conditional" }>;
type Define = Extract<Preprocessor, { kind: "define" }>;

/** A condition looks through so many defines at most; each is read inside of the one that names it. */
const MAX_NAMES = 100;

/** What is left of a script after its `#if` lines: its items, and the values of its `#define`s by name. */
export type ActiveItems = Readonly<{ items: readonly TopLevel[]; defines: ReadonlyMap<string, Expr> }>;

/** One open `#if`: whether its current part counts, and whether any part has counted yet. */
type Open = { line: Conditional; active: boolean; taken: boolean; inElse: boolean };

/**
 * The items that the script's `#if`, `#ifdef` … lines leave in, without the directives themselves but for includes.
 * `predefined` are macros that exist without a `#define`, such as BPFTRACE_HAVE_BTF. Reports conditions that are no
 * constants and lines without partner. A define counts from its line to the end or its `#undef`; values that are used
 * before that are the checker's to refuse.
 */
export function activeItems(
  items: readonly TopLevel[],
  predefined: ReadonlyMap<string, bigint>,
  report: Report,
): ActiveItems {
  const left: TopLevel[] = [];
  const known = new Map<string, Define | bigint>(predefined);
  const open: Open[] = [];
  for (const item of items) {
    if (item.kind === "conditional") {
      branch(item, open, known, report);
      continue;
    }
    if (open.some((one) => !one.active)) continue;
    if (item.kind === "define") {
      known.set(item.name, item);
      const macro = asMacro(item);
      if (macro) left.push(macro);
    } else if (item.kind === "undef") known.delete(item.name);
    else if (item.kind !== "otherDirective") left.push(item);
  }
  const last = open.at(-1);
  if (last)
    report.error(
      "syntax/conditional",
      last.line.span,
      `this \`#${last.line.directive}\` has no \`#endif\``,
      "add `#endif`",
    );
  return { items: left, defines: valuesOf(known) };
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

/** The tree with one position for all of its nodes: what was read of a body alone has none in the script. */
function placedAt<T>(node: T, span: Span): T {
  const placed = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
    if (Array.isArray(value)) return value.map(placed);
    if ("start" in value && typeof value.start === "number") return span;
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, placed(child)]));
  };
  return placed(node) as T;
}

function valuesOf(known: ReadonlyMap<string, Define | bigint>): Map<string, Expr> {
  const values = new Map<string, Expr>();
  for (const [name, define] of known)
    if (typeof define !== "bigint" && define.value && !define.params) values.set(name, define.value);
  return values;
}

function branch(line: Conditional, open: Open[], known: Known, report: Report): void {
  const { directive, body } = line;
  const outside = open.every((one) => one.active);
  switch (directive) {
    case "if":
    case "ifdef":
    case "ifndef": {
      const active = outside && holds(line, known, report);
      open.push({ line, active, taken: active || !outside, inElse: false });
      return;
    }
    case "elif":
    case "else": {
      const top = open.at(-1);
      if (!top || top.inElse) {
        partnerless(line, report);
        return;
      }
      top.active = !top.taken && (directive === "else" || holds(line, known, report));
      top.taken ||= top.active;
      top.inElse = directive === "else";
      return;
    }
    case "endif":
      if (open.pop() === undefined) partnerless(line, report);
      return;
    default:
      throw new Error(`bug: ${directive} ${body}`);
  }
}

type Known = ReadonlyMap<string, Define | bigint>;

function partnerless(line: Conditional, report: Report): void {
  const message = `this \`#${line.directive}\` belongs to no \`#if\``;
  report.error("syntax/conditional", line.span, message, "remove it, or put an `#if` before it");
}

function holds(line: Conditional, known: Known, report: Report): boolean {
  const { directive, body, span } = line;
  if (directive === "ifdef" || directive === "ifndef") {
    if (!/^\w+$/.test(body))
      report.error(
        "syntax/conditional",
        span,
        `\`#${directive}\` needs one name`,
        `write \`#${directive} NAME\``,
      );
    return known.has(body) === (directive === "ifdef");
  }
  const value = conditionValue(body, known);
  if (value === undefined)
    report.error(
      "syntax/conditional",
      span,
      "this condition is not a constant",
      "use numbers, defines and `defined(NAME)`",
    );
  return value !== undefined && value !== 0n;
}

/** Values found so far; undefined while one is computed, which also ends defines that go in circles. */
type Values = Map<string, bigint | undefined>;

/** As in C, a name that is not defined counts as 0. */
function conditionValue(body: string, known: Known, values: Values = new Map()): bigint | undefined {
  const text = body.replace(/\bdefined\s*(?:\(\s*(\w+)\s*\)|(\w+))/g, (_, a?: string, b?: string) =>
    known.has(a ?? b ?? "") ? "1" : "0",
  );
  const expr = parseOneExpression({ name: "#if", text }, new Report());
  if (!expr) return undefined;
  return evalConstant(expr, {
    name: (name) => nameValue(name, known, values),
    call: (name, args) => (name === "KERNEL_VERSION" ? kernelVersion(args) : undefined),
  });
}

function nameValue(name: string, known: Known, values: Values): bigint | undefined {
  if (values.has(name)) return values.get(name);
  const define = known.get(name);
  if (typeof define === "bigint") return define;
  if (define === undefined) return 0n;
  values.set(name, undefined);
  const value = values.size > MAX_NAMES ? undefined : conditionValue(define.body, known, values);
  values.set(name, value);
  return value;
}

/** Source: include/generated/uapi/linux/version.h: 8 bits for each of the two lower numbers, 255 at most. */
function kernelVersion([major = 0n, minor = 0n, patch = 0n]: readonly bigint[]): bigint {
  return (major << 16n) + (minor << 8n) + (patch > 255n ? 255n : patch);
}
