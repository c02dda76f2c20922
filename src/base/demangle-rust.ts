import { decodePunycode } from "./punycode.ts";

// Names by Rust's symbol mangling of version 0, RFC 2603. Printed as rustc-demangle's short form: without hashes.

// biome-ignore format: one group per line
const BASIC: Readonly<Record<string, string>> = {
  a: "i8", b: "bool", c: "char", d: "f64", e: "str", f: "f32", h: "u8", i: "isize", j: "usize", l: "i32", m: "u32",
  n: "i128", o: "u128", s: "i16", t: "u16", u: "()", v: "...", x: "i64", y: "u64", z: "!", p: "_",
};
const MOST_STEPS = 20_000;
const LONGEST = 20_000;
const DEEPEST = 300;

/** Thrown within, for names that are beyond this reader. */
class Beyond extends Error {}

/** The name behind a symbol that begins with _R; undefined for what is none, or not understood. */
export function demangleRust(symbol: string): string | undefined {
  const [, text] = /^_R(?![0-9])([0-9A-Za-z_]+)(?:[.$].*)?$/.exec(symbol) ?? [];
  if (text === undefined) return undefined;
  try {
    return new Demangler(text).run();
  } catch (error) {
    if (error instanceof Beyond) return undefined;
    throw error;
  }
}

class Demangler {
  readonly #text: string;
  #at = 0;
  #steps = 0;
  #depth = 0;
  /** Lifetimes that are bound around the place that is read. */
  #bound = 0;

  constructor(text: string) {
    this.#text = text;
  }

  run(): string {
    const name = this.#path(true);
    if (this.#at < this.#text.length) this.#path(false); // the crate that it was made for
    if (this.#at !== this.#text.length || name.length > LONGEST) throw new Beyond();
    return name;
  }

  /** `isValue`: the arguments of a generic stand behind "::" there. */
  #path(isValue: boolean): string {
    return this.#inside(() => {
      const tag = this.#next();
      switch (tag) {
        case "C":
          return this.#identifier().name;
        case "M":
          this.#implementation();
          return `<${this.#type()}>`;
        case "X":
          this.#implementation();
          return this.#asTrait();
        case "Y":
          return this.#asTrait();
        case "N":
          return this.#nested(isValue);
        case "I": {
          const path = this.#path(isValue);
          const args = this.#until(() => this.#genericArgument());
          return `${path}${isValue ? "::" : ""}<${args.join(", ")}>`;
        }
        case "B":
          return this.#back(() => this.#path(isValue));
        default:
          throw new Beyond();
      }
    });
  }

  #implementation(): void {
    this.#disambiguator();
    this.#path(false);
  }

  #asTrait(): string {
    const type = this.#type();
    return `<${type} as ${this.#path(false)}>`;
  }

  #nested(isValue: boolean): string {
    const space = this.#next();
    if (!/[A-Za-z]/.test(space)) throw new Beyond();
    const path = this.#path(isValue);
    const { name, number } = this.#identifier();
    if (/[a-z]/.test(space)) return name === "" ? path : `${path}::${name}`;
    const kind = { C: "closure", S: "shim" }[space] ?? space;
    return `${path}::{${kind}${name === "" ? "" : `:${name}`}#${number}}`;
  }

  #genericArgument(): string {
    if (this.#take("L")) return this.#lifetime();
    return this.#take("K") ? this.#constant() : this.#type();
  }

  #type(): string {
    return this.#inside(() => {
      const tag = this.#next();
      const basic = Object.hasOwn(BASIC, tag) ? BASIC[tag] : undefined;
      if (basic !== undefined) return basic;
      switch (tag) {
        case "A": {
          const element = this.#type();
          return `[${element}; ${this.#constant()}]`;
        }
        case "S":
          return `[${this.#type()}]`;
        case "T": {
          const parts = this.#until(() => this.#type());
          return parts.length === 1 ? `(${parts[0]},)` : `(${parts.join(", ")})`;
        }
        case "R":
        case "Q": {
          const lifetime = this.#take("L") ? this.#lifetime() : "'_";
          return `&${lifetime === "'_" ? "" : `${lifetime} `}${tag === "Q" ? "mut " : ""}${this.#type()}`;
        }
        case "P":
          return `*const ${this.#type()}`;
        case "O":
          return `*mut ${this.#type()}`;
        case "F":
          return this.#binding((bound) => this.#signature(bound));
        case "D":
          return this.#dynamic();
        case "B":
          return this.#back(() => this.#type());
        default:
          this.#at--;
          return this.#path(false);
      }
    });
  }

  #signature(bound: string): string {
    let text = bound;
    if (this.#take("U")) text += "unsafe ";
    if (this.#take("K"))
      text += `extern "${this.#take("C") ? "C" : this.#plainIdentifier().replaceAll("_", "-")}" `;
    const args = this.#until(() => this.#type());
    const result = this.#type();
    return `${text}fn(${args.join(", ")})${result === "()" ? "" : ` -> ${result}`}`;
  }

  #dynamic(): string {
    const traits = this.#binding((bound) => bound + this.#until(() => this.#dynamicTrait()).join(" + "));
    if (!this.#take("L")) throw new Beyond();
    const lifetime = this.#lifetime();
    return `dyn ${traits}${lifetime === "'_" ? "" : ` + ${lifetime}`}`;
  }

  /** A trait; the types that it is bound to stand among its arguments. */
  #dynamicTrait(): string {
    const path = this.#path(false);
    const bindings: string[] = [];
    while (this.#take("p")) {
      const name = this.#plainIdentifier();
      bindings.push(`${name} = ${this.#type()}`);
    }
    if (bindings.length === 0) return path;
    return path.endsWith(">") && !path.startsWith("<")
      ? `${path.slice(0, -1)}, ${bindings.join(", ")}>`
      : `${path}<${bindings.join(", ")}>`;
  }

  #binding(read: (bound: string) => string): string {
    const count = this.#take("G") ? this.#base62() + 1 : 0;
    if (count > DEEPEST) throw new Beyond();
    const outside = this.#bound;
    this.#bound += count;
    const names = Array.from({ length: count }, (_, i) => lifetimeName(outside + i));
    const text = read(count === 0 ? "" : `for<${names.join(", ")}> `);
    this.#bound = outside;
    return text;
  }

  #lifetime(): string {
    const index = this.#base62();
    if (index === 0) return "'_";
    if (index > this.#bound) throw new Beyond();
    return lifetimeName(this.#bound - index);
  }

  #constant(): string {
    return this.#inside(() => {
      const tag = this.#next();
      if (tag === "p") return "_";
      if (tag === "B") return this.#back(() => this.#constant());
      if (!/[abchijlmnostxy]/.test(tag)) throw new Beyond();
      const isNegative = /[ailnsx]/.test(tag) && this.#take("n");
      const [whole, digits = ""] = /^([0-9a-f]*)_/.exec(this.#text.slice(this.#at, this.#at + 64)) ?? [];
      if (whole === undefined) throw new Beyond();
      this.#at += whole.length;
      const value = BigInt(`0x0${digits}`);
      if (tag === "b") return this.#oneOf(value, ["false", "true"]);
      if (tag === "c") return quoted(value);
      return `${isNegative ? "-" : ""}${value}`;
    });
  }

  #oneOf(value: bigint, texts: readonly string[]): string {
    const text = texts[Number(value)];
    if (text === undefined) throw new Beyond();
    return text;
  }

  #identifier(): { name: string; number: number } {
    const number = this.#disambiguator();
    return { number, name: this.#plainIdentifier() };
  }

  #disambiguator(): number {
    return this.#take("s") ? this.#base62() + 1 : 0;
  }

  #plainIdentifier(): string {
    const isPunycode = this.#take("u");
    const [whole, digits] = /^(0|[1-9][0-9]{0,4})_?/.exec(this.#text.slice(this.#at, this.#at + 7)) ?? [];
    if (whole === undefined) throw new Beyond();
    const length = Number(digits);
    // The underscore is a separator; a name without characters has none.
    const start = this.#at + (length === 0 ? 1 : whole.length);
    const bytes = this.#text.slice(start, start + length);
    if (bytes.length !== length) throw new Beyond();
    this.#at = start + length;
    if (!isPunycode) return bytes;
    const cut = bytes.lastIndexOf("_");
    const decoded = decodePunycode(bytes.slice(0, Math.max(0, cut)), bytes.slice(cut + 1));
    if (decoded === undefined) throw new Beyond();
    return decoded;
  }

  #base62(): number {
    const [whole, digits = ""] = /^([0-9A-Za-z]{0,12})_/.exec(this.#text.slice(this.#at, this.#at + 13)) ?? [];
    if (whole === undefined) throw new Beyond();
    this.#at += whole.length;
    if (digits === "") return 0;
    let value = 0;
    for (const digit of digits) value = value * 62 + digit62(digit);
    return value + 1;
  }

  /** Reads again what stands at an earlier place. */
  #back(read: () => string): string {
    const here = this.#at - 1;
    const target = this.#base62();
    if (target >= here) throw new Beyond();
    const after = this.#at;
    this.#at = target;
    const text = read();
    this.#at = after;
    return text;
  }

  #until(read: () => string): string[] {
    const parts: string[] = [];
    while (!this.#take("E")) parts.push(read());
    return parts;
  }

  #inside(read: () => string): string {
    if (++this.#steps > MOST_STEPS || ++this.#depth > DEEPEST) throw new Beyond();
    const text = read();
    this.#depth--;
    if (text.length > LONGEST) throw new Beyond();
    return text;
  }

  #next(): string {
    const char = this.#text[this.#at++];
    if (char === undefined) throw new Beyond();
    return char;
  }

  #take(char: string): boolean {
    if (this.#text[this.#at] !== char) return false;
    this.#at++;
    return true;
  }
}

function digit62(digit: string): number {
  const code = digit.charCodeAt(0);
  if (code < 58) return code - 48;
  return code >= 97 ? code - 97 + 10 : code - 65 + 36;
}

function lifetimeName(depth: number): string {
  return depth < 26 ? `'${String.fromCharCode(97 + depth)}` : `'z${depth - 25}`;
}

function quoted(value: bigint): string {
  const code = Number(value);
  if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) throw new Beyond();
  const escapes: Readonly<Record<number, string>> = { 9: "\\t", 10: "\\n", 13: "\\r", 39: "\\'", 92: "\\\\" };
  const escaped = escapes[code];
  if (escaped !== undefined) return `'${escaped}'`;
  return code < 0x20 || code === 0x7f ? `'\\u{${code.toString(16)}}'` : `'${String.fromCodePoint(code)}'`;
}
