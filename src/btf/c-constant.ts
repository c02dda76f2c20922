import type { CCursor } from "./c-cursor.ts";
import { tokenKind } from "./c-scan.ts";

/** What the names and types in a constant stand for. */
export type CConstantScope = Readonly<{
  constant(name: string): bigint | undefined;
  /** Reads a type's name when one stands here, and gives its size; undefined when none does. */
  sizeOfType(): number | undefined;
}>;

// Binding strength of the binary operators, loosest first. Source: ISO C11, 6.5.
const STRENGTH: ReadonlyMap<string, number> = new Map(
  Object.entries({
    "||": 1,
    "&&": 2,
    "|": 3,
    "^": 4,
    "&": 5,
    "==": 6,
    "!=": 6,
    "<": 7,
    ">": 7,
    "<=": 7,
    ">=": 7,
    "<<": 8,
    ">>": 8,
    "+": 9,
    "-": 9,
    "*": 10,
    "/": 10,
    "%": 10,
  }),
);

/**
 * Reads an integer constant expression (ISO C11, 6.6) at the cursor. It is computed without a limit on its width, so
 * that `~0ULL` and `-1` are told apart by their sign alone; `~0U` and `~0ULL` count as their types make them.
 */
export function readConstant(cursor: CCursor, scope: CConstantScope): bigint {
  cursor.enter();
  let value = readBinary(cursor, scope, 1);
  if (cursor.accept("?")) {
    const yes = readConstant(cursor, scope);
    cursor.expect(":", "in a `?:`");
    const no = readConstant(cursor, scope);
    value = value !== 0n ? yes : no;
  }
  cursor.leave();
  return value;
}

function readBinary(cursor: CCursor, scope: CConstantScope, weakest: number): bigint {
  let left = readUnary(cursor, scope);
  for (;;) {
    const op = cursor.text;
    const strength = STRENGTH.get(op);
    if (strength === undefined || strength < weakest) return left;
    const at = cursor.at;
    cursor.next();
    const right = readBinary(cursor, scope, strength + 1);
    const value = binary(op, left, right);
    if (value === undefined) {
      cursor.at = at;
      cursor.fail(`\`${op}\` has no value here`, "divide by something other than 0, and shift by 0 to 63 bits");
    }
    left = value;
  }
}

function binary(op: string, a: bigint, b: bigint): bigint | undefined {
  switch (op) {
    case "||":
      return a !== 0n || b !== 0n ? 1n : 0n;
    case "&&":
      return a !== 0n && b !== 0n ? 1n : 0n;
    case "|":
      return a | b;
    case "^":
      return a ^ b;
    case "&":
      return a & b;
    case "==":
      return a === b ? 1n : 0n;
    case "!=":
      return a !== b ? 1n : 0n;
    case "<":
      return a < b ? 1n : 0n;
    case ">":
      return a > b ? 1n : 0n;
    case "<=":
      return a <= b ? 1n : 0n;
    case ">=":
      return a >= b ? 1n : 0n;
    case "<<":
      return b >= 0n && b < 64n ? wrap(a << b) : undefined;
    case ">>":
      return b >= 0n && b < 64n ? a >> b : undefined;
    case "+":
      return wrap(a + b);
    case "-":
      return wrap(a - b);
    case "*":
      return wrap(a * b);
    case "/":
      return b === 0n ? undefined : a / b;
    default:
      return b === 0n ? undefined : a % b;
  }
}

/** Within -2^63 … 2^64 - 1: what is outside has lost bits in C as well. */
function wrap(value: bigint): bigint {
  if (value >= -(1n << 63n) && value < 1n << 64n) return value;
  return value < 0n ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value);
}

function readUnary(cursor: CCursor, scope: CConstantScope): bigint {
  cursor.enter();
  const value = readOperand(cursor, scope);
  cursor.leave();
  return value;
}

function readOperand(cursor: CCursor, scope: CConstantScope): bigint {
  switch (cursor.text) {
    case "-":
      cursor.next();
      return wrap(-readUnary(cursor, scope));
    case "+":
      cursor.next();
      return readUnary(cursor, scope);
    case "~":
      cursor.next();
      return complement(cursor, scope);
    case "!":
      cursor.next();
      return readUnary(cursor, scope) === 0n ? 1n : 0n;
    case "(":
      return readParentheses(cursor, scope);
    case "sizeof":
      return readSizeof(cursor, scope);
    default:
      return readPrimary(cursor, scope);
  }
}

/** `~`: of an unsigned literal it stays unsigned, in 32 or 64 bits. */
function complement(cursor: CCursor, scope: CConstantScope): bigint {
  const suffix = /^\d\w*?(u?l{0,2}u?)$/i.exec(cursor.text)?.[1]?.toLowerCase() ?? "";
  const value = ~readUnary(cursor, scope);
  if (!suffix.includes("u")) return value;
  return BigInt.asUintN(suffix.includes("l") ? 64 : 32, value);
}

function readParentheses(cursor: CCursor, scope: CConstantScope): bigint {
  cursor.next();
  if (scope.sizeOfType() !== undefined) {
    cursor.expect(")", "after a cast's type"); // a cast: constants here are small enough for their types
    return readUnary(cursor, scope);
  }
  const value = readConstant(cursor, scope);
  cursor.expect(")", "after the expression");
  return value;
}

function readSizeof(cursor: CCursor, scope: CConstantScope): bigint {
  cursor.next();
  cursor.expect("(", "after `sizeof`");
  const bytes = scope.sizeOfType();
  if (bytes === undefined) return cursor.fail("`sizeof` needs a type that is defined", "write `sizeof(type)`");
  cursor.expect(")", "after the type");
  return BigInt(bytes);
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", "0": "\0", a: "\x07", b: "\b" };

function readPrimary(cursor: CCursor, scope: CConstantScope): bigint {
  const text = cursor.text;
  const kind = tokenKind(text);
  const value =
    kind === "number"
      ? integer(text)
      : kind === "text"
        ? character(text)
        : kind === "word"
          ? scope.constant(text)
          : undefined;
  if (value === undefined)
    cursor.fail(
      `${cursor.found()} is no constant`,
      "use a number, an enumerator that is defined before, or sizeof",
    );
  cursor.next();
  return value;
}

function integer(text: string): bigint | undefined {
  const [, digits = ""] =
    /^(0[xX][\da-fA-F]+|0[bB][01]+|\d+)(?:[uU]?[lL]{0,2}|[lL]{1,2}[uU])$/.exec(text) ?? [];
  if (digits === "" || digits.length > 80) return undefined;
  if (!/^0\d/.test(digits)) return wrap(BigInt(digits));
  return /^[0-7]+$/.test(digits) ? wrap(BigInt(`0o${digits}`)) : undefined;
}

function character(text: string): bigint | undefined {
  const [, escaped, plain] = /^'(?:\\(.)|([^\\]))'$/.exec(text) ?? [];
  const shown = escaped === undefined ? plain : (ESCAPES[escaped] ?? escaped);
  return shown === undefined ? undefined : BigInt(shown.charCodeAt(0));
}
