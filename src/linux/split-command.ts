import { SkepError } from "../base/errors.ts";

/**
 * The words of a command line, where quotes and backslashes are all that needs a shell's rules; undefined where a shell
 * must run it: variables, pipes, redirections, wildcards, several commands. Throws SkepError for a quote that is left open.
 */
export function splitCommand(text: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < text.length; ) {
    const char = text.charAt(at);
    if (/\s/.test(char)) {
      if (char === "\n") return undefined;
      if (word !== undefined) words.push(word);
      word = undefined;
      at++;
      continue;
    }
    const piece = readPiece(text, at);
    if (piece === undefined) return undefined;
    if (char === "~" && word === undefined) return undefined;
    word = (word ?? "") + piece.text;
    at = piece.end;
  }
  if (word !== undefined) words.push(word);
  const isAssignment = /^[A-Za-z_]\w*=/.test(words[0] ?? "");
  return isAssignment ? undefined : words;
}

type Piece = Readonly<{ text: string; end: number }>;

// One character, escape or quoted text; undefined where it means something to a shell.
function readPiece(text: string, at: number): Piece | undefined {
  const char = text.charAt(at);
  if (char === "'") {
    const end = text.indexOf("'", at + 1);
    if (end === -1) throw openQuote(text);
    return { text: text.slice(at + 1, end), end: end + 1 };
  }
  if (char === '"') return readDoubleQuoted(text, at + 1);
  if (char === "\\" && at + 1 < text.length) return { text: text.charAt(at + 1), end: at + 2 };
  return /[|&;<>()$`*?[\]{}#!\\]/.test(char) ? undefined : { text: char, end: at + 1 };
}

function readDoubleQuoted(text: string, start: number): Piece | undefined {
  let out = "";
  for (let at = start; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '"') return { text: out, end: at + 1 };
    if (char === "$" || char === "`") return undefined;
    const next = text.charAt(at + 1);
    if (char === "\\" && next !== "" && '"\\$`'.includes(next)) {
      out += next;
      at++;
    } else out += char;
  }
  throw openQuote(text);
}

function openQuote(text: string): SkepError {
  return new SkepError(`the command has a quote that is never closed: ${text}`, {
    code: "linux/open-quote",
    remedy: "close the quote, or put a backslash before it",
  });
}
