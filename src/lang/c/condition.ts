import type { CToken } from "./scan.ts";

/** A number of `#if`: all have 64 bits (ISO C11, 6.10.1). */
type Value = Readonly<{ value: bigint; unsigned: boolean }>;

// Binding strength of the binary operators, loosest first. Source: ISO C11, 6.5.
const STRENGTH: ReadonlyMap<string, number> = new Map(
  ["||", "&&", "|", "^", "&", "== !=", "< > <= >=", "<< >>", "+ -", "* / %"].flatMap((ops, i) =>
    ops.split(" ").map((op): [string, number] => [op, i + 1]),
  ),
);

const MOST_DEPTH = 200;

/** What is wrong with a condition. */
class BadCondition extends Error {}

/**
 * The value of an `#if` condition whose macros are expanded, or a message that says why it has none. Names that are left
 * count as 0, as in C.
 */
export function conditionValue(tokens: readonly CToken[]): bigint | string {
  try {
    const reader = new Reader(tokens);
    const { value } = reader.comma(true);
    const rest = reader.text;
    return rest === "" ? value : `\`${rest}\` does not belong to the condition`;
  } catch (error) {
    if (error instanceof BadCondition) return error.message;
    throw error;
  }
}

function make(value: bigint, unsigned: boolean): Value {
  return { value: unsigned ? BigInt.asUintN(64, value) : BigInt.asIntN(64, value), unsigned };
}

const truth = (is: boolean): Value => ({ value: is ? 1n : 0n, unsigned: false });

class Reader {
  private readonly tokens: readonly CToken[];
  private at = 0;
  private depth = 0;

  constructor(tokens: readonly CToken[]) {
    this.tokens = tokens;
  }

  get text(): string {
    return this.tokens[this.at]?.text ?? "";
  }

  /** `counts`: the value is needed, so that dividing by 0 is wrong. */
  comma(counts: boolean): Value {
    let value = this.choice(counts);
    while (this.accept(",")) value = this.choice(counts);
    return value;
  }

  private choice(counts: boolean): Value {
    this.enter();
    let value = this.binary(1, counts);
    if (this.accept("?")) {
      const isTrue = value.value !== 0n;
      const yes = this.comma(counts && isTrue);
      this.expect(":");
      const no = this.choice(counts && !isTrue);
      value = make((isTrue ? yes : no).value, yes.unsigned || no.unsigned);
    }
    this.depth--;
    return value;
  }

  private binary(weakest: number, counts: boolean): Value {
    let left = this.unary(counts);
    for (;;) {
      const op = this.text;
      const strength = STRENGTH.get(op);
      if (strength === undefined || strength < weakest) return left;
      this.at++;
      const decided = (op === "&&" && left.value === 0n) || (op === "||" && left.value !== 0n);
      const right = this.binary(strength + 1, counts && !decided);
      left = compute(op, left, right, counts && !decided);
    }
  }

  private unary(counts: boolean): Value {
    const token = this.tokens[this.at++];
    if (token === undefined) throw new BadCondition("the condition is not complete");
    if (token.kind === "number") return numberOf(token.text);
    if (token.kind === "text") return { value: characterValue(token.text), unsigned: false };
    if (token.kind === "name") {
      if (this.text === "(") throw new BadCondition(`\`${token.text}\` is no macro that takes arguments`);
      if (token.text.includes("$"))
        throw new BadCondition(`\`${token.text}\` is not known before the program runs`);
      return { value: token.text === "true" ? 1n : 0n, unsigned: false };
    }
    this.enter();
    const value = this.prefixed(token.text, counts);
    this.depth--;
    return value;
  }

  private prefixed(mark: string, counts: boolean): Value {
    if (mark === "(") {
      const inner = this.comma(counts);
      this.expect(")");
      return inner;
    }
    if (!"+-~!".includes(mark)) throw new BadCondition(`\`${mark}\` is no constant`);
    const { value, unsigned } = this.unary(counts);
    if (mark === "!") return truth(value === 0n);
    return make(mark === "-" ? -value : mark === "~" ? ~value : value, unsigned);
  }

  private accept(text: string): boolean {
    if (this.text !== text) return false;
    this.at++;
    return true;
  }

  private expect(text: string): void {
    if (!this.accept(text)) throw new BadCondition(`\`${text}\` is missing`);
  }

  private enter(): void {
    if (++this.depth > MOST_DEPTH) throw new BadCondition("the condition nests too deep");
  }
}

function compute(op: string, a: Value, b: Value, counts: boolean): Value {
  const unsigned = a.unsigned || b.unsigned;
  const x = make(a.value, unsigned).value;
  const y = make(b.value, unsigned).value;
  switch (op) {
    case "||":
      return truth(a.value !== 0n || b.value !== 0n);
    case "&&":
      return truth(a.value !== 0n && b.value !== 0n);
    case "|":
      return make(x | y, unsigned);
    case "^":
      return make(x ^ y, unsigned);
    case "&":
      return make(x & y, unsigned);
    case "==":
      return truth(x === y);
    case "!=":
      return truth(x !== y);
    case "<":
      return truth(x < y);
    case ">":
      return truth(x > y);
    case "<=":
      return truth(x <= y);
    case ">=":
      return truth(x >= y);
    case "<<":
      return make(a.value << BigInt.asUintN(6, b.value), a.unsigned);
    case ">>":
      return make(a.value >> BigInt.asUintN(6, b.value), a.unsigned);
    case "+":
      return make(x + y, unsigned);
    case "-":
      return make(x - y, unsigned);
    case "*":
      return make(x * y, unsigned);
    default:
      if (y !== 0n) return make(op === "/" ? x / y : x % y, unsigned);
      if (counts) throw new BadCondition("it divides by 0");
      return { value: 0n, unsigned };
  }
}

function numberOf(text: string): Value {
  const [, digits = "", suffix = ""] =
    /^(0[xX][\da-fA-F]+|0[bB][01]+|\d+)((?:[uU](?:ll?|LL?)?|(?:ll?|LL?)[uU]?)?)$/.exec(text) ?? [];
  if (digits === "" || digits.length > 80) throw new BadCondition(`\`${text}\` is no whole number`);
  const isOctal = /^0\d/.test(digits);
  if (isOctal && !/^[0-7]+$/.test(digits)) throw new BadCondition(`\`${text}\` is no whole number`);
  const value = BigInt(isOctal ? `0o${digits}` : digits);
  return make(value, /u/i.test(suffix) || value >= 1n << 63n);
}

const ESCAPES: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, a: 7, b: 8, f: 12, v: 11, e: 27 };

/** The number that a character in quotes is. */
function characterValue(text: string): bigint {
  const inner = /^(?:u8|[LuU])?'([\s\S]*)'$/.exec(text)?.[1];
  if (inner === undefined) throw new BadCondition("a text is no number");
  let value = 0n;
  for (const [, hex, octal, escaped, plain] of inner.matchAll(
    /\\x([\da-fA-F]+)|\\([0-7]{1,3})|\\([\s\S])|([\s\S])/g,
  )) {
    const code =
      hex !== undefined
        ? Number.parseInt(hex.slice(-2), 16)
        : octal !== undefined
          ? Number.parseInt(octal, 8)
          : escaped !== undefined
            ? (ESCAPES[escaped] ?? escaped.charCodeAt(0))
            : (plain ?? "").charCodeAt(0);
    value = (value << 8n) | BigInt.asUintN(8, BigInt(code));
  }
  return inner.length === 1 || /^\\/.test(inner) ? BigInt.asIntN(8, value) : BigInt.asIntN(32, value);
}
