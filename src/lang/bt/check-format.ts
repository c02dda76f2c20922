import type { Span } from "../../base/span.ts";
import { readEscape } from "../shared/c-escape.ts";
import type { Expr } from "./ast.ts";
import type { Checker } from "./checker.ts";
import { conversionMismatch, conversionsOf, countArguments, parseFormat } from "./printf-format.ts";
import { isAggregate } from "./types.ts";

/** Where characters of a literal's text stand in the source, where escapes take more room. */
function spanInLiteral(c: Checker, literal: Expr, at: number, length: number): Span {
  const { text } = c.env.source;
  const { start, end } = literal.span;
  if (literal.kind !== "string" || text[start] !== '"') return literal.span;
  let pos = start + 1;
  for (let skipped = 0; skipped < at && pos < end; skipped++)
    pos += text[pos] === "\\" ? readEscape(text, pos).length : 1;
  return pos + length < end ? { start: pos, end: pos + length } : literal.span;
}

/** Checks a printf-like call: `args[at]` is the format, the rest are its arguments. */
export function checkFormat(c: Checker, use: Expr, args: readonly Expr[], at: number): void {
  const formatExpr = args[at];
  const text = formatExpr && c.text(formatExpr);
  const values = args.slice(at + 1);
  if (!formatExpr || text === undefined) {
    if (formatExpr) c.expr(formatExpr);
    for (const value of values) c.expr(value);
    c.fail(
      "format/literal",
      formatExpr?.span ?? use.span,
      "the format must be a string literal",
      'write it in quotes: `printf("%d\\n", pid)`',
    );
    return;
  }
  const types = values.map((value) => c.expr(value));
  const format = parseFormat(text);
  if (!format.ok) {
    const { at, length, message, help } = format;
    c.fail("format/conversion", spanInLiteral(c, formatExpr, at, length), message, help);
    return;
  }
  const wanted = countArguments(format.parts);
  if (wanted !== values.length) {
    const more = values.length < wanted;
    c.fail(
      "format/count",
      more ? use.span : (values[wanted]?.span ?? use.span),
      `the format takes ${wanted} value${wanted === 1 ? "" : "s"}, but ${values.length} ${values.length === 1 ? "is" : "are"} given`,
      more
        ? "add the missing values, or write `%%` for a percent sign"
        : "remove the value, or add a conversion to the format",
    );
    return;
  }
  for (const [index, conversion] of conversionsOf(format.parts).entries()) {
    const type = types[index];
    const value = values[index];
    if (!type || !value || type.kind === "none") continue;
    if (isAggregate(type) && conversion === "s") continue;
    const mismatch = conversionMismatch(conversion, type);
    if (mismatch) c.fail("format/type", value.span, mismatch.message, mismatch.help);
  }
}
