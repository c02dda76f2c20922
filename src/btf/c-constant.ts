import { builtinCall, MAKES_VALUE } from "./c-constant-call.ts";
import type { CCursor } from "./c-cursor.ts";
import { tokenKind } from "./c-scan.ts";
import type { CTypeStore } from "./c-type-store.ts";
import {
  binaryValue,
  type CValue,
  characterValue,
  fitting,
  literalValue,
  numberOf,
  quotedCodes,
  truthOf,
} from "./c-value.ts";
import type { BtfId } from "./types.ts";

/** What the names and types in a constant stand for. */
export type CConstantScope = Readonly<{
  constant(name: string): bigint | undefined;
  /** Reads a type's name when one stands here. */
  typeHere(): BtfId | undefined;
  /** Whether a word is part of types' names: a keyword, a typedef, a struct's name. */
  isTypeWord(text: string): boolean;
  store: CTypeStore;
}>;

// Binding strength of the binary operators, loosest first. Source: ISO C11, 6.5.
const STRENGTH: ReadonlyMap<string, number> = new Map(
  ["||", "&&", "|", "^", "&", "== !=", "< > <= >=", "<< >>", "+ -", "* / %"].flatMap((ops, i) =>
    ops.split(" ").map((op): [string, number] => [op, i + 1]),
  ),
);

/** Reads an integer constant expression (ISO C11, 6.6) at the cursor, computed as its types make C compute it. */
export function readConstant(cursor: CCursor, scope: CConstantScope): bigint {
  const at = cursor.at;
  const value = new ConstantReader(cursor, scope).choice(true);
  if (value.lvalue === undefined) return value.value;
  cursor.at = at;
  return notConstant(cursor);
}

/** The type of an expression between brackets, for `typeof`; undefined for a number's. */
export function readExpressionType(cursor: CCursor, scope: CConstantScope): CValue {
  return new ConstantReader(cursor, scope).choice(false);
}

function notConstant(cursor: CCursor): never {
  return cursor.fail(
    `${cursor.found()} is no constant`,
    "use a number, an enumerator that is defined before, or sizeof",
  );
}

/** Reads expressions. `counts`: the value is needed; where it is not, names without a value are passed over. */
export class ConstantReader {
  readonly cursor: CCursor;
  readonly scope: CConstantScope;

  constructor(cursor: CCursor, scope: CConstantScope) {
    this.cursor = cursor;
    this.scope = scope;
  }

  choice(counts: boolean): CValue {
    const { cursor } = this;
    cursor.enter();
    let value = this.binary(1, counts);
    if (cursor.accept("?")) {
      const isTrue = value.value !== 0n;
      const yes = cursor.text === ":" ? value : this.choice(counts && isTrue);
      cursor.expect(":", "in a `?:`");
      const no = this.choice(counts && !isTrue);
      value = this.chosen(isTrue, yes, no);
    }
    cursor.leave();
    return value;
  }

  /** Of two pointers it is the one that is not a null pointer constant which gives the type (ISO C11, 6.5.15). */
  private chosen(isTrue: boolean, yes: CValue, no: CValue): CValue {
    const one = isTrue ? yes : no;
    const other = isTrue ? no : yes;
    if (one.lvalue !== undefined) return one;
    if (one.to !== undefined || other.to !== undefined) {
      const isNull = (value: CValue) => value.value === 0n && (value.to ?? 0) === 0;
      const typed = isNull(yes)
        ? no
        : isNull(no)
          ? yes
          : { ...yes, to: (yes.to === no.to ? yes.to : 0) as BtfId };
      return { ...one, bytes: 8, signed: false, ...(typed.to !== undefined && { to: typed.to }) };
    }
    const bytes = Math.max(one.bytes, other.bytes);
    const signed =
      one.bytes === other.bytes
        ? one.signed && other.signed
        : [one, other].find((v) => v.bytes === bytes)?.signed;
    return numberOf(one.value, bytes, signed ?? true);
  }

  private binary(weakest: number, counts: boolean): CValue {
    const { cursor } = this;
    let left = this.unary(counts);
    for (;;) {
      const op = cursor.text;
      const strength = STRENGTH.get(op);
      if (strength === undefined || strength < weakest) return left;
      const at = cursor.at;
      cursor.next();
      const decided = (op === "&&" && left.value === 0n) || (op === "||" && left.value !== 0n);
      const right = this.binary(strength + 1, counts && !decided);
      if (counts && (left.lvalue ?? (decided ? undefined : right.lvalue)) !== undefined) notConstant(cursor);
      left = this.computed(op, left, right, counts && !decided, at);
    }
  }

  private computed(op: string, left: CValue, right: CValue, counts: boolean, at: number): CValue {
    if ((op === "+" || op === "-") && left.to !== undefined && right.to === undefined) {
      const step = right.value * BigInt(this.scope.store.shape(left.to)?.bytes ?? 1);
      return { ...left, value: BigInt.asUintN(64, op === "+" ? left.value + step : left.value - step) };
    }
    const value = binaryValue(op, left, right);
    if (value !== undefined) return value;
    if (counts) {
      this.cursor.at = at;
      this.cursor.fail(
        `\`${op}\` has no value here`,
        "divide by something other than 0, and shift by 0 to 63 bits",
      );
    }
    return truthOf(false);
  }

  unary(counts: boolean): CValue {
    this.cursor.enter();
    const value = this.postfix(this.operand(counts), counts);
    this.cursor.leave();
    return value;
  }

  private operand(counts: boolean): CValue {
    const { cursor } = this;
    switch (cursor.text) {
      case "-":
      case "+":
      case "~":
      case "!":
        return this.signedOperand(cursor.next(), counts);
      case "*":
        cursor.next();
        return this.pointed(this.unary(false));
      case "&":
        cursor.next();
        return this.address(this.unary(counts));
      case "&&": // the address of a label
        return cursor.fail("a label has no constant address here");
      case "(":
        return this.parentheses(counts);
      case "sizeof":
      case "_Alignof":
      case "__alignof__":
      case "__alignof":
      case "alignof":
        return this.measure(cursor.next());
      case "__extension__":
        cursor.next();
        return this.unary(counts);
      default:
        return this.primary(counts);
    }
  }

  private signedOperand(op: string, counts: boolean): CValue {
    const { value, bytes, signed, lvalue } = this.unary(counts);
    if (lvalue !== undefined && counts) notConstant(this.cursor);
    if (op === "!") return truthOf(value === 0n);
    return numberOf(op === "-" ? -value : op === "~" ? ~value : value, bytes, signed);
  }

  private pointed({ to, lvalue, value }: CValue): CValue {
    const { store } = this.scope;
    const target =
      to ?? (lvalue === undefined ? undefined : (store.elementOf(lvalue) ?? store.pointee(lvalue)));
    if (target === undefined) return notConstant(this.cursor);
    return { value, bytes: 8, signed: false, lvalue: target };
  }

  private address({ lvalue, value }: CValue): CValue {
    if (lvalue === undefined) return notConstant(this.cursor);
    return { value, bytes: 8, signed: false, to: lvalue };
  }

  private parentheses(counts: boolean): CValue {
    const { cursor, scope } = this;
    const at = cursor.at;
    cursor.next();
    if (cursor.text === "{") {
      // GNU's statements as an expression
      cursor.at = at;
      cursor.skipBrackets();
      return counts ? cursor.fail("statements have no constant value") : truthOf(false);
    }
    const type = scope.typeHere();
    if (type === undefined) {
      let value = this.choice(counts);
      while (cursor.accept(",")) value = this.choice(counts);
      cursor.expect(")", "after the expression");
      return value;
    }
    cursor.expect(")", "after a cast's type");
    if (cursor.text === "{") {
      cursor.skipBrackets();
      return { value: 0n, bytes: 8, signed: false, lvalue: type };
    }
    return this.cast(type, this.unary(counts));
  }

  private cast(type: BtfId, operand: CValue): CValue {
    const { store } = this.scope;
    const to = store.pointee(type);
    if (to !== undefined) return { value: BigInt.asUintN(64, operand.value), bytes: 8, signed: false, to };
    const number = store.integerOf(type);
    if (number === undefined) return { ...operand, lvalue: type };
    if (number.bool) return truthOf(operand.value !== 0n);
    return numberOf(operand.value, number.bytes, number.signed);
  }

  /** `->name`, `.name` and `[index]`. */
  private postfix(from: CValue, counts: boolean): CValue {
    const { cursor, scope } = this;
    let value = from;
    for (;;) {
      if (cursor.text === "->" || (cursor.text === "." && value.lvalue !== undefined)) {
        const base = cursor.next() === "->" ? this.pointed(value) : value;
        value = this.member(base);
      } else if (cursor.text === "[" && (value.to ?? value.lvalue) !== undefined) {
        cursor.next();
        const index = this.choice(counts);
        cursor.expect("]", "after the index");
        const element = this.pointed(value);
        const bytes = BigInt(scope.store.shape(element.lvalue as BtfId)?.bytes ?? 0);
        value = { ...element, value: BigInt.asUintN(64, element.value + index.value * bytes) };
      } else return value;
    }
  }

  /** The member that is named here, of an object. */
  member(base: CValue): CValue {
    const at = this.cursor.at;
    const name = this.cursor.name("a member's name");
    const found = base.lvalue === undefined ? undefined : this.scope.store.member(base.lvalue, name);
    if (found !== undefined)
      return { value: base.value + BigInt(found.bitOffset >> 3), bytes: 8, signed: false, lvalue: found.type };
    this.cursor.at = at;
    return this.cursor.fail(
      `there is no member \`${name}\``,
      "name a member of the type, which must be defined before",
    );
  }

  /** `sizeof` and `_Alignof`, of a type or an expression. */
  private measure(word: string): CValue {
    const { cursor, scope } = this;
    const at = cursor.at;
    let type: BtfId | undefined;
    if (cursor.accept("(")) {
      type = scope.typeHere();
      if (type === undefined) cursor.at = at;
      else cursor.expect(")", "after the type");
    }
    if (type === undefined) {
      if (tokenKind(cursor.peek(cursor.text === "(" ? 1 : 0)) === "text") return this.textSize();
      const operand = this.unary(false);
      if (operand.lvalue === undefined) return numberOf(BigInt(operand.bytes), 8, false);
      type = operand.lvalue;
    }
    const shape = scope.store.shape(type);
    // GNU gives `void` and functions the size 1.
    if (shape === undefined && type !== 0) {
      cursor.at = at;
      cursor.fail(`\`${word}\` needs a type that is defined`, `write \`${word}(type)\``);
    }
    return numberOf(BigInt((word === "sizeof" ? shape?.bytes : shape?.align) ?? 1), 8, false);
  }

  private textSize(): CValue {
    const { cursor } = this;
    const open = cursor.accept("(");
    let length = 1;
    while (tokenKind(cursor.text) === "text") {
      const inner = /^"([\s\S]*)"$/.exec(cursor.next())?.[1] ?? "";
      for (const code of quotedCodes(inner))
        length += code > 0xffff ? 4 : code > 0x7ff ? 3 : code > 0x7f ? 2 : 1;
    }
    if (open) cursor.expect(")", "after the text");
    return numberOf(BigInt(length), 8, false);
  }

  private primary(counts: boolean): CValue {
    const { cursor, scope } = this;
    const { text } = cursor;
    if (text.startsWith("__builtin_") && cursor.peek(1) === "(") return builtinCall(this, counts);
    const known = scope.constant(text);
    const value =
      known === undefined
        ? (literalValue(text) ?? characterValue(text) ?? MAKES_VALUE.get(text))
        : fitting(known);
    if (value !== undefined) {
      cursor.next();
      return value;
    }
    if (counts || !/^\w/.test(text)) notConstant(cursor);
    cursor.next();
    while (cursor.text === "(") cursor.skipBrackets();
    return truthOf(false);
  }
}
