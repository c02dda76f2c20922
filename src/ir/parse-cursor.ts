import { SkepError } from "../base/errors.ts";
import type { Span } from "../base/span.ts";
import type { BlockParam, Value, ValueType } from "./ir.ts";

const TOKEN = /\s*(?:("(?:[^"\\]|\\.)*")|(-?\d+)|([A-Za-z_]\w*)|(\.\.|[=:,.(){}?@])|$)/y;
const MAX_ID = 1 << 24; // ids index arrays; nobody writes so many by hand

/** Reads the IR's text token by token. Throws SkepError "ir/bad-text" with the line for anything unexpected. */
export class ParseCursor {
  private readonly text: string;
  private at = 0;
  token = "";

  constructor(text: string) {
    this.text = text;
    this.advance();
  }

  get done(): boolean {
    return this.token === "";
  }

  /** Takes the next token if it is `token`. */
  take(token: string): boolean {
    if (this.token !== token) return false;
    this.advance();
    return true;
  }

  expect(token: string): void {
    if (!this.take(token)) this.fail(`expected ${JSON.stringify(token)}`);
  }

  word(): string {
    if (!/^[A-Za-z_]/.test(this.token)) this.fail("expected a word");
    return this.next();
  }

  /** One of `words`. */
  oneOf<T extends string>(words: readonly T[]): T {
    const word = words.find((w) => w === this.token);
    if (word === undefined) this.fail(`expected one of ${words.join(" ")}`);
    this.advance();
    return word as T;
  }

  string(): string {
    if (!this.token.startsWith('"')) this.fail("expected a quoted string");
    return this.json(this.next()) as string;
  }

  bigint(): bigint {
    if (!/^-?\d/.test(this.token)) this.fail("expected a number");
    return BigInt(this.next());
  }

  number(): number {
    const value = Number(this.bigint());
    if (!Number.isSafeInteger(value)) this.fail("number out of range");
    return value;
  }

  /** A number from a list, such as a width in bits. */
  numberOf<T extends number>(allowed: readonly T[]): T {
    const value = this.number();
    const found = allowed.find((n) => n === value);
    if (found === undefined) this.fail(`expected one of ${allowed.join(" ")}`);
    return found as T;
  }

  /** An id with a letter in front, as in `v12` and `b3`. */
  id(letter: string): number {
    const digits = this.token.startsWith(letter) ? this.token.slice(1) : "";
    if (!/^\d{1,8}$/.test(digits) || Number(digits) > MAX_ID) this.fail(`expected ${letter} and a number`);
    this.advance();
    return Number(digits);
  }

  value(): Value {
    return this.id("v") as Value;
  }

  type(): ValueType {
    return this.oneOf(["i32", "i64", "ptr"] as const);
  }

  /** `(v1, v2)` with `item` for each element; nothing when there is no parenthesis. */
  list<T>(item: () => T): T[] {
    const items: T[] = [];
    if (!this.take("(") || this.take(")")) return items;
    do items.push(item());
    while (this.take(","));
    this.expect(")");
    return items;
  }

  params(): BlockParam[] {
    return this.list(() => {
      const value = this.value();
      this.expect(":");
      return { value, type: this.type() };
    });
  }

  span(): Span | undefined {
    if (!this.take("@")) return undefined;
    const start = this.number();
    this.expect("..");
    return { start, end: this.number() };
  }

  /** The rest of the line, read as JSON. */
  jsonLine(): unknown {
    const start = this.at - this.token.length;
    const end = this.text.indexOf("\n", start);
    const line = this.text.slice(start, end === -1 ? undefined : end);
    const value = this.json(line);
    this.at = start + line.length;
    this.advance();
    return value;
  }

  fail(what: string): never {
    const line = this.text.slice(0, this.at).split("\n").length;
    throw new SkepError(`line ${line} of the IR: ${what}, found ${JSON.stringify(this.token)}`, {
      code: "ir/bad-text",
      remedy: "write the text as `printModule` does",
    });
  }

  private next(): string {
    const { token } = this;
    this.advance();
    return token;
  }

  private json(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch {
      return this.fail("expected JSON");
    }
  }

  private advance(): void {
    TOKEN.lastIndex = this.at;
    const match = TOKEN.exec(this.text);
    if (!match) {
      this.token = this.text.slice(this.at).trimStart().charAt(0);
      this.fail("this character has no meaning here");
    }
    this.at = TOKEN.lastIndex;
    this.token = match[1] ?? match[2] ?? match[3] ?? match[4] ?? "";
  }
}
