import {
  binaryValue,
  type CValue,
  characterValue,
  literalValue,
  numberOf,
  truthOf,
} from "../../btf/c-value.ts";
import type { CToken } from "./scan.ts";

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

/** A number of `#if`: all have 64 bits (ISO C11, 6.10.1). */
function wide(value: bigint, signed = true): CValue {
  return numberOf(value, 8, signed);
}

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
  comma(counts: boolean): CValue {
    let value = this.choice(counts);
    while (this.accept(",")) value = this.choice(counts);
    return value;
  }

  private choice(counts: boolean): CValue {
    this.enter();
    let value = this.binary(1, counts);
    if (this.accept("?")) {
      const isTrue = value.value !== 0n;
      const yes = this.comma(counts && isTrue);
      this.expect(":");
      const no = this.choice(counts && !isTrue);
      value = wide((isTrue ? yes : no).value, yes.signed && no.signed);
    }
    this.depth--;
    return value;
  }

  private binary(weakest: number, counts: boolean): CValue {
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

  private unary(counts: boolean): CValue {
    const token = this.tokens[this.at++];
    if (token === undefined) throw new BadCondition("the condition is not complete");
    if (token.kind === "number") return wholeNumber(token.text);
    if (token.kind === "text") return character(token.text);
    if (token.kind === "name") {
      if (this.text === "(") throw new BadCondition(`\`${token.text}\` is no macro that takes arguments`);
      if (token.text.includes("$"))
        throw new BadCondition(`\`${token.text}\` is not known before the program runs`);
      return wide(token.text === "true" ? 1n : 0n);
    }
    this.enter();
    const value = this.prefixed(token.text, counts);
    this.depth--;
    return value;
  }

  private prefixed(mark: string, counts: boolean): CValue {
    if (mark === "(") {
      const inner = this.comma(counts);
      this.expect(")");
      return inner;
    }
    if (!"+-~!".includes(mark)) throw new BadCondition(`\`${mark}\` is no constant`);
    const { value, signed } = this.unary(counts);
    if (mark === "!") return truthOf(value === 0n);
    return wide(mark === "-" ? -value : mark === "~" ? ~value : value, signed);
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

/** Shifts by too much, which C leaves open, are those of a 64-bit machine. */
function compute(op: string, left: CValue, right: CValue, counts: boolean): CValue {
  const a = wide(left.value, left.signed);
  const b = op === "<<" || op === ">>" ? wide(BigInt.asUintN(6, right.value)) : wide(right.value, right.signed);
  const result = binaryValue(op, a, b);
  if (result !== undefined) return result;
  if (counts) throw new BadCondition("it divides by 0");
  return wide(0n, a.signed && b.signed);
}

function wholeNumber(text: string): CValue {
  const literal = literalValue(text);
  if (literal === undefined) throw new BadCondition(`\`${text}\` is no whole number`);
  return wide(literal.value, !/u/i.test(text) && literal.value < 1n << 63n);
}

function character(text: string): CValue {
  const value = characterValue(text);
  if (value === undefined) throw new BadCondition("a text is no number");
  return value;
}
