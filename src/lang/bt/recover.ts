import type { Cursor } from "./cursor.ts";
import { spanOf, type Token } from "./tokens.ts";

/** Reads on without reporting: what is skipped belongs to a construct that has been reported. */
function quietly(p: Cursor, skip: () => void): void {
  const { quiet } = p.faults;
  p.faults.quiet = true;
  skip();
  p.faults.quiet = quiet;
}

/** After an abandoned statement or field: to behind its `;` or its block, or to the `}` that ends the block around it. */
export function skipStatement(p: Cursor): void {
  quietly(p, () => {
    let depth = 0;
    const goesOn = p.is("do") ? [...AFTER_BLOCK, "while"] : AFTER_BLOCK;
    while (p.tok.kind !== "end") {
      if (depth === 0 && (p.is("}") || startsProbe(p))) return;
      const token = p.advance();
      if (token.kind === "broken" && depth === 0 && p.tok.kind !== "punctuation") return;
      if (token.kind !== "punctuation") continue;
      if (token.text === ";" && depth === 0) return;
      if (token.text === "{") depth++;
      if (token.text === "}" && --depth === 0 && !goesOn.some((text) => p.is(text))) return;
    }
  });
}

/** What can stand behind a block that is not yet the end of its statement. */
const AFTER_BLOCK: readonly string[] = ["else", ")", ",", ";"];

/** After an abandoned item of the top level: to behind its block or `;`, or to a line that begins a probe. */
export function skipItem(p: Cursor): void {
  quietly(p, () => {
    let depth = 0;
    for (let first = true; p.tok.kind !== "end"; first = false) {
      if (!first && depth === 0 && (startsProbe(p) || (p.is("#") && p.onNewLine()))) return;
      const token = p.advance();
      if (token.kind !== "punctuation") continue;
      if (token.text === ";" && depth === 0) return;
      if (token.text === "{") depth++;
      if (token.text === "}" && --depth <= 0) return;
    }
  });
}

/** Past the bracket that closes one that has been passed already. */
export function skipBrackets(p: Cursor, open: string, close: string): void {
  quietly(p, () => {
    for (let depth = 1; depth > 0 && p.tok.kind !== "end"; ) {
      const token = p.advance();
      if (token.kind === "punctuation" && token.text === open) depth++;
      if (token.kind === "punctuation" && token.text === close) depth--;
    }
  });
}

const LONE_PROBES: ReadonlySet<string> = new Set(["BEGIN", "END", "begin", "end"]);

/** Whether a line begins here with a probe, which no statement does: `kprobe:…`, `BEGIN {`. */
export function startsProbe(p: Cursor): boolean {
  if (p.tok.kind !== "identifier" || !p.onNewLine()) return false;
  if (LONE_PROBES.has(p.tok.text)) return p.peek().text === "{";
  return p.text[p.tok.end] === ":" && /[^\s:]/.test(p.text[p.tok.end + 1] ?? " ");
}

/** Reports, once, that the block of `open` is never closed; every open block ends here. */
export function reportUnclosed(p: Cursor, open: Token): void {
  p.unclosed = true;
  if (p.lexer.swallowed && p.tok.kind === "end") return;
  const notes =
    p.tok.kind === "end" ? undefined : [{ span: spanOf(p.tok), message: "a new probe begins here" }];
  const help = "put the missing `}` at the end of the block";
  p.faults.add("syntax/unclosed-bracket", spanOf(open), "this `{` is never closed", help, notes);
}
