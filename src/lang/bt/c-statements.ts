/** `lacks`: what the language has no equal of, where that is known. */
export type BlockOfC = Readonly<{ ok: true; block: string } | { ok: false; lacks?: string }>;

/**
 * The body of a C macro that is no expression but `({ … })` or statements, as a block of the language: declarations become
 * `let`, names of locals get a `$` and `mark`, and loops and `switch` become `while` and `if`. Linear in the text's length.
 */
export function blockOfC(text: string, mark: string): BlockOfC {
  const tokens = text.match(TOKENS) ?? [];
  try {
    return { ok: true, block: new Translator(tokens, mark).whole() };
  } catch (error) {
    if (!(error instanceof Foreign)) throw error;
    return { ok: false, ...(error.lacks !== undefined && { lacks: error.lacks }) };
  }
}

/** The text is not what the language can say. */
class Foreign extends Error {
  readonly lacks: string | undefined;
  constructor(lacks?: string) {
    super(lacks);
    this.lacks = lacks;
  }
}

const TOKENS =
  /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[$@]?\w+|->|\+\+|--|<<=|>>=|[-+*/%&|^=!<>]=|<<|>>|&&|\|\||\S/g;
const MOST_DEPTH = 64;

const STORAGE: ReadonlySet<string> = new Set([
  "const",
  "volatile",
  "register",
  "static",
  "auto",
  "__extension__",
]);
const TYPE_WORDS: ReadonlySet<string> = new Set([
  ...["char", "short", "int", "long", "signed", "unsigned", "_Bool", "bool", "float", "double"],
]);
const TAGS: ReadonlySet<string> = new Set(["struct", "union", "enum"]);
const TYPEOF: ReadonlySet<string> = new Set(["typeof", "__typeof__", "__typeof"]);
const FOREIGN: ReadonlyMap<string, string> = new Map([
  ["goto", "`goto`"],
  ["asm", "machine code"],
  ["__asm__", "machine code"],
  ["return", "`return` out of a C function"],
  ["case", "`case` outside of `switch`"],
  ["default", "`default` outside of `switch`"],
]);
const STATEMENT_WORDS: ReadonlySet<string> = new Set(["{", "do", "if", "for", "while", "switch", "goto"]);
const ESCAPES: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, a: 7, b: 8, f: 12, v: 11, e: 27 };

/** A loop or `switch` around the statement that is being translated, and whether its body uses these. */
type Around = { kind: "loop" | "switch"; continues: boolean; breaks: boolean };
const CHECKS: ReadonlySet<string> = new Set(["_Static_assert", "static_assert", "__attribute__"]);

class Translator {
  private at = 0;
  private depth = 0;
  private hidden = 0;
  private readonly around: Around[] = [];
  private readonly locals = new Set<string>();
  private readonly tokens: readonly string[];
  private readonly mark: string;

  constructor(tokens: readonly string[], mark: string) {
    this.tokens = tokens;
    this.mark = mark;
  }

  whole(): string {
    while (this.is("__extension__")) this.at++;
    if (this.is("(") && this.tokens[this.at + 1] === "{") return this.valued();
    if (!STATEMENT_WORDS.has(this.tokens[this.at] ?? "") && !this.tokens.includes(";")) throw new Foreign();
    const parts: string[] = [];
    while (this.at < this.tokens.length) {
      if (this.is("}")) throw new Foreign();
      parts.push(this.statement());
    }
    const [only = ""] = parts;
    return parts.length === 1 && only.startsWith("{") ? only : `{ ${parts.join(" ")} }`;
  }

  private valued(): string {
    this.at++;
    const text = this.block(true);
    this.expect(")");
    while (this.is(";")) this.at++;
    if (this.at < this.tokens.length) throw new Foreign();
    return text;
  }

  private is(text: string): boolean {
    return this.tokens[this.at] === text;
  }

  private next(): string {
    const token = this.tokens[this.at++];
    if (token === undefined) throw new Foreign();
    return token;
  }

  private expect(text: string): void {
    if (this.next() !== text) throw new Foreign();
  }

  /** `valued`: the last expression is the block's value. */
  private block(valued: boolean): string {
    if (++this.depth > MOST_DEPTH) throw new Foreign();
    this.expect("{");
    const parts: string[] = [];
    while (!this.is("}")) {
      if (this.at >= this.tokens.length) throw new Foreign();
      parts.push(this.statement());
    }
    this.at++;
    this.depth--;
    const last = parts.findLastIndex((part) => part !== "");
    const result = parts[last];
    if (valued && result?.endsWith(";")) parts[last] = result.slice(0, -1);
    return `{ ${parts.join(" ")} }`;
  }

  private statement(): string {
    const word = this.tokens[this.at] ?? "";
    const lacks = FOREIGN.get(word);
    if (lacks !== undefined) throw new Foreign(lacks);
    if (CHECKS.has(word)) return this.leaveOut();
    switch (word) {
      case ";":
        this.at++;
        return "";
      case "{":
        return this.block(false);
      case "do":
        return this.doLoop();
      case "if":
        return this.branch();
      case "while":
        this.at++;
        return `while ${this.bracketed()} ${this.loopBody().text}`;
      case "for":
        return this.forLoop();
      case "switch":
        return this.choice();
      case "break":
      case "continue":
        return this.leave(word);
    }
    if (this.tokens[this.at + 1] === ":" && /^\w+$/.test(word)) throw new Foreign("labels and `goto`");
    return this.declaration() ?? this.expressionStatement();
  }

  private leaveOut(): string {
    this.expression(new Set([";"]));
    this.expect(";");
    return "";
  }

  private loopBody(): { text: string; around: Around } {
    const around: Around = { kind: "loop", continues: false, breaks: false };
    this.around.push(around);
    const text = this.body();
    this.around.pop();
    return { text, around };
  }

  /** `break` belongs to what is around it; without any, to the script's loop in which the macro stands. */
  private leave(word: "break" | "continue"): string {
    this.at++;
    if (this.at < this.tokens.length) this.expect(";");
    const inner = this.around.at(-1);
    if (inner?.kind === "switch" && word === "continue") throw new Foreign("`continue` inside of `switch`");
    if (inner && word === "break") inner.breaks = true;
    if (inner && word === "continue") inner.continues = true;
    return `${word};`;
  }

  /** A name that no C program can give. */
  private unnamed(): string {
    return this.local(String(this.hidden++));
  }

  private doLoop(): string {
    this.expect("do");
    const { text, around } = this.loopBody();
    this.expect("while");
    const test = this.bracketed();
    if (this.is(";")) this.at++;
    const isOnce = /^\(\s*(?:0|false)\s*\)$/.test(test);
    if (isOnce && !around.breaks && !around.continues) return text;
    const first = this.unnamed();
    return `{ let ${first} = 1; while (${first} == 1${isOnce ? "" : ` || ${test}`}) { ${first} = 0; ${text} } }`;
  }

  private forLoop(): string {
    this.expect("for");
    this.expect("(");
    const start = this.is(";") ? "" : (this.declaration() ?? `${this.list(";")}`);
    if (this.tokens[this.at - 1] !== ";" || start === "") this.expect(";");
    const test = this.expression(new Set([";"]));
    this.expect(";");
    const step = this.list(")");
    this.expect(")");
    const { text, around } = this.loopBody();
    const holds = test === "" ? "1" : test;
    if (!around.continues) return `{ ${start} while (${holds}) { ${text} ${step} } }`;
    const first = this.unnamed();
    const next = `if (${first} == 1) { ${first} = 0; } else { ${step} }`;
    return `{ ${start} let ${first} = 1; while (1) { ${next} if (!(${holds})) { break; } ${text} } }`;
  }

  /** Expressions with commas between them, each a statement. */
  private list(end: string): string {
    const parts: string[] = [];
    while (!this.is(end)) {
      const part = this.expression(new Set([",", end]));
      if (part !== "") parts.push(`${part};`);
      if (!this.is(end)) this.expect(",");
    }
    return parts.join(" ");
  }

  /** `switch`: each stretch behind its labels runs once one of them was met, and so do those behind it up to a `break`. */
  private choice(): string {
    this.expect("switch");
    const subject = this.bracketed();
    const [value, met, first] = [this.unnamed(), this.unnamed(), this.unnamed()];
    this.around.push({ kind: "switch", continues: false, breaks: false });
    const stretches = this.stretches();
    this.around.pop();
    const all = stretches.flatMap(({ labels }) => labels.filter((label) => label !== undefined));
    const isLabel = (label: string) => {
      const [low = "", high] = label.split(" . . . ");
      return high === undefined ? `${value} == ${low}` : `(${value} >= ${low} && ${value} <= ${high})`;
    };
    const otherwise = all.length === 0 ? "1" : `!(${all.map(isLabel).join(" || ")})`;
    const parts = stretches.map(({ labels, body }) => {
      const tests = labels.map((label) => (label === undefined ? otherwise : isLabel(label)));
      return `if (${[`${met} == 1`, ...tests].join(" || ")}) { ${met} = 1; ${body} }`;
    });
    const once = `let ${first} = 1; while (${first} == 1) { ${first} = 0; ${parts.join(" ")} }`;
    return `{ let ${value} = ${subject}; let ${met} = 0; ${once} }`;
  }

  /** What stands between the labels of a `switch`; an undefined label is `default`. */
  private stretches(): { labels: (string | undefined)[]; body: string }[] {
    const found: { labels: (string | undefined)[]; body: string }[] = [];
    this.expect("{");
    while (!this.is("}")) {
      const labels: (string | undefined)[] = [];
      while (this.is("case") || this.is("default")) {
        const isCase = this.next() === "case";
        labels.push(isCase ? this.expression(new Set([":"])) : undefined);
        this.expect(":");
      }
      const body: string[] = [];
      while (!["case", "default", "}"].includes(this.tokens[this.at] ?? "}")) body.push(this.statement());
      if (this.at >= this.tokens.length || labels.length === 0) throw new Foreign();
      found.push({ labels, body: body.join(" ") });
    }
    this.at++;
    return found;
  }

  private branch(): string {
    this.expect("if");
    const head = `if ${this.bracketed()} ${this.body()}`;
    if (!this.is("else")) return head;
    this.at++;
    return `${head} else ${this.is("if") ? this.branch() : this.body()}`;
  }

  private body(): string {
    return this.is("{") ? this.block(false) : `{ ${this.statement()} }`;
  }

  private bracketed(): string {
    this.expect("(");
    const inner = this.expression(new Set([")"]));
    this.expect(")");
    return `(${inner})`;
  }

  private expressionStatement(): string {
    if (this.is("(") && this.tokens[this.at + 1] === "void" && this.tokens[this.at + 2] === ")") this.at += 3;
    const text = this.expression(new Set([";", "}"]));
    if (this.is(";")) this.at++;
    return text === "" ? "" : `${text};`;
  }

  /** `type name = value, *other;` as one `let` each; undefined where none begins here. */
  private declaration(): string | undefined {
    const start = this.at;
    const type = this.type();
    const stars = () => {
      let text = "";
      for (; this.is("*") || STORAGE.has(this.tokens[this.at] ?? ""); this.at++) if (this.is("*")) text += " *";
      return text;
    };
    const lets: string[] = [];
    while (type !== undefined) {
      const pointer = stars();
      const name = this.tokens[this.at] ?? "";
      const behind = this.tokens[this.at + 1] ?? "";
      if (behind === "[" && this.isSure(start)) throw new Foreign("arrays that are made from scratch");
      if (!/^[A-Za-z_]\w*$/.test(name) || !["=", ";", ","].includes(behind)) break;
      this.at += 2;
      const value = behind === "=" ? this.expression(new Set([",", ";"])) : undefined;
      const end = behind === "=" ? this.next() : behind;
      this.locals.add(name);
      const typed = type === "" ? "" : ` : ${type}${pointer}`;
      lets.push(`let ${this.local(name)}${typed}${value === undefined ? "" : ` = ${value}`};`);
      if (end === ";") return lets.join(" ");
    }
    if (lets.length > 0 || this.isSure(start)) throw new Foreign();
    this.at = start;
    return undefined;
  }

  /** Whether what begins there can be nothing but a declaration. */
  private isSure(start: number): boolean {
    const first = this.tokens[start] ?? "";
    return TYPEOF.has(first) || TYPE_WORDS.has(first) || TAGS.has(first);
  }

  /** A type's words without its stars; "" where the value says it. */
  private type(): string | undefined {
    const skip = () => {
      while (STORAGE.has(this.tokens[this.at] ?? "")) this.at++;
    };
    skip();
    const word = this.tokens[this.at] ?? "";
    if (word === "__auto_type") {
      this.at++;
      return "";
    }
    if (TYPEOF.has(word)) {
      this.at++;
      const inner = this.bracketed();
      skip();
      return /[$@A-Za-z_]/.test(inner) ? `typeof${inner}` : "";
    }
    const words: string[] = [];
    if (TAGS.has(word)) words.push(this.next(), this.next());
    else if (TYPE_WORDS.has(word))
      for (skip(); TYPE_WORDS.has(this.tokens[this.at] ?? ""); skip()) words.push(this.next());
    else if (/^[A-Za-z_]\w*$/.test(word)) words.push(this.next());
    else return undefined;
    skip();
    return words.join(" ");
  }

  /** Up to one of `ends` outside of all brackets. */
  private expression(ends: ReadonlySet<string>): string {
    if (++this.depth > MOST_DEPTH) throw new Foreign();
    const parts: string[] = [];
    while (!ends.has(this.tokens[this.at] ?? ";")) parts.push(this.operand(parts.at(-1)));
    this.depth--;
    return parts.join(" ");
  }

  private operand(before: string | undefined): string {
    const token = this.next();
    if (token === "(") {
      if (this.is("{")) {
        const value = this.block(true);
        this.expect(")");
        return `(${value})`;
      }
      this.at--;
      return this.bracketed();
    }
    if (token === "[") {
      const index = this.expression(new Set(["]"]));
      this.expect("]");
      return `[${index}]`;
    }
    if (["{", "}", ";", ")", "]"].includes(token)) throw new Foreign();
    if (token === "__extension__") return "";
    if (token.startsWith("'")) return characterCode(token);
    if (token === "__builtin_expect" && this.is("(")) return this.expected();
    if (token === "__builtin_offsetof") return "offsetof";
    const isMember = before === "." || before === "->";
    return !isMember && this.locals.has(token) ? this.local(token) : token;
  }

  /** `__builtin_expect(value, likely)` is its value. */
  private expected(): string {
    this.expect("(");
    const value = this.expression(new Set([","]));
    this.expect(",");
    this.expression(new Set([")"]));
    this.expect(")");
    return `(${value})`;
  }

  private local(name: string): string {
    return `$${this.mark}${name}`;
  }
}

/** `'a'` as its number. */
function characterCode(token: string): string {
  const inner = token.slice(1, -1);
  const octal = /^\\([0-7]{1,3})$/.exec(inner)?.[1];
  const hex = /^\\x([0-9a-fA-F]{1,2})$/.exec(inner)?.[1];
  if (octal !== undefined) return String(Number.parseInt(octal, 8));
  if (hex !== undefined) return String(Number.parseInt(hex, 16));
  const escaped = inner.startsWith("\\") ? inner.slice(1) : undefined;
  const text = escaped ?? inner;
  if (text.length !== 1) throw new Foreign("characters of several bytes");
  return String((escaped !== undefined ? ESCAPES[escaped] : undefined) ?? text.charCodeAt(0));
}
