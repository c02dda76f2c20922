import type { Report } from "../../base/diagnostic.ts";
import type { SourceText } from "../../base/span.ts";
import type { Expr, Script, TopLevel } from "./ast.ts";
import { Cursor, type Grammar } from "./cursor.ts";
import { Faults, TooManyFaults } from "./faults.ts";
import { parseExpression, parseOperand, parseUnary } from "./parse-expr.ts";
import { parseItem } from "./parse-item.ts";
import { parseBlock } from "./parse-statement.ts";
import { parseType } from "./parse-type.ts";
import { skipItem } from "./recover.ts";
import { describeToken, spanOf } from "./tokens.ts";

const GRAMMAR: Grammar = {
  expression: parseExpression,
  operand: parseOperand,
  unary: parseUnary,
  block: parseBlock,
  type: parseType,
};

/**
 * Reads a whole script. Every fault goes to `report` (at most 20, one per place); undefined if there was any. Names
 * and types are not looked at: that is the checker's work. Time is linear in the length of the text.
 */
export function parseScript(source: SourceText, report: Report): Script | undefined {
  const faults = new Faults(report);
  const script = untilTooMany(() => readScript(source.text, faults));
  return faults.count === 0 ? script : undefined;
}

/** Reads `source` as one expression, as in a command line option; undefined if that failed. */
export function parseOneExpression(source: SourceText, report: Report): Expr | undefined {
  const faults = new Faults(report);
  const expr = untilTooMany(() => {
    const p = new Cursor(source.text, faults, GRAMMAR);
    return p.attempt(() => {
      const read = parseExpression(p);
      if (p.tok.kind !== "end")
        p.fail(`expected one expression, found ${describeToken(p.tok)}`, "remove the rest");
      return read;
    });
  });
  return faults.count === 0 ? expr : undefined;
}

function untilTooMany<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof TooManyFaults) return undefined;
    throw error;
  }
}

function readScript(text: string, faults: Faults): Script {
  const p = new Cursor(text, faults, GRAMMAR);
  const items: TopLevel[] = [];
  while (p.tok.kind !== "end") {
    if (p.accept(";")) continue;
    if (p.is("}")) {
      const help = "remove it, or put the missing `{` before it";
      faults.add("syntax/unmatched-brace", spanOf(p.tok), "this `}` closes nothing", help);
      p.advance();
      continue;
    }
    const read = p.attempt(() => parseItem(p));
    if (read) items.push(...read);
    else if (!p.unclosed) skipItem(p);
    p.unclosed = false;
  }
  return { kind: "script", items, comments: p.lexer.comments, span: { start: 0, end: text.length } };
}
