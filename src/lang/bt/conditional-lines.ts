import type { Report } from "../../base/diagnostic.ts";
import type { Span } from "../../base/span.ts";
import type { Preprocessor } from "./ast.ts";

type Conditional = Extract<Preprocessor, { kind: "conditional" }>;

/** What knows the macros that conditions ask for. `at` is a position in the script. */
export type Conditions = Readonly<{
  isDefined(name: string): boolean;
  /** The value of a condition, or a message that says why it has none. */
  condition(text: string, at: number): bigint | string;
}>;

/** One open `#if`: whether its current part counts, and whether any part has counted yet. */
type Open = { line: Conditional; active: boolean; taken: boolean; inElse: boolean };

/** The `#if` lines that are open at a place of a file or block, each of which has its own. Reports those without partner. */
export class ConditionalLines {
  readonly open: Open[] = [];
  readonly conditions: Conditions;
  readonly report: Report;

  readonly of: "file" | "block";

  constructor(conditions: Conditions, report: Report, of: "file" | "block") {
    this.conditions = conditions;
    this.report = report;
    this.of = of;
  }

  /** Whether what stands here counts. */
  get active(): boolean {
    return this.open.every((one) => one.active);
  }

  /** Takes in the next `#if`, `#else` … line. */
  next(line: Conditional): void {
    branch(line, this);
  }

  /** The file or block ends. */
  end(): void {
    const last = this.open.at(-1);
    if (!last) return;
    const message = `this \`#${last.line.directive}\` has no \`#endif\``;
    this.report.error(
      "syntax/conditional",
      last.line.span,
      message,
      `add \`#endif\` before the end of the ${this.of}`,
    );
  }
}

function branch(line: Conditional, lines: ConditionalLines): void {
  const { open, conditions: directives, report } = lines;
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
        partnerless(line, lines);
        return;
      }
      top.active = !top.taken && (directive === "else" || holds(line, directives, report));
      top.taken ||= top.active;
      top.inElse = directive === "else";
      return;
    case "endif":
      if (open.pop() === undefined) partnerless(line, lines);
      return;
  }
}

function partnerless(line: Conditional, { report, of }: ConditionalLines): void {
  const message = `this \`#${line.directive}\` belongs to no \`#if\`${of === "block" ? " of its block" : ""}`;
  report.error("syntax/conditional", line.span, message, "remove it, or put an `#if` before it");
}

function holds(line: Conditional, directives: Conditions, report: Report): boolean {
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
