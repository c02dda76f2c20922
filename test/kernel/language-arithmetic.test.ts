import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { ScriptLab } from "./script-lab.ts";

// What the language computes, against a reference in exact arithmetic.

const lab = new ScriptLab();
afterAll(() => lab[Symbol.dispose]());

/**
 * A number as the reference sees it. `literal`: nothing but literals and operators made it. `asUnsigned`: the bits that it
 * takes without a sign, where it comes from literals that are not negative.
 */
type Num = Readonly<{
  value: bigint;
  bits: number;
  signed: boolean;
  literal: boolean;
  bool?: boolean;
  asUnsigned?: number;
}>;
type Node = Readonly<{ text: string; num: Num }>;

const wrap = (value: bigint, bits: number, signed: boolean) =>
  signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
const num = (value: bigint, bits: number, signed: boolean, literal = false): Num => ({
  value: wrap(value, bits, signed),
  bits,
  signed,
  literal,
});
/** A constant: of the smallest type that holds it. */
function literalNum(value: bigint, signed: boolean): Num {
  if (!signed) return num(value, 64, false, true);
  const exact = BigInt.asIntN(64, value);
  const smallest = (isSigned: boolean) =>
    [8, 16, 32, 64].find((bits) => wrap(exact, bits, isSigned) === exact) ?? 64;
  return { ...num(exact, smallest(true), true, true), ...(exact >= 0n && { asUnsigned: smallest(false) }) };
}
const bool = (value: boolean): Num => ({
  value: value ? 1n : 0n,
  bits: 8,
  signed: false,
  literal: false,
  bool: true,
});

/** The variables that expressions use: all widths, both signs, values at the edges. */
const TYPES = [8, 16, 32, 64].flatMap((bits) => [
  { name: `int${bits}`, bits, signed: true },
  { name: `uint${bits}`, bits, signed: false },
]);
const VARIABLES: readonly Node[] = TYPES.flatMap(({ bits, signed }) => {
  const least = signed ? -(1n << BigInt(bits - 1)) : 0n;
  const most = signed ? (1n << BigInt(bits - 1)) - 1n : (1n << BigInt(bits)) - 1n;
  const values = [least, most, 0n, 1n, 77n, ...(signed ? [-1n, -45n] : [])];
  return values.map((value, i) => ({
    text: `$${signed ? "s" : "u"}${bits}_${i}`,
    num: num(value, bits, signed),
  }));
});

const declarations = VARIABLES.map(({ text, num: { value, bits, signed } }) => {
  const type = `${signed ? "int" : "uint"}${bits}`;
  const literal = value === -(1n << 63n) ? "0x8000000000000000" : `${value}`;
  return `let ${text} : ${type} = (${type})${literal.startsWith("-") ? `(${literal})` : literal};`;
}).join(" ");

/** Whether `x op y` is computed with signs: a literal follows the other side, and 64 unsigned bits win. */
function together(x: Num, y: Num): boolean {
  if (y.literal && y.value >= 0n && !x.literal) return x.signed;
  if (x.literal && x.value >= 0n && !y.literal) return y.signed;
  if ((!x.signed && x.bits === 64) || (!y.signed && y.bits === 64)) return false;
  return x.signed || y.signed;
}

function arithmetic(op: string, x: Num, y: Num): Num {
  const literal = x.literal && y.literal;
  const signed = op === "<<" || op === ">>" ? x.signed : together(x, y);
  const a = wrap(x.value, 64, signed);
  const b = wrap(y.value, 64, signed);
  const shift = BigInt.asUintN(6, y.value);
  const result = compute(op, a, b, shift, wrap(x.value, 64, x.signed));
  if (literal) return literalNum(wrap(result, 64, signed), signed);
  if (op === "-") return num(result, 64, true);
  if ((op === "&" || op === "|" || op === "^") && !x.bool && !y.bool) {
    const type = unify(x, y);
    return { ...num(result, type.bits, type.signed), ...(type.asUnsigned && { asUnsigned: type.asUnsigned }) };
  }
  return num(result, 64, signed);
}

function compute(op: string, a: bigint, b: bigint, shift: bigint, own: bigint): bigint {
  switch (op) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return b === 0n ? 0n : a / b;
    case "%":
      return b === 0n ? a : a % b;
    case "&":
      return a & b;
    case "|":
      return a | b;
    case "^":
      return a ^ b;
    case "<<":
      return own << shift;
    default:
      return own >> shift;
  }
}

function compare(op: string, x: Num, y: Num): Num {
  const signed = together(x, y);
  const a = wrap(x.value, 64, signed);
  const b = wrap(y.value, 64, signed);
  const table: Record<string, boolean> = {
    "==": a === b,
    "!=": a !== b,
    "<": a < b,
    ">": a > b,
    "<=": a <= b,
    ">=": a >= b,
    "&&": x.value !== 0n && y.value !== 0n,
    "||": x.value !== 0n || y.value !== 0n,
  };
  return bool(table[op] ?? false);
}

/** The type that holds both, as for the branches of `?:`. */
function unify(x: Num, y: Num): Pick<Num, "bits" | "signed" | "bool" | "asUnsigned"> {
  if (x.bool && y.bool) return { bits: 8, signed: false, bool: true };
  if (x.asUnsigned && y.asUnsigned)
    return { bits: Math.max(x.bits, y.bits), signed: true, asUnsigned: Math.max(x.asUnsigned, y.asUnsigned) };
  if (x.asUnsigned && !y.signed) return { bits: Math.max(x.asUnsigned, y.bits), signed: false };
  if (y.asUnsigned && !x.signed) return { bits: Math.max(y.asUnsigned, x.bits), signed: false };
  if (x.signed === y.signed) return { bits: Math.max(x.bits, y.bits), signed: x.signed };
  const [s, u] = x.signed ? [x, y] : [y, x];
  return { bits: Math.max(s.bits, Math.min(64, u.bits * 2)), signed: true };
}

const ARITHMETIC = ["+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>"];
const COMPARISONS = ["==", "!=", "<", ">", "<=", ">=", "&&", "||"];

const literal = fc
  .oneof(
    fc.bigInt({ min: 0n, max: 300n }),
    fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
    fc.constantFrom(0n, 1n, 63n, 64n, 0x7fff_ffff_ffff_ffffn, 1n << 63n),
  )
  .map((value): Node => ({ text: `${value}`, num: literalNum(value, value < 1n << 63n) }));

const expression = fc.letrec<{ node: Node }>((tie) => {
  const node = tie("node");
  const binary = fc.tuple(node, fc.constantFrom(...ARITHMETIC), node).map(
    ([x, op, y]): Node => ({
      text: `(${x.text} ${op} ${y.text})`,
      num: arithmetic(op, x.num, y.num),
    }),
  );
  const comparison = fc.tuple(node, fc.constantFrom(...COMPARISONS), node).map(
    ([x, op, y]): Node => ({
      text: `(${x.text} ${op} ${y.text})`,
      num: compare(op, x.num, y.num),
    }),
  );
  const unary = fc.tuple(fc.constantFrom("-", "~", "!"), node).map(([op, { text, num: n }]): Node => {
    const inner = `${op}(${text})`;
    const isZero = bool(n.value === 0n); // of a literal it is a literal again: a signed number like others
    if (op === "!")
      return { text: inner, num: n.literal ? { ...isZero, signed: true, literal: true } : isZero };
    if (op === "-")
      return { text: inner, num: n.literal ? literalNum(-n.value, true) : num(-n.value, 64, true) };
    const flipped = ~n.value;
    return { text: inner, num: n.literal ? literalNum(flipped, n.signed) : num(flipped, 64, n.signed) };
  });
  const cast = fc.tuple(fc.constantFrom(...TYPES), node).map(
    ([{ name, bits, signed }, { text, num: n }]): Node => ({
      text: `((${name})(${text}))`,
      num: num(n.value, bits, signed),
    }),
  );
  const choice = fc.tuple(node, node, node).map(([test, x, y]): Node => {
    const type = unify(x.num, y.num);
    const { value } = test.num.value !== 0n ? x.num : y.num;
    return {
      text: `((${test.text}) ? (${x.text}) : (${y.text}))`,
      num: {
        ...num(value, type.bits, type.signed),
        ...(type.bool && { bool: true }),
        ...(type.asUnsigned && { asUnsigned: type.asUnsigned }),
      },
    };
  });
  return {
    node: fc.oneof(
      { maxDepth: 4, depthIdentifier: "node" },
      fc.constantFrom(...VARIABLES),
      literal,
      binary,
      comparison,
      unary,
      cast,
      choice,
    ),
  };
});

test("expressions give what exact arithmetic gives, and print by their types", () => {
  fc.assert(
    fc.property(fc.array(expression.node, { minLength: 12, maxLength: 24 }), (nodes) => {
      const prints = nodes.map(({ text }) => `print(${text});`).join("\n");
      const lines = lab.lines(`BEGIN { ${declarations}\n${prints} }`);
      const wanted = nodes.map(({ num: n }) => (n.bool ? (n.value ? "true" : "false") : `${n.value}`));
      expect(lines).toEqual(wanted);
    }),
    { numRuns: 40 },
  );
});

test.each(TYPES)("compound assignments and steps wrap at the width of $name", ({ name, bits, signed }) => {
  const values = VARIABLES.filter(({ num: n }) => n.bits === bits && n.signed === signed).map(
    ({ num: n }) => n,
  );
  const amounts = [0n, 1n, 3n, 200n, 70_000n];
  const program: string[] = [];
  const wanted: string[] = [];
  let count = 0;
  for (const op of ARITHMETIC)
    for (const start of values)
      for (const amount of amounts) {
        const variable = `$x${count++}`;
        program.push(
          `let ${variable} : ${name} = (${name})(0x${BigInt.asUintN(64, start.value).toString(16)});`,
        );
        program.push(`${variable} ${op}= ${amount}; print(${variable});`);
        wanted.push(`${wrap(arithmetic(op, start, literalNum(amount, true)).value, bits, signed)}`);
      }
  for (const start of values) {
    const variable = `$x${count++}`;
    program.push(`let ${variable} : ${name} = (${name})(0x${BigInt.asUintN(64, start.value).toString(16)});`);
    program.push(`print(${variable}++); print(++${variable}); print(${variable}--); print(--${variable});`);
    const up = (by: bigint) => `${wrap(start.value + by, bits, signed)}`;
    wanted.push(up(0n), up(2n), up(2n), up(0n));
  }
  const chunk = 40;
  const lines: string[] = [];
  for (let at = 0; at < program.length; at += chunk)
    lines.push(...lab.lines(`BEGIN { ${program.slice(at, at + chunk).join("\n")} }`));
  expect(lines).toEqual(wanted);
});
