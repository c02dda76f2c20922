/**
 * One token as the preprocessor sees it (ISO C11, 6.4). `text` of strings and characters has their quotes, and what
 * stands in front of them. "end" is the end of a file or of a list.
 */
export type CToken = Readonly<{
  kind: "name" | "number" | "text" | "mark" | "end";
  text: string;
  /** Where it lies, as reports count; of what a macro made: where the macro is used. */
  at: number;
  /** Blanks or a comment stand in front of it. */
  space: boolean;
  /** It is the first on its line. */
  first: boolean;
  /** A macro's name inside of what that macro made: it is expanded no more. */
  painted?: true;
}>;

/** Joined lines, and where they were joined: a backslash at the end of a line. */
const JOINT = /\\[ \t]*\r?\n/g;

/** Marks of more than one character, the longest first. */
const MARKS: readonly string[] = [
  "...",
  "<<=",
  ">>=",
  ..."-> ++ -- << >> <= >= == != && || += -= *= /= %= &= |= ^= ## <: :> <% %> %:".split(" "),
];
const MARKS_BY_FIRST: ReadonlyMap<string, readonly string[]> = new Map(
  MARKS.map(([first = ""]) => [first, MARKS.filter((mark) => mark.startsWith(first))]),
);
const DIGRAPHS: ReadonlyMap<string, string> = new Map([
  ["<:", "["],
  [":>", "]"],
  ["<%", "{"],
  ["%>", "}"],
  ["%:", "#"],
]);

const NAME = /[A-Za-z_$\u0080-\uffff][\w$\u0080-\uffff]*/y;
const NUMBER = /\.?\d(?:[eEpP][+-]|[\w.])*/y;
const TEXT = /(?:u8|[LuU])?(?:"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*')/y;
const BLANKS = /(?:[ \t\f\v\r]|\/\*[\s\S]*?(?:\*\/|$)|\/\/[^\n]*)+/y;
/** What may hide a `#` in text that is passed over, or the `#` itself. */
const PASSED = /"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'|\/\*[\s\S]*?(?:\*\/|$)|\/\/[^\n]*|\n/g;

/** Splits the text of a file into tokens, from its beginning on. Unknown characters are marks of their own. */
export class CScanner {
  private readonly text: string;
  private readonly start: number;
  /** Offsets in `text` behind which lines were joined, and how much was left out up to each. */
  private readonly joints: readonly number[];
  private readonly gaps: readonly number[];
  private joint = 0;
  private pos = 0;
  private atLineStart = true;
  private waiting: CToken | undefined;

  /** `start`: the position of the file's first character. */
  constructor(text: string, start: number) {
    const joints: number[] = [];
    const gaps: number[] = [];
    let gap = 0;
    if (text.includes("\\\n") || text.includes("\\\r") || text.includes("\\ "))
      this.text = text.replace(JOINT, (joined, offset: number) => {
        joints.push(offset - gap);
        gap += joined.length;
        gaps.push(gap);
        return "";
      });
    else this.text = text;
    this.start = start;
    this.joints = joints;
    this.gaps = gaps;
  }

  /** Puts a token back that `next` gave. */
  unread(token: CToken): void {
    this.waiting = token;
  }

  next(): CToken {
    const { waiting } = this;
    if (waiting) {
      this.waiting = undefined;
      return waiting;
    }
    const space = this.skipBlanks();
    const first = this.atLineStart;
    const { text, pos } = this;
    const at = this.place(pos);
    if (pos >= text.length) return { kind: "end", text: "", at, space, first: true };
    this.atLineStart = false;
    const code = text.charCodeAt(pos);
    const quoted = code === 34 || code === 39 || code === 76 || code === 85 || code === 117; // " ' L U u
    const literal = quoted ? this.match(TEXT) : "";
    if (literal !== "") return { kind: "text", text: literal, at, space, first };
    const name = this.match(NAME);
    if (name !== "") return { kind: "name", text: name, at, space, first };
    if ((code >= 48 && code <= 57) || code === 46) {
      const number = this.match(NUMBER);
      if (number !== "") return { kind: "number", text: number, at, space, first };
    }
    return { kind: "mark", text: this.mark(), at, space, first };
  }

  /** The file that an `#include` names on the rest of this line, if it is written out: with its `<` or `"` in front. */
  headerName(): string | undefined {
    if (this.waiting) return undefined;
    this.skipBlanks();
    const found = this.match(/<[^>\n]+>|"[^"\n]+"/y);
    return found === "" ? undefined : found.slice(0, -1);
  }

  /** Passes text up to the next line that begins with `#`, or to the end. */
  passText(): void {
    if (this.waiting) {
      if (this.waiting.kind === "end" || (this.waiting.first && this.waiting.text === "#")) return;
      this.waiting = undefined;
      this.atLineStart = false;
    }
    for (;;) {
      if (this.atLineStart) {
        this.skipBlanks();
        const char = this.text[this.pos];
        if (char === "#" || char === undefined || this.text.startsWith("%:", this.pos)) return;
      }
      PASSED.lastIndex = this.pos;
      for (;;) {
        const found = PASSED.exec(this.text);
        this.pos = found ? PASSED.lastIndex : this.text.length;
        if (!found || found[0] === "\n") break;
      }
      this.atLineStart = true;
      if (this.pos >= this.text.length) return;
    }
  }

  /** Whether there were any; line ends are passed as well. */
  private skipBlanks(): boolean {
    const before = this.pos;
    for (;;) {
      this.match(BLANKS);
      if (this.text.charCodeAt(this.pos) !== 10) return this.pos > before;
      this.pos++;
      this.atLineStart = true;
    }
  }

  private match(pattern: RegExp): string {
    pattern.lastIndex = this.pos;
    const found = pattern.exec(this.text)?.[0] ?? "";
    this.pos += found.length;
    return found;
  }

  private mark(): string {
    const { text, pos } = this;
    const char = text[pos] as string;
    const found = MARKS_BY_FIRST.get(char)?.find((mark) => text.startsWith(mark, pos)) ?? char;
    this.pos += found.length;
    return DIGRAPHS.get(found) ?? found;
  }

  private place(offset: number): number {
    while (this.joint < this.joints.length && (this.joints[this.joint] as number) <= offset) this.joint++;
    return this.start + offset + (this.joint === 0 ? 0 : (this.gaps[this.joint - 1] as number));
  }
}

/** The tokens of a piece of text, without the end. `at`: where all of them count to lie, or where the text begins. */
export function tokensOf(text: string, at = 0, onePlace = true): CToken[] {
  const scanner = new CScanner(text, at);
  const tokens: CToken[] = [];
  for (let token = scanner.next(); token.kind !== "end"; token = scanner.next())
    tokens.push(onePlace ? { ...token, at } : token);
  return tokens;
}
