// Names by the Itanium C++ ABI, chapter 5.1 (External Names), as gcc and clang write them. Prints as c++filt does.

// biome-ignore format: one group per line
const BUILTIN: Readonly<Record<string, string>> = {
  v: "void", w: "wchar_t", b: "bool", c: "char", a: "signed char", h: "unsigned char", s: "short", t: "unsigned short",
  i: "int", j: "unsigned int", l: "long", m: "unsigned long", x: "long long", y: "unsigned long long", n: "__int128",
  o: "unsigned __int128", f: "float", d: "double", e: "long double", g: "__float128", z: "...",
  Dn: "decltype(nullptr)", Di: "char32_t", Ds: "char16_t", Du: "char8_t", Da: "auto", Dc: "decltype(auto)",
};
// biome-ignore format: one group per line
const OPERATORS: Readonly<Record<string, string>> = {
  nw: " new", na: " new[]", dl: " delete", da: " delete[]", ps: "+", ng: "-", ad: "&", de: "*", co: "~", pl: "+", mi: "-",
  ml: "*", dv: "/", rm: "%", an: "&", or: "|", eo: "^", aS: "=", pL: "+=", mI: "-=", mL: "*=", dV: "/=", rM: "%=",
  aN: "&=", oR: "|=", eO: "^=", ls: "<<", rs: ">>", lS: "<<=", rS: ">>=", eq: "==", ne: "!=", lt: "<", gt: ">", le: "<=",
  ge: ">=", ss: "<=>", nt: "!", aa: "&&", oo: "||", pp: "++", mm: "--", cm: ",", pm: "->*", pt: "->", cl: "()", ix: "[]", aw: " co_await",
};
const STD: Readonly<Record<string, string>> = {
  a: "std::allocator",
  b: "std::basic_string",
  s: "std::string",
  i: "std::istream",
  o: "std::ostream",
  d: "std::iostream",
};

const QUALIFIERS: Readonly<Record<string, string>> = { K: " const", V: " volatile", R: " &", O: " &&" };
const MOST_STEPS = 20_000;
const LONGEST = 20_000;

/** Thrown within, for names that are beyond this reader. */
class Beyond extends Error {}

/** The name behind a symbol that begins with _Z; undefined for what is no function, or not understood. */
export function demangleItanium(symbol: string): string | undefined {
  try {
    return new Demangler(symbol).run();
  } catch (error) {
    if (error instanceof Beyond) return undefined;
    throw error;
  }
}

/** `before` and `after` what stands inside: pointers to functions and arrays are written around. */
type Shape = Readonly<{ before: string; after: string }>;
const plain = (text: string): Shape => ({ before: text, after: "" });
/** Without a mark in them the brackets of functions and arrays go away. */
function whole({ before, after }: Shape): string {
  return before.endsWith(" (") && after.startsWith(")")
    ? `${before.slice(0, -1)}${after.slice(1).trimStart()}`
    : before + after;
}

class Demangler {
  readonly #text: string;
  #at = 2;
  #steps = 0;
  #depth = 0;
  readonly #seen: Shape[] = [];
  /** What T_, T0_ … stand for: the arguments of the template that was read last, and of the function's own. */
  #templates: readonly string[] = [];
  #scope: readonly string[] | undefined;
  #lastName = "";
  #endsInTemplate = false;
  #noResult = false;
  /** Those of the method that was named last; they are written behind its arguments. */
  #qualifiers = "";

  constructor(text: string) {
    this.#text = text;
  }

  run(): string {
    const name = this.#encoding();
    if (this.#at !== this.#text.length) throw new Beyond();
    return name;
  }

  #encoding(): string {
    if (this.#is("T") || this.#is("G")) throw new Beyond(); // tables, guards, thunks
    const name = this.#name();
    if (this.#at >= this.#text.length || this.#is("E")) return name;
    this.#scope = this.#templates;
    const qualifiers = this.#qualifiers;
    const isTemplate = this.#endsInTemplate;
    const noResult = this.#noResult;
    const result = isTemplate && !noResult ? this.#type() : undefined;
    const args = this.#arguments();
    const text = `${name}(${args})${qualifiers}`;
    return result === undefined
      ? text
      : `${result.before}${/[*&(]$/.test(result.before) && result.after ? "" : " "}${text}${result.after}`;
  }

  #arguments(): string {
    const args: string[] = [];
    while (this.#at < this.#text.length && !this.#is("E") && !this.#is(".")) args.push(whole(this.#type()));
    return args.length === 1 && args[0] === "void" ? "" : args.filter((arg) => arg !== "").join(", ");
  }

  #name(): string {
    this.#step();
    this.#endsInTemplate = false;
    this.#noResult = false;
    this.#qualifiers = "";
    if (this.#take("N")) return this.#nested();
    if (this.#take("Z")) return this.#local();
    if (this.#is("S") && !this.#text.startsWith("St", this.#at)) {
      const known = whole(this.#substitution());
      if (!this.#is("I")) return known;
      return this.#templated(known);
    }
    const inStd = this.#text.startsWith("St", this.#at);
    if (inStd) this.#at += 2;
    const name = `${inStd ? "std::" : ""}${this.#unqualified()}`;
    if (!this.#is("I")) return name;
    this.#seen.push(plain(name));
    return this.#templated(name);
  }

  #templated(name: string): string {
    const args = this.#templateArguments();
    this.#endsInTemplate = true;
    return name.endsWith("<") ? `${name} ${args}` : name + args;
  }

  #nested(): string {
    const written = /^[rVKRO]*/.exec(this.#text.slice(this.#at, this.#at + 8))?.[0] ?? "";
    this.#at += written.length;
    let name = "";
    this.#endsInTemplate = false;
    while (!this.#take("E")) {
      this.#step();
      if (this.#is("I")) {
        name = this.#templated(name);
        if (!this.#is("E")) this.#seen.push(plain(name));
        continue;
      }
      this.#endsInTemplate = false;
      if (this.#is("S") && name === "") {
        const isStd = this.#text.startsWith("St", this.#at);
        name = isStd ? this.#std() : whole(this.#substitution());
        name = Object.hasOwn(LONG_NAMES, name) ? (LONG_NAMES[name] ?? name) : name;
        continue;
      }
      if (this.#is("T") && name === "") name = whole(this.#templateParameter());
      else if (this.#is("D") && /[tT]/.test(this.#text[this.#at + 1] ?? "")) throw new Beyond();
      else name = name === "" ? this.#unqualified() : `${name}::${this.#unqualified()}`;
      if (!this.#is("E")) this.#seen.push(plain(name));
    }
    if (name === "") throw new Beyond();
    this.#qualifiers = [...written].map((letter) => QUALIFIERS[letter] ?? "").join("");
    return name;
  }

  #std(): string {
    this.#at += 2;
    return "std";
  }

  #local(): string {
    const scope = this.#scope;
    this.#scope = undefined;
    const outer = this.#encoding();
    this.#scope = scope;
    if (!this.#take("E")) throw new Beyond();
    if (this.#take("s")) {
      this.#discriminator();
      return `${outer}::string literal`;
    }
    if (this.#take("d")) {
      const match = /^\d*_/.exec(this.#text.slice(this.#at, this.#at + 12));
      if (match === null) throw new Beyond();
      this.#at += match[0].length;
    }
    const name = this.#name();
    this.#discriminator();
    return `${outer}::${name}`;
  }

  #discriminator(): void {
    const match = /^_(?:\d|_\d+_)/.exec(this.#text.slice(this.#at, this.#at + 14));
    if (match) this.#at += match[0].length;
  }

  #unqualified(): string {
    this.#step();
    this.#take("L");
    const name = this.#plainName();
    let tags = "";
    while (this.#take("B")) tags += `[abi:${this.#sourceName()}]`;
    return name + tags;
  }

  #plainName(): string {
    const char = this.#peek();
    if (/\d/.test(char)) {
      this.#lastName = this.#sourceName();
      if (this.#lastName.startsWith("_GLOBAL__N")) this.#lastName = "(anonymous namespace)";
      return this.#lastName;
    }
    if (char === "C" || char === "D") {
      const kind = this.#text.slice(this.#at, this.#at + 2);
      if (!/^(C[1-5]|D[0-5])$/.test(kind)) throw new Beyond();
      this.#at += 2;
      this.#noResult = true;
      return kind.startsWith("C") ? this.#lastName : `~${this.#lastName}`;
    }
    if (this.#text.startsWith("Ul", this.#at)) return this.#lambda();
    if (this.#text.startsWith("Ut", this.#at)) {
      this.#at += 2;
      return `{unnamed type#${this.#number36()}}`;
    }
    return this.#operator();
  }

  #lambda(): string {
    this.#at += 2;
    const args = this.#arguments();
    if (!this.#take("E")) throw new Beyond();
    return `{lambda(${args})#${this.#number36()}}`;
  }

  // Closures and unnamed types are counted: "_" the first, "0_" the second.
  #number36(): number {
    const match = /^(\d{0,6})_/.exec(this.#text.slice(this.#at, this.#at + 8));
    if (match === null) throw new Beyond();
    this.#at += match[0].length;
    return match[1] === "" ? 1 : Number(match[1]) + 2;
  }

  #operator(): string {
    const code = this.#text.slice(this.#at, this.#at + 2);
    if (code === "cv") {
      this.#at += 2;
      const to = whole(this.#type());
      this.#noResult = true;
      return `operator ${to}`;
    }
    if (code === "li") {
      this.#at += 2;
      return `operator"" ${this.#sourceName()}`;
    }
    const operator = Object.hasOwn(OPERATORS, code) ? OPERATORS[code] : undefined;
    if (operator === undefined) throw new Beyond();
    this.#at += 2;
    return `operator${operator}`;
  }

  #sourceName(): string {
    const match = /^(\d{1,5})/.exec(this.#text.slice(this.#at, this.#at + 6));
    const length = Number(match?.[1]);
    if (match === null || length === 0) throw new Beyond();
    const start = this.#at + match[0].length;
    if (start + length > this.#text.length) throw new Beyond();
    this.#at = start + length;
    return this.#text.slice(start, start + length);
  }

  #substitution(): Shape {
    this.#at++; // S
    const char = this.#peek();
    if (/[a-z]/.test(char)) {
      const name = Object.hasOwn(STD, char) ? STD[char] : undefined;
      if (name === undefined) throw new Beyond();
      this.#at++;
      const short = name
        .slice(5)
        .replace(/^(string)$/, "basic_string")
        .replace(/^([io]+stream)$/, "basic_$1");
      this.#lastName = short;
      return plain(name);
    }
    const match = /^([0-9A-Z]*)_/.exec(this.#text.slice(this.#at, this.#at + 8));
    if (match === null) throw new Beyond();
    this.#at += match[0].length;
    const found = this.#seen[match[1] === "" ? 0 : Number.parseInt(match[1] ?? "", 36) + 1];
    if (found === undefined) throw new Beyond();
    this.#lastName = lastPart(whole(found));
    return found;
  }

  #templateParameter(): Shape {
    this.#at++; // T
    const match = /^(\d{0,4})_/.exec(this.#text.slice(this.#at, this.#at + 6));
    if (match === null) throw new Beyond();
    this.#at += match[0].length;
    const index = match[1] === "" ? 0 : Number(match[1]) + 1;
    const text = (this.#scope ?? this.#templates)[index];
    if (text === undefined) throw new Beyond();
    return plain(text);
  }

  #templateArguments(): string {
    this.#at++; // I
    const args: string[] = [];
    const lastName = this.#lastName;
    while (!this.#take("E")) args.push(this.#templateArgument());
    this.#lastName = lastName;
    this.#templates = args;
    const text = args.filter((arg) => arg !== "").join(", ");
    return `<${text}${text.endsWith(">") ? " " : ""}>`;
  }

  #templateArgument(): string {
    this.#step();
    if (this.#take("J")) {
      const pack: string[] = [];
      while (!this.#take("E")) pack.push(this.#templateArgument());
      return pack.join(", ");
    }
    if (this.#take("L")) return this.#literal();
    if (this.#is("X")) throw new Beyond();
    return whole(this.#type());
  }

  #literal(): string {
    if (this.#take("_Z")) {
      const name = this.#encoding();
      if (!this.#take("E")) throw new Beyond();
      return `&${name}`;
    }
    const type = whole(this.#type());
    const match = /^(n?)(\d{0,40})E/.exec(this.#text.slice(this.#at, this.#at + 44));
    if (match === null) throw new Beyond();
    this.#at += match[0].length;
    const value = `${match[1] ? "-" : ""}${match[2]}`;
    if (type === "bool") return value === "0" ? "false" : "true";
    const suffix = { int: "", "unsigned int": "u", long: "l", "unsigned long": "ul" }[type];
    return suffix === undefined ? `(${type})${value}` : value + suffix;
  }

  #type(): Shape {
    this.#step();
    if (++this.#depth > 200) throw new Beyond();
    const shape = this.#typeInside();
    this.#depth--;
    return shape;
  }

  #typeInside(): Shape {
    const char = this.#peek();
    const two = this.#text.slice(this.#at, this.#at + 2);
    if (Object.hasOwn(BUILTIN, two)) return this.#builtin(two);
    if (Object.hasOwn(BUILTIN, char)) return this.#builtin(char);
    switch (char) {
      case "P":
        return this.#around("*");
      case "R":
        return this.#around("&");
      case "O":
        return this.#around("&&");
      case "K":
        return this.#around(" const");
      case "V":
        return this.#around(" volatile");
      case "F":
        return this.#remember(this.#functionType());
      case "A":
        return this.#remember(this.#arrayType());
      case "T":
        return this.#remember(this.#withTemplate(this.#templateParameter()));
      case "S":
        if (two !== "St") return this.#substitutedType();
        break;
      case "M":
        throw new Beyond();
      case "D":
        if (two === "Dp") {
          this.#at += 2;
          return this.#type();
        }
        throw new Beyond();
      default:
    }
    if (!/[NZS\dU]/.test(char)) throw new Beyond();
    return this.#remember(plain(this.#nameAsType()));
  }

  #nameAsType(): string {
    const [endsInTemplate, noResult, lastName] = [this.#endsInTemplate, this.#noResult, this.#lastName];
    const templates = this.#templates;
    const count = this.#seen.length;
    const name = this.#name();
    if (this.#seen.length > count && whole(this.#seen.at(-1) ?? plain("")) === name) this.#seen.pop();
    [this.#endsInTemplate, this.#noResult, this.#lastName] = [endsInTemplate, noResult, lastName];
    this.#templates = templates;
    return name;
  }

  #builtin(code: string): Shape {
    this.#at += code.length;
    return plain(BUILTIN[code] ?? "");
  }

  #substitutedType(): Shape {
    const lastName = this.#lastName;
    const known = this.#substitution();
    this.#lastName = lastName;
    if (!this.#is("I")) return known;
    return this.#remember(this.#withTemplate(known));
  }

  #withTemplate(shape: Shape): Shape {
    const templates = this.#templates;
    const known = this.#is("I") ? plain(whole(shape) + this.#templateArguments()) : shape;
    this.#templates = templates;
    return known;
  }

  #around(mark: string): Shape {
    this.#at++;
    const { before, after } = this.#type();
    // A reference to a reference is one, and && gives way to &.
    if (mark === "&&" && /&$/.test(before)) return this.#remember({ before, after });
    if (mark === "&" && before.endsWith("&&")) return this.#remember({ before: before.slice(0, -1), after });
    if (mark === "&" && before.endsWith("&")) return this.#remember({ before, after });
    return this.#remember({ before: before + mark, after });
  }

  #functionType(): Shape {
    this.#at++; // F
    this.#take("Y");
    const result = this.#type();
    const args = this.#arguments();
    if (!this.#take("E")) throw new Beyond();
    return { before: `${result.before} (`, after: `)(${args})${result.after}` };
  }

  #arrayType(): Shape {
    const match = /^A(\d{0,12})_/.exec(this.#text.slice(this.#at, this.#at + 16));
    if (match === null) throw new Beyond();
    this.#at += match[0].length;
    const of = this.#type();
    return { before: `${of.before} (`, after: `) [${match[1]}]${of.after}` };
  }

  #remember(shape: Shape): Shape {
    this.#seen.push(shape);
    return shape;
  }

  #peek(): string {
    return this.#text[this.#at] ?? "";
  }

  #is(char: string): boolean {
    return this.#text[this.#at] === char;
  }

  #take(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  // Short names can stand for very long ones.
  #step(): void {
    if (++this.#steps > MOST_STEPS || this.#at > this.#text.length) throw new Beyond();
    if ((this.#seen.at(-1)?.before.length ?? 0) > LONGEST || this.#at >= this.#text.length) throw new Beyond();
  }
}

/** Where members follow, the class is written as it is declared. */
const LONG_NAMES: Readonly<Record<string, string>> = {
  "std::string": "std::basic_string<char, std::char_traits<char>, std::allocator<char> >",
  "std::istream": "std::basic_istream<char, std::char_traits<char> >",
  "std::ostream": "std::basic_ostream<char, std::char_traits<char> >",
  "std::iostream": "std::basic_iostream<char, std::char_traits<char> >",
};

/** What constructors and destructors of the class are called. */
function lastPart(name: string): string {
  let depth = 0;
  let end = name.length;
  for (let at = name.length - 1; at >= 0; at--) {
    if (name[at] === ">") depth++;
    else if (name[at] === "<" && --depth === 0) end = at;
    else if (depth === 0 && name[at] === ":") return name.slice(at + 1, end);
  }
  return name.slice(0, end);
}
