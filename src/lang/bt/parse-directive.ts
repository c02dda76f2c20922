import { didYouMean } from "../../base/suggest.ts";
import type { ConditionalDirective, Expr, Preprocessor } from "./ast.ts";
import type { Cursor } from "./cursor.ts";
import { ABANDONED } from "./faults.ts";

const CONDITIONALS: ReadonlySet<string> = new Set<ConditionalDirective>([
  "if",
  "ifdef",
  "ifndef",
  "elif",
  "elifdef",
  "elifndef",
  "else",
  "endif",
]);

const KNOWN: readonly string[] = [...CONDITIONALS, "include", "define", "undef"];

const OTHERS: ReadonlySet<string> = new Set(["pragma", "error", "warning", "line", "ident"]);

/** A `#` line at the top level, with the lines that a backslash joins to it. */
export function parseDirective(p: Cursor): Preprocessor {
  const { start } = p.tok;
  const end = directiveEnd(p.text, start);
  const [, word, bodyAt] = splitDirective(p.text, start, end);
  const { body, bodyEnd } = readBody(p, bodyAt, end);
  const span = { start, end: bodyEnd };
  const leave = (): void => {
    p.seek(end);
    p.prevEnd = end;
  };
  const refuse = (message: string, help: string): never => {
    leave();
    p.faults.add("syntax/bad-directive", span, message, help);
    throw ABANDONED;
  };
  if (word === "include") {
    const match = /^(?:<([^>]+)>|"([^"]+)")$/.exec(body);
    if (!match && /^(?:<[^>]+>|"[^"]+")/.test(body))
      return refuse("something follows the file of `#include` on its line", "put it on the next line");
    if (!match) return refuse("`#include` needs a file", "write `#include <linux/sched.h>`");
    leave();
    return { kind: "include", path: match[1] ?? match[2] ?? "", system: match[1] !== undefined, span };
  }
  if (word === "define") {
    const define = readDefine(p, bodyAt, end, body);
    if (!define) return refuse("`#define` needs a name", "write `#define NAME value`");
    leave();
    return { ...define, span };
  }
  leave();
  if (word === "undef" && /^\w+$/.test(body)) return { kind: "undef", name: body, span };
  if (isConditional(word)) return { kind: "conditional", directive: word, body, span };
  const isNothing = word === "" && /^(?:$|[0-9])/.test(body); // a lone # or a line marker
  if (OTHERS.has(word) || isNothing) return { kind: "otherDirective", directive: word, body, span };
  const near = didYouMean(word, KNOWN);
  return refuse(
    `there is no directive \`#${word}\``,
    near ??
      "if it is a comment, begin it with `//`; else use one of #include, #define, #undef, #if, #else, #endif",
  );
}

/** Whether the `#` at `start` begins what the preprocessor knows. */
export function isDirective(text: string, start: number): boolean {
  const word = /^#\s*([a-z]*)/.exec(text.slice(start, start + 32))?.[1] ?? "";
  return KNOWN.includes(word) || OTHERS.has(word);
}

function isConditional(word: string): word is ConditionalDirective {
  return CONDITIONALS.has(word);
}

/** The offset of the line's end; joined lines and block comments belong to it. */
function directiveEnd(text: string, start: number): number {
  for (let at = start; at < text.length; at++) {
    const char = text[at];
    if (char === "\n") return text[at - 1] === "\r" ? at - 1 : at;
    if (char === "\\") at += text[at + 1] === "\r" && text[at + 2] === "\n" ? 2 : 1;
    else if (char === "/" && text[at + 1] === "*") {
      const close = text.indexOf("*/", at + 2);
      at = close === -1 ? text.length : close + 1;
    }
  }
  return text.length;
}

function splitDirective(text: string, start: number, end: number): [string, string, number] {
  const match = /^#[ \t]*([a-zA-Z_]*)[ \t]*/.exec(text.slice(start, end)) ?? ["#", ""];
  return [match[0], match[1] ?? "", start + match[0].length];
}

/** Strings and comments, so that neither is found inside of the other. */
const STRING_OR_COMMENT = /"(?:\\.|[^"\\\n])*"|\/\*[\s\S]*?(?:\*\/|$)|\/\/.*/g;

/** The text without comments, which are kept aside, and joined lines as one; `bodyEnd` is where it ends in the source. */
function readBody(p: Cursor, from: number, end: number): { body: string; bodyEnd: number } {
  const raw = p.text.slice(from, end);
  let plain = "";
  let at = 0;
  for (const match of raw.matchAll(STRING_OR_COMMENT)) {
    if (match[0].startsWith('"')) continue;
    const start = from + match.index;
    p.lexer.keepComment(match[0].startsWith("//") ? "line" : "block", start, start + match[0].length);
    plain += raw.slice(at, match.index) + match[0].replace(/[^\n]/g, " ");
    at = match.index + match[0].length;
  }
  plain += raw.slice(at);
  // A backslash at the very end joins the line with nothing.
  plain = plain.replace(/[\s\\]+$/, "");
  return { body: plain.replace(/\\?\r?\n/g, " ").trim(), bodyEnd: from + plain.length };
}

function readDefine(
  p: Cursor,
  at: number,
  end: number,
  body: string,
): Omit<Extract<Preprocessor, { kind: "define" }>, "span"> | undefined {
  const name = /^[_a-zA-Z][_a-zA-Z0-9]*/.exec(p.text.slice(at, end))?.[0];
  if (name === undefined) return undefined;
  const nameSpan = { start: at, end: at + name.length };
  const rest = body.slice(name.length);
  if (rest.startsWith("(")) {
    const params = /^\(([^)]*)\)/.exec(rest);
    const names = (params?.[1] ?? "").split(",").map((one) => one.trim());
    const replacement = rest.slice(params?.[0].length ?? rest.length).trim();
    return { kind: "define", name, nameSpan, params: names.filter((one) => one !== ""), body: replacement };
  }
  const value = rest.trim() === "" ? undefined : readValue(p, nameSpan.end, end);
  return { kind: "define", name, nameSpan, body: rest.trim(), ...(value && { value }) };
}

/** The replacement as an expression, or undefined if it is none. */
function readValue(p: Cursor, from: number, end: number): Expr | undefined {
  const { quiet } = p.faults;
  const { swallowed } = p.lexer;
  p.faults.quiet = true;
  const value = p.attempt(() => {
    p.seek(from);
    return p.grammar.expression(p);
  });
  const isWhole = p.tok.start >= end && p.prevEnd <= end;
  p.faults.quiet = quiet;
  p.lexer.swallowed = swallowed;
  return isWhole ? value : undefined;
}
