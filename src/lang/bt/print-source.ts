import { unreachable } from "../../base/errors.ts";
import type { Span } from "../../base/span.ts";
import type {
  AttachPart,
  AttachPoint,
  Block,
  Comment,
  Expr,
  HashLine,
  Script,
  Statement,
  TopLevel,
} from "./ast.ts";
import { isPathPart } from "./parse-attach.ts";
import { printCDefinition } from "./print-c.ts";
import { inBrackets, printExpr, printLeading, printType } from "./print-expr.ts";

const INDENT = "  ";

/**
 * A script as source in one style: two spaces deep, a statement per line, an attach point per line. Reading the result
 * gives the same tree. With `text`, the text that the script was read from, strings keep their spelling and single
 * blank lines stay. Comments stay before the statement, field or item that they stood before, or at its line's end.
 */
export function printSource(script: Script, text?: string): string {
  const printer = new Printer(script.comments, text);
  const out = printer.items(script.items);
  return out === "" ? "" : `${out}\n`;
}

/** One expression as source. */
export function printExprSource(expr: Expr): string {
  return printExpr(expr, new Printer([], undefined));
}

/** Keeps the level of indentation and the comments that are still to be printed. */
class Printer {
  private level = 0;
  private nextComment = 0;
  private readonly comments: readonly Comment[];
  private readonly text: string | undefined;

  constructor(comments: readonly Comment[], text: string | undefined) {
    this.comments = comments;
    this.text = text;
  }

  spelling(expr: Expr): string | undefined {
    if (expr.parens || this.text === undefined) return undefined;
    const text = this.text.slice(expr.span.start, expr.span.end);
    return /^(["']).*\1$/s.test(text) ? text : undefined;
  }

  commentsBefore(span: Span, indent: string): string[] {
    return this.take(span.start).map((comment) => indent + comment.text);
  }

  items(items: readonly TopLevel[]): string {
    const lines: string[] = [];
    let last: TopLevel | undefined;
    for (const item of items) {
      const before = this.take(item.span.start);
      if (
        last &&
        (isTall(item) ||
          isTall(last) ||
          groupOf(item) !== groupOf(last) ||
          this.blankBefore(before[0] ?? item, last))
      )
        lines.push("");
      this.own(lines, before, "");
      if (before.length > 0 && this.blankBefore(item, before.at(-1))) lines.push("");
      lines.push(this.item(item) + this.trailing(item));
      last = item;
    }
    const rest = this.take(Number.POSITIVE_INFINITY);
    if (last && rest.length > 0) lines.push("");
    this.own(lines, rest, "");
    return lines.join("\n");
  }

  /** Comments on lines of their own, blank lines between them kept. */
  private own(lines: string[], comments: readonly Comment[], indent: string): void {
    let last: Comment | undefined;
    for (const comment of comments) {
      if (last && this.blankBefore(comment, last)) lines.push("");
      lines.push(indent + comment.text);
      last = comment;
    }
  }

  private take(before: number): Comment[] {
    const from = this.nextComment;
    while ((this.comments[this.nextComment]?.span.start ?? Number.POSITIVE_INFINITY) < before)
      this.nextComment++;
    return this.comments.slice(from, this.nextComment);
  }

  /** The comment that stands behind `node` on its last line, with a space before it. */
  trailing(node: { span: Span }): string {
    const comment = this.comments[this.nextComment];
    if (comment === undefined || this.text === undefined) return "";
    const between = this.text.slice(node.span.end, comment.span.start);
    if (comment.span.start < node.span.end || !/^[ \t;,]*$/.test(between)) return "";
    this.nextComment++;
    return ` ${comment.text}`;
  }

  private blankBefore(node: { span: Span }, last: { span: Span } | undefined): boolean {
    if (this.text === undefined || last === undefined) return false;
    return /\n[ \t\r]*\n/.test(this.text.slice(last.span.end, node.span.start));
  }

  private item(item: TopLevel): string {
    switch (item.kind) {
      case "config":
        return this.config(item);
      case "import":
        return `import ${quote(item.path)};`;
      case "include":
        return item.system ? `#include <${item.path}>` : `#include "${item.path}"`;
      case "define":
      case "undef":
      case "conditional":
      case "otherDirective":
        return printHashLine(item);
      case "cRecord":
      case "cEnum":
      case "cTypedef":
        return printCDefinition(item, this);
      case "cText":
        this.take(item.span.end); // its comments stand in it
        return item.text;
      case "macro": {
        const sigils = { variable: "$", map: "@", expression: "" };
        const params = item.params.map((param) => sigils[param.kind] + param.name).join(", ");
        return `macro ${item.name}(${params}) ${this.block(item.body)}`;
      }
      case "subprogram": {
        const params = item.params.map((param) => `$${param.name} : ${printType(param.type, this)}`).join(", ");
        return `fn ${item.name}(${params}) : ${printType(item.returns, this)} ${this.block(item.body)}`;
      }
      case "mapDeclaration":
        return `let @${item.name} = ${item.mapType}(${item.args.map((arg) => printExpr(arg, this)).join(", ")});`;
      case "probe": {
        const points = item.attachPoints.map(printAttachPoint).join(",\n");
        const predicate = item.predicate ? `\n${this.predicate(item.predicate)}\n` : " ";
        return points + predicate + this.block(item.body);
      }
      default:
        return unreachable(item);
    }
  }

  /** `/…/`; a division right before `{`, and a text that would make a comment, get brackets or a space. */
  private predicate(expr: Expr): string {
    const text = printExpr(expr, this);
    if (/\/\s*\{/.test(text) && !expr.parens) return `/(${text})/`;
    return /^[*/]/.test(text) ? `/ ${text} /` : `/${text}/`;
  }

  private config(item: Extract<TopLevel, { kind: "config" }>): string {
    const lines: string[] = [];
    for (const { name, value, span } of item.entries) {
      lines.push(...this.commentsBefore(span, INDENT));
      lines.push(`${INDENT}${name} = ${value.kind === "string" ? quote(value.value) : String(value.value)};`);
    }
    return lines.length === 0 ? "config = {}" : ["config = {", ...lines, "}"].join("\n");
  }

  block(block: Block): string {
    this.level++;
    const indent = INDENT.repeat(this.level);
    const lines: string[] = [];
    let last: { span: Span } | undefined;
    const add = (node: { span: Span }, print: () => string): void => {
      const before = this.take(node.span.start);
      if (this.blankBefore(before[0] ?? node, last)) lines.push("");
      this.own(lines, before, indent);
      const isHashLine = "kind" in node && node.kind === "hashLine";
      lines.push((isHashLine ? "" : indent) + print() + this.trailing(node));
      last = node;
    };
    for (const statement of block.statements) add(statement, () => this.statement(statement));
    const { result } = block;
    if (result) add(result, () => printLeading(result, this));
    this.own(lines, this.take(block.span.end), indent);
    this.level--;
    return lines.length === 0 ? "{}" : ["{", ...lines, `${INDENT.repeat(this.level)}}`].join("\n");
  }

  private statement(statement: Statement): string {
    switch (statement.kind) {
      case "block":
        return this.block(statement);
      case "import":
        return `import ${quote(statement.path)};`;
      case "if": {
        const head = `if ${inBrackets(statement.test, this)} ${this.block(statement.then)}`;
        return statement.else ? `${head} else ${this.statement(statement.else)}` : head;
      }
      case "expression":
        return `${printLeading(statement.expr, this)};`;
      case "assign":
        return `${printLeading(statement.target, this)} ${statement.op} ${printExpr(statement.value, this)};`;
      case "let": {
        const type = statement.type ? `: ${printType(statement.type, this)}` : "";
        const value = statement.value ? ` = ${printExpr(statement.value, this)}` : "";
        return `let $${statement.name}${type}${value};`;
      }
      case "discard":
        return `_ = ${printExpr(statement.value, this)};`;
      case "while":
        return `while ${inBrackets(statement.test, this)} ${this.block(statement.body)}`;
      case "unroll":
        return `unroll ${inBrackets(statement.count, this)} ${this.block(statement.body)}`;
      case "for": {
        const { over } = statement;
        const range =
          over.kind === "range" ? `${this.bound(over.start)}..${this.bound(over.end)}` : printExpr(over, this);
        return `for ($${statement.name} : ${range}) ${this.block(statement.body)}`;
      }
      case "hashLine":
        return printHashLine(statement.line);
      case "openEnd":
        return this.statement(statement.statement).replace(/;$/, "");
      case "break":
      case "continue":
        return `${statement.kind};`;
      case "return":
        return statement.value ? `return ${printExpr(statement.value, this)};` : "return;";
      default:
        return unreachable(statement);
    }
  }

  private bound(expr: Expr): string {
    return printExpr(expr, this, 1);
  }
}

function printHashLine(line: HashLine): string {
  switch (line.kind) {
    case "define":
      return `#define ${line.name}${line.params ? `(${line.params.join(", ")})` : ""} ${line.body}`.trimEnd();
    case "undef":
      return `#undef ${line.name}`;
    default:
      return `#${line.directive} ${line.body}`.trimEnd();
  }
}

/** Items of one group stand together. */
function groupOf(item: TopLevel): string {
  const isDirective = ["include", "define", "undef", "conditional", "otherDirective"].includes(item.kind);
  return isDirective ? "directive" : item.kind;
}

/** Whether an item has a body, so that a blank line sets it apart. */
function isTall(item: TopLevel): boolean {
  return ["config", "cRecord", "cEnum", "macro", "subprogram", "probe"].includes(item.kind);
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

/** An attach point as source. */
function printAttachPoint(point: AttachPoint): string {
  const label = point.label === undefined ? "" : `${point.label}=`;
  const parts = point.parts.map((part, index) => printPart(part, pathCanStand(point, index)));
  return label + [point.written, ...parts].join(":");
}

/** Whether a `/` in that part belongs to it without a backslash. */
function pathCanStand(point: AttachPoint, index: number): boolean {
  return point.type === undefined ? index === 0 && point.parts.length > 1 : isPathPart(point.type, index);
}

function printPart(part: AttachPart, isPath: boolean): string {
  const pieces = part.pieces ?? [part.text];
  const special = isPath ? /[\s:,;{}()"“”„«‘’\\]|\$(?=[0-9])/g : /[\s:,;{}()"“”„«‘’\\/]|\$(?=[0-9])/g;
  const print = (piece: string) => (part.quoted ? quote(piece) : piece.replace(special, "\\$&"));
  const text = pieces.map((piece) => (typeof piece === "number" ? `$${piece}` : print(piece)));
  return text.join("") + (part.offset === undefined ? "" : `+${part.offset}`);
}
