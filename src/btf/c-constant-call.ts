import type { ConstantReader } from "./c-constant.ts";
import { type CValue, numberOf, truthOf } from "./c-value.ts";

/** Words that stand for a number. */
export const MAKES_VALUE: ReadonlyMap<string, CValue> = new Map([
  ["true", truthOf(true)],
  ["false", truthOf(false)],
]);

/** A call of one of GCC's functions, where the cursor stands before its name. */
export function builtinCall(reader: ConstantReader, counts: boolean): CValue {
  const { cursor, scope } = reader;
  const start = cursor.at;
  const name = cursor.next().slice("__builtin_".length);
  switch (name) {
    case "offsetof":
      return offsetOf(reader);
    case "types_compatible_p": {
      cursor.next();
      const first = scope.typeHere();
      cursor.expect(",", "between the types");
      const second = scope.typeHere();
      cursor.expect(")", "after the types");
      const { store } = scope;
      return truthOf(
        first !== undefined && second !== undefined && store.resolve(first) === store.resolve(second),
      );
    }
    case "constant_p":
      return isConstant(reader);
    case "choose_expr":
      return chosen(reader, counts);
    case "expect":
    case "expect_with_probability":
      return first(reader, counts);
  }
  const known = BIT_FUNCTIONS.get(name.replace(/(?<=clz|ctz|ffs|popcount|parity)l{1,2}$/, ""));
  if (known) {
    const bits = /l$/.test(name.replace(/^bswap\d+$/, "")) ? 64 : 32;
    const { value } = first(reader, counts);
    const made = known(BigInt.asUintN(bits, value), bits);
    return numberOf(BigInt(made), 4, true);
  }
  const swap = /^bswap(16|32|64)$/.exec(name);
  if (swap) return swapped(first(reader, counts).value, Number(swap[1]) / 8);
  if (!counts) {
    cursor.skipBrackets();
    return truthOf(false);
  }
  cursor.at = start;
  return cursor.fail(`\`__builtin_${name}\` has no constant value here`, "use a number");
}

const BIT_FUNCTIONS: ReadonlyMap<string, (value: bigint, bits: number) => number> = new Map([
  ["clz", (value, bits) => bits - (value === 0n ? 0 : value.toString(2).length)],
  ["ctz", (value, bits) => (value === 0n ? bits : lowestBit(value))],
  ["ffs", (value) => (value === 0n ? 0 : lowestBit(value) + 1)],
  ["popcount", (value) => ones(value)],
  ["parity", (value) => ones(value) & 1],
]);

function lowestBit(value: bigint): number {
  return value.toString(2).length - 1 - value.toString(2).lastIndexOf("1");
}

function ones(value: bigint): number {
  return value.toString(2).replaceAll("0", "").length;
}

function swapped(value: bigint, bytes: number): CValue {
  let made = 0n;
  for (let i = 0n; i < BigInt(bytes); i++) made = (made << 8n) | ((value >> (i * 8n)) & 255n);
  return numberOf(made, bytes, false);
}

/** The first of the arguments, behind the function's name. */
function first(reader: ConstantReader, counts: boolean): CValue {
  const { cursor } = reader;
  cursor.next();
  const value = reader.choice(counts);
  while (cursor.accept(",")) reader.choice(false);
  cursor.expect(")", "after the arguments");
  return value;
}

function offsetOf(reader: ConstantReader): CValue {
  const { cursor, scope } = reader;
  cursor.next();
  const type = scope.typeHere();
  if (type === undefined) return cursor.fail(`expected a type, found ${cursor.found()}`);
  cursor.expect(",", "after the type");
  let place = reader.member({ value: 0n, bytes: 8, signed: false, lvalue: type });
  for (;;) {
    if (cursor.accept(".")) place = reader.member(place);
    else if (cursor.accept("[")) {
      const index = reader.choice(true).value;
      cursor.expect("]", "after the index");
      const element = place.lvalue === undefined ? undefined : scope.store.elementOf(place.lvalue);
      if (element === undefined) return cursor.fail("only an array has elements");
      const bytes = BigInt(scope.store.shape(element)?.bytes ?? 0);
      place = { ...place, value: place.value + index * bytes, lvalue: element };
    } else break;
  }
  cursor.expect(")", "after the member");
  return numberOf(place.value, 8, false);
}

/** Numbers and what is made of them are constants; names and calls without a value are none. */
function isConstant(reader: ConstantReader): CValue {
  const { cursor, scope } = reader;
  const start = cursor.at;
  cursor.skipBrackets();
  const end = cursor.at;
  let constant = true;
  for (let at = start + 1; at < end - 1; at++) {
    const text = cursor.peek(at - end);
    if (
      /^[A-Za-z_]/.test(text) &&
      scope.constant(text) === undefined &&
      !scope.isTypeWord(text) &&
      text !== "sizeof"
    )
      constant = false;
    if (text === "{") constant = false;
  }
  return truthOf(constant);
}

function chosen(reader: ConstantReader, counts: boolean): CValue {
  const { cursor } = reader;
  cursor.next();
  const test = reader.choice(counts).value !== 0n;
  cursor.expect(",", "after the condition");
  const yes = reader.choice(counts && test);
  cursor.expect(",", "between the expressions");
  const no = reader.choice(counts && !test);
  cursor.expect(")", "after the expressions");
  return test ? yes : no;
}
