import type { Value } from "../../../ir/ir.ts";
import type { Action } from "../../../plan/plan.ts";
import type { ValueField } from "../../../plan/value-type.ts";
import type { Expr } from "../ast.ts";
import type { Builtin } from "../builtin.ts";
import type { Checker } from "../checker.ts";
import { placeNumber } from "../kernel-field.ts";
import { equalsLiteral, samePrefix, sameText } from "../lower-condition.ts";
import { bounded, isNotZero } from "../lower-event.ts";
import { blockParam, literalBytes, storeConstant } from "../lower-memory.ts";
import { containsText } from "../lower-search.ts";
import { loadPlace } from "../lower-store.ts";
import type { Amount, Lowering, Operand } from "../lowering.ts";
import { BOOL, I64, isScalar, type PointerSpace, sizeOf, type Type, typeName, U64 } from "../types.ts";

/** Where the text or bytes that an argument stands for are: behind a pointer, or in a field itself. */
function addressOf(l: Lowering, expr: Expr): { space: PointerSpace; address: Value } {
  const type = l.typeOf(expr);
  const operand = l.operand(expr);
  if (operand.kind === "memory") {
    const { place } = operand;
    return { space: "address" in place ? place.space : "kernel", address: placeNumber(l, place) };
  }
  if (operand.kind === "cstring") return { space: operand.space, address: operand.address };
  if (operand.kind === "int" || operand.kind === "object" || isScalar(type))
    return { space: type.kind === "pointer" ? type.space : l.variant.space, address: l.toInt(operand, type) };
  return { space: "kernel", address: l.b.toInt(l.address(l.inMemory(operand, type))) };
}

function checkAddress(c: Checker, expr: Expr, usage: string): void {
  const type = c.expr(expr);
  if (isScalar(type) || type.kind === "string" || type.kind === "array" || type.kind === "none") return;
  c.fail(
    "type/address",
    expr.span,
    `\`${usage}\` takes an address, but this is ${typeName(type)}`,
    "give a pointer, such as args.filename or arg0",
  );
}

/** Bytes that `str(p, n)` gives: n characters and the NUL, at most what strings may have. */
function stringSize(c: Pick<Checker, "constant" | "env">, length: Expr | undefined): number {
  const most = c.env.options.maxStringBytes;
  const constant = length && c.constant(length);
  if (constant === undefined || constant < 0n || constant >= BigInt(most)) return most;
  return Number(constant) + 1;
}

function stringBuiltin(name: "str" | "kstr" | "ustr", space: PointerSpace | undefined, doc: string): Builtin {
  return {
    name,
    usage: `${name}(address [, length])`,
    doc,
    form: "call",
    arity: [1, 2],
    check(c, use, [address, length]) {
      if (length) c.integer(length, "the length");
      const text = c.text(use);
      if (text !== undefined) return { kind: "string", size: literalBytes(text).length };
      if (address) checkAddress(c, address, `${name}()`);
      return { kind: "string", size: stringSize(c, length) };
    },
    lower(l, use, [address, length], type) {
      if (!address || type.kind !== "string") throw new Error("bug: str() without an address");
      const text = l.text(use);
      if (text !== undefined) return { kind: "text", text };
      const from = addressOf(l, address);
      const limit = lengthAmount(l, length, type.size);
      const whole = !length || (l.constant(length) ?? 0n) >= BigInt(type.size);
      return {
        kind: "cstring",
        space: space ?? from.space,
        address: from.address,
        limit,
        whole,
        span: use.span,
      };
    },
  };
}

/** The bytes that a read may take: the given length and the NUL, never more than the type has. */
function lengthAmount(l: Lowering, length: Expr | undefined, size: number): Amount {
  if (!length || l.constant(length) !== undefined) return { max: size };
  return bounded(l, l.b.binary("add", l.int(length), l.b.const(1)), size);
}

/** All bytes of a literal, those behind a NUL too. */
function literalAddress(l: Lowering, bytes: Uint8Array): { space: PointerSpace; address: Value } {
  const copy = l.temporary("bytes", Math.max(8, bytes.length));
  storeConstant(l.b, bytes, copy);
  return { space: "kernel", address: l.b.toInt(l.address(copy)) };
}

const buf: Builtin = {
  name: "buf",
  usage: "buf(address [, length])",
  doc: "Bytes from memory, shown as text with \\x escapes by %r.",
  form: "call",
  arity: [1, 2],
  check(c, use, [address, length]) {
    if (!address) return { kind: "buffer", size: 0 };
    checkAddress(c, address, "buf()");
    const own = c.expr(address);
    if (length) c.integer(length, "the length");
    const most = c.env.options.maxStringBytes;
    const constant = length && c.constant(length);
    if (constant !== undefined)
      return {
        kind: "buffer",
        size: Number(constant < 0n || constant > BigInt(most) ? BigInt(most) : constant),
      };
    if (!length && own.kind === "array") return { kind: "buffer", size: Math.min(most, sizeOf(own)) };
    if (!length && own.kind === "string") return { kind: "buffer", size: Math.min(most, own.size) };
    if (!length)
      return c.fail(
        "type/arguments",
        use.span,
        "buf() needs the number of bytes here",
        "write `buf(address, length)`",
      );
    return { kind: "buffer", size: most };
  },
  lower(l, _use, [address, length], type) {
    if (!address || type.kind !== "buffer") throw new Error("bug: buf() without an address");
    const from = address.kind === "string" ? literalAddress(l, address.bytes) : addressOf(l, address);
    const constant = !length || l.constant(length) !== undefined;
    const amount = constant ? { max: type.size } : bounded(l, l.int(length), type.size);
    return { kind: "bytes", ...from, length: amount };
  },
};

const strlen: Builtin = {
  name: "strlen",
  usage: "strlen(string)",
  doc: "Number of bytes in a string, without the NUL.",
  form: "call",
  arity: [1, 1],
  check(c, use, [text]) {
    const type = text && c.expr(text);
    if (!type || type.kind === "string" || type.kind === "none") return U64;
    return c.fail(
      "type/not-a-string",
      text.span,
      `strlen takes a string, but this is ${typeName(type)}`,
      use.span ? "read it first: `strlen(str(…))`" : "",
    );
  },
  lower(l, _use, [text]) {
    if (!text) throw new Error("bug: strlen() without a string");
    const literal = l.text(text);
    if (literal !== undefined) return { kind: "int", value: l.b.const(literalBytes(literal).length - 1) };
    const type = l.typeOf(text);
    const size = type.kind === "string" ? type.size : 8;
    const operand = l.operand(text);
    const copy = l.temporary("text", size);
    let source: { space: PointerSpace; address: Value; limit: Amount };
    if (operand.kind === "cstring") source = operand;
    else {
      const place = l.inMemory(operand, type);
      source = { space: "kernel", address: l.b.toInt(l.address(place)), limit: { max: size } };
    }
    const read = l.copyString(source.space, l.address(copy), source.limit, source.address);
    return { kind: "int", value: lengthOf(l, read) };
  },
};

/** A string helper's result as a length without the NUL; 0 when nothing could be read. */
function lengthOf(l: Lowering, read: Value): Value {
  const { b } = l;
  const some = b.block();
  const done = b.block("i64");
  b.branchWith("sgt", 64, read, b.const(0), [some, []], [done, [b.const(0)]]);
  b.enter(some);
  b.jump(done, b.binary("sub", read, b.const(1)));
  b.enter(done);
  return blockParam(done);
}

const strncmp: Builtin = {
  name: "strncmp",
  usage: "strncmp(string, string, length)",
  doc: "0 when the first `length` characters of both strings are equal, otherwise not 0.",
  form: "call",
  arity: [3, 3],
  check(c, use, [left, right, length]) {
    for (const side of [left, right]) {
      const type = side && c.expr(side);
      if (side && type && type.kind !== "string" && type.kind !== "none")
        c.fail(
          "type/not-a-string",
          side.span,
          `strncmp takes strings, but this is ${typeName(type)}`,
          "read it first: `str(…)`",
        );
    }
    const constant = length && c.constant(length);
    if (constant === undefined || constant < 0n)
      return c.fail(
        "type/constant",
        length?.span ?? use.span,
        "the length must be a constant",
        "write a number",
      );
    return I64;
  },
  lower(l, _use, [left, right, length]) {
    if (!left || !right || !length) throw new Error("bug: strncmp() without its arguments");
    const count = Number(l.constant(length) ?? 0n);
    const leftText = l.text(left);
    const rightText = l.text(right);
    let equal: Value;
    if (leftText !== undefined && rightText !== undefined)
      equal = l.b.const(sameText(leftText, rightText, count) ? 1 : 0, 32);
    else if (rightText !== undefined)
      equal = equalsLiteral(l, l.operand(left), l.typeOf(left), rightText, count);
    else if (leftText !== undefined)
      equal = equalsLiteral(l, l.operand(right), l.typeOf(right), leftText, count);
    else equal = samePrefix(l, [left, right], count);
    return { kind: "int", value: l.b.binary("xor", l.b.extend(equal, 32, false), l.b.const(1)) };
  },
};

const strcontains: Builtin = {
  name: "strcontains",
  usage: "strcontains(haystack, needle)",
  doc: "Whether the first string holds the second, which must be a literal.",
  form: "call",
  arity: [2, 2],
  check(c, use, [haystack, needle]) {
    const type = haystack && c.expr(haystack);
    if (haystack && type && type.kind !== "string" && type.kind !== "none")
      c.fail(
        "type/not-a-string",
        haystack.span,
        `strcontains takes strings, but this is ${typeName(type)}`,
        "read it first: `str(…)`",
      );
    if (!needle || c.text(needle) === undefined)
      return c.fail(
        "type/constant",
        needle?.span ?? use.span,
        "the text to look for must be a literal",
        "write it in quotes",
      );
    return BOOL;
  },
  lower(l, _use, [haystack, needle]): Operand {
    if (!haystack || !needle) throw new Error("bug: strcontains() without its arguments");
    const wanted = literalBytes(l.text(needle) ?? "").slice(0, -1);
    const type = l.typeOf(haystack);
    if (wanted.length === 0) return { kind: "int", value: l.b.const(1) };
    const copy = l.temporary("text", Math.max(8, sizeOf(type)));
    l.store(l.operand(haystack), type, copy, type);
    return { kind: "int", value: containsText(l, copy, sizeOf(type), wanted) };
  },
};

const MOST_JOINED = 16;

const join: Builtin = {
  name: "join",
  usage: 'join(array [, " "])',
  doc: `Prints the strings of a NULL-terminated array (at most ${MOST_JOINED}) in one line, such as a command's arguments.`,
  form: "call",
  arity: [1, 2],
  place: "statement",
  check(c, use, [array, separator]) {
    if (array && c.expr(array).kind === "string")
      return c.fail(
        "type/address",
        array.span,
        "`join()` takes an array of texts, but this is one text",
        "print it: `print(…)`",
      );
    if (array) checkAddress(c, array, "join()");
    if (separator && c.text(separator) === undefined)
      return c.fail(
        "format/literal",
        separator.span,
        "the separator must be a string literal",
        "write it in quotes",
      );
    return use.span ? { kind: "none" } : I64;
  },
  lower(l, use, [array, separator]) {
    if (!array) throw new Error("bug: join() without an array");
    const text = (separator && l.text(separator)) ?? " ";
    const from = addressOf(l, array);
    const { count, elements } = joinElements(l, from);
    const values = [{ type: U64, operand: { kind: "int", value: count } as const }, ...elements];
    const action = ([number, first]: readonly ValueField[]): Action => {
      if (!number || !first) throw new Error("bug: an event without its fields");
      const of = { kind: "array", of: first.type, length: MOST_JOINED, stride: 8 } as const;
      const args = { type: of, offset: first.offset };
      return { kind: "join", separator: text, args, count: number, span: use.span };
    };
    l.emit(values, action, count);
    return { kind: "none" };
  },
};

/**
 * The strings of an array up to its NULL; what lies behind that is not looked at. Without branches: with them the
 * verifier would follow each number of strings through all the texts.
 */
function joinElements(l: Lowering, from: { space: PointerSpace; address: Value }) {
  const { b } = l;
  const max = l.env.options.maxStringBytes;
  let count = b.const(0);
  let open = b.const(1);
  const elements = Array.from({ length: MOST_JOINED }, (_, index): { type: Type; operand: Operand } => {
    const loaded = l.toInt(loadPlace(l, { ...from, off: index * 8 }, U64), U64);
    open = b.binary("and", open, isNotZero(l, loaded));
    count = b.binary("add", count, open);
    const address = b.binary("and", loaded, b.neg(open)); // all bits while open, none after
    return {
      type: { kind: "string", size: max },
      operand: { kind: "cstring", space: from.space, address, limit: { max }, whole: true },
    };
  });
  return { count, elements };
}

export const textBuiltins: readonly Builtin[] = [
  stringBuiltin(
    "str",
    undefined,
    "The NUL-terminated string at an address, of the traced program or of the kernel.",
  ),
  stringBuiltin("kstr", "kernel", "The NUL-terminated string at an address of the kernel."),
  stringBuiltin("ustr", "user", "The NUL-terminated string at an address of the traced program."),
  buf,
  strlen,
  strncmp,
  strcontains,
  join,
];
