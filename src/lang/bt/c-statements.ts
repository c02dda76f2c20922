/**
 * The body of a C macro that is no expression, `({ … })` or `do { … } while (0)`, as a block of the language: declarations
 * become `let`, names of locals get a `$` and `mark`. Undefined where it is something else, or holds what the language does
 * not have. Linear in the text's length.
 */
export function blockOfC(text: string, mark: string): string | undefined {
  const tokens = text.match(TOKENS) ?? [];
  try {
    return new Translator(tokens, mark).whole();
  } catch (error) {
    if (error === UNKNOWN) return undefined;
    throw error;
  }
}

const TOKENS =
  /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[$@]?\w+|->|\+\+|--|<<=|>>=|[-+*/%&|^=!<>]=|<<|>>|&&|\|\||\S/g;
const UNKNOWN = new Error("not a statement that the language has");
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
const FOREIGN: ReadonlySet<string> = new Set(["goto", "switch", "case", "for", "asm", "__asm__", "return"]);
const CHECKS: ReadonlySet<string> = new Set(["_Static_assert", "static_assert", "__attribute__"]);

class Translator {
  private at = 0;
  private depth = 0;
  private readonly locals = new Set<string>();
  private readonly tokens: readonly string[];
  private readonly mark: string;

  constructor(tokens: readonly string[], mark: string) {
    this.tokens = tokens;
    this.mark = mark;
  }

  whole(): string {
    while (this.is("__extension__")) this.at++;
    const isValue = this.is("(") && this.tokens[this.at + 1] === "{";
    if (isValue) this.at++;
    else if (!this.is("do") && !this.is("{")) throw UNKNOWN;
    const text = isValue ? this.block(true) : this.statement();
    if (isValue) this.expect(")");
    while (this.is(";")) this.at++;
    if (this.at < this.tokens.length) throw UNKNOWN;
    return text;
  }

  private is(text: string): boolean {
    return this.tokens[this.at] === text;
  }

  private next(): string {
    const token = this.tokens[this.at++];
    if (token === undefined) throw UNKNOWN;
    return token;
  }

  private expect(text: string): void {
    if (this.next() !== text) throw UNKNOWN;
  }

  /** `valued`: the last expression is the block's value. */
  private block(valued: boolean): string {
    if (++this.depth > MOST_DEPTH) throw UNKNOWN;
    this.expect("{");
    const parts: string[] = [];
    while (!this.is("}")) {
      if (this.at >= this.tokens.length) throw UNKNOWN;
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
    if (FOREIGN.has(word)) throw UNKNOWN;
    if (CHECKS.has(word)) return this.leaveOut();
    switch (word) {
      case ";":
        this.at++;
        return "";
      case "{":
        return this.block(false);
      case "do":
        return this.once();
      case "if":
        return this.branch();
      case "while":
        this.at++;
        return `while ${this.bracketed()} ${this.body()}`;
    }
    return this.declaration() ?? this.expressionStatement();
  }

  private leaveOut(): string {
    this.expression(new Set([";"]));
    this.expect(";");
    return "";
  }

  private once(): string {
    this.expect("do");
    const body = this.body();
    this.expect("while");
    if (!/^\(\s*(?:0|false)\s*\)$/.test(this.bracketed())) throw UNKNOWN;
    if (this.is(";")) this.at++;
    return body;
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
      if (!/^[A-Za-z_]\w*$/.test(name) || !["=", ";", ","].includes(behind)) break;
      this.at += 2;
      const value = behind === "=" ? this.expression(new Set([",", ";"])) : undefined;
      const end = behind === "=" ? this.next() : behind;
      this.locals.add(name);
      const typed = type === "" ? "" : ` : ${type}${pointer}`;
      lets.push(`let ${this.local(name)}${typed}${value === undefined ? "" : ` = ${value}`};`);
      if (end === ";") return lets.join(" ");
    }
    const first = this.tokens[start] ?? "";
    const isSure = TYPEOF.has(first) || TYPE_WORDS.has(first) || TAGS.has(first);
    if (lets.length > 0 || isSure) throw UNKNOWN;
    this.at = start;
    return undefined;
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
    if (++this.depth > MOST_DEPTH) throw UNKNOWN;
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
    if (["{", "}", ";", ")", "]"].includes(token)) throw UNKNOWN;
    if (token === "__extension__") return "";
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
